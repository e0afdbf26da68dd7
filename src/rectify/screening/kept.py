"""Rows as they were swept, for the cases that they open: those with a finding, and those that the order names."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from rectify.catalogue.schema import ITEM_SCHEMA
from rectify.catalogue.values import sizes
from rectify.screening.findings import file_digest, keep
from rectify.terms.order import ItemNamed

SCHEMA = pa.schema([*ITEM_SCHEMA, pa.field("findings", pa.list_(pa.string())), pa.field("named", pa.bool_())])
_OWN = ("findings", "named")
_ROWS_A_GROUP, _BYTES_A_GROUP = 1024, 2 << 20  # whichever is full first, however the rows came in


@dataclass(frozen=True, slots=True)
class KeptRow:
    """A row by `ITEM_FIELDS` name (and `row`, `marks`), the ids of its findings, whether the order names its place."""

    row: dict[str, Any]
    findings: tuple[str, ...]
    named: bool


class KeptFile:
    """A file of kept rows in the making; leaving without `commit` leaves nothing. The same rows give the same bytes."""

    def __init__(self, path: Path, places: Sequence[ItemNamed]) -> None:
        self._path, self._temporary = path, path.with_name(f"{path.name}.{os.getpid()}.part")
        self._ids = pa.array([place.id for place in places if place.id], pa.string())
        self._urls = pa.array([place.url for place in places if place.url], pa.string())
        self._writer = pq.ParquetWriter(self._temporary, SCHEMA, compression="zstd")
        self._waiting: list[pa.RecordBatch] = []
        self._rows = self._bytes = 0

    def add(self, items: pa.RecordBatch, rows: Sequence[int], ids: Sequence[str]) -> None:
        """Keeps what a batch gave: `rows` (from 0) with the ids of their findings, and exact places of the order."""
        found: dict[int, list[str]] = {}
        for row, finding in zip(rows, ids, strict=True):
            found.setdefault(row, []).append(finding)
        named = set(self._named(items))
        taken = sorted({*found, *named})
        if not taken:
            return
        kept = items.select(ITEM_SCHEMA.names).take(pa.array(taken, pa.int64()))
        own = [pa.array([found.get(row, []) for row in taken], SCHEMA.field("findings").type),
               pa.array([row in named for row in taken])]  # fmt: skip
        self._gather(pa.RecordBatch.from_arrays([*kept.columns, *own], schema=SCHEMA))

    def _gather(self, kept: pa.RecordBatch) -> None:
        """Puts rows together to groups that end where they would end if each came alone."""
        weights, at = sum(map(sizes, kept.columns), np.zeros(kept.num_rows, np.int64)), 0
        while at < kept.num_rows:
            filled = self._bytes + np.cumsum(weights[at : at + _ROWS_A_GROUP - self._rows])
            n = min(len(filled), int(np.searchsorted(filled, _BYTES_A_GROUP)) + 1)
            self._waiting.append(kept.slice(at, n))
            self._rows, self._bytes, at = self._rows + n, int(filled[n - 1]), at + n
            if self._rows == _ROWS_A_GROUP or self._bytes >= _BYTES_A_GROUP:
                self._flush()

    def _flush(self) -> None:
        self._writer.write_table(pa.Table.from_batches(self._waiting).combine_chunks(), row_group_size=_ROWS_A_GROUP)
        self._waiting, self._rows, self._bytes = [], 0, 0

    def _named(self, items: pa.RecordBatch) -> Iterator[int]:
        for column, sought in (("id", self._ids), ("url", self._urls)):
            if len(sought):
                yield from pc.indices_nonzero(pc.is_in(items[column], sought)).to_pylist()

    def commit(self) -> str:
        """Gives the file its name for good; returns the SHA-256 of its bytes (hex)."""
        if self._waiting:
            self._flush()
        self._writer.close()
        digest = file_digest(self._temporary)
        keep(self._temporary, self._path)
        return digest

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if self._writer.is_open:
            self._writer.close()
        self._temporary.unlink(missing_ok=True)


def named_in(path: Path) -> Iterator[tuple[str, str]]:
    """Id and address of the kept rows whose place the order names."""
    with pq.ParquetFile(path) as file:
        for batch in file.iter_batches(columns=["id", "url", "named"]):
            rows = zip(*(batch.column(name).to_pylist() for name in ("id", "url", "named")), strict=True)
            yield from ((name, url or "") for name, url, named in rows if named)


def keys_in(path: Path) -> Iterator[tuple[str, str]]:
    """Kind and id of every kept row."""
    with pq.ParquetFile(path) as file:
        for batch in file.iter_batches(columns=["kind", "id"]):
            yield from zip(batch.column("kind").to_pylist(), batch.column("id").to_pylist(), strict=True)


def read_kept(path: Path) -> Iterator[KeptRow]:
    """The kept rows of a split, in the order of the file."""
    with pq.ParquetFile(path) as file:
        for batch in file.iter_batches(batch_size=1024):
            for row in batch.to_pylist():
                findings, named = (row.pop(name) for name in _OWN)
                row["attributes"] = dict(row["attributes"] or ())
                yield KeptRow(row, tuple(findings), named)
