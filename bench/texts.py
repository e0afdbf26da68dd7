"""The same listings in every form that an engine is given: strings, one joined buffer, Arrow batches."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from importlib import import_module
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from bench.listings import batches_of
from bench.recall import Seen

WIDE = 8192  # rows of a batch


class Texts:
    """The same listings in every form that an engine is given."""

    def __init__(self, cells: list[list[str]]) -> None:
        self.cells = cells
        self._batches: dict[int, list[pa.RecordBatch]] = {}

    @cached_property
    def rows(self) -> list[str]:
        """Title, newline and text of each row."""
        return ["\n".join(cell) for cell in self.cells]

    @cached_property
    def joined(self) -> bytes:
        """All rows, with a NUL between them."""
        return "\0".join(self.rows).encode()

    @cached_property
    def bounds(self) -> npt.NDArray[np.int64]:
        """Where each row starts in `joined`."""
        sizes = [len(row.encode()) + 1 for row in self.rows]
        return np.cumsum([0, *sizes])[:-1]

    def batches(self, size: int) -> list[pa.RecordBatch]:
        """Arrow batches of so many rows."""
        if size not in self._batches:
            self._batches[size] = batches_of(self.cells, size)
        return self._batches[size]

    @cached_property
    def series(self) -> Any:
        """The rows as a column of polars."""
        return import_module("polars").Series(self.rows)

    def character(self, row: int, byte: int) -> int:
        """The code point that a byte of `joined` belongs to, counted from the start of its row."""
        return len(self.joined[self.bounds[row] : byte].decode())

    def placed(self, hits: Iterable[tuple[int, int, int]]) -> Iterable[Seen]:
        """Hits (term, first byte, end) in `joined`; those that reach into another row are none."""
        for term, start, end in hits:
            row = int(np.searchsorted(self.bounds, start, side="right")) - 1
            if row == int(np.searchsorted(self.bounds, end - 1, side="right")) - 1:
                yield Seen(row, term, self.character(row, start), self.character(row, end))
