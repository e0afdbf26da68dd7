"""What the ledger says of registers, bindings and packs stands in tables, and a refill gives the same."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from sqlalchemy import Connection, create_engine, select

from rectify.rules.register_tables import RegistersTable, accounts_bound, bound, registers_taken
from rectify.rules.registers import register_json
from rectify.store.tables import clear, create
from rectify.terms.entry import Entry, Json, Opened

from .test_registers import REGISTER

AT = datetime(2026, 11, 20, 9, tzinfo=UTC)


@pytest.fixture
def connection() -> Iterator[Connection]:
    engine = create_engine("sqlite://")
    with engine.begin() as opened:
        create(opened, [RegistersTable()])
        yield opened
    engine.dispose()


def entry(number: int, kind: str, body: dict[str, Json], **private: Json) -> Opened:
    return Opened(Entry(number, "house", number, "", AT, kind, 1, "person:a", body), private)


def taken(number: int, document: Json = None) -> Opened:
    body = {
        "register": "licensed",
        "digest": REGISTER.digest,
        "as_of": "2026-11-01",
        "stale_after_days": 30,
        "entries": 1,
        "source": "x",
    }
    return entry(number, "register_taken", body, document=document)


def binding(number: int, to: str, account_id: str | None = "market/9") -> Opened:
    body = {"account": "account:1", "register": "licensed", "entry": to}
    return entry(number, "account_bound", body, account_id=account_id, reason="seen the licence")


def test_a_register_is_given_back_as_it_was_taken(connection: Connection) -> None:
    RegistersTable().apply(connection, taken(0, register_json(REGISTER)))
    assert registers_taken(connection) == {"licensed": REGISTER}
    RegistersTable().apply(connection, taken(1))
    assert registers_taken(connection) == {}


def test_the_last_binding_stands_and_an_empty_one_ends_it(connection: Connection) -> None:
    table = RegistersTable()
    table.apply(connection, binding(0, "L-1"))
    table.apply(connection, binding(1, "L-2"))
    assert accounts_bound(connection) == {"market/9": frozenset({"licensed/L-2"})}
    table.apply(connection, binding(2, ""))
    assert accounts_bound(connection) == {}
    table.apply(connection, binding(3, "L-1", account_id=None))
    assert accounts_bound(connection) == {}
    assert connection.execute(select(bound.c.account)).scalar() == "account:1"


def test_a_refill_gives_the_same_tables(connection: Connection) -> None:
    table = RegistersTable()
    entries = [taken(0, register_json(REGISTER)), binding(1, "L-1")]

    def fill() -> list[list[tuple]]:
        for opened in entries:
            table.apply(connection, opened)
        return [[tuple(row) for row in connection.execute(select(t))] for t in table.metadata.sorted_tables]

    first = fill()
    clear(connection, [table])
    assert fill() == first
