"""The ledger: append, read, sign, rebuild. An entry, its sealed parts, tables and due work commit together."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime

from sqlalchemy import Connection, insert, inspect, select

import rectify
from rectify.ledger import log
from rectify.ledger.checkpoint import Checkpoint, PublicKey, read_checkpoint, sign
from rectify.ledger.entry import VERSIONS, check, instant, leaf_hash, parse_instant, plain, read, write
from rectify.ledger.keys import Keys
from rectify.ledger.replay import Replay, open_parts
from rectify.ledger.tree import Frontier
from rectify.store.connection import Store
from rectify.store.due import DueWork
from rectify.store.sealed import Sealed, Sealing
from rectify.store.tables import Projection
from rectify.terms.entry import HOUSE, Draft, Entry, Json, Opened
from rectify.terms.errors import Broken

_FLUSH = 500


def random_surrogate(kind: str) -> str:
    """A random id that says nothing of what it stands for: "case-9f…", 64 bits."""
    return f"{kind}-{secrets.token_hex(8)}"


class Ledger:
    """One append-only log over a store. Raises Broken at the start when the store is behind what was last signed."""

    def __init__(
        self,
        store: Store,
        keys: Keys,
        projections: Sequence[Projection] = (),
        *,
        surrogate: Callable[[str], str] = random_surrogate,
    ) -> None:
        self.store, self.keys, self.sealed = store, keys, Sealed(keys.master)
        self._surrogate = surrogate
        self._replay = Replay(projections, self.sealed)
        self._start()

    def surrogate(self, kind: str) -> str:
        """A new surrogate id, "case-9f…"."""
        return self._surrogate(kind)

    def reading(self) -> AbstractContextManager[Connection]:
        """A consistent read of entries and tables. Raises Broken inside `writing`: use the writing's connection."""
        return self.store.reading()

    @contextmanager
    def writing(self, at: datetime, actor: str) -> Iterator[Writing]:
        """One transaction at an instant (with its zone) by an actor: the surrogate of a person, or "system"."""
        with self.store.writing() as connection:
            writing = Writing(self, connection, at, actor)
            yield writing
            writing._end()
        if writing.erased:
            self.store.checkpoint(scrub=True)

    def entries(
        self, *, book: str | None = None, kinds: Collection[str] = (), upto: int | None = None
    ) -> Iterator[Entry]:
        """Entries in order: of a book, of some kinds, of the first `upto` of the log. Holds nothing open meanwhile."""
        for _, found in self._pages(book, kinds, upto):
            yield from found

    def opened(
        self, *, book: str | None = None, kinds: Collection[str] = (), upto: int | None = None
    ) -> Iterator[Opened]:
        """The same with the private parts opened; None for a part that was erased."""
        for parts, _ in self._pages(book, kinds, upto, private=True):
            yield from parts

    def size(self) -> int:
        """How many entries there are."""
        with self.reading() as connection:
            return log.size(connection)

    def last_at(self) -> datetime | None:
        """The instant of the last entry; None for a ledger that has not begun."""
        with self.reading() as connection:
            size = log.size(connection)
            rows = list(log.rows(connection, size - 1, size)) if size else []
        return read(rows[-1].entry).at if rows else None

    @property
    def key(self) -> PublicKey:
        """The key that verifies this ledger's checkpoints. Raises Broken for a ledger that has not begun."""
        for entry in self.entries(kinds=["opened"], upto=1):
            return PublicKey(entry.body["origin"], self.keys.public)
        raise Broken("the ledger has not begun", "append something first")

    def checkpoint(self, at: datetime) -> Checkpoint:
        """Signs the tree of all entries, keeps the note beside the keys, appends `checkpointed`.

        What was signed last, if nothing was appended since. Only what is already committed is signed, and only a
        tree that begins with the last signed one; otherwise raises Broken and signs nothing.
        """
        if self.size() == 0:
            with self.writing(at, "system"):
                pass
        key = self.key
        with self.writing(at, "system") as writing:
            connection, size = writing.connection, writing.size
            self._not_behind(connection)
            last = connection.execute(select(log.checkpoints).order_by(log.checkpoints.c.size.desc()).limit(1)).first()
            if last is not None and last.size == size - 1:  # only its own `checkpointed` came after it
                return read_checkpoint(last.note)
            frontier = self._frontier(connection, size)
            made = sign(key.name, size, frontier.root(), key, self.keys.sign)
            values = {"size": size, "root": made.root, "frontier": b"".join(frontier.hashes), "note": made.note}
            connection.execute(insert(log.checkpoints).values(**values))
            body = {"size": size, "root": made.root.hex(), "key_id": key.id.hex()}
            writing.append(Draft("checkpointed", HOUSE, body))
            self.keys.keep_checkpoint(made.note)  # while no other writer can sign; its entries are committed already
            return made

    def rebuild(self) -> None:
        """Throws all projection tables away and fills them from the entries and the sealed parts."""
        with self.store.writing() as connection:
            self._replay.refill(connection)

    def differences(self) -> list[str]:
        """Projection tables that are not what the ledger says; changes nothing."""
        found: list[str] = []
        try:
            with self.store.writing() as connection:
                found = self._replay.differences(connection)
                raise _Undo
        except _Undo:
            return found

    def _pages(
        self, book: str | None, kinds: Collection[str], upto: int | None, private: bool = False
    ) -> Iterator[tuple[list[Opened], list[Entry]]]:
        start = 0
        while upto is None or start < upto:
            with self.reading() as connection:
                if upto is None:  # what is appended meanwhile is left for the next reader
                    upto = log.size(connection)
                rows = log.page(connection, start, upto, book, kinds)
                found = [read(row.entry) for row in rows]
                parts = list(open_parts(connection, self.sealed, found)) if private else []
            if not found:
                return
            yield parts, found
            start = found[-1].sequence + 1

    def _start(self) -> None:
        with self.store.reading() as connection:
            there = inspect(connection).has_table("projections")
            ready = there and self._fits(connection) and not self._replay.behind(connection)
        if ready:
            return
        with self.store.writing() as connection:  # an error takes all of it back
            log.begin(connection)
            self._fits(connection)
            self._replay.catch_up(connection)

    def _fits(self, connection: Connection) -> bool:
        self._own_key(connection)
        self._not_behind(connection)
        return True

    def _own_key(self, connection: Connection) -> None:
        rows = list(log.rows(connection, 0, log.size(connection), kinds=["key_named"]))
        if rows and read(rows[-1].entry).body["public"] != self.keys.public.hex():
            raise Broken("the keys do not belong to this store", "put back the keys that were made with it")

    def _not_behind(self, connection: Connection) -> None:
        note = self.keys.last_checkpoint()
        if not note:
            return
        last = read_checkpoint(note)
        size = log.size(connection)
        if size < last.size:
            raise Broken(f"the store holds {size} entries, but {last.size} were already signed: it is an older copy",
                         "put back the newest copy of the store; nothing may be written to this one")  # fmt: skip
        row = connection.execute(select(log.checkpoints).where(log.checkpoints.c.size == last.size)).first()
        root = row.root if row is not None else _root(connection, last.size)
        if root != last.root:
            raise Broken(f"the first {last.size} entries of the store are not those that were signed last",
                         "find out whose store this is; `rectify ledger verify` names the entry")  # fmt: skip

    def _frontier(self, connection: Connection, size: int) -> Frontier:
        """The left edge of the tree, grown from the last one signed, so that what is signed extends it."""
        last = connection.execute(select(log.checkpoints).order_by(log.checkpoints.c.size.desc()).limit(1)).first()
        frontier = Frontier()
        if last is not None:
            frontier = Frontier(last.size, [last.frontier[at : at + 32] for at in range(0, len(last.frontier), 32)])
            if frontier.root() != last.root:
                told = f"the record of the checkpoint of {last.size} entries was changed"
                raise Broken(told, "run `rectify ledger verify`")
        frontier.extend(log.leaves(connection, frontier.size, size))
        return frontier


class Writing:
    """One transaction of the ledger. All or nothing: what fails while it is written takes the whole back."""

    def __init__(self, ledger: Ledger, connection: Connection, at: datetime, actor: str) -> None:
        self.connection, self.at, self.actor = connection, parse_instant(instant(at)), actor
        self.erased = False
        self._ledger, self._due = ledger, DueWork()
        self._sealing = Sealing(ledger.sealed, connection)
        self._heads: dict[str, tuple[int, str]] = {}
        self._rows: list[dict[str, object]] = []
        self._failed: BaseException | None = None
        ledger._replay.catch_up(connection)
        self.size = log.size(connection)
        if self.size == 0:
            self._begin()

    def surrogate(self, kind: str) -> str:
        """A new surrogate id, "case-9f…"."""
        return self._ledger.surrogate(kind)

    def append(self, draft: Draft) -> Entry:
        """Appends an entry: checked against its kind, sealed, chained, given to the projections.

        Raises Broken for a draft that does not say what its kind says; nothing was appended then.
        """
        return self._append(draft, self.actor)

    def due(self, key: str, kind: str, due: datetime, payload: Json) -> None:
        """Puts due work in the same transaction; a key that is known stays as it is."""
        self._due.put(self.connection, key, kind, due, payload)

    def opened(self, *, book: str | None = None, kinds: Collection[str] = ()) -> Iterator[Opened]:
        """Opened entries as this transaction sees them, its own included."""
        self._flush()
        start, upto = 0, self.size
        while found := log.page(self.connection, start, upto, book, kinds):
            yield from open_parts(self.connection, self._ledger.sealed, [read(row.entry) for row in found])
            start = found[-1].sequence + 1

    def moved(self, book: str, since: int) -> bool:
        """Whether others appended to a book after there were `since` entries, before this transaction."""
        return bool(log.page(self.connection, since, self.size, book))

    def erase(self, subject: str, scope: str, ground: str, approvers: Sequence[str]) -> int:
        """Destroys the key of a subject and all its parts, appends `erased`, refills all tables; how many parts."""
        self._flush()
        parts = self._ledger.sealed.erase(self.connection, subject)
        body = {"subject": subject, "scope": scope, "ground": ground, "approvers": list(approvers), "parts": parts}
        self.append(Draft("erased", HOUSE, body))
        self._flush()
        self._ledger._replay.refill(self.connection)
        self.erased = True
        return parts

    def _append(self, draft: Draft, actor: str) -> Entry:
        check(draft)
        body = plain(draft.body, draft.kind)
        private = {name: plain(part.value, f"{draft.kind}.{name}") for name, part in draft.private.items()}
        try:
            entry = self._chained(draft, body, private, actor)
            self._ledger._replay.apply(self.connection, Opened(entry, private))
        except BaseException as error:
            self._failed = error
            raise
        return entry

    def _chained(self, draft: Draft, body: Mapping[str, Json], private: Mapping[str, Json], actor: str) -> Entry:
        parts = {}
        for name, value in private.items():
            part, subject = f"{self.size}.{name}", draft.private[name].subject
            commit = self._sealing.add(part, subject, f"{draft.kind}.{name}", value)
            parts[name] = {"id": part, "subject": subject, "commit": commit}
        number, previous = self._heads.get(draft.book) or log.book_head(self.connection, draft.book)
        entry = Entry(self.size, draft.book, number, previous, self.at, draft.kind, VERSIONS.get(draft.kind, 1), actor,
                      body, parts)  # fmt: skip
        data = write(entry)
        leaf = leaf_hash(data)
        self._heads[draft.book] = (number + 1, leaf.hex())
        self._rows.append({"sequence": self.size, "book": draft.book, "book_sequence": number, "kind": draft.kind,
                           "leaf": leaf, "entry": data.decode()})  # fmt: skip
        self.size += 1
        if len(self._rows) >= _FLUSH:
            self._flush()
        return entry

    def _begin(self) -> None:
        """The ledger's first entries: its origin, for ever, and the key that signs it."""
        key = PublicKey("rectify/" + self.surrogate("ledger"), self._ledger.keys.public)
        self._append(Draft("opened", HOUSE, {"origin": key.name, "rectify_version": rectify.__version__}), "system")
        named = {"name": key.name, "key_id": key.id.hex(), "algorithm": "ed25519", "public": key.raw.hex()}
        self._append(Draft("key_named", HOUSE, named), "system")

    def _flush(self) -> None:
        self._sealing.flush()
        if self._rows:
            self.connection.execute(log.entries.insert(), self._rows)
            self._rows = []

    def _end(self) -> None:
        if self._failed is not None:
            raise Broken("a step went on after an entry had failed; nothing of it was written",
                         "let the error end the step") from self._failed  # fmt: skip
        self._flush()
        self._ledger._replay.advance(self.connection, self.size)


class _Undo(Exception):
    pass


def _root(connection: Connection, size: int) -> bytes:
    frontier = Frontier()
    frontier.extend(log.leaves(connection, 0, size))
    return frontier.root()
