"""Carry out: the approved set and nothing else, each measure once, every outcome kept (CLAIMS.md 9).

The attempt stands in the ledger before the host is called, so a crash leaves an attempt without an outcome: unknown.
To run again is to go on. Each measure is planned afresh, claims included, and sent only if the plan is still the same.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from rectify.ledger.ledger import Ledger
from rectify.measures import records
from rectify.measures.bodies import Line, MeasureSet, line_json
from rectify.measures.book import Book
from rectify.measures.connector import Clock
from rectify.measures.law import Law
from rectify.measures.plan import Look, look
from rectify.measures.sending import Sending, say, send
from rectify.measures.settle import settle
from rectify.measures.site import Site, read
from rectify.terms.claim import Effect
from rectify.terms.entry import Draft
from rectify.terms.errors import Refused, Unknown
from rectify.terms.measure import Measure, Outcome, OutcomeKind, Seen

Progress = Callable[[int, int], None]  # measures that have an outcome, measures of the set


def _silent(done: int, all_of_them: int) -> None:
    del done, all_of_them


@dataclass(frozen=True, slots=True)
class CarriedOut:
    """What became of a set: key -> outcome of every measure."""

    set: str
    outcomes: Mapping[str, Outcome]
    counts: Mapping[OutcomeKind, int] = field(default_factory=dict)


def carry_out(
    ledger: Ledger, site: Site, digest: str, *, at: Clock, actor: str, progress: Progress = _silent
) -> CarriedOut:
    """Carries out an approved set on its site; run again after a crash it goes on where it stopped.

    Raises Unknown or Refused for a set that is not there or not approved, and whatever the connector raises while it
    reads: nothing is half done then, and to run again is safe.
    """
    with ledger.reading() as connection:
        kept = records.load_set(connection, digest)
        if kept is None:
            raise Unknown(f'no set has the digest "{digest}"', "rehearse first")
        if not kept.approved_by:
            raise Refused(f"the set {digest[:12]} is not approved", "another person approves it first")
        already = records.set_outcomes(connection, digest)
    settle(ledger, site, at=at, actor=actor, order=kept.book)
    todo = [(f"{digest}/{n}", line) for n, line in enumerate(kept.lines) if f"{digest}/{n}" not in already]
    batch = max(1, site.connector.capabilities().max_batch)
    for start in range(0, len(todo), batch):
        _carry(ledger, site, kept, todo[start : start + batch], at, actor)
        progress(len(kept.lines) - len(todo) + min(start + batch, len(todo)), len(kept.lines))
    with ledger.reading() as connection:
        outcomes = records.set_outcomes(connection, digest)
    return CarriedOut(digest, outcomes, Counter(outcome.what for outcome in outcomes.values()))


def _carry(
    ledger: Ledger, site: Site, kept: MeasureSet, batch: Sequence[tuple[str, Line]], at: Clock, actor: str
) -> None:
    places = {line.measure.place.target for _, line in batch}
    with ledger.reading() as connection:
        book = records.load_book(connection, places)
    seen = read(site, book, [(line.measure.kind, line.measure.place) for _, line in batch])
    sending = []
    with ledger.writing(at(), actor) as writing:
        book = records.load_book(writing.connection, places)
        said = records.outcomes_of(writing.connection, [key for key, _ in batch])
        law = Law(book, site.storefronts, site.connector.capabilities(), writing.at)
        for key, line in batch:
            if key in book.attempts or key in said:
                continue  # another run was quicker
            measure, here = line.measure, seen[line.measure.kind, line.measure.place]
            if here is not None and _as_agreed(line, look(law, measure.kind, measure.place, here)):
                writing.append(Draft("attempted", kept.book, {"key": key, "set": kept.id, "measure": line_json(line)}))
                sending.append(Sending(key, kept.id, kept.book, measure, line.contested))
            else:
                say(writing, kept.book, Outcome(key, _drifted(book, measure, here)))
    send(ledger, site, sending, at, actor)


def _as_agreed(line: Line, today: Look) -> bool:
    """Whether today's plan is what was agreed to: an undo agreed to as plain is none that a claim has come to name."""
    return today.measure == line.measure and (line.contested or not today.contested)


def _drifted(book: Book, measure: Measure, seen: Seen | None) -> OutcomeKind:
    """Moot where it is already so, or gone; else left out."""
    there = seen is not None and seen.state in (measure.wanted, Effect.GONE) and not book.unsettled(measure.place)
    return OutcomeKind.MOOT if there else OutcomeKind.LEFT_OUT
