"""What is due to be told of an order's claims, act by act: took effect, given back, or held by another order."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, tzinfo

from rectify.measures.book import Book
from rectify.steps.orders import operator_of
from rectify.steps.stints import Stint, Stints, stints_of
from rectify.terms.claim import Claim, Effect
from rectify.terms.letter import Occasion
from rectify.terms.measure import MEASURES
from rectify.terms.territory import NOWHERE, Territory, lies_in
from rectify.workspace import Workspace

PAST, FALLING = "past", "falling"  # it is over; it stands yet and is due to be undone
_BEGAN = {(kind.target, kind.effect or Effect.OPEN): Occasion(kind.letter) for kind in MEASURES.values() if kind.letter}


@dataclass(frozen=True, slots=True)
class Act:
    """What happened to a claim, ready to be told: the occasion, where, since when, and the other ground that holds."""

    claim: Claim
    occasion: Occasion
    countries: Territory
    since: datetime
    ended: datetime | None = None  # of an act that is told when it is over
    phase: str = ""
    was: str = ""
    less: bool = False  # the order reaches less; it did not end
    other: str = ""  # the order that still holds the item
    holds: Claim | None = None  # the claim of that order
    beyond: Territory = NOWHERE  # where it reaches only because a storefront serves those countries too
    strike: Claim | None = None  # the claim that climbed a step of the ladder

    @property
    def shown(self) -> Claim:
        """The claim whose evidence is shown: of the ground that stands, or of the strike that climbed a step."""
        return self.holds if self.holds and self.holds.case else self.strike or self.claim


def acts_of(workspace: Workspace, measures: Book, book: str) -> list[Act]:
    """What is to be told of each claim of an order on an item or account, and was not."""
    stints, zone = stints_of(workspace, measures, book), operator_of(workspace, book).zone
    found: list[Act] = []
    for name, claim in stints.claims.items():
        if measures.order_of(measures.claims[name]) == book:
            found += _merged([*_began(stints, claim), *_ended(stints, claim, measures)], zone)
    return [
        replace(act, beyond=_beyond(measures, act.holds or act.claim), strike=measures.claims.get(act.claim.strike))
        for act in found
    ]


def _began(stints: Stints, claim: Claim) -> Iterator[Act]:
    """Effects that nobody was told of. A warning that fell from the start before it was sent warned nobody."""
    known = [s for s in stints.of[claim.id] if s.told and not s.fallen and s.gave is None]
    for stint in stints.of[claim.id]:
        again = stint.gave is None and not stint.fallen and _rest(stint.codes, known) == NOWHERE
        if stint.told or again or (not stint.effect and stint.gave):
            continue
        occasion = _occasion(claim, stint)
        act = Act(claim, occasion, stint.codes, max(stint.since, claim.since) if not stint.effect else stint.since)
        if stint.gave or (stint.fallen and (not stint.effect or stints.holder(claim, stint))):
            yield replace(act, ended=stint.gave or (stint.cut.at if stint.cut else None), phase=PAST)
        else:
            yield replace(act, phase=FALLING if stint.fallen else "")


def _ended(stints: Stints, claim: Claim, measures: Book) -> Iterator[Act]:
    """Effects that are over, or that another order alone holds."""
    every = stints.of[claim.id]
    for stint in every:
        if stint.over or (stint.cut and stint.cut.won) or (not stint.effect and stint.gave and not stint.told):
            continue
        was = str(_occasion(claim, stint))
        holder = stints.holder(claim, stint) if stint.fallen and (stint.gave is None or not stint.effect) else None
        if holder:
            order = measures.order_of(measures.claims[holder.id])
            if order == measures.order_of(measures.claims[claim.id]):
                continue  # decided anew, or a step of the ladder: the letter of that claim tells of it
            yield Act(claim, Occasion.STILL_DOWN, stint.codes, holder.since, was=was, other=order, holds=holder)
        elif stint.gave:
            beside = [s for s in every if s.gave is None and not s.fallen and s.since < stint.gave]
            if back := _rest(stint.codes, beside):
                occasion = stint.cut.occasion if stint.cut else Occasion.RETURNED_ENDED
                less = stint.cut is None or stint.cut.less
                phase = PAST if stint.effect and stints.landed[stint.place] >= stint.effect else ""
                yield Act(claim, occasion, back, stint.gave, phase=phase, was=was, less=less)


def _rest(codes: Territory, stints: Iterable[Stint]) -> Territory:
    """Those of some territories in which none of these stints stands."""
    there = NOWHERE.union(*(stint.codes for stint in stints))
    return frozenset(code for code in codes if not lies_in(code, there))


def _occasion(claim: Claim, stint: Stint) -> Occasion:
    """The letter of an effect: of the measure, or of the milder one that an order was narrowed to."""
    return _BEGAN[claim.kind, stint.effect] if stint.effect else Occasion.WARNED


def _merged(acts: Iterable[Act], zone: tzinfo) -> list[Act]:
    """Acts of one claim that differ by place alone are one: its countries together, since the first of them."""
    found: dict[tuple[object, ...], Act] = {}
    for act in acts:
        key = (act.occasion, act.phase, act.was, act.less, act.other, *days(act, zone))
        known = found.get(key, act)
        ends = [one for one in (known.ended, act.ended) if one]
        found[key] = replace(
            known,
            countries=known.countries | act.countries,
            since=min(known.since, act.since),
            ended=max(ends, default=None),
        )
    return list(found.values())


def days(act: Act, zone: tzinfo) -> tuple[str, str]:
    """The days that a letter names, as dates of the operator's zone; the second may be empty."""
    return act.since.astimezone(zone).date().isoformat(), (
        act.ended.astimezone(zone).date().isoformat() if act.ended else ""
    )


def _beyond(measures: Book, claim: Claim) -> Territory:
    """The territories beyond its own in which a claim took effect: over-reach that was approved by name."""
    return NOWHERE.union(*(far for (name, _), far in measures.beyond.items() if name == claim.id))
