"""The exact set, what is warned of and what is left out."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.journeys.law_world import XA, XB, now

from rectify.measures import claims, rehearse, site
from rectify.measures.bodies import OverReach
from rectify.measures.memory import EVERYTHING
from rectify.measures.rehearsal import RehearsalConnector
from rectify.measures.site import Site
from rectify.settings.records import Limits
from rectify.terms.claim import Effect
from rectify.terms.errors import Refused, Unknown
from rectify.terms.measure import OutcomeKind, Place


def test_a_line_says_what_would_be_done_where_and_why(market):
    world = market(Effect.LABELLED)
    (claim,) = world.claim("recall", "i", "a", "remove_item")
    made = world.rehearse("recall")
    (line,) = made.lines
    assert (line.name, line.measure.place, line.measure.claims) == ("remove_item", Place("i", "xa"), (claim.id,))
    assert (line.measure.wanted, line.measure.found, line.measure.own) == (
        Effect.REMOVED,
        Effect.LABELLED,
        Effect.LABELLED,
    )
    assert world.book.sets[made.id].lines == made.lines


def test_no_two_rehearsals_share_a_digest_and_nothing_due_keeps_nothing(market):
    world = market()
    assert world.rehearse("recall").id == ""
    world.claim("recall", "i", "a", "remove_item")
    first, second = world.rehearse("recall"), world.rehearse("recall")
    assert first.lines == second.lines
    assert first.id != second.id
    assert len(world.book.sets) == 2


def test_a_set_holds_the_places_of_its_order_and_the_accounts_behind_them(market):
    world = market()
    world.put("item", "j", "xa", Effect.OPEN)
    world.term("terms", XA, {2: Effect.RESTRICTED}, 10)
    world.claim("recall", "i", "a", "remove_item")
    world.claim("licence", "j", "a", "label_item")
    targets = {
        order: [line.measure.place.target for line in world.rehearse(order).lines] for order in ("recall", "licence")
    }
    assert targets == {"recall": ["i", "a"], "licence": ["a", "j"]}


def test_over_reach_is_warned_of_by_claim_and_storefront_with_its_territories(market):
    world = market(shops={"eu": XA | XB | {"XC"}})
    (claim,) = world.claim("recall", "i", "a", "remove_item", territories=XA)
    (warning,) = world.rehearse("recall").warnings
    assert warning == {
        "what": "over-reach",
        "claim": claim.id,
        "storefront": "eu",
        "territories": ["XB", "XC"],
        "places": 1,
    }


def test_only_over_reach_that_there_is_can_be_proposed(market):
    world = market(shops={"eu": XA | XB})
    (claim,) = world.claim("recall", "i", "a", "remove_item", territories=XA)
    for far in (XA, frozenset(), frozenset({"XC"})):
        with pytest.raises(Refused, match="is: XB"):
            world.rehearse("recall", over_reach=[OverReach(claim.id, "eu", far)])
    with pytest.raises(Unknown):
        world.rehearse("recall", over_reach=[OverReach("claim-x", "eu", XB)])
    proposed = world.rehearse("recall", over_reach=[OverReach(claim.id, "eu", XB)])
    assert proposed.warnings[-1]["what"] == "over-reach proposed"
    assert world.book.beyond == {}


def test_secrecy_is_warned_of(market):
    world = market()
    world.claim("recall", "i", "a", "remove_item")
    made = rehearse.rehearse(world.ledger, world.site, "recall", at=world.now, actor="p", limits=Limits(),
                             catalogue_rows=1000, confidential_until="2026-12-01")  # fmt: skip
    assert made.warnings == ({"what": "confidential", "until": "2026-12-01"},)


def test_an_item_of_unknown_storefronts_is_left_out_until_a_person_states_them(market):
    world = market()
    case = world.gather("recall", "i", "a", None)
    world.claim("recall", "i", "a", "remove_item", case=case)
    assert world.survey().left_out == ({"place": ["i", ""], "reason": site.NO_STOREFRONTS},)
    world.gather("recall", "i", "a", ["xa"])
    assert len(world.rehearse("recall").lines) == 1


def test_who_was_erased_cannot_be_looked_for(market):
    world = market()
    world.claim("recall", "i", "a", "remove_item")
    world.say("erased", "house", subject="account:a", scope="", ground="", approvers=[], parts=2)
    survey = world.survey()
    assert not survey.looks
    assert {left["reason"] for left in survey.left_out} == {site.NOBODY}


def test_a_host_that_gives_no_answer_for_a_place_stops_no_other(market):
    world = market(shops={"xa": XA, "xb": XB})
    world.claim("recall", "i", "a", "remove_item")
    real = world.host.read
    world.host.read = lambda places: [None if place.storefront == "xa" else real([place])[0] for place in places]
    made = world.rehearse("recall")
    assert [line.measure.place.storefront for line in made.lines] == ["xb"]
    assert {"place": ["i", "xa"], "reason": site.UNREADABLE} in made.left_out


def test_another_catalogues_items_are_not_looked_for_here(market):
    world = market()
    world.claim("recall", "i", "a", "remove_item")
    world.site = Site("apps", world.host, {"xa": XA})
    assert not world.survey().looks
    assert world.survey().left_out == ()


def test_a_connector_that_cannot_compare_and_set_or_read_back_is_refused(market):
    for lacking in ({"compare_and_set": False}, {"read_back": False}):
        world = market(able=replace(EVERYTHING, **lacking))
        world.claim("recall", "i", "a", "remove_item")
        with pytest.raises(Refused, match="cannot compare and set, or not read back"):
            world.rehearse("recall")


def test_by_default_a_set_is_rehearsed_as_swept_and_carried_out_in_words_only(market):
    world = market(shops={"xa": XA, "xb": XB})
    case = world.gather("recall", "i", "a", ["xa"])
    world.claim("recall", "i", "a", "remove_item", case=case)
    world.site = Site("market", RehearsalConnector({}, lambda: world.now), {"xa": XA, "xb": XB})
    made = world.rehearse("recall")
    assert [line.measure.place.storefront for line in made.lines] == ["xa"]
    world.approve(made)
    assert world.carry_out(made.id).counts == {OutcomeKind.REFUSED: 1}
    assert now(world) is Effect.OPEN


def test_a_contested_lot_says_what_it_would_give_back(market):
    world = market(shops={"eu": XA | XB})
    (one,) = world.claim("recall", "i", "a", "remove_item", territories=XA)
    world.claim("licence", "i", "a", "restrict_item", territories=XB)
    world.rest()
    assert now(world, "eu") is Effect.RESTRICTED
    world.act(claims.narrow_claim, one.id, frozenset(), from_start=True)
    made = world.rehearse("recall")
    assert made.left_out == ({"place": ["i", "eu"], "reason": rehearse.CONTESTED},)
    apart = world.rehearse("recall", contested=True)
    assert apart.holds[0].reason == "1 places would be given back that a claim still names in part"
    assert apart.left_out == ()
