"""The persons of the demo at work: each step is the real one, and whoever decides knows what the rows are in truth."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from rectify.cases.show import listed
from rectify.example.rows import Truth
from rectify.example.shop import Shop
from rectify.measures.bodies import OverReach
from rectify.measures.carry_out import CarriedOut
from rectify.measures.plan import OVER_REACH
from rectify.measures.rehearse import RehearsedSet, beyond_reach
from rectify.steps import carry_out, decide
from rectify.terms.case import Case, CaseState, Judgement
from rectify.terms.measure import OutcomeKind
from rectify.terms.territory import NOWHERE, Territory, lies_in
from rectify.workspace import Workspace

LEGAL, REVIEWER, LEAD, CLERK = "awu", "blin", "mroy", "kim"
LOT = 4  # cases alike from here on are decided together


class Played:
    """A clock that a play sets: it goes on by a second whenever somebody looks at it."""

    def __init__(self, begin: datetime) -> None:
        self.begin = self.now = begin

    def __call__(self) -> datetime:
        self.now += timedelta(seconds=1)
        return self.now

    def at(self, hours: float) -> datetime:
        """Goes on to so many hours after the beginning; never back."""
        self.now = max(self.now, self.begin + timedelta(hours=hours))
        return self.now


@dataclass(slots=True)
class Decided:
    """How the cases of an order were decided by persons."""

    singly: int = 0
    lots: int = 0
    in_lots: int = 0
    judged: dict[Judgement, int] = field(default_factory=dict)


# (what the row is, is it about a product) -> judgement and reason
_SAID: Mapping[Truth, tuple[Judgement, str]] = {
    Truth.OFFER: (Judgement.VIOLATION, "Offers access to a VPN service for money; the account holds no licence."),
    Truth.MISTAKEN: (Judgement.VIOLATION, "Offers access to a VPN service for money; the account holds no licence."),
    Truth.BOTH: (Judgement.VIOLATION, "The item is sold with what the order forbids."),
    Truth.RECALLED: (Judgement.VIOLATION, "Is the recalled product by brand and model."),
    Truth.ASK: (
        Judgement.ASKED,
        "Which batch and bar code does the type plate show? Please send a picture of it.",
    ),
    Truth.NEARBY: (Judgement.NO_VIOLATION, "Another product or an accessory; not what the order names."),
    Truth.INNOCENT: (Judgement.NO_VIOLATION, "Mentions it, or has it as a part; no such service is offered."),
    Truth.LICENSED: (Judgement.NO_VIOLATION, "The provider is licensed; the account was bound to its entry."),
    Truth.PLAIN: (Judgement.NO_VIOLATION, "Nothing of the kind is offered."),
}
_OUTSIDE = "It is on sale in no storefront that reaches the territory of the order."


@dataclass(frozen=True, slots=True)
class Reviewer:
    """Decides what waits, in lots where cases are alike, as somebody would who looks closely."""

    workspace: Workspace
    truths: Mapping[tuple[str, str], Truth]
    sells: Mapping[str, Territory | None]  # storefront -> territories

    def decide(self, book: str, territory: Territory) -> Decided:
        """Decides all open cases of an order."""
        made = Decided()
        with self.workspace.ledger.reading() as connection:
            waiting = listed(self.workspace.ledger, connection, book=book, state=CaseState.OPEN)
        left = {case.id: self._judged(case, territory) for case in waiting}
        while left:
            case, said = next(iter(left.items()))
            alike = {c: seen for c, seen in decide.like(self.workspace, case).items() if left.get(c) == said}
            judgement, reason = said
            if len(alike) >= LOT:
                decide.decide_lot(self.workspace, alike, judgement, reason, as_=REVIEWER)
                made.lots, made.in_lots = made.lots + 1, made.in_lots + len(alike)
            else:
                alike = {case: ""}
                decide.decide(self.workspace, case, judgement, reason, as_=REVIEWER)
                made.singly += 1
            made.judged[judgement] = made.judged.get(judgement, 0) + len(alike)
            for done in alike:
                del left[done]
        return made

    def _judged(self, case: Case, territory: Territory) -> tuple[Judgement, str]:
        assert case.key
        judgement, reason = _SAID[self.truths[case.key.kind, case.key.id]]
        if judgement is Judgement.VIOLATION and not self._reaches(case, territory):
            return Judgement.OUTSIDE, _OUTSIDE
        return judgement, reason

    def _reaches(self, case: Case, territory: Territory) -> bool:
        sold = (code for front in case.storefronts or () for code in self.sells[front] or ())
        return any(lies_in(code, territory) for code in sold)


@dataclass(frozen=True, slots=True)
class Done:
    """A set from rehearsal to outcome."""

    set: RehearsedSet
    outcomes: Mapping[OutcomeKind, int]


def rehearsed(workspace: Workspace, book: str, over_reach: Sequence[OverReach] = ()) -> list[RehearsedSet]:
    """What is due for an order, catalogue by catalogue; those in which nothing is due are left out."""
    return [s for s in carry_out.rehearse(workspace, book, over_reach=over_reach, as_=REVIEWER) if s.id]


def beyond(workspace: Workspace, sets: Sequence[RehearsedSet], book: str) -> list[OverReach]:
    """The over-reach that all claims of an order would need where a storefront sells into other countries too."""
    from rectify.measures.records import load_book

    with workspace.ledger.reading() as connection:
        claims = load_book(connection).claims
    found = {
        (task.claim, task.place.storefront)
        for one in sets for task in one.tasks
        if task.what == OVER_REACH and claims[task.claim].ground == book
    }  # fmt: skip
    return [OverReach(claim, front, beyond_reach(claims[claim].reach, workspace.storefronts[front]))
            for claim, front in sorted(found)]  # fmt: skip


def approved(workspace: Workspace, sets: Sequence[RehearsedSet]) -> None:
    """Another person approves sets as they were rehearsed, despite what holds them, which the demo tells."""
    for one in sets:
        needed = _needed(workspace, one)
        carry_out.approve(workspace, one.id, len(one.lines), over_reach=needed, despite=bool(one.holds), as_=LEAD)


def _needed(workspace: Workspace, one: RehearsedSet) -> list[OverReach]:
    from rectify.measures.records import load_book

    with workspace.ledger.reading() as connection:
        known = load_book(connection, ()).beyond
    rests = {(o.claim, o.storefront): o for line in one.lines for o in line.over_reach}
    left = [o._replace(territories=o.territories - known.get(key, NOWHERE)) for key, o in rests.items()]
    return [o for o in left if o.territories]


def carried_out(workspace: Workspace, sets: Sequence[RehearsedSet]) -> list[Done]:
    """The lead carries approved sets out."""
    done = []
    for one in sets:
        made: CarriedOut = carry_out.carry_out(workspace, one.id, as_=LEAD)
        done.append(Done(one, made.counts))
    return done


def case_of_item(workspace: Workspace, book: str, item: str) -> str:
    """The case of an order about an item by the host's id."""
    with workspace.ledger.reading() as connection:
        found = listed(workspace.ledger, connection, book=book)
    return next(case.id for case in found if case.key and case.key.id == item)


def shop_of(workspace: Workspace) -> Shop:
    """The example shop of a workspace."""
    return Shop(workspace.path("shop") / "shop.db")


def appeal_text(workspace: Workspace, name: str) -> str:
    """What a party of the example wrote."""
    return Path(workspace.path("appeals") / f"{name}.txt").read_text(encoding="utf-8")
