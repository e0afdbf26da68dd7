"""A case is an order x an item; a decision is a person's (or a pack's) judgement, superseded and never edited."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from rectify.terms.finding import Evidence, Verdict
from rectify.terms.item import ItemKey


class Judgement(StrEnum):
    """What was decided of a case."""

    VIOLATION = "violation"
    NO_VIOLATION = "no_violation"
    OUTSIDE = "outside"  # of the order or its territory
    ASKED = "asked"  # the account holder was asked


class CaseState(StrEnum):
    """Where a case stands: open, or the judgement that stands."""

    OPEN = "open"
    VIOLATION = "violation"
    NO_VIOLATION = "no_violation"
    OUTSIDE = "outside"
    ASKED = "asked"


@dataclass(frozen=True, slots=True)
class FindingSeen:
    """A finding as a case keeps it, with the evidence as it was written."""

    id: str
    pack: str
    rule: str
    verdict: Verdict
    branch: str
    why: str
    evidence: tuple[Evidence, ...]
    near_register: str = ""
    marks: tuple[str, ...] = ()
    row: int = 0  # in which of the rows with the item's id it was seen (`Case.rows`)
    version: int = 0  # of the pack that found it, and its digest; 0 and empty where that was not kept
    digest: str = ""


@dataclass(frozen=True, slots=True)
class Case:
    """An item that an order may reach. `id` is a surrogate; `target` is the item's surrogate, `account` the account's.

    `key`, `title`, `snapshot` and `findings` are personal and None or empty once erased.
    """

    id: str
    order: str
    target: str
    account: str
    state: CaseState
    verdict: Verdict  # the strictest of its findings
    rules: tuple[str, ...]  # "pack/rule"
    seen: str
    opened: datetime
    looks: int  # how many times it was opened: a new `seen` or meaning opens another look
    storefronts: tuple[str, ...] | None
    key: ItemKey | None = None
    account_id: str = ""
    title: str = ""
    snapshot: Mapping[str, object] | None = None  # the item's fields as swept, by ITEM_FIELDS name
    findings: tuple[FindingSeen, ...] = ()
    rows: tuple[Mapping[str, object], ...] = ()  # every row with the item's id; `snapshot` is the first
    named: bool = False  # the order names this exact place


@dataclass(frozen=True, slots=True)
class Decision:
    """Who decided what of a case, on what look at it. A machine's names the rule; a person's gives a reason."""

    case: str
    judgement: Judgement
    by: str  # surrogate of a person, or "pack/rule@digest"
    machine: bool
    at: datetime
    seen: str
    reason: str = ""
    measure: str = ""
    lot: str = ""
    sequence: int = 0  # of its entry; a later decision names it as what it supersedes


@dataclass(frozen=True, slots=True)
class Lot:
    """Cases decided together: fixed when shown, at most 50, one reason, each recorded."""

    id: str
    cases: tuple[str, ...]
