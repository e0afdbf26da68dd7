"""Appeals: another person answers; what was granted stays granted; what the order says is not changed here."""

from __future__ import annotations

from datetime import timedelta

import pytest

from rectify.cases import appeal, show, tasks
from rectify.cases.decide import DecidingRule, decide, decide_by_pack
from rectify.cases.sorts import SEND_ON
from rectify.terms.case import Case, CaseState, Judgement
from rectify.terms.errors import Refused, Unknown
from rectify.terms.letter import Appeal
from rectify.terms.order import SubjectAct

from .desk import BOOK, CLERK, LIN, SAME_GTIN, T0, WU, Desk, finding, found
from .test_decide import order


@pytest.fixture
def case(desk: Desk) -> Case:
    """A case that Lin decided a violation; the set with it is approved."""
    one = desk.one()
    with desk.at(1) as writing:
        decide(writing, one.id, Judgement.VIOLATION, "same bar code", LIN, seen=one.seen, measure="remove_item")
    desk.claim(one)
    desk.approve()
    return desk.case(one.id)


def record(
    desk: Desk, case: Case, kind: str = "not_covered", text: str = "It is a toy pram.", *, hours: float = 5
) -> str:
    with desk.at(hours, CLERK) as writing:
        return appeal.record(writing, case.id, kind, text, CLERK, received=T0 + timedelta(hours=4.5))


def shown(desk: Desk, appeal_id: str) -> Appeal:
    with desk.ledger.reading() as connection:
        return show.appeal(desk.ledger, connection, appeal_id)


def answer(desk: Desk, how, appeal_id: str, *, person=WU, hours: float = 6, **more: object) -> None:
    with desk.at(hours, person) as writing:
        how(writing, appeal_id, "we looked again", person, **more)


def test_an_appeal_is_kept_with_its_text_and_instant(desk: Desk, case: Case) -> None:
    found_ = shown(desk, record(desk, case, text="  It is a toy pram.\n"))
    assert (found_.case, found_.kind, found_.state) == (case.id, "not_covered", "open")
    assert (found_.text, found_.received) == ("It is a toy pram.", T0 + timedelta(hours=4.5))


def test_a_granted_appeal_is_recorded_as_granted(desk: Desk, case: Case) -> None:
    """By name from the list of what went wrong elsewhere: a granted appeal recorded as denied."""
    one = record(desk, case)
    answer(desk, appeal.grant, one)
    assert (shown(desk, one).state, shown(desk, one).decided_by) == ("granted", WU.surrogate)
    (entry,) = desk.ledger.entries(kinds=["appeal_decided"])
    assert entry.body["granted"] is True
    for turn in (appeal.deny, appeal.grant):
        with pytest.raises(Refused, match="stays granted"):
            answer(desk, turn, one, hours=7, supersedes=entry.sequence)
    assert shown(desk, one).state == "granted"


def test_a_granted_appeal_ends_the_violation_and_names_the_claims_to_end(desk: Desk, case: Case) -> None:
    answer(desk, appeal.grant, record(desk, case))
    assert desk.case(case.id).state is CaseState.OUTSIDE
    with desk.ledger.reading() as connection:
        assert show.claims_to_end(connection, BOOK) == [(case.id, "claim-1")]
    desk.append(
        "claim_ended", {"claim": "claim-1", "to": [], "from_start": True, "effect": None, "why": "appeal"}, hours=7
    )
    with desk.ledger.reading() as connection:
        assert show.claims_to_end(connection, BOOK) == []


def test_a_granted_appeal_leaves_a_new_look_open_but_its_claims_end(desk: Desk, case: Case) -> None:
    one = record(desk, case)
    desk.gather(found(finding(seen="2")), hours=5.5)
    answer(desk, appeal.grant, one)
    assert desk.case(case.id).state is CaseState.OPEN
    with desk.ledger.reading() as connection:
        assert show.claims_to_end(connection, BOOK) == [(case.id, "claim-1")]


def test_a_claim_made_after_a_granted_appeal_stands(desk: Desk, case: Case) -> None:
    one = record(desk, case)
    desk.gather(found(finding(seen="2")), hours=5.5)
    answer(desk, appeal.grant, one)
    now = desk.case(case.id)
    with desk.at(7) as writing:
        decide(writing, now.id, Judgement.VIOLATION, "seen again", LIN, seen=now.seen, measure="remove_item")
    desk.claim(now, claim="claim-2", hours=8)
    with desk.ledger.reading() as connection:
        assert show.claims_to_end(connection, BOOK) == [(case.id, "claim-1")]


def test_a_denied_appeal_is_recorded_with_its_reason_and_the_decision_stands(desk: Desk, case: Case) -> None:
    one = record(desk, case)
    answer(desk, appeal.deny, one)
    assert (shown(desk, one).state, shown(desk, one).reason) == ("denied", "we looked again")
    assert desk.case(case.id).state is CaseState.VIOLATION
    with desk.ledger.reading() as connection:
        assert show.claims_to_end(connection, BOOK) == []


def test_a_denial_is_taken_back_by_name_only(desk: Desk, case: Case) -> None:
    one = record(desk, case)
    answer(desk, appeal.deny, one)
    with pytest.raises(Refused, match="was answered"):
        answer(desk, appeal.grant, one, hours=7)
    (entry,) = desk.ledger.entries(kinds=["appeal_decided"])
    answer(desk, appeal.grant, one, hours=8, supersedes=entry.sequence)
    assert shown(desk, one).state == "granted"


def test_the_person_who_decided_does_not_answer_the_appeal(desk: Desk, case: Case) -> None:
    one = record(desk, case)
    for turn in (appeal.grant, appeal.deny):
        with pytest.raises(Refused, match="another person"):
            answer(desk, turn, one, person=LIN)
    assert shown(desk, one).state == "open"


def test_a_firm_of_one_may_answer_where_settings_say_so(desk: Desk, case: Case) -> None:
    one = record(desk, case)
    answer(desk, appeal.deny, one, person=LIN, another_person=False)
    assert shown(desk, one).state == "denied"


def test_a_machines_decision_may_be_answered_by_anyone_with_the_role(desk: Desk) -> None:
    case = desk.one()
    rule = DecidingRule(SAME_GTIN, "d1", frozenset({SubjectAct.SELL}), "remove_item")
    with desk.at(1) as writing:
        decide_by_pack(writing, BOOK, [rule], named_in_settings=[SAME_GTIN], order=order())
    answer(desk, appeal.grant, record(desk, case), person=LIN)


def test_an_answer_needs_a_role_and_a_reason(desk: Desk, case: Case) -> None:
    one = record(desk, case)
    with pytest.raises(Refused, match="may not do this"):
        answer(desk, appeal.deny, one, person=CLERK)
    with pytest.raises(Refused, match="needs a reason"), desk.at(6, WU) as writing:
        appeal.deny(writing, one, " ", WU)


def test_an_answer_to_nothing_is_refused(desk: Desk, case: Case) -> None:
    one = record(desk, case)
    with pytest.raises(Refused, match="not answered yet"):
        answer(desk, appeal.deny, one, supersedes=1)
    with pytest.raises(Refused, match="cannot leave the case as"):
        answer(desk, appeal.grant, one, judgement=Judgement.VIOLATION)
    with pytest.raises(Unknown):
        answer(desk, appeal.deny, "appeal-x")


def test_an_appeal_against_the_order_is_never_granted_here(desk: Desk, case: Case) -> None:
    one = record(desk, case, "order_wrong")
    with pytest.raises(Refused, match="only the authority or a court") as refused:
        answer(desk, appeal.grant, one)
    assert "pass the appeal on" in refused.value.remedy


def test_an_appeal_against_the_order_is_passed_on_with_a_task(desk: Desk, case: Case) -> None:
    one = record(desk, case, "order_wrong")
    answer(desk, appeal.pass_on, one)
    assert shown(desk, one).state == "passed_on"
    assert desk.case(case.id).state is CaseState.VIOLATION
    with desk.ledger.reading() as connection:
        (task,) = tasks.open_tasks(desk.ledger, connection)
    assert (task.what, task.about) == (SEND_ON, one)
    other = record(desk, case, "not_covered", hours=7)
    with pytest.raises(Refused, match="decided here"):
        answer(desk, appeal.pass_on, other, hours=8)


@pytest.mark.parametrize(
    ("kind", "text", "hours", "says"),
    [
        ("unfair", "x", 5, "no appeal is of the kind"),
        ("not_covered", " ", 5, "says nothing"),
        ("not_covered", "x" * 100_001, 5, "at most"),
        ("not_covered", "x", 4.2, "not yet"),
    ],
)
def test_what_cannot_be_recorded_is_refused_in_words(
    desk: Desk, case: Case, kind: str, text: str, hours: float, says: str
) -> None:
    with pytest.raises(Refused, match=says):
        record(desk, case, kind, text, hours=hours)


def test_there_is_nothing_to_appeal_against_without_a_violation(desk: Desk) -> None:
    with pytest.raises(Refused, match="nothing to appeal"):
        record(desk, desk.one())
    with pytest.raises(Unknown), desk.at(5, CLERK) as writing:
        appeal.record(writing, "case-x", "not_covered", "x", CLERK, received=T0)


def test_a_second_appeal_of_a_kind_waits_for_the_first_answer(desk: Desk, case: Case) -> None:
    one = record(desk, case)
    with pytest.raises(Refused, match=one):
        record(desk, case)
    answer(desk, appeal.deny, one)
    two = record(desk, case, hours=7)
    with desk.ledger.reading() as connection:
        assert [a.id for a in show.appeals_of(desk.ledger, connection, case=case.id)] == [one, two]
        assert [a.id for a in show.appeals_of(desk.ledger, connection, state="open")] == [two]


def test_tables_of_appeals_rebuilt_are_the_live_ones(desk: Desk, case: Case) -> None:
    answer(desk, appeal.grant, record(desk, case))
    assert desk.ledger.differences() == []
