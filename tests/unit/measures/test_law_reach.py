"""The smallest histories that made the law what it is: reach, what can be written, sets, what is moot or gone (docs/why/claims.md)."""

from __future__ import annotations

import pytest
from tests.journeys.law_world import XA, XB, now, told

from rectify.measures import claims
from rectify.measures.bodies import OverReach
from rectify.measures.connector import Capabilities
from rectify.measures.memory import EVERYTHING
from rectify.measures.site import Site
from rectify.terms.claim import Effect
from rectify.terms.errors import Refused
from rectify.terms.measure import OutcomeKind, Place

OPEN, LABELLED, RESTRICTED, REMOVED, GONE = Effect


# 7 reach


def test_two_orders_cover_together_what_neither_covers_alone(market):
    world = market(shops={"eu": XA | XB})
    (first,) = world.claim("recall", "i", "a", "remove_item", territories=XA)
    assert world.rest() == told("over-reach", "eu")
    assert now(world, "eu") is OPEN
    world.claim("licence", "i", "a", "restrict_item", territories=XB)
    assert world.rest() == told("over-reach", "eu")
    assert now(world, "eu") is RESTRICTED
    world.act(claims.narrow_claim, first.id, frozenset(), from_start=False)
    assert world.rest() == told("over-reach", "eu")
    assert now(world, "eu") is OPEN


def test_an_undo_that_returns_what_a_claim_still_names_is_a_lot_of_its_own(market):
    world = market(shops={"eu": XA | XB})
    (first,) = world.claim("recall", "i", "a", "restrict_item", territories=XA)
    world.claim("licence", "i", "a", "restrict_item", territories=XB)
    world.rest()
    world.act(claims.narrow_claim, first.id, frozenset(), from_start=False)
    world.rest(contested=False)
    assert now(world, "eu") is RESTRICTED
    plain, apart = world.rehearse("licence"), world.rehearse("licence", contested=True)
    assert [left["place"] for left in plain.left_out] == [["i", "eu"]]
    assert not plain.lines
    assert len(apart.lines) == len(apart.holds) == 1


def test_a_yes_to_over_reach_names_territories_and_does_not_widen_with_the_map(market):
    world = market(shops={"eu": XA | XB})
    (made,) = world.claim("recall", "i", "a", "remove_item", territories=XA)
    yes = OverReach(made.id, "eu", XB)
    world.approve(rehearsed := world.rehearse("recall", over_reach=[yes]))
    assert rehearsed.lines[0].over_reach == (yes,)
    world.carry_out(rehearsed.id)
    assert now(world, "eu") is REMOVED
    world.site.storefronts["eu"] = XA | XB | {"XC"}
    assert world.rest() == told("over-reach", "eu")
    assert now(world, "eu") is OPEN


def test_where_territories_are_unknown_nothing_is_taken_and_nothing_given_back(market):
    world = market()
    world.claim("recall", "i", "a", "restrict_item")
    world.rest()
    world.site.storefronts["xa"] = None
    world.claim("licence", "i", "a", "remove_item")
    assert world.rest() == told("reach unknown")
    assert now(world) is RESTRICTED


def test_a_storefront_that_left_the_map_is_unknown_and_what_we_did_there_is_looked_after(market):
    world = market()
    world.claim("recall", "i", "a", "restrict_item")
    world.rest()
    world.site = Site("market", world.host, {"other": XB})
    world.put("item", "i", "other", GONE)
    assert ("reach unknown", "xa") in world.rest()
    world.act(claims.annul, "recall")
    assert world.rest() == set()
    assert now(world) is OPEN


def test_parts_of_a_country_never_cover_it_and_the_country_covers_its_parts(market):
    world = market(shops={"cn": frozenset({"CN"}), "sh": frozenset({"CN-31"})})
    world.order("north", frozenset({"CN-31", "CN-11"}))
    world.claim("north", "i", "a", "remove_item")
    assert world.rest() == told("over-reach", "cn")
    assert (now(world, "sh"), now(world, "cn")) == (REMOVED, OPEN)
    world.order("all", frozenset({"CN"}))
    world.claim("all", "i", "a", "label_item")
    world.rest()
    assert (now(world, "sh"), now(world, "cn")) == (REMOVED, LABELLED)


# 8 what the connector can write


def test_an_effect_is_never_rounded_up(market):
    world = market(able=Capabilities(frozenset({"label_item", "remove_item"})))
    world.claim("recall", "i", "a", "restrict_item")
    assert world.rest() == told("cannot be done here")
    assert now(world) is OPEN


def test_a_ground_elsewhere_lends_its_effect_to_nobody(market):
    """The host cannot restrict; A asks that in xa, B asks a label in xb only: nobody asked for a label in xa."""
    world = market(shops={"xa": XA, "xb": XB}, able=Capabilities(frozenset({"label_item", "remove_item"})))
    world.claim("recall", "i", "a", "restrict_item", territories=XA)
    world.claim("licence", "i", "a", "label_item", territories=XB)
    world.rest()
    assert (now(world, "xa"), now(world, "xb")) == (OPEN, LABELLED)


def test_what_cannot_be_written_back_stays_with_a_task(market):
    world = market(RESTRICTED, able=Capabilities(frozenset({"remove_item"})))
    world.claim("recall", "i", "a", "remove_item")
    world.rest()
    world.act(claims.annul, "recall")
    assert world.rest() == told("cannot be undone here")
    assert now(world) is REMOVED


def test_what_a_host_without_undo_did_stays_until_a_person_states_that_it_may(market):
    world = market(able=Capabilities(EVERYTHING.measures, undo=False))
    world.claim("recall", "i", "a", "remove_item")
    world.rest()
    world.act(claims.annul, "recall")
    assert world.rest() == told("cannot be undone here")
    seen = world.survey().seen["item", Place("i", "xa")]
    world.act(claims.state_own, "recall", Place("i", "xa"), seen.version, REMOVED, kind="item", task="task-1")
    assert world.rest() == set()


def test_buyers_are_told_once_and_it_is_never_taken_back(market):
    world = market()
    world.order("recall-2", XA, measures=["remove_item", "tell_buyers"])
    item, buyers = world.claim("recall-2", "i", "a", "remove_item")
    assert (item.kind, buyers.kind, buyers.target) == ("item", "buyers", "i/buyers")
    world.rest()
    assert world.state("buyers", "i", "xa") is LABELLED
    world.act(claims.annul, "recall-2")
    assert world.rest() == told("cannot be undone here")
    assert (now(world), world.state("buyers", "i", "xa")) == (OPEN, LABELLED)


# 9 the set


def test_what_drifted_since_the_rehearsal_is_left_out_and_said(market):
    world = market(shops={"xa": XA, "xb": XB})
    world.claim("recall", "i", "a", "remove_item")
    made = world.rehearse("recall")
    world.approve(made)
    world.put("item", "i", "xa", LABELLED)
    assert world.carry_out(made.id).counts == {OutcomeKind.LEFT_OUT: 1, OutcomeKind.DONE: 1}
    assert now(world) is LABELLED


def test_a_set_whose_claims_changed_is_left_out_though_the_state_is_the_same(market):
    world = market()
    world.claim("recall", "i", "a", "remove_item")
    made = world.rehearse("recall")
    world.approve(made)
    world.claim("licence", "i", "a", "remove_item")
    assert world.carry_out(made.id).counts == {OutcomeKind.LEFT_OUT: 1}


def test_stricter_writes_come_first_and_undo_last(market):
    world = market(shops={"xa": XA, "xb": XB})
    world.put("item", "j", "xa", OPEN)
    (first,) = world.claim("recall", "i", "a", "remove_item")
    world.rest()
    world.act(claims.narrow_claim, first.id, frozenset(), from_start=True)
    world.claim("recall", "j", "a", "label_item", territories=XA)
    world.claim("recall", "i", "a", "restrict_item", territories=XB)
    order = [(line.name, line.measure.place.target) for line in world.rehearse("recall").lines]
    assert order == [("label_item", "j"), ("undo", "i"), ("undo", "i")]


def test_nothing_is_carried_out_that_was_not_approved(market):
    world = market()
    world.claim("recall", "i", "a", "remove_item")
    with pytest.raises(Refused, match="not approved"):
        world.carry_out(world.rehearse("recall").id)


# 10 moot


def test_what_was_hidden_when_found_is_moot_until_the_host_shows_it(market):
    world = market(REMOVED)
    (made,) = world.claim("recall", "i", "a", "remove_item")
    world.rest()
    assert not world.book.attempts
    world.put("item", "i", "xa", OPEN)
    world.rest()
    assert now(world) is REMOVED
    world.act(claims.narrow_claim, made.id, frozenset(), from_start=False)
    world.rest()
    assert now(world) is OPEN


def test_a_measure_that_the_host_was_quicker_with_is_moot(market):
    world = market()
    world.claim("recall", "i", "a", "remove_item")
    made = world.rehearse("recall")
    world.approve(made)
    world.put("item", "i", "xa", REMOVED)
    assert world.carry_out(made.id).counts == {OutcomeKind.MOOT: 1}


# 11 deleted, back, listed again


def test_what_its_seller_deleted_is_not_republished_and_is_ours_to_undo_when_it_comes_back(market):
    world = market()
    world.claim("recall", "i", "a", "remove_item")
    world.rest()
    world.host_acts("item", "i", "delete")
    assert world.rehearse("recall").id == ""
    world.act(claims.annul, "recall")
    world.rest()
    assert now(world) is GONE
    assert len(world.book.attempts) == 1
    world.host_acts("item", "i", "revive")  # back from the bin with our removal still on it
    assert world.rest() == set()
    assert now(world) is OPEN


def test_a_new_id_is_a_new_target_to_which_nothing_carries_over(market):
    world = market()
    world.claim("recall", "i", "a", "remove_item")
    world.put("item", "i-again", "xa", OPEN)
    world.rest()
    assert world.state("item", "i-again", "xa") is OPEN
