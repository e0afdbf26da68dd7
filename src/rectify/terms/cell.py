"""Cells of CSV files that a person opens in a spreadsheet: text from strangers must not become a formula."""

from __future__ import annotations

import re

# What a spreadsheet skips before it looks for a formula: blanks of all kinds and invisible signs, not TAB and CR.
_SKIPPED = re.compile("(?:[^\\S\\t\\r]|[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\u00ad])*")
# = + - @ TAB CR, and the full-width and small forms that some programs read as the same signs.
_STARTS = frozenset("=+-@\t\r＝＋－＠﹦﹢﹣﹫")


def formula_safe(text: str) -> str:
    """The cell with `'` before it where a spreadsheet would read a formula; any other text as it is.

    Source: OWASP, CSV Injection; SECURITY.md §3.
    """
    skipped = _SKIPPED.match(text)
    first = text[skipped.end() : skipped.end() + 1] if skipped else ""
    return "'" + text if first in _STARTS and first else text
