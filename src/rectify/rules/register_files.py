"""A register of licensed providers from YAML or CSV, or all its faults at once."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date

from rectify.documents import Node, Reading, read_document, shown
from rectify.rules.registers import Register, RegisterEntry, host
from rectify.rules.sheets import SheetRow, read_sheet
from rectify.terms.errors import Place
from rectify.terms.territory import CODE

KEYS = ("register", "source", "as_of", "stale_after_days", "entries")
ENTRY_KEYS = ("id", "name", "company_number", "licence", "domains", "accounts", "territory", "valid")
COLUMNS = (
    "id", "name", "company_number", "licence", "domains", "accounts", "territory", "valid_from", "valid_until",
)  # fmt: skip
MAX_BYTES, MAX_DAYS = 1_048_576, 3_660
_NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*\Z")
_DAYS = re.compile(r"[1-9]\d{0,3}\Z")


def read_register(data: bytes, file: str, stated: Mapping[str, str] | None = None) -> Register:
    """The register in a YAML, CSV or XLSX file. Raises Faulty with all faults.

    A CSV says its name, source, day and staleness above the header, `# register: NAME`, or in `stated` (keys
    register, source, as_of, stale_after_days), which also stands before what a file says. Lists are parted by "|".
    """
    if file.lower().endswith((".csv", ".xlsx")):
        return _from_sheet(data, file, dict(stated or {}))
    reading = Reading()
    node = read_document(data, file, max_bytes=MAX_BYTES)
    values = reading.mapping(node, KEYS, [key for key in KEYS if key not in (stated or {})])
    heads = {name: child for name, child in values.items() if name != "entries"}
    heads |= {name: _said(text, name) for name, text in (stated or {}).items()}
    entries = [_entry(item, reading) for item in reading.items(values.get("entries"))]
    return _register(heads, entries, node.place, reading)


def _said(text: str, name: str, place: Place | None = None) -> Node:
    """A value that does not come from a YAML document, as a node, so that one reading serves all."""
    return Node("scalar", place or Place(path=name), text, quoted=True)


def _from_sheet(data: bytes, file: str, stated: dict[str, str]) -> Register:
    reading = Reading()
    sheet = read_sheet(data, file, COLUMNS, ("id", "name", "territory"))
    head = {**sheet.head, **stated}
    for name in KEYS[:-1]:
        if name not in head:
            remedy = f'write "# {name}: ..." above the header, or say it with the command'
            reading.fault(Place(file, 1), f'"{name}" is missing', remedy)
    heads = {name: _said(text, name, Place(file, 1, path=name)) for name, text in head.items() if name in KEYS}
    entries = [_row(row, reading) for row in sheet.rows]
    return _register(heads, entries, Place(file, 1), reading)


def _register(
    heads: Mapping[str, Node], entries: list[tuple[RegisterEntry, Place]], place: Place, reading: Reading
) -> Register:
    name = reading.text(heads.get("register"))
    if name and not _NAME.match(name):
        reading.fault(heads["register"], f'"{name[:60]}" is no name', "small letters, digits and single hyphens")
    known: dict[str, Place] = {}
    for entry, at in entries:
        if entry.id and entry.id in known:
            reading.fault(at, f'two entries are called "{shown(entry.id)}"', f"first: {known[entry.id]}")
        known.setdefault(entry.id, at)
    as_of = reading.date(heads.get("as_of"))
    days = reading.integer(heads.get("stale_after_days"), 1, MAX_DAYS)
    source = reading.text(heads.get("source"))
    reading.done()
    return Register(name, source, as_of or date.min, days or 0, tuple(entry for entry, _ in entries))


def _entry(node: Node, reading: Reading) -> tuple[RegisterEntry, Place]:
    values = reading.mapping(node, ENTRY_KEYS, ("id", "name", "territory"))
    valid = reading.mapping(values.get("valid"), ("from", "until"))
    codes = reading.texts(values.get("territory"))
    accounts = reading.texts(values.get("accounts"))
    place = node.place
    _look(codes, accounts, values.get("territory", node).place, values.get("accounts", node).place, reading)
    entry = RegisterEntry(
        id=reading.text(values.get("id")),
        name=reading.text(values.get("name")),
        territory=frozenset(codes),
        company_number=reading.text(values.get("company_number")),
        licence=reading.text(values.get("licence")),
        domains=tuple(filter(None, map(host, reading.texts(values.get("domains"))))),
        accounts=accounts,
        valid_from=reading.date(valid.get("from")),
        valid_until=reading.date(valid.get("until")),
    )
    _in_order(entry, valid.get("until", node).place, reading)
    return entry, place


def _row(row: SheetRow, reading: Reading) -> tuple[RegisterEntry, Place]:
    def listed(column: str) -> tuple[str, ...]:
        return tuple(dict.fromkeys(part.strip() for part in row.cells.get(column, "").split("|") if part.strip()))

    def day(column: str) -> date | None:
        text = row.cells.get(column, "")
        return reading.date(_said(text, column, row.at(column))) if text else None

    for column in ("id", "name", "territory"):
        if column not in row.cells:
            reading.fault(row.place, f'"{column}" is missing')
    codes, accounts = listed("territory"), listed("accounts")
    _look(codes, accounts, row.at("territory"), row.at("accounts"), reading)
    cells = {name: row.cells.get(name, "") for name in ("id", "name", "company_number", "licence")}
    entry = RegisterEntry(
        territory=frozenset(codes), domains=tuple(filter(None, map(host, listed("domains")))), accounts=accounts,
        valid_from=day("valid_from"), valid_until=day("valid_until"), **cells,
    )  # fmt: skip
    _in_order(entry, row.at("valid_until"), reading)
    return entry, row.place


def _look(codes: tuple[str, ...], accounts: tuple[str, ...], at: Place, accounts_at: Place, reading: Reading) -> None:
    for code in codes:
        if not CODE.match(code):
            reading.fault(at, f'"{shown(code, 20)}" is no territory', "a country (XA) or a part of one (XA-31)")
    for account in accounts:
        source, slash, number = account.partition("/")
        if not (source and slash and number):
            reading.fault(accounts_at, f'"{shown(account)}" is no account', "catalogue and id, as in market/1234")


def _in_order(entry: RegisterEntry, at: Place, reading: Reading) -> None:
    if entry.valid_from and entry.valid_until and entry.valid_until < entry.valid_from:
        reading.fault(at, f'"{shown(entry.id)}" is valid until {entry.valid_until}, before {entry.valid_from}')
