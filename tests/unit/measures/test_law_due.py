"""The smallest histories that made the law what it is: due and own, outcomes, narrowing, terms (docs/why/claims.md)."""

from __future__ import annotations

import pytest
from tests.journeys.law_world import DAY, XA, XB, now, told

from rectify.measures import claims
from rectify.measures.connector import Capabilities, HostPlace
from rectify.measures.memory import EVERYTHING
from rectify.terms.claim import Effect
from rectify.terms.measure import Outcome, OutcomeKind, Place

OPEN, LABELLED, RESTRICTED, REMOVED, GONE = Effect


# 1 due, not undo


def test_a_weaker_claim_keeps_its_own_when_the_stronger_ends_and_the_last_end_gives_back_what_the_host_had(market):
    world = market(LABELLED)
    for order, measure in (("licence", "restrict_item"), ("recall", "remove_item")):
        world.claim(order, "i", "a", measure)
        world.rest()
    world.act(claims.annul, "recall")
    world.rest()
    assert now(world) is RESTRICTED
    world.act(claims.end, "licence")
    world.rest()
    assert now(world) is LABELLED


def test_label_undo_label_again_still_gives_back_what_the_host_had(market):
    world = market()
    for _ in range(2):
        (made,) = world.claim("recall", "i", "a", "label_item")
        world.rest()
        assert now(world) is LABELLED
        world.act(claims.narrow_claim, made.id, frozenset(), from_start=False)
        world.rest()
        assert now(world) is OPEN


# 2 whose hand


def test_whose_hand_is_asked_only_where_the_host_cannot_tell(market):
    """The host hid by itself what we had hidden: same state, another version."""
    for marks, asked in ((True, set()), (False, told("whose hand"))):
        world = market(marks=marks)
        (made,) = world.claim("recall", "i", "a", "remove_item")
        world.rest()
        world.put("item", "i", "xa", REMOVED)
        world.act(claims.narrow_claim, made.id, frozenset(), from_start=False)
        assert world.rest() == asked
        assert now(world) is REMOVED


def test_an_edit_that_moves_a_coarse_version_leaves_it_in_doubt_until_a_person_states_own(market):
    world = market(marks=False, coarse=True)
    (made,) = world.claim("recall", "i", "a", "remove_item")
    world.rest()
    world.host_acts("item", "i", "edit")
    world.act(claims.narrow_claim, made.id, frozenset(), from_start=True)
    assert world.rest() == told("whose hand")
    assert now(world) is REMOVED
    seen = world.survey().seen["item", Place("i", "xa")]
    world.act(claims.state_own, "recall", Place("i", "xa"), seen.version, OPEN, kind="item", task="task-1")
    assert world.rest() == set()
    assert now(world) is OPEN


def test_what_a_person_stated_counts_for_the_version_that_they_saw_only(market):
    world = market(marks=False, coarse=True)
    (made,) = world.claim("recall", "i", "a", "remove_item")
    world.rest()
    world.host_acts("item", "i", "edit")
    seen = world.survey().seen["item", Place("i", "xa")]
    world.act(claims.state_own, "recall", Place("i", "xa"), seen.version, OPEN, kind="item", task="task-1")
    world.put("item", "i", "xa", REMOVED)
    world.act(claims.narrow_claim, made.id, frozenset(), from_start=True)
    assert world.rest() == told("whose hand")
    assert now(world) is REMOVED


def test_doubt_survives_our_next_write(market):
    world = market(marks=False, coarse=True)
    world.claim("licence", "i", "a", "restrict_item")
    world.rest()
    world.host_acts("item", "i", "edit")
    world.claim("recall", "i", "a", "remove_item")
    world.rest()
    assert now(world) is REMOVED
    world.act(claims.annul, "recall")
    world.act(claims.annul, "licence")
    assert world.rest() == told("whose hand")
    assert now(world) is REMOVED


def test_another_state_than_we_left_is_the_hosts_own_hand_even_where_it_cannot_tell(market):
    world = market(marks=False)
    (made,) = world.claim("recall", "i", "a", "restrict_item")
    world.rest()
    world.put("item", "i", "xa", REMOVED)
    world.act(claims.narrow_claim, made.id, frozenset(), from_start=True)
    assert world.rest() == set()
    assert now(world) is REMOVED


# 3 the write answers with its version


def test_what_the_host_does_between_our_write_and_our_reading_is_its_own(market):
    world = market(marks=False)
    (made,) = world.claim("recall", "i", "a", "restrict_item")
    world.host.faults = [("race after", REMOVED)]
    world.rest()
    world.act(claims.narrow_claim, made.id, frozenset(), from_start=True)
    assert world.rest() == set()
    assert now(world) is REMOVED


def test_a_done_without_the_version_that_it_made_is_not_sure(market):
    world = market()
    world.claim("recall", "i", "a", "remove_item")
    plain = world.host.write
    world.host.write = lambda changes: [Outcome(o.key, o.what) for o in plain(changes)]
    assert world.rest() == told("outcome unknown")
    world.host.write = plain
    assert world.rest() == set()


def test_a_done_that_moved_nothing_has_failed(market):
    world = market()
    world.claim("recall", "i", "a", "remove_item")
    made = world.rehearse("recall")
    world.approve(made)
    world.host.faults = [("lie", OPEN)]
    assert world.carry_out(made.id).counts == {OutcomeKind.FAILED: 1}
    assert now(world) is OPEN
    assert world.rest() == set()
    assert now(world) is REMOVED


# 4 unknown


def deaf(world):
    """The next change is taken and nothing is done with it yet."""
    world.host.faults = [("lost", OPEN)]


def test_a_lost_change_is_overtaken_before_it_can_arrive_without_a_ground(market):
    world = market()
    world.claim("recall", "i", "a", "remove_item")
    deaf(world)
    world.rest(contested=False)
    world.act(claims.annul, "recall")
    assert world.survey().tasks[0].what == "outcome unknown"
    world.rest()
    (late,) = world.host.flying
    assert world.host.land(late).what is OutcomeKind.REFUSED
    assert now(world) is OPEN


def test_a_lost_change_is_not_sent_again_under_a_ground_that_fell(market):
    """The same state is due still, for another claim: the measure is made anew and names that one."""
    world = market()
    world.claim("recall", "i", "a", "remove_item")
    deaf(world)
    made = world.rehearse("recall")
    world.approve(made)
    world.carry_out(made.id)
    (second,) = world.claim("licence", "i", "a", "remove_item")
    world.act(claims.annul, "recall")
    world.rest()
    assert now(world) is REMOVED
    key = world.host.cells[HostPlace("item", "i", "xa")].key
    assert world.book.attempts[key].claims == (second.id,)


def test_what_goes_wrong_on_the_way_may_have_arrived(market):
    world = market()
    world.claim("recall", "i", "a", "remove_item")
    made = world.rehearse("recall")
    world.approve(made)
    world.host.faults = [("raise", OPEN)]
    assert world.carry_out(made.id).counts == {OutcomeKind.UNKNOWN: 1}
    world.act(claims.annul, "recall")
    world.rest()
    world.host.land(world.host.flying[0])
    assert now(world) is OPEN


def test_while_an_outcome_is_unknown_there_is_no_second_measure_at_that_place(market):
    world = market(shops={"xa": XA, "xb": XB})
    world.claim("recall", "i", "a", "restrict_item")
    made = world.rehearse("recall")
    world.approve(made)
    world.host.faults = [("lost", OPEN)]
    assert world.carry_out(made.id).counts == {OutcomeKind.UNKNOWN: 1, OutcomeKind.DONE: 1}
    world.claim("licence", "i", "a", "remove_item")
    assert [line.measure.place.storefront for line in world.rehearse("licence").lines] == ["xb"]


def test_reading_that_it_is_not_there_decides_nothing(market):
    world = market()
    world.claim("recall", "i", "a", "remove_item")
    made = world.rehearse("recall")
    world.approve(made)
    world.host.faults = [("lost", OPEN), ("lost", OPEN)]
    world.carry_out(made.id)
    world.settle()
    assert world.survey().tasks[0].what == "outcome unknown"
    world.host.land(world.host.flying[0])
    assert world.carry_out(made.id).counts == {OutcomeKind.DONE: 1}


def test_a_crash_after_the_attempt_is_unknown_and_to_run_again_is_to_go_on(market):
    world = market(shops={"xa": XA, "xb": XB}, able=Capabilities(EVERYTHING.measures, max_batch=1))
    world.claim("recall", "i", "a", "remove_item")
    made = world.rehearse("recall")
    world.approve(made)
    world.host.faults = [("crash after", OPEN)]
    with pytest.raises(BaseException, match=r"^$"):
        world.carry_out(made.id)
    assert world.survey().tasks[0].what == "outcome unknown"
    assert now(world) is REMOVED
    assert world.carry_out(made.id).counts == {OutcomeKind.DONE: 2}
    assert set(world.host.landed.values()) == {1}


def test_a_set_that_failed_can_be_tried_again_because_its_keys_name_the_rehearsal(market):
    world = market()
    world.claim("recall", "i", "a", "remove_item")
    for fault in ("fail", "ok"):
        made = world.rehearse("recall")
        world.approve(made)
        world.host.faults = [(fault, OPEN)]
        world.carry_out(made.id)
    assert now(world) is REMOVED


# 5 narrowing is the one way back


def test_what_has_ended_stays_a_strike_and_what_is_annulled_does_not(market):
    world = market()
    world.term("terms", XA, {2: RESTRICTED}, 10)
    world.put("item", "j", "xa", OPEN)
    world.claim("recall", "i", "a", "remove_item")
    world.claim("licence", "j", "a", "remove_item")
    world.rest()
    assert world.state("account", "a", "XA") is RESTRICTED
    world.act(claims.end, "recall")
    world.rest()
    assert world.state("account", "a", "XA") is RESTRICTED
    world.act(claims.annul, "recall")
    world.rest()
    assert world.state("account", "a", "XA") is OPEN


def test_an_effect_that_was_narrowed_is_given_back_as_far(market):
    world = market()
    world.claim("recall", "i", "a", "remove_item")
    world.rest()
    world.act(claims.narrow, "recall", XA | XB, from_start=False, effect=LABELLED)
    world.rest()
    assert now(world) is LABELLED


# 6 a term holds and does not take


def test_a_term_that_is_over_holds_and_does_not_take(market):
    world = market()
    world.claim("recall", "i", "a", "remove_item", until=world.now + 5 * DAY)
    world.rest()
    world.now += 5 * DAY
    assert world.rest() == told("term is over")
    assert now(world) is REMOVED
    world.put("item", "i", "xa", OPEN)
    world.rest()
    assert now(world) is OPEN


def test_a_claim_begins_at_its_instant_and_not_before(market):
    world = market()
    world.claim("recall", "i", "a", "remove_item", since=world.now + DAY)
    world.rest()
    assert now(world) is OPEN
    world.now += DAY
    world.rest()
    assert now(world) is REMOVED
