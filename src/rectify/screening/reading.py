"""Places that arrays could not decide, read letter by letter, neighbours on one stretch of text."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from rectify.screening.fold import BITS
from rectify.screening.hits import Found
from rectify.screening.letters import Reading, Sought, Text
from rectify.screening.page import Page
from rectify.screening.sift import Sifted
from rectify.screening.verify import read

REACH = 8  # signs on each side that the rules look at, beyond a term's own
_STRETCH = 2048
_RUNS = (BITS.repeated, BITS.doubled)  # classes whose last letter goes on in a run


def read_places(page: Page, sifted: Sifted, sought: Sequence[Sought], found: Found, *, through: int = 0) -> None:
    """Add what the rules let be read of the places that are not clear; `through` a class as in verify.py, only such."""
    places = np.flatnonzero(~sifted.clear)
    places = places[np.argsort(sifted.first[places], kind="stable")]
    columns = (page.cell(sifted.first[places]), sifted.number[places], sifted.begin[places])
    low = high = since = until = 0  # of the stretch taken apart, and of the last run of equal letters
    text = Text(page.codes[:0])
    for cell, number, begin in zip(*(column.tolist() for column in columns), strict=True):
        one = sought[number]
        at: list[int] = sifted.at[begin : begin + len(one.letters)].tolist()
        if not since <= at[-1] < until:
            since, until = at[-1], page.run_end(at[-1], cell) if through in _RUNS else at[-1] + 1
        left, right = _around(page, cell, at[0], until - 1, REACH + max(len(one.lead), len(one.tail)))
        if left < low or right > high:
            # where places stand close, take a longer stretch apart at once
            dense = low <= left <= high + _STRETCH // 8
            low, high = left, max(right, min(int(page.end[cell]), left + _STRETCH)) if dense else right
            text = Text(page.codes[low:high])
        reading = read(one, text, [position - low for position in at], through=through)
        if reading is not None and (not through or reading.mask & through):
            strange = tuple((a + low, b + low) for a, b in reading.strange)
            moved = Reading(reading.start + low, reading.end + low, reading.mask, strange)
            found.add(cell, one.words, one.term, moved)


def _around(page: Page, cell: int, first: int, last: int, reach: int) -> tuple[int, int]:
    """A stretch of a cell that holds that many signs beside the dropped ones before and behind, or reaches its ends."""
    low, high = int(page.start[cell]), int(page.end[cell])
    wide = reach
    while True:
        left, right = max(low, first - wide), min(high, last + 1 + wide)
        if not len(page.dropped):
            return left, right
        at = page.dropped.searchsorted((left, first, last + 1, right))
        if (left == low or at[1] - at[0] <= wide - reach) and (right == high or at[3] - at[2] <= wide - reach):
            return left, right
        wide *= 2
