"""The entries of a book as often as they are asked for, read page by page: no report holds 200,000 cases in memory."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from rectify.ledger.ledger import Ledger
from rectify.terms.entry import Opened


@dataclass(frozen=True, slots=True)
class BookEntries:
    """The entries of a book among the first `upto` of the ledger; each time the same."""

    ledger: Ledger
    book: str
    upto: int

    def __iter__(self) -> Iterator[Opened]:
        """With all private parts opened."""
        return self.ledger.opened(book=self.book, upto=self.upto)

    @property
    def bodies(self) -> Bodies:
        """Without the private parts, but those of the order itself: what is counted needs no more."""
        return Bodies(self)


@dataclass(frozen=True, slots=True)
class Bodies:
    """Entries of which only the order's own text is opened."""

    of: BookEntries

    def __iter__(self) -> Iterator[Opened]:
        ledger, book, upto = self.of.ledger, self.of.book, self.of.upto
        order = {o.entry.sequence: o for o in ledger.opened(book=book, kinds=["received"], upto=upto)}
        for entry in ledger.entries(book=book, upto=upto):
            yield order.get(entry.sequence) or Opened(entry, {})
