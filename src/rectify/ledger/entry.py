"""An entry as bytes: checked against its kind, canonical (RFC 8785), hashed as a leaf (RFC 6962), read for ever."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Mapping
from typing import Any

import rfc8785

from rectify.store.instants import instant, parse_instant
from rectify.terms.entry import HOUSE, Draft, Entry, Json
from rectify.terms.errors import Broken, nearest
from rectify.terms.kinds import KINDS

__all__ = [
    "UPCASTERS",
    "VERSIONS",
    "check",
    "fields",
    "instant",
    "leaf_hash",
    "parse_instant",
    "plain",
    "read",
    "write",
]

# Kind -> version written today, where it is not 1.
VERSIONS: dict[str, int] = {}
# (kind, version) -> a function that gives the body and the parts of the next version. Entries live for ever.
Upcaster = Callable[[dict[str, Json], dict[str, Any]], tuple[dict[str, Json], dict[str, Any]]]
UPCASTERS: dict[tuple[str, int], Upcaster] = {}

_BOOK = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:/-]{0,127}\Z")
_SUBJECT = re.compile(r"(account|person|order|authority):[^\s]{1,128}\Z")
_SAFE = 2**53 - 1
_FIELDS = frozenset(
    ["sequence", "book", "book_sequence", "previous", "at", "kind", "version", "actor", "body", "parts"]
)


def leaf_hash(data: bytes) -> bytes:
    """The leaf of an entry's bytes: SHA-256(0x00, bytes), 32 bytes (RFC 6962 2.1)."""
    return hashlib.sha256(b"\x00" + data).digest()


def write(entry: Entry) -> bytes:
    """The RFC 8785 bytes of an entry: what its leaf is the hash of."""
    return rfc8785.dumps(
        {
            "sequence": entry.sequence,
            "book": entry.book,
            "book_sequence": entry.book_sequence,
            "previous": entry.previous,
            "at": instant(entry.at),
            "kind": entry.kind,
            "version": entry.version,
            "actor": entry.actor,
            "body": entry.body,
            "parts": entry.parts,
        }
    )


def fields(data: bytes | str) -> dict[str, Any]:
    """The fields of an entry's bytes as they were written, of any version. Raises ValueError if not RFC 8785."""
    try:
        found = json.loads(data)
        if not isinstance(found, dict) or found.keys() != _FIELDS:
            raise ValueError("it has not the fields of an entry")
        if rfc8785.dumps(found) != (data.encode() if isinstance(data, str) else data):
            raise ValueError("it is not written as RFC 8785 asks")
    except (RecursionError, UnicodeEncodeError) as error:
        raise ValueError("it is no JSON that an entry could be") from error
    return found


def read(data: bytes | str) -> Entry:
    """The entry of its bytes, brought to the version that is written today.

    Raises ValueError for bytes that are no entry, Broken for an entry of a newer version than this program knows.
    """
    found = json.loads(data)
    if not isinstance(found, dict) or found.keys() != _FIELDS:
        raise ValueError("it has not the fields of an entry")
    kind, version, body, parts = found["kind"], found["version"], found["body"], found["parts"]
    while (kind, version) in UPCASTERS:
        body, parts = UPCASTERS[kind, version](body, parts)
        version += 1
    if kind not in KINDS or version > VERSIONS.get(kind, 1):
        raise Broken(f'entry {found["sequence"]} is a "{kind}" of version {version}, which this program does not know',
                     "install the newer version of Rectify")  # fmt: skip
    return Entry(found["sequence"], found["book"], found["book_sequence"], found["previous"],
                 parse_instant(found["at"]), kind, version, found["actor"], body, parts)  # fmt: skip


def check(draft: Draft) -> None:
    """Raises Broken when a draft does not say what its kind says: a programmer's fault, told with the nearest name."""
    kind = KINDS.get(draft.kind)
    if kind is None:
        raise Broken(f'no kind of entry is called "{draft.kind}"', nearest(draft.kind, KINDS))
    if kind.house != (draft.book == HOUSE):
        whose = "the house's book" if kind.house else "an order's book"
        raise Broken(f'"{draft.kind}" belongs to {whose}, not to "{draft.book}"')
    if not _BOOK.match(draft.book):
        raise Broken(f"{draft.book!r} is no name of a book", "letters, digits and . _ : / -, at most 128")
    if missing := sorted(kind.required - draft.body.keys()):
        raise Broken(f'"{draft.kind}" lacks: {", ".join(missing)}')
    _known(draft.kind, "field", draft.body, kind.allowed)
    _known(draft.kind, "private part", draft.private, frozenset(kind.private))
    for name, part in draft.private.items():
        if not _SUBJECT.match(part.subject):
            told = f'{part.subject!r} is no subject for "{draft.kind}.{name}"'
            raise Broken(told, "begin it with account:, person:, order: or authority:")


def _known(kind: str, what: str, given: Mapping[str, object], allowed: frozenset[str]) -> None:
    for name in given:
        if name not in allowed:
            raise Broken(f'"{kind}" has no {what} "{name}"', nearest(name, allowed))


def plain(value: Json, place: str) -> Json:
    """The value as JSON would give it back: dicts, lists, text, whole numbers, yes, no, nothing.

    So that what a projection sees at once is what it sees after years. Raises Broken, naming the place, for a number
    with a fraction or above 2^53 (write it as text), a name that is not text, half a character, and anything else.
    """
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        if not value.isascii():
            try:
                value.encode()
            except UnicodeEncodeError:
                raise Broken(f"{place} holds half a character (a lone surrogate)", "repair the text first") from None
        return str(value)
    if isinstance(value, int):
        if abs(value) > _SAFE:
            raise Broken(f"{place} is a number beyond 2^53", "write it as text")
        return int(value)
    if isinstance(value, Mapping):
        if odd := [name for name in value if not isinstance(name, str)]:
            raise Broken(f"{place} has a name that is not text: {odd[0]!r}")
        return {str(name): plain(inner, f"{place}.{name}") for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [plain(inner, f"{place}.{at}") for at, inner in enumerate(value)]
    raise Broken(f"{place} is a {type(value).__name__}, which an entry cannot hold", "write it as text")
