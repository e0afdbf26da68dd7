"""A stream of delimited text in windows of whole records, the same however it is cut, also where quotes never close."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from rectify.catalogue.grid import Grid
from rectify.catalogue.opening import PIECE, TextStream
from rectify.catalogue.source import BATCH_ROWS

UNCLOSED = "a quote is opened and not closed"


@dataclass(frozen=True, slots=True)
class Window:
    """Whole records in a piece of text that begins at `start` of the file and ends at `end`.

    `loose`: the quotes did not match, it was taken line by line. `why`: what is wrong with its bad records.
    """

    text: bytes
    grid: Grid
    start: int
    end: int
    loose: bool = False
    why: str = UNCLOSED


class Cutting(NamedTuple):
    """How records are found: in a piece that begins with one (and whether nothing follows), and line by line."""

    find: Callable[[bytes, bool], Grid]
    by_line: Callable[[bytes], Grid]


def windows(stream: TextStream, cutting: Cutting, end: int | None) -> Iterator[Window]:
    """The records of a stream from where it stands to `end` (a record's beginning, or None for the end of the file).

    A record counts if it ends within `caps.record` bytes. Where one does not, those bytes are taken line by line and
    what their quotes spoil is bad; a line that is longer still is one bad record. So one quote that is never closed
    costs its own line and not the rest of the file.
    """
    return iter(_Cutter(stream, cutting, end))


class _Cutter:
    def __init__(self, stream: TextStream, cutting: Cutting, end: int | None) -> None:
        self._stream, self._cutting, self._end = stream, cutting, end
        self._record = stream.text.caps.record
        self._held, self._start = b"", stream.position
        self._final = False
        self._size = PIECE // 2

    def __iter__(self) -> Iterator[Window]:
        while self._held or not self._final:
            look = self._held[: self._record]
            last = self._final and len(look) == len(self._held)
            grid = self._cutting.find(look, last)
            if grid.used:
                yield self._take(look, grid)
                self._more()
            elif last or len(look) == self._record:
                yield self._loosen(look, last)
            else:
                self._more()

    def _take(self, text: bytes, grid: Grid, loose: bool = False) -> Window:
        used = min(grid.used, len(self._held))
        start, self._start = self._start, self._start + used
        self._held = self._held[used:]
        if len(grid.first):
            self._size = max(1 << 15, min(PIECE, used // len(grid.first) * BATCH_ROWS))
        return Window(text, grid, start, self._start, loose)

    def _more(self) -> None:
        """Reads on, unless a good deal is still held."""
        if self._final or len(self._held) >= self._record:
            return
        left = self._size if self._end is None else min(self._size, self._end - self._stream.position)
        piece = self._stream.read(left) if left > 0 else b""
        self._held += piece
        self._final = not piece

    def _loosen(self, look: bytes, last: bool) -> Window:
        at = len(look) if last else max(look.rfind(b"\n"), look.rfind(b"\r")) + 1
        if at:
            return self._take(look[:at], self._cutting.by_line(look[:at]), loose=True)
        start, length = self._start, self._skip_line()
        self._start += length
        nothing, flag = np.zeros(1, np.int64), np.zeros(1, np.bool_)
        grid = Grid(nothing, nothing + len(look[:800]), flag, flag, nothing, nothing, ~flag, length)
        return Window(look[:800], grid, start, self._start, True, f"is longer than {self._record:,} bytes")

    def _skip_line(self) -> int:
        length = 0
        while True:
            ends = [n for n in (self._held.find(b"\n"), self._held.find(b"\r")) if n >= 0]
            step = min(ends) + 1 if ends else len(self._held)
            length += step
            self._held = self._held[step:]
            if ends or self._final:
                return length
            self._more()
