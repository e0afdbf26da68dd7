"""A version of a pack by what a person types: a name, a folder, NAME@in-force, NAME@shadow, NAME@3, or a digest."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from rectify.rules.pack import Pack
from rectify.rules.pack_tables import IN_FORCE, SHADOW, digests_kept, packs_kept, versions_kept
from rectify.rules.reader import read_pack
from rectify.steps.pack_versions import packs_standing
from rectify.terms.errors import Refused, Unknown, nearest
from rectify.workspace import FolderPacks, Workspace, pack_folders

FORCE, TRIED, SHIPPED = "in-force", "shadow", "shipped"  # behind the @
_DIGEST = re.compile(r"[0-9a-f]{6,64}\Z")


def pack_version(workspace: Workspace | None, own: Path, text: str) -> Pack:
    """The version that a text names. `own`: the folder of the operator's packs; without a workspace only names,
    folders and NAME@shipped are known.

    A name alone is the pack as its folder is now. Raises Faulty for a folder with faults, Unknown with the nearest
    name, Refused where no version stands there.
    """
    folders = pack_folders(own)
    name, at, which = text.rpartition("@")
    if at and name:
        return _of_name(workspace, name, which)
    if text in folders:
        return read_pack(folders[text], draft=True)
    path = Path(text).parent if Path(text).name == "pack.yaml" else Path(text)
    if path.joinpath("pack.yaml").is_file():
        return read_pack(path, draft=True)
    if workspace and _DIGEST.match(text):
        return _of_digest(workspace, text)
    raise Unknown(
        f'no pack is called "{text}"', nearest(text, folders) or "NAME, NAME@in-force, NAME@shadow, NAME@3, or a folder"
    )


def _of_name(workspace: Workspace | None, name: str, which: str) -> Pack:
    shipped = workspace.shipped if workspace else FolderPacks(pack_folders())
    if which == SHIPPED:
        return _there(shipped, name, "shipped")
    if workspace is None:
        raise Refused(f"{name}@{which} is a version of a workspace, and there is none here", "rectify -w FOLDER ...")
    stands = packs_standing(workspace)
    if which == FORCE:
        return _there(stands.in_force, name, IN_FORCE)
    if which == TRIED:
        return _there(stands.shadow, name, SHADOW)
    with workspace.ledger.reading() as connection:
        versions = {str(version): digest for version, digest in versions_kept(connection, name)}
        if which in versions:
            return packs_kept(connection, [versions[which]])[versions[which]]
    for pack in (shipped.get(name), _drafted(workspace, name)):
        if pack and str(pack.version) == which:
            return pack
    raise Unknown(f'the pack {name} has no version "{which}" that was kept', nearest(which, [*versions, FORCE, TRIED]))


def _drafted(workspace: Workspace, name: str) -> Pack | None:
    own = workspace.own_packs()
    return read_pack(own[name], draft=True) if name in own else None


def _there(packs: Mapping[str, Pack], name: str, state: str) -> Pack:
    if name not in packs:
        where = "in shadow" if state == SHADOW else state
        raise Refused(f"no version of the pack {name} is {where}", f"rectify pack history {name}")
    return packs[name]


def _of_digest(workspace: Workspace, start: str) -> Pack:
    with workspace.ledger.reading() as connection:
        kept = sorted(digest for digest in digests_kept(connection) if digest.startswith(start))
        if len(kept) > 1:
            raise Refused(f"{len(kept)} kept versions begin with {start}", "give more of the digest")
        if kept:
            return packs_kept(connection, kept)[kept[0]]
    raise Unknown(f"no version is kept whose digest begins with {start}", "rectify pack history NAME")
