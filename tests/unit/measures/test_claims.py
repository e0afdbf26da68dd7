"""Decisions become claims, and how they are taken back."""

from __future__ import annotations

import pytest
from tests.journeys.law_world import DAY, XA, XB, now

from rectify.measures import claims
from rectify.measures.claims import choose_measure
from rectify.terms.claim import Effect
from rectify.terms.errors import Refused, Unknown

LISTED = ("close_account", "remove_item", "label_item", "warn_account", "tell_buyers")


@pytest.mark.parametrize(
    ("rule", "listed", "kind", "chosen"),
    [
        ("remove_item", LISTED, "item", "remove_item"),
        ("restrict_item", LISTED, "item", "label_item"),  # not listed: the mildest listed that fits, never another
        ("", LISTED, "item", "label_item"),
        ("close_account", LISTED, "item", "label_item"),
        ("close_account", LISTED, "account", "close_account"),
        ("remove_item", LISTED, "account", "warn_account"),
        ("suspend_service", ("close_account",), "account", None),  # a closure is never the fallback
        ("remove_item", ("tell_buyers",), "item", None),
        ("remove_item", (), "item", None),
        ("", LISTED, "buyers", "tell_buyers"),
    ],
)
def test_the_measure_is_the_rules_if_listed_else_the_mildest_listed_that_fits(rule, listed, kind, chosen):
    assert choose_measure(rule, listed, kind) == chosen


def test_a_decision_makes_the_rules_claim_within_its_ground(market):
    world = market()
    (made,) = world.claim("recall", "i", "a", "remove_item", territories=XA | {"XZ"})
    assert (made.ground, made.target, made.account, made.kind) == ("recall", "i", "a", "item")
    assert (made.reach, made.upheld, made.effect, made.measure) == (XA, XA, Effect.REMOVED, "remove_item")
    assert (made.since, made.made, made.until) == (world.now, world.now, None)


def test_the_same_decision_twice_makes_nothing_new(market):
    world = market()
    case = world.gather("recall", "i", "a", ["xa"])
    first, again = (world.claim("recall", "i", "a", "remove_item", case=case) for _ in range(2))
    assert first == again
    assert len(world.book.claims) == 1


def test_a_decision_taken_anew_takes_the_place_of_the_earlier_one_from_the_start(market):
    world = market()
    case = world.gather("recall", "i", "a", ["xa"])
    (old,) = world.claim("recall", "i", "a", "remove_item", case=case)
    world.rest()
    (new,) = world.claim("recall", "i", "a", "label_item", case=case)
    fallen = world.book.claims[old.id]
    assert (fallen.reach, fallen.upheld, new.reach) == (frozenset(), frozenset(), XA | XB)
    world.rest()
    assert now(world) is Effect.LABELLED


def test_a_new_end_date_is_a_new_claim(market):
    world = market()
    case = world.gather("recall", "i", "a", ["xa"])
    world.claim("recall", "i", "a", "remove_item", case=case)
    (new,) = world.claim("recall", "i", "a", "remove_item", case=case, until=world.now + DAY)
    assert [c.id for c in world.book.claims.values() if c.reach] == [new.id]


def test_a_warning_is_a_strike_and_writes_nothing(market):
    world = market()
    world.order("mild", XA, measures=["warn_account"])
    world.term("terms", XA, {2: Effect.RESTRICTED}, 10)
    for item in ("i", "j"):
        (made,) = world.claim("mild", item, "a", "warn_account")
        assert (made.kind, made.effect) == ("item", Effect.OPEN)
    world.rest()
    assert (now(world), world.state("account", "a", "XA")) == (Effect.OPEN, Effect.RESTRICTED)


def test_a_rule_that_asks_for_the_account_gets_a_claim_on_the_account_if_it_is_known(market):
    world = market()
    (made,) = world.claim("recall", "i", "a", "suspend_service")
    assert (made.kind, made.target, made.account) == ("account", "a", "a")
    (made,) = world.claim("recall", "j", "", "suspend_service")
    assert (made.kind, made.measure) == ("item", "label_item")


def test_an_order_that_lists_nothing_that_fits_is_refused_in_words(market):
    world = market()
    world.order("odd", XA, measures=["halt_registrations"])
    with pytest.raises(Refused, match="lists no measure that fits an item: halt_registrations"):
        world.claim("odd", "i", "a", "remove_item")


def test_an_ended_order_makes_no_claims(market):
    world = market()
    world.act(claims.end, "recall")
    with pytest.raises(Refused, match="reaches none"):
        world.claim("recall", "i", "a", "remove_item")


def test_a_granted_appeal_takes_back_what_its_case_claimed_and_no_more(market):
    world = market()
    case = world.gather("recall", "i", "a", ["xa"])
    (mine,) = world.claim("recall", "i", "a", "remove_item", case=case)
    (other,) = world.claim("licence", "i", "a", "restrict_item")
    assert [claim.id for claim in world.act(claims.grant, case)] == [mine.id]
    assert world.act(claims.grant, case) == ()
    world.rest()
    assert now(world) is Effect.RESTRICTED
    assert world.book.claims[other.id].reach == XA | XB


def test_unknown_names_are_told_with_the_nearest(market):
    world = market()
    (made,) = world.claim("recall", "i", "a", "remove_item")
    with pytest.raises(Unknown) as told:
        world.act(claims.narrow_claim, made.id + "0", frozenset(), from_start=True)
    assert made.id in told.value.remedy
    with pytest.raises(Unknown, match="no term"):
        world.act(claims.narrow_term, "terms", frozenset(), from_start=True)


def test_a_term_is_never_published_twice_under_one_name(market):
    world = market()
    world.term("terms", XA, {2: Effect.RESTRICTED}, 10)
    with pytest.raises(Refused, match="already called"):
        world.term("terms", XA | XB, {1: Effect.REMOVED}, 10)
    with pytest.raises(Refused, match="already called"):
        world.term("recall", XA, {1: Effect.REMOVED}, 10)


def test_a_withdrawn_term_takes_its_steps_with_it(market):
    world = market()
    world.term("terms", XA, {1: Effect.RESTRICTED}, 10)
    world.claim("recall", "i", "a", "remove_item")
    world.rest()
    assert world.state("account", "a", "XA") is Effect.RESTRICTED
    world.act(claims.narrow_term, "terms", frozenset(), from_start=False)
    world.rest()
    assert (world.state("account", "a", "XA"), now(world)) == (Effect.OPEN, Effect.REMOVED)


def test_entries_of_claims_hold_surrogates_and_codes_only(market):
    world = market()
    world.claim("recall", "i", "a", "remove_item", until=world.now + DAY)
    (body,) = [o.body for o in world.ledger.opened() if o.entry.kind == "claimed"]
    assert body == {
        "claim": body["claim"], "ground": "recall", "target": "i", "kind": "item", "account": "a", "case": "case-1",
        "territories": ["XA", "XB"], "effect": "removed", "measure": "remove_item",
        "since": "2026-11-20T08:00:00Z", "until": "2026-11-21T08:00:00Z",
    }  # fmt: skip
