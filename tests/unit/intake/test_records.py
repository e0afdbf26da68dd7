"""The table of orders says what the ledger says, and an entry out of turn is refused."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from rectify.intake.naming import new_book
from rectify.intake.orders import read_order, to_json
from rectify.intake.records import (
    OrdersTable,
    book_named,
    may_move,
    order_of,
    order_row,
    orders,
    same_digest,
    same_reference,
)
from rectify.ledger.keys import Keys
from rectify.ledger.ledger import Ledger
from rectify.store.connection import Store
from rectify.terms.entry import Draft, Private
from rectify.terms.errors import Refused, Unknown
from rectify.terms.order import OrderState

from ..stores import store_as_new  # noqa: TID252
from .orders import NOW, RECALL

ORDER = read_order(RECALL.encode(), "order.yaml", now=NOW)
DEADLINE = {"due": "2026-11-24T22:59:59Z", "rule": "2 working days", "counted_from": "2026-11-20T08:00:00Z",
            "zone": "Europe/Berlin", "provisional": True, "skipped": ["2026-11-23 Kite"], "warnings": []}  # fmt: skip
ACCEPTED = {"whole": True, "territory": ["XA"], "measures": ["remove_item"], "tasks": ["report"], "acts": ["sell"],
            "kinds": ["listing"], "effect": "removed", "search_until": "2027-11-20"}  # fmt: skip
CONFIRMED = {"authority": "pso", "how": "token", "at": "2026-11-20T08:30:00Z"}


@pytest.fixture
def ledger() -> Ledger:
    return Ledger(store_as_new(_begun), Keys.generate(), [OrdersTable()])


def _begun(store: Store) -> None:
    Ledger(store, Keys.generate(), [OrdersTable()])


def write(ledger: Ledger, kind: str, body: dict[str, object] | None = None, book: str = "order-1",
          part: str = "", at: datetime = NOW) -> None:  # fmt: skip
    private = {part: Private(f"order:{book}", "because")} if part else {}
    with ledger.writing(at, "person:1") as writing:
        writing.append(Draft(kind, book, body or {}, private))


def receive(ledger: Ledger, book: str = "order-1", operator: str = "example-market", **more: str) -> None:
    body = {"operator": operator, "reference": ORDER.reference, "digest": ORDER.digest, "act": "order",
            "instrument": "gpsr-22", "country": "XA", "served": "2026-11-20T08:00:00Z", "channel": "mail",
            "received": "2026-11-20T08:02:00Z", "language": "en", "territory": ["XA"], **more}  # fmt: skip
    private = {"order": Private(f"order:{book}", to_json(ORDER)), "document": Private(f"order:{book}", "text")}
    with ledger.writing(NOW, "person:1") as writing:
        writing.append(Draft("received", book, body, private))


def test_a_row_follows_the_order_from_receipt_to_its_end(ledger: Ledger) -> None:
    receive(ledger)
    write(ledger, "deadline_set", DEADLINE)
    with ledger.reading() as connection:
        row = order_row(connection, "order-1")
    assert (row.state, row.operator, row.authority_name) == (
        OrderState.RECEIVED, "example-market", "Product Safety Office",
    )  # fmt: skip
    assert row.received == datetime(2026, 11, 20, 8, 2, tzinfo=UTC)
    assert row.due == datetime(2026, 11, 24, 22, 59, 59, tzinfo=UTC)
    assert (row.provisional, row.skipped, row.measures) == (True, ("2026-11-23 Kite",), ())

    write(ledger, "confirmed", CONFIRMED)
    write(ledger, "accepted", ACCEPTED, part="reasons")
    write(ledger, "task_opened", {"task": "task-1", "what": "report"}, part="text")
    write(ledger, "task_opened", {"task": "task-2", "what": "name"}, part="text")
    write(ledger, "task_done", {"task": "task-1"}, part="text")
    write(ledger, "reported", {"report": "r-1", "state": "interim", "files": [], "made": {}})
    write(ledger, "narrowed", {"to": ["XA-1"], "from_start": False, "effect": "restricted"}, part="reasons")
    with ledger.reading() as connection:
        row = order_row(connection, "order-1")
    assert (row.state, row.authority, row.confirmed_how) == (OrderState.ACCEPTED, "pso", "token")
    assert (row.territory, row.effect, row.measures) == ({"XA-1"}, "restricted", ("remove_item",))
    assert (row.search_until, row.stays_down_until) == (date(2027, 11, 20), None)
    assert (row.open_tasks, row.report, row.reported) == (("task-2",), "interim", NOW)

    write(ledger, "annulled", part="reasons", at=NOW + timedelta(days=1))
    with ledger.reading() as connection:
        row = order_row(connection, "order-1")
    assert (row.state, row.changed) == (OrderState.ANNULLED, NOW + timedelta(days=1))
    assert ledger.differences() == []


@pytest.mark.parametrize(
    ("kind", "body", "part", "state"),
    [
        ("accepted", {**ACCEPTED, "whole": False}, "reasons", OrderState.IN_PART),
        ("asked", {}, "question", OrderState.ASKED_BACK),
        ("challenged", {}, "reasons", OrderState.CHALLENGED),
        ("refused", {}, "reasons", OrderState.REFUSED),
        ("ended", {}, "reasons", OrderState.ENDED),
    ],
)
def test_each_answer_has_its_state(
    ledger: Ledger, kind: str, body: dict[str, object], part: str, state: OrderState
) -> None:
    receive(ledger)
    write(ledger, "confirmed", CONFIRMED)
    write(ledger, kind, body, part=part)
    with ledger.reading() as connection:
        assert order_row(connection, "order-1").state is state
        assert [row.state for row in orders(connection, states=[state])] == [state]
        assert orders(connection, states=[OrderState.RECEIVED]) == []


def test_a_forged_order_gets_no_further_than_received(ledger: Ledger) -> None:
    receive(ledger)
    for kind, body in (("accepted", ACCEPTED), ("challenged", {}), ("ended", {}), ("annulled", {})):
        with pytest.raises(Refused, match="an order that is received cannot be moved"):
            write(ledger, kind, body, part="reasons")
    with ledger.reading() as connection:
        assert order_row(connection, "order-1").state is OrderState.RECEIVED
        assert may_move(connection, "order-1", "confirm") is OrderState.CONFIRMED
        with pytest.raises(Refused):
            may_move(connection, "order-1", "accept")


def test_the_same_order_twice_is_known_and_a_changed_one_asks(ledger: Ledger) -> None:
    receive(ledger)
    receive(ledger, "order-2", digest="0" * 64)
    receive(ledger, "order-3", operator="example-apps")
    with ledger.reading() as connection:
        first = same_digest(connection, ORDER.digest, "example-market")
        assert first is not None
        assert first.book == "order-1"
        assert same_digest(connection, "1" * 64, "example-market") is None
        named = same_reference(connection, ORDER.reference, "example-market", "XA")
        assert [row.book for row in named] == ["order-1", "order-2"]
        assert same_reference(connection, ORDER.reference, "example-market", "XB") == []
        assert [row.book for row in orders(connection, operator="example-apps")] == ["order-3"]


def test_an_order_is_named_by_book_or_reference(ledger: Ledger) -> None:
    receive(ledger)
    with ledger.reading() as connection:
        assert book_named(connection, "order-1") == book_named(connection, ORDER.reference) == "order-1"
        with pytest.raises(Unknown) as told:
            book_named(connection, "XA-PS-2026-0421")
        assert told.value.remedy == 'did you mean "XA-PS-2026-0412"?'
        with pytest.raises(Unknown):
            order_row(connection, "order-9")
    receive(ledger, "order-2")
    with ledger.reading() as connection, pytest.raises(Refused, match="several orders"):
        book_named(connection, ORDER.reference)


def test_a_reference_is_found_however_its_brackets_and_widths_are_written(ledger: Ledger) -> None:
    receive(ledger, "sh-2026-12-8a1e", reference="沪市监〔2026〕12号")
    receive(ledger, "bj-2026-12-77c0", reference="京市监〔2026〕12号")
    with ledger.reading() as connection:
        for written in ("沪市监〔2026〕12号", "沪市监[2026]12号", "沪市监（２０２６） 12 号", "sh-2026-12-8a1e"):
            assert book_named(connection, written) == "sh-2026-12-8a1e"
        with pytest.raises(Unknown):
            book_named(connection, "〔〕")


def test_the_name_of_an_old_book_that_is_another_ones_reference_is_a_question(ledger: Ledger) -> None:
    receive(ledger, "2026-12", reference="沪市监〔2026〕12号")
    with ledger.reading() as connection:
        assert book_named(connection, "2026-12") == "2026-12"
    receive(ledger, "2026-12-5f0c", reference="2026-12")
    with ledger.reading() as connection:
        with pytest.raises(Refused) as told:
            book_named(connection, "2026-12")
        assert told.value.remedy == 'name it:  "沪市监〔2026〕12号"  or  2026-12-5f0c'
        assert book_named(connection, "沪市监〔2026〕12号") == "2026-12"


def test_new_books_never_bear_a_name_that_looks_like_another_reference(ledger: Ledger) -> None:
    def came(reference: str, authority: str, several: bool = False) -> tuple[str, str]:
        order = replace(ORDER, reference=reference)
        with ledger.reading() as connection:
            book, before = new_book(connection, order, operator="market", authority=authority, several=several)
        receive(ledger, book, "market", reference=reference)
        return book, before

    shanghai, _ = came("沪市监〔2026〕12号", "sh")
    beijing, before = came("京市监〔2026〕12号", "bj")
    assert (shanghai[:11], beijing[:11], before) == ("sh-2026-12-", "bj-2026-12-", "")
    assert came("沪市监〔2026〕12号", "sh") == (f"{shanghai}:2", shanghai)
    assert came("沪市监〔2026〕12号", "sh") == (f"{shanghai}:3", f"{shanghai}:2")
    assert came("2026-12", "xa") == ("2026-12", "")
    assert came("2026-12", "xb") == ("2026-12:2", "2026-12")
    assert came("XA-1", "xa", several=True) == ("market/XA-1", "")


def test_the_order_itself_is_opened_until_it_is_erased(ledger: Ledger) -> None:
    receive(ledger)
    assert [order_of(opened) for opened in ledger.opened(kinds=["received"])] == [ORDER]
    with ledger.writing(NOW, "person:1") as writing:
        writing.erase("order:order-1", "all", "law", ["person:1", "person:2"])
    assert [order_of(opened) for opened in ledger.opened(kinds=["received"])] == [None]
    with ledger.reading() as connection:
        assert order_row(connection, "order-1").authority_name == ""
