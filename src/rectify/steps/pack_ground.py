"""Live measures that rest on what a pack found, and which of them another version would leave without a finding."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field

from rectify.cases.show import cases_of_pack
from rectify.measures.records import load_book
from rectify.terms.case import Case
from rectify.terms.claim import Claim
from rectify.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Vanishing:
    """A live claim whose item the other version does not find, and no rule of another pack either."""

    order: str
    case: str
    claim: str
    measure: str
    source: str
    kind: str
    item: str
    title: str


@dataclass(frozen=True, slots=True)
class Held:
    """Live claims from the findings of a pack: how many, those that would stand on nothing, those of items that are not
    among the rows. A claim that findings of other packs hold too is not among the vanishing ones, but in `elsewhere`.
    """

    claims: int = 0
    vanishing: tuple[Vanishing, ...] = ()
    elsewhere: int = 0
    not_here: int = 0


@dataclass(slots=True)
class Ground:
    """The claims, by their items; told row by row what is here and what the other version finds."""

    claims: dict[tuple[str, str, str], list[tuple[Claim, Case, tuple[str, ...]]]] = field(
        default_factory=lambda: defaultdict(list)
    )
    by_id_only: bool = False  # rows of a file: no catalogue's name says whose they are
    _here: set[tuple[str, str, str]] = field(default_factory=set)
    _found: set[tuple[str, str, str]] = field(default_factory=set)

    @property
    def ids(self) -> frozenset[str]:
        """Host ids of the items."""
        return frozenset(item for _, _, item in self.claims)

    def saw(self, source: str, kind: str, item: str, *, found: bool) -> None:
        """A row with one of the ids; `found` by the other version. Of several rows with one id one suffices."""
        key = ("" if self.by_id_only else source, kind, item)
        self._here.add(key)
        if found:
            self._found.add(key)

    def held(self) -> Held:
        """What became clear once all rows were told."""
        vanishing: list[Vanishing] = []
        claims = elsewhere = not_here = 0
        for key, held in self.claims.items():
            claims += len(held)
            if key not in self._here:
                not_here += len(held)
            elif key not in self._found:
                elsewhere += sum(bool(others) for *_, others in held)
                vanishing += [_vanishing(claim, case) for claim, case, others in held if not others]
        return Held(claims, tuple(vanishing), elsewhere, not_here)


def _vanishing(claim: Claim, case: Case) -> Vanishing:
    assert case.key is not None
    return Vanishing(case.order, case.id, claim.id, claim.measure, *case.key, case.title)


def grounds_of(workspace: Workspace | None, book: str, pack: str, sources: Collection[str]) -> Ground:
    """The live claims whose cases a pack found: of an order and these catalogues, or (book empty) of all orders by id.

    A case whose exact place its order names rests on the order itself, and is left out; so is what was erased.
    """
    ground = Ground(by_id_only=not book)
    if workspace is None:
        return ground
    with workspace.ledger.reading() as connection:
        live: dict[str, list[Claim]] = defaultdict(list)
        for claim in load_book(connection).claims.values():
            if claim.case and claim.reach and not claim.strike:
                live[claim.case].append(claim)
        cases = cases_of_pack(workspace.ledger, connection, pack, sorted(live), book=book)
    for case in cases:
        if case.key is None or case.named or (sources and case.key.source not in sources):
            continue
        others = tuple(rule for rule in case.rules if not rule.startswith(f"{pack}/"))
        key = ("" if ground.by_id_only else case.key.source, case.key.kind, case.key.id)
        ground.claims[key] += [(claim, case, others) for claim in live[case.id]]
    return ground
