"""Keeping: the register of authorities, registers of licensed providers, and which account is whose."""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass
from pathlib import Path

from rectify.cases.gather import account_surrogate
from rectify.intake.authorities import Authority, digest_of, entry_of, read_authorities
from rectify.intake.namesakes import namesakes
from rectify.rules.register_files import read_register
from rectify.rules.register_tables import registers_taken
from rectify.rules.registers import Register, register_json
from rectify.steps.acknowledge import acknowledge_late
from rectify.steps.receive import recount
from rectify.terms.entry import HOUSE, Draft, Private
from rectify.terms.errors import Fault, Faulty, Place, Refused, Unknown, nearest
from rectify.terms.item import Account
from rectify.workspace import Workspace

LARGEST = 64 << 20  # bytes of an order, a register, a checkpoint or what a party wrote


@dataclass(frozen=True, slots=True)
class Taken:
    """A register as it was taken in, and by how much it differs from the one before: ids of entries."""

    register: Register
    new: tuple[str, ...]
    gone: tuple[str, ...]
    before: Register | None = None  # the version that stood until now


def read_bytes(path: Path) -> bytes:
    """The bytes of a file that a person named. Raises Faulty where it cannot be read, is no regular file, or is larger
    than such files.
    """
    try:
        with open(os.open(path, os.O_RDONLY | os.O_NONBLOCK), "rb") as file:  # a pipe must not hold us up
            if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                raise _unreadable(path, "is not a regular file", "save it as a file first")
            data = file.read(LARGEST + 1)
    except (OSError, ValueError) as error:
        told = (getattr(error, "strerror", "") or str(error)).lower()
        raise _unreadable(path, f"cannot be read: {told}") from None
    if len(data) > LARGEST:
        raise _unreadable(path, f"is larger than {LARGEST >> 20} MB")
    return data


def _unreadable(path: Path, what: str, remedy: str = "check the name") -> Faulty:
    return Faulty([Fault(what, Place(file=str(path)), remedy)])


def add_authorities(workspace: Workspace, path: Path, *, as_: str = "") -> list[Authority]:
    """Takes the entries of an authorities.yaml into the register; gives those that are new or changed. Raises Faulty.

    Deadlines that were provisional, because an entry or its holidays were not there, are counted anew; orders that
    waited for their authority are acknowledged.
    """
    person = workspace.person("authority", as_)
    found = read_authorities(read_bytes(path), str(path))
    if faults := namesakes(workspace.authorities, found.entries):
        raise Faulty(faults)
    known = {a.id: digest_of(a) for a in workspace.authorities.entries}
    changed = [a for a in found.entries if known.get(a.id) != digest_of(a)]
    with workspace.ledger.writing(workspace.now, person.surrogate) as writing:
        for authority in changed:
            body = {"authority": authority.id, "digest": digest_of(authority)}
            sealed = {"entry": Private(f"authority:{authority.id}", entry_of(authority))}
            writing.append(Draft("authority_named", HOUSE, body, sealed))
    recount(workspace, person.surrogate)
    acknowledge_late(workspace, person.surrogate)
    return changed


def take_register(workspace: Workspace, path: Path, *, as_: str = "") -> Taken:
    """Takes a register of licensed providers in. Raises Faulty with its faults, Refused for an older one."""
    person = workspace.person("register", as_)
    register = read_register(read_bytes(path), str(path))
    with workspace.ledger.reading() as connection:
        before = registers_taken(connection).get(register.name)
    if before and register.as_of < before.as_of:
        raise Refused(f"the register {register.name} of {before.as_of} was taken in; this one is of {register.as_of}")
    body = {
        "register": register.name, "digest": register.digest, "as_of": register.as_of.isoformat(),
        "stale_after_days": register.stale_after_days, "entries": len(register.entries), "source": register.source,
    }  # fmt: skip
    sealed = {"document": Private(f"authority:{register.name}", register_json(register))}
    with workspace.ledger.writing(workspace.now, person.surrogate) as writing:
        writing.append(Draft("register_taken", HOUSE, body, sealed))
    old, new = ({e.id for e in r.entries} if r else set() for r in (before, register))
    return Taken(register, tuple(sorted(new - old)), tuple(sorted(old - new)), before)


def bind_account(workspace: Workspace, account: str, entry: str, reason: str, *, as_: str = "") -> None:
    """Binds an account ("source/id") to an entry of a register ("register/entry"), with a reason.

    Raises Unknown for an entry that is not there, Refused without a reason.
    """
    person = workspace.person("bind", as_)
    register, _, name = entry.partition("/")
    with workspace.ledger.reading() as connection:
        known = registers_taken(connection)
    if register not in known:
        raise Unknown(f'no register is called "{register}"', nearest(register, known))
    ids = [e.id for e in known[register].entries]
    if name not in ids:
        raise Unknown(f'the register {register} has no entry "{name}"', nearest(name, ids))
    if not reason.strip():
        raise Refused("an account is bound for a reason", "add --reason")
    source, _, number = account.partition("/")
    if not number or source not in workspace.settings.catalogues:
        known_sources = nearest(source, workspace.settings.catalogues)
        raise Refused(f'"{account}" is no account: write CATALOGUE/NUMBER', known_sources)
    with workspace.ledger.writing(workspace.now, person.surrogate) as writing:
        surrogate = account_surrogate(writing, Account(source, number).key, id_key=workspace.keys.id_key)
        subject = f"account:{surrogate}"
        private = {"account_id": Private(subject, account), "reason": Private(subject, reason.strip())}
        body = {"account": surrogate, "register": register, "entry": name}
        writing.append(Draft("account_bound", HOUSE, body, private))
