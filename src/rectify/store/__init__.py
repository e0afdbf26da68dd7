"""What lasts: connections, the tables that rooms bring, due work, sealed parts. Knows no order, item or entry kind."""
