"""Forms in which terms are sought beside their own: in parts, in pinyin, from the end, misspelled, in pictures."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import combinations, product
from operator import getitem
from typing import NamedTuple

import numpy as np

from rectify.screening.fold import BITS, codes_of
from rectify.screening.han import HAN, han_table
from rectify.screening.misspelled import misspelled
from rectify.screening.pictures import pictures, ways_in_pictures

# Forms that a term has beside its own, at most, of each class. What they leave out is told in docs/reference/rules.md.
MOST_SPLIT, MOST_PINYIN, MOST_PICTURES = 10, 24, 8
_ALL_WAYS = 4  # characters up to which any of them may be in pinyin, each for itself
_ALL_PICTURES = 3  # words up to which any of them may be pictures
_LEAST_BESIDE = 3  # Latin letters beside a single picture
_LEAST_PINYIN = 5  # letters of a term that is all in pinyin
_LEAST_REVERSED, _LEAST_REVERSED_HAN = 5, 4  # letters, or characters, of a term that is sought from its end
_READINGS = 2  # syllables of a character that are sought
_FIRST_PARTED = "\u3400"
OTHERWISE = BITS.split | BITS.sound | BITS.reversed | BITS.omitted | BITS.pictures  # classes that terms have forms of

Ways = Sequence[tuple[str, ...]]


class Own(NamedTuple):
    """A term whose forms are asked for: `letters` are those of its own form, `folded` is the text sign by sign, empty
    where a sign spells out or is dropped.
    """

    text: str
    folded: str
    letters: str
    allowed: int
    language: str


def other_forms(terms: Mapping[int, Own]) -> Iterator[tuple[int, int, str]]:
    """(number of the term, class that the form takes, form) of all forms of all terms but their own."""
    signs = sorted({sign for one in terms.values() if not one.letters.isascii() for sign in one.folded})
    parts, names = _parts_of(signs), _names_of(signs)
    for number, one in terms.items():
        plain, allowed = one.letters.isascii(), one.allowed
        if not plain and len(one.letters) > 1:
            if allowed & BITS.split:
                for form in _split(one.folded, parts):
                    yield number, BITS.split, form
            if allowed & BITS.sound:
                for form in _in_pinyin(one.folded, names):
                    yield number, BITS.sound, form
        if allowed & BITS.reversed and _may_be_reversed(one.letters):
            yield number, BITS.reversed, one.text[::-1]
        for form in misspelled(one.text) if allowed & BITS.omitted else ():
            yield number, BITS.omitted, form
        if allowed & BITS.pictures and (not plain or " " in one.text):
            for form in _in_pictures(one):
                yield number, BITS.pictures, form


def _split(folded: str, parts: Mapping[str, tuple[str, ...]]) -> list[str]:
    """A term with characters taken apart: one of them, or all."""
    if parts.keys().isdisjoint(folded):
        return []
    return _chosen([(sign, *parts.get(sign, ())) for sign in folded], MOST_SPLIT, 1)


def _in_pinyin(folded: str, names: Mapping[str, tuple[str, ...]]) -> Iterator[str]:
    """A term with characters in pinyin: all of them, or some beside others as they are."""
    for form in _chosen([(sign, *names.get(sign, ())) for sign in folded], MOST_PINYIN, _ALL_WAYS):
        if not form.isascii() or sum(map(str.isalpha, form)) >= _LEAST_PINYIN:
            yield " ".join(form.split())


def _may_be_reversed(letters: str) -> bool:
    """Whether letters from their end are long enough to be no other word."""
    return len(letters) >= (_LEAST_REVERSED if letters.isascii() else _LEAST_REVERSED_HAN) and letters != letters[::-1]


def _in_pictures(one: Own) -> Iterator[str]:
    """A term with pictures for some of its words, or for all of two and more."""
    ways = ways_in_pictures(one.text, one.folded, one.language)
    is_shown = pictures().__contains__
    for form in _chosen(ways, MOST_PICTURES, _ALL_PICTURES) if ways else ():
        beside = list(filter(str.isalpha, form))
        if len(beside) >= _LEAST_BESIDE or max(beside, default="") >= HAN or sum(map(is_shown, form)) > 1:
            yield form


def _chosen(ways: Ways, most: int, any_of: int) -> list[str]:
    """Texts of which at least one character is written in another way: any of a few, one or all of many."""
    return ["".join(map(getitem, ways, taken)) for taken in _choices(tuple(map(len, ways)), most, any_of)]


@lru_cache(1 << 10)  # most terms have two or three characters
def _choices(counts: tuple[int, ...], most: int, any_of: int) -> tuple[tuple[int, ...], ...]:
    """Which way is taken of each character, by how many ways each has; 0 is its own."""
    places = [n for n, count in enumerate(counts) if count > 1]
    sizes = range(1, len(places) + 1) if len(places) <= any_of else (1, len(places))
    found: list[tuple[int, ...]] = []
    for taken in (taken for size in sizes for taken in combinations(places, size)):
        for way in product(*(range(1, count) if n in taken else (0,) for n, count in enumerate(counts))):
            found.append(way)
            if len(found) == most:
                return tuple(found)
    return tuple(found)


def _parts_of(signs: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """Those of the signs that can be taken apart, with the ways in which they are."""
    table, codes = han_table(), codes_of("".join(signs))
    low, high = np.searchsorted(table.whole, codes), np.searchsorted(table.whole, codes, side="right")
    there = zip(signs, low.tolist(), high.tolist(), strict=True)
    return {sign: table.ways[a:b] for sign, a, b in there if b > a and sign >= _FIRST_PARTED}


def _names_of(signs: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """The syllables that are sought of those of the signs that have any, each between blanks."""
    table, codes = han_table(), codes_of("".join(signs))
    at = np.minimum(np.searchsorted(table.signs, codes), len(table.signs) - 1)
    first = np.append(table.first, len(table.readings))
    there = zip(signs, (table.signs[at] == codes).tolist(), first[at].tolist(), first[at + 1].tolist(), strict=True)
    return {
        sign: tuple(f" {table.syllables[n - 1]} " for n in table.readings[a : min(b, a + _READINGS)].tolist())
        for sign, known, a, b in there
        if known
    }
