"""What a column of a host's table can hold: which texts name one of its rows, and what there means not deleted.

A host's id comes from a catalogue that account holders fill. So it names a row only if the column, asked for the id of
that row, would answer with this very text: "007" is not row 7, whatever a database or Python makes of it.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

from sqlalchemy import Column, ColumnElement, func

_WHOLE = re.compile(r"0|-?[1-9][0-9]{0,17}", re.ASCII)
_NUMBERS = (int, bool, float, Decimal)


def holds(column: Column[Any]) -> type | None:
    """The Python type of what a column holds; None where its declaration says none."""
    try:
        found: type = column.type.python_type
    except NotImplementedError:
        return None
    return found


def whole(text: str) -> int | None:
    """The whole number that a text is, written as numbers are written (64 bits are never left); None for any other."""
    return int(text) if _WHOLE.fullmatch(text) else None


def fitting(column: Column[Any], text: str) -> str | int | None:
    """A text as a column holds it; None for one that it can never hold."""
    if holds(column) is int:
        return whole(text)
    return text if _is_text(text) else None


def there(gone: Column[Any]) -> ColumnElement[bool]:
    """Not deleted: the column holds nothing, no, zero or an empty text. The one rule for reading and for writing."""
    kind = holds(gone)
    if kind in _NUMBERS:
        return func.coalesce(gone, 0) == 0
    return func.coalesce(gone, "") == "" if kind is str else gone.is_(None)


def _is_text(text: str) -> bool:
    """Whether a database can take it: no half of a pair of surrogates, and no NUL, at which some end a text."""
    return "\x00" not in text and not any("\ud800" <= sign <= "\udfff" for sign in text)
