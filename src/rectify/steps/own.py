"""Whose hand: a person says what the host itself had chosen at a place, for the version that they saw (CLAIMS.md 2).

Asked for where a host cannot tell whose hand set a state, and where what should stand again cannot be written there.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from rectify.cases.sorts import act_for
from rectify.measures import claims, records
from rectify.measures.book import Book
from rectify.measures.law import Law
from rectify.measures.plan import CANNOT_UNDO, WHOSE_HAND, look
from rectify.measures.site import Site, read
from rectify.steps.carry_out import site_of
from rectify.terms.claim import NAMES, Effect, effect_named
from rectify.terms.errors import Refused, Unknown, nearest
from rectify.terms.measure import Place, Seen
from rectify.workspace import Workspace

_BUYERS = "buyers of "
_ASKED = frozenset({WHOSE_HAND, CANNOT_UNDO})


@dataclass(frozen=True, slots=True)
class Stated:
    """What a person stated: the order in whose book it stands, and what is seen there now."""

    order: str
    place: Place
    kind: str
    version: str
    own: Effect


@dataclass(frozen=True, slots=True)
class _Found:
    """A place that people may mean, and what stands there."""

    name: str  # under which no other place is known: CATALOGUE/ID@STOREFRONT
    kind: str
    place: Place
    seen: Seen | None
    asked: bool


def own(
    workspace: Workspace, place: str, state: str, reason: str, *, version: str = "", as_: str = ""
) -> Stated:  # fmt: skip
    """A person states that the host itself had chosen `state` at `place` (ID@STOREFRONT, for accounts ID@TERRITORY).

    ID is the host's own, as every list shows it ("buyers of ID" for those), with its catalogue before it where two know
    it: CATALOGUE/ID. It holds for the version that stands now; `version` refuses it where that is another. Raises
    Unknown for a place or a state that nobody knows, and Refused where nobody asks, where a state stricter than what
    stands is named (no claim would ask for it), and without a word on how it is known.
    """
    person = workspace.person(act_for(WHOSE_HAND), as_)
    if not reason.strip():
        raise Refused("whose hand it was is stated with a word on how that is known", "add it")
    with workspace.ledger.reading() as connection:
        book = records.load_book(connection)
    found = _one(place, list(_found(workspace, book, place)))
    seen = found.seen
    if seen is None:
        raise Refused(f"what stands at {found.name} cannot be read now", "try again later")
    chosen = _effect(found.kind, state)
    words = NAMES[found.kind]
    if version and version != seen.version:
        raise Refused(f"{found.name} has changed since: it is {words[seen.state]} in version {seen.version}",
                      "look again, and state it for what stands now")  # fmt: skip
    if chosen > seen.state:
        milder = ", ".join(word for effect, word in words.items() if effect <= seen.state)
        told = f"{found.name} is {words[seen.state]}: the host itself had chosen nothing stricter than that"
        raise Refused(told, f"one of: {milder}")
    order = book.order_of(book.on_target(found.place.target)[-1])
    with workspace.ledger.writing(workspace.now, person.surrogate) as writing:
        task = writing.surrogate("task")
        claims.state_own(
            writing, order, found.place, seen.version, chosen, kind=found.kind, task=task, reason=reason.strip()
        )
    return Stated(order, found.place, found.kind, seen.version, chosen)


def _found(workspace: Workspace, book: Book, text: str) -> Iterator[_Found]:
    """Every place that people may mean by a text, on any catalogue of the settings."""
    name, _, storefront = text.rpartition("@")
    buyers, name = name.startswith(_BUYERS), name.removeprefix(_BUYERS)
    for catalogue in workspace.settings.catalogues.values():
        meant = [
            (who.kind, target)
            for target, who in book.targets.items()
            if who.source == catalogue.name and who.host_id and name in (who.host_id, f"{who.source}/{who.host_id}")
        ]
        if not meant:
            continue
        site = site_of(workspace, catalogue)
        for kind, target in meant:
            if buyers and kind == "item":
                kind, target = "buyers", f"{target}/buyers"
            if book.on_target(target):
                called = f"{catalogue.name}/{name.removeprefix(f'{catalogue.name}/')}@{storefront}"
                yield _looked(workspace, book, site, kind, Place(target, storefront), called)


def _looked(workspace: Workspace, book: Book, site: Site, kind: str, place: Place, called: str) -> _Found:
    law = Law(book, site.storefronts, site.connector.capabilities(), workspace.now)
    seen = read(site, book, [(kind, place)])[kind, place]
    tasks = look(law, kind, place, seen).tasks if seen is not None else ()
    called = f"{_BUYERS}{called}" if kind == "buyers" else called
    return _Found(called, kind, place, seen, seen is None or any(task.what in _ASKED for task in tasks))


def _one(text: str, found: list[_Found]) -> _Found:
    if not found:
        raise Unknown(f'no place is called "{text}" where anything was decided',
                      "ID@STOREFRONT, for accounts ID@TERRITORY, as rectify measures rehearse shows them")  # fmt: skip
    asked = [one for one in found if one.asked]
    if not asked:
        raise Refused(
            f"nobody asks whose hand set what stands at {text}", "the law of claims can tell, or nothing is due"
        )
    if len(asked) > 1:
        raise Refused(f'{len(asked)} places are called "{text}"', f"one of: {', '.join(one.name for one in asked)}")
    return asked[0]


def _effect(kind: str, state: str) -> Effect:
    words = list(NAMES[kind].values())
    if state not in words:
        raise Unknown(f'no state of this kind is called "{state}"', nearest(state, words))
    return effect_named(kind, state)
