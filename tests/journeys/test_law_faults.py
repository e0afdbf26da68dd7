"""Plain but wrong readings of the law, planted one at a time: each must be caught by a story or by the machine.

A test that cannot fail proves nothing. `found by` in docs/why/claims.md lists which of the two catches what;
`LAW_FAULTS=machine` runs the machine on every fault, also where a story has caught it.
"""

from __future__ import annotations

import inspect
import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from unittest import mock

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test
from tests.journeys.law_machine import Law as Machine
from tests.unit.measures import test_law_stories as stories

from rectify.measures import book, carry_out, claims, ladder, law, plan, rehearse, sending, settle
from rectify.measures.law import Law
from rectify.terms.claim import NAMES, Effect
from rectify.terms.measure import Outcome, OutcomeKind, Seen
from rectify.terms.territory import covers, meet

pytestmark = pytest.mark.slow
FAULTS: dict[str, Callable[[], list[tuple[object, str, object]]]] = {}


def fault(plant: Callable[[], list[tuple[object, str, object]]]) -> Callable:
    """Registers a planted fault: the (owner, name, replacement) patches that plant it."""
    FAULTS[plant.__name__] = plant
    return plant


# 1, 2: due and own


@fault
def an_undo_restores_what_the_last_measure_found():
    def own(book_, place, seen):
        landed = [key for key in book_.tried(place) if plan_own._landed(book_, key)]
        return book_.attempts[landed[-1]].found if landed and seen.key in landed else real(book_, place, seen)

    real, plan_own = plan.own_choice, __import__("rectify.measures.own", fromlist=["own"])
    return [(plan, "own_choice", own)]


@fault
def an_undo_overwrites_what_the_host_did_since():
    def own(book_, place, seen):
        tried = book_.tried(place)
        return book_.attempts[tried[-1]].own if tried and seen.state is not Effect.GONE else real(book_, place, seen)

    real = plan.own_choice
    return [(plan, "own_choice", own)]


@fault
def what_the_seller_deleted_is_put_back():
    def own(book_, place, seen):
        tried = book_.tried(place)
        return book_.attempts[tried[-1]].own if seen.state is Effect.GONE and tried else real(book_, place, seen)

    real = plan.own_choice
    return [(plan, "own_choice", own)]


@fault
def another_version_with_our_state_is_taken_for_the_hosts_own():
    real = plan.own_choice
    return [(plan, "own_choice", lambda b, p, s: s.state if (found := real(b, p, s)) is None else found)]


@fault
def another_version_with_our_state_is_taken_for_ours():
    def own(book_, place, seen):
        found = real(book_, place, seen)
        return book_.attempts[book_.tried(place)[-1]].own if found is None and place not in book_.stated else found

    real = plan.own_choice
    return [(plan, "own_choice", own)]


@fault
def a_doubt_about_whose_hand_is_forgotten_at_the_next_write():
    def measure(place, kind, wanted, found, version, own, named):
        return real(place, kind, wanted, found, version, found if own is None else own, named)

    real = plan.Measure
    return [(plan, "Measure", measure)]


@fault
def what_a_person_stated_counts_for_every_version():
    def own(book_, place, seen):
        return book_.stated[place][1] if place in book_.stated else real(book_, place, seen)

    real = plan.own_choice
    return [(plan, "own_choice", own)]


# 3, 4: outcomes


@fault
def a_done_that_moved_nothing_is_believed():
    return [(sending, "_verified", lambda one, answer, seen: answer)]


@fault
def the_reading_afterwards_supplies_the_version():
    def verified(one, answer, seen):
        here = seen.get(one.spot)
        sure = real(one, answer, seen)
        return replace(sure, version=here.version) if here and sure.what is OutcomeKind.DONE else sure

    real = sending._verified
    return [(sending, "_verified", verified)]


@fault
def what_goes_wrong_on_the_way_has_failed():
    def asked(site, changes):
        try:
            return site.connector.write(changes)
        except Exception:
            return [Outcome(change.key, OutcomeKind.FAILED) for change in changes]

    return [(sending, "_asked", asked)]


@fault
def an_unknown_outcome_is_decided_by_reading():
    def settled(ledger, site, one, at, actor):
        version = settle._version(ledger, site, one)
        if version != one.measure.version:
            return real(ledger, site, one, at, actor)
        with ledger.writing(at(), actor) as writing:
            sending.say(writing, one.book, Outcome(one.key, OutcomeKind.FAILED))
        return []

    real = settle._settle
    return [(settle, "_settle", settled)]


@fault
def a_lost_change_is_sent_again_under_a_ground_that_fell():
    def still(law_, measure):
        return law_.due(measure.kind, measure.place, measure.found, measure.own)[0] is measure.wanted

    return [(settle, "_still_due", still)]


@fault
def a_lost_change_is_sent_again_whatever_became_of_it():
    return [(settle, "_still_due", lambda law_, measure: True)]


@fault
def a_second_measure_is_made_while_an_outcome_is_unknown():
    return [(book.Book, "unsettled", lambda self, place: [])]


@fault
def an_attempt_without_an_outcome_was_never_made():
    return [(book.Book, "settled",
             lambda self, key: key not in self.outcomes or self.outcomes[key].what is not OutcomeKind.UNKNOWN)]  # fmt: skip


@fault
def a_key_is_made_from_content_only():
    real = rehearse._digest
    return [(rehearse, "_digest", lambda sequence, order, lines: real(0, order, lines))]


@fault
def the_host_is_called_before_the_attempt_is_kept():
    class Late:
        """Keeps attempts back until the host was called."""

        def __init__(self, kind, *rest):
            self.draft = real(kind, *rest)

    def carry(ledger, site, kept, batch, at, actor):
        held = []

        def send(ledger_, site_, sending_, at_, actor_):
            answers = site.connector.write(
                [sending._change(one, carry_out.read and _where(ledger, one)) for one in sending_]
            )
            with ledger.writing(at(), actor) as writing:
                for one, answer in zip(sending_, answers, strict=True):
                    sending.say(writing, one.book, answer)
            held.extend(answers)

        with mock.patch.object(carry_out, "Draft", lambda kind, b, body: real("sent_back", b, {"set": ""})), \
                mock.patch.object(carry_out, "send", send):  # fmt: skip
            carried(ledger, site, kept, batch, at, actor)

    def _where(ledger, one):
        with ledger.reading() as connection:
            return carry_out.records and settle_place(carry_out.records.load_book(connection), *one.spot)

    settle_place = __import__("rectify.measures.site", fromlist=["host_place"]).host_place
    real, carried = carry_out.Draft, carry_out._carry
    return [(carry_out, "_carry", carry)]


# 5: narrowing


@fault
def what_is_annulled_stays_upheld():
    real = book.narrowing_of
    return [(book, "narrowing_of", lambda entry: real(entry)._replace(from_start=False))]


@fault
def what_has_ended_is_not_upheld():
    real = book.narrowing_of
    return [(book, "narrowing_of", lambda entry: real(entry)._replace(from_start=True))]


@fault
def claims_outlive_their_ground():
    def narrow(self, cut):
        real(self, cut) if cut.name not in self.grounds else self.grounds.update(
            {cut.name: book.narrowed_ground(self.grounds[cut.name], cut)})  # fmt: skip

    real = book.Book._narrow
    return [(book.Book, "_narrow", narrow)]


@fault
def a_narrowed_effect_is_forgotten():
    real = book.narrowing_of
    return [(book, "narrowing_of", lambda entry: real(entry)._replace(effect=Effect.GONE))]


@fault
def the_stronger_claim_takes_the_place_of_the_weaker():
    def put(self, claim):
        weaker = [
            c.id for c in self.on_target(claim.target) if c.id != claim.id and c.effect <= claim.effect and not c.strike
        ]
        for name in weaker if claim.reach else ():
            self.claims[name] = replace(self.claims[name], reach=frozenset())
        real(self, claim)

    real = book.Book.put_claim
    return [(book.Book, "put_claim", put)]


# 6: terms


def _never_lapsed(self, kind, place, *, lapsed=False):
    return _LIVE(self, kind, place, lapsed=False)


def _always_lapsed(self, kind, place, *, lapsed=False):
    return _LIVE(self, kind, place, lapsed=True)


_LIVE = Law.live


@fault
def until_ends_by_timer():
    return [(Law, "live", _never_lapsed)]


@fault
def a_term_that_is_over_goes_on_taking():
    return [(Law, "live", _always_lapsed)]


@fault
def a_claim_takes_before_it_begins():
    def live(self, kind, place, *, lapsed=False):
        begun = [replace(c, since=self.at) if c.since > self.at else c for c in self._asking(kind, place)]
        with mock.patch.object(Law, "_asking", return_value=begun):
            return _LIVE(self, kind, place, lapsed=lapsed)

    return [(Law, "live", live)]


# 7: reach


@fault
def a_claim_that_reaches_in_part_takes_the_whole():
    return [(Law, "reaches", lambda self, kind, place, found, effect: any(c.effect >= effect for c in found))]


@fault
def no_two_claims_cover_together():
    def reaches(self, kind, place, found, effect):
        return any(real(self, kind, place, [claim], effect) for claim in found)

    real = Law.reaches
    return [(Law, "reaches", reaches)]


@fault
def parts_cover_their_country():
    def covering(reach, sells):
        return covers(reach | {code[:2] for code in reach}, sells)

    return [(law, "covers", covering)]


@fault
def a_country_does_not_reach_its_parts():
    return [(law, "meet", lambda one, other: one & other), (law, "covers", lambda reach, sells: set(sells) <= reach)]


@fault
def a_yes_to_over_reach_holds_for_every_territory():
    def reaches(self, kind, place, found, effect):
        yes = any((c.id, place.storefront) in self.book.beyond and c.effect >= effect for c in found)
        return yes or real(self, kind, place, found, effect)

    real = Law.reaches
    return [(Law, "reaches", reaches)]


@fault
def unknown_territories_are_everywhere():
    def sells(self, kind, place):
        return frozenset({"XA"}) if (found := real(self, kind, place)) is None else found

    real = Law.sells
    return [(Law, "sells", sells)]


@fault
def unknown_territories_are_nowhere():
    def sells(self, kind, place):
        return frozenset() if (found := real(self, kind, place)) is None else found

    real = Law.sells
    return [(Law, "sells", sells)]


@fault
def a_contested_undo_goes_with_the_others():
    return [(plan.Look, "contested", False)]


@fault
def over_reach_is_not_told():
    real = plan._unmet
    return [(plan, "_unmet", lambda *of: [task for task in real(*of) if task.what != plan.OVER_REACH])]


# 8: what can be written


@fault
def a_ground_elsewhere_lends_its_effect():
    def wanted(self, kind, place, *, lapsed=False):
        found, can = self.live(kind, place, lapsed=lapsed), self.host.writable(kind, place.storefront)
        if self.sells(kind, place) is None:
            return real(self, kind, place, lapsed=lapsed)
        anywhere = {c.effect for c in self.book.on_target(place.target) if c.reach}
        return max((e for e in anywhere if e in can and self.reaches(kind, place, found, e)), default=Effect.OPEN)

    real = Law.wanted
    return [(Law, "wanted", wanted)]


@fault
def an_effect_is_rounded_up_to_what_can_be_written():
    def wanted(self, kind, place, *, lapsed=False):
        with mock.patch.object(type(self.host), "writable", return_value=frozenset(NAMES[kind])):
            asked = real(self, kind, place, lapsed=lapsed)
        return min(
            (e for e in self.host.writable(kind, place.storefront) if e >= asked > Effect.OPEN), default=Effect.OPEN
        )

    real = Law.wanted
    return [(Law, "wanted", wanted)]


@fault
def a_host_without_undo_is_asked_to_undo():
    def able(self, kind, storefront):
        return real(replace(self, undo=True), kind, storefront)

    real = type(stories.EVERYTHING).writable
    return [(type(stories.EVERYTHING), "writable", able), (plan, "CANNOT_UNDO", "not told")]


# 9, 10: sets


@fault
def a_set_is_carried_out_as_approved_without_planning_afresh():
    class Always:
        def __eq__(self, other):
            return True

        __hash__ = None

    return [(carry_out, "look", lambda *_: plan.Look(Always(), ()))]


@fault
def a_set_is_planned_afresh_without_its_claims():
    def look(law_, kind, place, seen: Seen):
        found = real(law_, kind, place, seen)
        return found if found.measure is None else plan.Look(Same(found.measure), ())

    class Same:
        def __init__(self, measure):
            self.measure = measure

        def __eq__(self, other):
            return replace(self.measure, claims=()) == replace(other, claims=())

        __hash__ = None

    real = carry_out.look
    return [(carry_out, "look", look)]


@fault
def an_undo_comes_first():
    real = plan._turn
    return [(plan, "_turn", lambda law_, at, seen: (not real(law_, at, seen)[0], *real(law_, at, seen)[1:]))]


@fault
def what_is_moot_is_attempted():
    def look(law_, kind, place, seen):
        found = real(law_, kind, place, seen)
        return found if found.measure else plan.Look(None, found.tasks)

    real = carry_out.look
    return [(carry_out, "look", look), (carry_out, "_drifted", lambda *_: OutcomeKind.LEFT_OUT)]


# 12, 13: accounts and the ladder


@fault
def a_closed_account_keeps_its_items_from_being_measured():
    def look(law_, kind, place, seen):
        account = law_.book.targets[place.target].account if kind == "item" else ""
        if any(c.effect is Effect.REMOVED and c.reach for c in law_.book.on_target(account)):
            return plan.Look(None, ())
        return real(law_, kind, place, seen)

    real = plan.look
    return [(plan, "look", look), (carry_out, "look", look)]


@fault
def closures_that_run_down_are_not_measured_first():
    return [
        (Law, "_asking", lambda self, kind, place: [c for c in self.book.on_target(place.target) if c.kind == kind])
    ]


@fault
def two_orders_on_one_listing_are_two_strikes():
    def strikes(book_, claim, territory, term):
        if not ladder.lies_in(territory, claim.upheld):
            return 0
        opened = claim.made - book_.ladders[term].window
        return sum(c.made > opened and ladder.lies_in(territory, c.upheld) for c in ladder._up_to(book_, claim))

    return [(ladder, "strikes", strikes)]


@fault
def strikes_made_later_count_for_an_earlier_step():
    return [(ladder, "_up_to", lambda book_, claim: (c for c in book_.of_account(claim.account) if c.kind == "item"))]


@fault
def strikes_count_for_ever():
    def strikes(book_, claim, territory, term):
        if not ladder.lies_in(territory, claim.upheld):
            return 0
        return len({c.target for c in ladder._up_to(book_, claim) if ladder.lies_in(territory, c.upheld)})

    return [(ladder, "strikes", strikes)]


@fault
def a_step_outlives_its_strikes():
    return [(claims, "_recount", lambda writing, book_: None)]


@fault
def a_step_falls_wholly_where_a_part_would_stand():
    real = claims.standing
    return [(claims, "standing", lambda book_, step: real(book_, step) if covers(real(book_, step), step.upheld) else frozenset())]  # fmt: skip


@fault
def terms_reach_back():
    def steps(book_, claim):
        for other in book_.of_account(claim.account):
            yield from (step for step in real(book_, other) if step.id not in book_.claims)

    def published(writing, *args, **more):
        real_publish(writing, *args, **more)
        book_ = claims.records.load_book(writing.connection)
        for claim in [c for c in book_.claims.values() if c.kind == "item"]:
            since = {name: replace(rungs, since=claim.made) for name, rungs in book_.ladders.items()}
            with mock.patch.object(book_, "ladders", since):
                for step in list(real(book_, claim)):
                    claims._append(writing, book_, claims.Draft("claimed", claim.ground, claims.claim_body(step)))

    real, real_publish = claims.steps, claims.publish_term
    return [(claims, "steps", steps), (claims, "publish_term", published)]


@fault
def a_territory_is_where_a_claim_is_live_and_not_where_it_was_upheld():
    def named(book_, claim, within):
        return frozenset(code for other in ladder._up_to(book_, claim) for code in meet(other.reach, within))

    def strikes(book_, claim, territory, term):
        opened = claim.made - book_.ladders[term].window
        return len(
            {c.target for c in ladder._up_to(book_, claim) if c.made > opened and ladder.lies_in(territory, c.reach)}
        )

    return [(ladder, "_named", named), (ladder, "strikes", strikes)]


# the test of the test


@contextmanager
def planted(name: str) -> Iterator[None]:
    with ExitStack() as stack:
        for owner, attribute, replacement in FAULTS[name]():
            stack.enter_context(mock.patch.object(owner, attribute, replacement))
        yield


def stories_that_fail() -> Iterator[str]:
    for name, story in inspect.getmembers(stories, inspect.isfunction):
        if name.startswith("test_"):
            try:
                with stories.markets() as market:
                    story(market)
            except Exception:
                yield name


def machine_fails(examples: int) -> bool:
    """Whether the machine finds the fault; it need not make the history small."""
    try:
        run_state_machine_as_test(Machine, settings=settings(
            max_examples=examples, stateful_step_count=50, deadline=None, suppress_health_check=list(HealthCheck),
            database=None, phases=[Phase.generate], derandomize=True))  # fmt: skip
    except Exception:
        return True
    return False


def test_the_stories_hold_where_no_fault_is_planted():
    assert list(stories_that_fail()) == []


@pytest.mark.parametrize("name", sorted(FAULTS))
def test_a_planted_fault_is_caught(name):
    with planted(name):
        story = next(stories_that_fail(), None)
        if os.environ.get("LAW_FAULTS") == "machine":
            print(f"\n{name}: story {story}, machine {machine_fails(400)}")
        assert story or machine_fails(150), f"{name} survives"
