"""Screening: catalogue rows in, findings out. Folded once, matched once, judged where something hit."""
