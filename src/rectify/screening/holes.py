"""Texts sought where signs stand for some of their letters (v*agra), by arrays.

Two letters before the first such sign and the one behind nominate, the rest is compared; nothing is compiled.
"""

from __future__ import annotations

from itertools import product

import numpy as np
import numpy.typing as npt

from rectify.screening.letters import MOST_OUT, MOST_STARS
from rectify.screening.rarest import SPREAD_64

Ints = npt.NDArray[np.int64]
Codes = npt.NDArray[np.uint16]
Numbers = npt.NDArray[np.uint32]
HOLE = 0  # the code of a sign that may stand for a letter
_ASCII = 2  # codes of letters of ASCII, less their seven lowest bits
_CODE = 16  # bits of a code
_AT_ONCE = 1 << 18  # places compared at once
_BUCKETS = 12  # bits of the hash that entries are ordered by: HOLE_BITS of plan.h
_NOTHING = np.zeros(0, np.int64), np.zeros(0, np.int64)


class Holes:
    """Texts by number, of which any letter but the first may be a hole, up to MOST_STARS in a row."""

    def __init__(self, codes: Codes, length: Ints, numbers: Ints) -> None:
        """`codes`: the texts one after another, each of the `length` given; `numbers` are told for them."""
        self._codes, self._length, self._numbers = np.append(codes, np.uint16(HOLE)), length, numbers
        self._begin = np.cumsum(length) - length
        text = np.repeat(np.arange(len(length)), length)
        place = np.arange(len(codes)) - self._begin[text]
        keys, texts, places, beyonds = [], [], [], []
        for wide in range(1, MOST_STARS + 1):
            fits = np.flatnonzero((place > 0) & (place + wide <= length[text]))
            before = np.where(place[fits] > 1, self._codes[fits - 2], HOLE)
            behind = np.where(place[fits] + wide < length[text[fits]], self._codes[fits + wide], HOLE)
            keys.append(_keys(before, self._codes[fits - 1], behind, wide))
            texts.append(text[fits])
            places.append(place[fits])
            further = place[fits] + wide + 1 < length[text[fits]]
            beyonds.append(np.where(further, self._codes[np.where(further, fits + wide + 1, 0)], HOLE))
        key = np.concatenate(keys)
        order = np.argsort(key)
        self._keys, self._text, self._place = key[order], np.concatenate(texts)[order], np.concatenate(places)[order]
        self._beyond = np.concatenate(beyonds)[order]

    def entries(self) -> tuple[Numbers, Ints, Numbers, Numbers, Codes]:
        """What nominates each text, by the hash of its key and its key: where those of each hash begin; the key, of the
        letters around a hole; the number; the place of the hole, and above it the length of the text; the second letter
        behind the hole, HOLE where there is none.
        """
        bucket = (self._keys.astype(np.uint64) * SPREAD_64 >> np.uint64(64 - _BUCKETS)).astype(np.int64)
        order = np.argsort(bucket, kind="stable")  # keys ascend
        start = np.searchsorted(bucket[order], np.arange((1 << _BUCKETS) + 1))
        text = self._text[order]
        places = self._place[order] | self._length[text] << _CODE
        numbers = (start, self._numbers[text], places)
        first, number, place = (one.astype(np.uint32) for one in numbers)
        return first, self._keys[order], number, place, self._beyond[order].astype(np.uint16)

    def places(self, letters: Codes, at: Ints) -> tuple[Ints, Ints]:
        """(number, index of the first letter) of each place where a text stands with a hole in it, once each.

        `letters` are codes, HOLE where a sign may stand for one, `at` these positions. A text whose last letter is a
        hole ends where no Latin letter is the next sign.
        """
        if not len(self._keys) or not len(letters):
            return _NOTHING
        hole = np.concatenate(([False], letters == HOLE, [False]))
        edges = np.flatnonzero(hole[1:] != hole[:-1])
        first, wide = edges[::2], edges[1::2] - edges[::2]
        kept = (first > 0) & (wide <= MOST_STARS)
        first, wide = first[kept], wide[kept]
        padded = np.append(letters, np.uint16(HOLE))
        before = np.where(first > 1, letters[first - 2], HOLE)
        behind = padded[first + wide]
        follows = (np.append(at, -1)[first + wide] == at[first + wide - 1] + 1) & (behind >> 7 == _ASCII)
        none, every, rest = np.zeros_like(before), np.arange(len(first)), np.flatnonzero(~follows)
        found = [
            self._compared(padded, first[these], _keys(two, letters[first - 1], next_, wide)[these])
            for two, (next_, these) in product((before, none), ((behind, every), (none, rest)))
        ]
        number, start = (np.concatenate(part) for part in zip(*found, strict=True))
        both = np.unique(np.stack((start, number)), axis=1) if len(number) else np.zeros((2, 0), np.int64)
        return both[1], both[0]

    def _compared(self, letters: Codes, first: Ints, keys: Ints) -> tuple[Ints, Ints]:
        """(number, index of the first letter) of the texts of these keys whose other letters stand there too."""
        low, high = (np.searchsorted(self._keys, keys, side=side) for side in ("left", "right"))
        many = high - low
        cuts = np.flatnonzero(np.diff(np.cumsum(many) // _AT_ONCE, prepend=0))
        parts = [_NOTHING]
        for some in np.split(np.arange(len(keys)), cuts):
            rank = np.arange(int(many[some].sum())) - np.repeat(np.cumsum(many[some]) - many[some], many[some])
            entry = np.repeat(low[some], many[some]) + rank
            text, start = self._text[entry], np.repeat(first[some], many[some]) - self._place[entry]
            fits = (start >= 0) & (start + self._length[text] < len(letters))
            parts.append(self._same(letters, text[fits], start[fits]))
        return np.concatenate([part[0] for part in parts]), np.concatenate([part[1] for part in parts])

    def _same(self, letters: Codes, text: Ints, start: Ints) -> tuple[Ints, Ints]:
        """The texts whose letters stand from there on but for holes, MOST_OUT of them at most."""
        holes = np.concatenate(([0], np.cumsum(letters == HOLE)))
        few = (holes[start + self._length[text]] - holes[start]) * MOST_OUT[1] <= self._length[text] * MOST_OUT[0]
        text, start = text[few], start[few]
        for n in range(int(self._length[text].max(initial=0))):
            seen = letters[np.minimum(start + n, len(letters) - 1)]
            over = self._length[text] <= n
            kept = over | (seen == HOLE) | (seen == self._codes[np.where(over, 0, self._begin[text] + n)])
            if not kept.all():
                text, start = text[kept], start[kept]
        return self._numbers[text], start


def _keys(before: Codes, letter: Codes, behind: Codes, wide: Ints | int) -> Ints:
    keys: Ints = ((before.astype(np.int64) << _CODE | letter) << _CODE | behind) << 2 | wide
    return keys
