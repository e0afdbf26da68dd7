"""Rehearse: the exact set of measures that are due, with what is held, left out and warned of. Nothing is written.

The digest names the set and the state of the ledger that it was made from, so that no two rehearsals share keys:
from the content alone, a failed set could never be tried again (CLAIMS.md 4).
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from rectify.documents.canonical import canonical_json
from rectify.ledger.ledger import Ledger
from rectify.measures import records
from rectify.measures.bodies import Line, OverReach, codes, line_json
from rectify.measures.book import Book
from rectify.measures.holds import holds_of
from rectify.measures.law import Law
from rectify.measures.plan import OVER_REACH, WHOSE_HAND, Look, plan, stays
from rectify.measures.site import UNREADABLE, Site, Spot, read, scope, spots
from rectify.settings.records import Limits
from rectify.terms.claim import NAMES
from rectify.terms.entry import Draft, Json
from rectify.terms.errors import Refused, Unknown, nearest
from rectify.terms.measure import MEASURES, Hold, Measure, Seen, TaskAtPlace
from rectify.terms.territory import NOWHERE, Territory, lies_in

DOUBTED = "nobody can tell whose hand set it; a person says what the host itself had chosen"
UNSETTLED = "nobody knows what became of a change here; settle it first"
_SHORT = 12  # signs of a digest that people are shown
CONTESTED = "would return what a claim still names in part: approve its over-reach, or rehearse these alone"


@dataclass(frozen=True, slots=True)
class RehearsedSet:
    """What would be done. `id` is its digest, empty where nothing is due and nothing was kept."""

    id: str
    order: str
    lines: tuple[Line, ...]
    warnings: tuple[Mapping[str, Json], ...]
    holds: tuple[Hold, ...]
    left_out: tuple[Mapping[str, Json], ...]
    tasks: tuple[TaskAtPlace, ...]
    catalogue_rows: int


@dataclass(frozen=True, slots=True)
class Survey:
    """A look at every place of an order on one site, in the order of writing; and what could not be looked at."""

    looks: Mapping[Spot, Look]
    seen: Mapping[Spot, Seen]
    left_out: tuple[Mapping[str, Json], ...]

    @property
    def tasks(self) -> tuple[TaskAtPlace, ...]:
        """All tasks that the law gives there."""
        return tuple(task for look in self.looks.values() for task in look.tasks)


def survey(ledger: Ledger, site: Site, order: str | None, at: datetime) -> Survey:
    """Looks at every place of an order (None: of all) and writes nothing: what is due, and which tasks there are."""
    with ledger.reading() as connection:
        book = records.load_book(connection)
    wanted, left = spots(book, site, scope(book, order))
    return _surveyed(book, site, read(site, book, wanted), left, at)


def rehearse(
    ledger: Ledger,
    site: Site,
    order: str,
    *,
    at: datetime,
    actor: str,
    limits: Limits,
    catalogue_rows: int,
    over_reach: Sequence[OverReach] = (),
    contested: bool = False,
    confidential_until: str = "",
) -> RehearsedSet:
    """Makes and keeps the exact set that is due for an order on one site.

    `over_reach` is what the approver will be asked to approve by name; `contested` rehearses only the undos that would
    return what a claim still names. The host is read before the transaction: what moves meanwhile is left out when it
    is carried out. Raises Refused for a connector that cannot compare and set or read back, or a wrong over-reach.
    """
    able = site.connector.capabilities()
    if not (able.compare_and_set and able.read_back):
        raise Refused(f"the connector of {site.source} cannot compare and set, or not read back",
                      "nothing is ever written without both")  # fmt: skip
    with ledger.reading() as connection:
        book = records.load_book(connection)
    wanted, left = spots(book, site, scope(book, order))
    seen = read(site, book, wanted)
    with ledger.writing(at, actor) as writing:
        book = records.load_book(writing.connection)
        proposed = _proposed(book, site, over_reach)
        looked = _surveyed(book, site, seen, left, at)
        chosen = [look for look in looked.looks.values() if look.measure and look.contested == contested]
        lines = tuple(_line(book, look.measure, site, look.contested) for look in chosen if look.measure)
        if not contested:
            lines += tuple(_staying(book, site, looked, proposed, at))
        aside = [*([] if contested else _contested(looked)), *_blocked(book, looked), *_doubted(looked)]
        made = RehearsedSet("", order, lines, _warnings(book, looked, site, proposed, confidential_until),
                            holds_of(lines, able, limits, catalogue_rows, contested=contested),
                            (*looked.left_out, *aside), looked.tasks, catalogue_rows)  # fmt: skip
        if not lines:
            return made
        made = replace(made, id=_digest(writing.size, order, lines))
        writing.append(Draft("rehearsed", order, _body(made)))
    return made


def measure_name(measure: Measure) -> str:
    """The name of a measure: the one that brings its effect about, "undo" where nothing gets stricter."""
    return "undo" if measure.wanted <= measure.found else _name_of(measure)


def beyond_reach(reach: Territory, sells: Territory | None) -> Territory:
    """The territories of a storefront that a claim does not reach."""
    return frozenset(code for code in sells or () if not lies_in(code, reach))


def _surveyed(
    book: Book, site: Site, seen: Mapping[Spot, Seen | None], left: Mapping[str, str], at: datetime
) -> Survey:
    law = Law(book, site.storefronts, site.connector.capabilities(), at)
    here = {spot: found for spot, found in seen.items() if found is not None}
    aside = [{"place": [target, ""], "reason": reason} for target, reason in left.items()]
    aside += [{"place": list(spot[1]), "reason": UNREADABLE} for spot, found in seen.items() if found is None]
    return Survey(plan(law, here), here, tuple(aside))


def _proposed(book: Book, site: Site, over_reach: Iterable[OverReach]) -> list[OverReach]:
    """Takes over-reach into the book as if it were approved already, each widened by what was approved before."""
    found = []
    for claim, storefront, territories in over_reach:
        if claim not in book.claims:
            raise Unknown(f'no claim is called "{claim}"', nearest(claim, book.claims))
        far = beyond_reach(book.claims[claim].reach, site.storefronts.get(storefront))
        if not territories or not territories <= far:
            told = ", ".join(codes(far)) or "nothing"
            raise Refused(f'over-reach of {claim} at "{storefront}" is: {told}', "name its territories, each of them")
        territories |= book.beyond.get((claim, storefront), NOWHERE)
        book.beyond[claim, storefront] = territories
        found.append(OverReach(claim, storefront, territories))
    return found


def _name_of(measure: Measure) -> str:
    return next(m.name for m in MEASURES.values() if (m.target, m.effect) == (measure.kind, measure.wanted))


def _line(book: Book, measure: Measure, site: Site, contested: bool = False) -> Line:
    """A measure with its name and the over-reach that its claims rest on."""
    sells, rests = site.storefronts.get(measure.place.storefront), []
    for name in measure.claims:
        yes = book.beyond.get((name, measure.place.storefront), NOWHERE)
        if far := yes & beyond_reach(book.claims[name].reach, sells):
            rests.append(OverReach(name, measure.place.storefront, far))
    return Line(measure, measure_name(measure), tuple(rests), contested)


def _staying(book: Book, site: Site, looked: Survey, proposed: Collection[OverReach], at: datetime) -> Iterator[Line]:
    """Lines for what stands and would stay by proposed over-reach: nothing is due there, and a yes needs a set."""
    law = Law(book, site.storefronts, site.connector.capabilities(), at)
    asked = {(book.claims[over.claim].target, over.storefront): over.claim for over in proposed}
    for (kind, place), look in looked.looks.items():
        kept = stays(law, kind, place, looked.seen[kind, place]) if place in asked and not look.measure else None
        if kept is not None and asked[place] in kept.claims:
            yield replace(_line(book, kept, site), name=_name_of(kept))


def _warnings(
    book: Book, looked: Survey, site: Site, proposed: Collection[OverReach], confidential_until: str
) -> tuple[Mapping[str, Json], ...]:
    counts: dict[tuple[str, str], int] = {}
    for task in looked.tasks:
        if task.what == OVER_REACH:
            counts[task.claim, task.place.storefront] = counts.get((task.claim, task.place.storefront), 0) + 1
    found: list[Mapping[str, Json]] = []
    for (claim, storefront), places in counts.items():
        far = codes(beyond_reach(book.claims[claim].reach, site.storefronts.get(storefront)))
        found.append(
            {"what": OVER_REACH, "claim": claim, "storefront": storefront, "territories": far, "places": places}
        )
    found += [{"what": "over-reach proposed", "claim": over.claim, "storefront": over.storefront,
               "territories": codes(over.territories)} for over in proposed]  # fmt: skip
    if confidential_until:
        found.append({"what": "confidential", "until": confidential_until})
    return tuple(found)


def _contested(looked: Survey) -> list[Mapping[str, Json]]:
    return [{"place": list(spot[1]), "reason": CONTESTED} for spot, look in looked.looks.items() if look.contested]


def _blocked(book: Book, looked: Survey) -> list[Mapping[str, Json]]:
    """Places where an outcome is unknown, with the set that settles it: nothing else is measured there till then."""
    sets = {spot[1]: book.unsettled(spot[1]) for spot in looked.looks}
    return [
        {"place": list(place), "reason": f"{UNSETTLED} (rectify measures carry-out {keys[0][:_SHORT]})"}
        for place, keys in sets.items()
        if keys
    ]


def _doubted(looked: Survey) -> list[Mapping[str, Json]]:
    """Places where a person must say whose hand it was, with the command; the host's own id stands in no entry."""
    spots = {
        (task.place, kind) for (kind, _), look in looked.looks.items() for task in look.tasks if task.what == WHOSE_HAND
    }
    found: list[Mapping[str, Json]] = []
    for place, kind in sorted(spots):
        words = (word for effect, word in NAMES[kind].items() if effect <= looked.seen[kind, place].state)
        command = f"rectify measures own ID@{place.storefront} {'|'.join(words)} --reason WHY"
        found.append({"place": list(place), "reason": f"{DOUBTED} ({command})"})
    return found


def _digest(sequence: int, order: str, lines: Iterable[Line]) -> str:
    content: Json = {"sequence": sequence, "book": order, "measures": [line_json(line) for line in lines]}
    return hashlib.sha256(canonical_json(content)).hexdigest()


def _body(made: RehearsedSet) -> dict[str, Json]:
    return {
        "set": made.id,
        "measures": [line_json(line) for line in made.lines],
        "warnings": list(made.warnings),
        "left_out": list(made.left_out),
        "holds": [{"reason": hold.reason, "by_role": hold.by_role} for hold in made.holds],
        "catalogue_rows": made.catalogue_rows,
    }
