"""From terms read in texts to the hits of a batch: the least disguised, less what not_in phrases swallow, capped."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from rectify.screening.fold import BIT, BITS
from rectify.screening.letters import Reading
from rectify.screening.ranges import flat
from rectify.terms.finding import Disguise

CAP = 64
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
Pairs = tuple[Ints, Ints]  # (row, number of a list) by place
ReadThere = Callable[[Pairs, Pairs], Bools]  # (pairs that are hit, pairs asked for) -> which of these a rule may read


# What is no 32-bit number in hits.
_KINDS: dict[str, type] = {"field": np.int16, "disguise": np.uint32, "hidden": np.bool_, "capped": np.bool_}


@dataclass(frozen=True)
class ScanHits:
    """Hits as parallel arrays, sorted by row, field, start. `start`, `end` are code points of what was written,
    `fold_start`, `fold_end` those of the folded text of the field; ends are excluded.
    """

    row: npt.NDArray[np.int32]
    field: npt.NDArray[np.int16]
    words: npt.NDArray[np.int32]  # number of the list
    term: npt.NDArray[np.int32]  # number in the list: terms, then patterns
    start: npt.NDArray[np.int32]
    end: npt.NDArray[np.int32]
    fold_start: npt.NDArray[np.int32]
    fold_end: npt.NDArray[np.int32]
    disguise: npt.NDArray[np.uint32]  # bits in the order of `Disguise`
    hidden: npt.NDArray[np.bool_]  # a reader does not see it
    capped: npt.NDArray[np.bool_]  # more hits of this term in this field were left out

    @classmethod
    def of(cls, **columns: npt.NDArray[Any]) -> ScanHits:
        """Hits given in any order and as any whole numbers, by the names of the columns."""
        order = _order(columns)
        return cls(**{name: values[order].astype(_KINDS.get(name, np.int32)) for name, values in columns.items()})

    def __len__(self) -> int:
        return len(self.row)


def _order(columns: dict[str, npt.NDArray[Any]]) -> Ints | slice:
    """The order of hits: as they come, or by where they begin alone, unless two begin in one place."""
    row, field, start = (columns[name].astype(np.int64) for name in ("row", "field", "start"))
    cell = row * (field.max(initial=0) + 1) + field
    place = cell << 32 | start
    few = cell.max(initial=0) < 1 << 31
    if few and (place[1:] > place[:-1]).all():
        return slice(None)
    order = np.argsort(place)
    placed = place[order]
    if few and (placed[1:] != placed[:-1]).all():
        return order
    last = columns["words"].astype(np.int64) << 32 | columns["term"].astype(np.int64)
    return np.lexsort((last, start << 32 | columns["end"].astype(np.int64), row << 32 | field))


def disguises_of(mask: int) -> tuple[Disguise, ...]:
    """The classes of a bit mask, in the order of `Disguise`."""
    return tuple(disguise for disguise, bit in BIT.items() if mask & bit)


@dataclass
class Found:
    """Readings of terms and phrases as parallel lists, in any order; positions are code points of the cell as read."""

    cell: list[int] = field(default_factory=list)
    words: list[int] = field(default_factory=list)
    term: list[int] = field(default_factory=list)  # -1 for a not_in phrase
    start: list[int] = field(default_factory=list)
    end: list[int] = field(default_factory=list)
    mask: list[int] = field(default_factory=list)
    gap_start: list[int] = field(default_factory=list)  # letters around what only squeezing reads through; -1 for none
    gap_end: list[int] = field(default_factory=list)

    def add(self, cell: int, words: int, term: int, reading: Reading) -> None:
        """Take one reading in."""
        self.cell.append(cell)
        self.words.append(words)
        self.term.append(term)
        self.start.append(reading.start)
        self.end.append(reading.end)
        self.mask.append(reading.mask)
        self.gap_start.append(reading.strange[0][0] if reading.strange else -1)
        self.gap_end.append(reading.strange[-1][1] if reading.strange else -1)

    def arrays(self) -> dict[str, Ints]:
        """The lists as arrays, by name."""
        return {name: np.array(values, np.int64) for name, values in vars(self).items()}


def rank(mask: Ints) -> Ints:
    """How disguised: 0 plain, 1 disguised, 2 weak."""
    return np.where(mask & BITS.weak, 2, np.where(mask & ~BITS.plain, 1, 0))


def settle(found: dict[str, Ints]) -> tuple[dict[str, Ints], Bools]:
    """(the hits that stand, in order of cell, words, term and start; whether hits beyond each were cut off)."""
    phrase = found["term"] < 0
    phrases = {name: values[phrase & (found["hidden"] == 0)] for name, values in found.items()}
    hits = {name: values[~phrase] for name, values in found.items()}
    # of readings alike in all else the one of the first classes stays: the result is the same whatever their order
    order = np.lexsort(
        (hits["mask"], rank(hits["mask"]), hits["end"], hits["start"], hits["term"], hits["words"], hits["cell"])
    )
    hits = {name: values[order] for name, values in hits.items()}
    kept = _least_disguised(hits) & ~_swallowed(hits, phrases)
    hits = {name: values[kept] for name, values in hits.items()}
    return _capped(hits)


def _groups(*keys: Ints) -> Ints:
    """A number for each run of equal keys."""
    new = np.zeros(len(keys[0]), bool)
    for key in keys:
        new[1:] |= key[1:] != key[:-1]
    return np.cumsum(new)


def _least_disguised(hits: dict[str, Ints]) -> Bools:
    """Which hits overlap no hit of the same term that is less disguised; of equal spans the first stays."""
    group = _groups(hits["cell"], hits["words"], hits["term"])
    start, end = hits["start"], hits["end"]
    kept = np.ones(len(start), bool)
    kept[1:] &= (group[1:] != group[:-1]) | (start[1:] != start[:-1]) | (end[1:] != end[:-1])
    ranks = rank(hits["mask"])
    wide = int(end.max(initial=0)) + 1
    for weaker in (1, 2):
        these, better = np.flatnonzero(ranks == weaker), np.flatnonzero(ranks < weaker)
        if len(these) and len(better):
            # ends ascend with starts among better hits only where they do not nest; the running maximum mends that
            reach = np.maximum.accumulate(group[better] * wide + end[better])
            last = np.searchsorted(group[better] * wide + start[better], group[these] * wide + end[these]) - 1
            kept[these] &= ~((last >= 0) & (reach[last] > group[these] * wide + start[these]))
    return kept


def _swallowed(hits: dict[str, Ints], phrases: dict[str, Ints]) -> Bools:
    """Which hits lie inside a not_in phrase of their list.

    A phrase that is seen only by squeezing swallows hits that are so too, and those that hold all its strange gaps:
    no sign between two sentences acquits. What a reader does not see neither swallows nor is swallowed.
    """
    gone = np.zeros(len(hits["cell"]), bool)
    if not len(phrases["cell"]):
        return gone
    wide = int(max(hits["end"].max(initial=0), phrases["end"].max())) + 2
    lists = int(max(hits["words"].max(initial=0), phrases["words"].max())) + 1
    place = (hits["cell"] * lists + hits["words"]) * wide
    there = (phrases["cell"] * lists + phrases["words"]) * wide
    squeezed = (hits["mask"] & BITS.squeezed) > 0
    strange = phrases["gap_start"] >= 0
    gone |= _inside(place, hits, there, phrases, ~strange)
    gone |= squeezed & _inside(place, hits, there, phrases, strange)
    gone[_across(place, hits, there, phrases, strange)] = True
    swallowed: Bools = gone & (hits["hidden"] == 0)
    return swallowed


def _inside(place: Ints, hits: dict[str, Ints], there: Ints, phrases: dict[str, Ints], which: Bools) -> Bools:
    """Which hits lie wholly inside one of these phrases at the same place."""
    start, end = (there + phrases["start"])[which], (there + phrases["end"])[which]
    if not len(start):
        return np.zeros(len(place), bool)
    order = np.argsort(start)
    reach = np.maximum.accumulate(end[order])
    last = np.searchsorted(start[order], place + hits["start"], side="right") - 1
    inside: Bools = (last >= 0) & (reach[last] >= place + hits["end"])
    return inside


def _across(place: Ints, hits: dict[str, Ints], there: Ints, phrases: dict[str, Ints], which: Bools) -> Ints:
    """The hits inside one of these phrases at the same place that hold all its strange gaps."""
    order = np.argsort(place + hits["start"], kind="stable")
    begins = (place + hits["start"])[order]
    low = np.searchsorted(begins, (there + phrases["start"])[which])
    many = np.searchsorted(begins, (there + phrases["gap_start"])[which], side="right") - low
    phrase, hit = np.repeat(np.flatnonzero(which), many), order[flat(low, many)]
    fits = (phrases["gap_end"][phrase] < hits["end"][hit]) & (hits["end"][hit] <= phrases["end"][phrase])
    return hit[fits]


def _capped(hits: dict[str, Ints]) -> tuple[dict[str, Ints], Bools]:
    """The first hits of each term in each cell, and whether more were left out."""
    group = _groups(hits["cell"], hits["words"], hits["term"])
    first = np.searchsorted(group, group)
    kept = np.arange(len(group)) - first < CAP
    over = np.isin(group, group[~kept])
    return {name: values[kept] for name, values in hits.items()}, over[kept]
