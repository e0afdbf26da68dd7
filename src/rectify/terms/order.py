"""An order: what an authority tells an operator to do, from receipt to its end."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from rectify.terms.errors import Refused
from rectify.terms.product import Product
from rectify.terms.territory import Territory


class Act(StrEnum):
    """Legal form. Only an `order` is a ground for measures; the others make tasks."""

    ORDER = "order"
    WARNING = "warning"
    INQUIRY = "inquiry"
    INSTRUCTION = "instruction"


class SubjectAct(StrEnum):
    """What an offer does. `use` is never decided by the machine: always review."""

    SELL = "sell"
    GIVE = "give"
    RECOMMEND = "recommend"
    SET_UP = "set_up"
    HELP_INSTALL = "help_install"
    USE = "use"


class OrderState(StrEnum):
    """Where an order stands."""

    RECEIVED = "received"
    CONFIRMED = "confirmed"
    ACCEPTED = "accepted"
    IN_PART = "accepted in part"
    ASKED_BACK = "asked back"
    CHALLENGED = "challenged"
    REFUSED = "refused"
    ANNULLED = "annulled"
    ENDED = "ended"


ACTIVE = frozenset({OrderState.ACCEPTED, OrderState.IN_PART})
_S = OrderState
# state -> {step: next state}. What is absent is refused.
MOVES: Mapping[OrderState, Mapping[str, OrderState]] = {
    _S.RECEIVED: {"confirm": _S.CONFIRMED, "refuse": _S.REFUSED},
    _S.CONFIRMED: {
        "accept": _S.ACCEPTED, "accept in part": _S.IN_PART, "ask": _S.ASKED_BACK, "challenge": _S.CHALLENGED,
        "refuse": _S.REFUSED, "annul": _S.ANNULLED, "end": _S.ENDED,
    },
    _S.ASKED_BACK: {
        "accept": _S.ACCEPTED, "accept in part": _S.IN_PART, "challenge": _S.CHALLENGED, "refuse": _S.REFUSED,
        "annul": _S.ANNULLED, "end": _S.ENDED,
    },
    _S.CHALLENGED: {
        "accept": _S.ACCEPTED, "accept in part": _S.IN_PART, "refuse": _S.REFUSED, "annul": _S.ANNULLED,
        "end": _S.ENDED,
    },
    _S.ACCEPTED: {"challenge": _S.ACCEPTED, "annul": _S.ANNULLED, "end": _S.ENDED, "narrow": _S.ACCEPTED},
    _S.IN_PART: {"challenge": _S.IN_PART, "annul": _S.ANNULLED, "end": _S.ENDED, "narrow": _S.IN_PART},
    _S.REFUSED: {"annul": _S.ANNULLED},
    _S.ENDED: {"annul": _S.ANNULLED},
    _S.ANNULLED: {},
}  # fmt: skip


def move(state: OrderState, step: str) -> OrderState:
    """The state after a step. Raises `Refused` where the step is not allowed in this state."""
    if step in MOVES[state]:
        return MOVES[state][step]
    allowed = ", ".join(MOVES[state]) or "none"
    raise Refused(f"an order that is {state} cannot be moved by: {step}", f"possible now: {allowed}")


@dataclass(frozen=True, slots=True)
class AuthorityNamed:
    """The authority as the order names it (a claim until confirmed)."""

    name: str
    country: str
    report_to: str = ""


@dataclass(frozen=True, slots=True)
class Served:
    """Claimed instant of service and the channel."""

    at: datetime
    by: str


@dataclass(frozen=True, slots=True)
class LegalBasis:
    """A provision, and since when it is in force."""

    text: str
    in_force_from: date | None = None


@dataclass(frozen=True, slots=True)
class DeadlineStated:
    """The deadline as the order states it: exactly one is set, or none (`not_stated`)."""

    at: datetime | None = None
    hours: int | None = None
    days: int | None = None
    working_days: int | None = None

    @property
    def stated(self) -> bool:
        """False for `not_stated`: the instrument's own time counts."""
        return (self.at, self.hours, self.days, self.working_days) != (None, None, None, None)


@dataclass(frozen=True, slots=True)
class Deadline:
    """A computed instant, frozen in the ledger with the rule that gave it."""

    due: datetime | None  # UTC; None: without undue delay, no instant
    rule: str  # "2 working days from receipt (Reg. 1182/71), Europe/Berlin"
    counted_from: datetime
    zone: str
    provisional: bool = False  # reaches into a year whose holidays are not published
    skipped: tuple[str, ...] = ()  # holidays that were skipped, "2026-12-25 Christmas Day"
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Addressee:
    """An operator that the order is for, and what it asks of it."""

    operator: str
    measures: tuple[str, ...]
    tasks: tuple[str, ...] = ()
    words: Mapping[str, str] = field(default_factory=dict)  # measure with a ceiling -> the order's own words for it


@dataclass(frozen=True, slots=True)
class ItemNamed:
    """An exact place that the order names: a url or a host id."""

    url: str = ""
    id: str = ""


@dataclass(frozen=True, slots=True)
class ProviderNamed:
    """An entry of a negative list: an account ("source/id" or id), a domain or an app id."""

    account: str = ""
    domain: str = ""
    app: str = ""


@dataclass(frozen=True, slots=True)
class Subject:
    """What the order is about."""

    acts: tuple[SubjectAct, ...]
    kinds: tuple[str, ...]
    items: tuple[ItemNamed, ...] = ()
    packs: tuple[str, ...] = ()
    products: tuple[Product, ...] = ()
    providers: tuple[ProviderNamed, ...] = ()


@dataclass(frozen=True, slots=True)
class Search:
    """How long to look. Says nothing about how long an item stays down."""

    identical: bool = False
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Order:
    """An order as read, without faults. `digest` is the SHA-256 of the bytes that came in (hex)."""

    reference: str
    act: Act
    instrument: str
    authority: AuthorityNamed
    language: str
    served: Served
    legal_basis: tuple[LegalBasis, ...]
    reasons: str
    territory: Territory
    deadline: DeadlineStated
    addressees: tuple[Addressee, ...]
    subject: Subject
    search: Search = field(default_factory=Search)
    stays_down_until: date | None = None  # None: until it has ended
    identity_of_accounts: str = "not_asked"  # not_asked | asked
    confidential_until: date | None = None
    redress: str = ""
    digest: str = ""


@dataclass(frozen=True, slots=True)
class Acceptance:
    """What a named person accepted of an order for an operator: never wider than the order or the authority's entry."""

    whole: bool
    territory: Territory
    measures: tuple[str, ...]  # measures accepted for this operator
    tasks: tuple[str, ...]
    acts: tuple[str, ...]
    kinds: tuple[str, ...]
    reasons: str = ""
