"""A desk with a ledger in memory, two people, and one order's findings to gather."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import count

from rectify.cases import gather, show
from rectify.cases.records import CasesTable
from rectify.ledger.keys import Keys
from rectify.ledger.ledger import Ledger
from rectify.store.connection import open_store
from rectify.terms.case import Case
from rectify.terms.entry import Draft, Json, Private
from rectify.terms.finding import Disguise, Evidence, Finding, Verdict
from rectify.terms.item import ItemKey
from rectify.terms.person import Person, Role

T0 = datetime(2026, 11, 20, 8, tzinfo=UTC)
BOOK = "XA-PS-2026-0412"
LIN = Person("lin", frozenset({Role.REVIEWER, Role.LEAD}), "person-lin")
WU = Person("wu", frozenset({Role.LEAD}), "person-wu")
CLERK = Person("clerk", frozenset({Role.CLERK}), "person-clerk")
SAME_GTIN, SAME_MODEL = "identical-products/same-gtin", "identical-products/same-model"


def finding(
    item: str = "GW-1", rule: str = SAME_GTIN, *, seen: str = "1", verdict: Verdict = Verdict.VIOLATION,
    account: str = "S-1", term: str = "09521234543213", marks: tuple[str, ...] = (), near: str = "",
    order: str = BOOK,
) -> Finding:  # fmt: skip
    """A finding as a sweep gives it; its id changes with order, rule, item and what was seen."""
    pack, _, name = rule.partition("/")
    evidence = (Evidence("attributes.gtin", 0, 13, "product", term, (Disguise.WIDTH,)),)
    return Finding(
        id=f"f-{order}-{rule}-{item}-{seen}", order=order, plan="plan", pack=pack, rule=name,
        item=ItemKey("market", "listing", item), account=account, verdict=verdict, branch="1: product(gtin)",
        why="Same bar code as a product in the order.", evidence=evidence, near_register=near, seen=seen, marks=marks,
    )  # fmt: skip


def row(item: str = "GW-1", **fields: object) -> dict[str, object]:
    """An item's row as swept."""
    return {
        "id": item, "kind": "listing", "account": "S-1", "title": f"Pram {item}", "storefronts": ["xa"],
        "attributes": {"gtin": "9521234543213"}, **fields,
    }  # fmt: skip


def found(*findings: Finding, **fields: object) -> list[gather.Found]:
    """Each finding with the row of its item."""
    return [gather.Found(f.item, f.account, row(f.item.id, **fields), f) for f in findings]


class Desk:
    """A ledger, and steps in it at chosen hours after the first."""

    def __init__(self, url: str = "sqlite://") -> None:
        self.numbers = count(1)
        self.keys = Keys.generate()
        self.ledger = Ledger(
            open_store(url),
            self.keys,
            [CasesTable(self.keys.id_key)],
            surrogate=lambda kind: f"{kind}-{next(self.numbers):04}",
        )

    def at(self, hours: float, person: Person = LIN):
        """A writing at T0 + hours by a person."""
        return self.ledger.writing(T0 + timedelta(hours=hours), person.surrogate)

    def gather(self, items: Iterable[gather.Found], *, hours: float = 0, book: str = BOOK) -> gather.Gathered:
        with self.at(hours) as writing:
            return gather.gather(writing, book, items, id_key=self.keys.id_key)

    def append(self, kind: str, body: dict[str, Json], *, hours: float = 0, book: str = BOOK, **private: Json) -> int:
        with self.at(hours) as writing:
            sealed = {name: Private(f"order:{book}", value) for name, value in private.items()}
            return writing.append(Draft(kind, book, body, sealed)).sequence

    def case(self, case: str, *, look: int = 0) -> Case:
        with self.ledger.reading() as connection:
            return show.case(self.ledger, connection, case, look=look)

    def one(self, **changes: object) -> Case:
        """One case gathered, as it is shown."""
        return self.case(self.gather(found(finding(**changes))).opened[0])  # type: ignore[arg-type]

    def deadline(self, due: datetime | None, *, book: str = BOOK) -> None:
        body = {
            "due": due.strftime("%Y-%m-%dT%H:%M:%SZ") if due else None, "rule": "", "counted_from": "",
            "zone": "UTC", "provisional": False, "skipped": [], "warnings": [],
        }  # fmt: skip
        self.append("deadline_set", body, book=book)

    def claim(self, case: Case, *, claim: str = "claim-1", measure: str = "remove_item", hours: float = 3) -> None:
        body = {
            "claim": claim, "ground": BOOK, "target": case.target, "kind": "item", "account": case.account,
            "territories": ["XA"], "effect": "removed", "measure": "remove_item", "since": "2026-11-20T11:00:00Z",
            "case": case.id,
        }  # fmt: skip
        self.append("claimed", body, hours=hours)

    def approve(self, claim: str = "claim-1", *, set_: str = "set-1", hours: float = 4) -> None:
        measure = {"place": ["item-1", "xa"], "claims": [claim]}
        body = {"set": set_, "measures": [measure], "warnings": [], "left_out": [], "holds": [], "catalogue_rows": 1}
        self.append("rehearsed", body, hours=hours)
        self.append("approved", {"set": set_, "measures": 1, "over_reach": []}, hours=hours)


def fresh_desk() -> Desk:
    """A desk as it is on its first day. One store is emptied for each test: to make tables anew costs more than a test."""
    desk, empty = _prepared()
    empty.backup(_raw(desk))
    desk.numbers = count(1)
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
