"""What the automaton nominates, sifted by arrays: clear hits, clear misses, and what has to be read letter by letter.

Nearly all places are clear: a term as it stands in its list, or letters inside longer words. The rules are those of
verify.py; nothing is decided here that `verify.read` would decide otherwise.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from rectify.screening.automaton import Automaton, Nominated
from rectify.screening.fold import BITS, Codes, Sort, fold_table
from rectify.screening.han import LONG, TWO, Likes, han_table
from rectify.screening.letters import LEAST_SPACED, PHRASE
from rectify.screening.ranges import flat
from rectify.screening.sought import SoughtTable

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
_HAN = 0x2E80


class Sieve:
    """The terms sought as arrays."""

    def __init__(self, sought: SoughtTable, automaton: Automaton) -> None:
        pairs = np.sort(automaton.of * len(sought) + automaton.whose)
        self.sought = pairs % max(len(sought), 1)  # number of the form, grouped by skeleton
        self.count = np.bincount(automaton.of, minlength=len(automaton.length))
        self.first = np.cumsum(self.count) - self.count
        self.length = automaton.length
        self.begin, self.folded, self.written = sought.begin, sought.letters, sought.written
        layouts = sought.layouts
        self.closed_left = sought.closed_left & ~sought.of_layouts([one.lead != "" for one in layouts])
        self.closed_right = sought.closed_right & ~sought.of_layouts([one.tail != "" for one in layouts])
        one_word = sought.of_layouts([not any(gap.word for gap in one.gaps) for one in layouts])
        self.bare = sought.of_layouts([not (one.lead or one.tail or any(g.text for g in one.gaps)) for one in layouts])
        self.word = sought.latin & one_word & self.closed_left & self.closed_right
        self.han, self.how = sought.han, sought.how
        self.short = sought.short & self.bare  # letters that have signs between them are read as they stand
        self.allowed = sought.allowed | BITS.free
        self.phrase = sought.term == PHRASE
        self.like = automaton.reach is not None
        self.unbroken = one_word & (sought.length >= LEAST_SPACED) & self.bare


@dataclass(frozen=True)
class Sifted:
    """Places by what is known of them. `number` is that of the term; `at` the letters of each place, in a row."""

    number: Ints
    first: Ints
    last: Ints
    mask: Ints  # of the clear ones
    clear: Bools
    begin: Ints  # where the letters of each place begin in `at`
    at: Ints


def sift(sieve: Sieve, codes: Codes, nominated: Nominated) -> Sifted:
    """The places that are clear hits or have to be read; clear misses are gone."""
    table = fold_table()
    length = sieve.length[nominated.skeleton]
    begin = np.cumsum(length) - length
    many = sieve.count[nominated.skeleton]
    place = np.repeat(np.arange(len(length)), many)
    number = sieve.sought[flat(sieve.first[nominated.skeleton], many)]
    first, last = nominated.at[begin][place], nominated.at[begin + length - 1][place]
    before, behind = table.sort[codes[first - 1]], table.sort[codes[last + 1]]
    solid: Bools = last - first == length[place] - 1
    kept = ~((sieve.closed_left[number] & _goes_on(before)) | (sieve.closed_right[number] & _goes_on(behind)))
    kept &= solid | ~sieve.short[number] | (_dropped_between(table.sort, codes, first, last))
    place, number, first, last = place[kept], number[kept], first[kept], last[kept]
    solid = solid[kept]
    unseen = (before | behind)[kept] & (Sort.DROPPED | Sort.ORNAMENT)

    length, begin = length[place], begin[place]
    at = nominated.at[flat(begin, length)]
    begin = np.cumsum(length) - length
    like = np.zeros(0, np.int64)
    if sieve.like:
        kept, like = _like(sieve, codes, number, length, begin, at)
        letters = np.repeat(kept, length)
        at, like = at[letters], like[letters]
        number, first, last, length = number[kept], first[kept], last[kept], length[kept]
        solid, unseen = solid[kept], unseen[kept]
        begin = np.cumsum(length) - length
    same, mask = _letters(sieve, codes, number, length, begin, at, like)
    even = _evenly(sieve, codes, number, length, begin, at)
    mask |= np.where(even, BITS.spaced, 0) | sieve.how[number]
    clear = (solid | even) & same & sieve.bare[number] & (unseen == 0)
    # a phrase is told where it is only like, and another alphabet whether it mixes
    clear &= ((mask & BITS.look_alike) == 0) & (~sieve.phrase[number] | ((mask & BITS.like) == 0))
    refused = clear & ((mask & ~sieve.allowed[number]) > 0)
    kept = (clear & ~refused) | (~clear & _may_be_read(sieve, codes, number, length, begin, at, solid))
    at = at[np.repeat(kept, length)]
    length = length[kept]
    return Sifted(number[kept], first[kept], last[kept], mask[kept], clear[kept], np.cumsum(length) - length, at)


def _goes_on(sort: npt.NDArray[np.uint16]) -> Bools:
    """Whether a word surely goes on beside; ornaments are left to be read."""
    sure: Bools = (sort & (Sort.WORD | Sort.ORNAMENT)) == Sort.WORD
    return sure


def _dropped_between(sort: npt.NDArray[np.uint16], codes: Codes, first: Ints, last: Ints) -> Bools:
    """Whether the sign behind the first letter folds to nothing."""
    dropped: Bools = (first < last) & ((sort[codes[first + 1]] & Sort.DROPPED) > 0)
    return dropped


def nominees(sieve: Sieve, nominated: Nominated, bit: int) -> Sifted:
    """All places, to be read, of the terms that are sought through a class."""
    length = sieve.length[nominated.skeleton]
    begin = np.cumsum(length) - length
    many = sieve.count[nominated.skeleton]
    place = np.repeat(np.arange(len(length)), many)
    number = sieve.sought[flat(sieve.first[nominated.skeleton], many)]
    kept = (sieve.allowed[number] & bit) > 0
    place, number = place[kept], number[kept]
    length, begin = length[place], begin[place]
    at = nominated.at[flat(begin, length)]
    begin = np.cumsum(length) - length
    nothing = np.zeros(len(number), np.int64)
    return Sifted(number, at[begin], at[begin + length - 1], nothing, nothing > 0, begin, at)


def _like(sieve: Sieve, codes: Codes, number: Ints, length: Ints, begin: Ints, at: Ints) -> tuple[Bools, Ints]:
    """(False where a Chinese letter is another than the term's and not like it, as far as the list lets it be; of each
    letter the class that makes it like the term's, else 0).
    """
    table = han_table()
    seen, meant = fold_table().fold[codes[at]], sieve.folded[flat(sieve.begin[number], length)]
    how = np.zeros(len(at), np.int64)
    kept = np.ones(len(number), bool)
    other = np.flatnonzero((seen != meant) & (meant >= _HAN))
    if not len(other):
        return kept, how
    place = np.repeat(np.arange(len(number)), length)[other]
    term = number[place]
    how[other] = table.likeness(seen[other], meant[other], sieve.han[term] >= LONG, sieve.allowed[term])
    kept[place[how[other] == 0]] = False
    left = kept[place]
    other, place = other[left], place[left]
    others = np.bincount(place, minlength=len(number))
    # of a term of two, both others: one out of use is then no more telling than any other of its sound
    both = other[(length[place] == TWO) & (others[place] == TWO) & (how[other] == BITS.rare)]
    how[both] = sieve.allowed[np.repeat(number, length)[both]] & BITS.sound
    kept[place[how[other] == 0]] = False

    def count(holds: Bools) -> Ints:
        return np.bincount(place[holds], minlength=len(number))

    turned = count(table.syllable[seen[other]] != table.syllable[meant[other]])
    kept &= Likes(length, sieve.han[number], others, count(table.everyday[seen[other]]), turned).fit()
    return kept, how


def _letters(
    sieve: Sieve, codes: Codes, number: Ints, length: Ints, begin: Ints, at: Ints, like: Ints
) -> tuple[Bools, Ints]:
    """(whether the letters fold to the term's or are like them, the classes that takes) of each place."""
    if not len(number):
        return np.zeros(0, bool), np.zeros(0, np.int64)
    table = fold_table()
    own = flat(sieve.begin[number], length)
    seen, written = codes[at], sieve.written[own]
    same = table.fold[seen] == sieve.folded[own]
    cased = np.where(table.small[seen] == table.small[written], BITS.case, table.bits[seen] | table.bits[written])
    bits = np.where(seen == written, 0, cased).astype(np.int64)
    if like.any():
        same |= like > 0
        bits = np.where(like > 0, like, bits)
    return np.logical_and.reduceat(same, begin), np.bitwise_or.reduceat(bits, begin)


def _evenly(sieve: Sieve, codes: Codes, number: Ints, length: Ints, begin: Ints, at: Ints) -> Bools:
    """Whether a word surely stands with the same single sign between all letters, and that sign at neither end."""
    if not len(number):
        return np.zeros(0, bool)
    table = fold_table()
    inner = np.ones(len(at), bool)
    inner[begin + length - 1] = False
    sign = table.fold[codes[at + 1]]
    other = np.where(inner, (np.diff(at, append=0) != 2) | (sign != np.repeat(sign[begin], length)), False)
    even: Bools = sieve.unbroken[number] & ~np.logical_or.reduceat(other, begin)
    first, last = at[begin], at[begin + length - 1]
    sort = table.sort[codes[first + 1]]
    even &= (sort & (Sort.LETTER | Sort.SENTENCE | Sort.LINE | Sort.DROPPED)) == 0
    even &= (table.fold[codes[first - 1]] != sign[begin]) & (table.fold[codes[last + 1]] != sign[begin])
    return even


def _may_be_read(sieve: Sieve, codes: Codes, number: Ints, length: Ints, begin: Ints, at: Ints, solid: Bools) -> Bools:
    """False where a gap is too wide, or where ordinary Latin words stand with one blank between them."""
    if not len(number):
        return np.zeros(0, bool)
    table = fold_table()
    step = np.diff(at, append=at[-1:] + 1)
    ends = np.zeros(len(at), bool)
    ends[begin + length - 1] = True
    step[ends] = 1
    blank = (step == 2) & ((table.sort[codes[at + 1]] & (Sort.BLANK | Sort.LINE)) > 0)
    joined = np.logical_and.reduceat((step == 1) | blank, begin)
    three = (step == 1) & ~ends
    three[:-1] &= three[1:]
    three[-1] = False
    whole = np.logical_or.reduceat(three, begin)
    readable: Bools = solid | ~(sieve.word[number] & joined & whole)
    return readable
