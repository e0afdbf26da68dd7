"""Many short texts of 16-bit codes sought in one long one, by arrays: two codes nominate, the rest is compared.

Made in a moment whatever the number of texts: nothing is compiled. Chinese terms have tens of thousands of forms, of
which two characters in a row already say most.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Codes = npt.NDArray[np.uint16]
Keys = npt.NDArray[np.uint32]
_BITS = 20  # of the filter: a million places, in the second cache
_SPREAD = np.uint32(2654435761)  # Knuth, TAOCP 3, 6.4: multiplicative hashing
_NOTHING = np.zeros(0, np.int64)


class Windows:
    """Texts by number, each of at least one code."""

    def __init__(self, codes: Codes, length: Ints) -> None:
        """`codes`: the texts one after another, each of the `length` given."""
        self._codes, self._length = codes, length
        self._begin = np.cumsum(length) - length
        one, more = np.flatnonzero(length == 1), np.flatnonzero(length > 1)
        head = self._begin[more]
        self._single = _Grouped(codes[self._begin[one]].astype(np.uint32), one)
        self._double = _Grouped(_keys(codes[head], codes[head + 1]), more)

    def scan(self, text: Codes) -> tuple[Ints, Ints]:
        """(number, end in codes) of each place where one of the texts stands, in no order."""
        single, ends = self._single.places(text.astype(np.uint32))
        if len(text) < 2:
            return single, ends + 1
        which, at = self._double.places(_keys(text[:-1], text[1:]))
        longest = int(self._length[which].max(initial=0))
        for n in range(2, longest):
            rows = np.flatnonzero(self._length[which] > n)
            place = at[rows] + n
            same = self._codes[self._begin[which[rows]] + n] == text.take(place, mode="clip")
            same &= place < len(text)
            if not same.all():
                kept = np.ones(len(which), np.bool_)
                kept[rows[~same]] = False
                which, at = which[kept], at[kept]
        return np.concatenate((single, which)), np.concatenate((ends + 1, at + self._length[which]))


class _Grouped:
    """Numbers by key, and where in a row of keys they stand."""

    def __init__(self, key: Keys, numbers: Ints) -> None:
        order = np.argsort(key, kind="stable")
        self._numbers = numbers[order]
        self._keys, self._first, self._count = np.unique(key[order], return_index=True, return_counts=True)
        self._filter = np.zeros(1 << _BITS, np.bool_)
        self._filter[_spread(self._keys)] = True

    def places(self, keys: Keys) -> tuple[Ints, Ints]:
        """(number, place) of each number of each key."""
        if not len(self._keys):
            return _NOTHING, _NOTHING
        at = np.flatnonzero(self._filter[_spread(keys)])
        found = np.minimum(np.searchsorted(self._keys, keys[at]), len(self._keys) - 1)
        there = self._keys[found] == keys[at]
        at, found = at[there], found[there]
        many = self._count[found]
        rank = np.arange(int(many.sum())) - np.repeat(np.cumsum(many) - many, many)
        return self._numbers[np.repeat(self._first[found], many) + rank], np.repeat(at, many)


def _keys(first: Codes, second: Codes) -> Keys:
    keys: Keys = first.astype(np.uint32) << np.uint32(16) | second
    return keys


def _spread(keys: Keys) -> Keys:
    spread: Keys = np.right_shift(keys * _SPREAD, np.uint32(32 - _BITS), dtype=np.uint32)
    return spread
