"""What of the planted terms an engine found, form by form, and how many other rows it called hit."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from bench.listings import Corpus

ANY = -1  # a term or a place that the engine does not tell


class Seen(NamedTuple):
    """A hit as an engine tells it: row, number of the term, where it starts and ends in title, newline, text."""

    row: int
    term: int = ANY
    start: int = ANY
    end: int = ANY


class Planted(NamedTuple):
    """A term as it was planted, told like `Seen`, and the form it was written in."""

    row: int
    term: int
    start: int
    end: int
    form: str


@dataclass(frozen=True)
class Recall:
    """Counts: planted terms by form (found, found with the exact place, planted), and rows hit beside the planted ones.

    `tells` is the least that every hit told: "place", "term" or "row".
    """

    forms: dict[str, tuple[int, int, int]]
    extra: int
    tells: str

    @property
    def planted(self) -> int:
        """How many terms were planted."""
        return sum(planted for _, _, planted in self.forms.values())

    @property
    def found(self) -> float:
        """The share of planted terms that were found in their row."""
        return sum(found for found, _, _ in self.forms.values()) / self.planted

    @property
    def exact(self) -> float | None:
        """The share of planted terms that were found in their place; None where no place is told."""
        return sum(exact for _, exact, _ in self.forms.values()) / self.planted if self.tells == "place" else None


def planted_terms(listings: Corpus, rows: list[str]) -> list[Planted]:
    """The planted terms of listings whose rows are title, newline and text in one."""
    number = {term: n for n, term in enumerate(listings.terms)}
    made = []
    for row, field, form, term, start, end in listings.planted:
        before = rows[row].index("\n") + 1 if field else 0
        made.append(Planted(row, number[term], before + start, before + end, form))
    return made


def recall(seen: Iterable[Seen], planted: Iterable[Planted]) -> Recall:
    """Count what was seen against what was planted."""
    rows: dict[int, set[tuple[int, int, int]]] = {}
    tells = 2
    for row, term, start, end in seen:
        rows.setdefault(row, set()).add((term, start, end))
        tells = min(tells, 0 if term == ANY else 1 if start == ANY else 2)
    forms: dict[str, tuple[int, int, int]] = {}
    held = set()
    for row, term, start, end, form in planted:
        held.add(row)
        here = rows.get(row, set())
        found = any(number in (term, ANY) for number, _, _ in here)
        had = forms.get(form, (0, 0, 0))
        forms[form] = had[0] + found, had[1] + ((term, start, end) in here), had[2] + 1
    return Recall(dict(sorted(forms.items())), len(rows.keys() - held), ("row", "term", "place")[tells])
