"""The smallest history that made each point of the law necessary (docs/why/claims.md)."""

from __future__ import annotations

from contextlib import contextmanager

import pytest
from tests.journeys.law_world import DAY, World

from rectify.measures import claims
from rectify.measures.bodies import OverReach
from rectify.measures.connector import Capabilities, HostPlace
from rectify.measures.memory import EVERYTHING
from rectify.measures.site import Site
from rectify.terms.claim import Effect
from rectify.terms.errors import Refused
from rectify.terms.measure import Outcome, OutcomeKind, Place

XA, XB = frozenset({"XA"}), frozenset({"XB"})
OPEN, LABELLED, RESTRICTED, REMOVED, GONE = Effect


@contextmanager
def markets():
    """Makes worlds with two orders and one item `i` of account `a` in each storefront."""
    made = []

    def make(state=OPEN, shops=None, able=EVERYTHING, **kind):
        world = World({"xa": XA} if shops is None else shops, able, **kind)
        made.append(world)
        for order in ("recall", "licence"):
            world.order(order, XA | XB)
        for shop in world.site.storefronts:
            world.put("item", "i", shop, state)
            world.put("buyers", "i", shop, OPEN)
        for code in ("XA", "XB"):
            world.put("account", "a", code, OPEN)
        return world

    try:
        yield make
    finally:
        for world in reversed(made):
            world.close()


@pytest.fixture
def market():
    with markets() as make:
        yield make


def now(world, shop="xa"):
    return world.state("item", "i", shop)


def told(what, shop="xa"):
    return {(what, shop)}


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
