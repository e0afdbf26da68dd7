"""What the three kinds of file have in common: blocks that can be read alone, and rows as they stand in the file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from rectify.catalogue.source import BATCH_BYTES, BATCH_ROWS, SetAside
from rectify.terms.errors import Faulty


class Block(NamedTuple):
    """A part of a file that can be read alone; see `Split`."""

    group: int
    rows: int
    first: int
    start: int = 0
    end: int = 0


@dataclass(slots=True)
class Raw:
    """Rows as they stand in a file: the host's own columns, each `len(rows)` long, and what was wrong with them.

    `rows` are their numbers in the file, `marks` go by index into `rows`, rows in `set_aside` are not in the columns.
    """

    columns: dict[str, pa.Array]
    rows: npt.NDArray[np.int64]
    set_aside: list[SetAside] = field(default_factory=list)
    marks: dict[int, list[str]] = field(default_factory=dict)


class Reader(Protocol):
    """One file of a catalogue. `wanted` maps the host's columns to the kinds of the fields that they fill."""

    columns: tuple[str, ...]
    notes: tuple[str, ...]

    def blocks(self) -> Iterator[Block]:
        """The blocks of the file, in order; reads all of a text file."""
        ...

    def digest(self) -> tuple[str, str]:
        """SHA-256 of the file's bytes and its stamp, once `blocks` has ended."""
        ...

    def read(self, block: Block, wanted: Mapping[str, str], stamp: str) -> Iterator[Raw]:
        """The rows of a block. Raises `Refused` where the file is not, or no longer, the one of the stamp."""
        ...

    def first_rows(self, wanted: Mapping[str, str]) -> Iterator[Raw]:
        """The rows from the beginning, without a digest: for a look at the file."""
        ...

    def natural(self, column: str) -> str:
        """The kind of field that a column could fill as it stands; empty where none."""
        ...


def cut(weights: npt.NDArray[np.int64], most_rows: int = BATCH_ROWS) -> Iterator[slice]:
    """Slices of rows of about a batch (8,192 rows, 4 MB), from the bytes of each row. A single row may be heavier."""
    total = np.concatenate(([0], np.cumsum(weights)))
    at, rows = 0, len(weights)
    while at < rows:
        most = int(np.searchsorted(total, total[at] + BATCH_BYTES, side="right")) - 1
        limit = at + most_rows
        end = rows if rows - at <= most_rows * 5 // 4 else limit  # no tail of a few rows
        end = max(min(end, most), at + 1)
        yield slice(at, end)
        at = end


def joined(parts: Iterable[Raw]) -> Iterator[Raw]:
    """Small pieces put together until they make a batch; what came before a fault is given before it is raised."""
    held: list[Raw] = []
    rows = size = 0
    fault: Faulty | None = None
    try:
        for part in parts:
            weight = sum(column.nbytes for column in part.columns.values())
            if held and (rows + len(part.rows) > BATCH_ROWS or size + weight > BATCH_BYTES):
                yield _join(held)
                held, rows, size = [], 0, 0
            held.append(part)
            rows, size = rows + len(part.rows), size + weight
    except Faulty as error:
        fault = error
    if held:
        yield _join(held)
    if fault is not None:
        raise fault


def _join(parts: list[Raw]) -> Raw:
    if len(parts) == 1:
        return parts[0]
    columns = {name: pa.concat_arrays([part.columns[name] for part in parts]) for name in parts[0].columns}
    marks: dict[int, list[str]] = {}
    base = 0
    for part in parts:
        marks.update({base + index: names for index, names in part.marks.items()})
        base += len(part.rows)
    return Raw(columns, np.concatenate([p.rows for p in parts]), [s for p in parts for s in p.set_aside], marks)
