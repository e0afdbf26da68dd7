"""Why a violation has no measure yet, as an order's book alone can tell: each claim that stands counts once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from rectify.reports.effects import STRICT
from rectify.terms.entry import Json, Opened


@dataclass(slots=True)
class ClaimsSeen:
    """Claims that ask for an effect and stand, and how far a measure for them has come."""

    live: dict[str, tuple[str, int]] = field(default_factory=dict)  # claim -> its target, the entry that made it
    named: dict[str, set[str]] = field(default_factory=dict)  # set -> claims that its measures name
    approved: set[str] = field(default_factory=set)  # sets
    beyond: set[tuple[str, str]] = field(default_factory=set)  # claim, storefront that reaches further than it
    unknown: set[str] = field(default_factory=set)  # targets whose storefronts nobody has stated
    rehearsed: int = -1  # the last entry `rehearsed`
    bare: set[str] = field(default_factory=set)  # cases decided a violation for which the order lists no measure

    def take(self, opened: Opened) -> None:
        """Read one entry."""
        body, kind = opened.body, opened.entry.kind
        if kind == "claimed":
            self.bare.discard(body.get("case", ""))
            if STRICT[body["effect"]]:
                self.live[body["claim"]] = body["target"], opened.entry.sequence
        elif kind == "claim_ended" and not body["to"]:
            self.live.pop(body["claim"], None)
        elif kind in ("annulled", "ended"):
            self.live.clear()
            self.bare.clear()
        elif kind == "decided":
            none = body["judgement"] == "violation" and not body.get("measure")
            (self.bare.add if none else self.bare.discard)(body["case"])
        elif kind == "gathered":
            (self.unknown.add if body["storefronts"] is None else self.unknown.discard)(body["target"])
        elif kind in ("rehearsed", "approved"):
            self._set(kind, body, opened.entry.sequence)

    def _set(self, kind: str, body: Mapping[str, Json], sequence: int) -> None:
        if kind == "rehearsed":
            self.rehearsed = sequence
            self.named[body["set"]] = {claim for measure in body["measures"] for claim in measure["claims"]}
            self.beyond |= {(w["claim"], w["storefront"]) for w in body["warnings"] if w["what"] == "over-reach"}
        else:
            self.approved.add(body["set"])
            self.beyond -= {(over["claim"], over["storefront"]) for over in body["over_reach"]}

    def left(self, at_host: Mapping[str, str] | None = None) -> dict[str, int]:
        """Reasons for which a violation has no measure, each with its number of targets; `at_host` as in `why`."""
        return {reason: len(targets) for reason, targets in self.why(at_host).items()} | {NOTHING: len(self.bare)}

    def why(self, at_host: Mapping[str, str] | None = None) -> dict[str, set[str]]:
        """Reasons for which a violation has no measure, each with its targets.

        `at_host`: claim or target -> the reason that a look at the host gave; it goes before what the book alone says.
        """
        told = at_host or {}
        begun = {claim for name in self.approved for claim in self.named.get(name, ())}
        seen = {claim for claims in self.named.values() for claim in claims}
        beyond = {claim for claim, _ in self.beyond}
        found: dict[str, set[str]] = {reason: set() for reason in REASONS}
        for name, reason in told.items():
            if reason in (STAYS, DOUBT):  # of places that no claim asks for any more
                found[reason].add(name)
        for claim, (target, made) in self.live.items():
            reason = told.get(claim) or told.get(target, "")
            if target in self.unknown:
                found[UNKNOWN].add(target)
            elif reason in _FIRST:
                found[reason].add(target)
            elif claim in beyond and at_host is None:
                found[BEYOND].add(target)
            elif claim not in begun and reason == TERM:
                found[TERM].add(target)
            elif claim not in begun:
                nowhere = at_host is not None or made < self.rehearsed
                found[WAITS if claim in seen else NOWHERE if nowhere else NEW].add(target)
        return found


UNDECIDED = "cases that nobody has decided"
TOO_LATE = "cases not decided: the order ended first"
UNKNOWN = "items whose storefronts nobody has stated"
BEYOND = "items in storefronts that reach further than the order"
WAITS = "violations whose measure was rehearsed and not approved"
NEW = "violations for which no measure was rehearsed yet"
NOWHERE = "violations that no shop front in the territory shows"
NOTHING = "violations for which the order lists no measure that could be taken"
CANNOT = "violations whose measure the host cannot carry out"
TERM = "violations whose term was over before a measure was taken"
UNREAD = "items of which the host gave no answer that can be read"
ERASED = "items of which nobody knows any more who is meant"
STAYS = "items that the host cannot give back"
DOUBT = "items of which nobody knows whose hand set them"
_FIRST = (UNKNOWN, BEYOND, CANNOT, UNREAD, ERASED)  # told also where something milder was done
ON_SALE = (UNKNOWN, BEYOND)  # somebody here could still act: state the storefronts, or approve the over-reach
REASONS = (UNKNOWN, BEYOND, CANNOT, UNREAD, ERASED, WAITS, NEW, NOWHERE, TERM, NOTHING, STAYS, DOUBT)
