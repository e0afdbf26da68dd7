"""A ledger in memory with the tables of letters, and letters written into it."""

from __future__ import annotations

import sqlite3
from datetime import datetime, timedelta
from functools import cache
from itertools import count
from typing import Any

from rectify.ledger.keys import Keys
from rectify.ledger.ledger import Ledger
from rectify.letters.compose import compose
from rectify.letters.records import LettersTable, deliveries_of, letter
from rectify.letters.write import write_letter
from rectify.store.connection import open_store
from rectify.store.due import DueWork, Work
from rectify.terms.entry import Entry, Opened
from rectify.terms.letter import Delivery, Letter, Occasion

from .samples import T0, facts_for

BOOK = "XA-1"
SELLER = "seller@shop.example"


class Desk:
    """Letters of one order. `now` is the clock that deliveries go by."""

    def __init__(self, url: str = "sqlite://") -> None:
        self.numbers = count(1)
        self.ledger = Ledger(
            open_store(url), Keys.generate(), [LettersTable()], surrogate=lambda kind: f"{kind}-{next(self.numbers):04}"
        )
        self.now = T0

    def clock(self) -> datetime:
        return self.now

    def later(self, **of: float) -> Desk:
        self.now += timedelta(**of)
        return self

    def write(
        self, occasion: Occasion = Occasion.REMOVED, *, address: str = SELLER, to: str = "account-1",
        claims: tuple[str, ...] = ("claim-1",), not_before: datetime | None = None, **changes: Any,
    ) -> str:  # fmt: skip
        composed = compose(occasion, facts_for(occasion, **changes))
        with self.ledger.writing(self.now, "system") as writing:
            return write_letter(
                writing, composed, book=BOOK, to=to, address=address, claims=claims, not_before=not_before
            )

    def letter(self, letter_id: str) -> Letter:
        with self.ledger.reading() as connection:
            return letter(self.ledger, connection, letter_id)

    def deliveries(self, letter_id: str) -> list[Delivery]:
        with self.ledger.reading() as connection:
            return deliveries_of(self.ledger, connection, letter_id)

    def work(self, letter_id: str) -> Work:
        with self.ledger.reading() as connection:
            work = DueWork().get(connection, f"letter:{letter_id}")
        assert work is not None
        return work

    def entries(self, kind: str) -> list[Entry]:
        return list(self.ledger.entries(kinds=[kind]))

    def tasks(self) -> list[Opened]:
        return list(self.ledger.opened(kinds=["task_opened"]))


def fresh_desk() -> Desk:
    """A desk as it is on its first day. One store is emptied for each test: to make tables anew costs more than a test."""
    desk, empty = _prepared()
    empty.backup(_raw(desk))
    desk.numbers = count(1)
    desk.now = T0
    return desk


@cache
def _prepared() -> tuple[Desk, sqlite3.Connection]:
    desk, empty = Desk(), sqlite3.connect(":memory:", check_same_thread=False)
    _raw(desk).backup(empty)
    return desk, empty


def _raw(desk: Desk) -> sqlite3.Connection:
    with desk.ledger.store.engine.connect() as connection:
        raw = connection.connection.driver_connection
    assert isinstance(raw, sqlite3.Connection)
    return raw
