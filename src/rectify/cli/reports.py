"""`rectify report` and `rectify ledger`: what is handed to the authority, and the proof that nothing was changed."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from rectify.cli.opening import OrderName, face_of, group, opened, settings_there
from rectify.cli.show import Face, counted, safe
from rectify.terms.errors import Refused, nearest

if TYPE_CHECKING:
    from rectify.ledger.verify import Verified
    from rectify.workspace import Workspace

ledger = group("Verify and export the ledger.")
STATES = ("interim", "final", "corrected")


def report(
    context: typer.Context,
    order: OrderName,
    out: Annotated[
        Path | None,
        typer.Option("--out", "-o", help="The folder for the files; reports/ in the workspace, if left out."),
    ] = None,
    state: Annotated[str, typer.Option(help="interim, final or corrected.")] = "interim",
    language: Annotated[str, typer.Option(help="en or zh.")] = "en",
    leave: Annotated[
        str, typer.Option("--leave", help="Why decided violations stay on sale; the report shows it.")
    ] = "",
    format_: Annotated[
        list[str] | None, typer.Option("--format", help="html, pdf, json, csv (may be repeated).")
    ] = None,
) -> None:
    """Write the rectification report; a final one is also written to the authority's known contact."""
    from rectify.steps.orders import book_of
    from rectify.steps.report import FORMATS
    from rectify.steps.report import report as reported

    if state not in STATES:
        raise Refused(f'no report is "{state}"', nearest(state, STATES))
    with opened(context) as (face, workspace):
        book = book_of(workspace, order)
        folder, formats = _folder(workspace, book, out or workspace.path("reports")), format_ or FORMATS
        made = reported(
            workspace, book, folder, state=state, locale=language, formats=formats, leave=leave, as_=face.acting
        )
        cases = made.report.cases
        face.answer("reported", {"order": book, "state": state, "cases": cases,
                                 "files": {name: str(path) for name, path in made.files.items()}})  # fmt: skip
        face.tell(f"Reported  {book}  {state}, all sums agree")
        done = sum(line["done"] for line in made.report.measures)
        seen = made.report.seen["rows"]
        face.tell(f"          {seen:,} seen, {counted(cases['all'], 'case')}, {cases['open']} open, "
                  f"{counted(done, 'measure')} done")  # fmt: skip
        for line in made.report.left:
            on_purpose = "   (left on purpose)" if line.get("on_purpose") else ""
            face.tell(f"Left      {line['reason']}: {line['n']:,}{on_purpose}")
        for path in made.files.values():
            face.tell(f"File      {path}")


def _folder(workspace: Workspace, book: str, out: Path) -> Path:
    """Where a report goes: one whose digest the authority was told is never written over."""
    from rectify.steps.sweep import folder_name

    sent = [
        e for e in workspace.ledger.entries(book=book, kinds=["reported"]) if e.body["state"] in ("final", "corrected")
    ]
    return out / folder_name(book) / f"report-{len(sent) + 1}" if sent else out / folder_name(book)


@ledger.command()
def verify(
    context: typer.Context,
    export: Annotated[
        Path | None,
        typer.Argument(
            metavar="EXPORT", help="An export, or a folder of them; the workspace's own ledger, if left out."
        ),
    ] = None,
    checkpoint: Annotated[Path | None, typer.Option(help="A checkpoint that you got earlier.")] = None,
    key: Annotated[str, typer.Option(help="The public key that signed it, where you know it.")] = "",
) -> None:
    """Is the record whole? Says what it was compared with, and no more."""
    face = face_of(context)
    note = _note(checkpoint)
    if export is None:
        settings_there(face)
        found = [("ledger", _own(face, note))]
    else:
        from rectify.ledger.offline import verify_files

        found = [(str(path), one) for path, one in verify_files(export, note, key)]
    for name, one in found:
        face.tell(f"{'whole ' if one.good else 'BROKEN'}  {safe(name)}: {safe(one.sentence)}")
    good = all(one.good for _, one in found)
    face.answer("verified", {"whole": good, "checked": [[name, one.good, one.sentence] for name, one in found]})
    if not good:
        raise typer.Exit(1)


def _note(path: Path | None) -> str:
    """A checkpoint from a file, empty where none is named. Raises Faulty for a file that holds none."""
    if path is None:
        return ""
    from rectify.ledger.checkpoint import read_checkpoint
    from rectify.steps.keep import read_bytes

    return read_checkpoint(read_bytes(path).decode("utf-8", "replace")).note


def _own(face: Face, note: str) -> Verified:
    """The check of the workspace's own store, also of one that a ledger would refuse to open."""
    from rectify.ledger.keys import Keys
    from rectify.ledger.verify import verify_store
    from rectify.settings import load_settings
    from rectify.store.connection import open_store
    from rectify.workspace import _projections, store_url

    settings = load_settings(face.folder)
    store = open_store(store_url(face.folder, settings.store))
    try:
        keys = Keys.at(face.folder / settings.keys)
        return verify_store(store, keys, note, _projections(keys))
    finally:
        store.close()


@ledger.command()
def export(
    context: typer.Context,
    order: OrderName,
    out: Annotated[Path, typer.Option("--out", "-o", help="The file to write.")],
    since: Annotated[Path | None, typer.Option(help="The checkpoint that the reader got last.")] = None,
) -> None:
    """The book of one order with its proofs, for the authority: complete, and nothing of other orders."""
    from rectify.ledger.export import export_book, write_export
    from rectify.steps.orders import book_of
    from rectify.steps.places import file_for

    with opened(context) as (face, workspace):
        workspace.person("report", face.acting)
        book = book_of(workspace, order)
        note = _note(since)
        # Only the order's own parts are opened: an authority gets no account holder's (docs/limits.md).
        content = export_book(workspace.ledger, book, workspace.now, subjects=[f"order:{book}"], since=note)
        write_export(content, file_for(out))
        face.answer("exported", {"order": book, "entries": len(content["entries"]), "file": str(out)})
        face.tell(f"Exported  {len(content['entries'])} entries of {book} to {out}")
        face.tell(f"Check     rectify ledger verify {out}")
