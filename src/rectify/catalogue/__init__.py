"""What an operator hosts: items and accounts, read from its files as they stand; what cannot be read is told by row."""
