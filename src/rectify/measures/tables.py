"""Tables of this room. Territories, steps and lines are JSON, instants are text."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Integer, MetaData, String, Table, Text

metadata = MetaData()


def _table(name: str, *columns: Column[object]) -> Table:
    return Table(f"measures_{name}", metadata, *columns, Column("book", String, nullable=False, index=True))


def _key(name: str) -> Column[object]:
    return Column(name, String, primary_key=True)


def _text(name: str, *, index: bool = False) -> Column[object]:
    return Column(name, Text, nullable=False, index=index)


def _sequence() -> Column[object]:
    return Column("sequence", Integer, nullable=False)


head = _table("head", Column("sequence", Integer, primary_key=True))  # one row: the last entry that is in the tables
acts = _table("acts", _key("name"), _text("act"))
grounds = _table(
    "grounds",
    _key("ground"),
    _text("reach"),
    _text("upheld"),
    Column("effect", Integer, nullable=False),
    _text("listed"),
    Column("window_seconds", Integer),  # of a ladder, else NULL
    Column("steps", Text),
    Column("since", String),
    _sequence(),
)
claims = _table(
    "claims",
    _key("claim"),
    Column("ground", String, nullable=False, index=True),
    Column("target", String, nullable=False, index=True),
    Column("kind", String, nullable=False),
    Column("account", String, nullable=False, index=True),
    _text("reach"),
    _text("upheld"),
    Column("effect", Integer, nullable=False),
    _text("measure"),
    _text("since"),
    Column("until", String),
    _text("made"),
    Column("case", String, nullable=False, index=True),
    Column("strike", String, nullable=False),
    Column("needs", Integer, nullable=False),
    _sequence(),
)
narrowings = _table(
    "narrowings",
    Column("sequence", Integer, primary_key=True),
    _text("name"),
    _text("to"),
    Column("from_start", Boolean, nullable=False),
    Column("effect", Integer, nullable=False),
    _text("at"),
)
beyond = _table("beyond", _key("claim"), _key("storefront"), _text("territories"), _sequence())
stated = _table(
    "stated", _key("target"), _key("storefront"), _text("version"), Column("own", Integer, nullable=False), _sequence()
)
sets = _table(
    "sets",
    Column("set_id", String, primary_key=True),
    _text("by"),
    _text("at"),
    _text("lines"),
    _text("holds"),
    _text("warnings"),
    _text("left_out"),
    Column("catalogue_rows", Integer, nullable=False),
    _text("approved_by"),
    Column("sent_back", Boolean, nullable=False),
    _sequence(),
)
attempts = _table(
    "attempts",
    _key("key"),
    _text("set_id"),
    Column("target", String, nullable=False, index=True),
    _text("line"),
    _text("at"),
    _sequence(),
)
outcomes = _table("outcomes", _key("key"), _text("what"), _text("version"), _text("note"), _text("at"), _sequence())
targets = _table(
    "targets",
    _key("target"),
    _text("kind"),
    _text("source"),
    Column("host_id", Text),  # NULL once erased
    Column("account", String, nullable=False, index=True),
    Column("storefronts", Text),  # NULL = unknown
    Column("subject", String, nullable=False, index=True),
    _sequence(),
)
