"""Is what the tables say of a set what the ledger says? Asked before a host is written to.

The tables are a copy of the ledger for quick looks, and whoever can write to the store's file can change them with one
statement: name an approver, point a target at another item, drop the claim of a second order. So the approval is looked
up in the ledger itself, and all that the law needs at these targets is told once more from the entries and compared.
The cost is one pass over the entries of these kinds, of which only those are opened that concern the set.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from rectify.ledger.ledger import Ledger
from rectify.ledger.replay import open_parts
from rectify.measures import records
from rectify.measures.bodies import OVERTAKES, MeasureSet
from rectify.measures.book import KINDS, Book
from rectify.terms.entry import Entry
from rectify.terms.errors import Broken, Refused
from rectify.terms.measure import Outcome, OutcomeKind

_FIND_OUT = "nothing was carried out; run  rectify doctor  and find out who wrote to the store"
_WHOLE = ("acts", "grounds", "listed", "ladders", "beyond")  # of a book, whatever it was loaded for
_IN_SCOPE = ("claims", "attempts", "targets")


def prove(ledger: Ledger, digest: str) -> None:
    """Compares a set, and all that bears on its places, with the ledger.

    Raises Refused where no entry approves it, and Broken, with what differs, where a table says something else.
    """
    with ledger.reading() as connection:
        kept = records.load_set(connection, digest)
        if kept is None:
            raise Refused(f"the set {digest[:12]} is in no table any more", _FIND_OUT)
        told = records.load_book(connection, _targets(kept))
        outcomes = records.set_outcomes(connection, digest)
        scope = _Scope(kept.id, _near(kept, told))
        book = Book()
        for entry in ledger.entries(kinds=KINDS):
            if scope.takes(entry):
                for opened in open_parts(connection, ledger.sealed, [entry]):
                    book.note(opened)
    _same_set(kept, book.sets.get(kept.id))
    differs = [name for name in _WHOLE if getattr(told, name) != getattr(book, name)]
    differs += [name for name in _IN_SCOPE if _within(told, name, scope) != _within(book, name, scope)]
    differs += ["claims"] if list(told.claims) != list(book.claims) and "claims" not in differs else []  # ladders count
    differs += ["stated"] if _stated(told, scope) != _stated(book, scope) else []
    answered = {key: outcome for key, outcome in book.outcomes.items() if key in book.attempts}
    differs += ["outcomes"] if (told.outcomes, outcomes) != (answered, _outcomes(book, kept.id)) else []
    if differs:
        tables = ", ".join(f"measures_{'grounds' if name in ('listed', 'ladders') else name}" for name in differs)
        raise Broken(f"what the tables say of the set {digest[:12]} is not what the ledger says: {tables}", _FIND_OUT)


@dataclass(slots=True)
class _Scope:
    """Which entries concern a set: those of its targets, their accounts, and all that names their claims."""

    digest: str
    names: frozenset[str]
    keys: set[str] = field(default_factory=set)  # of attempts at these targets

    def takes(self, entry: Entry) -> bool:
        """Whether an entry concerns the set; entries come in the order of the ledger."""
        body: Mapping[str, Any] = entry.body
        match entry.kind:
            case "gathered" | "claimed":
                return body["target"] in self.names or body["account"] in self.names
            case "attempted":
                if body["measure"]["place"][0] in self.names:
                    self.keys.add(body["key"])
                return body["key"] in self.keys
            case "outcome":
                return body["key"] in self.keys or body["key"].startswith(f"{self.digest}/")
            case "rehearsed":
                return bool(body["set"] == self.digest)
            case "task_done":
                return bool(body.get("place")) and body["place"][0] in self.names
        return True


def _targets(kept: MeasureSet) -> set[str]:
    return {line.measure.place.target for line in kept.lines}


def _near(kept: MeasureSet, told: Book) -> frozenset[str]:
    """The targets of a set, the items of buyers, and the accounts behind them."""
    names = {name for target in _targets(kept) for name in (target, target.removesuffix("/buyers"))}
    claimed = {claim.account for name in names for claim in told.on_target(name)}
    return frozenset(names | claimed | {told.targets[name].account for name in names if name in told.targets} - {""})


def _same_set(kept: MeasureSet, said: MeasureSet | None) -> None:
    short = kept.id[:12]
    if said is None:
        raise Broken(f"no entry of the ledger rehearsed the set {short}", _FIND_OUT)
    if not said.approved_by:
        raise Refused(f"no entry of the ledger approves the set {short}, whatever a table says", _FIND_OUT)
    if said.sent_back or kept != said:
        raise Broken(f"the set {short} is not the one that was approved: measures_sets", _FIND_OUT)


def _within(book: Book, name: str, scope: _Scope) -> dict[str, Any]:
    """What a book has of the targets of a scope, in its order."""
    found: dict[str, Any] = getattr(book, name)
    if name == "targets":
        return {key: value for key, value in found.items() if key in scope.names}
    if name == "attempts":
        return {key: value for key, value in found.items() if value.place.target in scope.names}
    return {key: value for key, value in found.items() if {value.target, value.account} & scope.names}


def _stated(book: Book, scope: _Scope) -> dict[Any, Any]:
    return {place: value for place, value in book.stated.items() if place.target in scope.names}


def _outcomes(book: Book, digest: str) -> dict[str, Outcome]:
    """The same as `records.set_outcomes`, of a book."""
    mine = f"{digest}/"
    found = {key: Outcome(key, OutcomeKind.UNKNOWN) for key in book.attempts if key.startswith(mine)}
    found |= {key: outcome for key, outcome in book.outcomes.items() if key.startswith(mine)}
    return {key: outcome for key, outcome in found.items() if OVERTAKES not in key}
