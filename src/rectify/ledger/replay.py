"""Keeps the tables of the working rooms equal to the ledger: filled as entries come, caught up, refilled."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator, Sequence

from sqlalchemy import Column, Connection, Integer, String, Table, insert, select, update
from sqlalchemy.schema import CreateTable

from rectify.ledger import log
from rectify.ledger.entry import read
from rectify.store.connection import open_store
from rectify.store.sealed import Sealed
from rectify.store.tables import Projection, clear
from rectify.terms.entry import Entry, Opened
from rectify.terms.errors import Broken

positions = Table(
    "projections",
    log.metadata,
    Column("name", String, primary_key=True),
    Column("shape", String, nullable=False),  # digest of its tables and kinds
    Column("upto", Integer, nullable=False),  # how many entries it has taken in
)


def shape(projection: Projection) -> str:
    """A digest of a projection's tables and kinds: when it changes, the tables are filled anew."""
    said = [projection.name, *sorted(projection.kinds), str(getattr(projection, "version", 1))]
    said += [str(CreateTable(table)) for table in projection.metadata.sorted_tables]
    return hashlib.sha256("\n".join(said).encode()).hexdigest()


def open_parts(connection: Connection, sealed: Sealed, found: Sequence[Entry]) -> Iterator[Opened]:
    """Entries with their private parts opened; a part that was erased is None."""
    plain = sealed.open_all(connection, [part["id"] for entry in found for part in entry.parts.values()])
    for entry in found:
        private = {name: plain.get(part["id"]) for name, part in entry.parts.items()}
        yield Opened(entry, {name: None if part is None else part.value for name, part in private.items()})


def opened(connection: Connection, sealed: Sealed, start: int, upto: int, kinds: frozenset[str]) -> Iterator[Opened]:
    """Opened entries of some kinds with start <= sequence < upto, in order."""
    while found := log.page(connection, start, upto, kinds=kinds):
        yield from open_parts(connection, sealed, [read(row.entry) for row in found])
        start = found[-1].sequence + 1


def differing(connection: Connection, sealed: Sealed, projections: Sequence[Projection]) -> tuple[int, list[str]]:
    """How many tables could be compared with a replay beside the store, and those that say something else. Only reads.

    A projection that has tables of another version, or none, is left out: they are filled anew when it is opened.
    """
    stand = {row.name: row for row in connection.execute(select(positions))}
    size, compared, found = log.size(connection), 0, list[str]()
    for projection in projections:
        at = stand.get(projection.name)
        if at is None or at.shape != shape(projection):
            continue
        twin = open_store("sqlite://")
        try:
            with twin.writing() as beside:
                clear(beside, [projection])
                for entry in opened(connection, sealed, 0, size, projection.kinds) if projection.kinds else ():
                    projection.apply(beside, entry)
                for table in projection.metadata.sorted_tables:
                    compared += 1
                    if at.upto != size or _rows(connection, table) != _rows(beside, table):
                        found.append(table.name)
        finally:
            twin.close()
    return compared, found


def _rows(connection: Connection, table: Table) -> list[str]:
    return sorted(repr(tuple(row)) for row in connection.execute(select(table)))


class Replay:
    """The projections of a ledger, and how far each has come."""

    def __init__(self, projections: Sequence[Projection], sealed: Sealed) -> None:
        self.projections, self._sealed = tuple(projections), sealed
        if twice := [name for name, n in Counter(p.name for p in projections).items() if n > 1]:
            raise Broken(f'two projections are called "{twice[0]}"', "give each room a name of its own")
        self._shapes = {projection.name: shape(projection) for projection in self.projections}
        self._takes: dict[str, list[Projection]] = {}
        for projection in self.projections:
            for kind in projection.kinds:
                self._takes.setdefault(kind, []).append(projection)

    def behind(self, connection: Connection) -> list[Projection]:
        """The projections that lack entries or have other tables than this program's."""
        size = log.size(connection)
        stand = {row.name: (row.shape, row.upto) for row in connection.execute(select(positions))}
        return [p for p in self.projections if stand.get(p.name) != (self._shapes[p.name], size)]

    def catch_up(self, connection: Connection) -> None:
        """Makes and fills what is missing: entries of another process, a new room, tables of a newer version."""
        stand = {row.name: (row.shape, row.upto) for row in connection.execute(select(positions))}
        for projection in self.behind(connection):
            name = projection.name
            if name not in stand:
                connection.execute(insert(positions).values(name=name, shape="", upto=0))
            there, upto = stand.get(name, ("", 0))
            if there != self._shapes[name]:
                clear(connection, [projection])
                upto = 0
            self._fill(connection, projection, upto)

    def refill(self, connection: Connection) -> None:
        """Throws all tables away and fills them from the entries and the sealed parts that are left."""
        clear(connection, self.projections)
        for projection in self.projections:
            self._fill(connection, projection, 0)

    def apply(self, connection: Connection, entry: Opened) -> None:
        """Gives a new entry to every projection that reads its kind."""
        for projection in self._takes.get(entry.entry.kind, ()):
            projection.apply(connection, entry)

    def advance(self, connection: Connection, size: int) -> None:
        """Notes that all projections have taken in `size` entries."""
        names = [p.name for p in self.projections]
        if names:
            connection.execute(update(positions).where(positions.c.name.in_(names)).values(upto=size))

    def differences(self, connection: Connection) -> list[str]:
        """The tables that a refill changes. Leaves them refilled: end the transaction with a rollback."""
        self.catch_up(connection)  # to be behind, because another program appended, is no difference
        before = self._dump(connection)
        self.refill(connection)
        after = self._dump(connection)
        return sorted(table for table in before if before[table] != after[table])

    def _fill(self, connection: Connection, projection: Projection, start: int) -> None:
        size = log.size(connection)
        if projection.kinds:
            for entry in opened(connection, self._sealed, start, size, projection.kinds):
                projection.apply(connection, entry)
        to = {"shape": self._shapes[projection.name], "upto": size}
        connection.execute(update(positions).where(positions.c.name == projection.name).values(**to))

    def _dump(self, connection: Connection) -> dict[str, list[str]]:
        tables = [table for projection in self.projections for table in projection.metadata.sorted_tables]
        return {table.name: _rows(connection, table) for table in tables}
