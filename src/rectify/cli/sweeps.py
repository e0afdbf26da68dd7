"""`rectify screen`, `sweep`, `run`, `findings`: looking, and nothing else."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from rectify.cli.opening import Columns, OrderName, columns_of, face_of, one_of, opened
from rectify.cli.pack_changes import say_draft
from rectify.cli.packs import named_in, pack_files, pack_named, show_finding
from rectify.cli.progress import counting
from rectify.cli.show import Face, column, safe
from rectify.terms.errors import Fault, Faulty, Refused
from rectify.terms.finding import SHADOW, Verdict
from rectify.terms.item import Kind

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from rectify.steps.sweep import Swept

VERDICTS = ("violation", "review")
FailOn = Annotated[str, typer.Option("--fail-on", help="violation: exit 5 where one was found.")]


def screen(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="CSV, JSON lines or Parquet.")],
    pack: Annotated[str, typer.Option("--pack", "-p", help="A pack's name, or its folder.")],
    out: Annotated[Path, typer.Option("--out", "-o", help="Findings: .parquet, .csv or .jsonl.")],
    register: Annotated[Path | None, typer.Option(help="A register of licensed providers.")] = None,
    as_of: Annotated[str, typer.Option(help="The day, 2026-11-20; today, if left out.")] = "",
    kind: Annotated[str, typer.Option(help="What the rows are, where no column says it.")] = "",
    order: Annotated[Path | None, typer.Option(help="An order file: its products are sought.")] = None,
    map_: Columns = None,
    fail_on: FailOn = "",
) -> None:
    """Screen a file with a pack: no workspace, no order, no ledger; it reads, and writes its findings."""
    from rectify.rules.register_files import read_register
    from rectify.steps.keep import read_bytes
    from rectify.steps.places import file_for
    from rectify.steps.screen import screen as screened

    face = face_of(context)
    one_of("--fail-on", fail_on, ["violation"])
    one_of("--kind", kind, Kind)
    told = columns_of(map_)
    day = _day(as_of) if as_of else face.now.date()
    taken = read_register(read_bytes(register), str(register)) if register else None
    named = named_in(face, order)
    reads = [path for path in (file, register, order, *pack_files(face, pack)) if path]
    found = pack_named(face, pack)
    say_draft(face, found)
    with counting(face, "screen") as bar:
        made = screened(file, found, file_for(out, reads), as_of=day, register=taken, products=named,
                        kind=kind, told=told, reads=reads, progress=bar)  # fmt: skip
    counts = {verdict: made.verdicts[Verdict(verdict)] for verdict in VERDICTS}
    face.answer("screened", {"rows": made.rows, "set_aside": made.set_aside, **counts, "notes": made.notes,
                             "warnings": made.warnings, "unread": list(made.unread), "findings": str(out)})  # fmt: skip
    _read_as(face, {name: field for name, field in made.columns.items() if name != field}, made.unread)
    _noted(face, made.notes, made.warnings)
    aside = f"   set aside {made.set_aside:,} ({made.rejected})" if made.rejected else ""
    face.tell(f"Seen {made.rows:,}{aside}   violation {counts['violation']:,}   review {counts['review']:,}")
    face.tell(f"Findings  {out}")
    _fail(fail_on, counts["violation"])


def findings(
    context: typer.Context,
    file: Annotated[str, typer.Argument(metavar="ORDER|FILE", help="An order's last sweep, or findings in Parquet.")],
    verdict: Annotated[str, typer.Option(help="Only violation, or only review.")] = "",
    rule: Annotated[str, typer.Option(help="Only of this rule: pack/rule.")] = "",
    shadow: Annotated[
        bool, typer.Option("--shadow", help="Those of packs in shadow, which are counted and nothing more.")
    ] = False,
    limit: Annotated[int, typer.Option(min=1, help="Show at most so many.")] = 20,
) -> None:
    """Show findings with their evidence."""
    from itertools import islice

    from rectify.screening.findings import finding_record, read_parquet

    face = face_of(context)
    one_of("--verdict", verdict, VERDICTS)
    given = Path(file)
    if given.is_file() and given.suffix != ".parquet":
        raise Refused(
            f"{file} is no findings file in Parquet", "screen with -o NAME.parquet; a CSV opens in a spreadsheet"
        )
    paths = [given] if given.is_file() else _of_order(context, file)
    found = (f for path in paths for f in read_parquet(path)
             if verdict in ("", str(f.verdict)) and rule in ("", f"{f.pack}/{f.rule}")
             and shadow == (SHADOW in f.marks))  # fmt: skip
    shown = list(islice(found, limit))
    if rule and not shown:
        one_of("--rule", rule, _rules(face, paths))
    face.answer("findings", {"findings": [finding_record(one) for one in shown]})
    for one in shown:
        show_finding(face, one)
    more = sum(1 for _ in found)
    if more:
        face.tell(f"... and {more:,} more (--limit)")
    if not shown:
        face.tell("None.")


def _rules(face: Face, paths: Sequence[Path]) -> set[str]:
    """The rules that findings can be of: those of the packs that are here, of providers, and of these files."""
    from rectify.screening.compile import provider_pack
    from rectify.screening.findings import read_parquet
    from rectify.workspace import read_packs

    packs = [*read_packs(face.folder / "packs").values(), provider_pack()]
    known = {f"{pack.name}/{one.id}" for pack in packs for one in pack.rules}
    return known | {f"{found.pack}/{found.rule}" for path in paths for found in read_parquet(path)}


def _of_order(context: typer.Context, name: str) -> list[Path]:
    from rectify.steps.orders import book_of
    from rectify.steps.sweep import findings_files

    with opened(context) as (_, workspace):
        return findings_files(workspace, book_of(workspace, name))


def sweep(
    context: typer.Context,
    order: OrderName,
    fail_on: FailOn = "",
) -> None:
    """Search the operator's catalogues for what an accepted order asks; open cases; let packs decide where allowed."""
    from rectify.steps.orders import book_of
    from rectify.steps.sweep import sweep as swept

    one_of("--fail-on", fail_on, ["violation"])
    with opened(context) as (face, workspace):
        book = book_of(workspace, order)
        with counting(face, "sweep") as bar:
            made = swept(workspace, book, progress=bar, as_=face.acting)
    face.answer("swept", made.to_json())
    _swept(face, made)
    face.tell(f"Next      rectify cases list {book}" if made.open else f"Next      rectify measures rehearse {book}")
    _fail(fail_on, made.violation)


def run(
    context: typer.Context,
    order: Annotated[Path, typer.Argument(metavar="ORDER", help="The order, YAML or JSON.")],
    catalogue: Annotated[list[str], typer.Option("--catalogue", "-c", help="CSV, JSON lines or Parquet; globs too.")],
    out: Annotated[Path, typer.Option("--out", "-o", help="A folder for everything that is written.")],
    register: Annotated[list[Path] | None, typer.Option(help="A register of licensed providers.")] = None,
    kind: Annotated[str, typer.Option(help="What the rows are, where no column says it.")] = "",
    language: Annotated[str, typer.Option(help="Language of the report: en or zh.")] = "en",
    map_: Columns = None,
    fail_on: FailOn = "",
) -> None:
    """Rehearse an order on a catalogue, from receipt to report: nothing is accepted or done; its own ledger."""
    from rectify.steps.run import run as rehearsed

    face = face_of(context)
    one_of("--fail-on", fail_on, ["violation"])
    one_of("--kind", kind, Kind)
    told = columns_of(map_)
    with counting(face, "sweep") as bar:
        made = rehearsed(order, catalogue, out, clock=lambda: face.now, kind=kind, told=told, locale=language,
                         registers=register or (), packs=face.folder / "packs", progress=bar)  # fmt: skip
    face.answer("rehearsed", {"order": made.book, "rows": made.swept.rows, "set_aside": made.swept.set_aside,
                              "violation": made.swept.violation, "review": made.swept.review, "accepted": False,
                              "missing": made.swept.missing, "unread": list(made.unread),
                              "warnings": [*made.warnings, *_empty(made.swept)], "notes": made.swept.notes,
                              "files": {name: str(path) for name, path in made.files.items()}})  # fmt: skip
    _read_as(face, made.guessed, made.unread)
    _noted(face, (), made.warnings)
    _swept(face, made.swept)
    for finding in made.first:
        show_finding(face, finding)
    for path in made.files.values():
        face.tell(f"Report    {path}")
    face.tell(f"Rehearsal: the order is not accepted, nothing was done.   Next  rectify -w {out} cases list")
    _fail(fail_on, made.swept.violation)


def _read_as(face: Face, renamed: Mapping[str, str], unread: Sequence[str]) -> None:
    for name, field in renamed.items():
        face.say(f"column {column(name)} is read as {field}")
    if unread:
        face.say(f"not read by anything: {', '.join(map(column, unread))}")


def _noted(face: Face, notes: Sequence[str], warnings: Sequence[str]) -> None:
    for note in notes:
        face.say(f"note: {safe(note)}")
    for warning in warnings:
        face.warn(warning)


def _empty(made: Swept) -> list[str]:
    from rectify.steps.begin import no_rows

    return [] if made.screened else [no_rows(made.set_aside)]


def _swept(face: Face, made: Swept) -> None:
    aside = f"   set aside {made.set_aside:,} ({made.rejected})" if made.set_aside else ""
    face.tell(f"Seen {made.rows:,}{aside}   violation {made.violation:,}   review {made.review:,}   "
              f"{made.seconds:.1f} s")  # fmt: skip
    if made.duplicates:
        face.tell(f"          ids that occur twice: {made.duplicates:,}; where the rows differ, a person decides")
    for tried in made.shadow:
        face.tell(f"Shadow    {tried.pack} {tried.version}: violation {tried.violation:,}   review {tried.review:,}   "
                  "counted, and nothing follows")  # fmt: skip
    _noted(face, made.notes, _empty(made))
    for place in made.missing:
        face.tell(f"Missing   the order names this place, and no catalogue has it: {safe(place)}")
    face.tell(f"Cases     {made.opened:,} opened, {made.again:,} looked at again, {made.by_pack:,} decided by pack, "
              f"{made.open:,} wait for a person")  # fmt: skip


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Faulty([Fault(f'"{text}" is no day', remedy="2026-11-20")]) from None


def _fail(fail_on: str, violations: int) -> None:
    if fail_on == "violation" and violations:
        raise typer.Exit(5)
