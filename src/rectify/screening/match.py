"""Many terms sought in many texts at once, through disguises, with spans in what was written."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from rectify.rules.pack import Term
from rectify.screening.apart import Listed, take_apart
from rectify.screening.automaton import Automaton
from rectify.screening.fold import BIT, BITS, fold_text, mask_of
from rectify.screening.hits import Found, settle
from rectify.screening.letters import PHRASE
from rectify.screening.page import Page
from rectify.screening.patterns import Pattern, Patterns
from rectify.screening.reading import read_places
from rectify.screening.sift import Sieve, Sifted, nominees, sift
from rectify.screening.sought import SoughtTable
from rectify.screening.text import TextColumns
from rectify.terms.finding import ALL, Disguise

__all__ = ["Matcher", "ScanHits", "WordList", "disguises_of", "fold_text"]

Ints = npt.NDArray[np.int64]
# Classes that the letters of a page are read anew for, and what nominates their places.
_ANEW = {
    BITS.repeated: Page.repeated, BITS.doubled: Page.doubled, BITS.starred: Page.starred, BITS.pictures: Page.pictured,
}  # fmt: skip


@dataclass(frozen=True)
class WordList:
    """A word list of a rule: terms, phrases that swallow hits, patterns on folded text, classes seen through."""

    name: str  # "unlicensed-vpn/service"
    terms: tuple[Term, ...]
    not_in: tuple[str, ...] = ()
    patterns: tuple[str, ...] = ()
    disguises: frozenset[Disguise] = ALL


@dataclass(frozen=True)
class ScanHits:
    """Hits as parallel arrays, sorted by row, field, start. `start`, `end` are code points of what was written,
    `fold_start`, `fold_end` those of the folded text of the field; ends are excluded.
    """

    row: npt.NDArray[np.int32]
    field: npt.NDArray[np.int16]
    words: npt.NDArray[np.int32]  # number of the list
    term: npt.NDArray[np.int32]  # number in the list: terms, then patterns
    start: npt.NDArray[np.int32]
    end: npt.NDArray[np.int32]
    fold_start: npt.NDArray[np.int32]
    fold_end: npt.NDArray[np.int32]
    disguise: npt.NDArray[np.uint32]  # bits in the order of `Disguise`
    hidden: npt.NDArray[np.bool_]  # a reader does not see it
    capped: npt.NDArray[np.bool_]  # more hits of this term in this field were left out

    def __len__(self) -> int:
        return len(self.row)


def disguises_of(mask: int) -> tuple[Disguise, ...]:
    """The classes of a bit mask, in the order of `Disguise`."""
    return tuple(disguise for disguise, bit in BIT.items() if mask & bit)


class Matcher:
    """The compiled word lists of a plan. Safe to use from several threads."""

    def __init__(self, lists: Sequence[WordList], sought: SoughtTable, patterns: Sequence[Pattern]) -> None:
        self.lists = tuple(lists)
        self._sought = sought
        self._automaton = Automaton(sought)
        allowed = int(np.bitwise_or.reduce(sought.allowed, initial=0))
        self._through = [bit for bit in _ANEW if allowed & bit]
        self._patterns = Patterns(patterns)

    @cached_property
    def _sieve(self) -> Sieve:
        return Sieve(self._sought, self._automaton)

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
        page = Page.of(columns, self._automaton)
        sifted = sift(self._sieve, page.codes, page.nominate(self._automaton))
        found = Found()
        read_places(page, sifted, self._sought, found)
        for bit in self._through:
            places = nominees(self._sieve, _ANEW[bit](page, self._automaton), bit)
            read_places(page, places, self._sought, found, through=bit)
        self._patterns.find(page, found)
        clear, read = self._clear(page, sifted), found.arrays()
        every = {name: np.concatenate((clear[name], read[name])) for name in read}
        hits, capped = settle(_as_seen(columns, page, every))
        return _finished(columns, page, hits, capped)

    def _clear(self, page: Page, sifted: Sifted) -> dict[str, Ints]:
        number, first, last = (part[sifted.clear] for part in (sifted.number, sifted.first, sifted.last))
        none, words, term = np.full(len(number), -1), self._sought.words[number], self._sought.term[number]
        return {"cell": page.cell(first), "words": words, "term": term, "start": first, "end": last + 1,
                "mask": sifted.mask[sifted.clear], "gap_start": none, "gap_end": none}  # fmt: skip


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


def _as_seen(columns: TextColumns, page: Page, found: dict[str, Ints]) -> dict[str, Ints]:
    """What was found, with `hidden`, and moved from cells without their hidden text to the whole ones."""
    cell = found["cell"]
    found["hidden"] = np.zeros(len(cell), np.int64)
    if not columns.views:
        return found
    start, end = page.as_read(found["start"], found["end"] - 1, cell)
    for n in np.flatnonzero(np.isin(cell, list(columns.views))).tolist():
        found["hidden"][n] = columns.views[int(cell[n])].hidden[start[n] : end[n]].any()
        found["mask"][n] |= BITS.markup * columns.marked_up(int(cell[n]), int(start[n]), int(end[n]))
    moved = np.flatnonzero(np.isin(cell, list(columns.visible)))
    if len(moved):
        for n in moved.tolist():
            found["mask"][n] |= BITS.markup * columns.marked_up(int(cell[n]), int(start[n]), int(end[n]))
        for name, last in (("start", 0), ("end", 1), ("gap_start", 0), ("gap_end", 0)):
            these = moved[found[name][moved] >= 0]
            found[name][these] = page.whole(found[name][these] - last, cell[these], columns) + last
        cell[moved] = [columns.visible[c][0] for c in cell[moved].tolist()]
    return found


def _finished(columns: TextColumns, page: Page, hits: dict[str, Ints], capped: npt.NDArray[np.bool_]) -> ScanHits:
    cell, first, last = hits["cell"], hits["start"], hits["end"] - 1
    start, end = page.as_read(first, last, cell)
    for n in np.flatnonzero(np.isin(cell, list(columns.views))).tolist() if columns.views else ():
        start[n], end[n] = columns.span(int(cell[n]), int(start[n]), int(end[n]))
    row, field = columns.row[cell], columns.field[cell]
    order = np.lexsort((hits["term"], hits["words"], end, start, field, row))

    def i32(values: Ints) -> npt.NDArray[np.int32]:
        return values[order].astype(np.int32)

    return ScanHits(
        i32(row), field[order].astype(np.int16), i32(hits["words"]), i32(hits["term"]), i32(start), i32(end),
        i32(page.folded_before(first, cell)), i32(page.folded_before(hits["end"], cell)),
        hits["mask"][order].astype(np.uint32), hits["hidden"][order] > 0, capped[order],
    )  # fmt: skip
