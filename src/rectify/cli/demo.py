"""`rectify demo`: the whole path of an order on the example world, told as it happens, and what came of it."""

from __future__ import annotations

import json
import shutil
import textwrap
import time
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any
from zoneinfo import ZoneInfo

import typer

from rectify.cli.opening import face_of, instant_of
from rectify.cli.show import Face, quoted, safe
from rectify.terms.errors import Refused
from rectify.terms.finding import PLAIN

if TYPE_CHECKING:
    from rectify.cli.tour import Toured
    from rectify.terms.case import Case, FindingSeen
    from rectify.workspace import Workspace

MARKER = ".rectify-demo"  # stands in a folder that a demo made: only such a one is replaced
ZONE = ZoneInfo("Europe/Berlin")  # where the example operators sit
ORDERS = ("recall", "licence", "apps", "forged")
COLUMNS = ("seen", "findings", "cases", "decided", "done", "told", "undone")
HELP_OUT = "The folder; an earlier demo in it is replaced."


def demo(
    context: typer.Context,
    out: Annotated[Path, typer.Option("--out", "-o", help=HELP_OUT)] = Path("demo"),
    at: Annotated[str, typer.Option(help="The instant at which the play ends; now, if left out.")] = "",
    keep: Annotated[bool, typer.Option("--keep", help="Refuse rather than replace an earlier demo.")] = False,
    small: Annotated[bool, typer.Option("--small", help="A smaller world, about 1,200 rows.")] = False,
) -> None:
    """Play the whole path of an order on an example world: a recall, a licence order, a forged one, an annulment."""
    face = face_of(context)
    now = instant_of(at, "--at") if at else face.now
    begun = time.monotonic()
    _emptied(out, keep)
    face.say(f"Playing a day of Example Market Ltd, in {out}/ ...")
    from rectify.cli.tour import tour
    from rectify.example.world import SMALL, Size

    width = min(100, max(60, face.console(err=True).width))
    toured = tour(out, now, lambda *line: _narrated(face, width, *line), SMALL if small else Size())
    told = summary(toured)
    seconds = time.monotonic() - begun
    face.answer("demo", {"folder": str(out), "rows": toured.world.rows, "seconds": round(seconds, 1), **told})
    if not face.json:
        show(face, toured, told)
        face.tell(f"\n{toured.world.rows:,} rows, {seconds:.1f} s. The clock of the play ran 30 hours.")


def _emptied(folder: Path, keep: bool) -> None:
    """An empty folder with the marker. Raises Refused for a folder that holds anything but an earlier demo."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        if not (folder / MARKER).is_file():
            raise Refused(f"{folder} is there, and is no earlier demo", "name another folder:  rectify demo --out NAME")
        if keep:
            raise Refused(f"an earlier demo is in {folder}", "leave out --keep to replace it")
        shutil.rmtree(folder)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / MARKER).write_text("made by: rectify demo\n", encoding="ascii")


def _narrated(face: Face, width: int, when: datetime, step: str, text: str) -> None:
    """A line of the play, with the clock of the play; longer ones go on below."""
    head = f"{when.astimezone(ZONE):%a %H:%M}  {step:<9}  "
    face.say(textwrap.fill(head + safe(text), width, subsequent_indent=" " * len(head), break_on_hyphens=False))


def summary(toured: Toured) -> dict[str, Any]:
    """What came of it, as numbers: those of the reports, and of the shop itself."""
    return {
        "orders": [_order(toured, name) for name in ORDERS],
        "refused": [fault.text for fault in toured.refused.faults] if toured.refused else [],
        "named": dict(toured.world.named),
        "shared": [[stage, standing] for stage, standing in toured.stages],
        "market": [[stage, [[*place, n] for place, n in sorted(counts.items())]] for stage, counts in toured.market],
        "letters": toured.letters,
        "notices_to_buyers": toured.told_buyers,
        "reports": {
            name: {language: {kind: str(path) for kind, path in files.items()} for language, files in named.items()}
            for name, named in toured.reports.items()
        },
    }


def _order(toured: Toured, name: str) -> dict[str, Any]:
    """The numbers of an order as its report has them; an order without a report got no further than received."""
    book, files = toured.books[name], toured.reports.get(name, {}).get("en", {})
    if "json" not in files:
        return {"name": name, "book": book, "state": "received"}
    said = json.loads(files["json"].read_text(encoding="utf-8"))
    cases = said["cases"]
    return {
        "name": name,
        "book": book,
        "state": "annulled" if said["undone"]["grounds"] else "accepted",
        "seen": said["seen"]["rows"],
        "set_aside": said["seen"]["set_aside"],
        "findings": sum(line["n"] for line in said["findings"]),
        "cases": cases["all"],
        "decided": cases["all"] - cases["open"],
        "by_pack": cases["decided_by_machine"],
        "asked": cases["asked"],
        "done": sum(line["done"] for line in said["measures"]),
        "told": said["told"]["letters"],
        "undone": said["undone"]["done"],
    }


def show(face: Face, toured: Toured, told: Mapping[str, Any]) -> None:
    """The end of the demo as a person reads it."""
    _orders(face, told)
    _findings(face, toured)
    _market(face, toured)
    _shared(face, toured)
    _papers(face, toured)
    _next(face, toured)


def _headed(face: Face, title: str) -> None:
    face.tell()
    face.tell(title, "bold")


def _orders(face: Face, told: Mapping[str, Any]) -> None:
    _headed(face, "What came of each order")
    heads = ("ORDER", "STATE", *(name.upper() for name in COLUMNS))
    rows = [(one["name"], one["state"], *(f"{one[c]:,}" if c in one else "-" for c in COLUMNS))
            for one in told["orders"]]  # fmt: skip
    face.table(heads, rows, right=heads[2:])
    by_pack, asked = (sum(one.get(name, 0) for one in told["orders"]) for name in ("by_pack", "asked"))
    face.tell(f"By the pack {by_pack} cases, by persons all others; in {asked} the seller is asked.")
    for text in told["refused"]:
        face.tell(f"Forged: {safe(text)}.")


def _findings(face: Face, toured: Toured) -> None:
    """The pram that the recall names, an offer in disguise, and the listing that both orders name."""
    from rectify.workspace import open_workspace

    named = toured.world.named
    disguised = next(i.id for i in toured.world.listings if i.disguise == "look_alike" and "xa" in i.storefronts)
    wanted = (("recall", named["pram"]), ("licence", disguised), ("recall", named["both"]), ("licence", named["both"]))
    _headed(face, "Three findings, as they were written")
    with open_workspace(toured.folder, lambda: face.now) as workspace:
        for order, item in wanted:
            case = _case(workspace, toured.books[order], item)
            finding = min(case.findings, key=lambda f: f.rule)
            face.tell(f"{safe(item)}  {finding.verdict}  {finding.pack}/{finding.rule}")
            for text, marks in _evidence(case, finding):
                face.tell(f"    {text}")
                face.tell(f"    {marks}")


def _case(workspace: Workspace, book: str, item: str) -> Case:
    from rectify.cli.playing import case_of_item
    from rectify.steps.decide import shown_case

    return shown_case(workspace, case_of_item(workspace, book, item))


def _evidence(case: Case, finding: FindingSeen, most: int = 2) -> Iterator[tuple[str, str]]:
    """The text and the marks under it of each kind of evidence, the telling one first; plain writing is no disguise."""
    from rectify.letters.facts import field_text

    row = dict(case.rows[min(finding.row, len(case.rows) - 1)])
    first: dict[str, tuple[str, str]] = {}
    for seen in finding.evidence:
        one = replace(seen, disguise=tuple(d for d in seen.disguise if d not in PLAIN))
        text, marks = quoted(field_text(row, one.field), one)
        disguise = f" [{', '.join(one.disguise)}]" if one.disguise else ""
        term = "" if "\\" in one.term else f" {safe(one.term)}"  # a pattern tells nobody anything
        first.setdefault(one.words, (text, f"{marks} {one.field}, {one.words}:{term}{disguise}".removesuffix(":")))
    yield from [first[words] for words in sorted(first, key=lambda w: w == "plan")][:most]


def _market(face: Face, toured: Toured) -> None:
    from rectify.example.shop import STATES

    _headed(face, "The market before and after, by storefront and state")
    places = {place for _, counts in toured.market for place in counts}
    rows = []
    for front, state in sorted(places, key=lambda place: (place[0], STATES.index(place[1]))):
        numbers = [counts.get((front, state), 0) for _, counts in toured.market]
        if len(set(numbers)) > 1:
            rows.append((front, state, *(f"{n:,}" for n in numbers)))
    heads = ("IN", "STATE", *(stage.upper() for stage, _ in toured.market))
    face.table(heads, rows, right=heads[2:])
    still = sorted({front for front, _ in places} - {row[0] for row in rows})
    if still:
        face.tell(f"Nothing changed in {', '.join(still)}: the orders reach XA alone. In eu, which sells into XB")
        face.tell("as well, only the recall was carried out, by an approval that names XB.")


def _shared(face: Face, toured: Toured) -> None:
    named = toured.world.named
    _headed(face, f"{named['both']}, a recalled router with a VPN plan: both orders name it")
    why = {"recall": "for the recall", "licence": "for both orders", "annulled": "the recall holds it still"}
    for stage, standing in toured.stages:
        cells = "".join(f"{front} {state:<10} " for front, state in standing.items())
        face.tell(f"  {stage:<9} {cells} {why.get(stage, '')}".rstrip())
    face.tell("What the shop's own people and its sellers had chosen stands before ours:")
    face.tell(f"  {named['labelled']}  the shop had labelled it: given back labelled, not visible")
    face.tell(f"  {named['hidden']}  the shop hides it for reasons of its own: not given back")
    face.tell(f"  {named['deleted']}  its seller has deleted it: not given back")


def _papers(face: Face, toured: Toured) -> None:
    _headed(face, "Look at")
    for named in toured.reports.values():
        files = named["en"]
        main = files.get("pdf") or files["html"]
        face.tell(f"  {main}")
    face.tell(f"  {toured.folder}/reports/.../zh/   the same in Chinese; beside each: HTML, JSON, CSV")
    face.tell(f"  {toured.folder}/letters/          {toured.letters} letters in English and Chinese")
    face.tell(f"  {toured.folder}/shop/shop.db      the shop itself; {toured.told_buyers} notices to buyers")
    if toured.missing:
        face.tell(f"  No PDF: {safe(toured.missing)}")


def _next(face: Face, toured: Toured) -> None:
    _headed(face, "Go on by hand")
    recall = toured.books["recall"]
    for command in (
        "order list --all",
        f"order show {recall}",
        f"cases list {recall} --state all",
        f"measures list {recall}",
        "letters list",
        "ledger verify",
        f"order end {recall} --reasons over --as awu",
    ):
        face.tell(f"  rectify -w {toured.folder} {command}")
