"""Bodies of the entries that the law reads and writes: records to JSON and back (terms/kinds.py)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from rectify.store.instants import instant, parse_instant
from rectify.terms.claim import NAMES, Claim, Effect, Ground
from rectify.terms.entry import Entry, Json
from rectify.terms.errors import Broken, nearest
from rectify.terms.measure import Hold, Measure, Place
from rectify.terms.territory import NOWHERE, Territory

OVERTAKES = "!"  # in keys of changes that overtake a lost one: SET/NUMBER!1
_WORDS = {word: effect for words in NAMES.values() for effect, word in words.items()}


class Narrowing(NamedTuple):
    """The one way back: what it names reaches `to` and asks for `effect` at most, from now or from the start."""

    name: str
    to: Territory
    from_start: bool
    effect: Effect


class OverReach(NamedTuple):
    """A yes to reach beyond a claim: at this storefront, into these territories by name and no others."""

    claim: str
    storefront: str
    territories: Territory


@dataclass(frozen=True, slots=True)
class Ladder:
    """A published term that climbs by strikes. `steps`: strikes needed in `window` -> effect on the account."""

    term: str
    window: timedelta
    steps: tuple[tuple[int, Effect], ...]
    since: datetime


@dataclass(frozen=True, slots=True)
class Target:
    """Who is meant by a surrogate: source and the host's own id (None once erased). `storefronts` None = unknown."""

    kind: str  # item | account
    source: str
    host_id: str | None
    account: str
    storefronts: frozenset[str] | None = None
    subject: str = ""  # under whose key the host id is sealed


@dataclass(frozen=True, slots=True)
class Line:
    """A measure in a set: its name ("undo" on the way down), and the over-reach that it rests on.

    `contested`: it was shown, and agreed to, as one that returns what a claim still names in part (CLAIMS.md 7).
    """

    measure: Measure
    name: str
    over_reach: tuple[OverReach, ...] = ()
    contested: bool = False


@dataclass(frozen=True, slots=True)
class MeasureSet:
    """The exact set that was rehearsed, by whom, and who approved it (empty = nobody)."""

    id: str
    book: str
    by: str
    at: datetime
    lines: tuple[Line, ...]
    holds: tuple[Hold, ...]
    approved_by: str = ""
    sent_back: bool = False


def effect_of(word: str) -> Effect:
    """The effect that a word of any kind of target stands for. Raises Broken for an unknown word."""
    if word not in _WORDS:
        raise Broken(f'no effect is called "{word}"', nearest(word, _WORDS))
    return _WORDS[word]


def fit(kind: str, effect: Effect) -> Effect:
    """The strictest effect that this kind of target knows and that is no stricter: never rounded up."""
    return max((known for known in NAMES[kind] if known <= effect), default=Effect.OPEN)


def codes(territory: Iterable[str]) -> list[str]:
    """A territory as entries carry it."""
    return sorted(territory)


def ground_of(entry: Entry) -> Ground:
    """The ground that an `accepted` or `term_published` entry makes."""
    body = entry.body
    if entry.kind == "term_published":
        reach = frozenset(body["territory"])
        return Ground(body["term"], reach, reach, effect_of(body["effect"]))
    reach = frozenset(body["territory"])
    return Ground(entry.book, reach, reach, effect_of(body["effect"]))


def ladder_of(entry: Entry) -> Ladder | None:
    """The ladder that a published term holds, or None."""
    body = entry.body
    if not body.get("steps"):
        return None
    steps = tuple((int(needs), effect_of(word)) for needs, word in body["steps"])
    return Ladder(body["term"], timedelta(days=body["window_days"]), steps, parse_instant(body["from"]))


def claim_body(claim: Claim) -> dict[str, Json]:
    """The body of a `claimed` entry. `made` is the entry's own instant, `upheld` begins as the territories."""
    body: dict[str, Json] = {
        "claim": claim.id,
        "ground": claim.ground,
        "target": claim.target,
        "kind": claim.kind,
        "account": claim.account,
        "territories": codes(claim.reach),
        "effect": NAMES[claim.kind][claim.effect],
        "measure": claim.measure,
        "since": instant(claim.since),
    }
    if claim.until is not None:
        body["until"] = instant(claim.until)
    if claim.case:
        body["case"] = claim.case
    if claim.strike:
        body |= {"strike": claim.strike, "needs": claim.needs}
    return body


def claim_of(entry: Entry) -> Claim:
    """The claim that a `claimed` entry makes."""
    body, reach = entry.body, frozenset(entry.body["territories"])
    return Claim(
        id=body["claim"],
        ground=body["ground"],
        target=body["target"],
        kind=body["kind"],
        account=body["account"],
        reach=reach,
        upheld=reach,
        effect=effect_of(body["effect"]),
        measure=body["measure"],
        since=parse_instant(body["since"]),
        until=parse_instant(body["until"]) if body.get("until") else None,
        made=entry.at,
        case=body.get("case") or "",
        strike=body.get("strike") or "",
        needs=body.get("needs") or 0,
    )


def narrowing_of(entry: Entry) -> Narrowing:
    """What an entry of kind claim_ended, narrowed, annulled, ended or term_narrowed takes back."""
    body = entry.body
    if entry.kind == "annulled":
        return Narrowing(entry.book, NOWHERE, True, Effect.GONE)
    if entry.kind == "ended":
        return Narrowing(entry.book, NOWHERE, False, Effect.GONE)
    name = {"claim_ended": body.get("claim"), "term_narrowed": body.get("term")}.get(entry.kind) or entry.book
    return Narrowing(name, frozenset(body["to"]), body["from_start"], effect_of(body["effect"]))


def over_reach_json(over: OverReach) -> Json:
    """Over-reach as `approved` and the lines of a set carry it."""
    return {"claim": over.claim, "storefront": over.storefront, "territories": codes(over.territories)}


def over_reach_of(value: Json) -> OverReach:
    """Over-reach read back."""
    return OverReach(value["claim"], value["storefront"], frozenset(value["territories"]))


def line_json(line: Line) -> dict[str, Json]:
    """A measure as `rehearsed` and `attempted` carry it."""
    measure, words = line.measure, NAMES[line.measure.kind]
    body: dict[str, Json] = {
        "place": list(measure.place),
        "kind": measure.kind,
        "wanted": words[measure.wanted],
        "found": words[measure.found],
        "version": measure.version,
        "own": None if measure.own is None else words[measure.own],
        "claims": list(measure.claims),
        "measure": line.name,
        "over_reach": [over_reach_json(over) for over in line.over_reach],
    }
    return body | {"contested": True} if line.contested else body


def line_of(value: Json) -> Line:
    """A measure read back."""
    measure = Measure(
        place=Place(*value["place"]),
        kind=value["kind"],
        wanted=effect_of(value["wanted"]),
        found=effect_of(value["found"]),
        version=value["version"],
        own=None if value["own"] is None else effect_of(value["own"]),
        claims=tuple(value["claims"]),
    )
    over_reach = tuple(over_reach_of(over) for over in value["over_reach"])
    return Line(measure, value["measure"], over_reach, bool(value.get("contested")))
