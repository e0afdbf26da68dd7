"""Whose hand: what the host itself last chose at a place (CLAIMS.md 1, 2, 11)."""

from __future__ import annotations

from rectify.measures.book import Book
from rectify.terms.claim import Effect
from rectify.terms.measure import OutcomeKind, Place, Seen


def own_choice(book: Book, place: Place, seen: Seen) -> Effect | None:
    """What the host itself last chose: from our last write that landed and today's reading, and nothing else.

    None: in doubt. Gone is its own choice. What a person stated counts for the version that they saw.
    """
    if seen.state is Effect.GONE:
        return Effect.GONE
    if place in book.stated and book.stated[place][0] == seen.version:
        return book.stated[place][1]
    landed = [key for key in book.tried(place) if _landed(book, key)]
    if seen.key is not None or not landed:  # the host tells whose hand it was, or we were never here
        return book.attempts[seen.key].own if seen.key in landed else seen.state
    last = landed[-1]
    if seen.version == book.outcomes[last].version:
        return book.attempts[last].own
    ours = book.attempts[last]
    if seen.state is not ours.wanted:
        return seen.state
    # The same state in another version: an edit of the item, or the host's own choice of what we had chosen. Where that
    # was its own choice before (given back), it is so either way.
    return ours.own if ours.own is seen.state else None


def _landed(book: Book, key: str) -> bool:
    return key in book.outcomes and book.outcomes[key].what is OutcomeKind.DONE
