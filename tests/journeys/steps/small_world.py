"""A small market for tests of steps: three listings, one shop, one authority; every step through its Python twin."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from rectify.cases.show import listed
from rectify.letters.records import letters_of
from rectify.steps.accept import accept
from rectify.steps.carry_out import approve, carry_out, rehearse
from rectify.steps.confirm import Call, confirm
from rectify.steps.keep import add_authorities
from rectify.steps.receive import receive
from rectify.steps.sweep import sweep
from rectify.terms.case import Case, CaseState
from rectify.terms.letter import Letter
from rectify.workspace import Workspace, open_workspace

TABLES = Path(__file__).parents[3] / "docs" / "reference" / "connectors.md"
AT = datetime(2026, 11, 20, 9, tzinfo=UTC)  # a Friday
SETTINGS = """\
rectify: 1
operators: {market: {name: Example Market Ltd, country: XA, zone: Europe/Berlin, contact: help@market.example}}
store: sqlite:///rectify.db
keys: keys
people: {kim: {roles: [clerk]}, awu: {roles: [legal]}, blin: {roles: [reviewer, lead]}, mroy: {roles: [lead]}}
another_person: [approve, appeal]
decide_by_pack: []
catalogues:
  market: {operator: market, files: [items.csv], kind: listing, map: {gtin: attributes.gtin},
           storefronts: {xa: [XA]}, default_storefronts: [xa], connector: shop}
connectors:
  shop:
    type: table
    url: sqlite:///shop.db
    items: {table: listing_states, id: listing, key: change_key, gone: deleted}
    buyers: {table: buyer_notices}
limits: {measures: 1000, share: "1"}
letters: {folder: letters}
"""
AUTHORITIES = """\
authorities:
  - id: pso
    name: Product Safety Office
    country: XA
    territory: [XA]
    zone: Europe/Berlin
    holidays: holidays-xa.yaml
    instruments: [gpsr-22, national]
    legal_bases: [General Product Safety Act s. 22]
    contact: {mail: orders@pso.example, phone: "+999 20 0117", noted_by: legal desk, noted_on: 2026-05-04}
    domains: [pso.example]
    key: null
    valid: {from: 2021-01-01}
"""
HOLIDAYS = """\
holidays: XA
source: Official gazette of XA
published_until: 2090-12-31
days: {"2026-12-25": Midwinter}
"""
ITEMS = """\
id,title,account,gtin
A-1,Kite pram,S-1,9521234543213
A-2,Pram as new,S-2,9521234543213
A-3,Oak table,S-3,
"""
ORDER = {
    "act": "order",
    "instrument": "gpsr-22",
    "authority": "{name: Product Safety Office, country: XA, report_to: reports@pso.example}",
    "language": "en",
    "served": "{at: 2026-11-20T09:30:00+01:00, by: mail}",
    "legal_basis": "[{text: General Product Safety Act s. 22, in_force_from: 2024-12-13}]",
    "reasons": "The harness can open, risk of a fall.",
    "territory": "[XA]",
    "deadline": "{working_days: 5}",
    "addressees": "[{operator: Example Market Ltd, measures: [remove_item], tasks: [report]}]",
    "subject": '{acts: [sell], kinds: [listing], items: [{id: A-1}], '
               'products: [{brand: Kite, model: "K3-2024", gtin: "9521234543213"}]}',
    "search": "{identical: true, until: 2027-11-20}",
    "redress": "Objection to the office within one month.",
}  # fmt: skip


class Hours:
    """A clock that tests set."""

    def __init__(self, at: datetime = AT) -> None:
        self.at = at

    def __call__(self) -> datetime:
        return self.at

    def forward(self, **time: float) -> None:
        """Some time goes by."""
        self.at += timedelta(**time)


@contextmanager
def market(folder: Path, *, authority: bool = True, settings: str = SETTINGS) -> Iterator[tuple[Workspace, Hours]]:
    """A workspace with the market, and its clock."""
    files = {
        "rectify.yaml": settings,
        "authorities.yaml": AUTHORITIES,
        "holidays-xa.yaml": HOLIDAYS,
        "items.csv": ITEMS,
    }
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
    make_shop(folder / "shop.db")
    clock = Hours()
    with open_workspace(folder, clock) as workspace:
        if authority:
            known(workspace)
        yield workspace, clock


def make_shop(path: Path) -> None:
    """The host's own tables, as the reference gives them, with everything on the shelf."""
    page = TABLES.read_text(encoding="utf-8")
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.executescript("".join(re.findall(r"```sql\n(.*?)```", page, re.S)))
        for line in ITEMS.splitlines()[1:]:
            connection.execute("INSERT INTO listing_states (listing, storefront) VALUES (?, 'xa')", line.split(",")[:1])


def known(workspace: Workspace) -> None:
    """The authority stands in the register."""
    add_authorities(workspace, workspace.path("authorities.yaml"), as_="awu")


def order_file(name: str, **changed: str) -> bytes:
    """An order as a file; an empty value takes its line away."""
    lines: Mapping[str, str] = {"order": name, **ORDER, **changed}
    return "".join(f"{key}: {value}\n" for key, value in lines.items() if value).encode()


def received(workspace: Workspace, name: str = "XA-1", **changed: str) -> str:
    """The book of an order that came in."""
    return receive(workspace, order_file(name, **changed), "order.yaml", as_="kim").book


def confirmed(workspace: Workspace, book: str) -> None:
    """Its authority said so over the telephone."""
    call = Call("+999 20 0117", "Ms Vale", workspace.now)
    confirm(workspace, book, call=call, as_="awu")


def accepted(workspace: Workspace, name: str = "XA-1", **changed: str) -> str:
    """The book of an order that was confirmed and accepted."""
    book = received(workspace, name, **changed)
    confirmed(workspace, book)
    accept(workspace, book, as_="awu")
    return book


def swept(workspace: Workspace, name: str = "XA-1", **changed: str) -> str:
    """The book of an accepted order whose catalogue was swept."""
    book = accepted(workspace, name, **changed)
    sweep(workspace, book, workers=0, as_="kim")
    return book


def cases(workspace: Workspace, book: str, state: CaseState | None = None) -> dict[str, Case]:
    """The cases of an order by the id of their item."""
    with workspace.ledger.reading() as connection:
        found = listed(workspace.ledger, connection, book=book, state=state)
    return {case.key.id: case for case in found if case.key}


def letters(workspace: Workspace, book: str = "") -> list[Letter]:
    """Letters that were written."""
    with workspace.ledger.reading() as connection:
        return letters_of(workspace.ledger, connection, book=book)


def acted(workspace: Workspace, book: str) -> dict[str, int]:
    """What is due for an order is rehearsed, approved by another person and carried out: outcomes by name."""
    (rehearsed,) = rehearse(workspace, book, as_="blin")
    if not rehearsed.id:
        return {}
    approve(workspace, rehearsed.id, len(rehearsed.lines), despite=True, as_="mroy")
    return {str(what): n for what, n in carry_out(workspace, rehearsed.id, as_="mroy").counts.items()}
