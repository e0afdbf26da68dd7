"""Checks a whole store: its pages, each entry, the chain of each book, the tree, what was signed, what is sealed.

A chain alone shows every change but a cut tail and a full rewrite; one checkpoint held elsewhere shows these too
(SECURITY.md §6). So the result says which it had: "consistent in itself" or "consistent with your checkpoint of N".
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, inspect, select
from sqlalchemy.exc import SQLAlchemyError

from rectify.ledger import log
from rectify.ledger.checkpoint import Checkpoint, PublicKey, read_checkpoint, signed_by
from rectify.ledger.entry import fields, leaf_hash, parse_instant
from rectify.ledger.keys import Keys
from rectify.ledger.replay import differing
from rectify.ledger.tree import Frontier
from rectify.store.connection import Store
from rectify.store.sealed import Sealed
from rectify.store.tables import Projection
from rectify.store.tables import sealed as boxes
from rectify.terms.errors import Broken, Fault, Place

_FIND_OUT = "keep the store as it is and find out who wrote to it"


@dataclass(frozen=True, slots=True)
class Verified:
    """What a check found. `first` is the sequence of the first broken entry, None where none can be named.

    `yours` and `kept` are sizes of the checkpoints it was compared with: the reader's, the one beside the keys.
    """

    entries: int
    root: bytes
    fault: Fault | None = None
    first: int | None = None
    yours: int | None = None
    kept: int | None = None
    parts: int = 0  # sealed parts that were opened and match their commitment
    erased: int = 0  # parts that an `erased` entry accounts for
    origin: str = ""
    tables: int | None = None  # that were compared with the entries; None: none were asked for

    @property
    def good(self) -> bool:
        """Whether nothing is wrong."""
        return self.fault is None

    @property
    def sentence(self) -> str:
        """What may be said of it, and no more than that."""
        if self.fault is not None:
            return f"{self.fault.text} ({self.fault.remedy})"
        said = f"{self.entries} entries, consistent "
        if self.yours is not None:
            return said + f"with your checkpoint of {self.yours} entries" + self._tables
        if self.kept is not None:
            return said + f"with the checkpoint of {self.kept} entries kept beside the keys" + self._tables
        return said + "in itself" + self._tables

    @property
    def _tables(self) -> str:
        """An exported book has no tables; of a store it is said whether they were compared."""
        if self.tables is None:
            return ""
        return "; its tables say the same" if self.tables else "; its tables were not compared"


class Stop(Exception):
    """The first thing that is wrong, and at which entry."""

    def __init__(self, text: str, sequence: int | None = None, remedy: str = _FIND_OUT) -> None:
        super().__init__(text)
        place = None if sequence is None else Place(path=f"entry {sequence}")
        self.fault, self.sequence = Fault(text, place, remedy), sequence


class Chain:
    """Follows the books: each entry in its form, after the one before it. Raises Stop at the first that is not."""

    def __init__(self) -> None:
        self._heads: dict[str, tuple[int, str]] = {}

    def take(self, data: bytes, sequence: int) -> tuple[dict[str, Any], bytes]:
        """The fields and the leaf of the next entry, given as its bytes and the sequence that it must have."""
        try:
            entry = fields(data)
            parse_instant(entry["at"])
        except (ValueError, TypeError, AttributeError) as error:
            raise Stop(f"entry {sequence} was changed: {error}", sequence) from error
        if entry["sequence"] != sequence:
            raise Stop(f"entry {sequence} is missing; entry {entry['sequence']} stands in its place", sequence)
        number, previous = self._heads.get(entry["book"], (0, ""))
        if entry["book_sequence"] != number:
            raise Stop(f'entry {sequence}: number {number} of the book "{entry["book"]}" is missing', sequence)
        if entry["previous"] != previous:
            raise Stop(f'entry {sequence}: the entry before it in the book "{entry["book"]}" was changed', sequence)
        leaf = leaf_hash(data)
        self._heads[entry["book"]] = (number + 1, leaf.hex())
        return entry, leaf


def verify_store(
    store: Store, keys: Keys | None = None, checkpoint: str = "", projections: Sequence[Projection] = ()
) -> Verified:
    """Checks a store, also one that a ledger would refuse to open. Reads only.

    With `keys` the sealed parts are opened and compared, and the checkpoint kept beside the keys counts; `checkpoint`
    is the note that the reader holds. With keys and `projections` their tables are compared with the entries, each row;
    else the result says that they were not. Raises Faulty when that is no checkpoint, Broken when the store cannot be
    read.
    """
    yours = read_checkpoint(checkpoint) if checkpoint else None
    note = keys.last_checkpoint() if keys is not None else ""
    walk = _Walk(keys, yours, read_checkpoint(note) if note else None, projections)
    try:
        if damage := store.damage():
            raise Stop(f"the store's file is damaged: {damage[0]}", None, "put back the last backup")
        with store.reading() as connection:
            if not inspect(connection).has_table("entries"):
                raise Stop("the store holds no ledger", None, "correct `store` in the settings")
            walk.through(connection)
    except Stop as stop:
        return walk.result(stop)
    except SQLAlchemyError as error:  # text that is no text, a column that has another name
        said = str(getattr(error, "orig", error)).splitlines()[0][:120]
        return walk.result(Stop(f"the store's file is damaged: {said}", None, "put back the last backup"))
    return walk.result(None)


class _Walk:
    """One pass over a store."""

    def __init__(
        self, keys: Keys | None, yours: Checkpoint | None, kept: Checkpoint | None, projections: Sequence[Projection]
    ) -> None:
        self._keys, self._yours, self._kept = keys, yours, kept
        self._projections, self._compared = projections, 0
        self._sealed = Sealed(keys.master) if keys is not None else None
        self._chain, self._frontier = Chain(), Frontier()
        self._origin, self._public = "", keys.public if keys is not None else b""
        self._erased: dict[str, int] = {}  # subject -> the last entry that erased it
        self._closed: list[tuple[int, str, str]] = []  # entry, part, subject: parts that are not there
        self._opened = self._accounted = 0
        self._signed: dict[int, list[tuple[bytes, str]]] = {}  # size -> roots that the tree must have had then
        for held, whose in ((yours, "your checkpoint"), (kept, "the checkpoint kept beside the keys")):
            if held is not None:
                self._signed.setdefault(held.size, []).append((held.root, whose))

    def result(self, stop: Stop | None) -> Verified:
        return Verified(
            entries=self._frontier.size,
            root=self._frontier.root(),
            fault=None if stop is None else stop.fault,
            first=None if stop is None else stop.sequence,
            yours=None if self._yours is None else self._yours.size,
            kept=None if self._kept is None else self._kept.size,
            parts=self._opened,
            erased=self._accounted,
            origin=self._origin,
            tables=self._compared,
        )

    def through(self, connection: Connection) -> None:
        size = log.size(connection)
        records = connection.execute(select(log.checkpoints)).all()
        for record in records:
            self._signed.setdefault(record.size, []).append((record.root, "the record of what was signed"))
        while self._frontier.size < size:
            rows = log.page(connection, self._frontier.size, size)
            if not rows:
                raise Stop(f"entry {self._frontier.size} is missing", self._frontier.size)
            try:
                self._parts(connection, [self._entry(row) for row in rows])
            except (
                KeyError,
                TypeError,
                ValueError,
                AttributeError,
            ) as error:  # in its form, but not what its kind says
                sequence = self._frontier.size
                raise Stop(f"entry {sequence} was changed: it does not say what it must", sequence) from error
        self._compare(size)
        self._signatures([read_checkpoint(record.note) for record in records])
        self._erasures(connection)
        self._tables(connection)

    def _tables(self, connection: Connection) -> None:
        """The tables say what the entries say. Last of all: what is replayed is known to be whole by then."""
        if self._sealed is None or not self._projections:
            return
        self._compared, wrong = differing(connection, self._sealed, self._projections)
        if wrong:
            told = f"the entries are whole, but tables do not say what they say: {', '.join(wrong)}"
            raise Stop(told, None, _FIND_OUT)

    def _entry(self, row: log.Row) -> dict[str, Any]:
        sequence = self._frontier.size
        self._compare(sequence)
        entry, leaf = self._chain.take(row.entry.encode(), sequence)
        columns = (row.sequence, row.book, row.book_sequence, row.kind)
        if columns != (sequence, entry["book"], entry["book_sequence"], entry["kind"]) or row.leaf != leaf:
            raise Stop(f"entry {sequence} was changed: its columns are not those of its text", sequence)
        body = entry["body"]
        if (sequence == 0) != (entry["kind"] == "opened"):
            raise Stop(f"entry {sequence} was changed: a ledger begins with its origin, once", sequence)
        if entry["kind"] == "opened":
            self._origin = body["origin"]
        elif entry["kind"] == "key_named" and self._keys is None:
            self._public = bytes.fromhex(body["public"])
        elif entry["kind"] == "erased":
            self._erased[body["subject"]] = sequence
        elif entry["kind"] == "checkpointed" and (body["size"], body["root"]) != (
            sequence,
            self._frontier.root().hex(),
        ):
            raise Stop(f"entry {sequence} says that another tree was signed than the entries before it give", sequence)
        for part in entry["parts"].values():
            _ = part["id"], part["subject"], part["commit"]
        self._frontier.add(leaf)
        return entry

    def _compare(self, size: int) -> None:
        for root, whose in self._signed.pop(size, ()):
            if root != self._frontier.root():
                raise Stop(f"the first {size} entries are not those of {whose}")

    def _parts(self, connection: Connection, entries: Sequence[dict[str, Any]]) -> None:
        if self._sealed is None:
            return
        named = {
            part["id"]: (entry["sequence"], name, part) for entry in entries for name, part in entry["parts"].items()
        }
        try:
            plain = self._sealed.open_all(connection, named)
        except Broken as error:
            raise Stop(error.text, None, error.remedy) from error
        for part_id, (sequence, name, part) in named.items():
            if part_id not in plain:
                self._closed.append((sequence, name, part["subject"]))
            elif plain[part_id].commit != part["commit"]:
                raise Stop(f'the sealed part "{name}" of entry {sequence} is not the one it was committed to', sequence)
            else:
                self._opened += 1

    def _signatures(self, records: Sequence[Checkpoint]) -> None:
        size = self._frontier.size
        held = [(self._yours, "your checkpoint"), (self._kept, "the checkpoint kept beside the keys")]
        for mine, whose in held:
            if mine is not None and mine.size > size:
                raise Stop(f"the end was cut off: {whose} has {mine.size} entries, the store {size}", size)
        if self._signed:
            raise Stop(f"the end was cut off: {max(self._signed)} entries were signed, the store has {size}", size)
        key = PublicKey(self._origin, self._public)
        for signed, whose in [*held, *((record, "a record of what was signed") for record in records)]:
            if signed is not None and (signed.origin != self._origin or not signed_by(signed, key)):
                raise Stop(f"{whose} was not signed by this ledger", None, "check that it belongs to this store")

    def _erasures(self, connection: Connection) -> None:
        for sequence, name, subject in self._closed:
            if self._erased.get(subject, -1) < sequence:
                raise Stop(f'the sealed part "{name}" of entry {sequence} is gone, and no entry says why', sequence)
            self._accounted += 1
        for subject, erased in self._erased.items():
            query = select(boxes.c.part).where(boxes.c.subject == subject)
            if any(int(row.part.partition(".")[0]) < erased for row in connection.execute(query)):
                raise Stop(f"entry {erased} erased {subject}, but a part of it is there again", erased,
                           "erase it again: an older copy of the store was put back")  # fmt: skip
