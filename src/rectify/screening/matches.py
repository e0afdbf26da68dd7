"""Where patterns match in folded cells of a page: google-re2 reads one cell after another, the rest is done at once."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import groupby
from operator import itemgetter
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import re2

from rectify.screening.fold import BITS, Codes, Sort, fold_table, text_of
from rectify.screening.page import Cells
from rectify.screening.ranges import flat

Ints = npt.NDArray[np.int64]
_BEYOND_ASCII = 0x80


class _Folded(NamedTuple):
    """Cells of a page as patterns read them: folded, one behind another, in UTF-8."""

    text: bytes
    begin: list[int]  # the byte at which each cell begins, and the end of the last one
    sign: Ints  # the byte at which each sign begins
    place: Ints  # where on the page it stands

    @classmethod
    def of(cls, page: Cells, cells: Ints) -> _Folded:
        """These cells, in ascending order."""
        table, at = fold_table(), flat(page.start[cells], page.end[cells] - page.start[cells])
        place = at[(table.sort[page.codes[at]] & Sort.DROPPED) == 0]
        text = text_of(table.fold[page.codes[place]]).encode()
        sign = np.flatnonzero((np.frombuffer(text, np.uint8) & 0xC0) != 0x80)  # the first byte of each
        begin = np.append(sign, len(text))[np.searchsorted(place, page.start[cells])]
        return cls(text, [*begin.tolist(), len(text)], sign, place)

    def where(self, byte: Ints) -> Ints:
        """Where on the page the signs stand that some bytes are of."""
        return self.place[np.searchsorted(self.sign, byte, side="right") - 1]


def matches_at(
    page: Cells, places: Sequence[tuple[int, int]], regexp: Callable[[int], re2._Regexp]
) -> Iterator[tuple[int, int, int, int, int]]:
    """(pattern, cell, start, end, classes of disguise) of each match at some places: (cell, pattern), ascending.

    `regexp` gives that of a pattern; start and end are places on the page. An empty match is none.
    """
    folded = _Folded.of(page, np.unique([cell for cell, _ in places]))
    patterns, cells, first, last = [], [], [], []
    for n, (cell, these) in enumerate(groupby(places, itemgetter(0))):
        begin, text = folded.begin[n], folded.text[folded.begin[n] : folded.begin[n + 1]]
        for _, pattern in these:
            for match in regexp(pattern).finditer(text):
                start, end = match.span()
                if end > start:
                    patterns.append(pattern)
                    cells.append(cell)
                    first.append(begin + start)
                    last.append(begin + end - 1)
    starts, lasts = folded.where(np.array(first, np.int64)), folded.where(np.array(last, np.int64))
    classes = _classes(page.codes, starts, lasts)
    return zip(patterns, cells, starts.tolist(), (lasts + 1).tolist(), classes.tolist(), strict=True)


def _classes(codes: Codes, first: Ints, last: Ints) -> Ints:
    """The classes that the signs of each stretch take; look-alikes of other alphabets among Latin letters mix."""
    if not len(first):
        return np.zeros(0, np.int64)
    table, length = fold_table(), last - first + 1
    begin, at = np.cumsum(length) - length, flat(first, length)
    bits, sort = table.bits[codes[at]].astype(np.int64), table.sort[codes[at]]
    strange = ((bits & BITS.look_alike) > 0) & ((sort & Sort.FOREIGN) > 0)
    if strange.any():
        letters = (sort & (Sort.LETTER | Sort.DIGIT | Sort.FOREIGN | Sort.ORNAMENT)) == Sort.LETTER
        mixed = np.logical_or.reduceat(letters & (table.fold[codes[at]] < _BEYOND_ASCII), begin)
        bits = np.where(strange & np.repeat(mixed, length), bits ^ (BITS.look_alike | BITS.mixed), bits)
    told: Ints = np.bitwise_or.reduceat(bits, begin)
    return told
