"""The rows of a batch that a pack's rules are evaluated over, with the hits of its words (rules.language.Rows)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from rectify.rules.language import Answer, Hits
from rectify.screening.fold import BITS
from rectify.screening.match import ScanHits
from rectify.terms.finding import Evidence

ATTRIBUTE = "attributes."
NOT_PLAIN = np.uint16(0xFFFF & ~BITS.plain)
WEAK = np.uint16(BITS.weak)

Numbers = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]


class Outside(Protocol):
    """What no words say of one batch: registers, products and providers."""

    def registered(self, pack: str, rows: Numbers) -> Answer:
        """Whether the accounts of these rows are on a register of a pack, one element for each of `rows`."""
        ...

    def named(self, asked: str) -> Answer:
        """The answer of "product(gtin)", "product(model)" or "provider", one element for each row of the batch."""
        ...

    def shown(self, asked: str, row: int) -> tuple[Evidence, ...]:
        """What speaks for "registered", "product(gtin)", "product(model)" or "provider" in a row."""
        ...

    def near_register(self, pack: str, row: int) -> str:
        """The entry of a register that a row's account is like but not bound to; empty for none."""
        ...


@dataclass(slots=True)
class PackRows:
    """The rows `at` of a batch with the hits `taken` of one pack; `lists` maps its words names to the matcher's lists.

    Everything is asked for lazily and once, whatever number of rules reads it.
    """

    pack: str
    batch: pa.RecordBatch
    at: Numbers  # ascending
    scan: ScanHits
    taken: Numbers  # positions in `scan` of hits of this pack in these rows
    lists: Mapping[str, int]
    outside: Outside
    bounds: Numbers | None = None
    known_hits: dict[str, Hits] = field(default_factory=dict)
    known_fields: dict[str, list[Any]] = field(default_factory=dict)
    known_answers: dict[str, Answer | Exception] = field(default_factory=dict)

    @property
    def n(self) -> int:
        """How many rows."""
        return len(self.at)

    def places(self, words: str) -> Numbers:
        """Positions in `scan` of the hits of a words list."""
        return np.extract(self.scan.words[self.taken] == self.lists[words], self.taken)

    def hits(self, words: str) -> Hits:
        """Hits of a words list, rows numbered within these rows."""
        if words not in self.known_hits:
            at, scan = self.places(words), self.scan
            self.known_hits[words] = Hits(
                row=np.searchsorted(self.at, scan.row[at]).astype(np.int32),
                field=scan.field[at],
                start=scan.fold_start[at],
                end=scan.fold_end[at],
                plain=(scan.disguise[at] & NOT_PLAIN) == 0,
                weak=(scan.disguise[at] & WEAK) != 0,
            )
        return self.known_hits[words]

    def field(self, name: str) -> Sequence[Any]:
        """Values of a field: price as Decimal, all others as text, None = not stated."""
        if name not in self.known_fields:
            self.known_fields[name] = field_values(self.batch, name, self.at)
        return self.known_fields[name]

    def registered(self) -> Answer:
        """Whether the accounts are registered."""
        return self._answer("registered", lambda: self.outside.registered(self.pack, self.at))

    def product(self, how: str) -> Answer:
        """Whether the items are products that the order names."""
        return self.answer(f"product({how})")

    def provider(self) -> Answer:
        """Whether the items are of providers that the order names."""
        return self.answer("provider")

    def answer(self, asked: str) -> Answer:
        """The answer of an atom that no words answer, by its text in the condition."""
        return self.registered() if asked == "registered" else self._answer(asked, lambda: self._named(asked))

    def _named(self, asked: str) -> Answer:
        every = self.outside.named(asked)
        return Answer(every.sure[self.at], every.possible[self.at])

    def _answer(self, name: str, ask: Callable[[], Answer]) -> Answer:
        """An answer, asked for once: one that failed fails again for each rule that needs it."""
        if name not in self.known_answers:
            try:
                self.known_answers[name] = ask()
            except Exception as error:
                self.known_answers[name] = error
        known = self.known_answers[name]
        if isinstance(known, Exception):
            raise known
        return known

    def nominated(self, names: Iterable[str]) -> Flags:
        """Which rows have a hit of one of these words, or may be a product or provider of these answers."""
        flags = np.zeros(self.n, np.bool_)
        for name in names:
            if name in self.lists:
                flags[self.hits(name).row] = True
            else:
                flags |= self.answer(name).possible
        return flags

    def hits_of(self, number: int) -> Numbers:
        """Positions in `scan` of the hits in one of these rows."""
        if self.bounds is None:
            self.bounds = np.searchsorted(self.scan.row[self.taken], np.append(self.at, self.at[-1:] + 1))
        first = self.bounds[number]
        # rows between two of `at` have no hit here, so that the next row's hits follow at once
        return self.taken[first : self.bounds[number + 1]]

    def visible(self) -> PackRows:
        """The same rows without what a reader does not see."""
        kept = self.taken[~self.scan.hidden[self.taken]]
        return replace(self, taken=kept, bounds=None, known_hits={})


def field_values(batch: pa.RecordBatch, name: str, rows: Numbers) -> list[Any]:
    """Values of a field or of one attribute at some rows of a batch; None where it is not stated."""
    column, _, key = name.partition(".")
    if column not in batch.schema.names:
        return [None] * len(rows)
    held: list[Any] = batch.column(column).take(pa.array(rows, pa.int64())).to_pylist()
    if name.startswith(ATTRIBUTE):
        return [None if value is None else dict(value).get(key) for value in held]
    return held
