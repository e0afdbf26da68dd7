"""Plain but wrong readings of the law, as patches: reach, writing, sets, accounts, the ladder (CLAIMS 7 to 13)."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from unittest import mock

from tests.journeys.law_faults import fault

from rectify.measures import carry_out, claims, ladder, law, plan
from rectify.measures.book import Book
from rectify.measures.connector import Capabilities
from rectify.measures.law import Law
from rectify.terms.claim import NAMES, Effect
from rectify.terms.measure import OutcomeKind, Seen
from rectify.terms.territory import covers, lies_in

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
    return [(law, "shared", lambda one, other: one & other), (law, "covers", lambda reach, sells: set(sells) <= reach)]


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

    real = Capabilities.writable
    return [(Capabilities, "writable", able), (plan, "CANNOT_UNDO", "not told")]


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


def _strikes(book_, claim, territory, term, *, items=True, window=True, where="upheld"):
    """Strikes counted anew, with what a fault leaves out."""
    if not lies_in(territory, getattr(claim, where)):
        return 0
    opened = claim.made - book_.ladders[term].window
    found = [c.target for c in book_.up_to(claim) if c.kind == "item" and lies_in(territory, getattr(c, where))
             and (c.made > opened or not window)]  # fmt: skip
    return len(set(found) if items else found)


@fault
def two_orders_on_one_listing_are_two_strikes():
    return [(ladder, "strikes", partial(_strikes, items=False))]


@fault
def strikes_made_later_count_for_an_earlier_step():
    return [(Book, "up_to", lambda self, claim: iter(self.of_account(claim.account)))]


@fault
def strikes_count_for_ever():
    return [(ladder, "strikes", partial(_strikes, window=False))]


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
def a_strike_counts_only_while_its_claim_is_live():
    return [(ladder, "strikes", partial(_strikes, where="reach"))]
