"""Grounds, claims and the one scale of effects (DESIGN.md §8, §13; CLAIMS.md)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum

from rectify.terms.territory import Territory


class Effect(IntEnum):
    """One scale for all targets, mild to strict. Only the host brings about GONE.

    item: visible, labelled, restricted, removed · account: open, -, service_suspended, closed
    service: open, -, registrations_halted, feature_suspended · buyers: not told, told
    """

    OPEN = 0
    LABELLED = 1
    RESTRICTED = 2
    REMOVED = 3
    GONE = 4


NAMES: dict[str, dict[Effect, str]] = {
    "item": {Effect.OPEN: "visible", Effect.LABELLED: "labelled", Effect.RESTRICTED: "restricted",
             Effect.REMOVED: "removed", Effect.GONE: "gone"},
    "account": {Effect.OPEN: "open", Effect.RESTRICTED: "service_suspended", Effect.REMOVED: "closed",
                Effect.GONE: "gone"},
    "service": {Effect.OPEN: "open", Effect.RESTRICTED: "registrations_halted", Effect.REMOVED: "feature_suspended"},
    "buyers": {Effect.OPEN: "not told", Effect.LABELLED: "told", Effect.GONE: "gone"},
}  # fmt: skip


def effect_named(kind: str, name: str) -> Effect:
    """The effect that a host's word stands for on a kind of target. Raises KeyError for an unknown word."""
    return {word: effect for effect, word in NAMES[kind].items()}[name]


@dataclass(frozen=True, slots=True)
class Ground:
    """An accepted order, or a published term of the operator."""

    id: str
    reach: Territory  # where it is live
    upheld: Territory  # where it was right: what has ended stays upheld, what is annulled does not
    effect: Effect  # the strictest that it asks for


@dataclass(frozen=True, slots=True)
class Claim:
    """What one ground asks of one target. Kept also when it changes nothing today."""

    id: str
    ground: str
    target: str  # surrogate of an item or account
    kind: str  # kind of target: item | account | service | buyers
    account: str  # whose target it is; the target itself for a claim on an account
    reach: Territory
    upheld: Territory
    effect: Effect
    measure: str  # name of the measure that asks for the effect
    since: datetime  # in force from this instant (included)
    until: datetime | None  # to this one (excluded): from then on it holds and takes no more
    made: datetime
    case: str = ""
    strike: str = ""  # ladder only: the claim that climbed the step,
    needs: int = 0  # and how many strikes the step needs
