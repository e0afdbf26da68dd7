"""What a report says of measures: by measure and territory, which were approved and what became of each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from rectify.reports.effects import STRICT
from rectify.terms.entry import Json, Opened

BECAME = ("done", "moot", "failed", "refused", "unknown", "left_out")


@dataclass(slots=True)
class ActsSeen:
    """Measures as the ledger tells them: rehearsed sets, approvals, attempts, outcomes."""

    sets: dict[str, Sequence[Mapping[str, Json]]] = field(default_factory=dict)
    approved: set[str] = field(default_factory=set)
    became: dict[tuple[str, int], str] = field(default_factory=dict)
    claims: dict[str, Sequence[str]] = field(default_factory=dict)  # claim -> territories

    def take(self, opened: Opened) -> None:
        """Read one entry; kinds that say nothing of measures are passed over."""
        body, kind = opened.body, opened.entry.kind
        if kind == "rehearsed":
            self.sets[body["set"]] = body["measures"]
        elif kind == "approved":
            self.approved.add(body["set"])
        elif kind == "claimed":
            self.claims[body["claim"]] = body["territories"]
        elif kind == "attempted":
            self._note(body["key"], "unknown")
        elif kind == "outcome":
            self._note(body["key"], body["what"].replace(" ", "_"))

    def _note(self, key: str, what: str) -> None:
        """A key is SET/NUMBER. One that overtakes a lost change (SET/NUMBER!) settles nothing of its own."""
        name, _, number = key.rpartition("/")
        if number.isdigit() and name in self.sets:
            self.became[name, int(number)] = what

    def _lines(self) -> list[tuple[Mapping[str, Json], str]]:
        """Each measure of an approved set that was begun, with what became of it."""
        return [(self.sets[name][n], what) for (name, n), what in sorted(self.became.items()) if name in self.approved]

    def measures(self) -> list[dict[str, Json]]:
        """Lines of `measures` in the report: towards stricter only; undoing has its own part."""
        counted: dict[tuple[str, str, str], Counter[str]] = {}
        for measure, what in self._lines():
            if not undoes(measure):
                where = ", ".join(sorted({t for claim in measure["claims"] for t in self.claims.get(claim, ())}))
                counted.setdefault((measure["measure"], where, measure["kind"]), Counter())[what] += 1
        return [
            {"measure": m, "territory": t, "kind": k, "approved": n.total(), **{b: n[b] for b in BECAME}}
            for (m, t, k), n in sorted(counted.items())
        ]

    def undone(self, fell: Sequence[Mapping[str, Json]]) -> dict[str, Json]:
        """What was taken back, and on what occasion."""
        became = Counter(what for measure, what in self._lines() if undoes(measure))
        return {"grounds": list(fell), **{b: became[b] for b in BECAME}}

    def left(self) -> dict[str, int]:
        """Reasons for which a measure is not done, each with its number."""
        last = {
            tuple(self.sets[name][n]["place"]): what for (name, n), what in self.became.items() if name in self.approved
        }
        became = Counter(last.values())  # what a later set did at the same place is not left
        waiting = sum(len(self.sets[name]) for name in self.approved if not any(s == name for s, _ in self.became))
        return {
            "measures approved and not yet carried out": waiting,
            "measures left out because the item changed meanwhile": became["left_out"],
            "measures that the host refused": became["refused"],
            "measures that failed": became["failed"],
            "measures without a sure outcome": became["unknown"],
        }


def undoes(measure: Mapping[str, Json]) -> bool:
    """Whether a measure goes towards milder."""
    return STRICT[measure["wanted"]] < STRICT[measure["found"]]
