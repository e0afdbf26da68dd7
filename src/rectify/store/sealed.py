"""Personal parts, sealed under a key of their subject, so that to destroy the key is to erase them (SECURITY.md §5).

A box is nonce (12) and AES-256-GCM over salt (32) and bytes, bound to part, subject and kind. The salt lies inside:
a backup that kept boxes without keys does not even let anybody test a guess against the commitment.
Each subject's key is wrapped by the master key, which is never in the store.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

import rfc8785
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import Connection, delete, func, select

from rectify.store.tables import sealed, subject_keys
from rectify.terms.entry import Json
from rectify.terms.errors import Broken

_NONCE, _SALT, _KEY = 12, 32, 32
_PAGE = 400  # below the number of bound values that every SQLite takes


class Plain(NamedTuple):
    """An opened part: the salt (32 bytes) and the RFC 8785 bytes of its value."""

    salt: bytes
    data: bytes

    @property
    def value(self) -> Json:
        return json.loads(self.data)

    @property
    def commit(self) -> str:
        return commitment(self.salt, self.data)


def commitment(salt: bytes, data: bytes) -> str:
    """SHA-256(0x52, salt of 32 bytes, bytes) in hex: says nothing without the salt."""
    return hashlib.sha256(b"\x52" + salt + data).hexdigest()


class Sealed:
    """Seals and opens parts inside the transaction that is given. Holds the master key (32 bytes)."""

    def __init__(self, master: bytes) -> None:
        if len(master) != _KEY:
            raise Broken("the master key is not 32 bytes long", "put back the key file from its backup")
        self._master = AESGCM(master)

    def seal(self, connection: Connection, part_id: str, subject: str, kind: str, value: Json) -> str:
        """Seals one value; its commitment in hex."""
        sealing = Sealing(self, connection)
        commit = sealing.add(part_id, subject, kind, value)
        sealing.flush()
        return commit

    def open(self, connection: Connection, part_id: str) -> Json | None:
        """The value of a part; None if it was erased. Raises Broken if the box was changed or the master is another."""
        plain = self.open_all(connection, [part_id]).get(part_id)
        return None if plain is None else plain.value

    def open_all(self, connection: Connection, part_ids: Iterable[str]) -> dict[str, Plain]:
        """The parts that are there, by id. Raises Broken if a box was changed or the master key is another."""
        boxes = [row for ids in _pages(list(part_ids))
                 for row in connection.execute(select(sealed).where(sealed.c.part.in_(ids)))]  # fmt: skip
        keys = self._keys(connection, {row.subject for row in boxes})
        return {row.part: _unboxed(keys[row.subject], row) for row in boxes if row.subject in keys}

    def erase(self, connection: Connection, subject: str) -> int:
        """Destroys a subject's key, salts and boxes; how many parts it had. The store's pages are overwritten."""
        connection.execute(delete(subject_keys).where(subject_keys.c.subject == subject))
        return connection.execute(delete(sealed).where(sealed.c.subject == subject)).rowcount

    def count(self, connection: Connection, subject: str) -> int:
        """How many parts a subject has."""
        query = select(func.count()).select_from(sealed).where(sealed.c.subject == subject)
        return int(connection.execute(query).scalar_one())

    def _keys(self, connection: Connection, subjects: set[str]) -> dict[str, AESGCM]:
        found = {}
        for page in _pages(sorted(subjects)):
            for row in connection.execute(select(subject_keys).where(subject_keys.c.subject.in_(page))):
                found[row.subject] = AESGCM(self._unwrapped(row.subject, row.wrapped))
        return found

    def _wrapped(self, subject: str, key: bytes) -> bytes:
        nonce = secrets.token_bytes(_NONCE)
        return nonce + self._master.encrypt(nonce, key, _bound("key", subject))

    def _unwrapped(self, subject: str, wrapped: bytes) -> bytes:
        try:
            return self._master.decrypt(wrapped[:_NONCE], wrapped[_NONCE:], _bound("key", subject))
        except InvalidTag:
            raise Broken(f"the key of {subject} does not open with this master key",
                         "put back the master key that belongs to this store") from None  # fmt: skip


class Sealing:
    """Many parts sealed in one transaction: each subject's key is fetched once, `flush` writes the rows."""

    def __init__(self, seals: Sealed, connection: Connection) -> None:
        self._seals, self._connection = seals, connection
        self._keys: dict[str, AESGCM] = {}
        self._new_keys: list[dict[str, object]] = []
        self._boxes: list[dict[str, object]] = []

    def add(self, part_id: str, subject: str, kind: str, value: Json) -> str:
        """Seals a value (JSON without fractions) and makes the key of a new subject; the commitment in hex."""
        key = self._keys.get(subject) or self._key(subject)
        salt, nonce, data = secrets.token_bytes(_SALT), secrets.token_bytes(_NONCE), rfc8785.dumps(value)
        box = nonce + key.encrypt(nonce, salt + data, _bound(part_id, subject, kind))
        self._boxes.append({"part": part_id, "subject": subject, "kind": kind, "box": box})
        return commitment(salt, data)

    def flush(self) -> None:
        """Writes what was added. After it the keys are fetched anew, so that an erasure in between holds."""
        if self._new_keys:
            self._connection.execute(subject_keys.insert(), self._new_keys)
        if self._boxes:
            self._connection.execute(sealed.insert(), self._boxes)
        self._new_keys, self._boxes, self._keys = [], [], {}

    def _key(self, subject: str) -> AESGCM:
        found = self._seals._keys(self._connection, {subject})
        if subject not in found:
            key = secrets.token_bytes(_KEY)
            found[subject] = AESGCM(key)
            self._new_keys.append({"subject": subject, "wrapped": self._seals._wrapped(subject, key)})
        self._keys[subject] = found[subject]
        return found[subject]


def _unboxed(key: AESGCM, row: object) -> Plain:
    part, subject, kind, box = row.part, row.subject, row.kind, row.box  # type: ignore[attr-defined]
    try:
        opened = key.decrypt(box[:_NONCE], box[_NONCE:], _bound(part, subject, kind))
    except InvalidTag:
        remedy = "find out who wrote to the store; run `rectify ledger verify`"
        raise Broken(f"the sealed part {part} was changed", remedy) from None
    return Plain(opened[:_SALT], opened[_SALT:])


def _bound(*words: str) -> bytes:
    """Associated data: the words with their lengths, so that no two lists give the same bytes."""
    return b"".join(len(data).to_bytes(4, "big") + data for data in (word.encode() for word in words))


def _pages(names: Sequence[str]) -> Iterator[Sequence[str]]:
    return (names[at : at + _PAGE] for at in range(0, len(names), _PAGE))
