"""Cells of CSV files that a person opens in a spreadsheet: text from strangers must not become a formula."""

from __future__ import annotations

import re

# What a spreadsheet skips before it looks for a formula: blanks of all kinds and invisible signs, not TAB and CR.
_SKIPPED = re.compile("(?:[^\\S\\t\\r]|[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\u00ad])*")
# = + - @ TAB CR, and the full-width and small forms that some programs read as the same signs.
_STARTS = frozenset("=+-@\t\r＝＋－＠﹦﹢﹣﹫")


# Control signs that a terminal would obey when the file is printed there; TAB, LF and CR are for the reader of CSV.
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")


def formula_safe(text: str) -> str:
    """The cell with `'` before it where a spreadsheet would read a formula, control signs drawn as [U+001B].

    Any other text stays as it is. Source: OWASP, CSV Injection; SECURITY.md §3.
    """
    text = _CONTROL.sub(lambda sign: f"[U+{ord(sign[0]):04X}]", text)
    skipped = _SKIPPED.match(text)
    first = text[skipped.end() : skipped.end() + 1] if skipped else ""
    return "'" + text if first in _STARTS and first else text
