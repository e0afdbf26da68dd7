"""A host's own SQL tables: a row holds the state of a target in a storefront, beside it a version and a change's key.

Each change is one transaction of the host's database: its key is looked up, the row is updated where version and state
are still those that were found, the version that this made is read, the key is kept. So the same key has one effect
however often it is sent. docs/reference/connectors.md gives the tables and triggers that a host needs.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from sqlalchemy import ColumnElement, Connection, Engine, Row, and_, create_engine, event, false, select
from sqlalchemy.exc import SQLAlchemyError

from rectify.measures.connector import Capabilities, Clock, HostPlace
from rectify.measures.table_columns import fitting, there, whole
from rectify.measures.table_options import Section, read_options, url_of
from rectify.store.instants import instant
from rectify.terms.claim import Effect
from rectify.terms.measure import MEASURES, Change, Outcome, OutcomeKind, Seen

_PAGE = 400
_BATCH = 50
_WRITES = "rectify_writes"


class TableConnector:
    """Reads and writes states in the tables that the settings name. Raises Faulty or Missing when they do not fit."""

    def __init__(self, options: Mapping[str, object], clock: Clock) -> None:
        self._engine, self._clock = _engine(url_of(options)), clock
        try:
            self._options = read_options(options, self._engine)
        except BaseException:
            self._engine.dispose()
            raise

    def capabilities(self) -> Capabilities:
        """The measures that settings allow and the host has a word for; buyers where there is a table of notices."""
        sections = self._options.sections
        able = {
            name
            for name, kind in MEASURES.items()
            if name in self._options.measures
            and kind.effect is not None
            and kind.target in sections
            and (kind.target == "buyers" or kind.effect in sections[kind.target].words)
        }
        return Capabilities(frozenset(able), undo=self._options.undo, max_batch=_BATCH, cascades=self._options.cascades)

    def read(self, places: Sequence[HostPlace]) -> list[Seen | None]:
        """What stands at each place; GONE without a row or for an id that can name none.

        None for a state that no word of the settings stands for, and for a version that counts nothing.
        """
        found: dict[HostPlace, Seen | None] = {}
        with self._transaction(write=False) as connection:
            for kind, section in self._options.sections.items():
                wanted = [place for place in places if place.kind == kind]
                if kind == "buyers":
                    found |= {place: self._told(connection, section, place) for place in wanted}
                elif wanted:
                    found |= self._states(connection, section, wanted)
        return [found[place] if place in found else self._gone() for place in places]

    def write(self, changes: Sequence[Change]) -> list[Outcome]:
        """Each change in a transaction of its own. What the database complains of is `unknown`, to be asked again.

        What cannot even be said to the database is `refused`: nothing of it was written, and no other change waits.
        """
        return [self._one(change) for change in changes]

    def close(self) -> None:
        """Lets go of the database."""
        self._engine.dispose()

    def _one(self, change: Change) -> Outcome:
        try:
            with self._transaction(write=True) as connection:
                known = self._options.changes
                before = connection.execute(select(known.c.version).where(known.c.key == change.key)).first()
                if before is not None:
                    return Outcome(change.key, OutcomeKind.DONE, str(before.version))
                version = self._written(connection, change)
                if version is None:
                    raise _Refused
                row = {"key": change.key, "version": version, "at": instant(self._clock())}
                connection.execute(known.insert().values(row))
            return Outcome(change.key, OutcomeKind.DONE, version)
        except _Refused:
            return Outcome(change.key, OutcomeKind.REFUSED)
        except (ValueError, TypeError, OverflowError) as error:  # ours or the driver's, before the database was asked
            return Outcome(
                change.key, OutcomeKind.REFUSED, "", f"cannot be said to the database: {type(error).__name__}"
            )
        except SQLAlchemyError as error:
            return Outcome(change.key, OutcomeKind.UNKNOWN, "", type(error).__name__)

    def _written(self, connection: Connection, change: Change) -> str | None:
        """The version that the change made; None where it may not be made."""
        section = self._options.sections.get(change.kind)
        if section is None or change.wanted not in self.capabilities().writable(change.kind, change.storefront):
            return None
        place = HostPlace(change.kind, change.target, change.storefront)
        if change.kind == "buyers":
            return self._tell(connection, section, place, change)
        columns, found, version = section.columns, section.words.get(change.found), whole(change.version)
        if found is None or version is None or _named(connection, section, place) != [True]:
            return None
        here = and_(_at(section, place), columns["version"] == version, columns["state"] == found)
        values: dict[Any, Any] = {
            columns["state"]: section.words[change.wanted],
            columns["version"]: columns["version"] + 1,
        }
        if "key" in columns:
            values[columns["key"]] = change.key
        if "gone" in columns:
            here = and_(here, there(columns["gone"]))
        if connection.execute(section.table.update().where(here).values(values)).rowcount != 1:
            return None
        return str(connection.execute(select(columns["version"]).where(_at(section, place))).scalar_one())

    def _states(
        self, connection: Connection, section: Section, places: Sequence[HostPlace]
    ) -> dict[HostPlace, Seen | None]:
        columns, found = section.columns, dict[HostPlace, Seen | None]()
        shown = [column.label(role) for role, column in columns.items() if role != "gone"]
        query = select(*shown, *([there(columns["gone"]).label("there")] if "gone" in columns else ()))
        for start in range(0, len(places), _PAGE):
            ids = {fitting(columns["id"], place.target) for place in places[start : start + _PAGE]} - {None}
            for row in connection.execute(query.where(columns["id"].in_(sorted(ids, key=str)))):
                found[HostPlace(section.kind, str(row.id), str(row.storefront))] = self._seen(section, row)
        return found

    def _seen(self, section: Section, row: Row[Any]) -> Seen | None:
        state = section.effect(row.state)
        if "gone" in section.columns and not row.there:
            state = Effect.GONE
        if state is None or whole(str(row.version)) is None:
            return None
        key = str(row.key or "") if "key" in section.columns else None
        return Seen(state, str(row.version), key, self._clock())

    def _told(self, connection: Connection, section: Section, place: HostPlace) -> Seen:
        """Whether the buyers of an item were told; nobody bought it where it never stood."""
        items, columns = self._options.sections.get("item"), section.columns
        if fitting(columns["id"], place.target) is None:
            return self._gone()
        rows = connection.execute(select(*(column.label(role) for role, column in columns.items())).where(
            _at(section, place)))  # fmt: skip
        notices = [row for row in rows if (str(row.id), str(row.storefront)) == (place.target, place.storefront)]
        if notices:
            last = max(notices, key=lambda row: row.version)
            return Seen(Effect.LABELLED, str(last.version), str(last.key or ""), self._clock())
        if items is not None and not any(_named(connection, items, place)):
            return self._gone()
        return Seen(Effect.OPEN, "0", "", self._clock())

    def _tell(self, connection: Connection, section: Section, place: HostPlace, change: Change) -> str | None:
        seen, columns = self._told(connection, section, place), section.columns
        if (seen.state, seen.version) != (change.found, change.version):
            return None
        values = {columns["id"]: fitting(columns["id"], place.target), columns["storefront"]: place.storefront,
                  columns["key"]: change.key}  # fmt: skip
        connection.execute(section.table.insert().values(values))
        return self._told(connection, section, place).version

    def _gone(self) -> Seen:
        return Seen(Effect.GONE, "0", "", self._clock())

    @contextmanager
    def _transaction(self, *, write: bool) -> Iterator[Connection]:
        with self._engine.connect().execution_options(**{_WRITES: write}) as connection, connection.begin():
            yield connection


class _Refused(Exception):
    pass


def _at(section: Section, place: HostPlace) -> ColumnElement[bool]:
    """The row of a place; no row for what cannot name one (`id IS NULL` would find those without an id)."""
    columns = section.columns
    target, storefront = fitting(columns["id"], place.target), fitting(columns["storefront"], place.storefront)
    if target is None or storefront is None:
        return false()
    return and_(columns["id"] == target, columns["storefront"] == storefront)


def _named(connection: Connection, section: Section, place: HostPlace) -> list[bool]:
    """For each row that the database finds, whether it bears exactly this name: it may hold two spellings for one."""
    columns = section.columns
    names = select(columns["id"].label("id"), columns["storefront"].label("storefront")).where(_at(section, place))
    return [(str(row.id), str(row.storefront)) == (place.target, place.storefront) for row in connection.execute(names)]


def _engine(url: str) -> Engine:
    engine = create_engine(url, connect_args={"timeout": 30.0, "isolation_level": None} if _is_sqlite(url) else {})
    if _is_sqlite(url):
        event.listen(engine, "begin", _begin)
    return engine


def _begin(connection: Connection) -> None:
    # A write says so at once: between the look at a key and the update another process could come in.
    writes = connection.get_execution_options().get(_WRITES, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _is_sqlite(url: str) -> bool:
    return url.startswith("sqlite")
