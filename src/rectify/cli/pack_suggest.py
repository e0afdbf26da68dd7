"""`rectify pack suggest`: words that confirmed cases have and clean items have not, for a person to take or leave."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from rectify.cli.opening import Columns, columns_of, face_of
from rectify.cli.pack_diff import perhaps
from rectify.cli.show import Face, safe
from rectify.terms.errors import Fault, Faulty, Place, Refused

if TYPE_CHECKING:
    from rectify.rules.pack import Pack
    from rectify.steps.pack_suggest import Suggestion, Text
    from rectify.workspace import Workspace


def suggest(
    context: typer.Context,
    pack: Annotated[str, typer.Argument(metavar="PACK", help="A pack's name, or its folder.")],
    confirmed: Annotated[
        Path | None, typer.Option(help="A file of confirmed items; else the cases that this pack found, decided so.")
    ] = None,
    clean: Annotated[
        Path | None, typer.Option(help="A file of clean items; else what was swept and not decided otherwise.")
    ] = None,
    on: Annotated[str, typer.Option("--on", metavar="ORDER", help="The sweep of clean items; else the last one.")] = "",
    least: Annotated[int, typer.Option(min=2, help="Confirmed items that must have a word.")] = 3,
    share: Annotated[
        float, typer.Option(min=0.0, max=1.0, help="Leave out words that hit more than this share of the clean items.")
    ] = 0.001,
    most: Annotated[int, typer.Option(min=1, help="Show at most so many words.")] = 20,
    out: Annotated[
        Path | None, typer.Option("--out", "-o", help="Write the words as a spreadsheet (.csv), added_by empty.")
    ] = None,
    map_: Columns = None,
) -> None:
    """Propose words from confirmed cases, with examples; nothing is added by itself."""
    from rectify.cli.packs import pack_files, pack_named
    from rectify.steps.pack_suggest import sheet
    from rectify.steps.pack_suggest import suggest as proposed
    from rectify.steps.places import file_for

    face = face_of(context)
    told = columns_of(map_)
    if on and clean:
        raise typer.BadParameter("a sweep or a file, not both", param_hint="--on, --clean")
    if out is not None and out.suffix != ".csv":
        raise Refused(f"words are not written as {out.suffix or 'a file without an ending'}", "use .csv")
    chosen = pack_named(face, pack)
    with perhaps(face) as workspace:
        reads = [path for path in (confirmed, clean, *pack_files(face, pack)) if path]
        file = file_for(out, reads) if out else None
        sides = _confirmed(workspace, chosen, confirmed, told), _clean(workspace, chosen, clean, on, told)
        made = proposed(chosen, *sides, least=least, share=share, most=most)
    if file:
        file.write_bytes(sheet(made))
    face.answer("words proposed", _as_json(made, str(file or "")))
    _show(face, made, chosen)
    if file:
        face.tell(f"Words     {file}   take them:  rectify pack words {chosen.name} {file}")


def _confirmed(workspace: Workspace | None, pack: Pack, file: Path | None, told: dict[str, str]) -> list[Text]:
    from rectify.steps.pack_suggest import confirmed_cases, of_file

    if file:
        return list(of_file(_there(file), pack, told))
    if workspace is None:
        raise Refused("there is no workspace here whose cases were confirmed", "name a file:  --confirmed FILE")
    return confirmed_cases(workspace, pack.name)


def _clean(workspace: Workspace | None, pack: Pack, file: Path | None, on: str, told: dict[str, str]) -> Iterable[Text]:
    from rectify.steps.orders import book_of
    from rectify.steps.pack_diff import last_swept
    from rectify.steps.pack_suggest import clean_items, of_file

    if file:
        return of_file(_there(file), pack, told)
    if workspace is None:
        raise Refused("there is no workspace here with a sweep to compare with", "name a file:  --clean FILE")
    return clean_items(workspace, pack.name, book_of(workspace, on) if on else last_swept(workspace))


def _there(file: Path) -> Path:
    if not file.is_file():
        raise Faulty([Fault("is no file", Place(file=str(file)), "check the name")])
    return file


def _show(face: Face, made: Suggestion, pack: Pack) -> None:
    from rectify.steps.pack_suggest import block

    for note in made.notes:
        face.say(f"note: {safe(note)}")
    face.tell(
        f"{made.pack} {pack.version}: {made.confirmed:,} confirmed items against {made.clean:,} clean ones", "bold"
    )
    for one in made.proposed:
        face.tell(f"{safe(one.term)}   z {one.z:.1f}   confirmed {one.confirmed:,} of {made.confirmed:,}   "
                  f"clean {one.clean:,} of {made.clean:,}")  # fmt: skip
        for title in one.examples:
            face.tell(f"    confirmed  {safe(title)[:90]}")
        for title in one.clean_examples:
            face.tell(f"    clean      {safe(title)[:90]}")
    if not made.proposed:
        face.tell("No word tells the confirmed items from the clean ones that is not in a list already.")
        return
    face.tell(
        "Nothing was added. Each of these words hits as many clean items as are told; to take them, paste what holds:"
    )
    face.tell(f"  {safe(block(made))}")


def _as_json(made: Suggestion, file: str) -> dict[str, object]:
    from dataclasses import asdict

    proposed = [{**asdict(one), "z": round(one.z, 2)} for one in made.proposed]
    return {"pack": made.pack, "confirmed": made.confirmed, "clean": made.clean, "proposed": proposed,
            "notes": made.notes, "words_file": file}  # fmt: skip
