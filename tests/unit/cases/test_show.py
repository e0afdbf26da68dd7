"""Cases as they are shown, looked up and counted."""

from __future__ import annotations

import pytest

from rectify.cases import show
from rectify.cases.decide import decide
from rectify.terms.case import CaseState, Judgement
from rectify.terms.errors import Unknown
from rectify.terms.finding import Disguise
from rectify.terms.item import ItemKey

from .desk import BOOK, LIN, Desk, finding, found


def test_a_list_opens_no_evidence_unless_asked(desk: Desk) -> None:
    desk.gather(found(finding("A"), finding("B"), finding("C", account="S-2")))
    with desk.ledger.reading() as connection:
        heads = show.listed(desk.ledger, connection, book=BOOK, limit=2)
        rest = show.listed(desk.ledger, connection, book=BOOK, after=heads[-1].id, whole=True)
        of_one = show.listed(desk.ledger, connection, account=rest[0].account, state=CaseState.OPEN)
    assert [(c.title, c.findings, c.snapshot) for c in heads] == [("Pram A", (), None), ("Pram B", (), None)]
    assert rest[0].findings[0].evidence[0].disguise == (Disguise.WIDTH,)
    assert [c.id for c in of_one] == [rest[0].id]


def test_named_cases_come_in_the_order_asked_for(desk: Desk) -> None:
    one, two = desk.gather(found(finding("A"), finding("B"))).opened
    with desk.ledger.reading() as connection:
        shown = show.named_cases(desk.ledger, connection, [two, "case-x", one], whole=True)
    assert [(c.id, len(c.rows)) for c in shown] == [(two, 1), (one, 1)]


def test_surrogates_are_found_by_what_they_stand_for(desk: Desk) -> None:
    case = desk.one()
    id_key = desk.keys.id_key
    with desk.ledger.reading() as connection:
        assert show.target_of(connection, ItemKey("market", "listing", "GW-1"), id_key=id_key) == case.target
        assert show.target_of(connection, ItemKey("market", "app", "GW-1"), id_key=id_key) == ""
        assert show.account_of(connection, "market/S-1", id_key=id_key) == case.account
        assert show.account_of(connection, "market/S-1", id_key=b"another key") == ""
        assert show.case_of(connection, BOOK, case.target) == case.id
        assert show.case_of(connection, "XA-2", case.target) == ""
        assert show.counts(connection, BOOK) == {
            "open": 1, "violation": 0, "no_violation": 0, "outside": 0, "asked": 0,
        }  # fmt: skip


def test_what_is_not_known_is_said(desk: Desk) -> None:
    case = desk.one()
    with desk.ledger.reading() as connection:
        with pytest.raises(Unknown, match="case-x"):
            show.case(desk.ledger, connection, "case-x")
        with pytest.raises(Unknown, match="no look 2"):
            show.case(desk.ledger, connection, case.id, look=2)
        with pytest.raises(Unknown):
            show.appeal(desk.ledger, connection, "appeal-x")
        with pytest.raises(Unknown):
            show.current(connection, "case-x")


def test_a_letter_tells_of_what_was_judged_not_of_what_the_author_made_of_it(desk: Desk) -> None:
    case = desk.one()
    with desk.at(1) as writing:
        decide(writing, case.id, Judgement.VIOLATION, "same bar code", LIN, seen=case.seen)
    desk.gather(found(finding(seen="2"), title="Garden chair"), hours=2)
    desk.gather(found(finding(seen="1"), title="Pram, again"), hours=3)
    with desk.ledger.reading() as connection:
        judged = show.case_as_judged(desk.ledger, connection, case.id)
        assert (judged.title, judged.seen, judged.looks) == ("Pram GW-1", case.seen, 3)
    other = desk.gather(found(finding("GW-2")), hours=4).opened[0]
    with desk.ledger.reading() as connection:
        assert show.case_as_judged(desk.ledger, connection, other).title == "Pram GW-2"
