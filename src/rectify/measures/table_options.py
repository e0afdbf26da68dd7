"""Settings of the table connector, checked against the host's real tables: every name, or all the faults at once.

Names of tables and columns come from settings and end in SQL, so only names that the database itself gives are used;
values are always bound.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Column, Engine, MetaData, Table, inspect
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from rectify.measures.table_columns import fitting, holds
from rectify.settings.records import Secret
from rectify.terms.claim import NAMES, Effect
from rectify.terms.errors import Fault, Faulty, Missing, nearest
from rectify.terms.measure import MEASURES

SECTIONS = {"items": "item", "accounts": "account", "services": "service", "buyers": "buyers"}
_TOP = {"url", "folder", "changes", "undo", "cascades", "measures", *SECTIONS}
# role of a column -> its name where the settings give none
_STATE = {"id": "id", "storefront": "storefront", "state": "state", "version": "version", "key": "", "gone": ""}
_NOTICE = {"id": "item", "storefront": "storefront", "version": "id", "key": "change_key"}
_NAMING = ("id", "storefront", "state")  # columns that are compared with a text of ours
_CHANGES = ("key", "version", "at")


@dataclass(frozen=True, slots=True)
class Section:
    """Where one kind of target stands: its table, role -> column, and effect -> the host's word for it."""

    kind: str
    table: Table
    columns: Mapping[str, Column[Any]]
    words: Mapping[Effect, str | int]  # as the column of the state holds them

    def effect(self, word: object) -> Effect | None:
        """The effect that a word of the host stands for; None for a word that the settings do not have."""
        return next((effect for effect, known in self.words.items() if known == word), None)


@dataclass(frozen=True, slots=True)
class Options:
    """All that the connector needs. `changes` keeps the keys of changes that had their effect."""

    sections: Mapping[str, Section]
    changes: Table
    measures: frozenset[str]  # those that may be written, of those whose effect has a word
    undo: bool
    cascades: bool


def url_of(options: Mapping[str, object]) -> str:
    """The address of the host's database; a SQLite file counts from the workspace's folder.

    `{file: …}` or `{env: …}` keep an address with a password out of the settings. Raises Faulty where there is none,
    Missing where the file is not there: an empty one would be made otherwise.
    """
    given, folder = options.get("url"), Path(str(options.get("folder") or "."))
    if isinstance(given, Mapping):
        given = Secret(str(given.get("file") or ""), str(given.get("env") or "")).read(folder)
    try:
        url = make_url(str(given or ""))
    except ArgumentError:
        raise Faulty([Fault("`url` is not the address of a database", None, "url: sqlite:///shop.db")]) from None
    if url.get_backend_name() == "sqlite" and url.database:
        file = folder / url.database
        if not file.is_file():
            raise Missing(f"the host's database {url.database} is not there", "correct `url` of the connector")
        url = url.set(database=str(file))
    return url.render_as_string(hide_password=False)


class _Reading:
    """Reads options against a database; faults gather."""

    def __init__(self, engine: Engine) -> None:
        self.engine, self.faults = engine, list[Fault]()
        self.names = inspect(engine).get_table_names()

    def fault(self, text: str, remedy: str = "") -> None:
        self.faults.append(Fault(text, None, remedy))

    def known(self, where: str, given: Iterable[str], allowed: Iterable[str]) -> None:
        names = sorted(allowed)
        for name in given:
            if name not in names:
                self.fault(f'{where} has no setting "{name}"', nearest(name, names))

    def table(self, where: str, name: object) -> Table | None:
        if name not in self.names:
            self.fault(f'{where}: the database has no table "{name}"', nearest(str(name), self.names))
            return None
        return Table(str(name), MetaData(), autoload_with=self.engine)

    def yes(self, options: Mapping[str, object], name: str, default: bool) -> bool:
        said = {"true": True, "false": False, "yes": True, "no": False, "": default}
        text = str(options.get(name, "")).lower()
        if text not in said:
            self.fault(f'{name} is "{text}"', "write true or false")
        return said.get(text, default)

    def measures(self, options: Mapping[str, object]) -> frozenset[str]:
        given = options.get("measures", list(MEASURES))
        names = [str(name) for name in given] if isinstance(given, list | tuple) else [str(given)]
        for name in names:
            if name not in MEASURES:
                self.fault(f'no measure is called "{name}"', nearest(name, MEASURES))
        return frozenset(names)

    def section(self, name: str, given: object) -> Section | None:
        if not isinstance(given, Mapping):
            self.fault(f"{name} is not a list of settings", f"{name}: {{table: ...}}")
            return None
        kind, roles = SECTIONS[name], _NOTICE if name == "buyers" else _STATE
        self.known(name, given, {"table", *roles, *(() if name == "buyers" else ("words",))})
        table = self.table(name, given.get("table"))
        columns = {} if table is None else self._columns(name, table, roles, given)
        words = {} if name == "buyers" else self._typed(name, columns, self._words(name, kind, given.get("words")))
        return None if table is None else Section(kind, table, columns, words)

    def _columns(
        self, where: str, table: Table, roles: Mapping[str, str], given: Mapping[str, object]
    ) -> dict[str, Any]:
        found = {}
        for role, default in roles.items():
            column = str(given.get(role) or default)
            if column and column not in table.c:
                self.fault(f'{where}.{role}: "{table.name}" has no column "{column}"', nearest(column, table.c.keys()))
            elif column:
                found[role] = table.c[column]
        for role, known in found.items():
            self._fits(where, role, known)
        return found

    def _fits(self, where: str, role: str, column: Column[Any]) -> None:
        """A column that could never answer with what is asked of it is refused now, not found out row by row."""
        kind = holds(column)
        if role == "version" and kind is not int:
            self.fault(f"{where}.version: {column.name} is not a whole number",
                       "it counts the writes of the state and never repeats")  # fmt: skip
        elif role in _NAMING and kind not in (str, int):
            self.fault(f"{where}.{role}: {column.name} holds neither text nor whole numbers",
                       "declare its type as one of them")  # fmt: skip
        elif role == "key" and kind is not str:
            self.fault(f"{where}.key: {column.name} does not hold text", "keys of changes are text")

    def _typed(self, where: str, columns: Mapping[str, Column[Any]], words: Mapping[Effect, str]) -> dict[Effect, Any]:
        """Words as the column holds them."""
        if "state" not in columns:
            return dict(words)
        typed = {effect: fitting(columns["state"], word) for effect, word in words.items()}
        remedy = "it holds whole numbers, as in visible: 1" if holds(columns["state"]) is int else ""
        for effect, held in typed.items():
            if held is None:
                self.fault(f'{where}.words: {columns["state"].name} can never hold "{words[effect]}"', remedy)
        return typed

    def _words(self, where: str, kind: str, given: object) -> dict[Effect, str]:
        names = {word: effect for effect, word in NAMES[kind].items() if effect is not Effect.GONE}
        if given is None:
            return {effect: word for word, effect in names.items()}
        if not isinstance(given, Mapping):
            self.fault(f"{where}.words is not a list of words", f"{where}.words: {{{next(iter(names))}: ...}}")
            return {}
        self.known(f"{where}.words", given, names)
        words: dict[Effect, str] = {names[word]: str(theirs) for word, theirs in given.items() if word in names}
        if Effect.OPEN not in words:
            self.fault(
                f"{where}.words does not say what is {NAMES[kind][Effect.OPEN]}", "what stands before any measure"
            )
        if len(set(words.values())) < len(words):
            self.fault(f"{where}.words uses one word for two states", "each state needs a word of its own")
        return words


def read_options(options: Mapping[str, object], engine: Engine) -> Options:
    """Options of a table connector. Raises Faulty with every fault."""
    reading = _Reading(engine)
    reading.known("the connector", options, _TOP)
    found = {SECTIONS[name]: reading.section(name, options[name]) for name in SECTIONS if name in options}
    if not found:
        reading.fault("the connector names no table", "items: {table: ...}")
    changes = reading.table("changes", options.get("changes", "rectify_changes"))
    for column in _CHANGES:
        if changes is not None and column not in changes.c:
            reading.fault(f'changes: "{changes.name}" has no column "{column}"', "docs/reference/connectors.md")
        elif changes is not None and column != "at" and holds(changes.c[column]) is not str:
            reading.fault(f"changes.{column}: {column} does not hold text", "docs/reference/connectors.md")
    measures = reading.measures(options)
    undo, cascades = reading.yes(options, "undo", True), reading.yes(options, "cascades", False)
    if reading.faults or changes is None:
        raise Faulty(reading.faults)
    return Options({kind: section for kind, section in found.items() if section is not None}, changes, measures, undo,
                   cascades)  # fmt: skip
