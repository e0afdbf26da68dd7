"""How frequent windows of letters are in clean text (tables/windows.npz, built by tools/window_tables.py).

A term is sought by a rare window of its skeleton: five ASCII letters in a row, or two letters of which one is beyond
ASCII. A frequency is a power of two, of text without blanks, so that windows across two words count: RARE is that of
every letter, one less is half as often, 0 is once in 2 ** RARE letters or less. The table has windows of four ASCII
letters: those of fewer are summed, of five a letter hangs on the three before it.
"""

from __future__ import annotations

from functools import cache, lru_cache
from importlib.resources import files
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from rectify.screening.fold import Codes
from rectify.screening.han import han_table

Ints = npt.NDArray[np.int64]
Numbers = npt.NDArray[np.int32]
Floats = npt.NDArray[np.float32]
Powers = npt.NDArray[np.uint8]
LETTERS = "abcdefghjklmnopqrstuvwxyz2689"  # of skeletons: i and 1 are l, 0 is o, 3 e, 4 a, 5 s, 7 t
WINDOW = 4  # letters of a window of ASCII ones in the table
RARE = 27
_UNKNOWN = 2.0**-14  # share of a letter that the table lacks, at the beginnings and at the ends of words
_SPREAD = 0x9E3779B97F4A7C15
_BUCKETS = 17  # bits
_SEGMENT = 1 << 14  # pairs told at once: temporaries stay in the cache
_LEAST = np.float32(2.0**-RARE)
_OF_WINDOW = (1 << 5 * WINDOW) - 1


class Windows(NamedTuple):
    """The table as it is stored: four ASCII letters by their key, and letters beyond ASCII."""

    latin: Powers
    signs: Codes  # ascending
    first: Powers  # how many words each begins
    last: Powers  # how many letters of a text are it and end a word
    pair: Ints  # number of a sign times their count, and the number of the next one; ascending
    pairs: Powers  # how many letters of a text end such a pair within a word


@cache
def windows_table() -> Windows:
    """The table, read once from the package."""
    with (files("rectify.screening") / "tables" / "windows.npz").open("rb") as file, np.load(file) as stored:
        pair = np.cumsum(stored["pair"], dtype=np.int64)
        return Windows(stored["latin"], stored["signs"], stored["first"], stored["last"], pair, stored["pairs"])


def latin(keys: Ints, size: int) -> Ints:
    """How frequent windows of so many ASCII letters are, five at most.

    A key has five bits a letter, 1 for the first of `LETTERS`; the last letter of the window is in the highest.
    """
    last: Ints = _latin(min(size, WINDOW))[keys >> 5 * max(size - WINDOW, 0)]
    if size <= WINDOW:
        return last
    chained: Ints = last + _latin(WINDOW)[keys & _OF_WINDOW] - _latin(WINDOW - 1)[keys >> 5 & _OF_WINDOW >> 5]
    return chained.clip(0, RARE)


@cache
def _latin(size: int) -> Ints:
    """How frequent windows of four ASCII letters and fewer are, by their key."""
    powers = windows_table().latin
    if size == WINDOW:
        return powers.astype(np.int64)
    shares = _shares(np.arange(RARE + 1, dtype=np.uint8))[powers].reshape(1 << 5 * size, -1).sum(axis=1)
    summed: Ints = np.rint(np.log2(np.maximum(shares, 2.0**-RARE))).astype(np.int64) + RARE
    return summed


def pairs(before: Codes, letter: Codes, reach: int | None) -> Powers:
    """How frequent letters with the letter before each are, one of them beyond ASCII.

    Both are code points of skeletons; a skeleton letter is as frequent as all letters together that it stands for by
    `reach` (han.py), None where it stands for itself.
    """
    known = _letters(reach)
    powers = np.empty(len(letter), np.uint8)
    for start in range(0, len(letter), _SEGMENT):
        part = slice(start, start + _SEGMENT)
        share = known.shares(known.number[before[part]], known.number[letter[part]])
        powers[part] = np.rint(np.log2(np.maximum(share, _LEAST))) + RARE
    return powers


def single(letter: Codes, reach: int | None) -> Ints:
    """How frequent letters beyond ASCII are: as often as they begin words, for of most words they are half."""
    known = _letters(reach)
    powers: Ints = np.rint(np.log2(np.maximum(known.first[known.number[letter]], _LEAST))).astype(np.int64) + RARE
    return powers


class _Letters(NamedTuple):
    """Letters beyond ASCII by reach, numbered from 1, with shares; and pairs of them, by a hash of their key."""

    number: Numbers  # code point -> number, 0 for one that the table lacks
    first: Floats
    last: Floats
    bucket: Ints  # where the pairs of a hash begin
    deepest: int  # pairs of one hash
    pair: Ints
    pairs: Floats

    def shares(self, before: Numbers, letter: Numbers) -> Floats:
        """How many letters of a text are these after those: across two words, and within one."""
        key = before * np.int64(len(self.first)) + letter
        within, at = np.zeros(len(key), np.float32), self.bucket[_hash(key)]
        for _ in range(self.deepest):  # a key stands once: what is read of the next bucket is another
            np.copyto(within, self.pairs[at], where=self.pair[at] == key)
            at += 1
        shares: Floats = self.last[before] * self.first[letter] + within
        return shares


@lru_cache(3)
def _letters(reach: int | None) -> _Letters:
    table = windows_table()
    own = table.signs if reach is None else han_table().sought_as[reach][table.signs]
    signs, to = np.unique(own, return_inverse=True)
    size, to = len(signs) + 1, to + 1
    number = np.zeros(0x110000, np.int32)
    number[signs] = np.arange(1, size)
    first, last = (np.bincount(to, _shares(powers), size).astype(np.float32) for powers in (table.first, table.last))
    first[0] = last[0] = _UNKNOWN
    one, other = np.divmod(table.pair, len(table.signs))
    pair, of = np.unique(to[one] * size + to[other], return_inverse=True)
    share = np.bincount(of, _shares(table.pairs), len(pair))
    order = np.argsort(_hash(pair))
    many = np.bincount(_hash(pair), minlength=1 << _BUCKETS)
    deepest = int(many.max())
    pair, share = np.pad(pair[order], (0, deepest), constant_values=-1), np.pad(share[order], (0, deepest))
    return _Letters(number, first, last, np.cumsum(many) - many, deepest, pair, share.astype(np.float32))


def _hash(key: Ints) -> Ints:
    spread = key.astype(np.uint64) * np.uint64(_SPREAD)
    return (spread >> np.uint64(64 - _BUCKETS)).astype(np.int64)


def _shares(powers: Powers) -> npt.NDArray[np.float64]:
    """Powers as shares; none for 0."""
    return np.where(powers > 0, np.exp2(powers.astype(np.float64) - RARE), 0.0)
