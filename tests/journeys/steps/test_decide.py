"""Decisions: once, with a reason, on what was seen; what they claim is no wider and no stricter than the order."""

from __future__ import annotations

import pytest

from rectify.cases.show import decisions_of
from rectify.steps import accept, decide, end
from rectify.steps.orders import row_of
from rectify.terms.case import CaseState, Judgement
from rectify.terms.claim import Effect
from rectify.terms.errors import Refused, Unknown
from rectify.terms.finding import Verdict

from .house import BOOK, House, found, house_at
from .test_states import race

VIOLATION, NO = Judgement.VIOLATION, Judgement.NO_VIOLATION
RULE = "identical-products/same-gtin"


def test_a_decision_without_a_reason_is_refused(gathered):
    with pytest.raises(Refused, match="needs a reason"):
        decide.decide(gathered.workspace, gathered.case("I1").id, VIOLATION, " \n", as_="blin")
    assert gathered.case("I1").state is CaseState.OPEN


def test_a_case_that_is_not_there_is_refused_by_name(gathered):
    with pytest.raises(Unknown, match='no case is called "case-x"'):
        decide.decide(gathered.workspace, "case-x", VIOLATION, "Why.", as_="blin")


@pytest.mark.parametrize("attempt", range(4))
def test_of_two_who_decide_one_case_at_once_one_does_and_the_other_is_told_who_was_first(gathered, attempt):
    case = gathered.case("I1").id
    told = race(
        *(
            lambda who=who: decide.decide(gathered.workspace, case, VIOLATION, "The same.", as_=who)
            for who in ("blin", "rob")
        )
    )  # type: ignore[misc]
    refused = [one for one in told if one is not None]
    assert len(refused) == 1
    assert isinstance(refused[0], Refused)
    first = "rob" if told[0] else "blin"
    assert f"{first} decided {case}" in refused[0].text
    assert gathered.kinds(BOOK).count("decided") == 1
    assert gathered.kinds(BOOK).count("claimed") == 1


def test_ten_who_decide_otherwise_at_once_leave_one_decision_and_its_claims(gathered):
    case = gathered.case("I1").id
    judgements = [VIOLATION, NO, Judgement.OUTSIDE, Judgement.ASKED, VIOLATION, NO, VIOLATION, NO, VIOLATION, NO]
    told = race(
        *(lambda j=j: decide.decide(gathered.workspace, case, j, "So I see it.", as_="blin") for j in judgements)
    )  # type: ignore[misc]
    assert told.count(None) == 1
    with gathered.ledger.reading() as connection:
        (made,) = decisions_of(gathered.ledger, connection, case)
    assert len(gathered.claims()) == (made.judgement is VIOLATION)


def test_a_decision_is_taken_back_only_by_naming_it_and_its_claims_fall_from_the_start(decided):
    case = decided.case("I1").id
    with decided.ledger.reading() as connection:
        (first,) = decisions_of(decided.ledger, connection, case)
    with pytest.raises(Refused, match="decided case"):
        decide.decide(decided.workspace, case, NO, "Looked again.", supersedes=first.sequence - 1, as_="mroy")
    decide.decide(decided.workspace, case, NO, "Looked again.", supersedes=first.sequence, as_="mroy")
    fallen = next(claim for claim in decided.claims() if claim.case == case)
    assert (fallen.reach, fallen.upheld) == (frozenset(), frozenset())


def test_a_decision_stands_once_its_set_is_approved(done):
    case = done.case("I1").id
    with done.ledger.reading() as connection:
        (first,) = decisions_of(done.ledger, connection, case)
    with pytest.raises(Refused, match=r"the set with .* was approved"):
        decide.decide(done.workspace, case, NO, "Looked again.", supersedes=first.sequence, as_="mroy")


def test_what_was_seen_anew_is_decided_as_it_looks_now(gathered):
    case = gathered.case("I1")
    gathered.gather(found("I1", seen="2", title="Another pram"))
    with pytest.raises(Refused, match="was seen anew"):
        decide.decide_lot(gathered.workspace, {case.id: case.seen}, VIOLATION, "The same.", as_="blin")
    decide.decide(gathered.workspace, case.id, VIOLATION, "The same.", as_="blin")
    assert gathered.case("I1").looks == 2


# lots


def test_a_lot_is_decided_whole_or_not_at_all(gathered):
    seen = {gathered.case(item).id: gathered.case(item).seen for item in ("I1", "I2", "I4")}
    gathered.decide("I2", NO)
    with pytest.raises(Refused, match="decided case"):
        decide.decide_lot(gathered.workspace, seen, VIOLATION, "The same.", as_="mroy")
    assert gathered.kinds(BOOK).count("decided") == 1
    del seen[gathered.case("I2").id]
    lot, made = decide.decide_lot(gathered.workspace, seen, VIOLATION, "The same.", as_="mroy")
    assert {one.lot for one in made} == {lot.id}
    assert gathered.kinds(BOOK).count("claimed") == 2


def test_a_lot_holds_cases_of_one_order_and_fifty_at_most(gathered):
    gathered.receive("O-2")
    gathered.confirm("O-2")
    gathered.accept("O-2")
    gathered.gather(found("I1", book="O-2"), book="O-2")
    one, other = gathered.case("I1"), gathered.case("I1", "O-2")
    with pytest.raises(Refused, match="cases of one order only"):
        decide.decide_lot(gathered.workspace, {one.id: one.seen, other.id: other.seen}, VIOLATION, "Both.", as_="mroy")
    with pytest.raises(Refused, match="50 are decided together at most"):
        decide.decide_lot(gathered.workspace, {f"case-{n}": "" for n in range(51)}, VIOLATION, "Many.", as_="mroy")
    with pytest.raises(Refused, match="a lot without cases"):
        decide.decide_lot(gathered.workspace, {}, VIOLATION, "None.", as_="mroy")


# what is claimed


def test_a_claim_is_no_wider_than_the_order_whatever_storefront_the_item_stands_in(decided):
    assert {tuple(claim.reach) for claim in decided.claims()} == {("XA",)}
    assert {claim.effect for claim in decided.claims()} == {Effect.REMOVED}


@pytest.mark.parametrize("judgement", [NO, Judgement.OUTSIDE, Judgement.ASKED])
def test_only_a_violation_claims(gathered, judgement):
    gathered.decide("I1", judgement)
    assert gathered.claims() == []


def test_the_rule_s_measure_counts_if_listed_else_the_mildest_that_is(begun):
    for book, listed, claimed in (
        ("O-2", "[label_item, remove_item]", "remove_item"),
        ("O-3", "[restrict_item, label_item]", "label_item"),
    ):
        begun.receive(book, addressees=f"[{{operator: Example Market Ltd, measures: {listed}}}]")
        begun.confirm(book)
        begun.accept(book)
        begun.gather(found("I1", book=book), book=book)
        begun.decide("I1", book=book)
        assert begun.claims()[-1].measure == claimed


def test_an_account_is_not_closed_where_the_order_only_lists_it(begun):
    """Closing is a ceiling: never the measure that is left over."""
    asked = "[{operator: Example Market Ltd, measures: [close_account], words: {close_account: the account is to be closed}}]"
    begun.receive("O-2", addressees=asked)
    begun.confirm("O-2")
    begun.accept("O-2")
    begun.gather(found("I1", book="O-2"), book="O-2")
    begun.decide("I1", book="O-2")
    assert begun.claims() == []  # the report says of such violations that the order lists no measure for them


# decided by a pack


def by_pack(house: House, *rules: str) -> list[str]:
    house.set(decide_by_pack=tuple(rules))
    return [one.by for one in decide.decide_by_pack(house.workspace, BOOK, as_="kim")]


def test_no_rule_decides_that_settings_do_not_name(gathered):
    assert by_pack(gathered) == []
    assert by_pack(gathered, "identical-products/same-model") == []
    assert gathered.case("I1").state is CaseState.OPEN


def test_a_named_rule_decides_and_the_record_says_that_a_machine_did(gathered):
    made = by_pack(gathered, RULE)
    assert len(made) == 4
    assert all(one.startswith(f"{RULE}@") for one in made)
    entries = list(gathered.ledger.entries(book=BOOK, kinds=["decided"]))
    assert all(entry.body["machine"] for entry in entries)


@pytest.mark.parametrize(
    "changed", [{"marks": ("hidden text",)}, {"near_register": "LVP-1"}, {"verdict": Verdict.REVIEW}]
)
def test_no_rule_decides_what_bears_a_mark_is_near_a_register_or_is_for_review(accepted, changed):
    from dataclasses import replace

    one = found("I1")
    assert one.finding
    accepted.gather(
        one._replace(finding=replace(one.finding, **changed))
        if hasattr(one, "_replace")
        else replace(one, finding=replace(one.finding, **changed))
    )
    assert by_pack(accepted, RULE) == []


def test_no_rule_decides_under_an_order_that_asks_for_no_identical_products(begun):
    begun.receive(
        "O-2",
        search="{identical: false}",
        subject='{acts: [sell], kinds: [listing], items: [{id: I1}], products: [{brand: Kite, model: K3, gtin: "9521234543213"}]}',
    )
    begun.confirm("O-2")
    begun.accept("O-2")
    begun.gather(found("I1", book="O-2"), book="O-2")
    begun.set(decide_by_pack=(RULE,))
    assert decide.decide_by_pack(begun.workspace, "O-2", as_="kim") == []


def test_a_person_and_the_pack_at_once_leave_one_decision_a_case(gathered):
    gathered.set(decide_by_pack=(RULE,))
    cases = [gathered.case(item).id for item in ("I1", "I2", "I3", "I4")]
    told = race(
        lambda: decide.decide_by_pack(gathered.workspace, BOOK, as_="kim"),
        *(
            lambda case=case: decide.decide(gathered.workspace, case, NO, "It is a cover.", as_="blin")
            for case in cases
        ),  # type: ignore[misc]
    )
    assert all(one is None or isinstance(one, Refused) for one in told)
    assert gathered.kinds(BOOK).count("decided") == 4


def test_what_an_end_overtakes_is_not_decided(gathered):
    case = gathered.case("I1").id
    told = race(
        lambda: decide.decide(gathered.workspace, case, VIOLATION, "The same.", as_="blin"),
        lambda: end.annul(gathered.workspace, BOOK, "The court.", as_="awu"),
    )
    assert told[1] is None
    live = [claim for claim in gathered.claims() if claim.reach]
    assert live == []
    assert row_of(gathered.workspace, BOOK).state == "annulled"


def test_a_challenge_does_not_stop_what_is_accepted():
    house = house_at("gathered")
    accept.challenge(house.workspace, BOOK, "We doubt it.", as_="awu")
    house.decide("I1")
    assert len(house.claims()) == 1
