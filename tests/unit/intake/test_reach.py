"""An order wider than its authority's entry, and codes that nobody knows, are told before it is accepted."""

from __future__ import annotations

from dataclasses import replace

import pytest

from rectify.intake.acceptance import accept
from rectify.intake.countries import known_part
from rectify.intake.orders import read_order
from rectify.intake.reach import outside, reach_notes, too_wide
from rectify.terms.errors import Faulty

from .authority_entries import authority
from .orders import NOW, RECALL

ORDER = read_order(RECALL.encode(), "order.yaml", now=NOW)
PSO = authority()
NAME = PSO.name


def test_what_the_entry_does_not_cover_is_named_with_what_can_be_accepted() -> None:
    wide = replace(ORDER, territory=frozenset({"XA", "DE", "FR"}))
    assert outside(wide, PSO) == {"DE", "FR"}
    assert too_wide(wide, PSO) == f"by its entry, {NAME} may order nothing in DE, FR; XA can be accepted"
    assert reach_notes(wide, PSO) == (f"{too_wide(wide, PSO)}, in part and with reasons",)
    assert too_wide(ORDER, PSO) == ""
    assert reach_notes(ORDER, PSO) == reach_notes(ORDER, None) == ()


def test_of_a_country_only_a_part() -> None:
    bavaria = replace(PSO, territory=frozenset({"DE-BY"}))
    assert too_wide(replace(ORDER, territory=frozenset({"DE"})), bavaria) == (
        f"by its entry, {NAME} may order of DE only in DE-BY; DE-BY can be accepted"
    )
    assert reach_notes(replace(ORDER, territory=frozenset({"FR"})), bavaria) == (
        f"by its entry, {NAME} may order nothing in FR",
    )


def test_accepting_such_an_order_says_why_reasons_are_needed_and_what_to_do() -> None:
    wide = replace(ORDER, territory=frozenset({"XA", "DE", "FR"}))
    with pytest.raises(Faulty) as told:
        accept(wide, PSO, ORDER.addressees[0])
    (fault,) = told.value.faults
    assert fault.text == (
        f"by its entry, {NAME} may order nothing in DE, FR; XA can be accepted, and accepting in part needs reasons"
    )
    assert fault.remedy == '--reasons "..."; or correct the entry of the authority, if it may order more'
    taken = accept(wide, PSO, ORDER.addressees[0], reasons="DE and FR are not theirs")
    assert (taken.whole, taken.territory) == (False, {"XA"})


@pytest.mark.parametrize("code", ["CN-31", "CN-SH", "DE-BY", "US-CA", "FR-75", "XA-1", "NO-03", "GB-ENG", "DE"])
def test_parts_that_are_or_were(code: str) -> None:
    assert known_part(code)


def test_parts_that_nobody_knows_and_codes_left_to_users_are_noted() -> None:
    odd = replace(ORDER, territory=frozenset({"CN-99", "US-ZZ", "QQ", "ZZ", "XA"}))
    assert reach_notes(odd, None) == (
        "CN-99 is not a known part of CN",
        "US-ZZ is not a known part of US",
        "QQ is a code that is left to users: it stands for no country that others know",
        "ZZ is a code that is left to users: it stands for no country that others know",
    )
    theirs = replace(PSO, territory=frozenset({"CN", "US", "QQ", "ZZ", "XA"}))
    assert reach_notes(odd, theirs) == ("CN-99 is not a known part of CN", "US-ZZ is not a known part of US")
