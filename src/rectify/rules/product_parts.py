"""Whether a title offers a part or an accessory: nouns of data/product_parts.csv, and where they stand beside a name.

A noun is no part of a product that is called so itself: an order on a charger names one, in whatever language. The
kinds of the words of a product's name are therefore left out when its offers are read.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple

from rectify.rules.product_lists import Fold, Lists, all_spelled, phrases, read_lists
from rectify.rules.wordlists import without_blanks

_LONGEST = 8  # tokens of a noun
_LEAST_ENDING, _LEAST_REST = 6, 3  # letters of a noun that ends another, and of what stands before it
_JOINING = ("de", "nl")
_PLAIN = ("de", "en", "nl")  # the word that tells what kind stands before the noun


class Part(NamedTuple):
    """A noun in a list of words: where, how long, of which kinds, in which languages; `joined`: it ends a word."""

    at: int
    size: int
    kinds: frozenset[str]
    languages: frozenset[str]
    joined: bool = False


@dataclass(frozen=True)
class Parts:
    """The nouns of all languages, folded."""

    nouns: dict[tuple[str, ...], tuple[frozenset[str], frozenset[str]]]
    endings: dict[str, frozenset[str]]
    features: frozenset[str]
    modifiers: frozenset[str]
    states: frozenset[tuple[str, ...]]
    whole: frozenset[tuple[str, ...]]
    _firsts: frozenset[str] = field(init=False)
    _by_kind: dict[str, set[str]] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_firsts", frozenset(noun[0] for noun in (*self.nouns, *self.whole)))
        by_kind: dict[str, set[str]] = {}
        for noun, (kinds, _) in self.nouns.items():
            for kind in kinds if len(noun) == 1 or without_blanks(noun[0][0]) else ():
                by_kind.setdefault(kind, set()).add("".join(noun))
        object.__setattr__(self, "_by_kind", by_kind)

    def found(self, words: Sequence[str]) -> list[Part]:
        """The parts that a list of words names, the longest noun at each place."""
        parts, at = [], 0
        while at < len(words):
            part = self.at(words, at)
            if part and part.kinds:
                parts.append(part)
            at += part.size if part else 1
        return parts

    def last(self, words: Sequence[str]) -> Part | None:
        """The part that the last words name."""
        return next((part for part in self.found(words) if part.at + part.size == len(words)), None)

    def kinds(self, words: Sequence[str]) -> frozenset[str]:
        """The kinds of the parts that words name."""
        return frozenset(kind for part in self.found(words) for kind in part.kinds)

    def words_for(self, kinds: Collection[str]) -> frozenset[str]:
        """All nouns for some kinds, each that is written as one word."""
        return frozenset(word for kind in kinds for word in self._by_kind.get(kind, ()))

    def at(self, words: Sequence[str], at: int) -> Part | None:
        """The longest noun at a place; one without kinds is no part, though it holds a word for one."""
        if words[at] in self._firsts:
            for size in range(min(_LONGEST, len(words) - at), 0, -1):
                noun = tuple(words[at : at + size])
                if noun in self.whole:
                    return Part(at, size, frozenset(), frozenset())
                if noun in self.nouns:
                    return Part(at, size, *self.nouns[noun])
        word = words[at]
        if len(word) < _LEAST_REST * 2:
            return None
        for cut in range(_LEAST_REST, len(word) - 2):
            if kinds := self.endings.get(word[cut:]):
                whole = any((word[start:],) in self.whole for start in range(cut))
                return None if whole else Part(at, 1, kinds, frozenset(_JOINING), True)
        return None

    def kind_of_noun(self, words: Sequence[str], part: Part, own: Collection[str]) -> bool:
        """Whether a part only tells what kind the noun behind it is: filter coffee machine, Akku Bohrschrauber."""
        behind = words[part.at + part.size :]
        if not behind or part.joined or not part.languages & set(_PLAIN):
            return False
        if "en" in part.languages and behind[0] in own:
            return True
        return words[part.at + part.size - 1] in self.modifiers and behind[0].isalpha() and len(behind[0]) > 3

    def in_a_state(self, behind: Sequence[str]) -> bool:
        """Whether what follows a part says that it is there, or in which state."""
        return any(tuple(behind[:size]) in self.states for size in (1, 2))


@dataclass(frozen=True)
class Nouns:
    """Nouns by kind and language, and those that end words which are put together."""

    nouns: dict[tuple[str, ...], tuple[frozenset[str], frozenset[str]]]
    endings: dict[str, frozenset[str]]


def read_nouns(lists: Lists, fold: Fold, least: int = _LEAST_ENDING) -> Nouns:
    """The nouns of a file of data: by kind and language; `least` letters make one end words, or `endings`."""
    short = {form[0] for form in phrases(fold, lists.words("endings"))}
    rows = lists.of("kinds")
    forms = iter(all_spelled(fold, (noun for row in rows for noun in row.words)))
    none: frozenset[str] = frozenset()
    nouns: dict[tuple[str, ...], tuple[frozenset[str], frozenset[str]]] = {}
    endings: dict[str, frozenset[str]] = {}
    for _, kind, language, words in rows:
        for form in (form for _ in words for form in next(forms)):
            kinds, known = nouns.get(form, (none, none))
            nouns[form] = (kinds | {kind}, known | {language})
            if language in _JOINING and len(form) == 1 and (len(form[0]) >= least or form[0] in short):
                endings[form[0]] = endings.get(form[0], none) | {kind}
    return Nouns(nouns, endings)


@lru_cache(maxsize=8)
def parts_for(fold: Fold) -> Parts:
    """The nouns as a fold writes them."""
    lists = read_lists("product_parts.csv")
    found = read_nouns(lists, fold)
    modifiers, states, whole = (phrases(fold, lists.words(name)) for name in ("modifiers", "states", "whole"))
    features = frozenset(lists.words("features"))
    return Parts(found.nouns, found.endings, features, frozenset(form[0] for form in modifiers), states, whole)
