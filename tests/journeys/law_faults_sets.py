"""Plain but wrong readings of the law, as patches: sets, outcomes heard twice, over-reach, who is meant (CLAIMS 2 to 13).

A review planted them by hand; what survived then is caught by a story now.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from tests.journeys.law_faults import fault

from rectify.measures import carry_out, claims, holds, own, plan, rehearse, sending, settle
from rectify.measures.book import Book
from rectify.measures.law import Law
from rectify.terms.claim import Effect
from rectify.terms.measure import MEASURES, OutcomeKind
from rectify.terms.territory import meet

# 2 to 4: outcomes


@fault
def every_edit_is_a_doubt_also_of_what_was_given_back():
    def choice(book, place, seen):
        found = real(book, place, seen)
        tried = [key for key in book.tried(place) if own._landed(book, key)]
        unmarked = tried and seen.key is None and place not in book.stated
        moved = unmarked and book.outcomes[tried[-1]].version != seen.version
        return None if moved and seen.state is book.attempts[tried[-1]].wanted is not Effect.GONE else found

    real = plan.own_choice
    return [(plan, "own_choice", choice)]


@fault
def a_done_is_believed_though_its_version_shows_another_state():
    def verified(one, answer, seen):
        here = seen.get(one.spot)
        moved = here is not None and here.version not in (one.measure.version, "")
        return answer if moved and answer.version else real(one, answer, seen)

    real = sending._verified
    return [(sending, "_verified", verified)]


@fault
def a_done_that_moved_nothing_is_believed_where_the_state_fits():
    def verified(one, answer, seen):
        here = seen.get(one.spot)
        still = here is not None and here.version == one.measure.version and answer.what is OutcomeKind.DONE
        return answer if still and here.state is one.measure.wanted and answer.version else real(one, answer, seen)

    real = sending._verified
    return [(sending, "_verified", verified)]


@fault
def what_was_sure_is_unknown_again():
    return [(sending, "_unsure", lambda outcome: False)]


@fault
def overtaking_takes_own_found():
    def changed(measure, **more):
        return replace(measure, **more | {"own": measure.found})

    return [(settle, "replace", changed)]


@fault
def overtaking_writes_own_not_found():
    def changed(measure, **more):
        return replace(measure, **more | {"wanted": measure.found if measure.own is None else measure.own})

    return [(settle, "replace", changed)]


# 5: decided again


@fault
def redecision_keeps_a_claim_that_only_meets_the_new_reach():
    def same(claim, new):
        return real(replace(claim, reach=new.reach) if meet(claim.reach, new.reach) == claim.reach else claim, new)

    real = claims._same
    return [(claims, "_same", same)]


@fault
def redecision_keeps_a_claim_that_reaches_further():
    def same(claim, new):
        return real(replace(claim, reach=claim.reach & new.reach) if claim.reach >= new.reach else claim, new)

    real = claims._same
    return [(claims, "_same", same)]


@fault
def redecision_keeps_the_strike_of_the_former_account():
    real = claims._same
    return [(claims, "_same", lambda claim, new: real(claim, replace(new, account=claim.account)))]


@fault
def redecision_frees_nothing_but_its_own_item():
    def of_case(connection, case):
        return set()

    return [(claims.records, "targets_of_case", of_case)]


@fault
def a_rule_that_asks_for_a_warning_removes_the_item():
    def asked(decided, listed):
        named = claims.choose_measure(decided.measure, listed, "item")
        kind = MEASURES[decided.measure].target if decided.measure in MEASURES else ""
        if named and (kind == "buyers" or decided.measure == "warn_account"):
            return [("item", decided.target, named)]
        return real(decided, listed)

    real = claims._asked
    return [(claims, "_asked", asked)]


# 7: reach


@fault
def a_yes_to_some_territories_takes_all_beyond():
    def proposed(book, site, over_reach):
        found = [over._replace(territories=_beyond(book, site, over)) for over in real(book, site, over_reach)]
        book.beyond.update({over[:2]: over.territories for over in found})
        return found

    real = rehearse._proposed
    return [(rehearse, "_proposed", proposed)]


def _beyond(book, site, over):
    return rehearse.beyond_reach(book.claims[over.claim].reach, site.storefronts[over.storefront])


@fault
def a_later_yes_to_over_reach_forgets_the_earlier():
    return [(holds, "_merged", lambda writing, needed: list(needed))]


@fault
def over_reach_that_only_keeps_what_stands_makes_no_set():
    return [(rehearse, "stays", lambda *_: None)]


# 9, 10: sets


@fault
def an_undo_that_became_contested_is_carried_out():
    return [(carry_out, "_as_agreed", lambda line, today: today.measure == line.measure)]


@fault
def a_lost_undo_that_became_contested_is_sent_again():
    return [(settle, "contested", lambda law, measure: False)]


@fault
def what_was_agreed_to_as_contested_is_overtaken():
    real = settle.Sending
    return [(settle, "Sending", lambda *of: real(*of[:4]))]


@fault
def an_undo_names_nothing():
    def reasons(self, kind, place, wanted, found):
        return () if wanted < found else real(self, kind, place, wanted, found)

    real = Law.reasons
    return [(Law, "reasons", reasons)]


@fault
def an_undo_does_not_name_what_is_past_its_term():
    def reasons(self, kind, place, wanted, found):
        return real(self, kind, place, wanted, min(wanted, found))

    real = Law.reasons
    return [(Law, "reasons", reasons)]


@fault
def a_measure_that_another_run_left_out_is_carried_out():
    return [(carry_out.records, "outcomes_of", lambda connection, keys: {})]


@fault
def it_is_moot_while_an_outcome_there_is_unknown():
    def drifted(book, measure, seen):
        return OutcomeKind.MOOT if seen and seen.state is measure.wanted else real(book, measure, seen)

    real = carry_out._drifted
    return [(carry_out, "_drifted", drifted)]


@fault
def what_is_gone_is_left_out():
    def drifted(book, measure, seen):
        return OutcomeKind.LEFT_OUT if seen and seen.state is Effect.GONE else real(book, measure, seen)

    real = carry_out._drifted
    return [(carry_out, "_drifted", drifted)]


# 13: the ladder


@fault
def strikes_of_every_account_count():
    def up_to(self, claim):
        known = list(self.claims)
        return iter([self.claims[name] for name in known[known.index(claim.id) :: -1]])

    return [(Book, "up_to", up_to)]


@fault
def a_ladder_reaches_back_before_it_begins():
    def steps(book, claim):
        ladders, begin = book.ladders, datetime(1970, 1, 1, tzinfo=UTC)
        book.ladders = {name: replace(rungs, since=begin) for name, rungs in ladders.items()}
        yield from list(real(book, claim))
        book.ladders = ladders

    real = claims.steps
    return [(claims, "steps", steps)]


@fault
def a_step_falls_in_no_book_of_an_order():
    return [(Book, "order_of", lambda self, claim: claim.ground)]
