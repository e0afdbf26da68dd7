"""Hosts behind a bad line: one in memory, and a real shop in SQLite tables."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from ruamel.yaml import YAML

from rectify.measures.bodies import fit
from rectify.measures.connector import Capabilities, HostPlace
from rectify.measures.memory import Cell, MemoryConnector
from rectify.measures.table import TableConnector
from rectify.terms.claim import NAMES, Effect
from rectify.terms.measure import Change, Outcome, OutcomeKind, Seen

if TYPE_CHECKING:
    from tests.journeys.law_world import World

PAGE = (Path(__file__).parents[2] / "docs" / "reference" / "connectors.md").read_text(encoding="utf-8")
DDL = re.search(r"```sql\n(.*?)```", PAGE, re.S)[1]
SETTINGS = YAML(typ="safe").load(re.search(r"settings that go with them:\n\n```yaml\n(.*?)```", PAGE, re.S)[1])["shop"]
COLUMNS = {"item": ("listing_states", "listing", "storefront"), "account": ("seller_states", "seller", "territory"),
           "service": ("service_states", "service", "territory")}  # fmt: skip


class Crash(BaseException):
    """The program died here."""


class Unruly(MemoryConnector):
    """The same host behind a bad line: answers get lost, changes come late and twice, its own hand is quicker."""

    def __init__(self, world: World, able: Capabilities, **kind: bool) -> None:
        super().__init__(able, **kind)
        self.world = world
        self.faults: list[tuple[str, Effect]] = []
        self.flying: list[Change] = []
        self.landed: dict[str, int] = {}
        self.blind = 0
        self.wrong: list[Exception] = []
        self.check: Callable[[Change], None] = lambda change: None
        self.meanwhile: Callable[[Change], None] = lambda change: None

    def read(self, places: Sequence[HostPlace]) -> list[Seen | None]:
        if self.blind:
            self.blind -= 1
            return [None for _ in places]
        return super().read(places)

    def write(self, changes: Sequence[Change]) -> list[Outcome]:
        try:
            for change in changes:  # they leave together
                self.check(change)
            return [self._one(change) for change in changes]
        except Exception as error:
            # What a connector raises is taken as `unknown`: what is wrong here must not be lost by that.
            if not isinstance(error, TimeoutError):
                self.wrong.append(error)
            raise

    def _one(self, change: Change) -> Outcome:
        fault, race = self.faults.pop(0) if self.faults else ("ok", Effect.OPEN)
        unknown = Outcome(change.key, OutcomeKind.UNKNOWN)
        tried = self.tried(change.key)
        if fault == "crash before":
            raise Crash
        if fault == "lost":
            self.flying.append(change)
            return unknown
        if fault == "raise":
            self.flying.append(change)
            raise TimeoutError
        if fault == "fail":  # "failed" is said of the key, so only if no earlier sending of it may have had effect
            return unknown if tried else Outcome(change.key, OutcomeKind.FAILED)
        if fault == "lie" and change.key not in self.answers:
            return unknown if tried else Outcome(change.key, OutcomeKind.DONE, str(int(change.version) + 1))
        if fault == "race before":
            self.world.host_sets(where(change), fit(change.kind, race))
        if fault == "ended meanwhile":
            self.meanwhile(change)
        answer = self.land(change)
        if fault == "race after":
            self.world.host_sets(where(change), fit(change.kind, race))
        if fault == "crash after":
            raise Crash
        if fault == "blind":
            self.blind = 1
        if fault == "mute":
            self.flying.append(change)
            return unknown
        return answer

    def tried(self, key: str) -> bool:
        """Whether a sending of the key may have had, or may yet have, an effect."""
        return key in self.world.book.outcomes or key in self.answers or any(c.key == key for c in self.flying)

    def arrive(self, change: Change) -> Outcome:
        return super().land(change)

    def land(self, change: Change) -> Outcome:
        before = self.cells.get(where(change))
        answer = self.arrive(change)
        if self.cells.get(where(change)) != before:
            self.landed[change.key] = self.landed.get(change.key, 0) + 1
            assert self.landed[change.key] == 1, "a key had two effects"
            alone = self.world.alone(where(change))
            assert change.wanted >= alone, f"wrote {change.wanted!r} where the host alone would have {alone!r}"
        return answer


def where(change: Change) -> HostPlace:
    return HostPlace(change.kind, change.target, change.storefront)


class Shop(Unruly):
    """The same behind the tables of the reference page: the shop writes states and knows nothing of Rectify.

    `cells` mirrors what stands in the tables, so that the machine can compare.
    """

    def __init__(self, world: World, able: Capabilities, folder: Path, *, marks: bool) -> None:
        self.shop = sqlite3.connect(folder / "shop.db", isolation_level=None, timeout=5)
        self.shop.executescript("PRAGMA synchronous=OFF;" + DDL)
        self.connector = TableConnector(_options(able, marks) | {"folder": str(folder)}, lambda: world.now)
        assert self.connector.capabilities().measures == able.measures
        super().__init__(world, replace(self.connector.capabilities(), max_batch=able.max_batch), marks=marks)

    def close(self) -> None:
        self.shop.close()
        self.connector.close()

    def read(self, places: Sequence[HostPlace]) -> list[Seen | None]:
        if self.blind:
            return super().read(places)
        return self.connector.read(places)

    def arrive(self, change: Change) -> Outcome:
        (answer,) = self.connector.write([change])
        if answer.what is OutcomeKind.DONE:
            self.answers.setdefault(change.key, answer)
        self._mirror(where(change))
        return answer

    def put(self, place: HostPlace, state: Effect) -> None:
        if place.kind == "buyers":
            if state is Effect.LABELLED:
                self.shop.execute("INSERT INTO buyer_notices (item, storefront) VALUES (?, ?)", place[1:])
        else:
            table, target, storefront = COLUMNS[place.kind]
            self.shop.execute(f"INSERT OR IGNORE INTO {table} ({target}, {storefront}) VALUES (?, ?)", place[1:])
            self.shop.execute(f"UPDATE {table} SET state = ? WHERE {target} = ? AND {storefront} = ?",
                              (NAMES[place.kind][state], *place[1:]))  # fmt: skip
        self._mirror(place)

    def act(self, kind: str, target: str, what: str) -> None:
        gone = {"delete": 1, "revive": 0}.get(what)
        if gone is not None:
            self.shop.execute("UPDATE listing_states SET deleted = ? WHERE listing = ?", (gone, target))
        super().act(kind, target, what)
        for place in self._places(kind, target):
            self._mirror(place)

    def _mirror(self, place: HostPlace) -> None:
        (seen,) = self.connector.read([place])
        state = self.cells[place].state if seen.state is Effect.GONE and place in self.cells else seen.state
        if seen.state is not Effect.GONE or place in self.cells:
            self.cells[place] = Cell(state, int(seen.version), seen.key or "")


def _options(able: Capabilities, marks: bool) -> dict[str, object]:
    """The settings of the reference page, with what this host can do."""
    options: dict = {name: value for name, value in SETTINGS.items() if name != "type"}
    for name in ("items", "accounts", "services"):
        options[name] = {key: value for key, value in options[name].items() if key != "key" or marks}
    return options | {"undo": str(able.undo).lower(), "measures": sorted(able.measures)}
