"""The table of entries, which can only grow, and the table of what was signed of it."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import NamedTuple

from sqlalchemy import (
    DDL,
    Column,
    Connection,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    event,
    func,
    inspect,
    select,
)

metadata = MetaData()

entries = Table(
    "entries",
    metadata,
    Column("sequence", Integer, primary_key=True, autoincrement=False),
    Column("book", String, nullable=False),
    Column("book_sequence", Integer, nullable=False),
    Column("kind", String, nullable=False, index=True),
    Column("leaf", LargeBinary, nullable=False),  # 32 bytes
    Column("entry", Text, nullable=False),  # RFC 8785
    UniqueConstraint("book", "book_sequence"),
)

checkpoints = Table(
    "checkpoints",
    metadata,
    Column("size", Integer, primary_key=True, autoincrement=False),
    Column("root", LargeBinary, nullable=False),
    Column("frontier", LargeBinary, nullable=False),  # the whole subtrees of that size, 32 bytes each
    Column("note", Text, nullable=False),
)

# INSERT OR REPLACE fires no DELETE trigger: only the next number of the log and of its book may come in.
for _name, _rule in {
    "entries_no_update": "BEFORE UPDATE ON entries BEGIN SELECT RAISE(ABORT, 'entries are never changed'); END",
    "entries_no_delete": "BEFORE DELETE ON entries BEGIN SELECT RAISE(ABORT, 'entries are never deleted'); END",
    "entries_in_order": "BEFORE INSERT ON entries WHEN "
    "NEW.sequence IS NOT (SELECT coalesce(max(sequence), -1) + 1 FROM entries) OR NEW.book_sequence IS NOT "
    "(SELECT coalesce(max(book_sequence), -1) + 1 FROM entries WHERE book = NEW.book) "
    "BEGIN SELECT RAISE(ABORT, 'entries have no gap and no second of a number'); END",
}.items():
    event.listen(entries, "after_create", DDL(f"CREATE TRIGGER {_name} {_rule}").execute_if(dialect="sqlite"))  # type: ignore[no-untyped-call]

PAGE = 500


def begin(connection: Connection) -> None:
    """Makes the tables of a new ledger."""
    if not inspect(connection).has_table(entries.name):
        metadata.create_all(connection, checkfirst=False)


class Row(NamedTuple):
    """An entry as it stands in the store."""

    sequence: int
    book: str
    book_sequence: int
    kind: str
    leaf: bytes
    entry: str


def size(connection: Connection) -> int:
    """How many entries there are."""
    last = connection.execute(select(func.max(entries.c.sequence))).scalar()
    return 0 if last is None else int(last) + 1


def book_head(connection: Connection, book: str) -> tuple[int, str]:
    """The next number in a book and the leaf (hex) of its last entry, empty for a new book."""
    query = select(entries.c.book_sequence, entries.c.leaf).where(entries.c.book == book)
    row = connection.execute(query.order_by(entries.c.book_sequence.desc()).limit(1)).first()
    return (0, "") if row is None else (row.book_sequence + 1, row.leaf.hex())


def page(
    connection: Connection, start: int, upto: int, book: str | None = None, kinds: Collection[str] = ()
) -> list[Row]:
    """Up to `PAGE` entries with start <= sequence < upto, in order."""
    query = select(entries).where(entries.c.sequence >= start, entries.c.sequence < upto)
    if book is not None:
        query = query.where(entries.c.book == book)
    if kinds:
        query = query.where(entries.c.kind.in_(sorted(kinds)))
    rows = connection.execute(query.order_by(entries.c.sequence).limit(PAGE))
    return [Row(*row) for row in rows]


def rows(
    connection: Connection, start: int, upto: int, book: str | None = None, kinds: Collection[str] = ()
) -> Iterator[Row]:
    """All entries with start <= sequence < upto, in order, a page at a time."""
    while found := page(connection, start, upto, book, kinds):
        yield from found
        start = found[-1].sequence + 1


def leaves(connection: Connection, start: int, upto: int) -> Iterator[bytes]:
    """The leaf hashes with start <= sequence < upto, in order."""
    query = select(entries.c.leaf).where(entries.c.sequence >= start, entries.c.sequence < upto)
    return (row[0] for row in connection.execute(query.order_by(entries.c.sequence)))
