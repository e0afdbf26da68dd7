"""The rectification report, and the sums that must hold in it (DESIGN.md §15)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from rectify.terms.entry import Json


@dataclass(frozen=True, slots=True)
class RectificationReport:
    """What was ordered, seen, found, decided, done, told and left. Fields are the top level of the report's JSON."""

    state: str  # rehearsal | interim | final | corrected
    made: Mapping[str, Json]
    order: Mapping[str, Json]
    acceptance: Mapping[str, Json] | None
    deadline: Mapping[str, Json]
    seen: Mapping[str, Json]
    findings: Sequence[Mapping[str, Json]]
    cases: Mapping[str, int]
    measures: Sequence[Mapping[str, Json]]
    told: Mapping[str, Json]
    appeals: Mapping[str, Json]
    undone: Mapping[str, Json]
    tasks: Sequence[Mapping[str, Json]]
    left: Sequence[Mapping[str, Json]]
    changed: Sequence[Mapping[str, Json]] = field(default_factory=tuple)

    def unequal(self) -> tuple[str, ...]:
        """The sums that do not hold, each as a sentence; empty when all agree."""
        faults = []
        if self.seen["rows"] != self.seen["screened"] + self.seen["set_aside"]:
            faults.append(f"rows {self.seen['rows']} is not screened + set aside")
        cases = self.cases
        decided = sum(cases[k] for k in ("violation", "no_violation", "outside", "asked"))
        if "all" in cases and cases["all"] != cases["open"] + decided:
            faults.append(f"cases {cases['all']} is not open + decided")
        for line in self.measures:
            parts = sum(line[k] for k in ("done", "moot", "failed", "refused", "unknown", "left_out"))
            if line["approved"] != parts:
                faults.append(f"{line['measure']} in {line['territory']}: approved {line['approved']} is not {parts}")
        return tuple(faults)
