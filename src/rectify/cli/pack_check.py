"""`rectify pack check`: all faults of a pack, and remarks on what is worth a look in one without faults."""

from __future__ import annotations

from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from rectify.cli.opening import Columns, columns_of, face_of
from rectify.cli.pack_diff import perhaps
from rectify.cli.show import Face, safe
from rectify.terms.errors import Refused

if TYPE_CHECKING:
    from rectify.screening.sampled import Sampled
    from rectify.steps.pack_check import Checked
    from rectify.terms.errors import Fault

HEADS = {"rules": "Rules", "words": "Words", "trials": "Trials", "sample": "Sample", "sweeps": "Past sweeps"}


def check(
    context: typer.Context,
    pack: Annotated[str, typer.Argument(metavar="PACK", help="A pack's name, or its folder.")],
    sample: Annotated[
        Path | None,
        typer.Option(help="A file of innocent items, or a labelled one: which words hit too much of it."),
    ] = None,
    share: Annotated[float, typer.Option(help="Of the sample's rows, how many a word may hit, 0 to 1.")] = 0.001,
    sweeps: Annotated[
        int, typer.Option(help="Tell rules and words that found nothing in so many past sweeps.", min=0)
    ] = 0,
    strict: Annotated[bool, typer.Option("--strict", help="Fail where there is a remark.")] = False,
    most: Annotated[int, typer.Option(help="Show at most so many remarks of a sort.", min=0)] = 10,
    map_: Columns = None,
) -> None:
    """Tell all faults of a pack: names, conditions, words, trials; then what is worth a look."""
    from rectify.cli.packs import pack_named
    from rectify.steps.pack_check import check as checked

    face = face_of(context)
    if not 0 <= share <= 1:
        raise Refused(f"a share is a number from 0 to 1, and {share} is none", "--share 0.001 is one row in 1,000")
    found = pack_named(face, pack)
    with perhaps(face) if sweeps else nullcontext() as workspace:
        made = checked(workspace, found, clean=sample, share=share, sweeps=sweeps, told=columns_of(map_))
    remarks = [{"about": about, **_record(one)} for about, some in made.remarks.items() for one in some]
    face.answer("pack checked", {"pack": found.name, "digest": found.digest, "faults": [], "remarks": remarks,
                                 **({"sample": _sampled(made.sample)} if made.sample else {})})  # fmt: skip
    face.tell(f"No faults  {found.name} {found.version}: {len(found.rules)} rules, {len(found.trials)} trials")
    _told(face, made, most)
    if strict and made.count:
        raise typer.Exit(1)


def _told(face: Face, made: Checked, most: int) -> None:
    for note in made.notes:
        face.say(f"note: {safe(note)}")
    for about, some in made.remarks.items():
        if some:
            face.tell(f"\n{HEADS[about]}: worth a look {len(some)}", "bold")
        for one in some[:most]:
            face.tell(f"  {safe(str(one.place))}")
            face.tell(f"    {safe(one.text)}")
            face.tell(f"    {safe(one.remedy)}")
        if len(some) > most:
            face.tell(f"  and {len(some) - most} more: --most {len(some)}")
    if made.sample is not None:
        _table(face, made.sample, most)


def _table(face: Face, found: Sampled, most: int) -> None:
    """The worst words of a sample, and what the rules find in it."""
    face.tell(f"\nThe sample: {found.rows:,} rows", "bold")
    rows = [(one.words, one.term, f"{one.rows:,}", f"{found.share(one):.3%}", one.example)
            for one in found.words[:most]]  # fmt: skip
    face.table(("WORDS", "TERM", "ROWS", "SHARE", "EXAMPLE"), rows, right=("ROWS", "SHARE"),
               empty="No word is hit.")  # fmt: skip
    for (rule, verdict), n in sorted(found.findings.items(), key=lambda one: -one[1]):
        face.tell(f"{rule}: {verdict} in {n:,} rows, {n / found.rows:.3%}")


def _record(remark: Fault) -> dict[str, Any]:
    place = remark.place
    return {"text": remark.text, "remedy": remark.remedy, "file": place.file if place else "",
            "line": place.line if place else 0}  # fmt: skip


def _sampled(found: Sampled) -> dict[str, Any]:
    return {
        "rows": found.rows,
        "words": [{"words": one.words, "term": one.term, "rows": one.rows, "example": one.example}
                  for one in found.words],
        "findings": [[rule, str(verdict), n] for (rule, verdict), n in sorted(found.findings.items())],
    }  # fmt: skip
