"""Sets as a person reads them before approving: lines by the host's own ids, over-reach shop front by shop front.

A newer rehearsal of an order makes an older set fall that waits for approval and names a place of the newer one: of two
sets for one place only the newer shows what stands there.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from rectify.measures import records
from rectify.measures.bodies import Line, MeasureSet, OverReach, codes
from rectify.measures.book import Book
from rectify.measures.plan import OVER_REACH
from rectify.measures.rehearse import RehearsedSet, beyond_reach, survey
from rectify.steps import carry_out
from rectify.terms.claim import NAMES
from rectify.terms.errors import Refused
from rectify.terms.measure import MEASURES
from rectify.terms.territory import NOWHERE, Territory
from rectify.workspace import Workspace

_BUYERS = "/buyers"
UNDO = {True: "can be undone", False: "cannot be undone"}


@dataclass(frozen=True, slots=True)
class ShownLine:
    """A measure of a set in words. `claims` are (claim, its order); `undo` says whether it can be taken back."""

    measure: str
    target: str
    storefront: str
    now: str
    then: str
    claims: tuple[tuple[str, str], ...]
    undo: str
    beyond: tuple[str, ...]  # territories beyond the claims that it reaches too


@dataclass(frozen=True, slots=True)
class Reached:
    """How many items a shop front would take beyond the claims, into these territories by name."""

    storefront: str
    territories: tuple[str, ...]
    items: int
    proposed: bool  # stands in the set; else it is left out of it

    @property
    def said(self) -> str:
        """How many items reach where, in words."""
        return f"{self.items:,} {'item reaches' if self.items == 1 else 'items reach'} {', '.join(self.territories)}"

    @property
    def option(self) -> str:
        """What names it, for all claims of a set at once."""
        return f"--over-reach '{self.storefront}={','.join(self.territories)}'"


@dataclass(frozen=True, slots=True)
class Standing:
    """What became of a set: of how many measures the outcome is known, of how many not, and which set replaced it."""

    set: MeasureSet
    outcomes: Mapping[str, int]
    superseded_by: str = ""

    @property
    def begun(self) -> int:
        """Measures that have an outcome, known or not."""
        return sum(self.outcomes.values())


def lines_of(workspace: Workspace, lines: Sequence[Line]) -> list[ShownLine]:
    """Measures as a person reads them, in the order in which they are carried out."""
    book = _book_of(workspace, {line.measure.place.target for line in lines})
    catalogues = workspace.settings.catalogues.items()
    undoable = {name: workspace.connector(one).capabilities().undo for name, one in catalogues}
    return [_shown(book, undoable, line) for line in lines]


def host_names(workspace: Workspace, targets: Iterable[str]) -> dict[str, str]:
    """The host's own id of each target; its surrogate where it was erased."""
    wanted = set(targets)
    book = _book_of(workspace, wanted)
    return {target: _name(book, target) for target in wanted}


def reached(one: RehearsedSet) -> list[Reached]:
    """The over-reach of a rehearsal by shop front: what is left out for it, then what stands in the set."""
    far = {(w["claim"], w["storefront"]): tuple(w["territories"]) for w in one.warnings if w["what"] == OVER_REACH}
    places = {(task.place.storefront, far[task.claim, task.place.storefront], task.place.target.removesuffix(_BUYERS))
              for task in one.tasks if task.what == OVER_REACH}  # fmt: skip
    return _counted(places, proposed=False) + rests_on(one.lines)


def rests_on(lines: Iterable[Line]) -> list[Reached]:
    """The over-reach that measures rest on, by shop front and territories."""
    places = {(over.storefront, tuple(codes(over.territories)), line.measure.place.target.removesuffix(_BUYERS))
              for line in lines for over in line.over_reach}  # fmt: skip
    return _counted(places, proposed=True)


def for_all(
    workspace: Workspace, order: str, fronts: Mapping[str, Territory], named: Sequence[OverReach] = ()
) -> list[OverReach]:
    """Over-reach for a rehearsal: `named` claim by claim, and at each of `fronts` for all claims of the order there.

    Each claim gets what of the named territories lies beyond it. Raises Refused for a front where nothing is beyond,
    and for territories that no claim would need.
    """
    found = list(named)
    for front, territories in fronts.items():
        far = _beyond(workspace, order, front)
        known = frozenset(code for codes_ in far.values() for code in codes_)
        if extra := territories - known:
            said = f"no claim of {order} needs a yes to reach {', '.join(codes(extra))} at the shop front {front}"
            raise Refused(said, f"--over-reach '{front}={','.join(codes(known))}'" if known else "leave it out")
        here = [OverReach(claim, front, territories & codes_) for claim, codes_ in far.items() if territories & codes_]
        found += here
    return found


def options_for(workspace: Workspace, lines: Iterable[Line]) -> str:
    """The options that name what measures reach beyond their orders and nobody has approved yet; empty for nothing."""
    return _options(_needed(workspace, lines))


def approve(
    workspace: Workspace, digest: str, count: int, *, fronts: Mapping[str, Territory] | None = None,
    over_reach: Sequence[OverReach] = (), despite: bool = False, as_: str = "",
) -> MeasureSet:  # fmt: skip
    """Approves a set; `fronts` names the over-reach at a shop front for all of its claims, each kept by itself.

    Raises Refused as `carry_out.approve` does, for a set that a newer rehearsal replaced, and where the over-reach that
    is named is not the set's, told shop front by shop front.
    """
    workspace.person("approve", as_)
    kept = carry_out.set_of(workspace, digest)
    if newer := superseded(_sets(workspace, kept.book)).get(kept.id):
        told = f"the set {kept.id[:12]} is superseded by {newer[:12]}, which was rehearsed after it"
        raise Refused(told, f"rectify measures show {newer[:12]}")
    needed = _needed(workspace, kept.lines)
    given = [*over_reach, *_expanded(needed, fronts or {})]
    if count == len(kept.lines) and set(given) != set(needed):
        said = "; ".join(f"{one.storefront}: {one.said}" for one in rests_on(kept.lines))
        told = f"what the set reaches beyond the order is approved by name: {said}"
        raise Refused(
            told if needed else "nothing that the set reaches beyond the order waits for a yes",
            _options(needed) or "leave --over-reach out",
        )
    return carry_out.approve(workspace, kept.id, count, over_reach=list(dict.fromkeys(given)), despite=despite, as_=as_)


def superseded(sets: Sequence[MeasureSet]) -> dict[str, str]:
    """Of sets (oldest first), those that wait for approval and share a place with a later one -> the newest such."""
    found: dict[str, str] = {}
    newest: dict[tuple[str, object], str] = {}
    for kept in reversed(sets):
        places = [(kept.book, line.measure.place) for line in kept.lines]
        waits = not kept.approved_by and not kept.sent_back
        if waits and (newer := next((newest[place] for place in places if place in newest), "")):
            found[kept.id] = newer
        for place in places:
            newest.setdefault(place, kept.id)
    return found


def standings(workspace: Workspace, order: str = "") -> list[Standing]:
    """Every set (of an order), oldest first, with what became of it."""
    sets = _sets(workspace, order or None)
    fell = superseded(sets)
    with workspace.ledger.reading() as connection:
        outcomes = [records.set_outcomes(connection, kept.id) if kept.approved_by else {} for kept in sets]
    return [Standing(kept, Counter(str(o.what) for o in became.values()), fell.get(kept.id, ""))
            for kept, became in zip(sets, outcomes, strict=True)]  # fmt: skip


def _sets(workspace: Workspace, order: str | None) -> list[MeasureSet]:
    with workspace.ledger.reading() as connection:
        return records.load_sets(connection, order)


def _beyond(workspace: Workspace, order: str, front: str) -> dict[str, Territory]:
    """Claims of an order that a shop front would reach beyond, and where to."""
    asked = set()
    for _, site in carry_out.sites(workspace, order):
        tasks = survey(workspace.ledger, site, order, workspace.now).tasks
        asked |= {task.claim for task in tasks if task.what == OVER_REACH and task.place.storefront == front}
    with workspace.ledger.reading() as connection:
        book = records.load_book(connection)
    mine = sorted(claim for claim in asked if book.order_of(book.claims[claim]) == order)
    sells = workspace.storefronts.get(front)
    return {claim: beyond_reach(book.claims[claim].reach, sells) for claim in mine}


def _needed(workspace: Workspace, lines: Iterable[Line]) -> list[OverReach]:
    """What measures rest on and nobody approved yet, as the approval has to name it."""
    with workspace.ledger.reading() as connection:
        known = records.load_book(connection, ()).beyond
    rests = {(o.claim, o.storefront): o.territories for line in lines for o in line.over_reach}
    left = {key: territories - known.get(key, NOWHERE) for key, territories in rests.items()}
    return [OverReach(*key, territories) for key, territories in left.items() if territories]


def _expanded(needed: Sequence[OverReach], fronts: Mapping[str, Territory]) -> list[OverReach]:
    """Each claim's own over-reach at the fronts that were named with all territories that the set takes there."""
    every = {front: frozenset(c for o in needed if o.storefront == front for c in o.territories) for front in fronts}
    if wrong := [front for front in fronts if fronts[front] != every[front]]:
        said = "; ".join(f"{front}: {', '.join(codes(every[front])) or 'nothing'}" for front in wrong)
        raise Refused(f"beyond the order the set reaches {said}", _options(needed) or "leave --over-reach out")
    return [over for over in needed if over.storefront in fronts]


def _options(needed: Iterable[OverReach]) -> str:
    """What names all of it, shop front by shop front."""
    far: dict[str, set[str]] = {}
    for over in needed:
        far.setdefault(over.storefront, set()).update(over.territories)
    return " ".join(f"--over-reach '{front}={','.join(sorted(codes_))}'" for front, codes_ in sorted(far.items()))


def _counted(places: Iterable[tuple[str, tuple[str, ...], str]], *, proposed: bool) -> list[Reached]:
    found = Counter((front, far) for front, far, _ in places)
    return [Reached(front, far, n, proposed) for (front, far), n in sorted(found.items())]


def _book_of(workspace: Workspace, targets: set[str]) -> Book:
    with workspace.ledger.reading() as connection:
        return records.load_book(connection, targets | {target.removesuffix(_BUYERS) for target in targets})


def _shown(book: Book, undoable: Mapping[str, bool], line: Line) -> ShownLine:
    measure, words = line.measure, NAMES[line.measure.kind]
    target = book.targets.get(measure.place.target.removesuffix(_BUYERS))
    able = line.name == "undo" or (MEASURES[line.name].undo and undoable.get(target.source if target else "", False))
    claims = tuple((name, book.order_of(book.claims[name])) for name in measure.claims if name in book.claims)
    beyond = sorted({code for over in line.over_reach for code in over.territories})
    return ShownLine(line.name, _name(book, measure.place.target), measure.place.storefront, words[measure.found],
                     words[measure.wanted], claims, UNDO[able], tuple(beyond))  # fmt: skip


def _name(book: Book, target: str) -> str:
    who = target.removesuffix(_BUYERS)
    known = book.targets.get(who)
    name = known.host_id if known and known.host_id else who
    return f"buyers of {name}" if target.endswith(_BUYERS) else name
