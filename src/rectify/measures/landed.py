"""What our own writes left at a target, or may yet leave, as the ledger knows it without asking the host."""

from __future__ import annotations

from rectify.measures.book import Book
from rectify.terms.claim import Effect
from rectify.terms.measure import OutcomeKind, Place


def standing(book: Book, target: str) -> Effect:
    """The strictest effect that our own last landed writes left at the places of a target, or a lost one may yet."""
    return max((_left(book, place) for place in book.places(target)), default=Effect.OPEN)


def _left(book: Book, place: Place) -> Effect:
    last, open_ = Effect.OPEN, [book.attempts[key].wanted for key in book.unsettled(place)]
    for key in book.tried(place):
        outcome = book.outcomes.get(key)
        if outcome and outcome.what is OutcomeKind.DONE:
            last = book.attempts[key].wanted
    return max([last, *open_])
