"""An order file becomes an `Order`, or all its faults at once, each with its place, remedy and the law that asks."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from datetime import date, datetime
from urllib.parse import urlsplit

from rectify.documents import Node, Reading, read_document, shown
from rectify.intake.countries import country, territory
from rectify.intake.fields import keys, required
from rectify.intake.instruments import Instrument, instruments
from rectify.intake.order_checks import check_order
from rectify.intake.order_json import from_json, to_json
from rectify.intake.products import products
from rectify.terms.errors import Fault, Faulty, Place
from rectify.terms.item import Kind
from rectify.terms.measure import MEASURES
from rectify.terms.order import (
    Act,
    Addressee,
    AuthorityNamed,
    DeadlineStated,
    ItemNamed,
    LegalBasis,
    Order,
    ProviderNamed,
    Search,
    Served,
    Subject,
    SubjectAct,
)

__all__ = ["from_json", "place_in", "read_order", "to_json", "with_places"]

_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Z][a-z]{3})?(-([A-Z]{2}|[0-9]{3}))?", re.ASCII)
_DOMAIN = re.compile(r"(?=.{1,253}\Z)[^\W_]([\w-]{0,61}[^\W_])?(\.[^\W_]([\w-]{0,61}[^\W_])?)+")
_MAIL = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@(?P<domain>.+)", re.ASCII)
_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,99}", re.ASCII)
_PERIODS = {"hours": 8_760, "days": 3_660, "working_days": 2_500}  # the longest that is believed


def read_order(data: bytes, file: str, *, now: datetime) -> Order:
    """The order of a file's bytes. Raises Faulty with every fault.

    `now` is the instant of our own receipt: service claimed after it and deadlines before it are faults.
    """
    root = read_document(data, file, page="docs/reference/order.md")
    reading = Reading()
    instrument = instruments().get(root.entries["instrument"].text) if "instrument" in root.entries else None
    top = reading.mapping(root, keys(""), required(""), instrument.required if instrument else {})
    if root.kind == "mapping":
        _required_contents(reading, root, instrument)
    order = _order(reading, top, hashlib.sha256(data).hexdigest())
    check_order(reading, top, order, instrument, now)
    reading.done()
    return order


def place_in(data: bytes, file: str, path: str) -> Place:
    """Where a path ("served.at") stands in an order file; as much of the path as there is. Raises Faulty."""
    node = read_document(data, file)
    for step in path.split("."):
        child = node.entries.get(step) or (node.items[int(step)] if step.isdigit() and int(step) < len(node.items)
                                           else None)  # fmt: skip
        if child is None:
            break
        node = child
    return node.place


def with_places(faulty: Faulty, data: bytes, file: str) -> Faulty:
    """The same faults, each with the line and column of its path in the order file."""
    return Faulty(
        Fault(f.text, place_in(data, file, f.place.path if f.place else ""), f.remedy, f.source, f.beside)
        for f in faulty.faults
    )


def _required_contents(reading: Reading, root: Node, instrument: Instrument | None) -> None:
    """What the instrument asks for, and lists that must not be empty."""
    asked = dict(instrument.required) if instrument else {}
    always = {name: asked.pop(name, "") for name in (*required(""), "subject.acts", "subject.kinds")}
    for path, source in {**always, **asked}.items():
        above, node = root, root
        for step in path.split("."):
            above, node = node, node.entries.get(step, _NOTHING)
        if node is _NOTHING or node.null:
            if path not in always and above is not _NOTHING:
                name = path.rpartition(".")[2]
                reading.fault(node.key or above.key or above.place, f'"{name}" is missing', source=source)
        elif node.kind == "sequence" and not node.value:
            reading.fault(node, f'"{path}" is empty', source=source)


_NOTHING = Node("scalar", Place(), "")


def _order(reading: Reading, top: Mapping[str, Node], digest: str) -> Order:
    act = reading.choice(top.get("act"), list(Act))
    stays = top.get("stays_down_until")
    return Order(
        reference=reading.line(top.get("order")),
        act=Act(act) if act else Act.ORDER,
        instrument=reading.choice(top.get("instrument"), list(instruments())),
        authority=_authority(reading, top.get("authority")),
        language=_language(reading, top.get("language")),
        served=_served(reading, top.get("served")),
        legal_basis=_legal_basis(reading, top.get("legal_basis")),
        reasons=reading.text(top.get("reasons")),
        territory=territory(reading, top.get("territory")),
        deadline=_deadline(reading, top.get("deadline")),
        addressees=_addressees(reading, top.get("addressees")),
        subject=_subject(reading, top.get("subject")),
        search=_search(reading, top.get("search")),
        stays_down_until=None if stays and stays.text == "ended" else reading.date(stays),
        identity_of_accounts=reading.choice(top.get("identity_of_accounts"), ("not_asked", "asked")) or "not_asked",
        confidential_until=reading.date(top.get("confidential_until")),
        redress=reading.text(top.get("redress")),
        digest=digest,
    )


def _block(reading: Reading, node: Node | None, path: str) -> dict[str, Node]:
    return reading.mapping(node, keys(path), required(path))


def _authority(reading: Reading, node: Node | None) -> AuthorityNamed:
    fields = _block(reading, node, "authority")
    report_to = reading.line(fields.get("report_to"))
    if report_to and not domain_of(report_to):
        remedy = "as reports@pso.example or https://pso.example/reports"
        reading.fault(
            fields["report_to"], f'"{shown(report_to)}" is neither a mail address nor an https address', remedy
        )
    return AuthorityNamed(reading.line(fields.get("name")), country(reading, fields.get("country")), report_to)


def domain_of(address: str) -> str:
    """The domain of a mail address or an https address, in small letters; empty for what is neither."""
    match = _MAIL.fullmatch(address)
    web = _host(address) if address.startswith("https://") else ""
    host = match["domain"] if match else web
    return host.lower() if _DOMAIN.fullmatch(host) else ""


def _host(url: str) -> str:
    try:
        parts = urlsplit(url)
        return (parts.hostname or "") if parts.scheme in ("http", "https") and " " not in url else ""
    except ValueError:
        return ""


def _language(reading: Reading, node: Node | None) -> str:
    text = reading.line(node)
    if node is not None and text and not _LANGUAGE.fullmatch(text):
        reading.fault(node, f'"{shown(text)}" is no language', "a code, as en, de, zh-Hans or pt-BR")
    return text


def _served(reading: Reading, node: Node | None) -> Served:
    fields = _block(reading, node, "served")
    at = reading.instant(fields.get("at"))
    return Served(at or _NEVER, reading.line(fields.get("by")))


_NEVER = datetime.min  # noqa: DTZ901 - stands where a fault was told


def _legal_basis(reading: Reading, node: Node | None) -> tuple[LegalBasis, ...]:
    bases = (_block(reading, item, "legal_basis.*") for item in reading.items(node))
    return tuple(LegalBasis(reading.text(b.get("text")), reading.date(b.get("in_force_from"))) for b in bases)


def _deadline(reading: Reading, node: Node | None) -> DeadlineStated:
    if node is None or node.text == "not_stated":
        return DeadlineStated()
    forms = keys("deadline")
    if node.kind == "scalar":
        reading.fault(node, f'"{shown(node.text)}" is no deadline', "as {working_days: 2}, {at: …}, or not_stated")
        return DeadlineStated()
    fields = _block(reading, node, "deadline")
    if len(fields) != 1 and node.kind == "mapping" and set(node.entries) <= set(forms):
        many = "several deadlines are stated" if fields else "no deadline is stated"
        reading.fault(node, many, f"exactly one of {', '.join(forms)}, or not_stated")
    return DeadlineStated(
        at=reading.instant(fields.get("at")),
        **{unit: reading.integer(fields.get(unit), 1, most) for unit, most in _PERIODS.items()},
    )


def _addressees(reading: Reading, node: Node | None) -> tuple[Addressee, ...]:
    addressees: dict[str, Addressee] = {}
    for item in reading.items(node):
        fields = _block(reading, item, "addressees.*")
        operator = reading.line(fields.get("operator"))
        measures = reading.choices(fields.get("measures"), list(MEASURES))
        tasks = reading.texts(fields.get("tasks"))
        words = _words(reading, fields, measures)
        if operator in addressees:
            reading.fault(fields.get("operator"), f'"{shown(operator)}" is addressed twice', "put it into one entry")
        elif item.kind == "mapping" and "measures" not in fields and "tasks" not in fields:
            reading.fault(item, "nothing is asked of this operator", "name measures or tasks")
        addressees[operator] = Addressee(operator, measures, tasks, words)
    return tuple(addressees.values())


def _words(reading: Reading, fields: Mapping[str, Node], measures: tuple[str, ...]) -> dict[str, str]:
    """The order's own words for measures that need them (no closure unless the order says so)."""
    ceilings = [name for name, kind in MEASURES.items() if kind.ceiling]
    quoted = reading.mapping(fields.get("words"), ceilings)
    for name in (name for name in measures if name in ceilings and name not in quoted):
        place = next(item for item in fields["measures"].items if item.text == name)
        remedy = f'quote it, words: {{{name}: "…"}}; where it does not say so, suspend_service is the strictest'
        reading.fault(place, f"{name} needs the order's own words for it", remedy)
    return {name: reading.text(node) for name, node in quoted.items()}


def _subject(reading: Reading, node: Node | None) -> Subject:
    fields = _block(reading, node, "subject")
    packs = reading.texts(fields.get("packs"))
    for item in fields["packs"].items if packs else ():
        if item.text in packs and not _NAME.fullmatch(item.text):
            reading.fault(item, f'"{shown(item.text)}" is no name of a pack', "small letters, digits and hyphens")
    return Subject(
        acts=tuple(SubjectAct(act) for act in reading.choices(fields.get("acts"), list(SubjectAct))),
        kinds=reading.choices(fields.get("kinds"), list(Kind)),
        items=tuple(_item(reading, item) for item in reading.items(fields.get("items"))),
        packs=tuple(name for name in packs if _NAME.fullmatch(name)),
        products=products(reading, fields.get("products")),
        providers=tuple(_provider(reading, item) for item in reading.items(fields.get("providers"))),
    )


def _one_of(reading: Reading, node: Node, path: str) -> dict[str, Node]:
    """A block that holds exactly one of its keys."""
    fields = _block(reading, node, path)
    if len(fields) != 1 and node.kind == "mapping" and set(node.entries) <= set(keys(path)):
        reading.fault(node, f"{'several keys stand' if fields else 'no key stands'} here",
                      f"exactly one of {', '.join(keys(path))}")  # fmt: skip
    return fields


def _item(reading: Reading, node: Node) -> ItemNamed:
    fields = _one_of(reading, node, "subject.items.*")
    url = reading.line(fields.get("url"), 2_048)
    if url and not _host(url):
        remedy = "the exact address, as https://market.example/i/GW-88121"
        reading.fault(fields["url"], f'"{shown(url)}" is no web address', remedy)
    return ItemNamed(url=url, id=reading.line(fields.get("id")))


def _provider(reading: Reading, node: Node) -> ProviderNamed:
    fields = _one_of(reading, node, "subject.providers.*")
    domain = reading.line(fields.get("domain"))
    if domain and not _DOMAIN.fullmatch(domain):
        host = _host(domain)
        reading.fault(fields["domain"], f'"{shown(domain)}" is no domain', f'did you mean "{host}"?' if host else "")
    return ProviderNamed(reading.line(fields.get("account")), domain, reading.line(fields.get("app")))


def _search(reading: Reading, node: Node | None) -> Search:
    fields = _block(reading, node, "search")
    until: date | None = reading.date(fields.get("until"))
    return Search(identical=reading.boolean(fields.get("identical")), until=until)
