"""CSV and its kin: cells between , ; tab or |, read by column without a Python object for a clean cell."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from rectify.catalogue.blocks import TextBlocks
from rectify.catalogue.encoding import said_of_header
from rectify.catalogue.grid import Grid, Positions, find_cells, find_cells_by_line
from rectify.catalogue.opening import TextFile, faulty
from rectify.catalogue.reading import Block, Raw, cut, joined
from rectify.catalogue.source import SetAside, excerpt
from rectify.catalogue.windows import Cutting, Window
from rectify.terms.errors import Fault, Faulty, Place

_DELIMITERS = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars"}
_HEAD = 1 << 18


class Delimited:
    """One CSV file. Raises `Faulty` for a header that cannot be used."""

    def __init__(self, text: TextFile) -> None:
        self.text = text
        with text.open() as stream:
            head = stream.fill(_HEAD)
        skip, self._delimiter = _sniff(head)
        self.columns, start = _header(head, skip, self._delimiter, text.name)
        said = "" if self._delimiter == "," else f"cells are parted by {_DELIMITERS[self._delimiter]}"
        broken = "" if text.encoding.said else said_of_header(head[skip:start])
        self.notes = tuple(n for n in (text.encoding.said, said, broken) if n)
        sign = ord(self._delimiter)
        cutting = Cutting(
            lambda piece, last: find_cells(piece, sign, last), lambda piece: find_cells_by_line(piece, sign)
        )
        self._blocks = TextBlocks(text, cutting, start)

    def blocks(self) -> Iterator[Block]:
        """Blocks of about `caps.block_rows` rows; reads the whole file and takes its digest on the way."""
        return self._blocks.blocks()

    def digest(self) -> tuple[str, str]:
        """SHA-256 of the file's bytes and its stamp, once `blocks` has ended."""
        return self._blocks.digest()

    def read(self, block: Block, wanted: Mapping[str, str], stamp: str) -> Iterator[Raw]:
        """The rows of a block, in pieces of about a batch. Raises `Refused` where the file has changed."""
        windows = self._blocks.read(block, stamp)
        yield from joined(raw for window, first in windows for raw in self._raws(window, first, wanted))

    def first_rows(self, wanted: Mapping[str, str]) -> Iterator[Raw]:
        """The rows from the beginning, without a digest."""
        for window, first in self._blocks.from_start():
            yield from self._raws(window, first, wanted)

    def natural(self, column: str) -> str:
        """The kind of field that a column could fill as it stands."""
        return "text"

    def _raws(self, window: Window, first: int, wanted: Mapping[str, str]) -> Iterator[Raw]:
        places = {name: n for n, name in enumerate(self.columns) if name in wanted}
        pieces = _pieces(window)
        for part in cut(window.grid.closes - window.grid.begins):
            yield self._raw(window, pieces, part, first, places)

    def _raw(self, window: Window, pieces: pa.Array, part: slice, first: int, places: Mapping[str, int]) -> Raw:
        grid = window.grid
        cells, bad = grid.first[part], grid.bad[part]
        count = grid.last[part] - cells + 1
        good = (count == len(self.columns)) & ~bad
        why = {int(n): window.why if bad[n] else self._ragged(int(count[n])) for n in np.flatnonzero(~good)}
        for name, place in places.items():
            here = np.where(good, cells + place, 0)
            size = np.where(good, grid.ends[here] - grid.starts[here], 0)
            for n in np.flatnonzero(size > self.text.caps.cell).tolist():
                why[n] = f"a cell of {size[n]:,} bytes stands in {name}"
                good[n] = False
        numbers = np.arange(first + part.start, first + part.start + len(cells), dtype=np.int64)
        told = [SetAside(self.text.name, int(numbers[n]), why[n], _show(window, part.start + n)) for n in sorted(why)]
        kept = cells[good]
        return Raw({name: _column(pieces, grid, kept + n) for name, n in places.items()}, numbers[good], told)

    def _ragged(self, cells: int) -> str:
        return f"has {cells} cells where the header names {len(self.columns)}"


def _show(window: Window, record: int) -> str:
    grid = window.grid
    cell = grid.first[record]
    begin = int(grid.starts[cell] - grid.quoted[cell])
    last = grid.last[record]
    end = int(grid.ends[last] + grid.quoted[last])
    return excerpt(window.text[begin : min(end, begin + 800)].decode("utf-8", "replace"))


def _pieces(window: Window) -> pa.Array:
    """The text as one array: each cell, and between two of them what parts them. No byte is copied."""
    grid = window.grid
    offsets = np.empty(2 * len(grid.starts), np.int32)
    offsets[0::2], offsets[1::2] = grid.starts, grid.ends
    buffers = [None, pa.py_buffer(offsets), pa.py_buffer(window.text)]
    return pa.Array.from_buffers(pa.binary(), max(len(offsets) - 1, 0), buffers)


def _column(pieces: pa.Array, grid: Grid, cells: Positions) -> pa.Array:
    column = pieces.take(pa.array(2 * cells))
    doubled = grid.doubled[cells]
    if doubled.any():
        mask = pa.array(doubled)
        column = pc.replace_with_mask(column, mask, pc.replace_substring(column.filter(mask), '""', '"'))
    if grid.mended:
        odd = np.array([cell in grid.mended for cell in cells.tolist()], np.bool_)
        values = pa.array([grid.mended[cell] for cell in cells[odd].tolist()], pa.binary())
        column = pc.replace_with_mask(column, pa.array(odd), values)
    return column


def _sniff(head: bytes) -> tuple[int, str]:
    """Where the header begins, and the delimiter that gives the most rows as many cells as the header, then the most.

    A first line "sep=;" (as spreadsheets write it) says it itself.
    """
    line = head[:16].split(b"\n", 1)[0].strip()
    if line[:4].lower() == b"sep=" and line[4:].decode("latin-1") in _DELIMITERS:
        return head.index(b"\n") + 1, line[4:].decode("latin-1")
    whole = len(head) < _HEAD
    best, found = (0.0, 0), ","
    for delimiter in _DELIMITERS:
        grid = find_cells(head[: 1 << 16] if not whole else head, ord(delimiter), whole)
        counts = (grid.last - grid.first + 1)[:100].tolist()
        if counts and counts[0] > 1:
            score = (round(counts.count(counts[0]) / len(counts), 1), counts[0])
            if score > best:
                best, found = score, delimiter
    return 0, found


def _header(head: bytes, skip: int, delimiter: str, name: str) -> tuple[tuple[str, ...], int]:
    text = head[skip:]
    if not text.strip(b"\r\n"):
        raise faulty(name, "is empty: it has no header", "the first line names the columns")
    grid = find_cells(text, ord(delimiter), len(head) < _HEAD)
    if not len(grid.first):
        raise faulty(name, "has no header that ends", "is a quote opened there and not closed?")
    cells = range(int(grid.first[0]), int(grid.last[0]) + 1)
    names = [
        grid.mended.get(n, text[grid.starts[n] : grid.ends[n]]).decode("utf-8", "replace").replace('""', '"').strip()
        for n in cells
    ]
    twice = [column for column, n in Counter(names).items() if n > 1 and column]
    if twice:
        place = Place(file=name, line=1)
        raise Faulty(Fault(f'two columns are named "{column}"', place, "rename one of them") for column in twice)
    end = int(grid.closes[0])
    while end < len(text) and text[end] not in b"\r\n":
        end += 1
    return tuple(names), skip + end
