"""Nothing is accepted that is wider than the order or the authority's entry."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rectify.intake.acceptance import accept, addressee, check_reasons, fullest, strictest
from rectify.intake.orders import read_order
from rectify.terms.claim import Effect
from rectify.terms.errors import Faulty, Refused
from rectify.terms.order import Act
from rectify.terms.territory import covers

from .authority_entries import authority
from .orders import NOW, RECALL

ORDER = read_order(RECALL.encode(), "order.yaml", now=NOW)
MARKET, AUCTIONS = ORDER.addressees
PSO = authority()


def test_the_whole_order_is_what_it_lists_for_this_operator() -> None:
    taken = accept(ORDER, PSO, MARKET)
    assert taken.whole
    assert taken.territory == {"XA"}
    assert taken.measures == ("remove_item", "tell_buyers")
    assert taken.tasks == ("report",)
    assert accept(ORDER, PSO, AUCTIONS).measures == ("restrict_item",)


def test_an_operator_is_found_by_id_or_name_however_it_is_written() -> None:
    assert addressee(ORDER, ["example-market"]) is MARKET
    assert addressee(ORDER, ["x", "EXAMPLE  Auctions"]) is AUCTIONS
    with pytest.raises(Refused) as told:
        addressee(ORDER, ["Example Markt"])
    assert told.value.remedy == 'did you mean "Example Market"?'


def test_less_is_accepted_in_part_and_needs_reasons() -> None:
    with pytest.raises(Faulty, match="accepting in part needs reasons"):
        accept(ORDER, PSO, MARKET, measures=["remove_item"])
    taken = accept(ORDER, PSO, MARKET, measures=["remove_item"], reasons="we hold no buyers' addresses")
    assert not taken.whole
    assert taken.measures == ("remove_item",)
    assert accept(ORDER, PSO, MARKET, measures=["tell_buyers", "remove_item"]).whole


def test_more_is_refused_all_at_once() -> None:
    with pytest.raises(Faulty) as told:
        accept(ORDER, PSO, MARKET, territory=frozenset({"XA", "DE"}), measures=["restrict_item"], kinds=["app"],
               reasons="x")  # fmt: skip
    assert [fault.text for fault in told.value.faults] == [
        "DE lies outside the order and the authority's entry",
        '"restrict_item" is none of the measures of this order',
        '"app" is none of the kinds of this order',
    ]


def test_a_part_of_a_country_may_be_accepted_and_never_its_whole_for_a_part() -> None:
    taken = accept(ORDER, PSO, MARKET, territory=frozenset({"XA-1"}), reasons="only there")
    assert (taken.whole, taken.territory) == (False, {"XA-1"})
    regional = replace(PSO, territory=frozenset({"XA-1"}))
    assert fullest(ORDER, regional, MARKET).territory == {"XA-1"}
    assert not fullest(ORDER, regional, MARKET).whole
    with pytest.raises(Faulty, match="XA lies outside"):
        accept(ORDER, regional, MARKET, territory=frozenset({"XA"}), reasons="x")


def test_an_authority_that_orders_nothing_there_is_refused() -> None:
    with pytest.raises(Refused, match="may order nothing in XA"):
        accept(ORDER, replace(PSO, territory=frozenset({"XB"})), MARKET)


@pytest.mark.parametrize("act", [Act.WARNING, Act.INQUIRY, Act.INSTRUCTION])
def test_acts_other_than_orders_only_make_tasks(act: Act) -> None:
    taken = accept(replace(ORDER, act=act), PSO, MARKET)
    assert taken.measures == ()
    assert taken.tasks == ("report", "remove_item", "tell_buyers")
    with pytest.raises(Faulty, match="none of the measures"):
        accept(replace(ORDER, act=act), PSO, MARKET, measures=["remove_item"], reasons="x")


def test_nothing_left_is_a_refusal_not_an_acceptance() -> None:
    for part in ({"territory": frozenset()}, {"acts": []}, {"kinds": []}):
        with pytest.raises(Faulty, match="nothing is left"):
            accept(ORDER, PSO, MARKET, reasons="x", **part)


def test_steps_that_say_no_need_reasons() -> None:
    for step in ("accept in part", "ask", "challenge", "refuse", "annul", "end"):
        with pytest.raises(Faulty, match="needs reasons"):
            check_reasons(step, " \n")
        assert check_reasons(step, " because ") == "because"
    assert check_reasons("confirm", "") == ""


def test_the_effect_of_a_ground_is_the_strictest_of_its_measures() -> None:
    assert strictest(["tell_buyers", "remove_item"]) is Effect.REMOVED
    assert strictest(["warn_account"]) is Effect.OPEN
    assert strictest([]) is Effect.OPEN


codes = st.sets(st.sampled_from(["XA", "XB", "XA-1", "XA-2", "XB-1"]), min_size=1).map(frozenset)


@given(codes, codes, codes)
def test_what_is_accepted_lies_in_order_and_entry(ordered: frozenset, entry: frozenset, asked: frozenset) -> None:
    order, pso = replace(ORDER, territory=ordered), replace(PSO, territory=entry)
    try:
        taken = accept(order, pso, MARKET, territory=asked, reasons="x")
    except (Faulty, Refused):
        return
    assert covers(ordered, taken.territory)
    assert covers(entry, taken.territory)
    assert not taken.whole or covers(taken.territory, ordered)
