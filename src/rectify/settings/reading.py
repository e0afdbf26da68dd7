"""Reads `rectify.yaml`: whole, or refused with all its faults, each with its place."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from rectify.documents import Node, Reading, read_document, shown
from rectify.settings.records import (
    ASKED_FOR,
    FILE,
    AccountsSource,
    Catalogue,
    ConnectorSettings,
    LetterSettings,
    Limits,
    Operator,
    Secret,
    Settings,
    SmtpSettings,
)
from rectify.terms.errors import Missing, nearest
from rectify.terms.item import Kind
from rectify.terms.person import Person, Role
from rectify.terms.territory import CODE, Storefront

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,62}")
_CONTACT = re.compile(r"[^\s@<>\"]+@[^\s@<>\".]+(\.[^\s@<>\".]+)+|https://[^\s<>\"/]+\.[^\s<>\"]+")
TEXTS = ("store", "keys", "origin", "authorities", "registers", "packs")
KEYS = (
    "rectify", "operators", "people", "another_person", "decide_by_pack", "catalogues", "accounts", "connectors",
    "limits", "letters", *TEXTS,
)  # fmt: skip
VARIABLES = {"RECTIFY_STORE": "store", "RECTIFY_KEYS": "keys", "RECTIFY_AS": "acting"}


class _Parts:
    """Reads the parts of rectify.yaml; faults gather in `reading`."""

    def __init__(self, reading: Reading) -> None:
        self.reading = reading

    def each(self, node: Node | None) -> Iterator[tuple[str, Node]]:
        """Name and node of each entry of a mapping whose keys are names."""
        if node is not None and node.kind != "mapping":
            self.reading.fault(node, "names with settings are needed here", "write  name: {...}")
        for name, inner in (node.entries if node is not None else {}).items():
            if NAME.fullmatch(name):
                yield name, inner
            else:
                self.reading.fault(inner.key, f'"{name}" is no name', "letters, digits, - and _ only")

    def operator(self, name: str, node: Node) -> Operator:
        needed = ("name", "country", "zone")
        keys = self.reading.mapping(node, (*needed, "contact"), needed)
        zone = self.reading.text(keys.get("zone"))
        if zone and zone not in available_timezones():
            self.reading.fault(keys["zone"], f'no time zone is called "{zone}"', nearest(zone, available_timezones()))
            zone = ""
        country = self.code(keys.get("country"))
        contact = self.contact(keys.get("contact"))
        return Operator(name, self.reading.text(keys.get("name")), country, ZoneInfo(zone or "UTC"), contact)

    def contact(self, node: Node | None) -> str:
        """Where people write to, as letters print it: what nobody can write to is a fault."""
        text = self.reading.line(node)
        if text and not _CONTACT.fullmatch(text):
            told = f'"{shown(text)}" is neither a mail address nor the address of a page'
            self.reading.fault(node, told, "as help@market.example or https://market.example/contact")
        return text

    def code(self, node: Node | None) -> str:
        code = self.reading.text(node)
        if code and not CODE.match(code):
            self.reading.fault(node, f'"{code}" is no country or part of one', "two capitals (DE), or a part (DE-BY)")
        return code

    def person(self, name: str, node: Node) -> Person:
        keys = self.reading.mapping(node, ("roles",), ("roles",))
        roles = self.reading.choices(keys.get("roles"), [r.value for r in Role])
        return Person(name, frozenset(Role(r) for r in roles))

    def plain_map(self, node: Node | None) -> dict[str, str | None]:
        """Columns and fields; null = the column is left out."""
        found = (node.entries if node else {}).items()
        return {name: None if inner.null else self.reading.text(inner) for name, inner in found}

    def storefronts(self, node: Node | None) -> dict[str, Storefront]:
        return {
            name: Storefront(name, None if inner.null else frozenset(self.code(c) for c in self.reading.items(inner)))
            for name, inner in self.each(node)
        }

    def catalogue(self, name: str, node: Node) -> Catalogue:
        known = ("operator", "files", "kind", "map", "storefronts", "default_storefronts", "connector")
        keys = self.reading.mapping(node, known, ("operator", "files"))
        shops = self.storefronts(keys.get("storefronts"))
        default = keys.get("default_storefronts")
        names = self.reading.texts(default) if default is not None else None
        for shop in names or ():
            if shop not in shops:
                self.reading.fault(default, f'"{shop}" is not among the storefronts', nearest(shop, shops))
        return Catalogue(
            name,
            self.reading.text(keys.get("operator")),
            self.reading.texts(keys.get("files")),
            self.reading.choice(keys["kind"], [k.value for k in Kind]) if "kind" in keys else "",
            self.plain_map(keys.get("map")),
            shops,
            names,
            self.reading.text(keys["connector"]) if "connector" in keys else "",
        )

    def accounts(self, name: str, node: Node) -> AccountsSource:
        keys = self.reading.mapping(node, ("files", "map"), ("files",))
        return AccountsSource(name, self.reading.texts(keys.get("files")), self.plain_map(keys.get("map")))

    def connector(self, name: str, node: Node) -> ConnectorSettings:
        options = {k: plain(inner) for k, inner in node.entries.items() if k != "type"}
        if "type" not in node.entries:
            self.reading.fault(node, f"the connector {name} has no type", "write  type: rehearsal")
        return ConnectorSettings(name, self.reading.text(node.entries.get("type")), options)

    def limits(self, node: Node | None) -> Limits:
        keys = self.reading.mapping(node, ("measures", "share"), ()) if node else {}
        most = self.reading.integer(keys["measures"], 1) if "measures" in keys else None
        share = self.reading.decimal(keys["share"]) if "share" in keys else None
        if share is not None and not 0 < share <= 1:
            self.reading.fault(keys["share"], "the share of the catalogue lies between 0 and 1", "0.01 = one in 100")
        return Limits(most or Limits().measures, share or Limits().share)

    def secret(self, node: Node) -> Secret:
        keys = self.reading.mapping(node, ("file", "env"), ())
        if len(keys) != 1:
            self.reading.fault(node, "a secret is never written here", "{file: secrets/smtp} or {env: SMTP_PASSWORD}")
        return Secret(**{k: self.reading.text(v) for k, v in keys.items()})

    def smtp(self, node: Node) -> SmtpSettings:
        known = ("host", "port", "starttls", "user", "password", "sender")
        keys = self.reading.mapping(node, known, ("host", "sender"))
        return SmtpSettings(
            self.reading.text(keys.get("host")),
            (self.reading.integer(keys["port"], 1, 65535) if "port" in keys else None) or 587,
            self.reading.boolean(keys["starttls"]) if "starttls" in keys else True,
            self.reading.text(keys["user"]) if "user" in keys else "",
            self.secret(keys["password"]) if "password" in keys else None,
            self.reading.text(keys.get("sender")),
        )

    def letters(self, node: Node | None) -> LetterSettings:
        keys = self.reading.mapping(node, ("folder", "smtp"), ()) if node else {}
        folder = self.reading.text(keys["folder"]) if "folder" in keys else "letters"
        return LetterSettings(folder, self.smtp(keys["smtp"]) if "smtp" in keys else None)


def plain(node: Node) -> object:
    """A node as plain text, lists and mappings, for a plug-in to read."""
    if node.kind == "mapping":
        return {name: plain(inner) for name, inner in node.entries.items()}
    if node.kind == "sequence":
        return [plain(inner) for inner in node.items]
    return None if node.null else node.text


def read_settings(data: bytes, file: str, folder: Path, environ: Mapping[str, str] | None = None) -> Settings:
    """Settings from the bytes of a rectify.yaml. Raises Faulty with every fault.

    RECTIFY_STORE, RECTIFY_KEYS and RECTIFY_AS in `environ` stand before the file.
    """
    reading = Reading()
    keys = reading.mapping(read_document(data, file), KEYS, ("rectify", "operators", "people"))
    if "rectify" in keys and reading.text(keys["rectify"]) != "1":
        reading.fault(keys["rectify"], "this program reads settings of version 1", "write  rectify: 1")
    parts = _Parts(reading)
    given: dict[str, Any] = {
        "operators": {n: parts.operator(n, x) for n, x in parts.each(keys.get("operators"))},
        "people": {n: parts.person(n, x) for n, x in parts.each(keys.get("people"))},
        "catalogues": {n: parts.catalogue(n, x) for n, x in parts.each(keys.get("catalogues"))},
        "accounts": {n: parts.accounts(n, x) for n, x in parts.each(keys.get("accounts"))},
        "connectors": {n: parts.connector(n, x) for n, x in parts.each(keys.get("connectors"))},
        "limits": parts.limits(keys.get("limits")),
        "letters": parts.letters(keys.get("letters")),
        **{name: reading.text(keys[name]) for name in TEXTS if name in keys},
    }
    # An empty list is a choice (a firm of one), an absent key is not.
    if "another_person" in keys:
        given["another_person"] = frozenset(reading.choices(keys["another_person"], sorted(ASKED_FOR)))
    if "decide_by_pack" in keys:
        given["decide_by_pack"] = reading.texts(keys["decide_by_pack"])
    _crossed(reading, keys, given)
    reading.done()
    sources = {k: file if k in keys else "default" for k in KEYS if k != "rectify"}
    return _overridden(Settings(folder=folder, **given), sources, os.environ if environ is None else environ)


def _crossed(reading: Reading, keys: Mapping[str, Node], given: Mapping[str, Any]) -> None:
    """Faults between parts: a catalogue's operator and connector, and the catalogue of accounts, must be there."""
    for name, catalogue in given["catalogues"].items():
        node = keys["catalogues"].entries[name]
        for key, known in (("operator", given["operators"]), ("connector", given["connectors"])):
            wanted = getattr(catalogue, key)
            if wanted and wanted not in known:
                reading.fault(node.entries[key], f'no {key} is called "{wanted}"', nearest(wanted, known))
    for name in given["accounts"]:
        if name not in given["catalogues"]:
            node = keys["accounts"].entries[name]
            reading.fault(node, f'accounts "{name}" belong to no catalogue', nearest(name, given["catalogues"]))


def _overridden(settings: Settings, sources: dict[str, str], environ: Mapping[str, str]) -> Settings:
    for variable, name in VARIABLES.items():
        if environ.get(variable):
            settings = replace(settings, **{name: environ[variable]})  # type: ignore[arg-type]
            sources[name] = f"environment ({variable})"
    return replace(settings, sources=sources)


def load_settings(folder: Path) -> Settings:
    """The settings of a workspace folder. Raises Missing where there is no rectify.yaml."""
    path = folder / FILE
    try:
        data = path.read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        remedy = "begin with  rectify init  or name the folder:  rectify -w FOLDER ..."
        raise Missing(f"there is no {FILE} in {folder}", remedy) from None
    return read_settings(data, str(path), folder)
