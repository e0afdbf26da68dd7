"""The register of authorities (authorities.yaml): who may order what, where, and how it is known to be reached.

An order is a claim until it is matched with an entry and confirmed over a contact that stands here, never over one
that the order itself gives (SECURITY.md §3, forged order).
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path, PurePosixPath
from zoneinfo import ZoneInfo, available_timezones

from rectify.documents import MAX_BYTES, Node, Reading, read_document, shown
from rectify.intake.calendars import Calendar, DatedCalendar, block_of, calendar_of, country_calendar, read_calendar
from rectify.intake.countries import country, territory
from rectify.intake.instruments import instruments
from rectify.intake.orders import domain_of
from rectify.terms.entry import Json
from rectify.terms.errors import Fault, Faulty, Place, Unknown, nearest
from rectify.terms.order import Order
from rectify.terms.territory import CODE, Territory, meet

_KEYS = ("id", "name", "country", "territory", "zone", "holidays", "instruments", "legal_bases", "contact", "domains",
         "key", "valid")  # fmt: skip
_REQUIRED = ("id", "name", "country", "territory", "zone", "holidays", "instruments", "contact", "valid")
_CONTACT = ("mail", "phone", "post", "noted_by", "noted_on")


@dataclass(frozen=True, slots=True)
class KnownContact:
    """A way to reach an authority, noted by a person on a day. At least one of mail, phone and post is set."""

    mail: str
    phone: str
    post: str
    noted_by: str
    noted_on: date

    @property
    def ways(self) -> tuple[str, ...]:
        """What is set of mail, phone and post."""
        return tuple(way for way in (self.mail, self.phone, self.post) if way)


@dataclass(frozen=True, slots=True)
class Authority:
    """An entry of the register. `key` is the Ed25519 public key, base64, or empty; `calendar` its days off."""

    id: str
    name: str
    country: str
    territory: Territory
    zone: str
    calendar: Calendar  # of a country code, or of dates
    instruments: tuple[str, ...]
    legal_bases: tuple[str, ...]
    contact: KnownContact
    domains: tuple[str, ...]
    key: str
    valid_from: date
    valid_until: date | None

    @property
    def holidays(self) -> str:
        """Whose days off count: a country's code, or the name of the dates."""
        return self.calendar.name

    def valid_on(self, day: date) -> bool:
        """Whether the entry is valid on a day; both ends are included."""
        return self.valid_from <= day and (self.valid_until is None or day <= self.valid_until)


@dataclass(frozen=True, slots=True)
class Authorities:
    """The register as read."""

    entries: tuple[Authority, ...]

    def find(self, order: Order) -> Authority | None:
        """The entry for the authority that an order names, by name (or id) and country; None if there is none.

        Of several entries the one that is valid on the day of service, else the last.
        """
        named = _folded(order.authority.name)
        found = [
            entry
            for entry in self.entries
            if entry.country == order.authority.country and named in (_folded(entry.name), _folded(entry.id))
        ]
        valid = [entry for entry in found if entry.valid_on(order.served.at.date())]
        return next(reversed(valid or found), None)

    def by_id(self, name: str) -> Authority:
        """One entry. Raises Unknown with the nearest id."""
        for entry in self.entries:
            if entry.id == name:
                return entry
        raise Unknown(f'there is no authority "{name}" in the register', nearest(name, [e.id for e in self.entries]))


def check_against(order: Order, authority: Authority, on: date) -> tuple[Fault, ...]:
    """What of an order does not agree with the authority's entry on a day; places carry the path in the order."""
    faults = []

    def told(path: str, text: str, remedy: str = "") -> None:
        faults.append(Fault(text, Place(path=path), remedy))

    if not authority.valid_on(on):
        told("authority.name", f"the entry of {authority.name} is not valid on {on}", "ask, and note it anew")
    if order.instrument not in authority.instruments:
        told("instrument", f"the register does not know {authority.name} to act under {order.instrument}",
             f"known: {', '.join(authority.instruments)}")  # fmt: skip
    known = [_folded(basis) for basis in authority.legal_bases]
    stated = [_folded(basis.text) for basis in order.legal_basis]
    if known and not any(basis in text for text in stated for basis in known):
        told("legal_basis", f"no legal basis of {authority.name} that the register knows is named",
             f"known: {', '.join(authority.legal_bases)}")  # fmt: skip
    if not meet(order.territory, authority.territory):
        told("territory", f"{authority.name} orders for {', '.join(sorted(authority.territory))}, not for "
             f"{', '.join(sorted(order.territory))}", "ask the authority")  # fmt: skip
    if order.authority.report_to and not _in_domains(domain_of(order.authority.report_to), authority.domains):
        domains = ", ".join(authority.domains) or "none is noted"
        told("authority.report_to", f"{order.authority.report_to} lies outside the domains of {authority.name}",
             f"domains: {domains}; call the contact of the register, not one of the order")  # fmt: skip
    return tuple(faults)


def _in_domains(domain: str, domains: Sequence[str]) -> bool:
    return any(domain == known or domain.endswith("." + known) for known in map(str.lower, domains))


def _folded(name: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())


def read_authorities(
    data: bytes, file: str, read_file: Callable[[str], bytes] | None = None, *, max_bytes: int = MAX_BYTES
) -> Authorities:
    """The register of a file: {authorities: [entry, ...]}. Raises Faulty with all its faults.

    `read_file` gives the bytes of a file of dates that an entry names; left out, it is read beside `file`.
    """

    def beside(name: str) -> bytes:
        return (Path(file).parent / name).read_bytes()

    root, reading = read_document(data, file, max_bytes=max_bytes), Reading()
    top = root if root.kind == "sequence" else reading.mapping(root, ("authorities",), ("authorities",)).get(
        "authorities")  # fmt: skip
    entries: list[Authority] = []
    for node in reading.items(top):
        entry = _entry(reading, node, read_file or beside)
        if entry and any(entry.id == other.id for other in entries):
            reading.fault(node.entries["id"], f'the id "{entry.id}" stands twice')
        if entry:
            entries.append(entry)
    reading.done()
    return Authorities(tuple(entries))


def _entry(reading: Reading, node: Node, read_file: Callable[[str], bytes]) -> Authority | None:
    fields = reading.mapping(node, _KEYS, _REQUIRED)
    valid = reading.mapping(fields.get("valid"), ("from", "until"), ("from",))
    since, until = reading.date(valid.get("from")), reading.date(valid.get("until"))
    if since and until and until < since:
        reading.fault(valid["until"], "the entry ends before it begins")
    where = territory(reading, fields.get("territory"))
    if "territory" in fields and not fields["territory"].value:
        reading.fault(fields["territory"], '"territory" is empty')
    domains = reading.texts(fields.get("domains"))
    for item in fields["domains"].items if domains else ():
        if item.text in domains and not domain_of(f"a@{item.text}"):
            reading.fault(item, f'"{shown(item.text)}" is no domain')
    contact, calendar = _contact(reading, fields.get("contact")), _calendar(reading, fields.get("holidays"), read_file)
    entry_id, name = reading.line(fields.get("id"), 60), reading.line(fields.get("name"))
    home, zone = country(reading, fields.get("country")), _zone(reading, fields.get("zone"))
    under = reading.choices(fields.get("instruments"), list(instruments()))
    key = _key(reading, fields.get("key"))
    if contact is None or calendar is None or since is None:
        return None
    return Authority(
        entry_id, name, home, where, zone, calendar, under,
        reading.texts(fields.get("legal_bases")), contact, domains, key, since, until,
    )  # fmt: skip


def _contact(reading: Reading, node: Node | None) -> KnownContact | None:
    fields = reading.mapping(node, _CONTACT, ("noted_by", "noted_on"))
    texts = {way: reading.line(fields.get(way)) for way in ("mail", "phone", "post", "noted_by")}
    noted_on = reading.date(fields.get("noted_on"))
    if node is not None and not (texts["mail"] or texts["phone"] or texts["post"]):
        reading.fault(
            node, "a contact has no way to reach it", "mail, phone or post, from a source other than an order"
        )
    if texts["mail"] and (not domain_of(texts["mail"]) or texts["mail"].startswith("https:")):
        reading.fault(fields["mail"], f'"{shown(texts["mail"])}" is no mail address')
    return KnownContact(**texts, noted_on=noted_on) if noted_on else None


def _zone(reading: Reading, node: Node | None) -> str:
    text = reading.line(node)
    if node is None or not text:
        return ""
    try:
        return ZoneInfo(text).key
    except (ValueError, OSError, KeyError):
        reading.fault(node, f'"{shown(text)}" is no time zone', nearest(text[:60], available_timezones()))
        return ""


def _calendar(reading: Reading, node: Node | None, read_file: Callable[[str], bytes]) -> Calendar | None:
    if node is not None and node.kind == "mapping":
        return calendar_of(reading, node)
    text = reading.line(node)
    if node is None or not text:
        return None
    try:
        if CODE.match(text):
            return country_calendar(text)
        path = PurePosixPath(text)
        if path.is_absolute() or ".." in path.parts or "\\" in text:
            reading.fault(node, f'"{shown(text)}" does not lie beside this file', "a country code, or a file in here")
            return None
        return read_calendar(read_file(text), text)
    except Unknown as unknown:
        reading.fault(node, unknown.text, unknown.remedy)
    except OSError:
        reading.fault(node, f'there is no file "{shown(text)}" beside this one', "a country code, or a file of dates")
    except Faulty as faulty:
        for fault in faulty.faults:
            reading.fault(fault.place, fault.text, fault.remedy, fault.source)
    return None


def _key(reading: Reading, node: Node | None) -> str:
    text = reading.line(node)
    if node is None or not text:
        return ""
    try:
        if len(base64.b64decode(text, validate=True)) == 32:
            return text
    except (binascii.Error, ValueError):
        pass
    reading.fault(node, "this is no Ed25519 public key", "32 bytes in base64, or null")
    return ""


def entry_of(authority: Authority) -> dict[str, Json]:
    """An entry as authorities.yaml and the ledger hold it; dates stand in it, so that it needs no other file."""
    calendar = authority.calendar
    contact = {way: getattr(authority.contact, way) for way in _CONTACT[:4] if getattr(authority.contact, way)}
    until = authority.valid_until.isoformat() if authority.valid_until else None
    return {
        "id": authority.id,
        "name": authority.name,
        "country": authority.country,
        "territory": sorted(authority.territory),
        "zone": authority.zone,
        "holidays": block_of(calendar) if isinstance(calendar, DatedCalendar) else calendar.name,
        "instruments": list(authority.instruments),
        "legal_bases": list(authority.legal_bases),
        "contact": {**contact, "noted_on": authority.contact.noted_on.isoformat()},
        "domains": list(authority.domains),
        "key": authority.key or None,
        "valid": {"from": authority.valid_from.isoformat(), "until": until},
    }


def authorities_of(named: Iterable[tuple[str, Json, bool]]) -> Authorities:
    """The register as the ledger has it, of (id, entry as `entry_of` gave it, whether it ended): the last of each.

    An entry that was erased (None) counts no more.
    """
    last: dict[str, Json] = {}
    for name, entry, ended in named:
        last.pop(name, None)
        if entry is not None and not ended:
            last[name] = entry.get("entry", entry)
    if not last:
        return Authorities(())
    data = json.dumps({"authorities": list(last.values())}, ensure_ascii=False)
    return read_authorities(data.encode(), "the ledger's register of authorities", max_bytes=1 << 26)


def digest_of(authority: Authority) -> str:
    """SHA-256 (hex) of an entry: what the ledger names when it is taken in."""
    text = json.dumps(entry_of(authority), sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
