"""A well-behaved host in memory: the twin of a real one, for tests of those who use Rectify and for our own."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import NamedTuple

from rectify.measures.connector import Capabilities, Clock, HostPlace
from rectify.terms.claim import Effect
from rectify.terms.measure import MEASURES, Change, Outcome, OutcomeKind, Seen

EVERYTHING = Capabilities(frozenset(MEASURES) - {"warn_account"})


class Cell(NamedTuple):
    """What stands at one place: its version counts up and never repeats, `key` is empty for the host's own hand."""

    state: Effect
    version: int
    key: str


class MemoryConnector:
    """Compare and set, one effect a key, versions that never repeat.

    `marks`: it tells whose hand set a state; else every reading has key None. `coarse`: its version also moves when
    only words were edited.
    """

    def __init__(
        self,
        able: Capabilities = EVERYTHING,
        *,
        marks: bool = True,
        coarse: bool = False,
        clock: Clock = lambda: datetime(2000, 1, 1, tzinfo=UTC),
    ) -> None:
        self.able, self.marks, self.coarse, self.clock = able, marks, coarse, clock
        self.cells: dict[HostPlace, Cell] = {}
        self.gone: set[tuple[str, str]] = set()
        self.answers: dict[str, Outcome] = {}

    @classmethod
    def of(cls, options: Mapping[str, object], clock: Clock) -> MemoryConnector:
        """From settings: `marks` and `coarse`."""
        return cls(marks=bool(options.get("marks", True)), coarse=bool(options.get("coarse", False)), clock=clock)

    def capabilities(self) -> Capabilities:
        """What it was made with."""
        return self.able

    def read(self, places: Sequence[HostPlace]) -> list[Seen | None]:
        """What stands at each place; GONE where nothing was ever put, or what was put has been deleted."""
        return [self._seen(place) for place in places]

    def write(self, changes: Sequence[Change]) -> list[Outcome]:
        """Each change in turn; the same key twice gives the same answer and no second effect."""
        return [self.land(change) for change in changes]

    def land(self, change: Change) -> Outcome:
        """One change arrives."""
        if change.key in self.answers:
            return self.answers[change.key]
        place = HostPlace(change.kind, change.target, change.storefront)
        seen, can = self._seen(place), self.able.writable(change.kind, change.storefront)
        if (seen.state, seen.version) != (change.found, change.version) or change.wanted not in can:
            return Outcome(change.key, OutcomeKind.REFUSED)
        return self.answers.setdefault(change.key, self._written(place, change))

    def put(self, place: HostPlace, state: Effect) -> None:
        """The host's own hand, absolutely: whatever stood there, now it is this."""
        before = self.cells.get(place)
        self.cells[place] = Cell(state, before.version + 1 if before else 1, "")

    def act(self, kind: str, target: str, what: str) -> None:
        """`edit`: new words, same state. `delete`; `revive`: back in the state that the table still has, be it ours."""
        if what == "delete":
            self.gone.add((kind, target))
        if what == "revive":
            self.gone.discard((kind, target))
        for place in self._places(kind, target):
            if self.coarse or what != "edit":
                self.cells[place] = self.cells[place]._replace(version=self.cells[place].version + 1)

    def _places(self, kind: str, target: str) -> Iterable[HostPlace]:
        return [place for place in self.cells if place[:2] == (kind, target)]

    def _written(self, place: HostPlace, change: Change) -> Outcome:
        version = self.cells[place].version + 1
        self.cells[place] = Cell(change.wanted, version, change.key)
        return Outcome(change.key, OutcomeKind.DONE, str(version))

    def _seen(self, place: HostPlace) -> Seen:
        cell = self.cells.get(place)
        if cell is None:
            return Seen(Effect.GONE, "0", "" if self.marks else None, self.clock())
        state = Effect.GONE if place[:2] in self.gone else cell.state
        return Seen(state, str(cell.version), cell.key if self.marks else None, self.clock())
