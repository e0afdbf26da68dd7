"""Lots as they were shown: what is alike is fixed when a person sees it, and decided as it was seen, or not at all.

A shown lot is a small file in `lots/`, named by the digest of its cases and of what they looked like; it holds no more
than these surrogates and digests. So it cannot be changed under its name, and one that is gone is shown anew.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from rectify.cases.decide import lot_of
from rectify.cases.queue import how_many_alike
from rectify.cases.show import current, named_cases
from rectify.screening.findings import keep_bytes
from rectify.steps.decide import decide_lot, like
from rectify.terms.case import Case, CaseState, Decision, Judgement, Lot
from rectify.terms.errors import Refused
from rectify.workspace import Workspace

FOLDER = "lots"
KEPT = 500  # lots that were shown last; who waits longer sees the case again
SHORT = 12  # hexadecimal signs that a person types; six are enough where they name one lot
_HEAD, _LEAST, _TOLD = "lot-", 6, 5


@dataclass(frozen=True, slots=True)
class ShownLot:
    """Cases that are alike, as they are shown: the one in hand first. `digest` is what a decision names.

    `of` is how many are alike in all: a lot holds fifty of them at most.
    """

    lot: Lot
    cases: tuple[Case, ...]
    of: int

    @property
    def digest(self) -> str:
        """The beginning of the lot's digest."""
        return self.lot.id.removeprefix(_HEAD)[:SHORT]


def show(workspace: Workspace, case: str) -> ShownLot | None:
    """The open cases that are like an open one, kept as they are shown; None where it is alone, or decided.

    Raises Unknown for a case that is not there.
    """
    seen = like(workspace, case)
    if case not in seen or len(seen) < 2:
        return None
    with workspace.ledger.reading() as connection:
        found = named_cases(workspace.ledger, connection, list(seen))
        in_all = how_many_alike(connection, case)
    lot = lot_of(seen)
    with suppress(OSError):  # who may only read is shown the lot all the same
        _keep(workspace.path(FOLDER), lot, seen)
    return ShownLot(lot, tuple(found), in_all)


def decide(
    workspace: Workspace, case: str, digest: str, judgement: Judgement, reason: str, *, as_: str = ""
) -> tuple[Lot, list[Decision]]:
    """A person decides exactly the cases of the lot that was shown with a case, for one reason; all of it or nothing.

    Raises Refused for a lot that was not shown with this case, and where one of its cases was seen anew or decided.
    """
    workspace.person("lot", as_)
    seen = shown(workspace, case, digest)
    if changed := _changed(workspace, seen):
        more = f", and {len(changed) - _TOLD} more" if len(changed) > _TOLD else ""
        told = f"{len(changed)} of {len(seen)} cases are not as they were shown: {', '.join(changed[:_TOLD])}{more}"
        raise Refused(f"{told}. Nothing was decided", f"see what is alike now:  rectify cases show {case}")
    return decide_lot(workspace, seen, judgement, reason, as_=as_)


def shown(workspace: Workspace, case: str, digest: str) -> Mapping[str, str]:
    """The cases of a lot by as much of its digest as tells it from others: case -> what was seen. Raises Refused."""
    start = digest.removeprefix(_HEAD)
    kept = _kept(workspace.path(FOLDER), start) if len(start) >= _LEAST and start.isalnum() else {}
    found = [seen for seen in kept.values() if case in seen]
    if len(found) > 1:
        raise Refused(f'{len(found)} lots begin with "{start}"', "give more of the digest")
    if found:
        return found[0]
    if kept:
        raise Refused(f"the case {case} is not in the lot {start}", f"see its own:  rectify cases show {case}")
    seen = like(workspace, case)
    if len(start) >= _LEAST and len(seen) > 1 and lot_of(seen).id.startswith(_HEAD + start):
        return seen
    raise Refused(f'no lot "{digest}" was shown with the case {case}', f"see what is alike:  rectify cases show {case}")


def _changed(workspace: Workspace, seen: Mapping[str, str]) -> list[str]:
    """What became of cases since they were shown, in words."""
    found = []
    with workspace.ledger.reading() as connection:
        for case, before in seen.items():
            row = current(connection, case)
            if row.seen != before:
                found.append(f"{case} was seen anew")
            elif row.state != CaseState.OPEN:
                found.append(f"{case} was decided")
    return found


def _keep(folder: Path, lot: Lot, seen: Mapping[str, str]) -> None:
    folder.mkdir(exist_ok=True)
    keep_bytes(folder / f"{lot.id}.json", json.dumps(dict(seen)).encode())
    kept = sorted(folder.glob(f"{_HEAD}*.json"), key=lambda path: path.stat().st_mtime_ns)
    for old in kept[:-KEPT]:
        old.unlink(missing_ok=True)


def _kept(folder: Path, start: str) -> dict[str, Mapping[str, str]]:
    """Lots that begin so; a file that does not hold what its name says is none."""
    found = {}
    for path in folder.glob(f"{_HEAD}{start}*.json"):
        with suppress(OSError, ValueError, AttributeError, Refused):
            seen = json.loads(path.read_text(encoding="utf-8"))
            if lot_of(seen).id == path.stem:
                found[path.stem] = seen
    return found
