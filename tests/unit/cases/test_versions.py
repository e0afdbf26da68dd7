"""A case keeps the version of the pack that found it; what is in shadow finds nothing for a case."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from rectify.cases import gather, show
from rectify.cases.decide import DecidingRule, decide, decide_by_pack, versions_waiting
from rectify.cases.pace import ENOUGH, Pace, pace
from rectify.terms.case import CaseState, Judgement
from rectify.terms.finding import SHADOW

from .desk import BOOK, LIN, SAME_GTIN, SAME_MODEL, T0, Desk, finding, found
from .test_decide import SELL, order

OLD, NEW = {"identical-products": (1, "d1")}, {"identical-products": (2, "d2")}


def gathered(
    desk: Desk, items: list[gather.Found], packs: dict[str, tuple[int, str]], hours: float = 0
) -> gather.Gathered:
    with desk.at(hours) as writing:
        return gather.gather(writing, BOOK, items, id_key=desk.keys.id_key, packs=packs)


def by_pack(desk: Desk, *rules: DecidingRule) -> dict[str, tuple[str, str]]:
    """Case -> which rule decided, and the measure."""
    with desk.at(5) as writing:
        made = decide_by_pack(writing, BOOK, rules, named_in_settings=[SAME_GTIN], order=order())
    return {one.case: (one.by, one.measure) for one in made}


def test_a_finding_is_shown_with_the_version_that_found_it(desk):
    (case,) = gathered(desk, found(finding()), OLD).opened
    (one,) = desk.case(case).findings
    assert (one.version, one.digest) == (1, "d1")
    (old,) = desk.gather(found(finding("GW-2"))).opened  # of a program that kept none
    assert (desk.case(old).findings[0].version, desk.case(old).findings[0].digest) == (0, "")


def test_another_version_makes_another_look_and_keeps_the_first(desk):
    (case,) = gathered(desk, found(finding(seen="1")), OLD).opened
    assert gathered(desk, found(finding(seen="1")), NEW, 1).unchanged == 1  # the same meaning and item: nothing new
    assert desk.case(case).findings[0].version == 1
    assert gathered(desk, found(finding(seen="2")), NEW, 2).looked_again == (case,)
    assert desk.case(case).findings[0].version == 2
    assert desk.case(case, look=1).findings[0].version == 1


def test_a_rule_decides_a_case_in_the_version_that_found_it(desk):
    (old,) = gathered(desk, found(finding("GW-1")), OLD).opened
    (new,) = gathered(desk, found(finding("GW-2")), NEW, 1).opened
    (none,) = desk.gather(found(finding("GW-3")), hours=2).opened
    with desk.ledger.reading() as connection:
        assert versions_waiting(connection, BOOK) == {"d1", "d2"}
    first = DecidingRule(SAME_GTIN, "d2", SELL, "restrict_item")  # in force now: it stands first
    assert by_pack(desk, first, DecidingRule(SAME_GTIN, "d1", SELL, "remove_item")) == {
        old: (f"{SAME_GTIN}@d1", "remove_item"), new: (f"{SAME_GTIN}@d2", "restrict_item"),
        none: (f"{SAME_GTIN}@d2", "restrict_item"),
    }  # fmt: skip


def test_a_version_that_is_kept_no_more_leaves_the_case_to_a_person(desk):
    (case,) = gathered(desk, found(finding()), OLD).opened
    assert by_pack(desk, DecidingRule(SAME_GTIN, "d2", SELL, "remove_item")) == {}
    assert desk.case(case).state is CaseState.OPEN


def test_a_finding_in_shadow_opens_no_case_and_no_look(desk):
    tried = replace(finding(rule=SAME_MODEL), marks=(SHADOW,))
    assert gathered(desk, found(tried), OLD).opened == ()
    (case,) = gathered(desk, found(finding(), tried), OLD, 1).opened
    assert [one.rule for one in desk.case(case).findings] == ["same-gtin"]
    assert desk.case(case).rules == (SAME_GTIN,)
    assert gathered(desk, found(finding(), replace(tried, seen="2")), OLD, 2).looked_again == ()


def test_a_place_that_the_order_names_is_a_case_whatever_shadow_finds_there(desk):
    (one,) = found(replace(finding(), marks=(SHADOW,)))
    (case,) = gathered(desk, [replace(one, named=True)], OLD).opened
    assert desk.case(case).named
    assert desk.case(case).findings == ()


def test_cases_are_listed_by_the_pack_that_found_them_and_by_decision(desk):
    (mine,) = gathered(desk, found(finding("GW-1")), OLD).opened
    (other,) = desk.gather(found(finding("GW-2", rule="unlicensed-vpn/vpn")), hours=1).opened
    with desk.ledger.reading() as connection:
        of_pack = show.cases_of_pack(desk.ledger, connection, "identical-products", [mine, other])
        assert [one.id for one in of_pack] == [mine]
        assert show.cases_of_pack(desk.ledger, connection, "identical", [mine, other]) == []
        assert show.cases_of_pack(desk.ledger, connection, "identical-products", [mine], book="another") == []
    for case, judgement in ((mine, Judgement.VIOLATION), (other, Judgement.NO_VIOLATION)):
        seen = desk.case(case).seen
        with desk.at(2) as writing:
            decide(writing, case, judgement, "seen", LIN, seen=seen)
    with desk.ledger.reading() as connection:

        def ids(**of: object) -> list[str]:
            return [one.id for one in show.cases_decided(desk.ledger, connection, **of)]  # type: ignore[arg-type]

        assert ids() == [mine]
        assert ids(pack="unlicensed-vpn") == []
        assert ids(pack="unlicensed-vpn", judgement=Judgement.NO_VIOLATION) == [other]


@pytest.mark.parametrize("machine", [False, True])
def test_the_pace_is_of_persons_and_not_of_rules(desk, machine):
    items = [finding(f"GW-{n}") for n in range(ENOUGH + 1)]
    opened = desk.gather(found(*items)).opened
    if machine:
        by_pack(desk, DecidingRule(SAME_GTIN, "d1", SELL, "remove_item"))
    else:
        for n, case in enumerate(opened):
            seen = desk.case(case).seen
            with desk.ledger.writing(T0 + timedelta(hours=1, seconds=12 * n), LIN.surrogate) as writing:
                decide(writing, case, Judgement.VIOLATION, "seen", LIN, seen=seen)
    with desk.ledger.reading() as connection:
        assert pace(connection) == (Pace(40, 0) if machine else Pace(12, ENOUGH))
