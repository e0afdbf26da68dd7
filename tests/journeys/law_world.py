"""A world for the law: a ledger on paper or a real one, an unruly host, its shadow, and the acts of persons.

`PaperLedger` is a list of entries and their fold: the production functions run on it unchanged, without a database,
so that tens of thousands of steps take a minute. The smaller machine runs the same world over the real ledger.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import fields
from datetime import UTC, datetime, timedelta
from unittest import mock

from rectify.ledger.keys import Keys
from rectify.ledger.ledger import Ledger
from rectify.measures import carry_out as carrying
from rectify.measures import claims, holds, records, rehearse, settle
from rectify.measures.bodies import OverReach, fit
from rectify.measures.book import Book
from rectify.measures.connector import Capabilities, HostPlace
from rectify.measures.memory import MemoryConnector
from rectify.measures.records import MeasuresTable
from rectify.measures.site import Site
from rectify.settings.records import Limits
from rectify.store.connection import open_store
from rectify.terms.claim import Effect
from rectify.terms.entry import Draft, Entry, Opened, Private
from rectify.terms.measure import Change, Measure, Outcome, OutcomeKind, Place, Seen
from rectify.terms.person import Person, Role

T0 = datetime(2026, 11, 20, 8, tzinfo=UTC)
DAY = timedelta(days=1)
LEAD = Person("lin", frozenset({Role.LEAD}), "person-2")
LISTED = ["label_item", "restrict_item", "remove_item", "suspend_service", "close_account"]


class Crash(BaseException):
    """The program died here."""


class PaperLedger:
    """Entries and their fold, with transactions. A reading gives the paper itself as its connection."""

    def __init__(self) -> None:
        self.entries: list[Opened] = []
        self.book = Book()
        self.named = 0

    @contextmanager
    def reading(self) -> Iterator[PaperLedger]:
        yield self

    @contextmanager
    def writing(self, at: datetime, actor: str) -> Iterator[PaperWriting]:
        kept, size = copy(self.book), len(self.entries)
        try:
            yield PaperWriting(self, at, actor)
        except BaseException:
            self.book = kept
            del self.entries[size:]
            raise

    def opened(self) -> list[Opened]:
        return self.entries

    def surrogate(self, kind: str) -> str:
        self.named += 1
        return f"{kind}-{self.named}"


class PaperWriting:
    def __init__(self, paper: PaperLedger, at: datetime, actor: str) -> None:
        self.connection, self.at, self.actor, self.surrogate = paper, at, actor, paper.surrogate

    @property
    def size(self) -> int:
        return len(self.connection.entries)

    def append(self, draft: Draft) -> Entry:
        parts = {name: {"id": name, "subject": part.subject, "commit": ""} for name, part in draft.private.items()}
        entry = Entry(self.size, draft.book, 0, "", self.at, draft.kind, 1, self.actor, draft.body, parts)
        opened = Opened(entry, {name: part.value for name, part in draft.private.items()})
        self.connection.entries.append(opened)
        self.connection.book.note(opened)
        return entry


def copy(book: Book) -> Book:
    """The same book, to be written in without harm."""
    new = Book()
    for field in fields(Book):
        value = getattr(book, field.name)
        if isinstance(value, defaultdict):
            value = defaultdict(value.default_factory, {k: type(v)(v) for k, v in value.items()})
        elif isinstance(value, dict):
            value = dict(value)
        setattr(new, field.name, value)
    return new


def _on_paper(real: Callable, paper: Callable) -> Callable:
    """The paper's answer where the connection is a paper; else the real one."""
    return lambda connection, *rest: (paper if isinstance(connection, PaperLedger) else real)(connection, *rest)


def _set_outcomes(paper: PaperLedger, digest: str) -> dict[str, Outcome]:
    mine = [key for key in (*paper.book.attempts, *paper.book.outcomes) if key.startswith(digest + "/")]
    return {key: paper.book.outcomes.get(key, Outcome(key, OutcomeKind.UNKNOWN)) for key in mine}


ON_PAPER = {
    "load_book": lambda paper, targets=None: copy(paper.book),
    "load_set": lambda paper, digest: paper.book.sets.get(digest),
    "set_outcomes": _set_outcomes,
    "targets_of_case": lambda paper, case: {c.target for c in paper.book.claims.values() if c.case == case},
}


class Unruly(MemoryConnector):
    """The same host behind a bad line: answers get lost, changes come late and twice, its own hand is quicker."""

    def __init__(self, world: World, able: Capabilities, **kind: bool) -> None:
        super().__init__(able, **kind)
        self.world = world
        self.faults: list[tuple[str, Effect]] = []
        self.flying: list[Change] = []
        self.landed: dict[str, int] = {}
        self.blind = 0
        self.check: Callable[[Change], None] = lambda change: None

    def read(self, places: Sequence[HostPlace]) -> list[Seen | None]:
        if self.blind:
            self.blind -= 1
            return [None for _ in places]
        return super().read(places)

    def write(self, changes: Sequence[Change]) -> list[Outcome]:
        return [self._one(change) for change in changes]

    def _one(self, change: Change) -> Outcome:
        fault, race = self.faults.pop(0) if self.faults else ("ok", Effect.OPEN)
        self.check(change)
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
            self.world.host_sets(_where(change), fit(change.kind, race))
        answer = self.land(change)
        if fault == "race after":
            self.world.host_sets(_where(change), fit(change.kind, race))
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

    def land(self, change: Change) -> Outcome:
        before = self.cells.get(_where(change))
        answer = super().land(change)
        if self.cells.get(_where(change)) != before:
            self.landed[change.key] = self.landed.get(change.key, 0) + 1
            assert self.landed[change.key] == 1, "a key had two effects"
            alone = self.world.alone(_where(change))
            assert change.wanted >= alone, f"wrote {change.wanted!r} where the host alone would have {alone!r}"
        return answer


def _where(change: Change) -> HostPlace:
    return HostPlace(change.kind, change.target, change.storefront)


class World:
    """One operator: persons act through the production functions, the host has a will of its own."""

    def __init__(self, shops: dict[str, frozenset[str] | None], able: Capabilities, *, paper: bool = True,
                 marks: bool = True, coarse: bool = False) -> None:  # fmt: skip
        self.patches = [mock.patch.object(records, name, _on_paper(getattr(records, name), on_paper))
                        for name, on_paper in ON_PAPER.items()] if paper else []  # fmt: skip
        for patch in self.patches:
            patch.start()
        self.table = MeasuresTable()
        self.ledger = PaperLedger() if paper else Ledger(open_store("sqlite://"), Keys.generate(), [self.table])
        self.host, self.shadow = Unruly(self, able, marks=marks, coarse=coarse), MemoryConnector(able, coarse=coarse)
        self.site = Site("market", self.host, shops)
        self.now = T0
        self.cases = 0

    def close(self) -> None:
        for patch in self.patches:
            patch.stop()
        if not self.patches:
            self.ledger.store.close()

    @property
    def book(self) -> Book:
        with self.ledger.reading() as connection:
            return connection.book if isinstance(connection, PaperLedger) else records.load_book(connection)

    def writing(self, actor: str = "person-1"):
        return self.ledger.writing(self.now, actor)

    # persons

    def say(self, kind: str, book: str, private: dict[str, Private] | None = None, **body) -> None:
        with self.writing() as writing:
            writing.append(Draft(kind, book, body, private or {}))

    def gather(self, order: str, target: str, account: str, storefronts: list[str] | None) -> str:
        """A finding opens a case; its id."""
        self.cases += 1
        subject, case = f"account:{account}", f"case-{self.cases}"
        private = {"key": Private(subject, ["market", "listing", target]), "account_id": Private(subject, account)}
        self.say("gathered", order, private, case=case, target=target, account=account, verdict="violation", rules=[],
                 seen="", look=1, storefronts=storefronts)  # fmt: skip
        return case

    def order(self, name: str, territory: frozenset[str], effect: str = "removed", measures: Sequence[str] = LISTED,
              act: str = "order") -> None:  # fmt: skip
        self.say("received", name, operator="o", reference=name, digest="", act=act, instrument="national", country="XA",
                 served="2026-11-20T08:00:00Z", received="2026-11-20T08:00:00Z", channel="file")  # fmt: skip
        self.say("accepted", name, whole=True, territory=sorted(territory), measures=list(measures), tasks=[],
                 acts=["sell"], kinds=["listing"], effect=effect)  # fmt: skip

    def term(self, name: str, territory: frozenset[str], steps: dict[int, Effect], window: int) -> None:
        with self.writing() as writing:
            claims.publish_term(writing, name, territory, Effect.REMOVED, digest="0", window=window * DAY,
                                ladder=list(steps.items()))  # fmt: skip

    def claim(self, order: str, target: str, account: str, measure: str, **more) -> tuple:
        """Decides a case `violation`; the claims that follow. Raises Refused."""
        case = more.pop("case", None) or self.gather(order, target, account, list(self.site.storefronts))
        with self.writing() as writing:
            return claims.make_claims(writing, claims.Decided(order, case, target, account, measure, **more))

    def act(self, act: Callable, *args, **more):
        """An act of `measures.claims` in a transaction of its own."""
        with self.writing() as writing:
            return act(writing, *args, **more)

    def rehearse(self, order: str, *, over_reach: Sequence[OverReach] = (), contested: bool = False):
        return rehearse.rehearse(self.ledger, self.site, order, at=self.now, actor="person-1", limits=Limits(10**6, 1),
                                 catalogue_rows=10**6, over_reach=over_reach, contested=contested)  # fmt: skip

    def approve(self, made) -> list[OverReach]:
        """Another person approves a rehearsed set and what it needs; the over-reach that was needed."""
        with self.writing(LEAD.surrogate) as writing:
            needed = holds.needed_over_reach(writing, records.load_set(writing.connection, made.id))
            holds.approve(writing, made.id, LEAD, another_person={"approve"}, count=len(made.lines), over_reach=needed,
                          despite=True)  # fmt: skip
        return needed

    def carry_out(self, digest: str):
        return carrying.carry_out(self.ledger, self.site, digest, at=lambda: self.now, actor="person-1")

    def settle(self) -> None:
        settle.settle(self.ledger, self.site, at=lambda: self.now, actor="person-1")

    def rest(self, contested: bool = True) -> set[tuple[str, str]]:
        """Everything that is due is carried out; the tasks that are left, as (what, storefront)."""
        self.settle()
        for order in self.orders():
            for which in (False, True) if contested else (False,):
                made = self.rehearse(order, contested=which)
                if made.id:
                    self.approve(made)
                    self.carry_out(made.id)
        return {(task.what, task.place.storefront) for task in self.survey().tasks}

    def survey(self):
        return rehearse.survey(self.ledger, self.site, None, self.now)

    def orders(self) -> list[str]:
        return list(self.book.listed)

    # the host

    def put(self, kind: str, target: str, storefront: str, state: Effect) -> None:
        """The host brings something about by itself, at first or later."""
        self.host_sets(HostPlace(kind, target, storefront), state)

    def host_sets(self, place: HostPlace, state: Effect) -> None:
        for host in (self.host, self.shadow):
            host.put(place, state)

    def host_acts(self, kind: str, target: str, what: str) -> None:
        for host in (self.host, self.shadow):
            host.act(kind, target, what)

    def alone(self, place: HostPlace) -> Effect:
        """What the host alone would have there."""
        return self.shadow.read([place])[0].state

    def state(self, kind: str, target: str, storefront: str) -> Effect:
        return MemoryConnector.read(self.host, [HostPlace(kind, target, storefront)])[0].state

    def measure(self, key: str) -> Measure:
        return self.book.attempts[key]


def host_id(target: str) -> str:
    """In these worlds surrogate and host id are the same, save that buyers are found by their item."""
    return target.removesuffix("/buyers")


def at(kind: str, place: Place) -> HostPlace:
    return HostPlace(kind, host_id(place.target), place.storefront)
