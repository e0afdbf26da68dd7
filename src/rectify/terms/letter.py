"""Letters that we write, how they were delivered, and appeals that come back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Occasion(StrEnum):
    """Why a letter is written."""

    ACKNOWLEDGEMENT = "acknowledgement"  # to the authority: your order has come in
    ASKED_BACK = "asked_back"
    CHALLENGED = "challenged"
    REFUSED = "refused"
    LABELLED = "labelled"
    RESTRICTED = "restricted"
    REMOVED = "removed"
    WARNED = "warned"
    SUSPENDED = "suspended"
    CLOSED = "closed"
    STILL_DOWN = "still_down"  # one ground fell, another holds
    RETURNED_ANNULLED = "returned_annulled"  # as if it never was: letter of correction
    RETURNED_ENDED = "returned_ended"
    RETURNED_DECIDED = "returned_decided"  # we looked again and decided otherwise: a letter of correction too
    APPEAL_RECEIVED = "appeal_received"
    APPEAL_GRANTED = "appeal_granted"
    APPEAL_DENIED = "appeal_denied"
    APPEAL_PASSED_ON = "appeal_passed_on"  # to the authority, which alone can change its order
    SELLER_ASKED = "seller_asked"
    REPORT = "report"


class DeliveryState(StrEnum):
    """How far a letter got. `handed_over` (SMTP 250, file written) is not `delivered`."""

    WRITTEN = "written"
    HANDED_OVER = "handed_over"
    DELIVERED = "delivered"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Letter:
    """One act, one letter. Texts are personal and empty once erased. `to` is the addressee's surrogate."""

    id: str
    order: str
    occasion: Occasion
    to: str  # surrogate of an account, or "authority:ID"
    languages: tuple[str, ...]
    claims: tuple[str, ...]
    state: DeliveryState
    written: datetime
    address: str = ""  # mail address; empty = no known way to reach: a task
    subject: str = ""
    body: str = ""
    not_before: datetime | None = None  # confidentiality delays letters, never deletes them


@dataclass(frozen=True, slots=True)
class Delivery:
    """An attempt to deliver a letter. The same `message_id` on every retry."""

    letter: str
    state: DeliveryState
    channel: str  # folder | smtp
    message_id: str
    at: datetime
    note: str = ""


@dataclass(frozen=True, slots=True)
class Appeal:
    """What the party acted against says is wrong. `kind`: not_covered (another person here) or order_wrong."""

    id: str
    order: str
    case: str
    kind: str
    received: datetime
    state: str  # open | granted | denied | passed_on
    text: str = ""
    decided_by: str = ""
    reason: str = ""
