"""The texts of a batch as the automaton scans them: signs that spell out spelled, $ and @ taken as letter or sign."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from rectify.screening.automaton import (
    BREAK,
    DROPPED,
    PICTURE,
    SEPARATOR,
    SIGN,
    SPELLED,
    STAR,
    Automaton,
    Nominated,
    Stream,
)
from rectify.screening.fold import Codes, Sort, fold_table, inserted, source
from rectify.screening.holes import HOLE
from rectify.screening.letters import ANY_STARS, LEAST_REPEATED, MOST_STARS
from rectify.screening.ranges import flat
from rectify.screening.skeletons import skeleton
from rectify.screening.text import TextColumns

Ints = npt.NDArray[np.int64]
_SIGNS = np.array([1 << 8 | ord(skeleton(chr(sign))) for sign in range(128)], np.uint16)


@dataclass(frozen=True)
class Cells:
    """All cells of a batch, one after another, each with a 0 behind it.

    `codes` are code points after `FoldTable.spell`; `start` and `end` say where each cell lies in them, `more` leads
    back to the cells as read, `dropped` are the positions that fold to nothing.
    """

    codes: Codes
    start: Ints
    end: Ints
    more: Ints
    dropped: Ints

    @classmethod
    def spelled(cls, columns: TextColumns) -> Cells:
        """The cells of a batch."""
        codes, more = fold_table().spell(columns.codes)
        end = columns.end + np.searchsorted(more, columns.end)
        dropped = np.flatnonzero(((fold_table().sort[codes] & Sort.DROPPED) > 0) & (codes > 0))
        return cls(codes, _starts(end), end, more, dropped)

    def cell(self, at: Ints) -> Ints:
        """The cell that each position lies in."""
        return np.searchsorted(self.end, at)

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


@dataclass(frozen=True)
class Page(Cells):
    """Cells as the automaton scans them: `stream` is what it sees of the codes."""

    stream: Stream
    signs: Ints  # where $ and @ stand
    stars: Ints  # where signs stand that may stand for a letter of a word
    pictures: Ints  # where pictures stand that may stand for a word

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
            stream = inserted(stream, more, np.full(len(more), SPELLED, np.uint16))
            spelled = np.flatnonzero(stream == SPELLED)
            stream[spelled] = automaton.table[codes[spelled]]
            special = np.flatnonzero(stream < SEPARATOR)
            kind = stream[special]
        signs = special[kind == SIGN]
        _take_signs(codes, stream, signs)
        stars, pictures = special[kind == STAR], special[kind == PICTURE]
        stream[stars] = stream[pictures] = SEPARATOR
        stars = _in_words(codes, stars)
        return cls(codes, _starts(end), end, more, special[kind == DROPPED], stream, signs, stars, pictures)

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

    def repeated(self, automaton: Automaton) -> Nominated:
        """Where letters of terms follow one another if of three and more equal ones only one, or two, count."""
        cells, table = self._with_runs(), fold_table()
        if not len(cells):
            return automaton.nominate(self.stream[:0], self.end[:0])
        at = flat(self.start[cells], self.end[cells] + 1 - self.start[cells])
        folded, sort = table.fold[self.codes[at]], table.sort[self.codes[at]]
        first = np.flatnonzero(np.diff(folded, prepend=folded[:1] + 1))
        length = np.diff(first, append=len(at))
        rank = np.arange(len(at)) - np.repeat(first, length)
        letter = (sort[first] & (Sort.WORD | Sort.DIGIT)) == Sort.WORD
        counts = np.repeat((length >= LEAST_REPEATED) & letter, length)
        parts = []
        for left in (1, 2):
            kept = at[~counts | (rank < left)]
            stream = self.stream[kept]
            found = automaton.nominate(stream, np.flatnonzero(stream == BREAK))
            parts.append(_touching(found, automaton.length, kept, at[counts & (rank >= left)]))
        return Nominated(*(np.concatenate(part) for part in zip(*parts, strict=True)))

    def doubled(self, automaton: Automaton) -> Nominated:
        """Where letters of terms follow one another, each of them twice; the positions are those of the first ones."""
        cells, table = self._with_pairs(), fold_table()
        if not len(cells):
            return automaton.nominate(self.stream[:0], self.end[:0])
        at = flat(self.start[cells], self.end[cells] + 1 - self.start[cells])
        folded = table.fold[self.codes[at]]
        first = np.flatnonzero(np.diff(folded, prepend=folded[:1] + 1))
        length = np.diff(first, append=len(at))
        rank = np.arange(len(at)) - np.repeat(first, length)
        twice = np.repeat((length % 2 == 0) & ((table.sort[self.codes[at[first]]] & Sort.LETTER) > 0), length)
        kept, pair = (part[~twice | (rank % 2 == 0)] for part in (at, twice))
        stream = self.stream[kept]
        found = automaton.nominate(stream, np.flatnonzero(stream == BREAK))
        return _all_among(found, automaton.length, kept, pair)

    def starred(self, automaton: Automaton) -> Nominated:
        """Where letters of terms follow one another with signs in the place of some."""
        cells = np.unique(self.cell(self.stars))
        at = flat(self.start[cells], self.end[cells] + 1 - self.start[cells])
        stream = self.stream[at]
        stream[np.isin(at, self.stars)] = HOLE
        letters = (stream > SEPARATOR) | (stream == HOLE)
        return automaton.nominate_starred(stream[letters], at[letters])

    def pictured(self, automaton: Automaton) -> Nominated:
        """Where letters of terms and pictures for some of their words follow one another."""
        cells = np.unique(self.cell(self.pictures))
        at = flat(self.start[cells], self.end[cells] + 1 - self.start[cells])
        stream, shown = self.stream[at], np.isin(at, self.pictures)
        stream[shown] = automaton.pictured(self.codes[at[shown]])
        found = automaton.nominate(stream, np.flatnonzero(stream == BREAK))
        if not len(found.skeleton):
            return found
        length = automaton.length[found.skeleton]
        these = np.logical_or.reduceat(shown[found.at], np.cumsum(length) - length)
        return Nominated(found.skeleton[these], at[found.at[np.repeat(these, length)]])

    def _with_runs(self) -> Ints:
        """The cells that hold a letter three times or more in a row."""
        stream, table = self.stream, fold_table()
        same = stream[1:] == stream[:-1]
        at = np.flatnonzero(same[1:] & same[:-1])
        at = at[stream[at] > BREAK]
        if len(at):
            folded = table.fold[self.codes[np.stack((at, at + 1, at + 2))]]
            at = at[(folded[0] == folded[1]) & (folded[1] == folded[2])]
            at = at[(table.sort[self.codes[at]] & (Sort.WORD | Sort.DIGIT)) == Sort.WORD]
        return np.unique(self.cell(at))

    def _with_pairs(self) -> Ints:
        """The cells that hold enough letters twice each, side by side."""
        stream, table = self.stream, fold_table()
        same = stream[1:] == stream[:-1]
        at = np.flatnonzero(same[2:] & same[:-2])
        at = at[(stream[at] > BREAK) & (stream[at + 2] > BREAK)]
        if len(at):
            folded = table.fold[self.codes[np.stack((at, at + 1, at + 2, at + 3))]]
            at = at[(folded[0] == folded[1]) & (folded[2] == folded[3])]
            word = table.sort[self.codes[at]] & table.sort[self.codes[at + 2]] & Sort.WORD
            at = at[(word == 0) | np.isin(at + 2, at)]
        return np.unique(self.cell(at))

    def run_end(self, at: int, cell: int) -> int:
        """Where the run of the sign at a position ends, ends excluded."""
        if self.stream[at + 1] != self.stream[at]:
            return at + 1
        fold, end = fold_table().fold, int(self.end[cell])
        sign, step = fold[self.codes[at]], 16
        while at < end:
            part = fold[self.codes[at : min(end, at + step)]]
            other = np.flatnonzero(part != sign)
            if len(other):
                return at + int(other[0])
            at, step = at + len(part), step * 2
        return end

    def _read_twice(self) -> Ints:
        if not len(self.signs):
            return self.signs
        beside = fold_table().sort[self.codes[np.stack((self.signs - 1, self.signs + 1))]]
        letters = ((beside & (Sort.WORD | Sort.DIGIT)) == Sort.WORD).any(axis=0)
        return np.unique(self.cell(self.signs[letters]))


def _starts(end: Ints) -> Ints:
    start: Ints = np.concatenate((np.zeros(min(1, len(end)), np.int64), end[:-1] + 1))
    return start


def _touching(found: Nominated, lengths: Ints, kept: Ints, dropped: Ints) -> Nominated:
    """The places, moved to the page, that hold one of the dropped letters or end before one."""
    length = lengths[found.skeleton]
    begin = np.cumsum(length) - length
    at = kept[found.at]
    first, last = at[begin], at[begin + length - 1] + 2
    these = np.searchsorted(dropped, last) > np.searchsorted(dropped, first)
    return Nominated(found.skeleton[these], at[np.repeat(these, length)])


def _all_among(found: Nominated, lengths: Ints, kept: Ints, chosen: npt.NDArray[np.bool_]) -> Nominated:
    """The places, moved to the page, all of whose letters are chosen ones."""
    if not len(found.skeleton):
        return found
    length = lengths[found.skeleton]
    these = np.logical_and.reduceat(chosen[found.at], np.cumsum(length) - length)
    return Nominated(found.skeleton[these], kept[found.at[np.repeat(these, length)]])


def _in_words(codes: Codes, stars: Ints) -> Ints:
    """Those of the signs that stand behind a letter, with others of their kind between, and are few in a row."""
    if not len(stars):
        return stars
    table = fold_table()
    sign = table.fold[codes[stars]]
    new = np.append(True, (np.diff(stars) > 1) | (sign[1:] != sign[:-1]))
    first = stars[new]
    before = table.sort[codes[first - 1]]
    fit = ((before & Sort.LETTER) > 0) & ((before & (Sort.DIGIT | Sort.DROPPED)) == 0)
    count = np.diff(np.flatnonzero(np.append(new, True)))
    inside = (count == 1) & ((table.sort[codes[first + 1]] & (Sort.WORD | Sort.DIGIT)) == Sort.WORD)
    fit &= (count <= MOST_STARS) & (inside | np.isin(sign[new], [ord(one) for one in ANY_STARS]))
    kept: Ints = stars[fit[np.cumsum(new) - 1]]
    return kept


def _take_signs(codes: Codes, stream: Stream, signs: Ints) -> None:
    """A $ or @ beside a letter or digit is a letter, any other one a sign."""
    if not len(signs):
        return
    table = fold_table()
    letter = ((table.sort[codes[signs - 1]] | table.sort[codes[signs + 1]]) & Sort.WORD) > 0
    stream[signs] = np.where(letter, _SIGNS[table.fold[codes[signs]]], SEPARATOR)
