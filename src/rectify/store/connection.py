"""Opens a store and gives consistent reads and whole writes. Why it is built so: docs/why/store.md.

SQLite in WAL with `synchronous=FULL`: of 3,000 simulated power cuts FULL lost nothing, NORMAL lost answered entries in
2,887. `sqlite://` is the same code over one connection in memory: the twin that users get for their own tests.
"""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from pathlib import Path

from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, SQLAlchemyError
from sqlalchemy.pool import StaticPool

from rectify.store import tables
from rectify.store.complaints import complaint
from rectify.terms.errors import Broken, Missing

BUSY_SECONDS = 30.0
CHECKPOINT_BYTES = 4 << 20  # of write-ahead log, after which a writer copies it into the file
_WRITE = "rectify_write"


class Store:
    """One store. Reads see one state, a write is whole or not at all, and there is one writer at a time."""

    def __init__(self, engine: Engine, file: Path | None) -> None:
        self.engine, self.file = engine, file
        self._mine = threading.local()  # what this thread holds open: "", "read" or "write"
        # A store in memory has one connection for all threads, so they take turns.
        self._one: AbstractContextManager[object] = threading.Lock() if file is None else nullcontext()

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection that sees one state of the store throughout; inside another read of this thread, that one.

        Raises Broken inside `writing` of this thread: it would see the state before the write.
        """
        with self._held("read") as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """The only writer: commits at the end, leaves nothing behind on an error.

        Raises Broken when this thread already reads or writes (the outer state would be stale or half), when another
        writer holds the store for longer than `BUSY_SECONDS`, and when the disk is full, read-only or damaged.
        """
        with self._held("write") as connection:
            yield connection
        if self._log_bytes() >= CHECKPOINT_BYTES:
            with suppress(
                Broken, SQLAlchemyError, sqlite3.Error
            ):  # the write stands; the log only stays long until the next one
                self.checkpoint()

    def checkpoint(self, scrub: bool = False) -> None:
        """Copies the write-ahead log into the file while no writer can run; `scrub` also overwrites what the log held.

        A read that is still under way elsewhere delays the overwriting until the next copy, or the last close.

        SQLite before 3.51.3 can lose a log that a writer resets during a checkpoint (SECURITY.md §4). So this holds
        the writer's lock on one connection while another copies, and automatic checkpoints are off everywhere.
        """
        if self.file is None:
            return
        with self._held("write"), self.engine.connect() as other:
            _pragma(other, "wal_checkpoint(PASSIVE)", self.file)
        if scrub:  # the next write starts the log anew and cuts it to its own length
            with self._held("write") as connection:
                connection.execute(tables.schema.update().values(product=tables.PRODUCT))

    def damage(self) -> list[str]:
        """What SQLite's own check finds wrong with the file's pages and indexes; empty when nothing is.

        The whole check, not the quick one: that one passes over an index which says something else than its table.
        Neither looks at what belongs to no row: free pages and the unused part of others.
        """
        try:
            with self.reading() as connection:
                lines = [str(row[0]) for row in connection.execute(text("PRAGMA integrity_check(20)"))]
        except Broken as error:
            return [error.text]
        return [] if lines == ["ok"] else lines

    def close(self) -> None:
        """Lets go of all connections. A store in memory is gone with this."""
        self.engine.dispose()

    @contextmanager
    def _held(self, how: str) -> Iterator[Connection]:
        outer = getattr(self._mine, "how", "")
        if outer and (outer, how) != ("read", "read"):
            raise Broken(f"a {how} was begun inside a {outer} of the same thread",
                         "use the connection that is already open, or end it first")  # fmt: skip
        if outer:
            yield self._mine.connection
            return
        with self._one, self.engine.connect() as plain:
            connection = plain.execution_options(**{_WRITE: how == "write"})
            with connection.begin():
                self._mine.how, self._mine.connection = how, connection
                try:
                    yield connection
                finally:
                    self._mine.how, self._mine.connection = "", None

    def _log_bytes(self) -> int:
        log = self.file.with_name(self.file.name + "-wal") if self.file else None
        return log.stat().st_size if log is not None and log.exists() else 0


def open_store(url: str) -> Store:
    """Opens the store of a URL, "sqlite:///folder/file.db" or "sqlite://" (in memory), and makes it if it is new.

    Raises Missing for a kind of store that this version does not speak, Broken (with what to do) when the file is no
    Rectify store, was written by a newer version, or cannot be written.
    """
    try:
        parsed = make_url(url)
    except ArgumentError:
        raise Broken(f"{url!r} is not the address of a store", 'write "sqlite:///rectify.db"') from None
    if parsed.get_backend_name() != "sqlite":
        raise Missing(f"a store on {parsed.get_backend_name()} is not supported yet", 'use "sqlite:///rectify.db"')
    file = None if parsed.database in (None, "", ":memory:") else Path(str(parsed.database))
    if file is not None:
        _make_private(file)
    store = Store(_engine(parsed, file), file)
    try:
        _begin(store)
    except BaseException:
        store.close()
        raise
    return store


def _make_private(file: Path) -> None:
    """An empty file that only its owner reads: the tables hold names and texts in the clear."""
    if file.exists():
        return
    if not file.parent.is_dir():
        told = f"the folder {file.parent} of the store does not exist"
        raise Broken(told, "make it, or correct `store` in the settings")
    try:
        os.close(os.open(file, os.O_CREAT | os.O_RDWR, 0o600))
        folder = os.open(file.parent, os.O_RDONLY)  # or a power cut could lose the file's name with all that is in it
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
    except OSError as error:
        told = f"the store {file} cannot be made: {error.strerror}"
        raise Broken(told, "check who may write to its folder") from error


def _engine(url: URL, file: Path | None) -> Engine:
    arguments = {"timeout": BUSY_SECONDS, "isolation_level": None, "check_same_thread": False}
    engine = (
        create_engine(url, connect_args=arguments)
        if file is not None
        else create_engine("sqlite://", connect_args=arguments, poolclass=StaticPool)
    )
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin_transaction)
    event.listen(engine, "handle_error", lambda context: complaint(context.original_exception, file))
    return engine


def _prepare(raw: sqlite3.Connection, _record: object) -> None:
    for pragma in (
        "foreign_keys=ON",
        "synchronous=FULL",
        "secure_delete=ON",  # what is erased is overwritten, not only unlinked
        "wal_autocheckpoint=0",  # see Store.checkpoint
        "journal_size_limit=0",  # a log that starts anew is cut, so that its size tells what it holds
        "trusted_schema=OFF",
    ):
        raw.execute(f"PRAGMA {pragma}")


def _begin_transaction(connection: Connection) -> None:
    # The driver begins nothing by itself (isolation_level None): a read that turns into a write could find the state
    # changed in between, so a writer says so at once.
    write = connection.get_execution_options().get(_WRITE, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")


def _begin(store: Store) -> None:
    """Checks that the file is ours and of a version that this program reads; makes the tables of a new one."""
    with store.reading() as connection:
        state = tables.standing(connection)
    if state == "foreign":
        raise Broken(f"{store.file} is a database, but not a Rectify store", "correct `store` in the settings")
    if state == "new":
        if store.file is not None:
            _write_ahead(store)
        with store.writing() as connection:
            tables.begin(connection)


def _write_ahead(store: Store) -> None:
    with store.engine.connect() as connection:
        mode = _pragma(connection, "journal_mode=WAL", store.file)
    if mode != "wal":
        raise Broken(f"the disk of {store.file} does not allow a write-ahead log", "put the store on a local disk")


def _pragma(connection: Connection, pragma: str, file: Path | None) -> object:
    """For what has to stand outside a transaction, past SQLAlchemy and its reports of errors."""
    raw = connection.connection.driver_connection
    assert isinstance(raw, sqlite3.Connection)
    try:
        return raw.execute(f"PRAGMA {pragma}").fetchone()[0]
    except sqlite3.Error as error:
        raise complaint(error, file) or error from error
