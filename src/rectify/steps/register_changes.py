"""What a new version of a register would change here: entries, accounts, and the cases and measures of these."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from rectify.cases.show import account_of, listed
from rectify.measures.records import load_book
from rectify.rules.register_diff import ChangedAccount, RegisterDiff, compare
from rectify.rules.register_files import read_register
from rectify.rules.register_tables import accounts_bound, registers_taken
from rectify.rules.registers import Register
from rectify.steps.keep import read_bytes
from rectify.terms.case import Case, CaseState
from rectify.terms.claim import Claim
from rectify.terms.errors import Refused, Unknown, nearest
from rectify.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Touched:
    """A decision that was made while the account was, or was not, registered; `measures` are those that stand."""

    account: str
    case: str
    order: str
    state: CaseState
    title: str
    measures: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RegisterChanges:
    """A diff, and what of this workspace it touches."""

    diff: RegisterDiff
    touched: tuple[Touched, ...]

    def of(self, account: str) -> list[Touched]:
        """The decisions about items of an account."""
        return [one for one in self.touched if one.account == account]


def changes(workspace: Workspace | None, before: str, after: str = "") -> RegisterChanges:
    """What differs between two registers, each a file or the name of one that was taken in.

    `after` empty: `before` is a file, compared with the register of its name as it was taken in. Raises Faulty for
    faults of a file, Unknown for a name that stands for nothing, Refused for registers of two names.
    """
    taken = _taken(workspace)
    old, new = (_named(before, taken), _named(after, taken)) if after else _against_taken(before, taken)
    if old.name != new.name:
        raise Refused(f"{old.name} and {new.name} are two registers", "compare two versions of one")
    return touching(workspace, old, new)


def touching(workspace: Workspace | None, before: Register, after: Register) -> RegisterChanges:
    """The changes from one version to another, as of today, with the decisions here that rest on them."""
    if workspace is None:
        return RegisterChanges(compare(before, after, after.as_of), ())
    with workspace.ledger.reading() as connection:
        bound = accounts_bound(connection)
    diff = compare(before, after, workspace.now.date(), bound)
    return RegisterChanges(diff, tuple(_touched(workspace, diff.accounts)))


def _taken(workspace: Workspace | None) -> dict[str, Register]:
    if workspace is None:
        return {}
    with workspace.ledger.reading() as connection:
        return registers_taken(connection)


def _named(text: str, taken: dict[str, Register]) -> Register:
    if text in taken:
        return taken[text]
    path = Path(text)
    if not path.exists():
        raise Unknown(f"{text} is no file, and no register of this name was taken in", nearest(text, taken))
    return read_register(read_bytes(path), text)


def _against_taken(text: str, taken: dict[str, Register]) -> tuple[Register, Register]:
    new = _named(text, {})
    if new.name not in taken:
        raise Unknown(f"no register {new.name} was taken in to compare with", nearest(new.name, taken))
    return taken[new.name], new


def _touched(workspace: Workspace, accounts: Iterable[ChangedAccount]) -> list[Touched]:
    """Decided cases of these accounts: what was spared and is licensed no more, what stands and is licensed now."""
    found: list[Touched] = []
    with workspace.ledger.reading() as connection:
        live: dict[str, list[Claim]] = defaultdict(list)
        for claim in load_book(connection).claims.values() if accounts else ():
            if claim.case and claim.reach and not claim.strike:
                live[claim.case].append(claim)
        for one in accounts:
            surrogate = account_of(connection, one.account, id_key=workspace.keys.id_key)
            cases = listed(workspace.ledger, connection, account=surrogate, limit=100_000) if surrogate else []
            for case in cases:
                measures = tuple(sorted(claim.measure for claim in live[case.id]))
                if _concerned(case, one, measures):
                    found.append(Touched(one.account, case.id, case.order, case.state, case.title, measures))
    return found


def _concerned(case: Case, account: ChangedAccount, measures: tuple[str, ...]) -> bool:
    spared = bool(account.lost) and case.state is CaseState.NO_VIOLATION
    return spared or bool(account.gained and measures)
