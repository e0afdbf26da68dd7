"""`rectify pack` and `rectify eval`: list, show, check, try, trial; and a pack measured on labelled data."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from rectify.cli import pack_changes, pack_check, pack_diff, pack_suggest, pack_writing
from rectify.cli.opening import face_of, group, one_of
from rectify.cli.show import Face, quoted, safe
from rectify.terms.errors import Fault, Faulty, Place, Refused
from rectify.terms.finding import SHADOW
from rectify.terms.item import Kind

if TYPE_CHECKING:
    from rectify.rules.pack import Pack
    from rectify.screening.evaluate import EvalResult
    from rectify.terms.finding import Finding
    from rectify.terms.product import Product

app = group("Packs: rules as data, each with its trials.")
for command in (pack_writing.new, pack_writing.words, pack_writing.wrong, pack_writing.language,
                pack_changes.shadow, pack_changes.promote, pack_changes.withdraw, pack_changes.history,
                pack_diff.diff, pack_suggest.suggest, pack_check.check):  # fmt: skip
    app.command()(command)
PACK = "pack.yaml"
Name = Annotated[str, typer.Argument(metavar="PACK", help="A pack's name, or its folder.")]


def pack_named(face: Face, name: str) -> Pack:
    """A pack by name (shipped, or of the workspace), its folder, or the pack.yaml in it."""
    from rectify.workspace import one_pack, pack_folders

    own = face.folder / "packs"
    path = Path(name)
    if name in pack_folders(own) or (not path.exists() and len(path.parts) == 1):
        return one_pack(name, own)
    if not path.exists():
        raise Refused(f"there is no {name}", "name the folder of a pack, or one of  rectify pack list")
    if path.name == PACK and path.is_file():
        return one_pack(str(path.parent.absolute()), own)
    if path.is_file():
        raise Faulty([Fault("is a file; a pack is a folder with a pack.yaml", Place(file=name), "give its folder")])
    if not (path / PACK).is_file():
        raise Refused(f"there is no {PACK} in {name}", "name the folder of one, or a pack of  rectify pack list")
    return one_pack(name, own)


def pack_files(face: Face, name: str) -> list[Path]:
    """The files on disk that a pack of the operator's own is read from; none for a shipped one."""
    path = Path(name)
    folder = (path.parent if path.is_file() else path) if path.exists() else face.folder / "packs" / name
    return [file for pattern in (PACK, "words/*", "trials/*") for file in folder.glob(pattern)]


def named_in(face: Face, order: Path | None) -> tuple[Product, ...]:
    """The products that an order file names; none without one. Raises Faulty with all faults of the file."""
    from rectify.steps.keep import read_bytes
    from rectify.steps.receive import check

    return check(None, read_bytes(order), str(order), face.now).order.subject.products if order else ()


@app.command("list")
def list_(context: typer.Context) -> None:
    """Packs that are here, and where each stands."""
    from rectify.workspace import FolderPacks, pack_folders

    face = face_of(context)
    folders = FolderPacks(pack_folders(face.folder / "packs"))
    packs, faulty = [], {}
    for name in folders:
        try:
            packs.append(folders[name])
        except Faulty as wrong:  # half-written, and no reason to hide the others
            faulty[name] = len(wrong.faults)
    states = pack_changes.states_told(face, packs)
    told = [{"pack": p.name, "version": p.version, "state": states[p.digest], "digest": p.digest,
             "rules": len(p.rules), "trials": len(p.trials)} for p in packs]  # fmt: skip
    face.answer("packs", {"packs": told, "faulty": sorted(faulty)})
    rows = [(p.name, p.version, states[p.digest], len(p.rules), sum(len(w.terms) for w in p.words.values()),
             len(p.trials), p.title.get("en", "")) for p in packs]  # fmt: skip
    heads = ("PACK", "VERSION", "STATE", "RULES", "WORDS", "TRIALS", "TITLE")
    face.table(heads, rows, right=("VERSION", "RULES", "WORDS", "TRIALS"))
    for name, faults in faulty.items():
        face.warn(f"faults in {name}: {faults};  rectify pack check {name}")


@app.command()
def show(context: typer.Context, pack: Name) -> None:
    """A pack's rules and word lists, as they are read."""
    face = face_of(context)
    found = pack_named(face, pack)
    face.answer("pack", {"pack": found.name, "version": found.version, "digest": found.digest})
    face.tell(f"{found.name} {found.version}  {safe(found.title.get('en', ''))}", "bold")
    face.tell(f"digest  {found.digest}")
    face.tell(f"acts    {', '.join(found.acts)}    kinds  {', '.join(found.kinds)}")
    for words in found.words.values():
        terms = ", ".join(term.written for term in words.terms[:12])
        more = f" ... {len(words.terms)} in all" if len(words.terms) > 12 else ""
        face.tell(f"words   {words.name}: {safe(terms)}{more}")
        if words.not_in:
            face.tell(f"        not in {len(words.not_in)} phrases: {safe(', '.join(words.not_in[:6]))} ...")
    for rule in found.rules:
        face.tell(f"rule    {rule.id} -> {rule.verdict}{', ' + rule.measure if rule.measure else ''}")
        face.tell(f"        when {safe(rule.when)}")
        face.tell(f"        why  {safe(rule.why)}")


@app.command()
def trial(context: typer.Context, pack: Name) -> None:
    """Run a pack's trials: what its rules must find, and what they must not."""
    from rectify.screening.trial import run_trials

    face = face_of(context)
    found = pack_named(face, pack)
    pack_changes.say_draft(face, found)
    results = run_trials(found)
    failed = [one for one in results if not one.held]
    face.answer("trials", {"pack": found.name, "digest": found.digest, "trials": len(results),
                           "failed": [str(one) for one in failed]})  # fmt: skip
    for one in failed:
        face.tell(f"FAILED  {safe(str(one))}")
    face.tell(f"{len(results) - len(failed)} of {len(results)} trials hold  ({found.name} {found.version})")
    if failed:
        raise typer.Exit(1)


@app.command("try")
def try_(
    context: typer.Context,
    pack: Name,
    text: Annotated[str, typer.Argument(metavar="TEXT", help="A text, as the title of an item.")],
    kind: Annotated[str, typer.Option(help="Kind of item.")] = "",
    field: Annotated[str, typer.Option(help="title or text.")] = "title",
    registered: Annotated[
        bool, typer.Option("--registered", help="As if the account were bound to a register.")
    ] = False,
    order: Annotated[Path | None, typer.Option(help="An order file: its products are sought.")] = None,
) -> None:
    """What the engine makes of a text: folded, hits, disguises, branch, verdict."""
    from rectify.screening.trial import try_text
    from rectify.steps.screen import needs_products

    face = face_of(context)
    one_of("--kind", kind, Kind)
    one_of("--field", field, ("title", "text"))
    found, named = pack_named(face, pack), named_in(face, order)
    needs_products(found, named)
    pack_changes.say_draft(face, found)
    if kind and kind not in found.kinds:
        face.warn(f"{found.name} looks at no item of kind {kind}, only at: {', '.join(found.kinds)}")
    tried = try_text(found, text, field=field, kind=kind, registered=registered, products=named)
    face.answer("tried", {"verdict": str(tried.verdict), "folded": dict(tried.folded), "branches": list(tried.branches),
                          "hits": [{"words": h.words, "term": h.term, "start": h.start, "end": h.end,
                                    "disguise": [str(d) for d in h.disguise]} for h in tried.hits]})  # fmt: skip
    face.tell(f"folded   {safe(tried.folded.get(field, ''))}")
    for hit in tried.hits:
        line, marks = quoted(text, hit)
        face.tell(f"hit      {hit.words}: {safe(hit.term)}  {hit.start + 1}-{hit.end}"
                  + (f"  [{', '.join(hit.disguise)}]" if hit.disguise else ""))  # fmt: skip
        face.tell(f"           {line}\n           {marks}")
    for branch in tried.branches:
        face.tell(f"held     {safe(branch)}")
    face.tell(f"verdict  {tried.verdict}", "bold")
    for finding in tried.findings:
        face.tell(f"why      {safe(finding.why)}")


def evaluate(
    context: typer.Context,
    labelled: Annotated[
        Path,
        typer.Argument(
            metavar="FILE",
            help="Labelled rows: label, topic, kind, language beside an item's columns; or "
            "products, listings and pairs of them.",
        ),
    ],
    pack: Annotated[str, typer.Option("--pack", "-p", help="A pack's name, or its folder.")],
    topic: Annotated[
        str, typer.Option("--topic", "-t", help="Positive = label violation with this topic; not for pairs.")
    ] = "",
    out: Annotated[
        Path | None, typer.Option("--out", "-o", help="Write misses and alarms here, as JSON lines.")
    ] = None,
    most: Annotated[int, typer.Option(help="Show at most so many misses and alarms.")] = 20,
) -> None:
    """Precision and recall of a pack on labelled data, with 95 % intervals, by language and kind."""
    from rectify.steps.measure import holds_pairs, measure, measure_pairs
    from rectify.steps.places import file_for

    face = face_of(context)
    chosen = pack_named(face, pack)
    pack_changes.say_draft(face, chosen)
    out = file_for(out, [labelled, *pack_files(face, pack)]) if out is not None else None
    if holds_pairs(labelled):
        measured = measure_pairs(labelled, chosen)
        result, more = measured.result, {str(verdict): n for verdict, n in measured.unlabelled.items()}
    else:
        result, more = measure(labelled, chosen, topic), {}
    face.answer("evaluated", {**result.to_json(), **({"unlabelled": more} if more else {})})
    if out is not None:
        import json

        told = result.to_json()
        kinds = ("misses", "only_review", "alarms", "borderline")
        lines = [json.dumps({"what": kind, **row}, ensure_ascii=False) for kind in kinds for row in told[kind]]
        out.write_text("".join(line + "\n" for line in lines), encoding="utf-8")
    _evaluated(face, result, most)
    if more:
        face.tell(f"Pairs without a label: {', '.join(f'{n:,} {verdict}' for verdict, n in more.items())}")


def _evaluated(face: Face, result: EvalResult, most: int) -> None:
    for note in result.notes:
        face.warn(safe(note))
    face.tell(f"{result.pack}  topic {result.topic}  digest {result.digest[:16]}", "bold")
    heads = ("BY", "GROUP", "FLAGGED AS", "POSITIVE", "NEGATIVE", "PRECISION [95 %]", "RECALL [95 %]", "ALARMS [95 %]")
    face.table(heads, result.rows(), right=("POSITIVE", "NEGATIVE"))
    for what, found in (("missed", result.misses), ("alarm", result.alarms)):
        for one in found[:most]:
            face.tell(f"{what:<7} {one.verdict:<9} {one.row.kind} {one.row.language}  {safe(one.row.title[:90])}")
        if len(found) > most:
            face.tell(f"        and {len(found) - most} more")


def show_finding(face: Face, finding: Finding, row: Mapping[str, object] | None = None) -> None:
    """A finding with its evidence; with the item's row, quoted as it was written."""
    from rectify.letters.facts import field_text

    where = f"{finding.item.id}  " if finding.item.id else ""
    tried = "  [in shadow]" if SHADOW in finding.marks else ""
    face.tell(f"{safe(where)}{finding.verdict}  {finding.pack}/{finding.rule}{tried}   {safe(finding.why)}")
    for one in finding.evidence[:12]:
        text = field_text(row, one.field) if row else ""
        seen = f"{one.words}: {safe(one.term)}" + (f"  [{', '.join(one.disguise)}]" if one.disguise else "")
        face.tell(f"    {one.field} {one.start + 1}-{one.end}  {seen}")
        if text:
            line, marks = quoted(text, one)
            face.tell(f"      {line}\n      {marks}")
