"""Many short texts of codes sought in one long one, by arrays: its first 32 bits nominate, the rest is compared.

Made in a moment whatever the number of texts: nothing is compiled. A text is nominated by its first two codes of 16
bits, or by its first four of 8. Chinese terms have tens of thousands of forms, of which two characters in a row already
say most; of Latin letters it takes four.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Codes = npt.NDArray[np.uint16] | npt.NDArray[np.uint8]
Keys = npt.NDArray[np.uint32]
_WIDE = 4  # bytes of a key
_BITS = 20  # of a filter: a million places, in the second cache
_SPREAD = np.uint32(2654435761)  # Knuth, TAOCP 3, 6.4: multiplicative hashing
_NOTHING = np.zeros(0, np.int64)


class Windows:
    """Texts by number, each of at least one code; codes are of 16 bits, or of 8, in all texts alike."""

    def __init__(self, codes: Codes, length: Ints) -> None:
        """`codes`: the texts one after another, each of the `length` given."""
        self._codes, self._length = codes, length
        self._begin = np.cumsum(length) - length
        head = np.minimum(length, _WIDE // codes.itemsize)
        self._heads = [
            (size, _Grouped(_keys(codes[self._begin[these] + n] for n in range(size)), these))
            for size in np.unique(head).tolist()
            if len(these := np.flatnonzero(head == size))
        ]

    def scan(self, text: Codes) -> tuple[Ints, Ints]:
        """(number, end in codes) of each place where one of the texts stands, in no order."""
        found, ends = [_NOTHING], [_NOTHING]
        for size, heads in self._heads:
            if len(text) >= size:
                stop = len(text) - size + 1
                which, at = self._compared(text, size, *heads.places(_keys(text[n : stop + n] for n in range(size))))
                found.append(which)
                ends.append(at + self._length[which])
        return np.concatenate(found), np.concatenate(ends)

    def _compared(self, text: Codes, size: int, which: Ints, at: Ints) -> tuple[Ints, Ints]:
        """The nominated places at which all codes behind the first ones are the text's."""
        for n in range(size, int(self._length[which].max(initial=0))):
            rows = np.flatnonzero(self._length[which] > n)
            place = at[rows] + n
            same = self._codes[self._begin[which[rows]] + n] == text.take(place, mode="clip")
            same &= place < len(text)
            if not same.all():
                kept = np.ones(len(which), np.bool_)
                kept[rows[~same]] = False
                which, at = which[kept], at[kept]
        return which, at


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
        at = np.flatnonzero(self._filter[_spread(keys)])
        found = np.minimum(np.searchsorted(self._keys, keys[at]), len(self._keys) - 1)
        there = self._keys[found] == keys[at]
        at, found = at[there], found[there]
        many = self._count[found]
        rank = np.arange(int(many.sum())) - np.repeat(np.cumsum(many) - many, many)
        return self._numbers[np.repeat(self._first[found], many) + rank], np.repeat(at, many)


def _keys(columns: Iterable[Codes]) -> Keys:
    """The codes of each row in one number."""
    keys: Keys | None = None
    for codes in columns:
        if keys is None:
            keys = codes.astype(np.uint32)
        else:
            keys <<= np.uint32(8 * codes.itemsize)
            keys |= codes
    assert keys is not None
    return keys


def _spread(keys: Keys) -> Keys:
    spread: Keys = np.right_shift(keys * _SPREAD, np.uint32(32 - _BITS), dtype=np.uint32)
    return spread
