"""The smallest histories of outcomes that are not what the host says, or said twice (docs/why/claims.md, 2 to 4)."""

from __future__ import annotations

from contextlib import suppress

from tests.journeys.law_hosts import Crash
from tests.journeys.law_world import now, told

from rectify.measures import claims
from rectify.terms.claim import Effect
from rectify.terms.measure import Outcome, OutcomeKind

OPEN, LABELLED, RESTRICTED, REMOVED, GONE = Effect


def sent(world, *faults):
    """A removal is approved and meets a bad line; its key."""
    world.claim("recall", "i", "a", "remove_item")
    world.approve(made := world.rehearse("recall"))
    world.host.faults = [(fault, OPEN) for fault in faults]
    with suppress(Crash):
        world.carry_out(made.id)
    return f"{made.id}/0"


def what(world, key):
    return world.book.outcomes[key].what


# 3


def test_a_done_whose_version_shows_another_state_has_failed(market):
    """Never sent; the host labels the item; sent again it is answered `done` in the version of that very label."""
    for paper in (True, False):
        world = market(marks=False, paper=paper)
        key = sent(world, "crash before")
        world.put("item", "i", "xa", LABELLED)
        world.host.faults = [("lie", OPEN)]
        world.settle()
        assert what(world, key) is OutcomeKind.FAILED
        world.act(claims.annul, "recall")
        world.rest()
        assert now(world) is LABELLED


def test_a_done_that_the_seller_deleted_since_in_the_same_version_is_done(market):
    world = market()
    plain = world.host.write

    def deleting(changes):
        answers = plain(changes)
        world.host.gone.add(("item", "i"))
        return answers

    world.host.write = deleting
    assert what(world, sent(world)) is OutcomeKind.DONE


def test_an_overtaking_done_that_moved_nothing_has_failed(market):
    world = market()
    sent(world, "lost")
    world.act(claims.annul, "recall")
    world.host.faults = [("lie", OPEN)]
    world.settle()
    assert [o.what for key, o in world.book.outcomes.items() if "!" in key] == [OutcomeKind.FAILED]


# 4


def test_what_was_settled_once_is_never_unknown_again(market):
    """Two runs ask for the same lost change: the slower one hears nothing after the quicker one heard `done`."""
    world = market(paper=False)
    key = sent(world, "lost")
    plain = world.host.write

    def slower(changes):
        world.host.write = plain
        world.settle()
        return [Outcome(change.key, OutcomeKind.UNKNOWN) for change in changes]

    world.host.write = slower
    world.settle()
    assert what(world, key) is OutcomeKind.DONE
    assert world.rest() == set()


def test_a_change_that_overtakes_carries_own_on(market):
    """A host that cannot tell: what overtook a lost undo wrote our own state again; the host's own stays open."""
    world = market(marks=False)
    world.claim("recall", "i", "a", "remove_item")
    world.rest()
    world.act(claims.annul, "recall")
    world.approve(undo := world.rehearse("recall"))
    world.host.faults = [("lost", OPEN)]
    world.carry_out(undo.id)
    world.claim("licence", "i", "a", "remove_item")
    world.settle()
    assert now(world) is REMOVED
    world.act(claims.end, "licence")
    assert world.rest() == set()
    assert now(world) is OPEN


def test_a_change_that_overtakes_writes_what_was_found(market):
    """A labelled item is restricted for B; A's lost removal is overtaken: restricted stays, own never shows between."""
    world = market(LABELLED)
    world.claim("licence", "i", "a", "restrict_item")
    world.rest()
    key = sent(world, "lost")
    world.act(claims.annul, "recall")
    written, plain = [], world.host.write
    world.host.write = lambda changes: written.extend(change.wanted for change in changes) or plain(changes)
    world.settle()
    assert written[0] is RESTRICTED
    assert what(world, key) is OutcomeKind.REFUSED
    assert now(world) is RESTRICTED


# 2


def test_the_same_state_in_another_version_leaves_no_doubt_where_own_was_just_that(market):
    """Given back, then edited: whoever set `visible` last, the host had chosen it."""
    world = market(marks=False, coarse=True)
    world.claim("recall", "i", "a", "remove_item")
    world.rest()
    world.act(claims.annul, "recall")
    world.rest()
    world.host_acts("item", "i", "edit")
    world.claim("licence", "i", "a", "remove_item")
    world.rest()
    world.act(claims.annul, "licence")
    assert world.rest() == set()
    assert now(world) is OPEN


def test_an_edit_over_our_own_state_is_still_a_doubt(market):
    world = market(marks=False, coarse=True)
    world.claim("recall", "i", "a", "remove_item")
    world.rest()
    world.host_acts("item", "i", "edit")
    world.act(claims.annul, "recall")
    assert world.rest() == told("whose hand")
    assert now(world) is REMOVED
