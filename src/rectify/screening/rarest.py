"""The windows of letters by which the kernel finds skeletons, each by its rarest, and the tables that ask for them."""

from __future__ import annotations

from itertools import pairwise
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from rectify.screening.frequency import RARE, latin, pairs, single
from rectify.screening.ranges import flat, unique

Ints = npt.NDArray[np.int64]
Codes = npt.NDArray[np.uint16]
Signs = npt.NDArray[np.uint32]  # code points
Array = npt.NDArray[np.generic]

OTHER = 64  # the code of letters of no term; those of terms follow, and below are the ones of ASCII
FIRST_WIDE = OTHER + 1
WIDEST = 5  # letters of a window of ASCII
_FOUR = 4
PAIR, SINGLE = 8, 9  # kinds of windows, above the sizes of windows of ASCII letters
SPREAD, SPREAD_64 = np.uint32(0x9E3779B1), np.uint64(0x9E3779B97F4A7C15)
_SHARED = 2  # steps of frequency that a window is worth which another skeleton has too
_AT_ONCE = 1 << 15  # letters whose windows are weighed at once: temporaries stay in the cache
_HASH = 20  # bits
_KIND = 25  # bits of the key of a window of ASCII letters
# of letters, the last one first, in the hash that gives the word of a table, and of the first two in the one that gives
# its bits: windows.h
_FACTORS, _OF_BITS = (0x79B9, 0xC2B3, 0x2C1B, 0x9E37, 0x6A09), (0x85EB, 0x27D5)
_TO_A_PART, _MOST_MORE = 1 << 16, 31  # windows to each part of the table, two a word; bits that tell the part
_FEW_FOURS = 1024  # windows of four whose fifth letter may be any: a bit of 32 in the table, at most


class Window(NamedTuple):
    """The windows by which skeletons are found: kind (a size of ASCII letters, PAIR or SINGLE), key, and where the
    last letter of each is in its skeleton.
    """

    kind: Ints
    key: Ints
    before: Ints


def windows(codes: Codes, signs: Signs, at: npt.NDArray[np.uint32], reach: int | None) -> Window:
    """A rare window of each skeleton. `signs` are the letters of skeletons as code points."""
    begin: Ints = at.astype(np.int64)
    if len(begin) == 1:
        nothing = np.zeros(0, np.int64)
        return Window(nothing, nothing, nothing)
    cuts = np.searchsorted(begin, np.arange(0, begin[-1], _AT_ONCE)[1:])
    bounds = [*np.unique(np.concatenate(([0], cuts, [len(begin) - 1]))).tolist()]
    parts = [
        _rare(codes[begin[start] : begin[stop]], signs[begin[start] : begin[stop]],
              np.diff(begin[start : stop + 1]), reach)
        for start, stop in pairwise(bounds)
    ]  # fmt: skip
    many, cost, kind, key, place = (np.concatenate(column) for column in zip(*parts, strict=True))
    begin = np.cumsum(many) - many
    best = _least(cost, begin)
    # a window that others have chosen costs less: one look then leads to several
    worth = kind << 33 | key
    chosen = np.sort(worth[best])
    several = unique(chosen[1:][chosen[1:] == chosen[:-1]])
    if len(several):
        known = np.zeros(1 << _HASH, bool)
        known[_hash(several)] = True
        shared = np.flatnonzero(known[_hash(worth)])  # most are not: few are looked up
        found = np.minimum(np.searchsorted(several, worth[shared]), len(several) - 1)
        shared = shared[several[found] == worth[shared]]
        cost[shared] = np.maximum(cost[shared] - _SHARED, 0)
        best = _least(cost, begin)
    return Window(kind[best], key[best], place[best])


def _hash(worth: Ints) -> Ints:
    return (worth.astype(np.uint64) * SPREAD_64 >> np.uint64(64 - _HASH)).astype(np.int64)


def _rare(codes: Codes, signs: Signs, length: Ints, reach: int | None) -> tuple[Ints, Ints, Ints, Ints, Ints]:
    """(how many windows of each skeleton may be chosen; their costs, kinds, keys, and where their last letters are):
    those that would cost no more than its rarest one if others shared them.
    """
    owner, place = np.repeat(np.arange(len(length)), length), flat(np.zeros_like(length), length)
    letter = codes.astype(np.int64)
    ascii_ = letter < OTHER
    size, window = _ascii_windows(letter, ascii_, place)
    before = np.concatenate(([0], letter[:-1]))
    pair = (place > 0) & ~(ascii_ & (before < OTHER))
    kind = np.where(pair, PAIR, np.where(ascii_, size, SINGLE))
    key = np.where(pair, before | letter << 16, np.where(ascii_, window, letter))
    # a window of fewer letters, or of one letter alone, only where there is none else
    few = np.where(ascii_, WIDEST - size, np.where(length[owner] == 1, 0, WIDEST))
    cost: Ints = few << 8
    four, five = (np.flatnonzero(kind == size) for size in (_FOUR, WIDEST))
    cost[four] += latin(key[four], _FOUR)
    cost[five] = latin(key[five], WIDEST)
    pairs_at = np.flatnonzero(pair)
    cost[pairs_at] = pairs(signs[pairs_at - 1], signs[pairs_at], reach)
    least = np.minimum.reduceat(cost, np.cumsum(length) - length)
    near = np.flatnonzero(cost <= (least + _SHARED)[owner])
    return np.bincount(owner[near], minlength=len(length)), cost[near], kind[near], key[near], place[near]


def _ascii_windows(letter: Ints, ascii_: npt.NDArray[np.bool_], place: Ints) -> tuple[Ints, Ints]:
    """(how many letters of ASCII in a row end at each, four at most; these, five bits each, the last one highest)."""
    at = np.arange(len(letter))
    since = np.maximum.accumulate(np.where(ascii_, np.where(place == 0, at, 0), at + 1))  # where each row begins
    size = np.minimum(at - since + 1, WIDEST)
    own = np.where(ascii_, letter, 0)
    window = own << 5 * (WIDEST - 1)
    for back in range(1, WIDEST):
        window[back:] |= own[:-back] << 5 * (WIDEST - 1 - back)
    return size, window >> 5 * (WIDEST - size)


def _least(cost: Ints, begin: Ints) -> Ints:
    """The letter of each skeleton with the least cost."""
    least: Ints = np.minimum.reduceat(cost << 32 | np.arange(len(cost)), begin) & 0xFFFFFFFF
    return least


def key_of(windows: Window) -> Signs:
    """The key of each window in the kernel: a pair as it is, others told by their kind."""
    keys: Signs = np.where(windows.kind == PAIR, windows.key, 1 << 31 | windows.kind << _KIND | windows.key)
    return keys.astype(np.uint32)


def share_of_short(windows: Window, first: Signs, reach: int | None) -> float:
    """How many letters of a text end a window of three letters of ASCII and fewer, or are a letter that is a skeleton
    alone. `first` are the first letters of all skeletons as code points.
    """
    sizes = range(1, _FOUR)
    frequent = [latin(np.unique(windows.key[windows.kind == size]), size) for size in sizes]
    alone = single(np.unique(first[windows.kind == SINGLE]), reach)
    return float(np.exp2(np.concatenate((*frequent, alone)) - float(RARE)).sum())


class Filter(NamedTuple):
    """What tells of letters of a text that no window ends there."""

    tables: tuple[Array, Array, Array]  # ends, short, word: plan.h
    fifth: int  # the factor of the letter furthest back in the hash of the first
    more: int  # the bits that tell its part of the first table, one behind another


def filters(windows: Window, words: npt.NDArray[np.bool_]) -> Filter:
    """The tables of the filter; `words` tells which skeletons stand as words.

    Where there are but few windows of three letters and none of fewer, the first table has them. Else words have a
    table of their own, which is asked where words begin and end, and the others one of which every letter is asked.
    """
    pair, four, five = (np.unique(windows.key[windows.kind == kind]) for kind in (PAIR, _FOUR, WIDEST))
    shorter, sizes = windows.kind < _FOUR, range(1, _FOUR)
    of_words, others = (
        [np.unique(windows.key[(windows.kind == size) & these]) for size in sizes] for these in (words, ~words)
    )
    three = np.concatenate((of_words[-1], others[-1]))
    if (windows.kind[shorter] == _FOUR - 1).all() and (len(three) << 5) + len(four) <= _FEW_FOURS:
        four, of_words, others = np.concatenate((four, _behind_any(three))), [], []
    short, word = np.zeros(1 << 15, bool), np.zeros(1 << 16, bool)
    for size, keys in zip(sizes, others, strict=False):
        short.reshape(1 << 5 * size, -1)[keys] = True
    for size, keys in zip(sizes, of_words, strict=False):
        word[1 << 5 * size | keys] = True
    ends, fifth, more = _ends(pair, four, five)
    small = [np.packbits(bits, bitorder="little").view(np.uint32) for bits in (short, word)]
    return Filter((ends, small[0], small[1]), fifth, more)


def _behind_any(keys: Ints) -> Ints:
    """Windows of ASCII letters with each five bits before them."""
    longer: Ints = (keys[:, None] << 5 | np.arange(32)).ravel()
    return longer


def _ends(pair: Ints, four: Ints, five: Ints) -> tuple[Array, int, int]:
    """By the hash of the last letters of pairs and of windows of four and five a word of which the bits of their other
    hash are zeros; the factor of the fifth letter, 0 where there are too many windows of four, before which any letter
    may stand; and which bits of the other hash tell the part of a table that is larger.
    """
    fifth = _FACTORS[WIDEST - 1] if len(four) <= _FEW_FOURS else 0
    latin = np.concatenate((five, _behind_any(four) if fifth else four << 5))
    last = np.zeros((WIDEST, len(latin) + len(pair)), np.int64)
    last[:, : len(latin)] = [latin >> 5 * (WIDEST - 1 - n) & 31 for n in range(WIDEST)]
    last[:2, len(latin) :] = pair >> 16, pair & 0xFFFF
    factors = np.array([*_FACTORS[:-1], fifth])
    same = (last[2:] * factors[2:, None]).sum(axis=0)
    word, bits = ((last[0] * one + last[1] * other + same) & 0xFFFF for one, other in (_FACTORS[:2], _OF_BITS))
    some = (bits << 7 | bits >> 9) & 0xFFFF
    more = (1 << min(len(bits) // _TO_A_PART, _MOST_MORE).bit_length()) - 1
    ends = np.zeros((more + 1, 1 << 15), np.uint32)
    np.bitwise_or.at(ends, (bits >> 11 & more, word >> 1), (bits & some | (bits & ~some) << 16).astype(np.uint32))
    ends[:, -1] = 0xFFFFFFFF  # for letters that are candidates whatever stands before them
    return ~ends.reshape(-1), fifth, more
