"""A ledger on paper: a list of entries and their fold.

The production functions run on it unchanged, without a database, so that tens of thousands of steps take a minute.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import fields
from datetime import datetime

from rectify.measures.bodies import OVERTAKES
from rectify.measures.book import Book
from rectify.terms.entry import Draft, Entry, Opened
from rectify.terms.measure import Outcome, OutcomeKind


class PaperLedger:
    """Entries and their fold, with transactions. A reading gives the paper itself as its connection."""

    def __init__(self) -> None:
        self.entries: list[Opened] = []
        self.book = Book()
        self.named = 0

    @contextmanager
    def reading(self) -> Iterator[PaperLedger]:
        yield self

    @contextmanager
    def writing(self, at: datetime, actor: str) -> Iterator[PaperWriting]:
        kept, size = copy(self.book), len(self.entries)
        try:
            yield PaperWriting(self, at, actor)
        except BaseException:
            self.book = kept
            del self.entries[size:]
            raise

    def opened(self) -> list[Opened]:
        return self.entries

    def surrogate(self, kind: str) -> str:
        self.named += 1
        return f"{kind}-{self.named}"


class PaperWriting:
    def __init__(self, paper: PaperLedger, at: datetime, actor: str) -> None:
        self.connection, self.at, self.actor, self.surrogate = paper, at, actor, paper.surrogate

    @property
    def size(self) -> int:
        return len(self.connection.entries)

    def append(self, draft: Draft) -> Entry:
        parts = {name: {"id": name, "subject": part.subject, "commit": ""} for name, part in draft.private.items()}
        entry = Entry(self.size, draft.book, 0, "", self.at, draft.kind, 1, self.actor, draft.body, parts)
        opened = Opened(entry, {name: part.value for name, part in draft.private.items()})
        self.connection.entries.append(opened)
        self.connection.book.note(opened)
        return entry


def copy(book: Book) -> Book:
    """The same book, to be written in without harm."""
    new = Book()
    for field in fields(Book):
        value = getattr(book, field.name)
        if isinstance(value, defaultdict):
            value = defaultdict(value.default_factory, {k: type(v)(v) for k, v in value.items()})
        elif isinstance(value, dict):
            value = dict(value)
        setattr(new, field.name, value)
    return new


def on_paper(real: Callable, paper: Callable) -> Callable:
    """The paper's answer where the connection is a paper; else the real one."""
    return lambda connection, *rest: (paper if isinstance(connection, PaperLedger) else real)(connection, *rest)


def _set_outcomes(paper: PaperLedger, digest: str) -> dict[str, Outcome]:
    mine = [
        key
        for key in (*paper.book.attempts, *paper.book.outcomes)
        if key.startswith(digest + "/") and OVERTAKES not in key
    ]
    return {key: paper.book.outcomes.get(key, Outcome(key, OutcomeKind.UNKNOWN)) for key in mine}


ON_PAPER = {
    "load_book": lambda paper, targets=None: copy(paper.book),
    "load_set": lambda paper, digest: paper.book.sets.get(digest),
    "set_outcomes": _set_outcomes,
    "outcomes_of": lambda paper, keys: {key: paper.book.outcomes[key] for key in keys if key in paper.book.outcomes},
    "targets_of_case": lambda paper, case: {c.target for c in paper.book.claims.values() if c.case == case},
}
