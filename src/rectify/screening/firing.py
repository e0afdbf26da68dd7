"""Which rules can fire in which rows: an index over the words that each rule needs. All others are never looked at."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple

import numpy as np
import pyarrow as pa

from rectify.rules.pack import offer_for
from rectify.rules.shapes import Needed, Shape, needed, shape_of
from rectify.rules.single import OneRow, Single, single
from rectify.rules.tree import Node, Offer, Registered, reads
from rectify.screening.cells import reader
from rectify.screening.hits import Bools, Pairs, ScanHits
from rectify.screening.prospects import Prospects
from rectify.screening.rows import Outside, Registers
from rectify.screening.runs import RuleRun

FEW = 128  # hits of a batch up to which one after another is faster than arrays
MANY = 64  # nominating hits from which on it pays to tell by column which rows are worth a look
PATTERN_COST = 50  # a pattern hits about as often as this many terms


@dataclass(slots=True, eq=False)
class Look:
    """A rule under one offer line: the unit that is looked at.

    `lists` are the numbers of the words of its shape. `needs`: numbers of which one at least of each set is in every
    row where it can hold, the rarest set first; empty for a rule that sees all rows.
    """

    run: RuleRun
    place: int  # in the plan's order
    kinds: frozenset[str]
    shape: Shape
    lists: tuple[int, ...]
    needs: list[frozenset[int]]
    registers: Registers | None  # those of its pack; None for a rule that asks for none
    judge: Callable[[OneRow], Single]  # what it says of one row


class Candidate(NamedTuple):
    """A rule that may fire in a row."""

    look: Look
    row: int
    kind: str


@dataclass(slots=True)
class Firing:
    """The index: by a words list (or an answer) and the kind of a row the rules that are looked at where it is hit."""

    answers: Mapping[str, int]  # "product(gtin)", "product(model)", "provider" -> number, behind those of the lists
    by_number: dict[int, dict[str, list[Look]]]
    every: list[Look]
    pivots: np.ndarray  # flag by number of a list
    prospects: Prospects
    asked: list[str] = field(default_factory=list)  # answers that nominate
    outside: int = 0  # so many lists, the first ones, are of no pack: answers read them

    @staticmethod
    def of(runs: Iterable[tuple[RuleRun, Mapping[str, int]]], lists: Sequence[tuple[int, int]], outside: int) -> Firing:
        """The index of rules, each with the numbers of its pack's words; `lists`: (terms, patterns) of each list, of
        which the first ones are of no pack.
        """
        answers = {name: len(lists) + n for n, name in enumerate(("product(gtin)", "product(model)", "provider"))}
        looks = [look for place, (run, own) in enumerate(runs) for look in _looks(run, place, own, answers)]
        readers = Counter(number for look in looks for number in frozenset().union(*look.needs))
        # How many pairs a number nominates, roughly: words that many rules read are common words.
        pairs = {n: (terms + PATTERN_COST * patterns) * readers[n] for n, (terms, patterns) in enumerate(lists)}

        def cost(numbers: frozenset[int]) -> tuple[int, list[int]]:
            return sum(pairs.get(n, 0) for n in numbers), sorted(numbers)

        by_number: dict[int, dict[str, list[Look]]] = defaultdict(lambda: defaultdict(list))
        every = []
        for look in looks:
            look.needs.sort(key=cost)
            for number in look.needs[0] if look.needs else ():
                for kind in look.kinds:
                    by_number[number][kind].append(look)
            every += [] if look.needs else [look]
        flags = np.zeros(len(lists) + len(answers), np.bool_)
        flags[list(by_number)] = True
        asked = [name for name, number in answers.items() if readers[number]]
        prospects = Prospects.of(((look.needs, look.lists) for look in looks if look.needs), len(flags))
        by_kind = {n: dict(held) for n, held in by_number.items()}
        return Firing(answers, by_kind, every, flags, prospects, asked, outside)

    def read_there(self, hits: Pairs, asked: Pairs) -> Bools:
        """Whether the list of each asked pair may be read in its row, by the pairs (row, list) that are hit: where it
        is not, its patterns need not be found.
        """
        always = {number for look in self.every for number in look.lists}
        there: Bools = asked[1] < self.outside
        return there | self.prospects.read_there(hits, asked, list(self.answers.values()), always)

    def candidates(self, batch: pa.RecordBatch, scan: ScanHits, outside: Outside) -> list[Candidate]:
        """The rules that may fire in the rows of a batch, each with its row."""
        found: list[Candidate] = []
        if present := self._present(scan, outside):
            kind_of = reader(batch.column("kind"))
            for row, here in present.items():
                kind = str(kind_of(row))
                for number in here:
                    if (by_kind := self.by_number.get(number)) is not None:
                        looks = by_kind.get(kind, ())
                        found += [Candidate(look, row, kind) for look in looks if _all_there(look.needs, here, number)]
        if self.every:
            for row, kind in enumerate(map(str, batch.column("kind").to_pylist())):
                found += [Candidate(look, row, kind) for look in self.every if kind in look.kinds]
        return found

    def _present(self, scan: ScanHits, outside: Outside) -> dict[int, set[int]]:
        """The numbers that are hit in each row that a rule has to look at, rows ascending."""
        if len(scan.row) <= FEW and not self.asked:
            return self._of_few(scan)
        rows = self._nominated(scan)
        named = [(self.answers[name], np.flatnonzero(outside.named(name).possible).tolist()) for name in self.asked]
        if named:
            rows = sorted({*rows, *(row for number, at in named if number in self.by_number for row in at)})
        if not rows:
            return {}
        at = np.array(rows, np.int32)
        spans = zip(rows, scan.row.searchsorted(at).tolist(), scan.row.searchsorted(at, "right").tolist(), strict=True)
        present = {row: set(scan.words[first:last].tolist()) for row, first, last in spans}
        for number, these in named:
            for row in these:
                if row in present:
                    present[row].add(number)
        return present

    def _of_few(self, scan: ScanHits) -> dict[int, set[int]]:
        present: dict[int, set[int]] = {}
        for row, number in zip(scan.row.tolist(), scan.words.tolist(), strict=True):
            if row in present:
                present[row].add(number)
            else:
                present[row] = {number}
        return {row: here for row, here in present.items() if not self.by_number.keys().isdisjoint(here)}

    def _nominated(self, scan: ScanHits) -> list[int]:
        """The rows with a hit for which a rule is looked at, ascending; without some in which none can fire."""
        pivots = np.flatnonzero(self.pivots[scan.words])
        if len(pivots) >= MANY:
            return self.prospects.rows(scan, pivots, [self.answers[name] for name in self.asked])
        return list(dict.fromkeys(scan.row[pivots].tolist()))


def _all_there(needs: Sequence[frozenset[int]], here: set[int], number: int) -> bool:
    """Whether all that a rule needs is in a row, told once: at the first number of its rarest set."""
    for names in needs[1:]:
        if names.isdisjoint(here):
            return False
    return len(needs[0]) == 1 or number == min(needs[0] & here)


def _looks(run: RuleRun, place: int, own: Mapping[str, int], answers: Mapping[str, int]) -> Iterable[Look]:
    """The looks of a rule, one for each offer line of its kinds; none for kinds for which it can never hold."""
    by_line: dict[Node | None, list[str]] = defaultdict(list)
    asks_offer = reads(run.rule.condition, Offer)
    for kind in run.kinds:
        by_line[offer_for(run.pack.offer, kind) if asks_offer else None].append(kind)
    for line, kinds in by_line.items():
        shape, names = shape_of(run.rule.condition, line)
        known = _of_shape(shape)
        needs = () if run.rule.field_rule else known.needs
        if frozenset() in needs:
            continue
        lists = tuple(own[name] for name in names)
        numbers = [
            frozenset(answers[name] if name in answers else lists[int(name)] for name in slots) for slots in needs
        ]
        registers = run.pack.registers if known.asks else None
        yield Look(run, place, frozenset(kinds), shape, lists, numbers, registers, known.judge)


class _OfShape(NamedTuple):
    needs: Needed
    asks: bool
    judge: Callable[[OneRow], Single]


@lru_cache(maxsize=8192)
def _of_shape(shape: Shape) -> _OfShape:
    """What all rules of a shape have in common."""
    parts = [shape.condition] if shape.line is None else [shape.condition, shape.line]
    asks = any(reads(part, Registered) for part in parts)
    return _OfShape(needed(shape.condition, shape.line), asks, single(shape))
