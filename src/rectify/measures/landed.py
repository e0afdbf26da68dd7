"""What our own writes left at a target, as the ledger knows it without asking the host."""

from __future__ import annotations

from rectify.measures.book import Book
from rectify.terms.claim import Effect
from rectify.terms.measure import OutcomeKind, Place


def standing(book: Book, target: str) -> Effect:
    """The strictest effect that our own last landed writes left at the places of a target."""
    last: dict[Place, Effect] = {}
    for place in book.places(target):
        for key in book.tried(place):
            outcome = book.outcomes.get(key)
            if outcome and outcome.what is OutcomeKind.DONE:
                last[place] = book.attempts[key].wanted
    return max(last.values(), default=Effect.OPEN)
