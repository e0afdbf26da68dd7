"""`rectify pack diff`: what another version of a pack would do, before anybody puts it in force."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from rectify.cli.opening import Columns, NoWorkspace, columns_of, face_of, one_of
from rectify.cli.progress import counting
from rectify.cli.show import Face, counted, safe
from rectify.terms.errors import Refused
from rectify.terms.item import Kind

if TYPE_CHECKING:
    from rectify.rules.pack import Pack
    from rectify.steps.pack_diff import Diff, Example, Rows
    from rectify.workspace import Workspace

VERSION = "A pack's name, its folder, NAME@in-force, NAME@shadow, NAME@3, NAME@shipped, or a digest."


def diff(
    context: typer.Context,
    before: Annotated[str, typer.Argument(metavar="A", help=VERSION)],
    after: Annotated[
        str, typer.Argument(metavar="B", help="The same; if left out, A is NAME@in-force and B the folder of NAME.")
    ] = "",
    on: Annotated[
        str, typer.Option("--on", metavar="SWEEP|FILE", help="An order that was swept, or a file; else the last sweep.")
    ] = "",
    out: Annotated[
        Path | None, typer.Option("--out", "-o", help="Write every row that changes: .csv or .jsonl.")
    ] = None,
    kind: Annotated[str, typer.Option(help="What the rows of a file are, where no column says it.")] = "",
    order: Annotated[Path | None, typer.Option(help="For a file: an order file whose products are sought.")] = None,
    map_: Columns = None,
) -> None:
    """What B would find that A does not, and the other way round, on the same rows; nothing is changed by it."""
    from rectify.steps.pack_diff import diff as compared
    from rectify.steps.places import file_for

    face = face_of(context)
    one_of("--kind", kind, Kind)
    told = columns_of(map_)
    with perhaps(face) as workspace:
        first, second = _versions(face, workspace, before, after)
        rows = _rows(face, workspace, first, on, kind, told, order)
        file = file_for(out, [Path(on)] if on and Path(on).is_file() else []) if out else None
        with counting(face, "diff") as bar:
            made = compared(workspace, first, second, rows, out=file, progress=bar)
    face.answer("pack diff", _as_json(made, str(file) if file else ""))
    _show(face, made)
    if file:
        face.tell(f"Rows      {file}")


@contextmanager
def perhaps(face: Face) -> Iterator[Workspace | None]:
    """The workspace of this call, if there is one: a file is compared without, too."""
    from rectify.settings import FILE
    from rectify.workspace import open_workspace

    if not (face.folder / FILE).is_file():
        yield None
        return
    with open_workspace(face.folder, lambda: face.now) as workspace:
        yield workspace


def _versions(face: Face, workspace: Workspace | None, before: str, after: str) -> tuple[Pack, Pack]:
    from rectify.steps.pack_named import FORCE, pack_version

    own = face.folder / "packs"
    if not after:
        before, after = f"{before}@{FORCE}", before
    return pack_version(workspace, own, before), pack_version(workspace, own, after)


def _rows(
    face: Face, workspace: Workspace | None, pack: Pack, on: str, kind: str, told: dict[str, str], order: Path | None
) -> Rows:
    from rectify.cli.packs import named_in
    from rectify.steps.orders import book_of
    from rectify.steps.pack_diff import last_swept, rows_of_file, rows_of_sweep

    if on and Path(on).is_file():
        products = named_in(face, order)
        return rows_of_file(workspace, Path(on), pack, face.now.date(), kind=kind, told=told, products=products)
    if workspace is None:
        if on:
            raise Refused(f"there is no file {on}, and no workspace here whose orders could be called so", "--on FILE")
        raise NoWorkspace("there is no workspace here, so that there is no last sweep", "name rows:  --on FILE")
    if kind or told or order:
        raise Refused("--kind, --map and --order are for a file; a sweep has its own", "--on FILE")
    return rows_of_sweep(workspace, book_of(workspace, on) if on else last_swept(workspace))


def _show(face: Face, made: Diff) -> None:
    from rectify.screening.compare import Change

    for note in made.notes:
        face.say(f"note: {safe(note)}")
    for warning in made.warnings:
        face.warn(warning)
    face.tell(f"{_name(made.before)}  ->  {_name(made.after)}   on {safe(made.on)}, as of {made.as_of}", "bold")
    aside = f"   set aside {made.set_aside:,}" if made.set_aside else ""
    face.tell(f"Seen {made.rows:,}{aside}")
    for change in Change:
        face.tell(f"{str(change).capitalize():<17} {made.changes.get(change, 0):>8,}")
    rows = [(rule, f"{n.before:,}", f"{n.after:,}", f"{n.new:,}", f"{n.gone:,}", f"{n.changed:,}")
            for rule, n in sorted(made.rules.items())]  # fmt: skip
    heads = ("RULE", "BEFORE", "AFTER", "NEW", "GONE", "CHANGED")
    if rows:
        face.table(heads, rows, right=heads[1:])
    for change, examples in made.examples.items():
        for one in examples:
            _show_example(face, one)
        if (more := made.changes.get(change, 0) - len(examples)) > 0 and examples:
            face.tell(f"... and {more:,} more {change} (-o FILE)")
    pace = (f"the median of {made.pace.cases:,} cases decided here" if made.pace.cases
            else "assumed: too few cases were decided here to know")  # fmt: skip
    face.tell(f"Review    {made.review:,} rows, about {made.hours:.1f} h at {made.pace.seconds:.0f} s a case ({pace})")
    _show_held(face, made)


def _show_example(face: Face, one: Example) -> None:
    from rectify.cli.packs import show_finding

    before, after = one.verdicts
    account = f"   account {safe(one.row['account'])}" if one.row["account"] else ""
    face.tell(
        f"{one.change}: {before} -> {after}   {safe(one.row['id'])}   {safe(one.row['title'] or '')[:90]}{account}"
    )
    for found in one.after or one.before:
        show_finding(face, found, one.row)


def _show_held(face: Face, made: Diff) -> None:
    held = made.held
    if not held.claims:
        return
    rest = [f"{held.elsewhere:,} are held by rules of other packs"] if held.elsewhere else []
    rest += [f"{held.not_here:,} are of items that are not among these rows"] if held.not_here else []
    face.tell(f"Live measures from findings of {made.before.name}: {held.claims:,}; ground would vanish for "
              f"{len(held.vanishing):,}{''.join(f'; {one}' for one in rest)}")  # fmt: skip
    if held.vanishing:
        rows = [
            (v.order, v.measure, f"{v.source}/{v.kind}/{v.item}", safe(v.title)[:60], v.case) for v in held.vanishing
        ]
        face.table(("ORDER", "MEASURE", "ITEM", "TITLE", "CASE"), rows)
        live = counted(len(held.vanishing), "live measure")
        face.warn(f"{live} would rest on nothing that {_name(made.after)} finds; a person decides each case anew, "
                  "and until then they stand")  # fmt: skip


def _name(pack: Pack) -> str:
    return f"{pack.name} {pack.version} ({pack.digest[:12]})"


def _as_json(made: Diff, out: str) -> dict[str, object]:
    from dataclasses import asdict

    from rectify.screening.compare import Change
    from rectify.screening.findings import finding_record

    return {
        "before": _version_json(made.before), "after": _version_json(made.after), "on": made.on, "as_of": made.as_of,
        "rows": made.rows, "set_aside": made.set_aside,
        "changes": {change.name.lower(): made.changes.get(change, 0) for change in Change},
        "rules": {rule: asdict(n) for rule, n in sorted(made.rules.items())},
        "examples": [
            {"change": one.change.name.lower(), "source": one.source, "kind": one.row["kind"], "item": one.row["id"],
             "account": one.row["account"] or "", "title": one.row["title"] or "",
             "verdicts": [str(verdict) for verdict in one.verdicts],
             "before": [finding_record(found) for found in one.before],
             "after": [finding_record(found) for found in one.after]}
            for examples in made.examples.values() for one in examples
        ],
        "review": {"rows": made.review, "seconds": made.pace.seconds, "cases": made.pace.cases,
                   "assumed": not made.pace.cases, "hours": round(made.hours, 2)},
        "measures": {"live": made.held.claims, "elsewhere": made.held.elsewhere, "not_here": made.held.not_here,
                     "vanishing": [asdict(one) for one in made.held.vanishing]},
        "notes": made.notes, "warnings": made.warnings, "rows_file": out,
    }  # fmt: skip


def _version_json(pack: Pack) -> dict[str, object]:
    return {"pack": pack.name, "version": pack.version, "digest": pack.digest}
