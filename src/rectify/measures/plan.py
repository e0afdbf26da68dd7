"""What a place needs, and what it asks of a person: the difference between due and seen (CLAIMS.md 6-9, 14)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from rectify.measures.law import Law
from rectify.measures.own import own_choice
from rectify.terms.claim import Claim, Effect
from rectify.terms.measure import Measure, Place, Seen, TaskAtPlace

OUTCOME_UNKNOWN = "outcome unknown"
WHOSE_HAND = "whose hand"
TERM_OVER = "term is over"
REACH_UNKNOWN = "reach unknown"
OVER_REACH = "over-reach"
CANNOT_DO = "cannot be done here"
CANNOT_UNDO = "cannot be undone here"
TASKS = (OUTCOME_UNKNOWN, WHOSE_HAND, TERM_OVER, REACH_UNKNOWN, OVER_REACH, CANNOT_DO, CANNOT_UNDO)


@dataclass(frozen=True, slots=True)
class Look:
    """What one look at a place gives: the measure that it needs, or None, and tasks for a person."""

    measure: Measure | None
    tasks: tuple[TaskAtPlace, ...]

    @property
    def contested(self) -> bool:
        """Whether the measure would return what a live claim that reaches in part still names (CLAIMS.md 7)."""
        in_part = any(task.what == OVER_REACH for task in self.tasks)
        return in_part and self.measure is not None and self.measure.wanted < self.measure.found


def look(law: Law, kind: str, place: Place, seen: Seen) -> Look:
    """The measure that a place needs today, if any, and its tasks; none while an earlier outcome is unknown."""
    if law.book.unsettled(place):
        return Look(None, (TaskAtPlace(OUTCOME_UNKNOWN, place),))
    own = own_choice(law.book, place, seen)
    due, doubt = law.due(kind, place, seen.state, own)
    tasks = [TaskAtPlace(WHOSE_HAND, place)] if doubt else []
    if due < seen.state and not (law.host.undo and due in law.host.writable(kind, place.storefront)):
        due = seen.state
        tasks = [TaskAtPlace(CANNOT_UNDO, place)]
    tasks += _unmet(law, kind, place, due)
    if due is seen.state:
        return Look(None, tuple(tasks))
    claims = law.reasons(kind, place, due, seen.state)
    return Look(Measure(place, kind, due, seen.state, seen.version, own, claims), tuple(tasks))


def contested(law: Law, measure: Measure) -> bool:
    """Whether a measure planned earlier would, today, return what a live claim that reaches in part names."""
    tasks = tuple(_unmet(law, measure.kind, measure.place, measure.wanted))
    return Look(measure, tasks).contested


def stays(law: Law, kind: str, place: Place, seen: Seen) -> Measure | None:
    """What stands and is to stay by claims that ask for just it: a measure that writes nothing, or None.

    In a set it asks for one thing only, a yes to the over-reach that its claims rest on.
    """
    state = seen.state
    if state in (Effect.OPEN, Effect.GONE) or law.book.unsettled(place) or law.wanted(kind, place) is not state:
        return None
    own, claims = own_choice(law.book, place, seen), law.reasons(kind, place, state, state)
    return Measure(place, kind, state, state, seen.version, own, claims)


def plan(law: Law, seen: Mapping[tuple[str, Place], Seen]) -> dict[tuple[str, Place], Look]:
    """A look at each place, by (kind, place), in the order in which measures are to be written."""
    looks = {(kind, place): look(law, kind, place, here) for (kind, place), here in seen.items()}
    return dict(sorted(looks.items(), key=lambda pair: _turn(law, *pair)))


def _unmet(law: Law, kind: str, place: Place, due: Effect) -> list[TaskAtPlace]:
    """A task for each claim that holds here and is past its term, of unknown reach, or asks for more than is due."""
    tasks, claims = [], law.live(kind, place)
    in_force, unknown = {claim.id for claim in claims}, law.sells(kind, place) is None
    why_not = {
        effect: _why_not(law, kind, place, claims, effect) for effect in {c.effect for c in claims} if effect > due
    }
    for claim in law.live(kind, place, lapsed=True):
        if claim.id not in in_force:
            tasks.append(TaskAtPlace(TERM_OVER, place, claim.id))
        elif unknown:
            tasks.append(TaskAtPlace(REACH_UNKNOWN, place, claim.id))
        elif claim.effect in why_not:
            tasks.append(TaskAtPlace(why_not[claim.effect], place, claim.id))
    return tasks


def _why_not(law: Law, kind: str, place: Place, in_force: list[Claim], effect: Effect) -> str:
    return CANNOT_DO if law.reaches(kind, place, in_force, effect) else OVER_REACH


def _turn(law: Law, at: tuple[str, Place], seen: Look) -> tuple[bool, bool, int, bool, Place]:
    """Stricter first, undo last. Where closures run down into items: items go down before and come back after it."""
    measure, item = seen.measure, at[0] == "item"
    if measure is None:
        return True, True, 1, False, at[1]
    back, cascades = measure.wanted < measure.found, law.host.cascades
    return back, cascades and back and item, -measure.wanted, cascades and not item, at[1]
