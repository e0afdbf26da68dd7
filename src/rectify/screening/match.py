"""Many terms sought in many texts at once, through disguises, with spans in what was written."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from rectify.rules.pack import Term
from rectify.screening.apart import Listed, take_apart
from rectify.screening.automaton import Automaton
from rectify.screening.engines import PURE, engine
from rectify.screening.fold import BITS, fold_text, mask_of
from rectify.screening.hits import ScanHits, disguises_of
from rectify.screening.letters import PHRASE
from rectify.screening.native import Kernel, Native
from rectify.screening.patterns import Pattern, Patterns
from rectify.screening.plain import Plain
from rectify.screening.sought import SoughtTable
from rectify.screening.text import TextColumns
from rectify.terms.finding import ALL, Disguise

__all__ = ["Matcher", "ScanHits", "WordList", "disguises_of", "fold_text"]


@dataclass(frozen=True)
class WordList:
    """A word list of a rule: terms, phrases that swallow hits, patterns on folded text, classes seen through."""

    name: str  # "unlicensed-vpn/service"
    terms: tuple[Term, ...]
    not_in: tuple[str, ...] = ()
    patterns: tuple[str, ...] = ()
    disguises: frozenset[Disguise] = ALL


class Matcher:
    """The compiled word lists of a plan. Safe to use from several threads."""

    def __init__(self, lists: Sequence[WordList], sought: SoughtTable, patterns: Sequence[Pattern]) -> None:
        self.lists = tuple(lists)
        self._sought, self._automaton, self._patterns = sought, Automaton(sought), Patterns(patterns)
        self.plain = Plain(sought, self._automaton, self._patterns)
        self._engine = self.plain if engine() == PURE else self._native()

    def _native(self) -> Native:
        return Native(Kernel(self._sought, self._automaton, self._patterns.literals), self.plain, self._patterns)

    @classmethod
    def compile(cls, lists: Sequence[WordList]) -> Matcher:
        """Make the automata of these lists. Raises Faulty for a pattern that cannot be read.

        A term or phrase without a letter (an emoji) is sought as it stands.
        """
        listed = [Listed(words.terms, words.not_in, _allowed(words)) for words in lists]
        sought, unlettered = take_apart(listed)
        patterns: list[Pattern] = []
        for number, (words, bare) in enumerate(zip(lists, unlettered, strict=True)):
            allowed, count = _allowed(words), len(words.terms)
            for place in bare:
                text = words.terms[place].text if place < count else words.not_in[place - count]
                if folded := fold_text(text).strip():
                    patterns.append(Pattern(number, place if place < count else PHRASE, re.escape(folded), allowed))
            for place, text in enumerate(words.patterns, count):
                patterns.append(Pattern(number, place, text, allowed))
        packs = [words.name.partition("/")[0] for words in lists]
        return cls(lists, _without_words(sought, packs), patterns)

    def scan(self, columns: TextColumns) -> ScanHits:
        """All hits in these texts."""
        return self._engine.scan(columns)


def _allowed(words: WordList) -> int:
    """The classes that a list is seen through; what folds anyway is."""
    allowed = mask_of(words.disguises) | BITS.free
    return allowed | (BITS.mixed if allowed & BITS.look_alike else 0)


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
