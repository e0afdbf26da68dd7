"""What the claims of an order did, when and where: folded from the ledger, told or not.

A **stint** is one time that a claim's effect stood at one place. The present state does not show the stints that are
over, and those are told too: Reg. (EU) 2022/2065 Art. 9(5) asks that the recipient be told of the order and of its
effect, also where both have ended meanwhile.
"""

from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime

from rectify.measures.bodies import claim_of, line_of, narrowing_of, over_reach_of
from rectify.measures.book import NARROWINGS, Book, narrowed_claim
from rectify.terms.claim import Claim, Effect
from rectify.terms.entry import HOUSE, Entry
from rectify.terms.letter import Occasion
from rectify.terms.measure import Measure, MeasureName, OutcomeKind, Place
from rectify.terms.territory import NOWHERE, Territory, covers, meet
from rectify.workspace import Workspace

RETURNS = (Occasion.RETURNED_ANNULLED, Occasion.RETURNED_ENDED, Occasion.RETURNED_DECIDED, Occasion.STILL_DOWN)
KINDS = NARROWINGS | {"claimed", "approved", "attempted", "outcome", "letter_written"}
WON = "appeal granted"  # the answer to the appeal says that it is given back
Sells = Callable[[Claim, Place], Territory | None]


@dataclass(frozen=True, slots=True)
class Cut:
    """What took a claim's word away, in whole or in part: the occasion of the letter that tells of it."""

    at: datetime
    occasion: Occasion
    less: bool = False  # the order reaches less than before; it did not end
    won: bool = False  # by an appeal


@dataclass(frozen=True, slots=True)
class Stint:
    """One time that a claim's effect stood at a place (for a warning: the account's own, without a storefront)."""

    place: Place
    effect: Effect
    codes: Territory  # where, within the claim
    since: datetime
    cut: Cut | None = None
    fallen: bool = False  # the claim asks for it no more
    gave: datetime | None = None  # when our own write lifted it
    told: bool = False  # that it began
    over: bool = False  # that it is over, or that another order holds it


def stints_of(workspace: Workspace, measures: Book, book: str) -> Stints:
    """The stints of all that an order ever claimed on items and accounts, with what other orders did there."""
    mine = [claim for claim in measures.claims.values() if measures.order_of(claim) == book]
    beside = {measures.order_of(other) for claim in mine for other in measures.on_target(claim.target)}
    orders = {name for name in beside | {book} if name in measures.grounds}
    pages = [workspace.ledger.entries(book=name, kinds=KINDS) for name in sorted(orders)]
    pages.append(workspace.ledger.entries(book=HOUSE, kinds=["term_narrowed"]))
    stints = Stints(_sells(workspace, measures))
    for entry in heapq.merge(*pages, key=lambda one: one.sequence):
        stints.note(entry)
    return stints


def _sells(workspace: Workspace, measures: Book) -> Sells:
    """Into which territories a place of a claim sells; None = unknown."""

    def sells(claim: Claim, place: Place) -> Territory | None:
        if claim.kind == "account":
            return frozenset({place.storefront})
        target = measures.targets.get(claim.target)
        catalogue = workspace.settings.catalogues.get(target.source) if target else None
        shop = catalogue.storefronts.get(place.storefront) if catalogue else None
        return shop.territories if shop else None

    return sells


@dataclass(slots=True)
class Stints:
    """The fold. `note` takes in one entry after the other, in order."""

    sells: Sells
    claims: dict[str, Claim] = field(default_factory=dict)
    of: dict[str, list[Stint]] = field(default_factory=lambda: defaultdict(list))  # claim -> its stints
    landed: dict[Place, Effect] = field(default_factory=dict)  # by our own last write that landed
    _first: dict[str, Claim] = field(default_factory=dict)  # as they were made
    _on: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    _places: dict[str, dict[Place, None]] = field(default_factory=lambda: defaultdict(dict))
    _tried: dict[str, Measure] = field(default_factory=dict)
    _beyond: dict[tuple[str, str], Territory] = field(default_factory=dict)
    _cuts: dict[str, Cut] = field(default_factory=dict)  # claim -> the last narrowing of it
    _last: tuple[str, datetime] | None = None  # kind and instant of the last narrowing that was no step of the ladder

    def note(self, entry: Entry) -> None:
        """Takes in one entry of `KINDS`."""
        if entry.kind in NARROWINGS:
            self._narrow(entry)
        else:
            getattr(self, f"_{entry.kind}")(entry)

    def holder(self, claim: Claim, stint: Stint) -> Claim | None:
        """The live claim, or the first of those that only together do it, that holds a stint which has fallen.

        Of the same case first: the decision that took the place of the one before.
        """
        others = [self.claims[name] for name in self._on[claim.target] if name != claim.id]
        live = [other for other in others if other.reach and other.effect >= stint.effect]
        own = [other for other in live if claim.case and other.case == claim.case and covers(other.reach, stint.codes)]
        live = [other for other in live if other.ground != claim.ground and meet(other.reach, stint.codes)]
        reach = NOWHERE.union(*(o.reach | self._beyond.get((o.id, stint.place.storefront), NOWHERE) for o in live))
        whole = self.sells(claim, stint.place) if stint.effect else stint.codes
        return next(iter(own or (live if covers(reach, whole or stint.codes) else ())), None)

    # kind by kind

    def _claimed(self, entry: Entry) -> None:
        claim = claim_of(entry)
        if claim.kind not in ("item", "account") or claim.id in self.claims:
            return
        self.claims[claim.id] = self._first[claim.id] = claim
        self._on[claim.target].append(claim.id)
        if claim.measure == MeasureName.WARN_ACCOUNT:
            self.of[claim.id].append(Stint(Place(claim.target, ""), Effect.OPEN, claim.reach, entry.at))
        for place in self._places[claim.target]:
            self._take(claim, place, entry.at)

    def _approved(self, entry: Entry) -> None:
        for over in map(over_reach_of, entry.body["over_reach"]):
            self._beyond[over.claim, over.storefront] = over.territories

    def _attempted(self, entry: Entry) -> None:
        self._tried[entry.body["key"]] = line_of(entry.body["measure"]).measure

    def _outcome(self, entry: Entry) -> None:
        measure = self._tried.get(entry.body["key"])
        if measure is None or entry.body["what"] != OutcomeKind.DONE:
            return
        place = measure.place
        self.landed[place] = measure.wanted
        self._places[place.target][place] = None
        for name in self._on[place.target]:
            self._lift(name, place, entry.at)
            self._take(self.claims[name], place, entry.at)
            if name in measure.claims and name in self._cuts:
                self._late(name, place, entry.at)

    def _narrow(self, entry: Entry) -> None:
        cut = narrowing_of(entry)
        named = [cut.name] if cut.name in self.claims else [c.id for c in self.claims.values() if c.ground == cut.name]
        for name in named:
            before = self.claims[name]
            self.claims[name] = narrowed_claim(before, cut)
            if self.claims[name] != before:
                self._fall(name, self._why(entry))
        if entry.body.get("why") != "strike fell":
            self._last = entry.kind, entry.at

    def _letter_written(self, entry: Entry) -> None:
        occasion = Occasion(entry.body["occasion"])
        for name in set(entry.body["claims"]) & self.claims.keys():
            self.of[name] = [self._said(name, stint, occasion) for stint in self.of[name]]

    # what follows

    def _where(self, claim: Claim, place: Place) -> Territory:
        sells = self.sells(claim, place)
        return claim.reach if sells is None else meet(claim.reach, sells)

    def _take(self, claim: Claim, place: Place, at: datetime) -> None:
        """A stint begins where the effect stands and none is under way."""
        stands, codes = claim.effect and self.landed[place] >= claim.effect, self._where(claim, place)
        if stands and codes and not any(s.place == place and s.gave is None for s in self.of[claim.id]):
            self.of[claim.id].append(Stint(place, claim.effect, codes, at))

    def _late(self, name: str, place: Place, at: datetime) -> None:
        """A lost write that arrived after its claim had fallen: it was an effect of that claim all the same."""
        before = len(self.of[name])
        self._take(self._first[name], place, at)
        self.of[name][before:] = [replace(s, cut=self._cuts[name], fallen=True) for s in self.of[name][before:]]

    def _lift(self, name: str, place: Place, at: datetime) -> None:
        """What our write lifted is over."""
        for number, stint in enumerate(self.of[name]):
            if stint.place == place and stint.gave is None and self.landed[place] < stint.effect:
                self.of[name][number] = replace(stint, gave=at)

    def _fall(self, name: str, cut: Cut) -> None:
        """A claim was narrowed: which of its stints it asks for no more, and why. Told is the last reason."""
        claim = self.claims[name]
        self._cuts[name] = cut
        for number, stint in enumerate(self.of[name]):
            if stint.over or (stint.cut and stint.cut.won):
                continue
            left = self._where(claim, stint.place) if stint.effect else claim.reach
            fallen = claim.effect < stint.effect or not left
            if fallen or not covers(left, stint.codes):
                self.of[name][number] = self._fell(claim, replace(stint, cut=cut, fallen=fallen))

    def _fell(self, claim: Claim, stint: Stint) -> Stint:
        if not stint.effect and stint.fallen and not claim.upheld:
            stint = replace(stint, gave=stint.gave or (stint.cut.at if stint.cut else None))
        holder = self.holder(claim, stint) if stint.fallen else None
        if holder and claim.case and holder.case == claim.case:  # the letter of the new decision tells of it
            return replace(stint, told=True, over=True)
        return stint

    def _why(self, entry: Entry) -> Cut:
        kind, from_start = entry.kind, entry.body.get("from_start", entry.kind == "annulled")
        right = Occasion.RETURNED_ANNULLED if from_start else Occasion.RETURNED_ENDED
        if kind != "claim_ended":
            return Cut(entry.at, right, less=kind == "narrowed")
        why = entry.body["why"]
        if why == "strike fell" and self._last == ("annulled", entry.at):
            return Cut(entry.at, right)
        return Cut(entry.at, Occasion.RETURNED_DECIDED if from_start else right, won=why == WON)

    def _said(self, name: str, stint: Stint, occasion: Occasion) -> Stint:
        """A stint after a letter about its claim: letters are written of all that is due at once."""
        if occasion not in RETURNS:
            return replace(stint, told=True)
        if occasion is not Occasion.STILL_DOWN:
            return replace(stint, over=stint.over or stint.gave is not None)
        held = stint.fallen and (stint.gave is None or not stint.effect)
        return replace(stint, over=stint.over or (held and self.holder(self.claims[name], stint) is not None))
