"""Folded texts as runs of letters and digits, and hashes of what stands in one run or several: by column.

A run is what stands together: letters, or digits, or one sign of a script without blanks. A name in any spelling that
sets or leaves out signs between its parts is the same letters and digits in a row, and has one hash.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, cached_property

import numpy as np
import numpy.typing as npt

Hashes = npt.NDArray[np.uint64]
Ints = npt.NDArray[np.int64]
Codes = npt.NDArray[np.uint32]

_SIGN, _DIGIT, _LETTER, _SINGLE = range(4)
_LETTERS = r"a-z\u00df-\u00f6\u00f8-\u024f\u0370-\u03ff\u0400-\u04ff"  # that go on in a word
_RUN = re.compile(rf"[0-9]+|[{_LETTERS}]+|[^\W_]")
_BLANKS = " \t\n\r\u00a0-\u2010\u2011\u2012\u2013\u2014\u2015\u2212"  # what may part the digits of one number
_WIDEST = 5  # a gap inside a number, in characters from digit to digit
_AT_ONCE = 10_000  # keys
_SPREAD = np.uint64(0x9E3779B97F4A7C15)
_BASE = 0x2545F4914F6CDD1D  # odd, so that it has an inverse
_BACK = pow(_BASE, -1, 1 << 64)


@cache
def _sorts() -> npt.NDArray[np.uint8]:
    """What each code point is."""
    sorts = np.zeros(0x110000, np.uint8)
    every = "".join(map(chr, range(0xD800))) + "\0" * 0x800 + "".join(map(chr, range(0xE000, 0x110000)))
    for match in re.finditer(r"[^\W_]+", every):
        sorts[match.start() : match.end()] = _SINGLE
    for pattern, sort in ((rf"[{_LETTERS}]+", _LETTER), ("[0-9]+", _DIGIT)):
        for match in re.finditer(pattern, every):
            these = sorts[match.start() : match.end()]
            these[these > 0] = sort
    sorts.flags.writeable = False
    return sorts


@cache
def _blanks() -> npt.NDArray[np.bool_]:
    flags = np.zeros(0x110000, np.bool_)
    flags[[ord(sign) for sign in _BLANKS]] = True
    return flags


def _powers(base: int, count: int) -> Hashes:
    made = np.full(count, base, np.uint64)
    made[:1] = 1
    return np.cumprod(made, dtype=np.uint64)


@cache
def _both_powers(size: int) -> tuple[Hashes, Hashes]:
    return _powers(_BASE, 1 << size), _powers(_BACK, (1 << size) + 1)


@dataclass(frozen=True)
class Stream:
    """The letters and digits of texts, one text after another. `codes` are folded, a 0 at least stands behind each."""

    codes: Codes

    @cached_property
    def _sorts(self) -> npt.NDArray[np.uint8]:
        return _sorts()[self.codes]

    @cached_property
    def at(self) -> Ints:
        """Where they stand in `codes`."""
        return np.flatnonzero(self._sorts)

    @cached_property
    def first(self) -> Ints:
        """Where in `at` each run begins, and where the last ends."""
        sort, new = self._sorts[self.at], np.ones(len(self.at) + 1, np.bool_)
        if not len(sort):
            return np.zeros(1, np.int64)
        new[1:-1] = (np.diff(self.at) > 1) | (sort[1:] != sort[:-1]) | (sort[1:] == _SINGLE)
        return np.flatnonzero(new)

    @cached_property
    def place(self) -> Ints:
        """Where in `codes` each run begins."""
        return self.at[self.first[:-1]]

    @cached_property
    def sums(self) -> tuple[Hashes, Hashes]:
        """(sum of the signs before each, weighed by their place; the inverse of each place's weight)."""
        weight, back = _both_powers(max(12, len(self.at).bit_length()))
        signs = (self.codes[self.at].astype(np.uint64) + np.uint64(1)) * _SPREAD
        signs *= weight[: len(signs)]
        sums = np.zeros(len(signs) + 1, np.uint64)
        np.cumsum(signs, out=sums[1:])
        return sums, back

    @cached_property
    def _at_runs(self) -> tuple[Hashes, Hashes]:
        sums, back = self.sums
        return sums[self.first], back[self.first]

    def single(self) -> Hashes:
        """The hash of each run."""
        sums, back = self._at_runs
        return (sums[1:] - sums[:-1]) * back[:-1]

    def windows(self, runs: Ints, size: int) -> Hashes:
        """The hash of that many runs in a row, from each of these runs on."""
        sums, back = self._at_runs
        return (sums[runs + size] - sums[runs]) * back[runs]

    def cores(self, sizes: Sequence[int]) -> Iterator[tuple[int, Ints, Ints]]:
        """(size, places, values) of so many digits before the last one of a number; blanks and dashes may be in it."""
        at = np.flatnonzero(self._sorts == _DIGIT)
        if not len(at) or not sizes:
            return
        gap = np.diff(at)
        new = np.concatenate((np.ones(1, np.bool_), (gap > 1) & ~self._only_blanks(at[:-1], gap)))
        order = np.arange(len(at))
        before = order - np.maximum.accumulate(np.where(new, order, 0))
        last = np.flatnonzero(np.concatenate((gap > 1, np.ones(1, np.bool_))) & (before >= min(sizes)))
        digits = self.codes[at].astype(np.int64) - ord("0")
        for size in sizes:
            ends = last[before[last] >= size]
            values = np.zeros(len(ends), np.int64)
            for n in range(size, 0, -1):
                values = values * 10 + digits[ends - n]
            yield size, at[ends], values

    def _only_blanks(self, at: Ints, gap: Ints) -> npt.NDArray[np.bool_]:
        """Where only blanks and dashes, few of them, follow until the next digit."""
        only = gap <= _WIDEST
        for n in range(1, _WIDEST):
            inside = np.flatnonzero(only & (gap > n))
            only[inside] = _blanks()[self.codes[at[inside] + n]]
        return only


def joined_codes(texts: Sequence[str]) -> tuple[Codes, Ints]:
    """(the code points of texts, a 0 behind each; where each ends)."""
    codes = np.frombuffer("".join(f"{text}\0" for text in texts).encode("utf-32-le", "surrogatepass"), np.uint32)
    lengths = np.fromiter((len(text) + 1 for text in texts), np.int64, len(texts))
    return codes, np.cumsum(lengths) - 1


def hashes_of(keys: Sequence[str]) -> Hashes:
    """The hash of each key, which holds letters and digits only: that of a window of the same signs."""
    found = np.zeros(len(keys), np.uint64)
    for low in range(0, len(keys), _AT_ONCE):
        part = keys[low : low + _AT_ONCE]
        codes, ends = joined_codes(part)
        stream = Stream(codes)
        sums, back = stream.sums
        stop = np.searchsorted(stream.at, ends)
        start = np.concatenate((np.zeros(1, np.int64), stop[:-1]))
        found[low : low + len(part)] = (sums[stop] - sums[start]) * back[start]
    return found


def joins(one: str, other: str) -> bool:
    """Whether two runs written together are one."""
    sort = int(_sorts()[ord(one[-1])])
    return sort != _SINGLE and sort == int(_sorts()[ord(other[0])])


def runs_of(text: str) -> list[str]:
    """The runs of a folded text."""
    return _RUN.findall(text)
