"""Which versions of packs stand: what orders are searched with, what is tried beside it, what is only a draft.

A shipped pack is in force with its release until a version of the operator's own is put in force under its name. An own
pack is a draft until somebody moves it. What stands is read from the ledger, never from the folder that a clerk edits.
"""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Collection, Iterable, Mapping
from contextlib import nullcontext
from dataclasses import dataclass, field
from typing import cast

from sqlalchemy import Connection

from rectify.ledger.ledger import Writing
from rectify.rules.pack import Pack
from rectify.rules.pack_tables import IN_FORCE, SHADOW, PackState, digests_kept, pack_states, packs_kept
from rectify.rules.packing import kept_document
from rectify.terms.entry import HOUSE, Draft, Private
from rectify.terms.errors import Broken, Refused
from rectify.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Standing:
    """The packs by name: in force, in shadow; and the names of own packs of which no version is either."""

    in_force: Mapping[str, Pack]
    shadow: Mapping[str, Pack] = field(default_factory=dict)
    drafts: frozenset[str] = frozenset()

    def check_drafts(self, names: Iterable[str]) -> None:
        """Raises Refused where one of these packs is a draft: no order is searched with what nobody put in force."""
        if drafts := [name for name in dict.fromkeys(names) if name in self.drafts]:
            told = f"the pack {drafts[0]} is a draft" if len(drafts) == 1 else f"{', '.join(drafts)} are drafts"
            raise Refused(
                f"{told}: an order is searched with what is in force",
                f"rectify pack shadow {drafts[0]}   and then   rectify pack promote {drafts[0]}",
            )


def packs_standing(workspace: Workspace, connection: Connection | None = None) -> Standing:
    """The packs as they stand now. Raises Broken where a version that stands is not kept any more.

    `connection`: that of a writing that is open, inside of which nothing else can read.
    """
    with nullcontext(connection) if connection else workspace.ledger.reading() as read:
        states = [one for one in pack_states(read) if one.state in (IN_FORCE, SHADOW)]
        held = packs_kept(read, [one.digest for one in states])
    in_force = overlaid(_named(states, held, IN_FORCE), workspace.shipped)
    shadow = _named(states, held, SHADOW)
    drafts = frozenset(name for name in workspace.own_packs() if name not in in_force and name not in shadow)
    return Standing(in_force, shadow, drafts)


def overlaid(upper: Mapping[str, Pack], lower: Mapping[str, Pack]) -> Mapping[str, Pack]:
    """Packs of both by name, the upper one where both have it. A lower one is not read before it is asked for."""
    return ChainMap(dict(upper), cast("dict[str, Pack]", lower))  # only ever looked up


def _named(states: Iterable[PackState], held: Mapping[str, Pack], state: str) -> dict[str, Pack]:
    found = {}
    for one in states:
        if one.state == state:
            if one.digest not in held:
                told = f"the version {one.version} of the pack {one.pack} is {state} and not kept any more"
                raise Broken(told, f"move another one:  rectify pack promote {one.pack} --from-draft REASON")
            found[one.pack] = held[one.digest]
    return found


def as_in_folders(workspace: Workspace) -> Standing:
    """All packs as their folders are now, for what only looks (`run`): own ones stand before shipped ones."""
    return Standing(workspace.packs())


def keep_packs(writing: Writing, packs: Iterable[Pack]) -> None:
    """Keeps versions whole, each once. One without a digest is built in, and the same for ever."""
    known = digests_kept(writing.connection)
    for pack in {pack.digest: pack for pack in packs if pack.digest and pack.digest not in known}.values():
        body = {"pack": pack.name, "version": pack.version, "digest": pack.digest}
        private = {"document": Private(f"order:{HOUSE}", kept_document(pack))}
        writing.append(Draft("pack_kept", HOUSE, body, private))


def kept(workspace: Workspace, digests: Collection[str]) -> dict[str, Pack]:
    """Digest -> version, of those that are kept. Raises Broken for one that is not what its digest says."""
    with workspace.ledger.reading() as connection:
        return packs_kept(connection, digests) if digests else {}
