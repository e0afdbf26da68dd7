"""The accounts behind the items: read through the same files and defences, looked up by the host's id."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from rectify.catalogue.files import find_files, open_reader
from rectify.catalogue.mapping import map_faults, read_map
from rectify.catalogue.schema import ACCOUNT_SCHEMA
from rectify.catalogue.shape import Shaper, finish_accounts
from rectify.catalogue.source import Caps, SetAside
from rectify.terms.errors import Fault, Faulty
from rectify.terms.item import ACCOUNT_FIELDS, Account, Contact


class FileRead(NamedTuple):
    """A file that accounts came from: its name, the SHA-256 of its bytes, how many rows it holds."""

    name: str
    digest: str
    rows: int


class Accounts:
    """The accounts of one catalogue: an Arrow table of `ACCOUNT_SCHEMA`, found by id.

    Where an id stands twice the first row counts; `duplicates` tells the ids.
    """

    def __init__(
        self, source: str, table: pa.Table, set_aside: Sequence[SetAside] = (), files: Sequence[FileRead] = (),
        notes: Sequence[str] = (),
    ) -> None:  # fmt: skip
        self.source, self.table = source, table.combine_chunks()
        self.set_aside, self.files, self.notes = tuple(set_aside), tuple(files), tuple(notes)
        self._ids = self.table.column("id").combine_chunks() if len(table) else pa.array([], pa.string())
        self._order = np.asarray(pc.sort_indices(self._ids)) if len(table) else np.zeros(0, np.uint64)
        self.duplicates = self._twice()

    def __len__(self) -> int:
        return len(self.table)

    def __iter__(self) -> Iterator[Account]:
        return (self._account(row) for row in range(len(self)))

    def get(self, id: str) -> Account | None:  # noqa: A002  (the word of the glossary)
        """The account with this host id, or None: an account without a row is known by id only."""
        row = self._row(id)
        return None if row is None else self._account(row)

    def _row(self, id: str) -> int | None:  # noqa: A002
        low, high = 0, len(self._order)
        sought = id.encode("utf-8", "surrogatepass")  # sort_indices orders by bytes
        while low < high:
            middle = (low + high) // 2
            if self._ids[int(self._order[middle])].as_py().encode() < sought:
                low = middle + 1
            else:
                high = middle
        if low < len(self._order) and self._ids[row := int(self._order[low])].as_py() == id:
            return row
        return None

    def _twice(self) -> tuple[str, ...]:
        ids = self._ids.take(pa.array(self._order))
        if len(ids) < 2:
            return ()
        same = pc.equal(ids.slice(1), ids.slice(0, len(ids) - 1))
        return tuple(dict.fromkeys(ids.slice(1).filter(same).to_pylist()))

    def _account(self, row: int) -> Account:
        values = self.table.slice(row, 1).to_pylist()[0]
        contact = Contact(values["contact.mail"], values["contact.post"], values["contact.inbox"])
        plain = {name: values[name] for name in ACCOUNT_FIELDS if not name.startswith("contact.")}
        return Account(source=self.source, contact=contact, **plain)


def read_accounts(
    source: str,
    files: Sequence[str],
    *,
    folder: Path = Path(),
    map: Mapping[str, str | None] | None = None,  # noqa: A002  (the word of the settings)
    encoding: str = "",
    caps: Caps | None = None,
) -> Accounts:
    """Reads the accounts of the catalogue `source`. Raises `Faulty` with all faults of map and files."""
    given, limits = dict(map or {}), caps or Caps()
    faults: list[Fault] = map_faults(given, ACCOUNT_FIELDS)
    if faults:
        raise Faulty(faults)
    batches: list[pa.RecordBatch] = []
    aside: list[SetAside] = []
    read: list[FileRead] = []
    notes: list[str] = []
    for path, name in find_files(files, folder):
        try:
            reader = open_reader(path, name, limits, encoding)
            columns = read_map(given, reader.columns, name, ACCOUNT_FIELDS)
            shaper = Shaper(name, ACCOUNT_SCHEMA, ACCOUNT_FIELDS, columns, limits.cell, finish_accounts)
            blocks = list(reader.blocks())
            digest, stamp = reader.digest()
            for block in blocks:
                for raw in reader.read(block, columns.kinds(ACCOUNT_FIELDS), stamp):
                    batch = shaper.shape(raw)
                    batches.append(batch.items)
                    aside += batch.set_aside
        except Faulty as error:
            faults += error.faults
            continue
        read.append(FileRead(name, digest, sum(block.rows for block in blocks)))
        notes += [f"{name}: {note}" for note in reader.notes]
    if faults:
        raise Faulty(faults)
    return Accounts(source, pa.Table.from_batches(batches, ACCOUNT_SCHEMA), aside, read, notes)
