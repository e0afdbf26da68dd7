"""Texts of strangers in a line of a list: cut to what a reader needs to know them again."""

from __future__ import annotations


def shortened(text: str, signs: int = 60) -> str:
    """A text in one line, cut after so many signs with dots for the rest; the whole stands where one thing is shown."""
    line = " ".join(text.split())
    return line if len(line) <= signs else line[: signs - 3] + "..."
