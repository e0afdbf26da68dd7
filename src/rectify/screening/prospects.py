"""Rows in which all that some rule needs may be hit, told by column: the index of `firing` then looks at these alone.

Each set of words that rules need has one of 64 bits, several sets the same one where there are more. A row has the bits
of all sets that it hits; a rule may fire where the bits of all its sets are there, and nowhere else.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from rectify.screening.match import ScanHits
from rectify.screening.ranges import flat

Bits = npt.NDArray[np.uint64]
Numbers = npt.NDArray[np.int64]
_WIDTH = 64


@dataclass(frozen=True, slots=True)
class Prospects:
    """The bits of rules, made once. The rules that a number nominates stand one after another in `wanted`."""

    bits: Bits  # by number: of the sets that it is in
    wanted: Bits  # of a rule: of all its sets
    first: Numbers  # by number: where its rules begin
    count: Numbers

    @staticmethod
    def of(needs: Iterable[Sequence[frozenset[int]]], size: int) -> Prospects:
        """The bits of rules that need these sets of numbers below `size`; each is nominated by its first set."""
        bit: dict[frozenset[int], int] = {}
        bits = [0] * size
        wanted: dict[int, set[int]] = defaultdict(set)
        for sets in needs:
            whole = 0
            for numbers in sets:
                if numbers not in bit:
                    bit[numbers] = 1 << len(bit) % _WIDTH
                    for number in numbers:
                        bits[number] |= bit[numbers]
                whole |= bit[numbers]
            for number in sets[0]:
                wanted[number].add(whole)
        rules = [sorted(wanted.get(number, ())) for number in range(size)]
        count = np.array(list(map(len, rules)), np.int64)
        return Prospects(np.array(bits, np.uint64), np.array([one for of in rules for one in of], np.uint64),
                         np.cumsum(count) - count, count)  # fmt: skip

    def rows(self, scan: ScanHits, pivots: Numbers) -> list[int]:
        """The rows, ascending, in which a rule may fire that one of the hits at these positions nominates."""
        begin = np.flatnonzero(np.diff(scan.row, prepend=-1))
        here = np.bitwise_or.reduceat(self.bits[scan.words], begin)[np.searchsorted(begin, pivots, "right") - 1]
        number = scan.words[pivots]
        count = self.count[number]
        wanted = self.wanted[flat(self.first[number], count)]
        fires = (np.repeat(here, count) & wanted) == wanted
        rows: list[int] = np.unique(np.repeat(scan.row[pivots], count)[fires]).tolist()
        return rows
