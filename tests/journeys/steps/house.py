"""A house in memory: an operator with six people, a host in memory, and a recall at each stage of its path.

Every stage is played once and kept; a test gets a copy of it, so that tests stay fast and strangers to one another.
"""

from __future__ import annotations

import copy
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import count
from pathlib import Path
from typing import ClassVar

from rectify.cases.gather import Found, gather
from rectify.cases.show import listed
from rectify.intake.authorities import digest_of, entry_of, read_authorities
from rectify.ledger.keys import Keys
from rectify.ledger.ledger import Ledger
from rectify.measures.connector import HostPlace
from rectify.measures.memory import MemoryConnector
from rectify.measures.records import load_book
from rectify.rules.pack import Pack
from rectify.settings import Catalogue, Settings, read_settings
from rectify.steps import accept, carry_out, confirm, decide, receive, tell
from rectify.store.connection import open_store
from rectify.terms.case import Case, Judgement
from rectify.terms.claim import Claim, Effect
from rectify.terms.entry import HOUSE, Draft, Private
from rectify.terms.finding import Evidence, Finding, Verdict
from rectify.terms.item import Account, Contact, ItemKey
from rectify.workspace import FolderPacks, Workspace, _projections, pack_folders

T0 = datetime(2026, 11, 20, 9, tzinfo=UTC)
BOOK = "XA-PS-2026-0412"
PHONE = "+999 20 0117"
GTIN = "9521234543213"
SETTINGS = """\
rectify: 1
operators: {market: {name: Example Market Ltd, country: XA, zone: Europe/Berlin, contact: help@market.example}}
people:
  kim: {roles: [clerk]}
  awu: {roles: [legal]}
  lena: {roles: [legal]}
  rob: {roles: [reviewer]}
  blin: {roles: [reviewer, lead]}
  mroy: {roles: [lead]}
  ada: {roles: [administrator]}
catalogues:
  market:
    operator: market
    files: [items.csv]
    kind: listing
    storefronts: {xa: [XA], xb: [XB], eu: [XA, XB]}
    connector: shop
connectors: {shop: {type: rehearsal}}
limits: {measures: 1000, share: "0.01"}
"""
AUTHORITIES = """\
- id: pso
  name: Product Safety Office
  country: XA
  territory: [XA]
  zone: Europe/Berlin
  holidays: {holidays: XA, source: gazette, published_until: 2090-12-31, days: {"2026-12-25": Midwinter}}
  instruments: [gpsr-22, national]
  legal_bases: [Product Safety Act]
  contact: {mail: orders@pso.example, phone: "+999 20 0117", noted_by: desk, noted_on: 2026-05-04}
  domains: [pso.example]
  key: null
  valid: {from: 2021-01-01}
"""
REMOVE = "[{operator: Example Market Ltd, measures: [remove_item], tasks: [report]}]"


def order(**changed: str) -> bytes:
    """The recall; `changed` puts other values in the place of its lines (empty = the line is gone)."""
    lines = {
        "order": BOOK,
        "act": "order",
        "instrument": "gpsr-22",
        "authority": "{name: Product Safety Office, country: XA, report_to: reports@pso.example}",
        "language": "en",
        "served": "{at: 2026-11-20T09:00:00+01:00, by: mail}",
        "legal_basis": "[{text: Product Safety Act s. 22, in_force_from: 2024-12-13}]",
        "reasons": "The harness can open.",
        "territory": "[XA]",
        "deadline": "{working_days: 2}",
        "addressees": REMOVE,
        "subject": '{acts: [sell], kinds: [listing], items: [{id: I1}], products: [{brand: Kite, model: K3, gtin: "9521234543213"}]}',
        "search": "{identical: true, until: 2027-11-20}",
        "redress": "Objection within a month.",
    }
    return "".join(f"{name}: {value}\n" for name, value in {**lines, **changed}.items() if value).encode()


class Holders:
    """Accounts by id: V71 reads English, V72 Chinese; V73 has no address. All others are known by their id alone."""

    known: ClassVar[dict[str, Account]] = {
        "V71": Account("market", "V71", "private", "Anna Vesper", Contact(mail="anna@mailbox.example"), "en"),
        "V72": Account("market", "V72", "business", "Quill", Contact(mail="quill@mailbox.example"), "zh"),
        "V73": Account("market", "V73", "private", "Emil Tarr", language="en"),
    }

    def get(self, name: str) -> Account | None:
        return self.known.get(name)


@cache
def packs() -> Mapping[str, Pack]:
    """The shipped packs, each read once."""
    return FolderPacks(pack_folders())


@dataclass(frozen=True)
class Memory(Workspace):
    """A workspace whose host, accounts and packs are in memory."""

    host: MemoryConnector

    def connector(self, catalogue: Catalogue) -> MemoryConnector:
        return self.host

    def accounts(self, catalogue: str) -> Holders:  # type: ignore[override]
        return Holders()

    def packs(self) -> Mapping[str, Pack]:
        return packs()

    @property
    def shipped(self) -> Mapping[str, Pack]:  # type: ignore[override]
        return packs()


class House:
    """A workspace, its host, and a clock that stands still until it is moved."""

    def __init__(self, settings: Settings, host: MemoryConnector) -> None:
        self.store, self.keys, self.numbers = open_store("sqlite://"), Keys.generate(), count(1)
        self.clock = [T0]
        ledger = Ledger(
            self.store, self.keys, _projections(self.keys), surrogate=lambda kind: f"{kind}-{next(self.numbers):04}"
        )
        self.workspace = Memory(Path("nowhere"), settings, self.store, self.keys, ledger, lambda: self.clock[0], host)

    @property
    def host(self) -> MemoryConnector:
        return self.workspace.host

    @property
    def ledger(self) -> Ledger:
        return self.workspace.ledger

    def later(self, **by: float) -> None:
        """The clock goes on."""
        self.clock[0] += timedelta(**by)

    def set(self, **settings: object) -> None:
        """Other settings from now on."""
        object.__setattr__(self.workspace, "settings", copy.copy(self.workspace.settings))
        for name, value in settings.items():
            object.__setattr__(self.workspace.settings, name, value)

    def kinds(self, book: str | None = None) -> list[str]:
        """The kinds of all entries, in order."""
        return [entry.kind for entry in self.ledger.entries(book=book)]

    def receive(self, book: str = BOOK, **changed: str) -> str:
        """An order of the office comes in."""
        return receive.receive(self.workspace, order(order=book, **changed), "order.yaml", as_="kim").book

    def confirm(self, book: str = BOOK) -> None:
        confirm.confirm(self.workspace, book, call=confirm.Call(PHONE, "Ms Vale", self.workspace.now), as_="awu")

    def accept(self, book: str = BOOK, **given: object) -> None:
        accept.accept(self.workspace, book, as_="awu", **given)  # type: ignore[arg-type]

    def gather(self, *found: Found, book: str = BOOK) -> None:
        """What a sweep found, without a sweep."""
        with self.ledger.writing(self.workspace.now, "system") as writing:
            gather(writing, book, found, id_key=self.keys.id_key)

    def case(self, item: str, book: str = BOOK) -> Case:
        """The case of an item."""
        with self.ledger.reading() as connection:
            found = listed(self.ledger, connection, book=book, whole=True)
        return next(one for one in found if one.key and one.key.id == item)

    def decide(
        self, item: str, judgement: Judgement = Judgement.VIOLATION, *, book: str = BOOK, as_: str = "blin"
    ) -> str:
        """A person decides; gives the case."""
        case = self.case(item, book).id
        decide.decide(self.workspace, case, judgement, "The same bar code.", as_=as_)
        return case

    def rehearse(self, book: str = BOOK, as_: str = "blin") -> tuple[str, int]:
        """The digest of the set that is due and how many measures it has."""
        (made,) = carry_out.rehearse(self.workspace, book, as_=as_)
        return made.id, len(made.lines)

    def carry_out(self, book: str = BOOK) -> dict[str, int]:
        """Rehearse, approve by another person, carry out."""
        digest, measures = self.rehearse(book)
        carry_out.approve(self.workspace, digest, measures, despite=True, as_="mroy")
        made = carry_out.carry_out(self.workspace, digest, as_="mroy")
        return {str(what): n for what, n in made.counts.items()}

    def claims(self) -> list[Claim]:
        """All claims, ended ones too."""
        with self.ledger.reading() as connection:
            return list(load_book(connection).claims.values())

    def shown(self, item: str, storefront: str = "xa") -> Effect:
        """What the host shows."""
        (seen,) = self.host.read([HostPlace("item", item, storefront)])
        assert seen
        return seen.state


def found(item: str, account: str = "V71", shops: Sequence[str] | None = ("xa",), *, book: str = BOOK, verdict: Verdict = Verdict.VIOLATION,
          rule: str = "identical-products/same-gtin", seen: str = "1", **fields: object) -> Found:  # fmt: skip
    """A finding with its row, as a sweep gives it."""
    key, (pack, _, name) = ItemKey("market", "listing", item), rule.partition("/")
    row = {"id": item, "kind": "listing", "account": account, "title": f"Pram {item}", "language": "en",
           "storefronts": None if shops is None else list(shops), "attributes": {"gtin": GTIN}, **fields}  # fmt: skip
    evidence = (Evidence("attributes.gtin", 0, 13, "product", GTIN),)
    one = Finding(f"f-{book}-{rule}-{item}-{seen}", book, "plan", pack, name, key, account, verdict, "1: product(gtin)",
                  "Bears the bar code.", evidence, seen=seen)  # fmt: skip
    return Found(key, account, row, one)


SHELF = {"I1": ("V71", ("xa",)), "I2": ("V72", ("xa", "xb")), "I3": ("V73", ("eu",)), "I4": ("V71", ("xa",))}


def _begun(house: House) -> None:
    for item, (_, shops) in SHELF.items():
        for shop in shops:
            house.host.put(HostPlace("item", item, shop), Effect.OPEN)
    register = read_authorities(AUTHORITIES.encode(), "authorities.yaml")
    with house.ledger.writing(house.workspace.now, "system") as writing:
        for authority in register.entries:
            body = {"authority": authority.id, "digest": digest_of(authority)}
            sealed = {"entry": Private(f"authority:{authority.id}", entry_of(authority))}
            writing.append(Draft("authority_named", HOUSE, body, sealed))
    for person in house.workspace.settings.people:
        act = "decide" if person in ("rob", "blin", "mroy", "awu", "lena") else "register"
        house.workspace.person(act, person)  # named now, so that a refusal later appends nothing at all


def _received(house: House) -> None:
    house.receive()


def _confirmed(house: House) -> None:
    house.confirm()


def _accepted(house: House) -> None:
    house.accept()


SWEPT = {
    "sweep": "sweep-1", "plan": "plan", "source": "market", "files": [{"name": "items.csv", "digest": "d", "rows": 400}],
    "rows": 400, "screened": 400, "set_aside": 0, "duplicates": 0, "completeness": [400, "1", "2", "3", "4"], "splits": [],
    "findings": 4, "violation": 4, "review": 0, "rules": [["identical-products/same-gtin", "listing", "violation", 4]],
    "engine": "rectify",
}  # fmt: skip


def _gathered(house: House) -> None:
    with house.ledger.writing(house.workspace.now, "system") as writing:
        writing.append(Draft("swept", BOOK, SWEPT))
    house.gather(*(found(item, account, shops) for item, (account, shops) in SHELF.items()))


def _decided(house: House) -> None:
    for item in ("I1", "I2"):
        house.decide(item)


def _done(house: House) -> None:
    assert house.carry_out() == {"done": 2}
    tell.tell(house.workspace, BOOK, as_="kim")


STAGES: dict[str, Callable[[House], None]] = {
    "begun": _begun, "received": _received, "confirmed": _confirmed, "accepted": _accepted, "gathered": _gathered,
    "decided": _decided, "done": _done,
}  # fmt: skip


@cache
def _settings() -> Settings:
    return read_settings(SETTINGS.encode(), "rectify.yaml", Path("nowhere"), {})


@cache
def _only() -> House:
    return House(_settings(), MemoryConnector())


@cache
def _kept(stage: str) -> tuple[sqlite3.Connection, MemoryConnector, str]:
    """The store, the host and the last checkpoint as they stand at a stage."""
    names = list(STAGES)
    house = _only()
    if stage == names[0]:
        object.__setattr__(house.workspace, "host", MemoryConnector())
    else:
        _put_back(house, *_kept(names[names.index(stage) - 1]))
    STAGES[stage](house)
    kept = sqlite3.connect(":memory:", check_same_thread=False)
    _raw(house).backup(kept)
    return kept, copy.deepcopy(house.host), house.keys.last_checkpoint()


def _put_back(house: House, store: sqlite3.Connection, host: MemoryConnector, note: str) -> None:
    store.backup(_raw(house))
    object.__setattr__(house.workspace, "host", copy.deepcopy(host))
    object.__setattr__(house.workspace, "settings", _settings())
    house.keys._last = note
    house.clock[0] = T0


def house_at(stage: str) -> House:
    """The house at a stage: begun, received, confirmed, accepted, gathered, decided or done."""
    kept = _kept(stage)
    house = _only()
    _put_back(house, *kept)
    return house


def _raw(house: House) -> sqlite3.Connection:
    with house.store.engine.connect() as connection:
        raw = connection.connection.driver_connection
    assert isinstance(raw, sqlite3.Connection)
    return raw
