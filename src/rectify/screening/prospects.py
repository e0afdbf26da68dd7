"""Rows in which all that some rule needs may be hit, told by column: the index of `firing` then looks at these alone.

Each set of words that rules need has one of 64 bits, several sets the same one where there are more. A row has the bits
of all sets that it hits; a rule may fire where the bits of all its sets are there, and nowhere else. In the same way
lists that rules read have bits: of a pattern it is asked where it stands only in rows in which a rule may fire that
reads its list.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import or_

import numpy as np
import numpy.typing as npt

from rectify.screening.hits import Bools, Pairs, ScanHits
from rectify.screening.ranges import flat

Bits = npt.NDArray[np.uint64]
Numbers = npt.NDArray[np.int64]
_WIDTH = 64
FEW = 64  # pairs up to which one after another is quicker than arrays
Needs = Sequence[frozenset[int]]  # numbers of which one at least of each set is in every row where a rule can hold


@dataclass(frozen=True, slots=True)
class Prospects:
    """The bits of rules, made once. The rules that a number nominates stand one after another."""

    bits: Bits  # by number: of the sets that it is in
    wanted: Bits  # of a rule: of all its sets
    read: Bits  # of a rule: of all lists that it reads
    first: Numbers  # by number: where its rules begin
    count: Numbers
    told: Sequence[tuple[int, Sequence[tuple[int, int]]]]  # all of that by number: its bits; of its rules those of both

    @staticmethod
    def of(rules: Iterable[tuple[Needs, Iterable[int]]], size: int) -> Prospects:
        """The bits of rules that need these sets of numbers below `size` and read these lists; each is nominated by its
        first set.
        """
        bit: dict[frozenset[int], int] = {}
        bits = [0] * size
        told: dict[int, set[tuple[int, int]]] = defaultdict(set)
        for sets, lists in rules:
            whole, read = 0, sum({1 << number % _WIDTH for number in lists})
            for numbers in sets:
                if numbers not in bit:
                    bit[numbers] = 1 << len(bit) % _WIDTH
                    for number in numbers:
                        bits[number] |= bit[numbers]
                whole |= bit[numbers]
            for number in sets[0]:
                told[number].add((whole, read))
        of_number = [sorted(told.get(number, ())) for number in range(size)]
        count = np.array(list(map(len, of_number)), np.int64)
        wanted, read_ = (np.array([one[n] for of in of_number for one in of], np.uint64) for n in (0, 1))
        both = list(zip(bits, of_number, strict=True))
        return Prospects(np.array(bits, np.uint64), wanted, read_, np.cumsum(count) - count, count, both)

    def rows(self, scan: ScanHits, pivots: Numbers, unseen: Sequence[int] = ()) -> list[int]:
        """The rows, ascending, in which a rule may fire that one of the hits at these positions nominates. `unseen`
        numbers may be hit in any row.
        """
        begin = np.flatnonzero(np.diff(scan.row, prepend=-1))
        here = np.bitwise_or.reduceat(self.bits[scan.words], begin)[np.searchsorted(begin, pivots, "right") - 1]
        here |= self._bits_of(unseen)
        of, rules = self._nominated(scan.words[pivots])
        fires = (here[of] & self.wanted[rules]) == self.wanted[rules]
        rows: list[int] = np.unique(scan.row[pivots][of][fires]).tolist()
        return rows

    def _bits_of(self, numbers: Sequence[int]) -> np.uint64:
        told: np.uint64 = np.bitwise_or.reduce(self.bits[list(numbers)], initial=np.uint64(0))
        return told

    def _nominated(self, number: npt.NDArray[np.integer]) -> tuple[Numbers, Numbers]:
        """(which of the numbers, a rule that it nominates), for all rules of each."""
        count = self.count[number]
        return np.repeat(np.arange(len(number)), count), flat(self.first[number], count)

    def read_there(self, hits: Pairs, asked: Pairs, unseen: Sequence[int], every: Iterable[int]) -> Bools:
        """Whether a rule reads the list of each asked pair (row, list) that may fire in its row, where there are these
        hits and all that is asked for.

        `unseen` numbers may be hit in any row; lists of `every` are read in all.
        """
        if len(hits[0]) + len(asked[0]) <= FEW:
            return self._read_of_few(hits, asked, unseen, every)
        rows, row = np.unique(asked[0], return_inverse=True)
        among = np.isin(hits[0], rows)
        at = np.concatenate((np.searchsorted(rows, hits[0][among]), row))
        number = np.concatenate((hits[1][among], asked[1]))
        key = np.unique(at * len(self.bits) + number)  # of several hits of a list in a row one is enough
        at, number = np.divmod(key, len(self.bits))
        here = np.bitwise_or.reduceat(self.bits[number], np.flatnonzero(np.diff(at, prepend=-1))) | self._bits_of(
            unseen
        )
        read = np.full(len(rows), sum({1 << number % _WIDTH for number in every}), np.uint64)
        of, rules = self._nominated(number)
        fires = (here[at[of]] & self.wanted[rules]) == self.wanted[rules]
        np.bitwise_or.at(read, at[of][fires], self.read[rules][fires])
        for rule in np.unique(self._nominated(np.array(unseen, np.int64))[1]).tolist():
            read[(here & self.wanted[rule]) == self.wanted[rule]] |= self.read[rule]
        there: Bools = (read[row] >> (asked[1] % _WIDTH).astype(np.uint64) & np.uint64(1)) > 0
        return there

    def _read_of_few(self, hits: Pairs, asked: Pairs, unseen: Sequence[int], every: Iterable[int]) -> Bools:
        """The same, one row after another."""
        here: dict[int, set[int]] = {row: set(unseen) for row in asked[0].tolist()}
        for rows, numbers in (hits, asked):
            for row, number in zip(rows.tolist(), numbers.tolist(), strict=True):
                if row in here:
                    here[row].add(number)
        always, read = sum({1 << number % _WIDTH for number in every}), dict[int, int]()
        for row, present in here.items():
            told = [self.told[number] for number in present]
            whole, read[row] = reduce(or_, (bits for bits, _ in told)), always
            for _, rules in told:
                for wanted, lists in rules:
                    if wanted & whole == wanted:
                        read[row] |= lists
        pairs = zip(asked[0].tolist(), asked[1].tolist(), strict=True)
        return np.array([bool(read[row] >> number % _WIDTH & 1) for row, number in pairs])
