"""What is in the way of a final report: told all at once, with the next command; and what the host is asked in vain.

In the way is what waits for somebody here. What cannot be done, with its reason, is not: the report tells it as left.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from rectify.cases.show import counts
from rectify.measures import plan, site
from rectify.measures.bodies import MeasureSet
from rectify.measures.book import Book
from rectify.measures.records import load_book, load_sets
from rectify.measures.rehearse import Survey, survey
from rectify.reports import waiting
from rectify.steps.carry_out import sites
from rectify.steps.orders import row_of
from rectify.steps.sets import superseded
from rectify.terms.measure import Measure, OutcomeKind, Place, TaskAtPlace
from rectify.terms.order import ACTIVE
from rectify.workspace import Workspace

# Why the law wants no measure where a claim asks for one, as the report says it.
REASONS: Mapping[str, str] = {
    plan.REACH_UNKNOWN: waiting.UNKNOWN, plan.OVER_REACH: waiting.BEYOND, plan.CANNOT_DO: waiting.CANNOT,
    plan.TERM_OVER: waiting.TERM, plan.WHOSE_HAND: waiting.DOUBT, plan.CANNOT_UNDO: waiting.STAYS,
    site.NO_STOREFRONTS: waiting.UNKNOWN, site.NOBODY: waiting.ERASED, site.UNREADABLE: waiting.UNREAD,
}  # fmt: skip
_NAMED = 3  # sets that a sentence names; the rest are counted
_IN_VAIN = (OutcomeKind.REFUSED, OutcomeKind.FAILED)


@dataclass(frozen=True, slots=True)
class Obstacle:
    """One thing that waits: what it is, in words, and the command that goes on with it."""

    text: str
    remedy: str


@dataclass(frozen=True, slots=True)
class Standing:
    """Where the measures of an order stand at the hosts now."""

    surveys: tuple[Survey, ...]
    sets: tuple[MeasureSet, ...]
    book: Book

    @property
    def told(self) -> dict[str, str]:
        """Claim or target (surrogates) -> why nothing more is due there, in the words of the report."""
        found: dict[str, str] = {}
        for one in self.surveys:
            found |= {str(left["place"][0]): REASONS[left["reason"]] for left in one.left_out}
            told = (task for task in one.tasks if task.what in REASONS)
            found |= {task.claim or task.place.target: REASONS[task.what] for task in told}
        return found


def standing(workspace: Workspace, book: str) -> Standing:
    """Asks every host of the operator what stands at the places of an order. Raises whatever a connector raises."""
    surveys = tuple(survey(workspace.ledger, here, book, workspace.now) for _, here in sites(workspace, book))
    with workspace.ledger.reading() as connection:
        return Standing(surveys, tuple(load_sets(connection, book)), load_book(connection))


def in_the_way(workspace: Workspace, book: str, found: Standing) -> list[Obstacle]:
    """All that waits for somebody before the report of an order can be final, in the order of its path."""
    row = row_of(workspace, book)
    # Of an order that is over nothing can be searched or decided any more: that is left, and told so.
    looking = [*_searching(workspace, book), *_deciding(workspace, book)] if row.state in ACTIVE else []
    return [*looking, *_acting(book, found)]


def _searching(workspace: Workspace, book: str) -> Iterator[Obstacle]:
    row = row_of(workspace, book)
    searched = {e.body["source"] for e in workspace.ledger.entries(book=book, kinds=["swept"])}
    never = [c.name for c in workspace.settings.of_operator(row.operator) if c.name not in searched]
    if row.measures and never:
        yield Obstacle(f"nothing was searched in {', '.join(never)}", f"rectify sweep {book}")


def _deciding(workspace: Workspace, book: str) -> Iterator[Obstacle]:
    with workspace.ledger.reading() as connection:
        left = counts(connection, book)["open"]
    if left:
        yield Obstacle("1 case is open" if left == 1 else f"{left} cases are open", f"rectify cases list {book}")


def _acting(book: str, found: Standing) -> Iterator[Obstacle]:
    due = {look.measure.place: look for one in found.surveys for look in one.looks.values() if look.measure}
    begun = [kept for kept in found.sets if kept.approved_by and not kept.sent_back]
    unknown = _unknown(found, begun)
    if unknown:
        which = next((s for s in begun if unknown & {line.measure.place for line in s.lines}), None)
        remedy = f"rectify measures carry-out {which.id[:12]}" if which else "rectify measures list"
        yield Obstacle("1 outcome is unknown" if len(unknown) == 1 else f"{len(unknown)} outcomes are unknown", remedy)
    half = [kept for kept in begun if _left_of(found.book, kept)]
    if half:
        yield Obstacle(_sets(half, "to be carried out"), f"rectify measures carry-out {half[0].id[:12]}")
    fell = superseded(found.sets)
    fresh = [s for s in found.sets if not s.approved_by and not s.sent_back and s.id not in fell]
    fresh = [kept for kept in fresh if any(_still(due, line.measure) for line in kept.lines)]
    if fresh:
        remedy = f"rectify measures approve {fresh[-1].id[:12]} --count {len(fresh[-1].lines)} --as SOMEBODY ELSE"
        yield Obstacle(_sets(fresh, "for approval"), remedy)
    waits = {line.measure.place for kept in (*half, *fresh) for line in kept.lines}
    new = [look for place, look in due.items() if place not in waits and not _in_vain(found.book, look.measure)]
    for contested in (False, True):
        if n := sum(look.contested is contested for look in new):
            what = "1 measure is due" if n == 1 else f"{n} measures are due"
            why = " that would return what another claim still names" if contested else ""
            yield Obstacle(f"{what} and not rehearsed{why}",
                           f"rectify measures rehearse {book}" + " --contested" * contested)  # fmt: skip


def _unknown(found: Standing, begun: list[MeasureSet]) -> set[Place]:
    """Places of the order where nobody knows what became of a change."""
    asked: list[TaskAtPlace] = [task for one in found.surveys for task in one.tasks]
    mine = {kept.id for kept in begun}
    tried = found.book.attempts.items()
    own = {m.place for key, m in tried if key.split("/")[0] in mine and not found.book.settled(key)}
    return own | {task.place for task in asked if task.what == plan.OUTCOME_UNKNOWN}


def _left_of(book: Book, kept: MeasureSet) -> bool:
    """Whether a measure of an approved set was not begun."""
    keys = (f"{kept.id}/{n}" for n in range(len(kept.lines)))
    return any(key not in book.attempts and key not in book.outcomes for key in keys)


def _still(due: Mapping[Place, plan.Look], measure: Measure) -> bool:
    look = due.get(measure.place)
    return look is not None and look.measure is not None and _asks(look.measure) == _asks(measure)


def _in_vain(book: Book, measure: Measure | None) -> bool:
    """Whether just this was asked of the host last, and refused or failed: the report tells it, with its number.

    Where the place has moved on since, the same may succeed now: that has to be rehearsed.
    """
    tried = book.tried(measure.place) if measure else []
    if measure is None or not tried or tried[-1] not in book.outcomes:
        return False
    last, vain = book.attempts[tried[-1]], book.outcomes[tried[-1]].what in _IN_VAIN
    return vain and _asks(last) == _asks(measure) and (last.found, last.version) == (measure.found, measure.version)


def _asks(measure: Measure) -> tuple[object, ...]:
    return measure.wanted, frozenset(measure.claims)


def _sets(waiting_sets: list[MeasureSet], what: str) -> str:
    names = ", ".join(kept.id[:12] for kept in waiting_sets[:_NAMED])
    more = f" and {len(waiting_sets) - _NAMED} more" if len(waiting_sets) > _NAMED else ""
    return f"the set {names} waits {what}" if len(waiting_sets) == 1 else f"the sets {names}{more} wait {what}"
