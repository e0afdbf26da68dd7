"""The texts of a batch as the automaton scans them: signs that spell out spelled, $ and @ taken as letter or sign."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from rectify.screening.automaton import DROPPED, SEPARATOR, SIGN, SPELLED, Automaton, Nominated, Stream, flat
from rectify.screening.fold import Codes, Sort, fold_table, source
from rectify.screening.sought import skeleton
from rectify.screening.text import TextColumns

Ints = npt.NDArray[np.int64]
_SIGNS = np.array([1 << 8 | ord(skeleton(chr(sign))) for sign in range(128)], np.uint16)


@dataclass(frozen=True)
class Page:
    """All cells of a batch, one after another, each with a 0 behind it.

    `codes` are code points after `FoldTable.spell`, `stream` what the automaton sees of them; `start` and `end` say
    where each cell lies in them, `more` leads back to the cells as read, `dropped` are the positions that fold to
    nothing.
    """

    codes: Codes
    stream: Stream
    start: Ints
    end: Ints
    more: Ints
    dropped: Ints
    signs: Ints  # where $ and @ stand

    @classmethod
    def of(cls, columns: TextColumns, automaton: Automaton) -> Page:
        """The page of a batch."""
        codes, end = columns.codes, columns.end
        stream = automaton.stream(codes)
        special = np.flatnonzero(stream < SEPARATOR)
        kind = stream[special]
        more = special[:0]
        if (kind == SPELLED).any():
            codes, more = fold_table().spell_at(codes, special[kind == SPELLED])
            end = end + np.searchsorted(more, end)
            stream = automaton.stream(codes)
            special = np.flatnonzero(stream < SEPARATOR)
            kind = stream[special]
        signs = special[kind == SIGN]
        _take_signs(codes, stream, signs)
        start = np.concatenate((np.zeros(min(1, len(end)), np.int64), end[:-1] + 1))
        return cls(codes, stream, start, end, more, special[kind == DROPPED], signs)

    def cell(self, at: Ints) -> Ints:
        """The cell that each position lies in."""
        return np.searchsorted(self.end, at)

    def nominate(self, automaton: Automaton) -> Nominated:
        """Where letters of terms follow one another; cells with a $ or @ beside a letter are read both ways."""
        found = automaton.nominate(self.stream, self.end)
        cells = self._read_twice()
        if not len(cells):
            return found
        length = self.end[cells] + 1 - self.start[cells]
        at = flat(self.start[cells], length)
        stream = self.stream[at]
        stream[np.isin(at, self.signs)] = SEPARATOR
        again = automaton.nominate(stream, np.cumsum(length) - 1)
        return Nominated(np.concatenate((found.skeleton, again.skeleton)), np.concatenate((found.at, at[again.at])))

    def _read_twice(self) -> Ints:
        if not len(self.signs):
            return self.signs
        beside = fold_table().sort[self.codes[np.stack((self.signs - 1, self.signs + 1))]]
        letters = ((beside & (Sort.WORD | Sort.DIGIT)) == Sort.WORD).any(axis=0)
        return np.unique(self.cell(self.signs[letters]))

    def folded_before(self, at: Ints, cell: Ints) -> Ints:
        """How many folded characters of the cell stand before a position."""
        start = self.start[cell]
        return at - start - (np.searchsorted(self.dropped, at) - np.searchsorted(self.dropped, start))

    def whole(self, at: Ints, cell: Ints, columns: TextColumns) -> Ints:
        """Positions in cells without their hidden text, as positions in the whole cells."""
        read = source(at, self.more) - source(self.start[cell], self.more)
        there = np.array([int(columns.visible[c][1][n]) for c, n in zip(cell.tolist(), read.tolist(), strict=True)])
        place = there + columns.start[[columns.visible[c][0] for c in cell.tolist()]]
        return place + np.searchsorted(self.more, place)

    def as_read(self, first: Ints, last: Ints, cell: Ints) -> tuple[Ints, Ints]:
        """(start, end) in the cell as a reader sees it, of spans from a first to a last position."""
        start = source(self.start[cell], self.more)
        return source(first, self.more) - start, source(last, self.more) - start + 1


def _take_signs(codes: Codes, stream: Stream, signs: Ints) -> None:
    """A $ or @ beside a letter or digit is a letter, any other one a sign."""
    if not len(signs):
        return
    table = fold_table()
    letter = ((table.sort[codes[signs - 1]] | table.sort[codes[signs + 1]]) & Sort.WORD) > 0
    stream[signs] = np.where(letter, _SIGNS[table.fold[codes[signs]]], SEPARATOR)
