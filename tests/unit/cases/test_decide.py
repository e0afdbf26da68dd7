"""Decisions: by one person or the pack, with a reason, on what was seen; one wins, the others are told."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rectify.cases import show
from rectify.cases.decide import (
    LOT,
    DecidingRule,
    decide,
    decide_by_pack,
    decide_lot,
    lot_of,
    measure_for,
    order_allows_pack,
)
from rectify.terms.case import Case, CaseState, Decision, Judgement, Lot
from rectify.terms.errors import Broken, Refused, Unknown
from rectify.terms.finding import Verdict
from rectify.terms.measure import MEASURES
from rectify.terms.order import (
    Act,
    AuthorityNamed,
    DeadlineStated,
    Order,
    Search,
    Served,
    Subject,
    SubjectAct,
)

from .desk import BOOK, CLERK, LIN, SAME_GTIN, SAME_MODEL, T0, WU, Desk, finding, found

SELL = frozenset({SubjectAct.SELL})
RULE = DecidingRule(SAME_GTIN, "d1", SELL, "remove_item")


def order(*, act: Act = Act.ORDER, acts: tuple[SubjectAct, ...] = (SubjectAct.SELL,), instrument: str = "gpsr-22",
          identical: bool = True) -> Order:  # fmt: skip
    return Order(
        reference=BOOK, act=act, instrument=instrument, authority=AuthorityNamed("Office", "XA"), language="en",
        served=Served(T0, "mail"), legal_basis=(), reasons="", territory=frozenset({"XA"}),
        deadline=DeadlineStated(), addressees=(), subject=Subject(acts, ("listing",)), search=Search(identical),
    )  # fmt: skip


def judge(desk: Desk, case: Case, judgement: Judgement = Judgement.VIOLATION, *, hours: float = 1, person=LIN,
          **more: object) -> Decision:  # fmt: skip
    with desk.at(hours, person) as writing:
        return decide(writing, case.id, judgement, "seen with my own eyes", person, seen=case.seen, **more)  # type: ignore[arg-type]


def by_pack(desk: Desk, *, rules=(RULE,), settings=(SAME_GTIN,), of: Order | None = None) -> list[Decision]:
    with desk.at(1) as writing:
        return decide_by_pack(writing, BOOK, rules, named_in_settings=settings, order=of or order())


class TestByAPerson:
    def test_is_kept_with_its_reason_and_who(self, desk: Desk) -> None:
        case = desk.one()
        judge(desk, case, measure="remove_item")
        with desk.ledger.reading() as connection:
            (decision,) = show.decisions_of(desk.ledger, connection, case.id)
            assert show.standing(connection, case.id) is not None
        assert (decision.by, decision.machine, decision.measure) == (LIN.surrogate, False, "remove_item")
        assert decision.reason == "seen with my own eyes"
        assert desk.case(case.id).state is CaseState.VIOLATION

    @pytest.mark.parametrize("reason", ["", "  \n ", "x" * 10_001])
    def test_needs_a_reason(self, desk: Desk, reason: str) -> None:
        case = desk.one()
        with pytest.raises(Refused, match="reason"), desk.at(1) as writing:
            decide(writing, case.id, Judgement.VIOLATION, reason, LIN, seen=case.seen)

    def test_needs_a_role_that_allows_it(self, desk: Desk) -> None:
        case = desk.one()
        with pytest.raises(Refused, match="may not do this") as refused:
            judge(desk, case, person=CLERK)
        assert "reviewer" in refused.value.remedy

    def test_is_never_made_in_anothers_name(self, desk: Desk) -> None:
        case = desk.one()
        with pytest.raises(Broken), desk.at(1, WU) as writing:
            decide(writing, case.id, Judgement.VIOLATION, "x", LIN, seen=case.seen)

    def test_is_refused_when_the_item_was_seen_anew(self, desk: Desk) -> None:
        case = desk.one()
        desk.gather(found(finding(seen="2")), hours=1)
        with pytest.raises(Refused, match="seen anew on 2026-11-20 at 09:00"):
            judge(desk, case, hours=2)

    def test_second_one_is_told_who_was_first_and_when(self, desk: Desk) -> None:
        case = desk.one()
        first = judge(desk, case)
        with pytest.raises(Refused, match=r"B\. Lin decided case-\d+ on 2026-11-20 at 09:00 UTC: a violation"):
            judge(desk, case, hours=2, person=WU, names={LIN.surrogate: "B. Lin"})
        assert desk.case(case.id).state is CaseState.VIOLATION
        assert first.sequence > 0

    def test_takes_back_another_one_only_by_name(self, desk: Desk) -> None:
        case = desk.one()
        first = judge(desk, case)
        with pytest.raises(Refused):
            judge(desk, case, Judgement.NO_VIOLATION, supersedes=first.sequence - 1)
        second = judge(desk, case, Judgement.NO_VIOLATION, supersedes=first.sequence, hours=2)
        assert desk.case(case.id).state is CaseState.NO_VIOLATION
        with desk.ledger.reading() as connection:
            assert [d.sequence for d in show.decisions_of(desk.ledger, connection, case.id)] == [
                first.sequence, second.sequence,
            ]  # fmt: skip

    def test_cannot_take_back_what_never_was(self, desk: Desk) -> None:
        with pytest.raises(Refused, match="no decision stands"):
            judge(desk, desk.one(), supersedes=1)

    def test_stands_once_the_set_with_its_case_is_approved(self, desk: Desk) -> None:
        case = desk.one()
        first = judge(desk, case, measure="remove_item")
        desk.claim(case)
        desk.approve()
        with pytest.raises(Refused, match="was approved"):
            judge(desk, case, Judgement.NO_VIOLATION, supersedes=first.sequence, hours=5)

    def test_of_a_new_look_is_free_although_an_old_set_was_approved(self, desk: Desk) -> None:
        case = desk.one()
        judge(desk, case, measure="remove_item")
        desk.claim(case)
        desk.approve()
        desk.gather(found(finding(seen="2")), hours=5)
        judge(desk, desk.case(case.id), Judgement.NO_VIOLATION, hours=6)
        with desk.ledger.reading() as connection:
            assert show.claims_to_end(connection, BOOK) == [(case.id, "claim-1")]

    @pytest.mark.parametrize("over", ["annulled", "ended", "refused"])
    def test_is_refused_when_the_order_is_over(self, desk: Desk, over: str) -> None:
        case = desk.one()
        desk.append(over, {}, reasons="court")
        with pytest.raises(Refused, match=over):
            judge(desk, case)

    def test_of_an_unknown_case_is_refused(self, desk: Desk) -> None:
        desk.one()
        with pytest.raises(Unknown), desk.at(1) as writing:
            decide(writing, "case-x", Judgement.VIOLATION, "x", LIN, seen="")

    def test_that_acquits_carries_no_measure(self, desk: Desk) -> None:
        with pytest.raises(Broken):
            judge(desk, desk.one(), Judgement.NO_VIOLATION, measure="remove_item")


class TestByThePack:
    def test_says_that_a_machine_did_it_and_by_which_rule(self, desk: Desk) -> None:
        case = desk.one()
        (decision,) = by_pack(desk)
        assert (decision.case, decision.machine, decision.by) == (case.id, True, f"{SAME_GTIN}@d1")
        assert (decision.judgement, decision.measure, decision.reason) == (Judgement.VIOLATION, "remove_item", "")

    def test_leaves_all_that_settings_do_not_name(self, desk: Desk) -> None:
        desk.one()
        assert by_pack(desk, settings=()) == []

    def test_leaves_what_bears_a_mark(self, desk: Desk) -> None:
        desk.one(marks=("hidden text",))
        assert by_pack(desk) == []

    def test_leaves_who_is_near_a_register(self, desk: Desk) -> None:
        desk.one(near="entry-7")
        assert by_pack(desk) == []

    def test_leaves_what_is_only_for_review(self, desk: Desk) -> None:
        desk.one(verdict=Verdict.REVIEW)
        assert by_pack(desk) == []

    def test_leaves_what_merely_uses_something(self, desk: Desk) -> None:
        desk.one()
        use = DecidingRule(SAME_GTIN, "d1", frozenset({SubjectAct.USE}), "remove_item")
        assert by_pack(desk, rules=[use]) == []
        assert not order_allows_pack(order(acts=(SubjectAct.USE,)))

    @pytest.mark.parametrize("act", [Act.WARNING, Act.INQUIRY, Act.INSTRUCTION])
    def test_leaves_all_where_there_is_no_order_in_legal_form(self, desk: Desk, act: Act) -> None:
        desk.one()
        assert by_pack(desk, of=order(act=act)) == []

    def test_needs_a_search_for_identical_products_under_gpsr(self) -> None:
        assert order_allows_pack(order())
        assert not order_allows_pack(order(identical=False))
        assert order_allows_pack(order(identical=False, instrument="national"))

    def test_is_not_led_by_a_rule_that_only_said_review(self, desk: Desk) -> None:
        desk.gather(found(finding(rule=SAME_GTIN, verdict=Verdict.REVIEW), finding(rule=SAME_MODEL)))
        assert by_pack(desk) == []

    def test_decides_nothing_twice_and_nothing_that_a_person_decided(self, desk: Desk) -> None:
        judge(desk, desk.one(), Judgement.NO_VIOLATION)
        desk.gather(found(finding("GW-2")), hours=1)
        assert len(by_pack(desk)) == 1
        assert by_pack(desk) == []

    def test_is_taken_back_by_a_person(self, desk: Desk) -> None:
        case = desk.one()
        (machine,) = by_pack(desk)
        judge(desk, case, Judgement.NO_VIOLATION, supersedes=machine.sequence, hours=2)
        assert desk.case(case.id).state is CaseState.NO_VIOLATION


class TestLot:
    def lot(self, desk: Desk, n: int = 3) -> dict[str, str]:
        opened = desk.gather(found(*(finding(f"GW-{i}") for i in range(n)))).opened
        return {case: desk.case(case).seen for case in opened}

    def test_records_each_case_for_one_reason(self, desk: Desk) -> None:
        seen = self.lot(desk)
        with desk.at(1) as writing:
            lot = lot_of(seen)
            made = decide_lot(writing, lot, Judgement.VIOLATION, "all the same", LIN, seen=seen,
                              measures=dict.fromkeys(seen, "remove_item"))  # fmt: skip
        assert [d.lot for d in made] == [lot.id] * 3
        assert {d.reason for d in made} == {"all the same"}
        with desk.ledger.reading() as connection:
            assert show.counts(connection, BOOK)["violation"] == 3
            assert len(show.without_claim(connection, BOOK)) == 3

    def test_holds_fifty_at_most(self) -> None:
        assert len(lot_of({f"case-{n}": "" for n in range(LOT)}).cases) == LOT
        with pytest.raises(Refused):
            lot_of({f"case-{n}": "" for n in range(LOT + 1)})
        with pytest.raises(Refused):
            lot_of({})

    def test_is_all_or_nothing(self, desk: Desk) -> None:
        seen = self.lot(desk)
        taken = desk.case(next(iter(seen)))
        judge(desk, taken, Judgement.NO_VIOLATION)
        with pytest.raises(Refused, match="decided case"), desk.at(2) as writing:
            decide_lot(writing, lot_of(seen), Judgement.VIOLATION, "all", LIN, seen=seen)
        with desk.ledger.reading() as connection:
            assert show.counts(connection, BOOK)["open"] == 2

    def test_is_the_one_that_was_shown(self, desk: Desk) -> None:
        seen = self.lot(desk)
        shown = lot_of(seen)
        with pytest.raises(Refused, match="not the one that was shown"), desk.at(1) as writing:
            decide_lot(writing, Lot(shown.id, shown.cases[:2]), Judgement.VIOLATION, "x", LIN, seen=seen)

    def test_is_of_one_order(self, desk: Desk) -> None:
        seen = self.lot(desk)
        other = desk.gather(found(finding(order="B")), book="B").opened[0]
        seen[other] = desk.case(other).seen
        with pytest.raises(Refused, match="one order"), desk.at(1) as writing:
            decide_lot(writing, lot_of(seen), Judgement.VIOLATION, "x", LIN, seen=seen)


class TestMeasure:
    def test_of_the_rule_stands_where_the_order_lists_it(self) -> None:
        assert measure_for("remove_item", ["restrict_item", "remove_item"]) == "remove_item"

    def test_is_else_the_mildest_that_fits(self) -> None:
        assert measure_for("remove_item", ["close_account", "restrict_item", "label_item"]) == "label_item"

    def test_is_none_where_nothing_listed_fits(self) -> None:
        assert measure_for("remove_item", ["tell_buyers"]) == ""

    @given(st.sampled_from(sorted(MEASURES)), st.lists(st.sampled_from(sorted(MEASURES)), max_size=4))
    def test_is_never_one_that_the_order_does_not_list(self, asked: str, listed: list[str]) -> None:
        assert measure_for(asked, listed) in {"", *listed}


def test_a_decision_without_effect_is_told_until_a_claim_follows(desk: Desk) -> None:
    """By name from the list of what went wrong elsewhere: a decision in the legal queue that had no effect."""
    case = desk.one()
    decision = judge(desk, case, measure="remove_item")
    with desk.ledger.reading() as connection:
        assert [(c, d.sequence) for c, d in show.without_claim(connection, BOOK)] == [(case.id, decision.sequence)]
    desk.claim(case)
    with desk.ledger.reading() as connection:
        assert show.without_claim(connection, BOOK) == []


def test_a_claim_that_lives_on_from_an_earlier_look_is_effect_enough(desk: Desk) -> None:
    case = desk.one()
    judge(desk, case, measure="remove_item")
    desk.claim(case)
    desk.gather(found(finding(seen="2")), hours=4)
    with desk.ledger.reading() as connection:
        assert show.standing(connection, case.id) is None
        assert show.claims_to_end(connection, BOOK) == []
    judge(desk, desk.case(case.id), measure="remove_item", hours=5)
    with desk.ledger.reading() as connection:
        assert show.without_claim(connection, BOOK) == []
        assert show.claims_to_end(connection, BOOK) == []


def test_a_milder_decision_asks_for_its_own_claim_and_ends_the_stricter_one(desk: Desk) -> None:
    case = desk.one()
    judge(desk, case, measure="remove_item")
    desk.claim(case)
    desk.gather(found(finding(seen="2")), hours=4)
    second = judge(desk, desk.case(case.id), measure="restrict_item", hours=5)
    with desk.ledger.reading() as connection:
        assert [d.sequence for _, d in show.without_claim(connection, BOOK)] == [second.sequence]
        assert show.claims_to_end(connection, BOOK) == [(case.id, "claim-1")]
    desk.claim(case, claim="claim-2", measure="restrict_item", hours=6)
    with desk.ledger.reading() as connection:
        assert show.without_claim(connection, BOOK) == []
        assert show.claims_to_end(connection, BOOK) == [(case.id, "claim-1")]


def test_a_decision_anew_after_its_claim_ended_has_no_effect_until_it_is_claimed_again(desk: Desk) -> None:
    case = desk.one()
    judge(desk, case, measure="remove_item")
    desk.claim(case)
    desk.append("claim_ended", {"claim": "claim-1", "to": [], "from_start": True, "effect": None, "why": "x"}, hours=4)
    desk.gather(found(finding(seen="2")), hours=5)
    judge(desk, desk.case(case.id), measure="remove_item", hours=6)
    with desk.ledger.reading() as connection:
        assert [c for c, _ in show.without_claim(connection, BOOK)] == [case.id]
