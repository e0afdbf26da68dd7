"""A world for the law: a ledger on paper or a real one, a host behind a bad line, its shadow, and the acts of persons."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from unittest import mock

from tests.journeys.law_hosts import Shop, Unruly
from tests.journeys.law_paper import ON_PAPER, PaperLedger, on_paper

from rectify.ledger.keys import Keys
from rectify.ledger.ledger import Ledger
from rectify.measures import carry_out as carrying
from rectify.measures import claims, holds, records, rehearse, settle
from rectify.measures.bodies import OverReach
from rectify.measures.book import Book
from rectify.measures.connector import Capabilities, HostPlace
from rectify.measures.memory import EVERYTHING, MemoryConnector
from rectify.measures.records import MeasuresTable
from rectify.measures.site import Site
from rectify.settings.records import Limits
from rectify.store.connection import open_store
from rectify.terms.claim import Effect
from rectify.terms.entry import Draft, Private
from rectify.terms.measure import Measure, Place
from rectify.terms.person import Person, Role

T0 = datetime(2026, 11, 20, 8, tzinfo=UTC)
DAY = timedelta(days=1)
LEAD = Person("lin", frozenset({Role.LEAD}), "person-2")
XA, XB = frozenset({"XA"}), frozenset({"XB"})
LISTED = ["label_item", "restrict_item", "remove_item", "suspend_service", "close_account"]


def real_ledger() -> Ledger:
    """A ledger in memory whose surrogates are counted: with random ones the same history could go another way."""
    counted = count(1)
    named = lambda kind: f"{kind}-{next(counted)}"  # noqa: E731
    return Ledger(open_store("sqlite://"), Keys.generate(), [MeasuresTable()], surrogate=named)


class World:
    """One operator: persons act through the production functions, the host has a will of its own."""

    def __init__(self, shops: dict[str, frozenset[str] | None], able: Capabilities, *, paper: bool = True,
                 marks: bool = True, coarse: bool = False, folder: Path | None = None) -> None:  # fmt: skip
        self.patches = [mock.patch.object(records, name, on_paper(getattr(records, name), answer))
                        for name, answer in ON_PAPER.items()] if paper else []  # fmt: skip
        for patch in self.patches:
            patch.start()
        self.now, self.cases = T0, 0
        self.ledger = PaperLedger() if paper else real_ledger()
        self.host = (
            Unruly(self, able, marks=marks, coarse=coarse) if folder is None else Shop(self, able, folder, marks=marks)
        )
        self.shadow = MemoryConnector(self.host.able, coarse=coarse)
        self.site = Site("market", self.host, shops)

    def close(self) -> None:
        for patch in self.patches:
            patch.stop()
        if isinstance(self.ledger, Ledger):
            self.ledger.store.close()
        if isinstance(self.host, Shop):
            self.host.close()

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
        with self.told():
            return carrying.carry_out(self.ledger, self.site, digest, at=lambda: self.now, actor="person-1")

    def settle(self) -> None:
        with self.told():
            settle.settle(self.ledger, self.site, at=lambda: self.now, actor="person-1")

    @contextmanager
    def told(self) -> Iterator[None]:
        """What the host found wrong with a change is raised here, also where it was taken for a bad line."""
        try:
            yield
        finally:
            if self.host.wrong:
                raise self.host.wrong[0]

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


@contextmanager
def markets():
    """Makes worlds with two orders and one item `i` of account `a` in each storefront."""
    made = []

    def make(state=Effect.OPEN, shops=None, able=EVERYTHING, **kind):
        world = World({"xa": XA} if shops is None else shops, able, **kind)
        made.append(world)
        for order in ("recall", "licence"):
            world.order(order, XA | XB)
        for shop in world.site.storefronts:
            world.put("item", "i", shop, state)
            world.put("buyers", "i", shop, Effect.OPEN)
        for code in ("XA", "XB"):
            world.put("account", "a", code, Effect.OPEN)
        return world

    try:
        yield make
    finally:
        for world in reversed(made):
            world.close()


def now(world, shop="xa"):
    return world.state("item", "i", shop)


def told(what, shop="xa"):
    return {(what, shop)}
