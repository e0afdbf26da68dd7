"""Cells of a batch read one after another: a rule that fires in a row reads a few of that row, and no column."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal

import pyarrow as pa

Read = Callable[[int], Any]  # the value of a row, as `column[row].as_py()` gives it


def reader(column: pa.Array | None) -> Read:
    """Reads cells by their row; None for every row of a column that is not there.

    Texts, and lists that are empty, are read from the buffers of the column: a value that Arrow makes takes three
    times as long.
    """
    if column is None or column.null_count == len(column):
        return _nothing
    if not column.null_count:
        if isinstance(column, pa.StringArray):
            return _texts(column, "i")
        if isinstance(column, pa.LargeStringArray):
            return _texts(column, "q")
        if isinstance(column, pa.ListArray):
            return _lists(column)
    return lambda row: column[row].as_py()


def _nothing(row: int) -> None:
    return None


def _texts(column: pa.Array, width: Literal["i", "q"]) -> Read:
    _, ends, data = column.buffers()
    at = memoryview(ends).cast(width)[column.offset :]
    held = memoryview(b"" if data is None else data)

    def read(row: int) -> str:
        return str(held[at[row] : at[row + 1]], "utf-8")

    return read


def _lists(column: pa.Array) -> Read:
    at = memoryview(column.buffers()[1]).cast("i")[column.offset :]

    def read(row: int) -> Any:
        return column[row].as_py() if at[row] != at[row + 1] else []

    return read
