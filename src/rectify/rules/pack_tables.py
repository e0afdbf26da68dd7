"""Where versions of packs stand, who moved them there, and the versions themselves, as tables filled from the ledger.

A version that went to shadow or in force, or that an order was searched with, is kept whole by its digest: sweeps,
cases in flight and letters use it, whatever its folder says by now.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import Column, Connection, Integer, MetaData, String, Table, Text, select

from rectify.rules.pack import Pack
from rectify.rules.packing import kept_pack
from rectify.store.instants import instant
from rectify.terms.entry import Json, Opened
from rectify.terms.errors import Broken

DRAFT, SHADOW, IN_FORCE = "draft", "shadow", "in force"
REPLACED = "replaced"  # another version has its place: follows from the moves, and is the state of no entry
_PAGE = 400  # below the number of bound values that every database takes

metadata = MetaData()

states = Table(
    "packs_states",
    metadata,
    Column("pack", String, primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("book", String, nullable=False),
    Column("digest", String, nullable=False),
    Column("state", String, nullable=False),
    Column("actor", String, nullable=False),
    Column("at", String, nullable=False),
)

moves = Table(
    "packs_moves",
    metadata,
    Column("sequence", Integer, primary_key=True, autoincrement=False),
    Column("book", String, nullable=False),
    Column("pack", String, nullable=False, index=True),
    Column("version", Integer, nullable=False),
    Column("digest", String, nullable=False),
    Column("before", String, nullable=False),
    Column("to", String, nullable=False),
    Column("reason", Text),  # NULL where none was given, or once erased
    Column("actor", String, nullable=False),
    Column("at", String, nullable=False),
)

kept = Table(
    "packs_kept",
    metadata,
    Column("digest", String, primary_key=True),
    Column("book", String, nullable=False),
    Column("pack", String, nullable=False),
    Column("version", Integer, nullable=False),
    Column("document", Text),  # JSON of packing.kept_document; NULL once erased
)


@dataclass(frozen=True, slots=True)
class PackState:
    """Where a version of a pack stands: draft, shadow, in force, replaced; who moved it last, when (RFC 3339 UTC)."""

    pack: str
    version: int
    digest: str
    state: str
    actor: str
    at: str


@dataclass(frozen=True, slots=True)
class PackMove:
    """One move of a version: from one state to another, by whom, when (RFC 3339 UTC), and why if it was said."""

    pack: str
    version: int
    digest: str
    before: str
    to: str
    reason: str
    actor: str
    at: str


class PacksTable:
    """The projection of `pack_moved` and `pack_kept`. One version of a pack is in force, one in shadow."""

    name = "packs"
    metadata = metadata
    kinds = frozenset({"pack_moved", "pack_kept"})

    def apply(self, connection: Connection, opened: Opened) -> None:
        """Takes in one entry."""
        entry, body = opened.entry, opened.body
        row: dict[str, Json] = {name: body[name] for name in ("pack", "version", "digest")} | {"book": entry.book}
        if entry.kind == "pack_kept":
            document = opened.private.get("document")
            row["document"] = None if document is None else json.dumps(document, ensure_ascii=False, sort_keys=True)
            connection.execute(kept.delete().where(kept.c.digest == body["digest"]))
            connection.execute(kept.insert().values(row))
            return
        row |= {"actor": entry.actor, "at": instant(entry.at)}
        told = {"sequence": entry.sequence, "before": body["from"], "reason": opened.private.get("reason")}
        connection.execute(moves.insert().values(row | told | {"to": body["to"]}))
        if body["to"] != DRAFT:
            place = (states.c.pack == body["pack"]) & (states.c.state == body["to"])
            connection.execute(states.update().where(place).values(state=REPLACED))
        same = (states.c.pack == body["pack"]) & (states.c.version == body["version"])
        connection.execute(states.delete().where(same))
        connection.execute(states.insert().values(row | {"state": body["to"]}))


def pack_states(connection: Connection, pack: str = "") -> list[PackState]:
    """All versions (of one pack) that were ever moved, by name and version."""
    query = select(states).order_by(states.c.pack, states.c.version)
    rows = connection.execute(query.where(states.c.pack == pack) if pack else query)
    return [PackState(r.pack, r.version, r.digest, r.state, r.actor, r.at) for r in rows]


def pack_moves(connection: Connection, pack: str) -> list[PackMove]:
    """All moves of a pack's versions, the first one first."""
    rows = connection.execute(select(moves).where(moves.c.pack == pack).order_by(moves.c.sequence))
    return [PackMove(r.pack, r.version, r.digest, r.before, r.to, r.reason or "", r.actor, r.at) for r in rows]


def digests_kept(connection: Connection) -> frozenset[str]:
    """Digests of all versions that are kept and not erased."""
    return frozenset(connection.execute(select(kept.c.digest).where(kept.c.document.is_not(None))).scalars())


def versions_kept(connection: Connection, pack: str) -> list[tuple[int, str]]:
    """(version, digest) of all kept versions of a pack, the lowest first."""
    query = select(kept.c.version, kept.c.digest).where(kept.c.pack == pack, kept.c.document.is_not(None))
    return [(row.version, row.digest) for row in connection.execute(query.order_by(kept.c.version, kept.c.digest))]


def packs_kept(connection: Connection, digests: Collection[str]) -> dict[str, Pack]:
    """Digest -> the kept version, of those that are. Raises Broken for one that is not what its digest says."""
    found: dict[str, Pack] = {}
    for page in _pages(sorted(set(digests))):
        query = select(kept.c.digest, kept.c.document).where(kept.c.digest.in_(page), kept.c.document.is_not(None))
        for row in connection.execute(query):
            pack = kept_pack(json.loads(row.document))
            if pack.digest != row.digest:
                raise Broken(f"the pack {pack.name} {pack.version} is kept under another digest than its own",
                             "rectify ledger verify")  # fmt: skip
            found[row.digest] = pack
    return found


def _pages(names: Sequence[str]) -> Iterator[Sequence[str]]:
    return (names[start : start + _PAGE] for start in range(0, len(names), _PAGE))
