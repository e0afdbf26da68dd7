"""Many short texts of codes sought in one long one, by arrays: their first codes nominate, the rest is compared.

Made in a moment whatever the number of texts: nothing is compiled. A text is nominated by as many of its first codes as
fit into a number of 64 bits, in few sizes: each size is a pass over the text.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Codes = npt.NDArray[np.uint16] | npt.NDArray[np.uint8]
Keys = npt.NDArray[np.uint64]
_HEADS = {1: (1, 2, 3, 4, 6, 8), 2: (1, 2, 3, 4)}  # by the bytes of a code: how many may nominate
_BITS = 20  # of a filter: a million places, in the second cache
_SPREAD = np.uint64(0x9E3779B97F4A7C15)  # Knuth, TAOCP 3, 6.4: multiplicative hashing
_NOTHING = np.zeros(0, np.int64)


class Windows:
    """Texts by number, each of at least one code; codes are of 16 bits, or of 8, in all texts alike, and never 0."""

    def __init__(self, codes: Codes, length: Ints) -> None:
        """`codes`: the texts one after another, each of the `length` given."""
        self._codes, self._length = codes, length
        self._begin = np.cumsum(length) - length
        self._bits, sizes = 8 * codes.itemsize, np.array(_HEADS[codes.itemsize], np.int64)
        self._widest = int(sizes[-1])
        head, keys = sizes[np.searchsorted(sizes, length, side="right") - 1], self._keys(codes)
        self._heads = []
        for size in np.unique(head).tolist():
            these = np.flatnonzero(head == size)
            self._heads.append((size, _Grouped(self._heading(keys, size)[self._begin[these]], these)))

    def scan(self, text: Codes) -> tuple[Ints, Ints]:
        """(number, end in codes) of each place where one of the texts stands, in no order."""
        found, ends = [_NOTHING], [_NOTHING]
        keys = self._keys(text)
        for size, heads in self._heads:
            which, at = self._compared(text, size, *heads.places(self._heading(keys, size)))
            found.append(which)
            ends.append(at + self._length[which])
        return np.concatenate(found), np.concatenate(ends)

    def _keys(self, text: Codes) -> Keys:
        """The codes from each place on in one number, the first one highest; zeros beyond the end."""
        keys = np.zeros(len(text) + self._widest - 1, np.uint64)
        keys[: len(text)] = text
        width = 1
        while width < self._widest:  # twice as many, by what stands further on
            joined = keys[:-width] << np.uint64(width * self._bits)
            joined |= keys[width:]
            keys, width = joined, 2 * width
        return keys

    def _heading(self, keys: Keys, size: int) -> Keys:
        """The first codes of each key alone."""
        return keys if size == self._widest else keys >> np.uint64((self._widest - size) * self._bits)

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
        order = np.argsort(key)
        self._numbers, key = numbers[order], key[order]
        self._first = np.flatnonzero(np.append(True, key[1:] != key[:-1]))
        self._keys, self._count = key[self._first], np.diff(self._first, append=len(key))
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


def _spread(keys: Keys) -> Ints:
    spread = keys * _SPREAD
    spread >>= np.uint64(64 - _BITS)
    return spread.view(np.int64)
