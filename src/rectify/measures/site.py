"""A site: one catalogue, the connector to its host, and its storefronts; and where on it the law has to look."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from rectify.measures.bodies import Target
from rectify.measures.book import Book
from rectify.measures.connector import Connector, HostPlace
from rectify.terms.measure import Place, Seen
from rectify.terms.territory import Territory

NOBODY = "who is meant was erased"
NO_STOREFRONTS = "its storefronts are unknown; a person states them first"
UNREADABLE = "the host's answer cannot be read"
_READ = 500  # places asked for at once
Spot = tuple[str, Place]  # kind of target, place


@dataclass(frozen=True, slots=True)
class Site:
    """A catalogue by its name, its connector, and storefront -> territories (None = unknown)."""

    source: str
    connector: Connector
    storefronts: Mapping[str, Territory | None]

    @property
    def territories(self) -> Territory:
        """All territories that its storefronts sell into: the places of accounts and services."""
        return frozenset(code for sells in self.storefronts.values() for code in sells or ())


def resolve(book: Book, target: str, kind: str) -> Target | None:
    """Who is meant by the target of a claim; None for one that nothing was gathered of.

    The buyers of an item are found by the item. A service of the operator's own is called "source/name".
    """
    if kind == "service":
        source, _, name = target.partition("/")
        return Target("service", source, name, "")
    return book.targets.get(target.removesuffix("/buyers") if kind == "buyers" else target)


def scope(book: Book, order: str | None) -> dict[str, str]:
    """Target -> kind of all that an order ever claimed, and the accounts behind it; of all orders for None."""
    mine = [c for c in book.claims.values() if order is None or book.order_of(c) == order]
    behind = [account for account in {claim.account for claim in mine} - {""} if book.on_target(account)]
    return {claim.target: claim.kind for claim in mine} | dict.fromkeys(sorted(behind), "account")


def spots(book: Book, site: Site, targets: Mapping[str, str]) -> tuple[list[Spot], dict[str, str]]:
    """Where to look on a site for targets (with their kinds), and target -> why it cannot be looked for."""
    found: dict[Spot, None] = {}
    left: dict[str, str] = {}
    for target, kind in {**targets, **_closing_items(book, site, targets)}.items():
        who = resolve(book, target, kind)
        if who is None or not who.host_id:
            left[target] = NOBODY
        elif who.source == site.source:
            names: Iterable[str] = sorted(site.territories)
            if kind in ("item", "buyers"):
                names = () if who.storefronts is None else [n for n in site.storefronts if _shown(site, who, n)]
                if who.storefronts is None:
                    left[target] = NO_STOREFRONTS
            # What was ever written is looked after, also where the map shows the place no more.
            here = [*(Place(target, name) for name in names), *book.places(target)]
            found |= dict.fromkeys((kind, place) for place in here)
    return list(found), left


def _shown(site: Site, who: Target, storefront: str) -> bool:
    """A host tells by itself where an item stands, also since the sweep; who only knows the sweep does not."""
    return not site.connector.capabilities().as_swept or storefront in (who.storefronts or ())


def host_place(book: Book, kind: str, place: Place) -> HostPlace | None:
    """A place under the host's own name, or None where nobody knows it any more."""
    who = resolve(book, place.target, kind)
    return HostPlace(kind, who.host_id, place.storefront) if who is not None and who.host_id else None


def read(site: Site, book: Book, wanted: Sequence[Spot]) -> dict[Spot, Seen | None]:
    """What stands at places now; None where the host's answer cannot be read."""
    known = [(spot, where) for spot in wanted if (where := host_place(book, *spot)) is not None]
    found: dict[Spot, Seen | None] = dict.fromkeys(wanted)
    for at in range(0, len(known), _READ):
        page = known[at : at + _READ]
        answers = site.connector.read([where for _, where in page])
        found |= {spot: seen for (spot, _), seen in zip(page, answers, strict=True)}
    return found


def _closing_items(book: Book, site: Site, targets: Collection[str]) -> dict[str, str]:
    """Items that the host would hide by itself when an account is closed: they are measured too (CLAIMS.md 12)."""
    if not site.connector.capabilities().cascades:
        return {}
    accounts = {claim.target for name in targets for claim in book.on_target(name) if claim.kind == "account"}
    return {name: "item" for name, who in book.targets.items() if who.kind == "item" and who.account in accounts}
