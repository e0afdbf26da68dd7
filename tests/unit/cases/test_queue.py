"""What comes next: the nearest deadline, then the oldest; and what is like the case in hand."""

from __future__ import annotations

from datetime import timedelta

import pytest

from rectify.cases import queue
from rectify.terms.errors import Unknown

from .desk import BOOK, SAME_MODEL, T0, Desk, finding, found


def order_of(desk: Desk, **kw: object) -> list[str]:
    with desk.ledger.reading() as connection:
        return [w.case for w in queue.waiting(connection, **kw)]  # type: ignore[arg-type]


def test_the_nearest_deadline_comes_first_then_the_oldest(desk: Desk) -> None:
    late = desk.gather(found(finding(order="LATE")), book="LATE", hours=0).opened
    newer = desk.gather(found(finding("B")), hours=2).opened
    older = desk.gather(found(finding("A")), hours=1).opened
    without = desk.gather(found(finding(order="NONE")), book="NONE", hours=0).opened
    desk.deadline(T0 + timedelta(days=9), book="LATE")
    desk.deadline(T0 + timedelta(days=2))
    desk.deadline(None, book="NONE")
    assert order_of(desk) == [*older, *newer, *late, *without]


def test_cases_of_an_order_that_is_over_do_not_wait(desk: Desk) -> None:
    desk.one()
    desk.append("annulled", {}, reasons="court")
    assert order_of(desk) == []


def test_a_skipped_case_is_passed(desk: Desk) -> None:
    first, second = desk.gather(found(finding("A"), finding("B"))).opened
    with desk.ledger.reading() as connection:
        waiting = queue.next_case(connection, passed=[first])
    assert waiting is not None
    assert waiting.case == second


def test_the_age_shown_is_that_of_the_oldest_open_case(desk: Desk) -> None:
    desk.gather(found(finding("A")), hours=5)
    desk.gather(found(finding("B")), hours=1)
    desk.gather(found(finding("C")), hours=7)
    with desk.ledger.reading() as connection:
        assert queue.oldest(connection) == T0 + timedelta(hours=1)
        assert queue.oldest(connection, book="other") is None


def test_alike_are_cases_of_the_same_rule_and_account_or_term(desk: Desk) -> None:
    desk.gather(
        found(
            finding("A"),
            finding("SAME-ACCOUNT", term="x"),
            finding("SAME-TERM", account="S-2"),
            finding("OTHER", account="S-2", term="y"),
            finding("OTHER-RULE", rule=SAME_MODEL),
        )
    )
    with desk.ledger.reading() as connection:
        ids = {c.key.id: c.id for c in _cases(desk, connection)}
        alike = queue.alike(connection, ids["A"])
    assert next(iter(alike)) == ids["A"]
    assert set(alike) == {ids["A"], ids["SAME-ACCOUNT"], ids["SAME-TERM"]}


def test_alike_are_never_more_than_a_lot_holds(desk: Desk) -> None:
    first, *_ = desk.gather(found(*(finding(f"I-{n}") for n in range(60)))).opened
    with desk.ledger.reading() as connection:
        assert len(queue.alike(connection, first)) == 50


def test_alike_of_an_unknown_case_is_refused(desk: Desk) -> None:
    desk.one()
    with desk.ledger.reading() as connection, pytest.raises(Unknown):
        queue.alike(connection, "case-x")


def _cases(desk: Desk, connection):
    from rectify.cases import show

    return show.listed(desk.ledger, connection, book=BOOK)
