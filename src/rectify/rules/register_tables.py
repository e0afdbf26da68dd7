"""What was taken in, as tables filled from the ledger: registers, and accounts bound to their entries."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping

from sqlalchemy import Column, Connection, Integer, MetaData, String, Table, Text, delete, select

from rectify.rules.registers import Register, register_from_json
from rectify.store.instants import instant
from rectify.terms.entry import Json, Opened

metadata = MetaData()

taken = Table(
    "rules_registers",
    metadata,
    Column("register", String, primary_key=True),
    Column("book", String, nullable=False),
    Column("digest", String, nullable=False),
    Column("as_of", String, nullable=False),
    Column("stale_after_days", Integer, nullable=False),
    Column("source", Text, nullable=False),
    Column("document", Text),  # JSON of registers.register_json; NULL once erased
    Column("sequence", Integer, nullable=False),
    Column("at", String, nullable=False),
)

bound = Table(
    "rules_bound",
    metadata,
    Column("account", String, primary_key=True),  # surrogate
    Column("register", String, primary_key=True),
    Column("book", String, nullable=False),
    Column("entry", String, nullable=False),
    Column("account_id", Text),  # "source/id"; NULL once erased
    Column("reason", Text),
    Column("actor", String, nullable=False),
    Column("at", String, nullable=False),
)


class RegistersTable:
    """The projection of `register_taken` and `account_bound`.

    A register that is taken again stands in the place of the former; an empty `entry` ends a binding.
    """

    name = "rules"
    metadata = metadata
    kinds = frozenset({"register_taken", "account_bound"})

    def apply(self, connection: Connection, opened: Opened) -> None:
        """Takes in one entry."""
        entry, body = opened.entry, opened.body
        at = instant(entry.at)
        row: dict[str, Json] = {"book": entry.book, "at": at}
        if entry.kind == "register_taken":
            document = opened.private.get("document")
            row |= {name: body[name] for name in ("register", "digest", "as_of", "stale_after_days", "source")}
            row |= {"document": None if document is None else _json(document), "sequence": entry.sequence}
            connection.execute(delete(taken).where(taken.c.register == body["register"]))
            connection.execute(taken.insert().values(row))
        else:
            same = (bound.c.account == body["account"]) & (bound.c.register == body["register"])
            connection.execute(delete(bound).where(same))
            if body["entry"]:
                row |= {name: body[name] for name in ("account", "register", "entry")}
                row |= {name: opened.private.get(name) for name in ("account_id", "reason")} | {"actor": entry.actor}
                connection.execute(bound.insert().values(row))


def _json(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, sort_keys=True)


def registers_taken(connection: Connection) -> dict[str, Register]:
    """The registers that stand, by name; one whose document was erased is not among them."""
    rows = connection.execute(select(taken.c.register, taken.c.document).order_by(taken.c.register))
    return {row.register: register_from_json(json.loads(row.document)) for row in rows if row.document is not None}


def accounts_bound(connection: Connection) -> Mapping[str, frozenset[str]]:
    """Account key "source/id" -> the entries that persons bound it to, "register/entry"."""
    found: dict[str, set[str]] = defaultdict(set)
    for row in connection.execute(select(bound).where(bound.c.account_id.is_not(None))):
        found[row.account_id].add(f"{row.register}/{row.entry}")
    return {account: frozenset(entries) for account, entries in found.items()}
