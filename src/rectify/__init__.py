"""Rectify: a legal order comes in; a clean catalogue and a defensible report go out before the deadline."""

__version__ = "0.1.0"
