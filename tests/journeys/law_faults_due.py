"""Plain but wrong readings of the law, as patches: what is due, whose hand, outcomes, narrowing, terms (CLAIMS 1 to 6)."""

from __future__ import annotations

from dataclasses import replace
from unittest import mock

from tests.journeys.law_faults import fault

from rectify.measures import book, carry_out, plan, rehearse, sending, settle
from rectify.measures import own as own_hand
from rectify.measures.law import Law
from rectify.terms.claim import Effect
from rectify.terms.measure import Outcome, OutcomeKind

# 1, 2: due and own


@fault
def an_undo_restores_what_the_last_measure_found():
    def own(book_, place, seen):
        landed = [key for key in book_.tried(place) if own_hand._landed(book_, key)]
        return book_.attempts[landed[-1]].found if landed and seen.key in landed else real(book_, place, seen)

    real = plan.own_choice
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
        if not settle._may_land(ledger, site, one):
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
    real = book.Book.unsettled
    return [(book.Book, "unsettled", lambda self, place: [key for key in real(self, place) if key in self.outcomes])]


@fault
def a_key_is_made_from_content_only():
    real = rehearse._digest
    return [(rehearse, "_digest", lambda sequence, order, lines: real(0, order, lines))]


@fault
def an_attempt_is_not_kept_before_the_host_is_called():
    def draft(kind, order, body):
        return real("sent_back", order, {"set": ""}) if kind == "attempted" else real(kind, order, body)

    real = carry_out.Draft
    return [(carry_out, "Draft", draft)]


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
