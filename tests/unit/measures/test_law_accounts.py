"""The smallest histories that made the law what it is: accounts, the ladder, grounds (docs/why/claims.md)."""

from __future__ import annotations

import pytest
from tests.journeys.law_world import DAY, XA, XB, now

from rectify.measures import claims
from rectify.measures.connector import Capabilities, HostPlace
from rectify.measures.memory import EVERYTHING
from rectify.terms.claim import Effect
from rectify.terms.errors import Refused

OPEN, LABELLED, RESTRICTED, REMOVED, GONE = Effect


# 12 accounts


def test_an_item_is_measured_for_itself_while_its_account_is_closed(market):
    """So that it stays down when the account is opened again."""
    world = market()
    (closing,) = world.claim("licence", "i", "a", "close_account")
    world.rest()
    world.claim("recall", "i", "a", "remove_item")
    world.rest()
    world.act(claims.narrow_claim, closing.id, frozenset(), from_start=True)
    world.rest()
    assert (world.state("account", "a", "XA"), now(world)) == (OPEN, REMOVED)


def test_where_closures_run_down_into_items_these_are_measured_first_each_with_its_own(market):
    world = market(LABELLED, able=Capabilities(EVERYTHING.measures, cascades=True))
    land = world.host.land

    def cascading(change):
        """The host hides the items of an account that is closed, with its own hand, and knows no way back."""
        answer = land(change)
        item = HostPlace("item", "i", "xa")
        if change.kind == "account" and change.wanted is REMOVED and world.host.cells[item].state < REMOVED:
            world.host.put(item, REMOVED)
        return answer

    world.host.land = cascading
    (closing,) = world.claim("recall", "i", "a", "close_account")
    order = [(line.measure.kind, line.name) for line in world.rehearse("recall").lines]
    assert order == [("item", "remove_item"), ("account", "close_account")]
    world.rest()
    assert (world.state("account", "a", "XA"), now(world)) == (REMOVED, REMOVED)
    world.act(claims.narrow_claim, closing.id, frozenset(), from_start=True)
    order = [(line.measure.kind, line.name) for line in world.rehearse("recall").lines]
    assert order == [("account", "undo"), ("item", "undo")]
    world.rest()
    assert (world.state("account", "a", "XA"), now(world)) == (OPEN, LABELLED)


# 13 the ladder


def climb(world, *items, order="recall"):
    for item in items:
        world.put("item", item, "xa", OPEN)
        world.claim(order, item, "a", "remove_item")
    world.rest()
    return world.state("account", "a", "XA")


def test_strikes_climb_by_distinct_items_and_two_orders_on_one_listing_are_one(market):
    world = market()
    world.term("terms", XA, {2: RESTRICTED, 3: REMOVED}, 10)
    assert climb(world, "i") is OPEN
    world.claim("licence", "i", "a", "remove_item")
    world.rest()
    assert world.state("account", "a", "XA") is OPEN
    assert climb(world, "j") is RESTRICTED
    assert climb(world, "k") is REMOVED


def test_a_closure_whose_step_fell_falls_too_and_nobody_climbs_by_an_annulment(market):
    world = market()
    world.term("terms", XA, {2: RESTRICTED, 3: REMOVED}, 10)
    climb(world, "i", "j")
    assert climb(world, "k", order="licence") is REMOVED
    world.act(claims.annul, "licence")
    world.rest()
    assert world.state("account", "a", "XA") is RESTRICTED
    steps = [c for c in world.book.claims.values() if c.strike]
    assert [bool(step.reach) for step in steps] == [True, False, False]


def test_strikes_outside_of_the_window_do_not_count_and_time_passing_lowers_nothing(market):
    world = market()
    world.term("terms", XA, {2: RESTRICTED}, 10)
    climb(world, "i")
    world.now += 10 * DAY
    assert climb(world, "j") is OPEN
    assert climb(world, "k") is RESTRICTED
    world.now += 400 * DAY
    world.rest()
    assert world.state("account", "a", "XA") is RESTRICTED


def test_a_strike_made_later_holds_no_earlier_step(market):
    world = market()
    world.term("terms", XA, {2: RESTRICTED}, 10)
    climb(world, "i", order="licence")
    climb(world, "j", "k")
    world.act(claims.annul, "licence")
    first, second = [c for c in world.book.claims.values() if c.strike]
    assert not first.reach
    assert second.reach == XA


def test_terms_published_later_do_not_reach_back(market):
    world = market()
    climb(world, "i", "j")
    world.term("terms", XA, {2: RESTRICTED}, 10)
    world.rest()
    assert world.state("account", "a", "XA") is OPEN
    assert climb(world, "k") is RESTRICTED


def test_a_step_is_narrowed_to_the_part_of_a_country_where_its_strikes_still_stand(market):
    world = market(shops={"xa": frozenset({"CN"})})
    for order in ("first", "second"):
        world.order(order, frozenset({"CN"}))
    world.term("terms", frozenset({"CN"}), {2: RESTRICTED}, 10)
    (one,) = world.claim("first", "i", "a", "remove_item")
    world.claim("second", "j", "a", "remove_item")
    (step,) = [c for c in world.book.claims.values() if c.strike]
    assert step.reach == {"CN"}
    world.act(claims.narrow_claim, one.id, frozenset({"CN-31"}), from_start=True)
    assert world.book.claims[step.id].reach == {"CN-31"}


# grounds


def test_only_an_order_is_a_ground(market):
    world = market()
    world.order("inquiry", XA, act="inquiry")
    with pytest.raises(Refused, match="no ground"):
        world.claim("inquiry", "i", "a", "remove_item")


def test_a_claim_is_no_wider_and_no_stricter_than_its_ground(market):
    world = market(shops={"xa": XA, "xb": XB})
    world.order("narrow", XA, effect="restricted")
    (made,) = world.claim("narrow", "i", "a", "remove_item", territories=XA | XB)
    assert (made.reach, made.effect) == (XA, RESTRICTED)
    with pytest.raises(Refused, match="reaches none"):
        world.claim("narrow", "j", "a", "remove_item", territories=XB)


def test_an_item_is_not_returned_while_a_second_order_names_it(market):
    world = market()
    world.claim("recall", "i", "a", "remove_item")
    world.claim("licence", "i", "a", "remove_item")
    world.rest()
    world.act(claims.annul, "recall")
    assert world.rest() == set()
    assert now(world) is REMOVED


def test_a_service_of_the_operators_own_is_halted_and_opened_again(market):
    world = market()
    world.put("service", "registrations", "XA", OPEN)
    world.order("halt", XA, measures=["halt_registrations"])
    made = world.act(claims.claim_service, "halt", "market/registrations", "halt_registrations")
    world.rest()
    assert (made.kind, world.state("service", "registrations", "XA")) == ("service", RESTRICTED)
    world.act(claims.end, "halt")
    world.rest()
    assert world.state("service", "registrations", "XA") is OPEN
    with pytest.raises(Refused, match="lists no measure"):
        world.act(claims.claim_service, "recall", "market/registrations", "halt_registrations")


def steps(world):
    return [claim for claim in world.book.claims.values() if claim.strike]


def test_strikes_of_another_account_do_not_count(market):
    world = market()
    world.term("terms", XA, {2: RESTRICTED}, 10)
    world.claim("recall", "i", "a", "remove_item")
    world.claim("recall", "j", "b", "remove_item")
    assert steps(world) == []


def test_a_term_in_force_from_tomorrow_is_not_climbed_today(market):
    world = market()
    world.act(claims.publish_term, "terms", XA, REMOVED, digest="0", since=world.now + DAY, ladder=[(2, RESTRICTED)])
    for item in ("i", "j"):
        world.claim("recall", item, "a", "remove_item")
    assert steps(world) == []
    world.now += DAY
    world.claim("recall", "k", "a", "remove_item")
    assert len(steps(world)) == 1


def test_a_step_falls_in_the_book_of_its_last_strike(market):
    world = market()
    world.term("terms", XA, {2: RESTRICTED}, 10)
    world.claim("recall", "i", "a", "remove_item")
    world.claim("licence", "j", "a", "remove_item")
    world.act(claims.annul, "recall")
    assert [opened.entry.book for opened in world.ledger.opened() if opened.entry.kind == "claim_ended"] == ["licence"]
