"""Cells of a batch read one after another: a rule that fires in a row reads a few of that row, and no column.

Texts, and lists that are empty, are read from the buffers of a column: a value that Arrow makes takes three times as
long.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from json.encoder import encode_basestring
from typing import Any, Literal

import pyarrow as pa

Read = Callable[[int], Any]  # the value of a row, as `column[row].as_py()` gives it
Written = Callable[[int], bytes]  # the value of a row as JSON

_ENCODE = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode
# Changes the bytes that JSON does not write as they stand, and no other.
_ESCAPED = bytes(0x20 if n < 0x20 or n in b'"\\' else n for n in range(256))


def reader(column: pa.Array | None) -> Read:
    """Reads cells by their row; None for every row of a column that is not there."""
    if column is None or column.null_count == len(column):
        return lambda row: None
    if not column.null_count:
        if (raw := _bytes(column)) is not None:
            return lambda row: str(raw(row), "utf-8")
        if isinstance(column, pa.ListArray):
            return _lists(column)
    return lambda row: column[row].as_py()


def writer(column: pa.Array | None, read: Read) -> Written:
    """Reads cells as JSON: money as text, attributes as an object (the last value of a repeated key stands).

    It is the JSON of `canonical`; a text that needs no escape is never decoded. `read` is the column's reader.
    """
    raw = None if column is None or column.null_count else _bytes(column)
    if raw is None:
        return lambda row: canonical(_plain(read(row)))

    def written(row: int) -> bytes:
        held = bytes(raw(row))
        return b'"%b"' % held if held.translate(_ESCAPED) == held else canonical(str(held, "utf-8"))

    return written


def canonical(value: Any) -> bytes:
    """One JSON for one value, UTF-8; of texts, lists, objects and flags."""
    said = encode_basestring(value) if isinstance(value, str) else "null" if value is None else _ENCODE(value)
    return said.encode("utf-8", "surrogatepass")


def _plain(value: Any) -> Any:
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, list) and value and isinstance(value[0], tuple):
        return dict(value)
    return list(value) if isinstance(value, list) else str(value)


def _bytes(column: pa.Array) -> Callable[[int], memoryview] | None:
    """Reads the bytes of a column of texts without nulls; None for any other column."""
    width: Literal["i", "q"]
    if isinstance(column, pa.StringArray):
        width = "i"
    elif isinstance(column, pa.LargeStringArray):
        width = "q"
    else:
        return None
    _, ends, data = column.buffers()
    at = memoryview(ends).cast(width)[column.offset :]
    held = memoryview(b"" if data is None else data)
    return lambda row: held[at[row] : at[row + 1]]


def _lists(column: pa.Array) -> Read:
    at = memoryview(column.buffers()[1]).cast("i")[column.offset :]

    def read(row: int) -> Any:
        return column[row].as_py() if at[row] != at[row + 1] else []

    return read
