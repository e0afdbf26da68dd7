"""Moving versions of packs: a draft goes to shadow, from there in force, and back. Each move is an entry of the ledger.

What lies in the folder of a pack is what a clerk edits, and nobody's but theirs until it is moved. A move takes the
version as it is then: its whole document is kept by its digest, and no later edit reaches it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rectify.rules.pack import Pack
from rectify.rules.pack_tables import (
    DRAFT,
    IN_FORCE,
    REPLACED,
    SHADOW,
    PackMove,
    PackState,
    pack_moves,
    pack_states,
)
from rectify.rules.reader import read_pack
from rectify.screening.trial import run_trials
from rectify.steps.pack_versions import keep_packs, kept
from rectify.terms.entry import HOUSE, Draft, Private
from rectify.terms.errors import RectifyError, Refused, Unknown, nearest
from rectify.terms.person import Person
from rectify.workspace import Workspace

PROMOTE = "promote"  # in the setting another_person
_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Moved:
    """A version that was moved, and the number of the one whose place it took (0 = none).

    `folder` is the version in the pack's folder where that is another one than the one moved; 0 where it is the same.
    """

    pack: Pack
    before: str
    to: str
    instead_of: int = 0
    folder: int = 0


def shadow(workspace: Workspace, name: str, *, as_: str = "") -> Moved:
    """Takes the pack in the folder of a name into shadow: sweeps count what it finds, and nothing follows.

    Raises Faulty with all faults of the pack, Refused where a trial fails, where the version already stands, and where
    its number did not grow though its meaning changed.
    """
    person = workspace.person("pack", as_)
    pack = _read(workspace, name)
    return _moved(workspace, pack, SHADOW, person)


def promote(workspace: Workspace, name: str, *, from_draft: str = "", as_: str = "") -> Moved:
    """Puts the version in shadow in force. `from_draft`: a reason to take the folder's pack without a time in shadow.

    "NAME@VERSION" with a reason takes a version that was kept: the way back to what was in force before. Raises what
    `shadow` does, and Refused where the person who put it into shadow must not be the one, as settings may ask.
    """
    person = workspace.person("promote", as_)
    alone = PROMOTE in workspace.settings.another_person
    name, _, number = name.partition("@")
    reason = from_draft.strip()
    if number:
        pack = _former(workspace, name, number, reason)
    elif reason:
        pack = _read(workspace, name)
    else:
        pack, mover = _in_shadow(workspace, name)
        if alone and mover == person.surrogate:
            raise Refused(
                f"{person.id} put {name} {pack.version} into shadow, and another person puts it in force",
                "another_person in rectify.yaml asks for this",
            )
    if reason and alone:
        raise Refused(
            "another person than the one who wrote a version puts it in force, and nobody looks at one from its folder",
            f"rectify pack shadow {name},  and somebody else:  rectify pack promote {name}",
        )
    return _moved(workspace, pack, IN_FORCE, person, reason)


def withdraw(workspace: Workspace, name: str, reason: str, *, state: str = "", as_: str = "") -> Moved:
    """Takes a version back to draft, for a reason. `state`: shadow or in force, where both stand.

    Without a version in force an own pack is no more used, and a shipped one of its name is in force again. Cases in
    flight and claims stay as they are.
    """
    person = workspace.person("promote", as_)
    stands = [one for one in _states(workspace, name) if one.state in (SHADOW, IN_FORCE) and state in ("", one.state)]
    if not stands:
        where = {SHADOW: "in shadow", IN_FORCE: "in force"}.get(state, "in shadow or in force")
        raise Refused(f"no version of the pack {name} that was moved is {where}", f"rectify pack history {name}")
    if len(stands) > 1:
        told = f"of the pack {name} one version is in shadow and one in force"
        raise Refused(told, "say which:  --shadow  or  --in-force")
    if not reason.strip():
        raise Refused("a version is taken back for a reason", "add --reason")
    return _moved(workspace, _kept(workspace, stands[0]), DRAFT, person, reason.strip())


def history(workspace: Workspace, name: str) -> tuple[list[PackState], list[PackMove]]:
    """The versions of a pack as they stand, and all moves. Raises Unknown for a pack that is not here."""
    with workspace.ledger.reading() as connection:
        states, moves = pack_states(connection, name), pack_moves(connection, name)
    if not moves and name not in workspace.packs():
        raise Unknown(f'no pack is called "{name}"', nearest(name, workspace.packs()))
    return states, moves


def people(workspace: Workspace) -> dict[str, str]:
    """Surrogate -> the name in settings of everybody who ever acted; None of those who were erased."""
    named = workspace.ledger.opened(book=HOUSE, kinds=["person_named"])
    return {str(o.body["person"]): str(o.private["id"]) for o in named if o.private["id"] is not None}


def _states(workspace: Workspace, name: str) -> list[PackState]:
    with workspace.ledger.reading() as connection:
        found = pack_states(connection, name)
    if not found and name not in workspace.packs():
        raise Unknown(f'no pack is called "{name}"', nearest(name, workspace.packs()))
    return found


def _read(workspace: Workspace, name: str) -> Pack:
    """The pack of the operator's own folder. Raises Faulty, and Refused where there is no such folder."""
    own = workspace.own_packs()
    if name not in own:
        if name in workspace.shipped:
            raise Refused(f"{name} is shipped with the program and in force with it",
                          f"to change it:  rectify pack new {name} --from {name}")  # fmt: skip
        raise Unknown(f'no pack of your own is called "{name}"', nearest(name, own))
    pack = read_pack(own[name])
    if pack.name != name:
        raise Refused(f'the pack in {own[name].name} calls itself "{pack.name}"', "give folder and pack one name")
    return pack


def _in_shadow(workspace: Workspace, name: str) -> tuple[Pack, str]:
    """The version in shadow, and the surrogate of who put it there."""
    found = next((one for one in _states(workspace, name) if one.state == SHADOW), None)
    if found is None:
        raise Refused(
            f"no version of the pack {name} is in shadow",
            f"rectify pack shadow {name}   or, in a hurry:  rectify pack promote {name} --from-draft REASON",
        )
    return _kept(workspace, found), found.actor


def _former(workspace: Workspace, name: str, number: str, reason: str) -> Pack:
    """A version that stood once."""
    states = {str(one.version): one for one in _states(workspace, name)}
    if number not in states:
        raise Unknown(f"the pack {name} has no version {number} that was ever moved", nearest(number, states))
    if not reason:
        told = f"{name} {number} is put in force without a time in shadow: that needs a reason"
        raise Refused(told, "add --from-draft REASON")
    return _kept(workspace, states[number])


def _kept(workspace: Workspace, version: PackState) -> Pack:
    """The version as it was kept. Raises Refused where its document was erased, Broken where it was changed."""
    found = kept(workspace, [version.digest]).get(version.digest)
    if found is None:
        told = f"the version {version.version} of the pack {version.pack} is not kept any more"
        raise Refused(told, "move another version; what became of this one:  rectify ledger verify")
    return found


def _moved(workspace: Workspace, pack: Pack, to: str, person: Person, reason: str = "") -> Moved:
    if to != DRAFT:
        _trials_hold(pack)
    with workspace.ledger.writing(workspace.now, person.surrogate) as writing:
        states = pack_states(writing.connection, pack.name)
        before = next((one.state for one in states if one.version == pack.version), DRAFT)
        before = DRAFT if before == REPLACED else before
        if to != DRAFT:
            _may_move(pack, to, states, workspace.shipped.get(pack.name))
        instead = next((one.version for one in states if one.state == to and one.version != pack.version), 0)
        keep_packs(writing, [pack])
        body = {"pack": pack.name, "version": pack.version, "digest": pack.digest, "from": before, "to": to}
        private = {"reason": Private(f"order:{HOUSE}", reason)} if reason else {}
        writing.append(Draft("pack_moved", HOUSE, body, private))
    return Moved(pack, before, to, instead if to != DRAFT else 0, _other_in_folder(workspace, pack))


def _trials_hold(pack: Pack) -> None:
    failed = [str(one) for one in run_trials(pack) if not one.held]
    if failed:
        more = f"; and {len(failed) - _SHOWN} more" if len(failed) > _SHOWN else ""
        told = f"{len(failed)} of {len(pack.trials)} trials of {pack.name} {pack.version} fail"
        raise Refused(f"{told}: {'; '.join(failed[:_SHOWN])}{more}", f"rectify pack trial {pack.name}")


def _may_move(pack: Pack, to: str, states: Sequence[PackState], shipped: Pack | None) -> None:
    """Raises Refused where this very version stands there, or its number did not grow though its meaning changed."""
    stand = {one.digest: one.state for one in states if one.state in (to, IN_FORCE)}
    if shipped and IN_FORCE not in stand.values():
        stand[shipped.digest] = IN_FORCE
    if pack.digest in stand:
        raise Refused(f"{pack.name} {pack.version} is {stand[pack.digest]} already: nothing was changed since",
                      "change it and its version, or leave it")  # fmt: skip
    if any(one.digest == pack.digest for one in states):
        return  # a version that stood before: its number and meaning are known
    highest = max([one.version for one in states] + ([shipped.version] if shipped else []), default=0)
    if pack.version <= highest:
        raise Refused(
            f"the pack {pack.name} says something else than before and still calls itself version {pack.version}",
            f"write  version: {highest + 1}  into its pack.yaml",
        )


def _other_in_folder(workspace: Workspace, pack: Pack) -> int:
    """The version in the folder where it is another one than this; 0 where it is the same, or cannot be read."""
    own = workspace.own_packs()
    if pack.name not in own:
        return 0
    try:
        there = read_pack(own[pack.name], draft=True)
    except RectifyError:  # a draft may be half written: it is nobody's concern here
        return 0
    return there.version if there.digest != pack.digest else 0
