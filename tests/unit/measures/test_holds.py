"""Who may approve what."""

from __future__ import annotations

from decimal import Decimal

import pytest
from tests.journeys.law_world import LEAD, XA, XB

from rectify.measures import claims, holds, rehearse
from rectify.measures.bodies import OverReach
from rectify.measures.connector import Capabilities
from rectify.measures.memory import EVERYTHING
from rectify.settings.records import Limits
from rectify.terms.errors import Refused, Unknown
from rectify.terms.person import Person, Role

REVIEWER = Person("rev", frozenset({Role.REVIEWER}), "person-3")
LIMITS = Limits(1000, Decimal("0.01"))


def rehearsed(world, order="recall", limits=LIMITS, rows=1000, **more):
    return rehearse.rehearse(world.ledger, world.site, order, at=world.now, actor="person-1", limits=limits,
                             catalogue_rows=rows, **more)  # fmt: skip


def approve(world, made, person=LEAD, actor="person-2", **more):
    given = {"another_person": {"approve"}, "count": len(made.lines)} | more
    with world.writing(actor) as writing:
        return holds.approve(writing, made.id, person, **given)


@pytest.fixture
def world(market):
    made = market(shops={"xa": XA, "eu": XA | XB})
    made.claim("recall", "i", "a", "remove_item", territories=XA)
    return made


def test_another_person_with_the_role_approves_the_exact_number(world):
    made = rehearsed(world)
    assert made.holds == ()
    kept = approve(world, made)
    assert (kept.id, kept.by) == (made.id, "person-1")
    assert world.book.sets[made.id].approved_by == "person-2"


def test_nobody_approves_their_own_set(world):
    with pytest.raises(Refused, match="rehearsed themselves"):
        approve(world, rehearsed(world), actor="person-1")


def test_a_firm_of_one_may(world):
    made = rehearsed(world)
    approve(world, made, actor="person-1", another_person=())
    assert world.book.sets[made.id].approved_by == "person-1"


def test_a_role_without_the_right_a_wrong_number_and_an_unknown_digest_are_refused(world):
    made = rehearsed(world)
    with pytest.raises(Refused, match="rev may not approve"):
        approve(world, made, REVIEWER)
    with pytest.raises(Refused, match="1 measures, not 2"):
        approve(world, made, count=2)
    with pytest.raises(Unknown), world.writing() as writing:
        holds.approve(writing, "0" * 64, LEAD, another_person=(), count=1)


def test_a_set_is_approved_once_and_never_after_it_was_sent_back(world):
    first, second = rehearsed(world), rehearsed(world)
    assert first.id != second.id
    approve(world, first)
    with pytest.raises(Refused, match="approved already"):
        approve(world, first)
    with world.writing("person-2") as writing:
        holds.send_back(writing, second.id, LEAD, "look at GW-1 again")
    with pytest.raises(Refused, match="sent back"):
        approve(world, second)
    with pytest.raises(Refused, match="not approved"):
        world.carry_out(second.id)
    with pytest.raises(Refused, match="may not"), world.writing() as writing:
        holds.send_back(writing, rehearsed(world).id, REVIEWER, "no")


def test_over_the_limits_a_set_is_held_in_words_and_approved_only_despite_that(world):
    made = rehearsed(world, limits=Limits(0, Decimal("0.005")), rows=100)
    assert [hold.reason for hold in made.holds] == [
        "1 measures are over the limit of 0 in one set",
        "1 target is over the limit of 0.5 % of 100 rows of the catalogue",
    ]
    with pytest.raises(Refused, match="over the limit of 0 in one set"):
        approve(world, made)
    approve(world, made, despite=True)


def test_a_share_counts_targets_and_not_their_storefronts(market):
    world = market(shops={"xa": XA, "eu": XA | XB})
    world.claim("recall", "i", "a", "remove_item")
    made = rehearsed(world, rows=100)
    assert (len(made.lines), made.holds) == (2, ())


def test_an_item_and_its_buyers_are_one_of_the_share(market):
    world = market()
    world.order("tell", XA, measures=["tell_buyers", "label_item"])
    world.claim("tell", "i", "a", "label_item")
    made = rehearsed(world, "tell", rows=100)
    assert (len(made.lines), [hold.reason for hold in made.holds]) == (
        2,
        ["1 of 2 measures cannot be undone: tell_buyers"],
    )


def test_a_catalogue_of_no_known_size_is_over_every_share(world):
    assert len(rehearsed(world, rows=0).holds) == 1


def test_what_cannot_be_undone_is_held_with_those_words(market):
    world = market(able=Capabilities(EVERYTHING.measures, undo=False))
    world.claim("recall", "i", "a", "remove_item")
    assert rehearsed(world).holds[0].reason == "1 of 1 measures cannot be undone: remove_item"
    world = market()
    world.order("tell", XA, measures=["tell_buyers", "label_item"])
    world.claim("tell", "i", "a", "label_item")
    assert rehearsed(world, "tell").holds[0].reason == "1 of 2 measures cannot be undone: tell_buyers"


def test_closing_an_account_is_held(market):
    world = market()
    world.claim("recall", "i", "a", "close_account", territories=XA)
    assert rehearsed(world).holds[0].reason == "1 accounts would be closed"


def test_over_reach_is_approved_by_claim_storefront_and_territories_or_not_at_all(world):
    (claim,) = world.book.claims.values()
    yes = OverReach(claim.id, "eu", XB)
    made = rehearsed(world, over_reach=[yes])
    assert len(made.lines) == 2
    for named in ([], [OverReach(claim.id, "eu", XA | XB)], [OverReach(claim.id, "xa", XB)]):
        with pytest.raises(Refused, match=f"{claim.id} at eu into XB"):
            approve(world, made, over_reach=named)
    approve(world, made, over_reach=[yes])
    assert world.book.beyond == {(claim.id, "eu"): XB}
    again = rehearsed(world)
    assert {line.measure.place.storefront: line.over_reach for line in again.lines} == {"xa": (), "eu": (yes,)}
    approve(world, again)  # what was approved once needs no second yes


def test_an_over_reach_that_was_not_proposed_cannot_be_slipped_in(world):
    (claim,) = world.book.claims.values()
    with pytest.raises(Refused, match="none"):
        approve(world, rehearsed(world), over_reach=[OverReach(claim.id, "eu", XB)])


def test_an_annulled_orders_undo_needs_an_approval_like_any_other(world):
    made = rehearsed(world)
    approve(world, made)
    world.carry_out(made.id)
    world.act(claims.annul, "recall")
    undo = rehearsed(world)
    assert [line.name for line in undo.lines] == ["undo"]
    with pytest.raises(Refused, match="not approved"):
        world.carry_out(undo.id)
