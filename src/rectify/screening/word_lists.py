"""The word lists of a plan, and what is made of them for searching, each part when it is first asked for."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from rectify.rules.pack import Term
from rectify.screening.apart import Listed, take_apart
from rectify.screening.automaton import Automaton
from rectify.screening.fold import BITS, fold_text, mask_of
from rectify.screening.kept_plans import KeptPlans
from rectify.screening.letters import PHRASE
from rectify.screening.patterns import Pattern, Patterns
from rectify.screening.plain import Plain
from rectify.screening.sought import SoughtTable
from rectify.terms.finding import ALL, Disguise


@dataclass(frozen=True)
class WordList:
    """A word list of a rule: terms, phrases that swallow hits, patterns on folded text, classes seen through."""

    name: str  # "unlicensed-vpn/service"
    terms: tuple[Term, ...]
    not_in: tuple[str, ...] = ()
    patterns: tuple[str, ...] = ()
    disguises: frozenset[Disguise] = ALL

    @property
    def pack(self) -> str:
        """The pack that it is of."""
        return self.name.partition("/")[0]

    @cached_property
    def allowed(self) -> int:
        """The classes that it is seen through, as bits; what folds anyway is."""
        allowed = mask_of(self.disguises) | BITS.free
        return allowed | (BITS.mixed if allowed & BITS.look_alike else 0)


class WordLists:
    """Word lists, and what the engines need of them. Safe to use from several threads: two may make the same twice."""

    def __init__(self, lists: Sequence[WordList], kept: KeptPlans | None = None) -> None:
        """`kept`: where what is compiled of them is kept."""
        self.lists, self.kept = tuple(lists), kept

    def __len__(self) -> int:
        """Terms, phrases and patterns of all lists."""
        return sum(len(words.terms) + len(words.not_in) + len(words.patterns) for words in self.lists)

    @cached_property
    def _apart(self) -> tuple[SoughtTable, list[tuple[int, ...]]]:
        sought, unlettered = take_apart([Listed(words.terms, words.not_in, words.allowed) for words in self.lists])
        return _without_words(sought, [words.pack for words in self.lists]), unlettered

    @property
    def sought(self) -> SoughtTable:
        """The forms of all terms and phrases."""
        return self._apart[0]

    @cached_property
    def unlettered(self) -> npt.NDArray[np.int32]:
        """Terms and phrases without a letter (an emoji), which are sought as patterns: list, place in it."""
        found = [(number, place) for number, bare in enumerate(self._apart[1]) for place in bare]
        return np.array(found, np.int32).reshape(-1, 2)

    @cached_property
    def automaton(self) -> Automaton:
        """The skeletons of the forms."""
        return Automaton(self.sought)

    @cached_property
    def patterns(self) -> Patterns:
        """The patterns of all lists. Raises Faulty for one that cannot be read."""
        return Patterns(self._written(self.unlettered), kept=self.kept)

    @cached_property
    def plain(self) -> Plain:
        """The plain engine."""
        return Plain(self.sought, self.automaton, self.patterns)

    def know(self, unlettered: npt.NDArray[np.int32], unled: Sequence[int]) -> None:
        """Take what is known of lists that were compiled before: their patterns can be read, and `unled` of them have
        no literals.
        """
        self.unlettered = unlettered
        self.patterns = Patterns(self._written(unlettered), unled, self.kept)

    def _written(self, unlettered: npt.NDArray[np.int32]) -> list[Pattern]:
        """The patterns of each list, and before them its terms and phrases without a letter."""
        bare: dict[int, list[int]] = {}
        for number, place in unlettered.tolist():
            bare.setdefault(number, []).append(place)
        found: list[Pattern] = []
        for number, words in enumerate(self.lists):
            count = len(words.terms)
            for place in bare.get(number, ()):
                text = words.terms[place].text if place < count else words.not_in[place - count]
                if folded := fold_text(text).strip():
                    term = place if place < count else PHRASE
                    found.append(Pattern(number, term, re.escape(folded), words.allowed))
            found += [Pattern(number, place, text, words.allowed) for place, text in enumerate(words.patterns, count)]
        return found

    @cached_property
    def digest(self) -> bytes:
        """SHA-256 of all that these lists say; of their names only which pack each is of."""
        packs: dict[str, int] = {}
        said = [
            [packs.setdefault(words.pack, len(packs)), words.allowed, words.not_in, words.patterns,
             [term.text for term in words.terms], [term.language for term in words.terms],
             [n for n, term in enumerate(words.terms) if term.open_left],
             [n for n, term in enumerate(words.terms) if term.open_right]]
            for words in self.lists
        ]  # fmt: skip
        return hashlib.sha256(json.dumps(said).encode()).digest()


def _without_words(sought: SoughtTable, packs: Sequence[str]) -> SoughtTable:
    """Without the misspelled forms that are terms or phrases of their pack."""
    omitted = sought.how == BITS.omitted
    if not omitted.any():
        return sought
    of = [packs[number] for number in sought.words.tolist()]
    known = {(of[n], sought.texts[n]) for n in np.flatnonzero(sought.how == 0).tolist()}
    for n in np.flatnonzero(omitted).tolist():
        omitted[n] = (of[n], sought.texts[n]) in known
    return sought.chosen(np.flatnonzero(~omitted))
