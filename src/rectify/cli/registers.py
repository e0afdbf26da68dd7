"""`rectify register`: registers of licensed providers are taken in, listed and compared."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from rectify.cli.opening import face_of, group, opened
from rectify.cli.pack_diff import perhaps
from rectify.cli.show import Face, safe

if TYPE_CHECKING:
    from rectify.steps.register_changes import RegisterChanges

register = group("Registers of licensed providers.")
MOST = 20  # lines of a sort that are shown


@register.command("take")
def take(
    context: typer.Context, file: Annotated[Path, typer.Argument(metavar="FILE", help="YAML, CSV or XLSX.")]
) -> None:
    """Take a register of licensed providers in; what is new, gone or ended is told, and whom that touches."""
    from rectify.steps.keep import take_register
    from rectify.steps.register_changes import touching

    with opened(context) as (face, workspace):
        made = take_register(workspace, file, as_=face.acting)
        changes = touching(workspace, made.before, made.register) if made.before else None
        told = _record(changes) if changes else {}
        face.answer("register taken", {"register": made.register.name, "new": list(made.new), "gone": list(made.gone),
                                       **told})  # fmt: skip
        face.tell(f"Taken  {made.register.name} of {made.register.as_of}: {len(made.register.entries)} entries, "
                  f"{len(made.new)} new, {len(made.gone)} gone")  # fmt: skip
        if made.register.outdated(workspace.now.date()):
            face.warn(
                f"{made.register.name} is too old to be used: no order is searched with it before a newer one comes"
            )
        if changes:
            _told(face, changes, gone="what rested on it is found with the next sweep")


@register.command("list")
def list_(context: typer.Context) -> None:
    """Registers, of when they are, how many entries are valid today, and when they are too old to be used."""
    from datetime import timedelta

    from rectify.rules.register_tables import registers_taken

    with opened(context) as (face, workspace):
        with workspace.ledger.reading() as connection:
            found = registers_taken(connection)
        today = workspace.now.date()
        rows = [(r.name, len(r.entries), sum(entry.valid(today, frozenset()) for entry in r.entries), r.as_of,
                 r.as_of + timedelta(days=r.stale_after_days),
                 "too old: take it in anew" if r.outdated(today) else "in use") for r in found.values()]  # fmt: skip
        face.answer("registers", {"registers": [[str(cell) for cell in row] for row in rows]})
        heads = ("REGISTER", "ENTRIES", "VALID TODAY", "OF", "GOOD UNTIL", "STATE")
        face.table(heads, rows, right=("ENTRIES", "VALID TODAY"))


@register.command("diff")
def diff(
    context: typer.Context,
    old: Annotated[str, typer.Argument(metavar="OLD", help="A file, or the name of a register that was taken in.")],
    new: Annotated[
        str, typer.Argument(metavar="NEW", help="The same; left out, OLD is a file, compared with what was taken in.")
    ] = "",
) -> None:
    """What a version of a register adds, drops and changes, and which accounts and decisions it touches."""
    from rectify.steps.register_changes import changes

    face = face_of(context)
    with perhaps(face) as workspace:
        made = changes(workspace, old, new)
        face.answer("register compared", {"register": made.diff.after.name, **_record(made)})
        face.tell(f"{made.diff.after.name}  of {made.diff.before.as_of} -> of {made.diff.after.as_of}, "
                  f"as of {made.diff.on}", "bold")  # fmt: skip
        _told(face, made)


def _told(face: Face, made: RegisterChanges, gone: str = "") -> None:
    """Entries, then accounts with the decisions about their items."""
    for entry in made.diff.entries[:MOST]:
        face.tell(f"  {entry.change}: {safe(entry.id)}  {safe(entry.name)}" + (f"; {gone}" if gone and entry.change in
                  ("gone", "ended") else ""))  # fmt: skip
        for name, before, after in entry.fields:
            face.tell(f"      {name}: {safe(before) or 'none'} -> {safe(after) or 'none'}")
    _more(face, len(made.diff.entries), "entries")
    for one in made.diff.accounts[:MOST]:
        said = [f"licensed no more in {', '.join(sorted(one.lost))}"] if one.lost else []
        said += [f"licensed now in {', '.join(sorted(one.gained))}"] if one.gained else []
        face.tell(f"  account {safe(one.account)}: {'; '.join(said)}")
        for case in made.of(one.account):
            standing = f", {', '.join(case.measures)} in force" if case.measures else ""
            face.tell(f"      {case.order}  {case.case}: {case.state}{standing}  {safe(case.title[:60])}")
    _more(face, len(made.diff.accounts), "accounts")
    if not made.diff.entries and not made.diff.accounts:
        face.tell("  nothing differs")


def _more(face: Face, n: int, what: str) -> None:
    if n > MOST:
        face.tell(f"  and {n - MOST} more {what}: --json has them all")


def _record(made: RegisterChanges) -> dict[str, Any]:
    return {
        "entries": [{"id": one.id, "name": one.name, "change": str(one.change), "fields": [list(f) for f in one.fields]}
                    for one in made.diff.entries],
        "accounts": [{"account": one.account, "lost": sorted(one.lost), "gained": sorted(one.gained)}
                     for one in made.diff.accounts],
        "touched": [{"account": one.account, "order": one.order, "case": one.case, "state": str(one.state),
                     "measures": list(one.measures)} for one in made.touched],
    }  # fmt: skip
