"""What a condition is evaluated over: hits and answers as columns, and the sums over hits (`near`, `count`)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Protocol

import numpy as np
import numpy.typing as npt

Flags = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]
_ROOM = np.int64(1) << 31  # positions stay far below it, so a group's keys never reach into the next group
_FEW_ROWS = 1 << 16


@dataclass(frozen=True, slots=True)
class Answer:
    """One element a row. `sure` implies `possible`; a row that is possible only is for a person."""

    sure: Flags
    possible: Flags

    @staticmethod
    def of(flags: Flags) -> Answer:
        """An answer without doubt."""
        return Answer(flags, flags)

    @staticmethod
    def all_of(n: int, sure: bool, possible: bool | None = None) -> Answer:
        """The same answer for n rows."""
        return Answer(np.full(n, sure), np.full(n, sure if possible is None else possible))


@dataclass(frozen=True, slots=True, eq=False)
class Hits:
    """Hits of one words list, one element a hit, sorted by row, field, start.

    `field` is 0 title, 1 text, 2 variants[0], 3 variants[1] ...; `start`, `end` count folded characters, end excluded.
    """

    row: npt.NDArray[np.int32]
    field: npt.NDArray[np.int16]
    start: npt.NDArray[np.int32]
    end: npt.NDArray[np.int32]
    plain: Flags  # seen through case, width, script only
    weak: Flags  # seen through squeezing or leet only

    @staticmethod
    def none() -> Hits:
        """No hits."""
        i32, flags = np.empty(0, np.int32), np.empty(0, np.bool_)
        return Hits(i32, np.empty(0, np.int16), i32, i32, flags, flags)

    def __len__(self) -> int:
        return len(self.row)

    def only(self, keep: Flags) -> Hits:
        """The hits where `keep` is true, in the same order."""
        if keep.all():
            return self
        return Hits(
            self.row[keep], self.field[keep], self.start[keep], self.end[keep], self.plain[keep], self.weak[keep]
        )

    def rows(self, n: int) -> Flags:
        """Which of n rows have a hit."""
        flags = np.zeros(n, np.bool_)
        flags[self.row] = True
        return flags


class Rows(Protocol):
    """The n candidate rows that a condition is evaluated over, with the words of the rule's pack."""

    @property
    def n(self) -> int:
        """How many rows."""
        ...

    def hits(self, words: str) -> Hits:
        """Hits of a words list."""
        ...

    def field(self, name: str) -> Sequence[str | Decimal | None]:
        """Values of a field, n of them: "price" as Decimal, all others as text, None = not stated."""
        ...

    def registered(self) -> Answer:
        """Sure: bound and valid. Possible: the same, or like an entry of the register."""
        ...

    def product(self, how: str) -> Answer:
        """Whether the item is a product that the order names, by "gtin" or by "model"."""
        ...

    def provider(self) -> Answer:
        """Whether the item is of a provider that the order names."""
        ...


def _groups(*hits: Hits) -> list[Ints]:
    """A number for each hit's (row, field), ascending with it, below 2^31, for several lists at once."""
    keys = [h.row.astype(np.int64) << 15 | h.field.astype(np.int64) for h in hits]
    if all(h.row[-1] < _FEW_ROWS for h in hits):
        return keys
    _, number = np.unique(np.concatenate(keys), return_inverse=True)
    return list(np.split(number.astype(np.int64), np.cumsum([len(k) for k in keys])[:-1]))


def near(one: Hits, other: Hits, limit: int, same: bool) -> npt.NDArray[np.int32]:
    """Rows (with repetitions) where a hit of each stands within `limit` folded characters in one field.

    Hits that overlap have nothing between them and are near, unless they are the very same characters: one thing said
    once. `same`: both are the same list; then two hits that overlap are one thing, and do not count.
    """
    if not len(one) or not len(other):
        return np.empty(0, np.int32)
    group, others = _groups(one, other)
    starts = np.sort(others * _ROOM + other.start)
    end = group * _ROOM + one.end
    before = np.searchsorted(starts, end + limit, "right")
    if same:
        return one.row[before > np.searchsorted(starts, end, "left")]
    ends = np.sort(others * _ROOM + other.end)
    start = group * _ROOM + one.start
    found = before - np.searchsorted(ends, start - limit, "left")
    if not (np.searchsorted(starts, start, "left") < np.searchsorted(starts, start, "right")).any():
        return one.row[found > 0]
    return one.row[found > _equal_spans(one, group, other, others)]


def _equal_spans(one: Hits, group: Ints, other: Hits, others: Ints) -> Ints:
    """For each hit of the one, how many hits of the other are the very same characters."""
    mine = np.stack([group, one.start, one.end], axis=1)
    theirs = np.stack([others, other.start, other.end], axis=1)
    _, number = np.unique(np.concatenate([mine, theirs]), axis=0, return_inverse=True)
    number = number.reshape(-1)
    return np.bincount(number[len(one) :], minlength=int(number.max()) + 1)[number[: len(one)]]


def most_apart(hits: Hits, n: int, enough: int) -> Ints:
    """For each of n rows the largest number of hits that do not overlap, counted up to `enough` in each field.

    The classic greedy choice (always the hit that ends first), for all fields of all rows at once.
    """
    total = np.bincount(hits.row, minlength=n).astype(np.int64)
    hits = hits.only(total[hits.row] >= enough)
    counted = np.zeros(n, np.int64)
    if not len(hits):
        return counted
    (group,) = _groups(hits)
    order = np.lexsort((hits.start, group))
    group, row = group[order], hits.row[order]
    starts, ends = group * _ROOM + hits.start[order], group * _ROOM + hits.end[order]
    first_end = np.minimum.accumulate(ends[::-1])[::-1]  # the earliest end of this hit and all after it
    live = np.flatnonzero(np.r_[True, group[1:] != group[:-1]])
    its_row, its_group = row[live], group[live]
    for _ in range(enough):
        np.add.at(counted, its_row, 1)
        live = np.searchsorted(starts, first_end[live], "left")
        go_on = live < len(starts)
        go_on[go_on] = group[live[go_on]] == its_group[go_on]
        live, its_row, its_group = live[go_on], its_row[go_on], its_group[go_on]
        if not len(live):
            break
    return counted
