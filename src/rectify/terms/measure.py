"""Measures: what is done to a target, whom it may hit, how it is undone, which letter goes with it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from rectify.terms.claim import Effect


class MeasureName(StrEnum):
    """The measures that an order may list (DESIGN.md §8)."""

    LABEL_ITEM = "label_item"
    RESTRICT_ITEM = "restrict_item"
    REMOVE_ITEM = "remove_item"
    WARN_ACCOUNT = "warn_account"
    SUSPEND_SERVICE = "suspend_service"
    CLOSE_ACCOUNT = "close_account"
    HALT_REGISTRATIONS = "halt_registrations"
    SUSPEND_FEATURE = "suspend_feature"
    TELL_BUYERS = "tell_buyers"


@dataclass(frozen=True, slots=True)
class MeasureKind:
    """A measure's fixed properties. `effect` None = no host write. `letter` is the occasion of the letter it causes."""

    name: MeasureName
    target: str  # item | account | service | buyers
    effect: Effect | None
    undo: bool
    letter: str
    ceiling: bool = False  # only where the order says so in words, or the ladder was climbed
    tdb: str = ""  # what it is called in the DSA Transparency Database (formats.md A.3)


MEASURES: dict[str, MeasureKind] = {
    kind.name: kind
    for kind in (
        MeasureKind(MeasureName.LABEL_ITEM, "item", Effect.LABELLED, True, "labelled",
                    tdb="DECISION_VISIBILITY_CONTENT_LABELLED"),
        MeasureKind(MeasureName.RESTRICT_ITEM, "item", Effect.RESTRICTED, True, "restricted",
                    tdb="DECISION_VISIBILITY_CONTENT_INTERACTION_RESTRICTED"),
        MeasureKind(MeasureName.REMOVE_ITEM, "item", Effect.REMOVED, True, "removed",
                    tdb="DECISION_VISIBILITY_CONTENT_REMOVED"),
        MeasureKind(MeasureName.WARN_ACCOUNT, "account", None, False, "warned"),
        MeasureKind(MeasureName.SUSPEND_SERVICE, "account", Effect.RESTRICTED, True, "suspended",
                    tdb="DECISION_PROVISION_PARTIAL_SUSPENSION"),
        MeasureKind(MeasureName.CLOSE_ACCOUNT, "account", Effect.REMOVED, True, "closed", ceiling=True,
                    tdb="DECISION_ACCOUNT_SUSPENDED"),
        MeasureKind(MeasureName.HALT_REGISTRATIONS, "service", Effect.RESTRICTED, True, ""),
        MeasureKind(MeasureName.SUSPEND_FEATURE, "service", Effect.REMOVED, True, ""),
        MeasureKind(MeasureName.TELL_BUYERS, "buyers", Effect.LABELLED, False, ""),
    )
}  # fmt: skip


class Place(NamedTuple):
    """Where an effect stands: a target's surrogate and a storefront (for accounts and services: a territory)."""

    target: str
    storefront: str


@dataclass(frozen=True, slots=True)
class Seen:
    """A target's own state at the host, without its account's.

    `version` counts state writes and never repeats. `key` is that of the change that set the state; empty = the
    host's own hand; None = the host cannot tell.
    """

    state: Effect
    version: str
    key: str | None
    at: datetime


@dataclass(frozen=True, slots=True)
class Measure:
    """The difference between due and seen state at one place. It names its claims, what was found, and own."""

    place: Place
    kind: str  # kind of target
    wanted: Effect
    found: Effect
    version: str
    own: Effect | None  # what the host itself had chosen; None: in doubt
    claims: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Change:
    """What a connector is asked to write: by compare and set on `version`; the same `key` has one effect however often.

    `target` is the host's own id of the item or account, `kind` the kind of target.
    """

    key: str
    measure: str
    kind: str
    target: str
    storefront: str
    wanted: Effect
    found: Effect
    version: str


class OutcomeKind(StrEnum):
    """What became of a measure."""

    DONE = "done"
    MOOT = "moot"  # already so, or gone
    LEFT_OUT = "left out"  # drifted since the rehearsal
    FAILED = "failed"
    REFUSED = "refused"
    UNKNOWN = "unknown"  # no answer; settled by the same key (CLAIMS.md 4)


@dataclass(frozen=True, slots=True)
class Outcome:
    """A host's answer to one change. `version` is the one that this very write made."""

    key: str
    what: OutcomeKind
    version: str = ""
    note: str = ""


class TaskAtPlace(NamedTuple):
    """A task that the law of claims computes (CLAIMS.md 14); it is never kept."""

    what: str  # outcome unknown | whose hand | term is over | reach unknown | over-reach | cannot be done/undone here
    place: Place
    claim: str = ""


@dataclass(frozen=True, slots=True)
class Hold:
    """Why a set needs another person's yes, in words."""

    reason: str
    by_role: str
