"""What the law knows: a fold of the ledger's entries, and of nothing else (docs/why/claims.md)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from rectify.measures.bodies import (
    Ladder,
    MeasureSet,
    Narrowing,
    Target,
    claim_of,
    effect_of,
    fit,
    ground_of,
    ladder_of,
    line_of,
    narrowing_of,
    over_reach_of,
)
from rectify.terms.claim import Claim, Effect, Ground
from rectify.terms.entry import Opened
from rectify.terms.measure import Hold, Measure, Outcome, OutcomeKind, Place
from rectify.terms.order import Act
from rectify.terms.territory import Territory, meet

NARROWINGS = frozenset({"claim_ended", "narrowed", "annulled", "ended", "term_narrowed"})
KINDS = NARROWINGS | {
    "received",
    "accepted",
    "term_published",
    "gathered",
    "erased",
    "claimed",
    "rehearsed",
    "approved",
    "sent_back",
    "attempted",
    "outcome",
    "task_done",
}


def narrowed_ground(ground: Ground, cut: Narrowing) -> Ground:
    """A ground after a narrowing: what was annulled from the start is not upheld either."""
    reach = meet(ground.reach, cut.to)
    upheld = meet(ground.upheld, cut.to) if cut.from_start else ground.upheld
    return replace(ground, reach=reach, upheld=upheld, effect=min(ground.effect, cut.effect))


def narrowed_claim(claim: Claim, cut: Narrowing) -> Claim:
    """A claim after a narrowing of itself or of its ground."""
    reach = meet(claim.reach, cut.to)
    upheld = meet(claim.upheld, cut.to) if cut.from_start else claim.upheld
    return replace(claim, reach=reach, upheld=upheld, effect=fit(claim.kind, min(claim.effect, cut.effect)))


def targets_of(opened: Opened) -> dict[str, Target]:
    """The item that a `gathered` entry names and the account behind it, by surrogate; host ids are None once erased."""
    body, key, names = opened.body, opened.private.get("key"), opened.body["storefronts"]
    source, host_id = (key[0], key[2]) if key else ("", None)
    shops = None if names is None else frozenset(names)
    found = {body["target"]: Target("item", source, host_id, body["account"], shops, _subject(opened, "key"))}
    if account := body["account"]:
        host_id = opened.private.get("account_id")
        found[account] = Target("account", source, host_id or None, account, None, _subject(opened, "account_id"))
    return found


def erased(target: Target) -> Target:
    """A target after its subject's key was destroyed: the surrogate stands for nobody."""
    return replace(target, source="", host_id=None)


def _subject(opened: Opened, part: str) -> str:
    return opened.entry.parts[part]["subject"] if part in opened.entry.parts else ""


@dataclass
class Book:
    """Grounds, claims, sets and outcomes. The only way in is `note`; `Book.of` does it for many entries."""

    acts: dict[str, str] = field(default_factory=dict)  # order -> its act; only `order` is a ground
    grounds: dict[str, Ground] = field(default_factory=dict)
    listed: dict[str, tuple[str, ...]] = field(default_factory=dict)  # order -> measures accepted for this operator
    ladders: dict[str, Ladder] = field(default_factory=dict)
    claims: dict[str, Claim] = field(default_factory=dict)  # in the order in which they were made
    beyond: dict[tuple[str, str], Territory] = field(default_factory=dict)  # (claim, storefront) -> approved over-reach
    stated: dict[Place, tuple[str, Effect]] = field(default_factory=dict)  # version, own as a person stated it
    sets: dict[str, MeasureSet] = field(default_factory=dict)
    attempts: dict[str, Measure] = field(default_factory=dict)
    outcomes: dict[str, Outcome] = field(default_factory=dict)
    targets: dict[str, Target] = field(default_factory=dict)
    head: int = -1  # sequence of the last entry that is in it
    _by_target: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list), compare=False, repr=False)
    _by_account: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list), compare=False, repr=False)
    _turn: dict[str, int] = field(default_factory=dict, compare=False, repr=False)  # claim -> its turn in its account
    _codes: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set), compare=False, repr=False)
    _by_place: dict[Place, list[str]] = field(default_factory=lambda: defaultdict(list), compare=False, repr=False)
    _tried_at: dict[str, dict[Place, None]] = field(
        default_factory=lambda: defaultdict(dict), compare=False, repr=False
    )

    @classmethod
    def of(cls, entries: Iterable[Opened]) -> Book:
        """The book that a sequence of entries makes."""
        book = cls()
        for opened in entries:
            book.note(opened)
        return book

    def note(self, opened: Opened) -> None:
        """Takes in one entry. Kinds that say nothing about measures are passed over."""
        kind = opened.entry.kind
        if kind not in KINDS:
            return
        self.head = opened.entry.sequence
        if kind in NARROWINGS:
            self._narrow(narrowing_of(opened.entry))
        else:
            getattr(self, f"_{kind}")(opened)

    # what follows from one record at a time; also the way in for rows of the tables

    def put_claim(self, claim: Claim) -> None:
        """Adds a claim, or puts one in the place of its former self."""
        if claim.id not in self.claims:
            self._by_target[claim.target].append(claim.id)
            self._turn[claim.id] = len(self._by_account[claim.account])
            self._by_account[claim.account].append(claim.id)
        self._codes[claim.account] |= claim.upheld
        self.claims[claim.id] = claim

    def put_attempt(self, key: str, measure: Measure) -> None:
        """Adds an attempt; a key is attempted once."""
        if key not in self.attempts:
            self.attempts[key] = measure
            self._by_place[measure.place].append(key)
            self._tried_at[measure.place.target][measure.place] = None

    # what the law asks

    def on_target(self, target: str) -> list[Claim]:
        """All claims on a target, ended ones too, in the order in which they were made."""
        return [self.claims[name] for name in self._by_target.get(target, ())]

    def of_account(self, account: str) -> list[Claim]:
        """All claims on an account and on its items, in the order in which they were made."""
        return [self.claims[name] for name in self._by_account.get(account, ())]

    def up_to(self, claim: Claim) -> Iterator[Claim]:
        """The claims on an account and on its items that were made up to this one, the newest first."""
        names = self._by_account[claim.account]
        return (self.claims[names[turn]] for turn in range(self._turn[claim.id], -1, -1))

    def codes(self, account: str) -> frozenset[str]:
        """Every code that a claim on an account or on its items was ever upheld in."""
        return frozenset(self._codes.get(account, ()))

    def places(self, target: str) -> list[Place]:
        """All places of a target where anything was ever attempted."""
        return list(self._tried_at.get(target, ()))

    def tried(self, place: Place) -> list[str]:
        """Keys of all attempts at a place, in order."""
        return list(self._by_place.get(place, ()))

    def unsettled(self, place: Place) -> list[str]:
        """Keys of attempts at a place whose outcome nobody knows; a crash after `attempted` leaves one too."""
        return [key for key in self.tried(place) if not self.settled(key)]

    def settled(self, key: str) -> bool:
        """Whether an attempt has a sure outcome."""
        return key in self.outcomes and self.outcomes[key].what is not OutcomeKind.UNKNOWN

    def order_of(self, claim: Claim) -> str:
        """The order in whose book a claim stands; a step of the ladder stands where its last strike does."""
        return self.claims[claim.strike].ground if claim.strike in self.claims else claim.ground

    # the fold, kind by kind

    def _narrow(self, cut: Narrowing) -> None:
        if cut.name in self.grounds:
            self.grounds[cut.name] = narrowed_ground(self.grounds[cut.name], cut)
        own = self.claims.get(cut.name)
        for claim in [own] if own else [c for c in self.claims.values() if c.ground == cut.name]:
            self.put_claim(narrowed_claim(claim, cut))

    def _received(self, opened: Opened) -> None:
        self.acts.setdefault(opened.entry.book, opened.body["act"])

    def _accepted(self, opened: Opened) -> None:
        name = opened.entry.book
        if self.acts.get(name) == Act.ORDER and name not in self.grounds:
            self.grounds[name] = ground_of(opened.entry)
            self.listed[name] = tuple(opened.body["measures"])

    def _term_published(self, opened: Opened) -> None:
        ground, ladder = ground_of(opened.entry), ladder_of(opened.entry)
        if ground.id not in self.grounds:
            self.grounds[ground.id] = ground
            if ladder is not None:
                self.ladders[ground.id] = ladder

    def _gathered(self, opened: Opened) -> None:
        self.targets |= targets_of(opened)

    def _erased(self, opened: Opened) -> None:
        for name, target in self.targets.items():
            if target.subject == opened.body["subject"]:
                self.targets[name] = erased(target)

    def _claimed(self, opened: Opened) -> None:
        claim = claim_of(opened.entry)
        if claim.id not in self.claims:
            self.put_claim(claim)

    def _rehearsed(self, opened: Opened) -> None:
        body, entry = opened.body, opened.entry
        lines = tuple(line_of(line) for line in body["measures"])
        holds = tuple(Hold(hold["reason"], hold["by_role"]) for hold in body["holds"])
        self.sets[body["set"]] = MeasureSet(body["set"], entry.book, entry.actor, entry.at, lines, holds)

    def _approved(self, opened: Opened) -> None:
        body = opened.body
        if body["set"] in self.sets:
            self.sets[body["set"]] = replace(self.sets[body["set"]], approved_by=opened.entry.actor)
        for value in body["over_reach"]:
            over = over_reach_of(value)
            self.beyond[over.claim, over.storefront] = over.territories

    def _sent_back(self, opened: Opened) -> None:
        if opened.body["set"] in self.sets:
            self.sets[opened.body["set"]] = replace(self.sets[opened.body["set"]], sent_back=True)

    def _attempted(self, opened: Opened) -> None:
        self.put_attempt(opened.body["key"], line_of(opened.body["measure"]).measure)

    def _outcome(self, opened: Opened) -> None:
        body = opened.body
        self.outcomes[body["key"]] = Outcome(
            body["key"], OutcomeKind(body["what"]), body["version"], body.get("note") or ""
        )

    def _task_done(self, opened: Opened) -> None:
        body = opened.body
        if body.get("place") and body.get("own"):
            self.stated[Place(*body["place"])] = (body["version"], effect_of(body["own"]))
