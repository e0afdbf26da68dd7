"""The words that products and titles are read with: data/product_*.csv, each row some words of a section.

Columns `section`, `name` (a kind of goods, or a class of talk), `language`, `words` (parted by commas); lines beginning
with # are remarks. Made for tens of thousands of words, which YAML takes a second to read.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable
from functools import cache
from importlib.resources import files
from typing import NamedTuple

from rectify.rules.product_tokens import Phrases, tokens

Fold = Callable[[str], str]
COLUMNS = ["section", "name", "language", "words"]
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue"})


class Row(NamedTuple):
    """Words of one kind in one language; either may be empty."""

    section: str
    name: str
    language: str
    words: tuple[str, ...]


class Lists(NamedTuple):
    """The rows of a file."""

    rows: tuple[Row, ...]

    def of(self, section: str) -> list[Row]:
        """The rows of a section, as they stand. Raises KeyError where there is none."""
        if rows := [row for row in self.rows if row.section == section]:
            return rows
        raise KeyError(section)

    def words(self, section: str) -> tuple[str, ...]:
        """All words of a section."""
        return tuple(word for row in self.of(section) for word in row.words)


@cache
def read_lists(file: str) -> Lists:
    """The lists of a file of the package."""
    text = files(__package__).joinpath("data", file).read_text(encoding="utf-8")
    table = csv.DictReader((line for line in text.splitlines() if not line.startswith("#")), strict=True)
    rows = []
    for row in table:
        words = tuple(word.strip() for word in row["words"].split(","))
        rows.append(Row(row["section"], row["name"], row["language"], words))
    return Lists(tuple(rows))


def all_folded(fold: Fold, texts: Iterable[str]) -> list[str]:
    """Each text folded; in one go, for a fold takes signs one by one and keeps line ends."""
    texts = list(texts)
    folded = fold("\n".join(texts)).split("\n")
    return folded if len(folded) == len(texts) else [fold(text) for text in texts]


def all_spelled(fold: Fold, texts: Iterable[str]) -> list[Phrases]:
    """Each text as folded tokens, also with two letters for each umlaut."""
    texts = list(texts)
    ways = zip(all_folded(fold, texts), all_folded(fold, (text.translate(_UMLAUTS) for text in texts)), strict=True)
    return [frozenset(phrase for form in {*pair} if (phrase := as_phrase(form))) for pair in ways]


def phrases(fold: Fold, texts: Iterable[str]) -> Phrases:
    """All of some texts as folded tokens, also with two letters for each umlaut."""
    return frozenset().union(*all_spelled(fold, texts))


def as_phrase(form: str) -> tuple[str, ...]:
    """The tokens of a folded text."""
    return tuple(token.text for token in tokens(form))
