"""Grounds, claims and measures: what is due at a place, who approved it, and what became of it (docs/why/claims.md)."""
