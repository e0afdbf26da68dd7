"""Parquet files, read on the assumption that a stranger wrote them.

A file of half a kilobyte can hold one text of 2 MB in a dictionary and name it in each of a million rows. So what the
footer declares is checked against the file, each text column's dictionary is measured before a row is decoded, reads
are made as small as that asks, and a column whose dictionary holds a text over the limit stays coded until the rows
that name it are set aside. What a forged footer still hides is left to the limits of the process (`limits.py`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq
import pyarrow.types as pt

from rectify.catalogue.opening import changed, digest_file, faulty, open_file, stamp_of
from rectify.catalogue.reading import Block, Raw, cut, joined
from rectify.catalogue.source import BATCH_BYTES, BATCH_ROWS, Caps, SetAside
from rectify.catalogue.values import is_list, is_texty, sizes
from rectify.terms.errors import Fault, Faulty, Place

_BUFFER = 1 << 20
_THRIFT = 64 << 20  # bytes that the footer's texts and lists may take
_FULL = BATCH_BYTES * 7 // 8
_DELTA_ROWS = 64  # rows at a time of text that is written as differences: each row may be as long as all before


@dataclass(frozen=True, slots=True)
class Plan:
    """How to read a row group: so many rows at a time, and which leaves to keep coded."""

    rows: int
    coded: tuple[str, ...]


class Dictionary(NamedTuple):
    """The longest text of a leaf's dictionary and all of it, in bytes; of its first row where it has none."""

    longest: int
    total: int
    coded: bool


class Leaf(NamedTuple):
    """A column of the file as Parquet stores it: its place, whether it holds texts, the length of a fixed one."""

    place: int
    text: bool
    length: int


class ParquetTable:
    """One Parquet file. Raises `Faulty` for what is none, or declares what cannot be."""

    notes: tuple[str, ...] = ()

    def __init__(self, path: Path, name: str, caps: Caps) -> None:
        self._path, self._name, self._caps = path, name, caps
        self._footer: tuple[str, Any] = ("", None)  # of the file with this stamp: it is opened many times
        with open_file(path, name) as file:
            self._size = file.seek(0, 2)
            with self._told():
                table = self._table(file)
                self._check(table.metadata)
                self._schema = table.schema_arrow
                columns = [table.schema.column(n) for n in range(len(table.schema))]
                self._leaves = {
                    c.path: Leaf(n, c.physical_type == "BYTE_ARRAY", c.length or 0) for n, c in enumerate(columns)
                }
        self.columns = tuple(self._schema.names)
        self._digest = ("", "")

    def blocks(self) -> Iterator[Block]:
        """The row groups; takes the file's digest."""
        with open_file(self._path, self._name) as file:
            stamp, first = stamp_of(file), 1
            with self._told():
                meta = self._table(file).metadata
            for group in range(meta.num_row_groups):
                if rows := meta.row_group(group).num_rows:
                    yield Block(group, rows, first)
                first += rows
            self._digest = (digest_file(file), stamp)
            if stamp_of(file) != stamp:
                raise changed(self._name)

    def digest(self) -> tuple[str, str]:
        """SHA-256 of the file's bytes and its stamp, once `blocks` has ended."""
        return self._digest

    def read(self, block: Block, wanted: Mapping[str, str], stamp: str) -> Iterator[Raw]:
        """The rows of a row group, in pieces of about a batch. Raises `Refused` where the file has changed."""
        with open_file(self._path, self._name) as file:  # one handle: a file put in its place is not read half
            if stamp_of(file) != stamp:
                raise changed(self._name)
            try:
                yield from self._rows(file, block, wanted)
            except Faulty as error:
                if stamp_of(file) != stamp:
                    raise changed(self._name) from error
                raise
            if stamp_of(file) != stamp:
                raise changed(self._name)

    def first_rows(self, wanted: Mapping[str, str]) -> Iterator[Raw]:
        """The rows from the beginning, without a digest."""
        with open_file(self._path, self._name) as file:
            with self._told():
                meta = self._table(file).metadata
            first = 1
            for group in range(meta.num_row_groups):
                rows = meta.row_group(group).num_rows
                yield from self._rows(file, Block(group, rows, first), wanted)
                first += rows

    def natural(self, column: str) -> str:
        """The kind that a column's type is nearest to; empty where none can hold it."""
        found = self._schema.field(column).type
        return next((kind for kind in ("texts" if is_list(found) else "text", "attributes") if _fits(found, kind)), "")

    def _rows(self, file: IO[bytes], block: Block, wanted: Mapping[str, str]) -> Iterator[Raw]:
        self._check_types(wanted)
        plan = self._plan(file, block.group, wanted)
        yield from joined(self._pieces(file, block, wanted, plan))

    def _pieces(self, file: IO[bytes], block: Block, wanted: Mapping[str, str], plan: Plan) -> Iterator[Raw]:
        first, text = block.first, 0
        for batch in self._batches(file, block.group, self._chosen(wanted), plan):
            by_cell = {name: sizes(batch.column(name)) for name in wanted}
            for part in cut(sum(by_cell.values(), np.zeros(batch.num_rows, np.int64))):
                raw = self._raw(batch, by_cell, part, first + part.start)
                coded = [name for name in wanted if any(leaf in plan.coded for leaf in self._leaves_of(name))]
                text += sum(raw.columns[name].nbytes for name in coded)
                text += sum(int(weight[part].sum()) for name, weight in by_cell.items() if name not in coded)
                self._check_text(text)
                yield raw
            first += batch.num_rows
        if first - block.first != block.rows:
            held = f"row group {block.group} holds {first - block.first:,} rows and declares {block.rows:,}"
            raise faulty(self._name, held, "the file is damaged")

    def _batches(self, file: IO[bytes], group: int, leaves: list[str], plan: Plan) -> Iterator[pa.RecordBatch]:
        with self._told():
            table = self._table(file, plan.coded)
            batches = table.iter_batches(plan.rows, row_groups=[group], columns=leaves, use_threads=False)
        while True:
            with self._told():
                batch = next(batches, None)
            if batch is None:
                return
            yield batch

    def _raw(self, batch: pa.RecordBatch, by_cell: dict[str, npt.NDArray[np.int64]], part: slice, first: int) -> Raw:
        count = part.stop - part.start
        rows = np.arange(first, first + count, dtype=np.int64)
        kept = np.ones(count, np.bool_)
        aside: dict[int, str] = {}
        for name, weight in by_cell.items():
            for n in np.flatnonzero(weight[part] > self._caps.cell).tolist():
                aside.setdefault(n, f"a cell of {weight[part][n]:,} bytes stands in {name}")
                kept[n] = False
        columns = {name: _alone(batch.column(name), part, kept) for name in by_cell}
        told = [SetAside(self._name, int(rows[n]), aside[n], "") for n in sorted(aside)]
        return Raw(columns, rows[kept], told)

    def _plan(self, file: IO[bytes], group: int, wanted: Mapping[str, str]) -> Plan:
        """Measures the dictionary of each text leaf by reading one row of it coded."""
        with self._told():
            meta = self._table(file).metadata.row_group(group)
        rows, weight, most, coded = max(meta.num_rows, 1), 1, BATCH_ROWS, []
        whole = 0
        for leaf in self._chosen(wanted):
            found = self._measure(file, group, leaf)
            chunk = meta.column(self._leaves[leaf].place)  # only now: Arrow ends the process over a damaged one
            each, declared = max(1, -(-chunk.num_values // rows)), max(chunk.total_uncompressed_size, 0)
            whole += declared
            if not self._leaves[leaf].text:
                weight += each * max(self._leaves[leaf].length, 64)
                continue
            if found.coded and found.longest > self._caps.cell and declared < 2 * found.total + 64 * rows:
                coded.append(leaf)
            else:
                weight += max(each * found.longest, 4 * declared // rows)
            most = most if found.coded else min(most, _DELTA_ROWS)
        most = min(most, _FULL * rows // max(whole, 1))  # as a rule one read makes one batch
        return Plan(max(1, min(most, self._caps.decoded // weight)), tuple(coded))

    def _measure(self, file: IO[bytes], group: int, leaf: str) -> Dictionary:
        if self._leaves[leaf].text:
            with suppress(Faulty):  # an encoding that Arrow cannot read coded has no dictionary
                return self._first_row(file, group, leaf, (leaf,))
        return self._first_row(file, group, leaf, ())

    def _first_row(self, file: IO[bytes], group: int, leaf: str, coded: tuple[str, ...]) -> Dictionary:
        batch = next(self._batches(file, group, [leaf], Plan(1, coded)), None)
        found = [sizes(column) for column in _texts_in(batch.column(0))] if batch is not None else []
        longest = max((int(f.max(initial=0)) for f in found), default=0)
        return Dictionary(longest, sum(int(f.sum()) for f in found), bool(coded))

    def _leaves_of(self, name: str) -> list[str]:
        return [leaf for leaf in self._leaves if leaf == name or leaf.startswith(name + ".")]

    def _chosen(self, wanted: Mapping[str, str]) -> list[str]:
        return [leaf for name in wanted for leaf in self._leaves_of(name)]

    def _check(self, meta: pq.FileMetaData) -> None:
        """What the footer declares must fit the file and itself."""
        groups = [meta.row_group(n) for n in range(meta.num_row_groups)]
        faults = []
        if sum(group.num_rows for group in groups) != meta.num_rows or any(group.num_rows < 0 for group in groups):
            faults.append("declares another number of rows than its row groups hold")
        if meta.num_rows > self._caps.rows_a_byte * self._size:
            faults.append(f"declares {meta.num_rows:,} rows in {self._size:,} bytes")
        unpacked = sum(max(group.total_byte_size, 0) for group in groups)
        if unpacked > max(self._caps.ratio_from, self._caps.ratio * self._size):
            faults.append(f"declares {unpacked:,} bytes unpacked from {self._size:,}")
        self._most_text = max(self._caps.ratio_from, self._caps.ratio * self._size) // max(len(groups), 1)
        if faults:
            raise Faulty(Fault(text, Place(file=self._name), "the file is damaged or forged") for text in faults)

    def _check_text(self, text: int) -> None:
        if text > max(self._most_text, self._caps.decoded):
            raise faulty(
                self._name,
                f"unpacks one row group to more than {text:,} bytes of text from {self._size:,}, beyond what is read",
                "is one long text repeated in every row?",
            )

    def _check_types(self, wanted: Mapping[str, str]) -> None:
        faults = []
        for name, kind in wanted.items():
            found = self._schema.field(name).type
            if not _fits(found, kind):
                remedy = {"texts": "a list of text, or text", "attributes": "a map, a struct or JSON text"}
                text = f'column "{name}" is {found}, which cannot be read as {kind}'
                faults.append(Fault(text, Place(file=self._name), f"write it as {remedy.get(kind, 'text')}"))
        if faults:
            raise Faulty(faults)

    def _table(self, file: IO[bytes], coded: tuple[str, ...] = ()) -> Any:
        stamp = stamp_of(file)
        known = self._footer[1] if self._footer[0] == stamp else None
        file.seek(0)
        table = pq.ParquetFile(
            file,
            metadata=known,
            read_dictionary=list(coded),
            buffer_size=_BUFFER,
            pre_buffer=False,
            thrift_string_size_limit=_THRIFT,
            thrift_container_size_limit=_THRIFT,
        )
        self._footer = (stamp, table.metadata)
        return table

    @contextmanager
    def _told(self) -> Iterator[None]:
        """What Arrow raises, as a sentence."""
        try:
            yield
        except MemoryError as error:
            text = "asks for more memory than reading may take"
            raise faulty(self._name, text, "the file is forged or damaged") from error
        except (pa.ArrowException, OSError, ValueError, KeyError, OverflowError) as error:
            why = str(error).split("\n", 1)[0][:200]
            raise faulty(self._name, f"is no whole Parquet file: {why}", "was it written to the end?") from error


def _texts_in(column: pa.Array) -> Iterator[pa.Array]:
    """The dictionaries, or else the texts, inside a column."""
    kind = column.type
    if pt.is_dictionary(kind):
        yield column.dictionary
    elif pt.is_map(kind):
        yield from _texts_in(column.keys)
        yield from _texts_in(column.items)
    elif pt.is_struct(kind):
        for n in range(kind.num_fields):
            yield from _texts_in(column.field(n))
    elif is_list(kind):
        yield from _texts_in(column.values)
    else:
        yield column


def _alone(column: pa.Array, part: slice, kept: npt.NDArray[np.bool_]) -> pa.Array:
    """The kept rows of a part, decoded, and nothing of the rest. They were weighed, so this is no more than a batch."""
    whole = part.start == 0 and part.stop == len(column) and kept.all()
    if not whole:
        column = column.take(pa.array(np.flatnonzero(kept) + part.start))
    kind = _uncoded(column.type)
    return column if kind == column.type else column.cast(kind)


def _uncoded(kind: pa.DataType) -> pa.DataType:
    if pt.is_dictionary(kind):
        return kind.value_type
    if pt.is_map(kind):
        return pa.map_(_uncoded(kind.key_type), _uncoded(kind.item_type))
    if is_list(kind):
        return pa.list_(_uncoded(kind.value_type))
    if pt.is_struct(kind):
        return pa.struct([field.with_type(_uncoded(field.type)) for field in kind])
    return kind


def _fits(found: pa.DataType, kind: str) -> bool:
    if kind in ("text", "texts") and is_list(found):
        return is_texty(found.value_type)
    if kind == "attributes" and pt.is_map(found):
        return is_texty(found.key_type) and is_texty(found.item_type)
    if kind == "attributes" and pt.is_struct(found):
        return all(is_texty(field.type) for field in found)
    return is_texty(found)
