"""Many terms sought in many texts at once, through disguises, with spans in what was written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import re2

from rectify.rules.pack import Term
from rectify.screening.fold import BIT, BITS, codes_of, fold_codes, fold_table, fold_text, mask_of, source, text_of
from rectify.screening.hits import Found, settle
from rectify.screening.sought import skeleton, skeletons, take_apart
from rectify.screening.text import TextColumns
from rectify.screening.verify import Sought, Text, read
from rectify.terms.finding import Disguise

__all__ = ["Matcher", "ScanHits", "WordList", "disguises_of", "fold_text"]


@dataclass(frozen=True)
class WordList:
    """A word list of a rule: terms, phrases that swallow hits, patterns on folded text, classes seen through."""

    name: str  # "unlicensed-vpn/service"
    terms: tuple[Term, ...]
    not_in: tuple[str, ...] = ()
    patterns: tuple[str, ...] = ()
    disguises: frozenset[Disguise] = frozenset(Disguise)


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
    disguise: npt.NDArray[np.uint16]  # bits in the order of `Disguise`
    hidden: npt.NDArray[np.bool_]  # a reader does not see it
    capped: npt.NDArray[np.bool_]  # more hits of this term in this field were left out

    def __len__(self) -> int:
        return len(self.row)


def disguises_of(mask: int) -> tuple[Disguise, ...]:
    """The classes of a bit mask, in the order of `Disguise`."""
    return tuple(disguise for disguise, bit in BIT.items() if mask & bit)


class Matcher:
    """The compiled word lists of a plan."""

    def __init__(self, lists: Sequence[WordList], sought: Sequence[Sought]) -> None:
        self.lists = tuple(lists)
        self._sought = tuple(sought)
        self._skeletons = [skeleton(one.letters) for one in sought]

    @classmethod
    def compile(cls, lists: Sequence[WordList]) -> Matcher:
        """Make the automata of these lists."""
        sought: list[Sought] = []
        for number, words in enumerate(lists):
            allowed = mask_of(words.disguises) | BITS.plain
            for place, term in enumerate(words.terms):
                sought += take_apart(term.text, words=number, term=place, phrase=-1, open_left=term.open_left,
                                     open_right=term.open_right, allowed=allowed)  # fmt: skip
            for place, text in enumerate(words.not_in):
                sought += take_apart(text, words=number, term=-1, phrase=place, open_left=False, open_right=False,
                                     allowed=allowed)  # fmt: skip
        return cls(lists, sought)

    def scan(self, columns: TextColumns) -> ScanHits:
        """All hits in these texts."""
        found = Found()
        for cell in range(len(columns.row)):
            codes, more = fold_table().spell(columns.codes[columns.start[cell] : columns.end[cell]])
            text = Text(codes)
            for signs, at in skeletons(codes):
                for sought, sign in zip(self._sought, self._skeletons, strict=True):
                    place = signs.find(sign)
                    while place >= 0:
                        reading = read(sought, text, at[place : place + len(sign)])
                        if reading is not None:
                            start, last = source(np.array([reading.start, reading.end - 1]), more).tolist()
                            found.add(cell, sought, reading._replace(start=start, end=last + 1))
                        place = signs.find(sign, place + 1)
            folded, at = fold_codes(columns.codes[columns.start[cell] : columns.end[cell]])
            for number, words in enumerate(self.lists):
                for place, pattern in enumerate(words.patterns):
                    for match in re2.finditer(pattern, text_of(folded)):
                        if match.end() > match.start():
                            found.cell.append(cell)
                            found.words.append(number)
                            found.term.append(len(words.terms) + place)
                            found.start.append(int(at[match.start()]))
                            found.end.append(int(at[match.end() - 1]) + 1)
                            found.mask.append(0)
                            found.gap_start.append(-1)
                            found.gap_end.append(-1)
        return _finished(columns, found)


def _finished(columns: TextColumns, found: Found) -> ScanHits:
    hits, capped = settle(found.arrays())
    cell, start, end = hits["cell"], hits["start"].copy(), hits["end"].copy()
    fold_start, fold_end = start.copy(), end.copy()
    hidden = np.zeros(len(cell), bool)
    for n, c in enumerate(cell.tolist()):
        _, at = fold_codes(codes_of(columns.read(c)))
        fold_start[n], fold_end[n] = np.searchsorted(at, [start[n], end[n]])
        start[n], end[n], hidden[n] = columns.span(c, int(start[n]), int(end[n]))
    row, field = columns.row[cell], columns.field[cell]
    order = np.lexsort((hits["term"], hits["words"], end, start, field, row))
    i32 = np.int32
    return ScanHits(
        row[order].astype(i32), field[order].astype(np.int16), hits["words"][order].astype(i32),
        hits["term"][order].astype(i32), start[order].astype(i32), end[order].astype(i32),
        fold_start[order].astype(i32), fold_end[order].astype(i32), hits["mask"][order].astype(np.uint16),
        hidden[order], capped[order],
    )  # fmt: skip
