"""The smallest histories of what a rule asks for and of cases that are decided again (docs/why/claims.md, 5)."""

from __future__ import annotations

from tests.journeys.law_world import XA, XB, now

from rectify.terms.claim import Effect

OPEN, LABELLED, RESTRICTED, REMOVED, GONE = Effect
WARNS = ("item", "warn_account", OPEN)
TELLS = ("buyers", "tell_buyers", LABELLED)
REMOVES = ("item", "remove_item", REMOVED)
ASKED = {  # what the rule asks for and the order lists: what is claimed
    ("warn_account", ("remove_item", "warn_account")): [WARNS],
    ("warn_account", ("remove_item", "warn_account", "tell_buyers")): [WARNS, TELLS],
    ("tell_buyers", ("remove_item", "warn_account", "tell_buyers")): [TELLS],
    ("remove_item", ("remove_item", "warn_account")): [REMOVES],
    ("", ("remove_item", "warn_account")): [REMOVES],
}


def test_a_rule_that_asks_for_a_warning_or_for_telling_buyers_takes_nothing_from_the_item(market):
    for (rule, listed), made in ASKED.items():
        world = market()
        world.order("both", XA, measures=listed)
        found = world.claim("both", "i", "a", rule)
        assert [(claim.kind, claim.measure, claim.effect) for claim in found] == made


def test_a_warning_of_nobody_is_no_warning(market):
    world = market()
    world.order("both", XA, measures=["label_item", "warn_account"])
    (made,) = world.claim("both", "i", "", "warn_account")
    assert (made.kind, made.measure) == ("item", "label_item")


def handed_over(market, measure, *accounts, **kind):
    """The same case is decided anew each time that its item was found with another account."""
    world = market(**kind)
    world.term("terms", XA, {1: RESTRICTED}, 10)
    case = world.gather("recall", "i", accounts[0], ["xa"])
    for account in accounts:
        world.gather("recall", "i", account, ["xa"])
        world.claim("recall", "i", account, measure, case=case)
    return [(claim.target, claim.account) for claim in world.book.claims.values() if claim.reach]


def test_decided_anew_after_the_item_changed_hands_the_strike_is_the_new_accounts(market):
    for paper in (True, False):
        assert handed_over(market, "remove_item", "a", "b", paper=paper) == [("i", "b"), ("b", "b")]


def test_decided_anew_after_the_item_changed_hands_the_former_account_is_free(market):
    for paper in (True, False):
        assert handed_over(market, "suspend_service", "a", "b", paper=paper) == [("b", "b")]


def test_decided_anew_while_nobody_knows_the_account_the_strike_stays(market):
    assert handed_over(market, "remove_item", "a", "") == [("i", "a"), ("a", "a")]


def reaching(market, first, again):
    world = market(shops={"xa": XA, "xb": XB})
    case = world.gather("recall", "i", "a", ["xa", "xb"])
    for to in (first, again):
        world.claim("recall", "i", "a", "remove_item", territories=to, case=case)
        world.rest()
    return now(world), now(world, "xb")


def test_decided_anew_for_fewer_territories_the_claim_reaches_no_further(market):
    assert reaching(market, XA | XB, XA) == (REMOVED, OPEN)


def test_decided_anew_for_more_territories_the_claim_reaches_as_far(market):
    assert reaching(market, XA, XA | XB) == (REMOVED, REMOVED)
