"""Packs that are shipped: data only. Each folder is a pack (docs/reference/rules.md)."""
