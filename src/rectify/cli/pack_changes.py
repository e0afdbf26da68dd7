"""`rectify pack shadow`, `promote`, `withdraw`, `history`: changing what orders are searched with, step by step."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from rectify.cli.opening import opened
from rectify.cli.show import Face, safe

if TYPE_CHECKING:
    from rectify.rules.pack import Pack
    from rectify.steps.pack_moves import Moved
    from rectify.workspace import FolderPacks, Workspace

Own = Annotated[str, typer.Argument(metavar="NAME", help="A pack of your own, by name.")]


def shadow(context: typer.Context, name: Own) -> None:
    """Try a version beside what is in force: sweeps count what it finds, and open no case."""
    from rectify.steps.pack_moves import shadow as moved

    with opened(context) as (face, workspace):
        made = moved(workspace, name, as_=face.acting)
        _told(face, made)
        face.tell(f"Next      rectify sweep ORDER   then   rectify pack promote {made.pack.name}")


def promote(
    context: typer.Context,
    name: Annotated[
        str, typer.Argument(metavar="NAME", help="A pack by name; NAME@VERSION is one that was moved before.")
    ],
    from_draft: Annotated[
        str, typer.Option("--from-draft", metavar="REASON", help="Without a time in shadow, for this reason.")
    ] = "",
) -> None:
    """Put the version in shadow in force: orders are searched with it from now on; cases in flight keep theirs."""
    from rectify.steps.pack_moves import promote as moved

    with opened(context) as (face, workspace):
        made = moved(workspace, name, from_draft=from_draft, as_=face.acting)
        _told(face, made)
        if made.folder:
            face.warn(f"the folder of {made.pack.name} holds version {made.folder} by now, which was not moved")


def withdraw(
    context: typer.Context,
    name: Own,
    reason: Annotated[str, typer.Option("--reason", "-r", help="Why.")] = "",
    shadow: Annotated[bool, typer.Option("--shadow", help="The version in shadow.")] = False,
    in_force: Annotated[bool, typer.Option("--in-force", help="The version in force.")] = False,
) -> None:
    """Take a version back to draft: no order is searched with it any more. What was decided stays."""
    from rectify.rules.pack_tables import IN_FORCE, SHADOW
    from rectify.steps.pack_moves import withdraw as moved

    if shadow and in_force:
        raise typer.BadParameter("one of them at a time", param_hint="--shadow, --in-force")
    state = SHADOW if shadow else IN_FORCE if in_force else ""
    with opened(context) as (face, workspace):
        made = moved(workspace, name, reason, state=state, as_=face.acting)
        _told(face, made)
        if made.before == IN_FORCE:
            shipped = workspace.shipped.get(made.pack.name)
            left = f"the shipped version {shipped.version} is in force again" if shipped else "none is in force now"
            face.tell(f"In force  {left}")


def _told(face: Face, made: Moved) -> None:
    pack = made.pack
    face.answer("pack moved", {"pack": pack.name, "version": pack.version, "digest": pack.digest, "from": made.before,
                               "to": made.to, "instead_of": made.instead_of or None})  # fmt: skip
    instead = f", instead of version {made.instead_of}" if made.instead_of else ""
    face.tell(f"Moved     {pack.name} {pack.version} from {made.before} to {made.to}{instead}   {pack.digest[:12]}")


def history(context: typer.Context, name: Own) -> None:
    """Where the versions of a pack stand, and who moved them there, when and why."""
    from rectify.steps.pack_moves import history as told
    from rectify.steps.pack_moves import people

    with opened(context) as (face, workspace):
        states, moves = told(workspace, name)
        names = people(workspace)
        told_moves = [{"version": one.version, "digest": one.digest, "from": one.before, "to": one.to, "at": one.at,
                       "by": names.get(one.actor, one.actor), "reason": one.reason} for one in moves]  # fmt: skip
        face.answer("pack history", {"pack": name, "shipped": _shipped(workspace, name), "moves": told_moves,
                                     "versions": [{"version": one.version, "digest": one.digest, "state": one.state}
                                                  for one in states]})  # fmt: skip
        if version := _shipped(workspace, name):
            face.tell(f"Shipped   {name} {version}, in force unless another version is")
        rows = [(one["at"], one["version"], str(one["digest"])[:12], f"{one['from']} -> {one['to']}", one["by"],
                 safe(str(one["reason"]))) for one in told_moves]  # fmt: skip
        face.table(("WHEN", "VERSION", "DIGEST", "MOVED", "BY", "WHY"), rows, right=("VERSION",),
                   empty="Never moved: a draft." if name in workspace.own_packs() else "Never moved.")  # fmt: skip
        for one in states:
            face.tell(f"Version   {one.version} is {one.state}")


def _shipped(workspace: Workspace, name: str) -> int:
    return workspace.shipped[name].version if name in workspace.shipped else 0


def states_told(face: Face, packs: list[Pack]) -> dict[str, str]:
    """Digest of a pack as it was read -> where it stands; outside a workspace what is not shipped is a draft."""
    from rectify.settings import FILE
    from rectify.terms.errors import RectifyError
    from rectify.workspace import FolderPacks, open_workspace, pack_folders

    shipped = FolderPacks(pack_folders())
    states: dict[str, str] = {}
    if (face.folder / FILE).is_file():
        from rectify.rules.pack_tables import pack_states

        try:
            with open_workspace(face.folder, lambda: face.now) as workspace, workspace.ledger.reading() as connection:
                states = {one.digest: one.state for one in pack_states(connection)}
        except RectifyError:  # what only looks at a pack does not ask for a whole workspace
            states = {}
    return {
        one.digest: states.get(one.digest) or ("shipped" if _is_shipped(shipped, one) else "draft") for one in packs
    }


def _is_shipped(shipped: FolderPacks, pack: Pack) -> bool:
    return pack.name in shipped and shipped[pack.name].digest == pack.digest


def say_draft(face: Face, pack: Pack) -> None:
    """Says of a pack that only looks with it, where no order would be searched with this version."""
    state = states_told(face, [pack])[pack.digest]
    if state not in ("shipped", "in force"):
        told = {"draft": "a draft", "shadow": "in shadow", "replaced": "replaced by another version"}[state]
        face.say(f"note: {pack.name} {pack.version} is {told}: no order is searched with it")
