"""The tables of the store itself, and the interface through which a working room brings its own."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Protocol

from sqlalchemy import Column, Connection, Integer, LargeBinary, MetaData, String, Table, Text, inspect, select

from rectify.terms.entry import Opened
from rectify.terms.errors import Broken

PRODUCT = "rectify"
VERSION = 1  # of the tables below and of `entries`; a store with a larger one is refused

metadata = MetaData()

schema = Table(
    "schema",
    metadata,
    Column("product", String, primary_key=True),
    Column("version", Integer, nullable=False),
)

due = Table(
    "due",
    metadata,
    Column("key", String, primary_key=True),
    Column("kind", String, nullable=False, index=True),
    Column("due", String, nullable=False, index=True),  # instants.sortable
    Column("payload", Text, nullable=False),
    Column("state", String, nullable=False),  # waiting | leased | done | set_aside
    Column("fence", Integer, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("lease_until", String, nullable=False),
    Column("error", Text, nullable=False),
)

subject_keys = Table(
    "subject_keys",
    metadata,
    Column("subject", String, primary_key=True),
    Column("wrapped", LargeBinary, nullable=False),
)

sealed = Table(
    "sealed",
    metadata,
    Column("part", String, primary_key=True),
    Column("subject", String, nullable=False, index=True),
    Column("kind", String, nullable=False),
    Column("box", LargeBinary, nullable=False),  # nonce, then the sealed salt and bytes
)


class Projection(Protocol):
    """Tables that a working room fills from the ledger, and that can be thrown away and filled anew at any time.

    Table names begin with `name` and "_". Instants are RFC 3339 UTC text, JSON is text, `book` stands on every row.
    `apply` is called once for each entry of `kinds`, in order, inside the transaction that appends it; it reads
    nothing but its own tables and the entry, or a refill would differ.
    """

    @property
    def name(self) -> str: ...

    @property
    def metadata(self) -> MetaData: ...

    @property
    def kinds(self) -> frozenset[str]: ...

    def apply(self, connection: Connection, opened: Opened) -> None: ...


def create(connection: Connection, projections: Iterable[Projection]) -> None:
    """Makes the tables of the projections where they are missing. Raises Broken for a table outside the room's name."""
    for projection in projections:
        for table in projection.metadata.tables:
            if table != projection.name and not table.startswith(projection.name + "_"):
                raise Broken(f'the table "{table}" of the projection "{projection.name}" does not begin with its name')
        projection.metadata.create_all(connection)


def clear(connection: Connection, projections: Sequence[Projection]) -> None:
    """Drops the tables of the projections, whatever columns they have, and makes them anew, empty."""
    known = set(inspect(connection).get_table_names())
    for projection in projections:
        for table in reversed(projection.metadata.sorted_tables):
            if table.name in known:
                table.drop(connection)
    create(connection, projections)


def standing(connection: Connection) -> str:
    """ "ours", "new" (empty) or "foreign". Raises Broken for a store written by a newer version."""
    known = set(inspect(connection).get_table_names())
    if not known:
        return "new"
    if "schema" not in known:
        return "foreign"
    if {column["name"] for column in inspect(connection).get_columns("schema")} != {"product", "version"}:
        return "foreign"
    row = connection.execute(select(schema)).first()
    if row is None or row.product != PRODUCT:
        return "foreign"
    if row.version > VERSION:
        raise Broken(f"the store was written by a newer Rectify (format {row.version}; this one reads up to {VERSION})",
                     "install the newer version")  # fmt: skip
    return "ours"


def begin(connection: Connection) -> None:
    """Makes the store's own tables. Does nothing if another process was first."""
    if "schema" in inspect(connection).get_table_names():
        return
    metadata.create_all(connection, checkfirst=False)
    connection.execute(schema.insert().values(product=PRODUCT, version=VERSION))
