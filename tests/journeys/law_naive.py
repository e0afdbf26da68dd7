"""The naive model: keeps everything that was said and computes each answer anew from all of it, atom by atom.

A territory is a set of atoms: a country that has parts is its parts and the rest, which nobody can name.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from tests.journeys.law_world import DAY, T0

from rectify.terms.claim import NAMES, Effect

CODES = ("XA", "XB", "XB-N", "XC")
PARTS = {"XB": {"XB-N", "the rest of XB"}}
STEPS = {2: Effect.RESTRICTED, 3: Effect.REMOVED}
TERM, WINDOW = "terms", 10
EFFECTS = {"label_item": Effect.LABELLED, "restrict_item": Effect.RESTRICTED, "remove_item": Effect.REMOVED,
           "warn_account": Effect.OPEN, "suspend_service": Effect.RESTRICTED, "close_account": Effect.REMOVED, "tell_buyers": Effect.LABELLED}  # fmt: skip
ON_ITEMS = ("label_item", "restrict_item", "remove_item")
Atoms = frozenset[str]


def atoms(territory: Iterable[str]) -> Atoms:
    return frozenset(atom for code in territory for atom in PARTS.get(code, {code}))


EVERYWHERE = atoms(CODES)


def known(kind: str, effect: Effect) -> Effect:
    """An account cannot be labelled: what no such target can be is rounded down."""
    while effect not in NAMES[kind]:
        effect = Effect(effect - 1)
    return effect


def chosen(measure: str, listed: Iterable[str]) -> str:
    """What is asked for if it is listed, else the mildest that is and that an item can have."""
    return measure if measure in listed else next(name for name in ON_ITEMS if name in listed)


@dataclass
class Said:
    """A claim as it was made: the atoms and the effect that were asked for, and when."""

    id: str
    n: int
    ground: str
    kind: str
    target: str
    account: str
    cells: Atoms
    effect: Effect
    since: datetime
    until: datetime | None
    made: datetime
    case: str


@dataclass
class Naive:
    now: datetime = T0
    orders: dict[str, tuple[int, Atoms]] = field(default_factory=dict)
    claims: dict[str, Said] = field(default_factory=dict)
    narrowed: list[tuple[int, str, Atoms, bool, Effect]] = field(default_factory=list)
    shops: dict[str, Atoms | None] = field(default_factory=dict)
    beyond: dict[tuple[str, str], Atoms] = field(default_factory=dict)
    steps: dict[str, tuple[str, Atoms, int, int]] = field(default_factory=dict)  # strike, atoms, needed, when

    memo: dict[tuple[str, bool, int], Atoms] = field(default_factory=dict)  # for speed alone: what was said so far

    counts: dict[tuple[str, int, int], int] = field(default_factory=dict)

    def cells(self, claim: Said, upheld: bool = False) -> Atoms:
        """Where a claim is live, or was right."""
        asked = (claim.id, upheld, len(self.narrowed))
        if asked not in self.memo:
            self.memo[asked] = self._cells(claim, upheld)
        return self.memo[asked]

    def _cells(self, claim: Said, upheld: bool) -> Atoms:
        left = set(claim.cells & self.orders[claim.ground][1])
        for n, who, to, from_start, _ in self.narrowed:
            if who in (claim.ground, claim.id) and (not upheld or from_start or n < claim.n):
                left &= to
        return frozenset(left)

    def effect(self, claim: Said) -> Effect:
        cuts = [cut[4] for cut in self.narrowed if cut[1] in (claim.ground, claim.id)]
        return known(claim.kind, min([claim.effect, *cuts]))

    def strikes(self, last: Said, atom: str) -> int:
        """Distinct items with an upheld claim in the window that a claim closes."""
        asked = (f"{last.id} {atom}", len(self.claims), len(self.narrowed))
        if asked not in self.counts:
            self.counts[asked] = self._strikes(last, atom)
        return self.counts[asked]

    def _strikes(self, last: Said, atom: str) -> int:
        if atom not in self.cells(last, upheld=True):
            return 0
        return len({c.target for c in self.claims.values() if c.kind == "item" and c.account == last.account
                    and c.n <= last.n and c.made > last.made - WINDOW * DAY
                    and atom in self.cells(c, upheld=True)})  # fmt: skip

    def climbs(self, last: Said) -> set[tuple[str, int]]:
        """(atom, strikes needed) of each step that a new claim must climb."""
        if last.kind != "item" or TERM not in self.orders or self.orders[TERM][0] > last.n:
            return set()
        here = self.cells(last) & self.term_cells()
        return {(atom, needs) for atom in here for needs in STEPS if self.strikes(last, atom) >= needs}

    def term_cells(self) -> Atoms:
        left = set(self.orders[TERM][1])
        for _, who, to, _, _ in self.narrowed:
            if who == TERM:
                left &= to
        return frozenset(left)

    def step_cells(self, name: str) -> Atoms:
        """Where a step stands today: a recount of all strikes, and what was taken back of it."""
        strike, where, needs, _ = self.steps[name]
        left = {atom for atom in where if self.strikes(self.claims[strike], atom) >= needs}
        for n, who, to, _, _ in self.narrowed:
            if who == name or (who == TERM and n >= self.orders[TERM][0]):
                left &= to
        return frozenset(left)

    def live(self, target: str) -> list[tuple[str, Effect, Atoms, bool]]:
        """(id, effect, atoms, past its term) of each claim on a target that is live anywhere."""
        found = [(c.id, self.effect(c), self.cells(c), c.until is not None and c.until <= self.now)
                 for c in self.claims.values() if c.target == target and c.since <= self.now]  # fmt: skip
        for name, (strike, _, needs, _) in self.steps.items():
            if self.claims[strike].account == target:
                cuts = [cut[4] for cut in self.narrowed if cut[1] in (name, TERM)]
                found.append((name, known("account", min([STEPS[needs], *cuts])), self.step_cells(name), False))
        return [one for one in found if one[2]]

    def sells(self, kind: str, storefront: str) -> Atoms | None:
        return self.shops[storefront] if kind in ("item", "buyers") else atoms([storefront])

    def asked(self, kind: str, target: str, storefront: str, lapsed: bool) -> set[Effect]:
        """Every effect that is asked for in each atom of the storefront, or there by approved over-reach."""
        sells = self.sells(kind, storefront)
        claims = [c for c in self.live(target) if (lapsed or not c[3]) and sells and c[2] & sells]

        def there(atom: str, effect: Effect) -> bool:
            return any(e >= effect and atom in cells | self.beyond.get((name, storefront), frozenset())
                       for name, e, cells, _ in claims)  # fmt: skip

        return {e for _, e, _, _ in claims if all(there(atom, e) for atom in sells or ())}
