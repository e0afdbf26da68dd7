"""The law of claims at one place: which live claims reach it, what they want, and what is due there (CLAIMS.md 1-8).

Three ideas carry it. Everything that takes back is a narrowing. The host's own choice is one claim more: what is due
is the strictest of it and of what live claims ask for, and an undo is that sum taken again. And some claims hold
without taking: past their term, or where a storefront's territories are unknown, they keep what stands.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from rectify.measures.book import Book
from rectify.measures.connector import Capabilities
from rectify.terms.claim import Claim, Effect
from rectify.terms.measure import Place
from rectify.terms.territory import NOWHERE, Territory, covers, meet


@dataclass(frozen=True, slots=True)
class Law:
    """The law over one book, one host and one instant. `storefronts`: name -> territories, None = unknown."""

    book: Book
    storefronts: Mapping[str, Territory | None]
    host: Capabilities
    at: datetime

    def sells(self, kind: str, place: Place) -> Territory | None:
        """The territories that a place stands for; None = unknown, never everywhere."""
        if kind in ("item", "buyers"):
            return self.storefronts.get(place.storefront)
        return frozenset({place.storefront})

    def live(self, kind: str, place: Place, *, lapsed: bool = False) -> list[Claim]:
        """The claims in force that reach a place in part at least (all, where its reach is unknown).

        `lapsed`: those past their term as well.
        """
        sells = self.sells(kind, place)
        return [
            claim
            for claim in self._asking(kind, place)
            if claim.since <= self.at
            and (claim.reach if sells is None else shared(claim.reach, sells))
            and (lapsed or claim.until is None or self.at < claim.until)
        ]

    def reaches(self, kind: str, place: Place, claims: Collection[Claim], effect: Effect) -> bool:
        """Do the claims that ask for at least `effect` cover, together, all that the place sells into?

        Over-reach counts where it was approved for this claim, this storefront and these territories by name.
        """
        together: Territory = NOWHERE
        for claim in claims:
            if claim.effect >= effect:
                together |= claim.reach | self.book.beyond.get((claim.id, place.storefront), NOWHERE)
        return covers(together, self.sells(kind, place) or NOWHERE)

    def wanted(self, kind: str, place: Place, *, lapsed: bool = False) -> Effect:
        """The strictest effect that is asked for, reaches the whole place and can be written as such."""
        unknown, claims = self.sells(kind, place) is None, self.live(kind, place, lapsed=lapsed)
        can = self.host.writable(kind, place.storefront)
        asked = {claim.effect for claim in claims if claim.effect in can}
        there = (effect for effect in asked if (lapsed if unknown else self.reaches(kind, place, claims, effect)))
        return max(there, default=Effect.OPEN)

    def due(self, kind: str, place: Place, state: Effect, own: Effect | None) -> tuple[Effect, bool]:
        """The state that should stand, and whether a person must first say whose hand the present one is.

        A claim past its term holds what stands and takes nothing; in doubt nothing is lowered.
        """
        take, hold = self.wanted(kind, place), self.wanted(kind, place, lapsed=True)
        if own is None:
            return max(state, take), max(take, hold) < state
        return max(own, take, min(hold, state) if state > own else own), False

    def reasons(self, kind: str, place: Place, wanted: Effect, found: Effect) -> tuple[str, ...]:
        """The claims that a measure names: those in force that ask for at least it; on the way down all that hold."""
        claims = self.live(kind, place, lapsed=wanted < found)
        return tuple(claim.id for claim in claims if claim.effect >= wanted > Effect.OPEN)

    def _asking(self, kind: str, place: Place) -> list[Claim]:
        """Claims on the target; where the host writes closures into items, those that close its account as well."""
        claims = [claim for claim in self.book.on_target(place.target) if claim.kind == kind]
        if kind == "item" and self.host.cascades and place.target in self.book.targets:
            account = self.book.on_target(self.book.targets[place.target].account)
            claims += [c for c in account if c.kind == "account" and c.effect is Effect.REMOVED]
        return claims


@lru_cache(maxsize=4096)
def shared(reach: Territory, sells: Territory) -> Territory:
    """What a claim and a storefront share. Few pairs are asked for again and again."""
    return meet(reach, sells)
