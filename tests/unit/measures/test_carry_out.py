"""Carrying out: progress, batches, a host that answers nonsense, and what is asked again."""

from __future__ import annotations

import pytest
from tests.journeys.law_world import XA, XB, now

from rectify.measures import carry_out, claims, settle
from rectify.measures.connector import Capabilities
from rectify.measures.memory import EVERYTHING
from rectify.measures.site import Site
from rectify.terms.claim import Effect
from rectify.terms.errors import Unknown
from rectify.terms.measure import Outcome, OutcomeKind


def approved(world, order="recall"):
    made = world.rehearse(order)
    world.approve(made)
    return made


@pytest.fixture
def world(market):
    made = market(shops={"xa": XA, "xb": XB, "eu": XA | XB}, able=Capabilities(EVERYTHING.measures, max_batch=2))
    made.claim("recall", "i", "a", "remove_item")
    return made


def test_it_tells_how_far_it_is_batch_by_batch_also_when_it_goes_on(world):
    told = []
    made = approved(world)
    carry_out.carry_out(world.ledger, world.site, made.id, at=lambda: world.now, actor="p",
                        progress=lambda *of: told.append(of))  # fmt: skip
    assert told == [(2, 3), (3, 3)]
    assert world.carry_out(made.id).counts == {OutcomeKind.DONE: 3}
    assert len(world.host.answers) == 3


def test_a_set_that_is_not_there_is_told(world):
    with pytest.raises(Unknown, match="no set has the digest"):
        world.carry_out("0" * 64)


def test_answers_that_do_not_fit_the_changes_are_unknown(world):
    made, plain = approved(world), world.host.write
    world.host.write = lambda changes: [Outcome("other", OutcomeKind.DONE, "1") for _ in changes]
    assert world.carry_out(made.id).counts == {OutcomeKind.UNKNOWN: 3}
    world.host.write = lambda changes: plain(changes)[:-1]
    assert world.carry_out(made.id).counts == {OutcomeKind.UNKNOWN: 3}
    world.host.write = plain
    assert world.carry_out(made.id).counts == {OutcomeKind.DONE: 3}
    assert set(world.host.landed.values()) == {1}


def test_a_done_that_cannot_be_read_back_is_unknown_until_it_can(world):
    made = approved(world)
    plain, world.host.write = world.host.write, lambda changes: blinded(world, plain, changes)
    assert world.carry_out(made.id).counts == {OutcomeKind.UNKNOWN: 3}
    world.host.write = plain
    assert world.carry_out(made.id).counts == {OutcomeKind.DONE: 3}


def blinded(world, plain, changes):
    """The line breaks once the changes were written."""
    answers = plain(changes)
    seeing = world.host.read

    def broken(places):
        world.host.read = seeing
        raise TimeoutError

    world.host.read = broken
    return answers


def test_what_is_still_unknown_is_not_said_twice(world):
    made = approved(world)
    world.host.faults = [("lost", Effect.OPEN)]
    world.carry_out(made.id)
    before = len(world.ledger.entries)
    world.host.faults = [("lost", Effect.OPEN)]
    world.settle()
    assert len(world.ledger.entries) == before


def test_what_is_unknown_elsewhere_or_of_another_order_is_left_alone(world):
    made = approved(world)
    world.host.faults = [("lost", Effect.OPEN)] * 3
    world.carry_out(made.id)
    at, actor = (lambda: world.now), "p"
    assert settle.settle(world.ledger, Site("apps", world.host, {}), at=at, actor=actor) == ()
    assert settle.settle(world.ledger, world.site, at=at, actor=actor, order="licence") == ()
    assert len(settle.settle(world.ledger, world.site, at=at, actor=actor, order="recall")) == 3


def test_where_what_was_found_cannot_be_written_a_lost_change_waits(market):
    """It cannot be overtaken, and must not be sent again: a person is told that its outcome is unknown."""
    world = market(Effect.RESTRICTED, able=Capabilities(frozenset({"remove_item"})))
    world.claim("recall", "i", "a", "remove_item")
    made = approved(world)
    world.host.faults = [("lost", Effect.OPEN)]
    world.carry_out(made.id)
    world.act(claims.annul, "recall")
    assert world.rest() == {("outcome unknown", "xa")}
    assert now(world) is Effect.RESTRICTED


def test_an_overtaking_change_that_failed_for_good_is_tried_under_a_new_key(market):
    world = market()
    world.claim("recall", "i", "a", "remove_item")
    made = approved(world)
    world.host.faults = [("lost", Effect.OPEN)]
    world.carry_out(made.id)
    world.act(claims.annul, "recall")
    world.host.faults = [("fail", Effect.OPEN)]
    world.settle()
    world.settle()
    assert [key.rpartition("/")[2] for key in world.book.attempts] == ["0", "0!1", "0!2"]
    assert world.book.outcomes[f"{made.id}/0"].what is OutcomeKind.REFUSED


def test_outcomes_of_a_set_do_not_count_what_overtook_it(market):
    world = market()
    world.claim("recall", "i", "a", "remove_item")
    made = approved(world)
    world.host.faults = [("lost", Effect.OPEN)]
    world.carry_out(made.id)
    world.act(claims.annul, "recall")
    assert world.carry_out(made.id).counts == {OutcomeKind.REFUSED: 1}


def test_where_nobody_can_read_what_stands_a_lost_change_may_still_land_and_is_not_sent_again(market):
    world = market()
    world.claim("recall", "i", "a", "remove_item")
    made = approved(world)
    world.host.faults = [("lost", Effect.OPEN)]
    world.carry_out(made.id)
    world.act(claims.annul, "recall")
    world.host.faults, world.host.blind = [("lost", Effect.OPEN)], 2
    world.settle()
    assert [change.key.rpartition("/")[2] for change in world.host.flying] == ["0", "0!1"]


def test_two_runs_of_one_set_have_one_effect_at_each_place(world):
    """The second begins while the first one's changes are on their way, settles them and does the rest."""
    made = approved(world)
    world.host.faults = [("ended meanwhile", Effect.OPEN)]
    world.host.meanwhile = lambda change: world.carry_out(made.id)
    assert world.carry_out(made.id).counts == {OutcomeKind.DONE: 3}
    assert list(world.host.landed.values()) == [1, 1, 1]
    said = [o.body["key"] for o in world.ledger.opened() if o.entry.kind == "outcome"]
    assert len(said) == len(set(said)) == 3
