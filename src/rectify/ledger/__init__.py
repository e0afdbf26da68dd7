"""One append-only log of entries in books, a tree over them, signed checkpoints, and what checks them all."""
