"""Sends changes to the host and keeps what became of each (CLAIMS.md 3).

What goes wrong on the way is `unknown`: the change may have arrived. A `done` that moved nothing has failed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from rectify.ledger.ledger import Ledger, Writing
from rectify.measures import records
from rectify.measures.answers import fitting
from rectify.measures.book import Book
from rectify.measures.connector import Clock, HostPlace
from rectify.measures.rehearse import measure_name
from rectify.measures.site import Site, Spot, host_place, read
from rectify.terms.claim import Effect
from rectify.terms.entry import Draft
from rectify.terms.measure import Change, Measure, Outcome, OutcomeKind, Seen


@dataclass(frozen=True, slots=True)
class Sending:
    """A change whose attempt is in the ledger: its key, the set and the book that it belongs to, and the measure."""

    key: str
    set: str
    book: str
    measure: Measure
    contested: bool = False  # agreed to as one that returns what a claim still names in part

    @property
    def spot(self) -> Spot:
        """Where it goes."""
        return self.measure.kind, self.measure.place


def send(ledger: Ledger, site: Site, sending: Sequence[Sending], at: Clock, actor: str) -> list[Outcome]:
    """Sends changes whose attempts are in the ledger, reads back, and keeps what became of each."""
    if not sending:
        return []
    with ledger.reading() as connection:
        book = records.load_book(connection, {one.measure.place.target for one in sending})
    going = [(one, where) for one in sending if (where := host_place(book, *one.spot))]
    changes = [_change(one, where) for one, where in going]
    answers = _asked(site, changes)
    done = [one for (one, _), answer in zip(going, answers, strict=True) if answer.what is OutcomeKind.DONE]
    seen = _read_back(site, book, done)
    sure = [_verified(one, answer, seen) for (one, _), answer in zip(going, answers, strict=True)]
    with ledger.writing(at(), actor) as writing:
        known = records.load_book(writing.connection, {one.measure.place.target for one in sending})
        for (one, _), outcome in zip(going, sure, strict=True):
            if known.outcomes.get(one.key) != outcome and not (_unsure(outcome) and known.settled(one.key)):
                say(writing, one.book, outcome)
    return sure


def _change(one: Sending, where: HostPlace) -> Change:
    measure = one.measure
    return Change(one.key, measure_name(measure), where.kind, where.target, where.storefront, measure.wanted,
                  measure.found, measure.version)  # fmt: skip


def _asked(site: Site, changes: Sequence[Change]) -> list[Outcome]:
    """The host's answers; whatever goes wrong on the way is `unknown`: the change may have arrived."""
    try:
        answers = site.connector.write(changes)
    except Exception as error:
        return [Outcome(change.key, OutcomeKind.UNKNOWN, "", type(error).__name__) for change in changes]
    return fitting(changes, answers)


def _read_back(site: Site, book: Book, done: Iterable[Sending]) -> Mapping[Spot, Seen | None]:
    try:
        return read(site, book, [one.spot for one in done])
    except Exception:
        return {}


def _verified(one: Sending, answer: Outcome, seen: Mapping[Spot, Seen | None]) -> Outcome:
    """A `done` that moved nothing has failed; one that cannot be read back or names no version is not sure."""
    if answer.what is not OutcomeKind.DONE:
        return answer
    here = seen.get(one.spot)
    if here is None:
        return replace(answer, what=OutcomeKind.UNKNOWN, note="it could not be read back")
    if here.version == one.measure.version:
        return Outcome(one.key, OutcomeKind.FAILED, "", "the host said done, and nothing moved")
    if not answer.version:
        return replace(answer, what=OutcomeKind.UNKNOWN, note="the host did not say which version it made")
    if here.version == answer.version and here.state not in (one.measure.wanted, Effect.GONE):
        return Outcome(one.key, OutcomeKind.FAILED, "", "the host said done, and its version shows another state")
    return answer


def _unsure(outcome: Outcome) -> bool:
    """Whether an outcome says that nobody knows: it never takes the place of a sure one that another run heard."""
    return outcome.what is OutcomeKind.UNKNOWN


def say(writing: Writing, order: str, outcome: Outcome) -> None:
    """Appends an outcome."""
    body = {"key": outcome.key, "what": str(outcome.what), "version": outcome.version}
    if outcome.note:
        body["note"] = outcome.note
    writing.append(Draft("outcome", order, body))
