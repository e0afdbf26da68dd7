"""The door that every catalogue comes through (entry point group `rectify.sources`), and what passes it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol

import pyarrow as pa

BATCH_ROWS = 8_192  # what a batch costs beside its rows is a millisecond or so
BATCH_BYTES = 4 << 20


@dataclass(frozen=True, slots=True)
class Caps:
    """How much a file may ask for. All are bytes or rows; see SECURITY.md §3, hostile catalogue."""

    cell: int = 1 << 20  # a longer cell sets its row aside
    record: int = 4 << 20  # a row of a text file that is longer is set aside
    block_rows: int = 100_000  # rows of one split of a text file
    depth: int = 20  # of a JSON line
    unpacked: int = 256 << 30  # of one compressed file
    ratio: int = 1_000  # unpacked to packed size, beyond `ratio_from`
    ratio_from: int = 1 << 30
    rows_a_byte: int = 1_000  # rows that a Parquet file may declare for each of its bytes
    decoded: int = 64 << 20  # what one read of a Parquet file may decode to


class Split(NamedTuple):
    """The unit of a sweep: one row group of a Parquet file, or one block of rows of a text file.

    `name` is the file's path as given, `digest` the SHA-256 of its bytes (hex), `group` counts from 0, `rows` is how
    many rows it holds, set aside or not. The rest lets any process read just this part: `first` is the row it begins
    with (from 1), `start` and `end` lie in the unpacked text, `stamp` is the file as it was when its digest was taken.
    """

    name: str
    digest: str
    group: int
    rows: int
    first: int = 1
    start: int = 0
    end: int = 0
    stamp: str = ""


class SetAside(NamedTuple):
    """A row that could not be read: where, why (a sentence) and how it begins (at most 200 characters)."""

    file: str
    row: int
    reason: str
    excerpt: str


@dataclass(frozen=True, slots=True)
class Batch:
    """Rows as the engine sees them: about 8,192 rows or 4 MB of `ITEM_SCHEMA`, and the rows that were set aside."""

    items: pa.RecordBatch
    set_aside: list[SetAside] = field(default_factory=list)


class Source(Protocol):
    """A catalogue. `splits` is stable for the same bytes; `read` gives a split's rows in their order.

    Both raise `Faulty` where a file cannot be read and `Refused` where it changed in the meantime. What `read` gave
    counts only once its iterator has ended: a change is told at the end too.
    """

    name: str

    def splits(self) -> list[Split]:
        """All parts, in a fixed order."""
        ...

    def read(self, split: Split) -> Iterator[Batch]:
        """The rows of one part, in their order."""
        ...


_PICTURES = {n: 0x2400 + n for n in range(32)} | {0x7F: 0x2421}


def excerpt(text: str) -> str:
    """The first 200 characters of a row with control signs drawn (␀, ␛), safe to print."""
    drawn = text[:200].translate(_PICTURES)
    return "".join(c if c.isprintable() or c == " " else "\N{REPLACEMENT CHARACTER}" for c in drawn)
