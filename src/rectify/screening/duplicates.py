"""Rows that share an id: how many, and which findings must go to a person (DESIGN.md §6).

Whether two rows of one id look alike is seen without reading them again: a verdict depends on nothing but what the
rule saw, so rows that look alike give the same finding, and a row without it must look different.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from rectify.screening.splits import Hashes
from rectify.terms.finding import SHADOW, Finding, Verdict

DUPLICATE = "duplicate_id"
Key = tuple[int, str, str, bool]  # hash of an id, pack, rule, in shadow
_AT_ONCE = 1 << 24  # hashes sorted together: 128 MB


def repeated(parts: Sequence[Callable[[], Hashes]], total: int) -> Mapping[int, int]:
    """Hash -> how many rows have it, for each that occurs more than once. `parts` read the hashes of one split each.

    Memory is bounded: more than 16 million rows are counted in several rounds, each for a range of hashes.
    """
    rounds = 1 << max(0, (max(total, 1) - 1).bit_length() - _AT_ONCE.bit_length() + 1)
    shift = np.uint64(64 - (rounds.bit_length() - 1))
    found: dict[int, int] = {}
    for number in range(rounds):
        held = [part() for part in parts]
        if rounds > 1:
            held = [hashes[hashes >> shift == number] for hashes in held]
        together = np.concatenate(held) if held else np.empty(0, np.uint64)
        del held
        together.sort()
        found |= _repeated(together)
    return found


def _repeated(ordered: Hashes) -> dict[int, int]:
    starts = np.flatnonzero(np.r_[True, ordered[1:] != ordered[:-1]]) if len(ordered) else np.empty(0, np.int64)
    counts = np.diff(np.r_[starts, len(ordered)])
    many = counts > 1
    return dict(zip(ordered[starts[many]].tolist(), counts[many].tolist(), strict=True))


def _key(hashed: int, finding: Finding) -> Key:
    return hashed, finding.pack, finding.rule, SHADOW in finding.marks


@dataclass(slots=True)
class Repeats:
    """Findings of items whose id stands in more than one row. Feed it all, then ask for each what it becomes."""

    rows: Mapping[int, int]  # hash of an id -> rows that have it
    given: Counter[Key] = field(default_factory=Counter)
    looks: dict[Key, set[str]] = field(default_factory=dict)
    kept: set[str] = field(default_factory=set)

    def add(self, found: Iterable[tuple[int, Finding]]) -> None:
        """Takes in findings with the hashes of their items' ids; those of ids that stand once are passed over."""
        for hashed, finding in found:
            if hashed in self.rows:
                key = _key(hashed, finding)
                self.given[key] += 1
                self.looks.setdefault(key, set()).add(finding.seen)

    def settle(self, hashed: int, finding: Finding) -> Finding | None:
        """The finding as it stands: itself, a review with a mark where rows differ, None for one told already.

        Ask once for each finding, in the order of the sweep: of the same finding given twice the first one stays.
        """
        if hashed not in self.rows:
            return finding
        if finding.id in self.kept:
            return None
        self.kept.add(finding.id)
        key = _key(hashed, finding)
        if len(self.looks[key]) == 1 and self.given[key] == self.rows[hashed]:
            return finding
        return replace(finding, verdict=Verdict.REVIEW, marks=(*finding.marks, DUPLICATE))
