"""A market written by hand: its catalogue with bad rows, its shop in SQLite, authorities, people, and orders.

`Hand` works it through the real command line, `Desk` through the Python twins with a clock of its own.
"""

from __future__ import annotations

import base64
import json
import os
import re
import shutil
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from tests.journeys.kettle import warm

from rectify.workspace import Workspace, open_workspace

DOCS = Path(__file__).parents[2] / "docs"
RECALL, LICENCE = "XA-PS-2026-0412", "XA-CLA-2026-0077"
AT = datetime(2026, 11, 20, 9, tzinfo=UTC)  # a Friday: the clock of the twins begins here
PSO_KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
PSO_PUBLIC = base64.b64encode(PSO_KEY.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)).decode()

SETTINGS = """\
rectify: 1
operators:
  example-market: {name: Example Market Ltd, country: XA, zone: Europe/Berlin, contact: help@market.example}
store: sqlite:///rectify.db
keys: keys
people:
  kim: {roles: [clerk]}
  awu: {roles: [legal]}
  blin: {roles: [reviewer, lead]}
  mroy: {roles: [lead]}
another_person: [approve, appeal, erase]
decide_by_pack: []
catalogues:
  market:
    operator: example-market
    files: [items.csv]
    kind: listing
    map: {sku: id, headline: title, words: text, seller: account, lang: language, sold_in: storefronts, link: url,
          ean: attributes.gtin, brand: attributes.brand, model: attributes.model}
    storefronts: {xa: [XA], xb: [XB], eu: [XA, XB]}
    connector: shop
accounts:
  market: {files: [sellers.csv], map: {number: id, mail: contact.mail, lang: language, name: legal_person}}
connectors:
  shop:
    type: table
    url: sqlite:///shop.db
    items: {table: listing_states, id: listing, key: change_key, gone: deleted}
    accounts: {table: seller_states, id: seller, storefront: territory, key: change_key}
    buyers: {table: buyer_notices}
limits: {measures: 1000, share: "1"}
letters: {folder: letters}
"""
PRAM, ROUTER = "9521234543213", "9521234500018"
# sku: (headline, words, seller, sold in, ean, brand, model)
ITEMS: dict[str, tuple[str, ...]] = {
    "GW-1": ("Pram, hardly used", "With harness.", "V71", "xa|xb", PRAM, "Kite", "K3-2024"),
    "GW-2": ("Kite K3-2024 pram", "As new.", "V72", "xa", "", "Kite", "K3-2024"),
    "GW-3": ("Rain cover for Kite K3-2024", "Fits well.", "V71", "xa", "", "", ""),
    "GW-4": ("Oak table", "Four legs.", "V73", "xa|xb", "", "", ""),
    "GW-5": ("Kite Nomad 2 with lifetime VPN", "VPN subscription, lifetime.", "V74", "xa", ROUTER, "Kite", "Nomad 2"),
    "GW-6": ("Travel kit", "", "V72", "eu", ROUTER, "Kite", "Nomad 2"),
    "GW-7": ("VPN, 12 months", "Monthly plan 5 EUR / month.", "V75", "xa", "", "", ""),
    "GW-8": ("Pram in a box", "", "V73", "", PRAM, "Kite", "K3-2024"),  # nobody says where it is shown
    "GW-9": ("Wool socks", "Warm.", "V73", "xa", "", "", ""),
}  # fmt: skip
HEAD = "sku,headline,words,seller,sold_in,ean,brand,model,lang,price,currency,link"
# One without a number, one too short, one whose quotes do not close.
BAD_ROWS = ',No number,a pram,V71,xa,,,,en,20,EUR,\nGW-91,short\nGW-92,"never closed,x,V71,xa,,,,en,20,EUR,\n'
SELLERS = """\
number,name,mail,lang
V71,Anna Vesper,anna.vesper@mailbox.example,en
V72,Bruno Quill Trading,bruno@quill.example,en
V73,Cora Lindqvist,cora@lindqvist.example,en
V74,Deng Ruolan,deng.ruolan@mailbox.example,zh
V75,Emil Tarr,,en
"""
PERSONAL = ("Anna Vesper", "anna.vesper", "Bruno Quill", "bruno@quill", "Cora Lindqvist", "Deng Ruolan", "deng.ruolan",
            "Emil Tarr", "V71", "V72", "V73", "V74", "V75", "blin", "mroy", "awu")  # fmt: skip
AUTHORITIES = f"""\
authorities:
  - id: pso
    name: Product Safety Office
    country: XA
    territory: [XA]
    zone: Europe/Berlin
    holidays: holidays-xa.yaml
    instruments: [gpsr-22, dsa-9]
    legal_bases: [General Product Safety Act s. 22]
    contact: {{mail: orders@pso.example, phone: "+999 20 0117", noted_by: legal desk, noted_on: 2026-05-04}}
    domains: [pso.example]
    key: {PSO_PUBLIC}
    valid: {{from: 2021-01-01}}
  - id: cla
    name: Communications Licensing Authority
    country: XA
    territory: [XA]
    zone: Europe/Berlin
    holidays: holidays-xa.yaml
    instruments: [national]
    legal_bases: [Communications Act s. 14]
    contact: {{phone: "+999 20 0442", noted_by: legal desk, noted_on: 2026-05-04}}
    domains: [cla.example]
    key: null
    valid: {{from: 2021-01-01}}
"""
HOLIDAYS = """\
holidays: XA
source: Official gazette of XA
published_until: 2090-12-31
days:
  "2026-12-25": Midwinter
"""
REGISTER = """\
register: licensed-vpn-providers
source: https://cla.example/register
as_of: {as_of}
stale_after_days: 60
entries:
  - {{id: LVP-01, name: Heron Networks Ltd, licence: XA-VPN-0007, territory: [XA], valid: {{from: 2024-01-01}}}}
"""


def recall(served: datetime, **changed: str) -> str:
    """The recall as a file. `changed` puts other values in the place of its lines (empty = the line is gone)."""
    lines = {
        "order": RECALL,
        "act": "order",
        "instrument": "gpsr-22",
        "authority": "{name: Product Safety Office, country: XA, report_to: reports@pso.example}",
        "language": "en",
        "served": f"{{at: {served.isoformat(timespec='seconds')}, by: mail}}",
        "legal_basis": "[{text: General Product Safety Act s. 22, in_force_from: 2024-12-13}]",
        "reasons": "The harness of the pram Kite K3-2024 can open, risk of a fall.",
        "territory": "[XA]",
        "deadline": "{working_days: 2}",
        "addressees": "[{operator: Example Market Ltd, measures: [remove_item], tasks: [report]}]",
        "subject": '{acts: [sell, give], kinds: [listing], items: [{url: "https://market.example/i/GW-1"}], '
        f'products: [{{brand: Kite, model: K3-2024, gtin: "{PRAM}"}}, {{brand: Kite, model: Nomad 2, gtin: "{ROUTER}"}}]}}',
        "search": f"{{identical: true, until: {(served + timedelta(days=365)).date()}}}",
        "redress": "Objection to the office within one month.",
    }
    return "".join(f"{name}: {value}\n" for name, value in {**lines, **changed}.items() if value)


def licence(served: datetime, **changed: str) -> str:
    """The order of the other authority, which meets the recall on GW-5."""
    lines = {
        "order": LICENCE,
        "instrument": "national",
        "authority": "{name: Communications Licensing Authority, country: XA, report_to: orders@cla.example}",
        "legal_basis": "[{text: Communications Act s. 14, in_force_from: 2021-07-01}]",
        "reasons": "Who offers a VPN service to the public in XA needs a licence.",
        "deadline": "{days: 10}",
        "subject": "{acts: [sell], kinds: [listing], packs: [unlicensed-vpn]}",
    }
    return recall(served, **{**lines, **changed})


def write_market(folder: Path, *, served: datetime = AT - timedelta(hours=1)) -> Path:
    """All files of the market in a folder: settings, catalogue, sellers, shop, authorities, register and two orders."""
    folder.mkdir(parents=True, exist_ok=True)
    write_catalogue(folder)
    texts = {
        "rectify.yaml": SETTINGS, "sellers.csv": SELLERS, "authorities.yaml": AUTHORITIES, "holidays-xa.yaml": HOLIDAYS,
        "licensed.yaml": REGISTER.format(as_of=(served - timedelta(days=9)).date()), "recall.yaml": recall(served),
        "licence.yaml": licence(served), "appeal.txt": "This is a guide book about prams, not a pram.\n",
    }  # fmt: skip
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8")
    make_shop(folder / "shop.db")
    return folder


def write_catalogue(folder: Path, items: Mapping[str, Sequence[str]] = ITEMS, *, bad: str = BAD_ROWS) -> None:
    """The catalogue as a CSV that somebody wrote by hand, with rows that cannot be read at its end."""
    rows = [
        f'{sku},"{head}","{words}",{seller},{shops},{ean},{brand},{model},en,20,EUR,https://market.example/i/{sku}\n'
        for sku, (head, words, seller, shops, ean, brand, model) in items.items()
    ]
    (folder / "items.csv").write_text(HEAD + "\n" + "".join(rows) + bad, encoding="utf-8")


def make_shop(path: Path) -> None:
    """The host's own database: the tables and triggers of docs/reference/connectors.md, and what stands on the shelf."""
    page = (DOCS / "reference" / "connectors.md").read_text(encoding="utf-8")
    with shop(path) as connection:
        connection.executescript("".join(re.findall(r"```sql\n(.*?)```", page, re.S)))
        for sku, (_, _, _, shops, *_) in ITEMS.items():
            for name in shops.split("|") if shops else ("xa",):
                connection.execute("INSERT INTO listing_states (listing, storefront) VALUES (?, ?)", (sku, name))
        for seller in re.findall(r"^V7\d", SELLERS, re.M):
            for code in ("XA", "XB"):
                connection.execute("INSERT INTO seller_states (seller, territory) VALUES (?, ?)", (seller, code))


@contextmanager
def shop(path: Path) -> Iterator[sqlite3.Connection]:
    """The shop's database, committed and closed again."""
    connection = sqlite3.connect(path, timeout=30)
    try:
        with connection:
            yield connection
    finally:
        connection.close()


def shelf(folder: Path) -> dict[tuple[str, str], str]:
    """What the shop shows: (listing, storefront) -> state; what was deleted is gone."""
    with shop(folder / "shop.db") as connection:
        rows = connection.execute("SELECT listing, storefront, state, deleted FROM listing_states").fetchall()
    return {(item, name): "gone" if gone else state for item, name, state, gone in rows}


def down(folder: Path) -> set[tuple[str, str]]:
    """What is not simply visible on the shelf."""
    return {place for place, state in shelf(folder).items() if state != "visible"}


def host(folder: Path, sql: str, *values: object) -> None:
    """The host's own hand at its own tables."""
    with shop(folder / "shop.db") as connection:
        connection.execute(sql, values)


@dataclass(frozen=True)
class Answer:
    """What a call of the command said."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> dict[str, Any]:
        """The one JSON object of the call."""
        told: dict[str, Any] = json.loads(self.out)
        assert told["rectify"] == 1
        assert told["kind"]
        return told


class Hand:
    """Types `rectify` into a shell, in a folder, in an environment that holds nothing else."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.environment = {"PATH": "/usr/bin:/bin", "HOME": str(folder), "LANG": "C.UTF-8", "TMPDIR": str(folder)}

    def __call__(self, *words: object, code: int = 0, **environment: str) -> Answer:
        call = [str(word) for word in words]
        answer = Answer(*warm(call, self.folder, {**self.environment, **environment}))
        assert "Traceback" not in answer.out + answer.err, answer.err
        assert answer.code == code, f"{words} gave {answer.code}, not {code}\n{answer.out}\n{answer.err}"
        return answer

    def json(self, *words: object, code: int = 0) -> dict[str, Any]:
        """The same with --json."""
        return self("--json", *words, code=code).json

    def cases(self, order: str = RECALL, state: str = "all") -> dict[str, str]:
        """Host id of the item -> case."""
        told = self.json("cases", "list", order, "--state", state)
        return {case["item"][2]: case["case"] for case in told["cases"]}

    def tasks(self, order: str = "") -> list[str]:
        """What a person has to do."""
        return [task["what"] for task in self.json("tasks", "list", *([order] if order else []))["tasks"]]


def copy_of(made: Path, to: Path) -> Path:
    """A workspace as it stood, in another place."""
    shutil.copytree(made, to, symlinks=True)
    return to


class Desk:
    """A workspace in this process, with a clock that stands still until it is moved."""

    def __init__(self, workspace: Workspace, clock: list[datetime]) -> None:
        self.workspace, self.folder, self._clock = workspace, workspace.folder, clock

    def later(self, **by: float) -> None:
        """The clock goes on."""
        self._clock[0] += timedelta(**by)

    @property
    def now(self) -> datetime:
        return self._clock[0]

    def kinds(self, book: str | None = None) -> list[str]:
        """The kinds of all entries, in order."""
        return [entry.kind for entry in self.workspace.ledger.entries(book=book)]


@contextmanager
def desk_at(folder: Path, at: datetime = AT) -> Iterator[Desk]:
    """The desk of a folder."""
    clock = [at]
    with open_workspace(folder, lambda: clock[0]) as workspace:
        yield Desk(workspace, clock)


def served_now(hours: float = 2) -> datetime:
    """An instant of service for the real clock, some hours ago."""
    return datetime.now(UTC).replace(microsecond=0) - timedelta(hours=hours)


def token(order_id: str, reference: str, digest: str) -> str:
    """The authority's signature for an order, as docs/reference/order.md describes it: made here by other code."""
    lines = f"rectify/confirm-1\n{order_id}\n{reference}\n{digest}\n"
    return base64.b64encode(PSO_KEY.sign(lines.encode())).decode()


def unguarded() -> dict[str, str]:
    """The environment of this process without what steers Rectify."""
    return {name: value for name, value in os.environ.items() if not name.startswith("RECTIFY_")}
