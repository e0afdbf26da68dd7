"""Rehearsing an order on a catalogue, from receipt to report: `rectify run`. Nothing is confirmed, accepted or done.

Everything is written into one folder: its own settings, ledger, findings and report, marked as a rehearsal.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from pathlib import Path

from rectify import __version__
from rectify.catalogue.files import FileSource, find_files
from rectify.catalogue.guess import Guess
from rectify.documents import write_document
from rectify.intake.acceptance import addressee
from rectify.intake.orders import read_order
from rectify.reports.compile import Made, compile_report
from rectify.reports.words import words_of
from rectify.screening.compile import OrderScope
from rectify.screening.findings import read_parquet
from rectify.settings import FILE, read_settings
from rectify.steps.begin import document, guess_file, warnings_of
from rectify.steps.keep import read_bytes, take_register
from rectify.steps.places import apart, folder_for
from rectify.steps.receive import receive
from rectify.steps.report import write
from rectify.steps.seek import plan_of
from rectify.steps.sweep import Bar, Swept, findings_files, look
from rectify.terms.errors import Fault, Faulty, Refused
from rectify.terms.finding import Finding, Verdict
from rectify.terms.item import Kind
from rectify.terms.order import Order
from rectify.workspace import Workspace, open_workspace

PERSON = "rehearsal"


@dataclass(frozen=True, slots=True)
class Rehearsed:
    """What a rehearsal saw, and the files that it wrote. `first`: a few findings, violations first."""

    book: str
    swept: Swept
    files: Mapping[str, Path]
    guessed: Mapping[str, str]
    first: Sequence[Finding] = field(default_factory=tuple)
    unread: Sequence[str] = ()  # columns of the first file that nobody read
    warnings: Sequence[str] = ()  # what makes the findings worth little, in sentences


def run(
    order_file: Path,
    catalogue: Sequence[str],
    out: Path,
    *,
    clock: Callable[[], datetime],
    kind: str = "",
    told: Mapping[str, str] | None = None,
    locale: str = "en",
    registers: Iterable[Path] = (),
    packs: Path | None = None,
    progress: Bar = lambda done, total: None,
) -> Rehearsed:
    """Rehearses an order on catalogue files. Run again in the same folder, it goes on in the same ledger.

    `told`: what a person says of the files' columns. `packs`: a folder of own packs, taken as they are, drafts too.

    Raises Faulty with all faults of the order and of the files' columns, before anything is written, or where a file
    that is read would be written, and Refused where nothing is left to look for.
    """
    words_of(locale)  # whether there are such reports is said before the work
    registers = list(registers)
    data = read_bytes(order_file)
    order, guess = _readable(data, str(order_file), clock(), lambda: _guessed(catalogue, kind, told))
    own = [path for path in (packs or out / "packs").rglob("*") if path.is_file()]
    _kept_apart(out, [order_file, *registers, *own, *(path for path, _ in find_files(catalogue, Path()))])
    guessed = _begin(out, order, catalogue, guess, kind, packs)
    with open_workspace(out, clock) as workspace:
        for path in registers:
            take_register(workspace, path)
        received = receive(workspace, data, str(order_file), channel="rehearsal")
        scope = OrderScope(received.book, order.instrument, tuple(order.subject.acts), tuple(order.subject.kinds))
        plan = plan_of(workspace, order, scope, None, order.territory)
        catalogues = list(workspace.settings.catalogues.values())
        swept = look(workspace, received.book, plan, order, catalogues, progress)
        files = _report(workspace, received.book, out, locale)
        first = _first(findings_files(workspace, received.book))
        return Rehearsed(received.book, swept, files, guessed, tuple(first), guess.unknown, warnings_of(guess))


def _kept_apart(out: Path, reads: Sequence[Path]) -> None:
    names = [FILE, "rectify.db", "report.json", "report.html", "report.pdf", "annex.csv"]
    folders = [path for name in ("keys", "letters", "sweeps") for path in (out / name).rglob("*")]
    apart([*(out / name for name in names), *(out / f"{name}.part" for name in names), *folders], reads)


def _readable(data: bytes, file: str, now: datetime, guessed: Callable[[], Guess]) -> tuple[Order, Guess]:
    """The order, and the map of the catalogue's first file. Raises Faulty with the faults of both at once."""
    faults: list[Fault] = []
    order = guess = None
    try:
        order = read_order(data, file, now=now)
    except Faulty as faulty:
        faults += faulty.faults
    try:
        guess = guessed()
    except Faulty as faulty:
        faults += faulty.faults
    if order is None or guess is None:
        raise Faulty(faults)
    return order, guess


def _guessed(catalogue: Sequence[str], kind: str, told: Mapping[str, str] | None) -> Guess:
    """The map as the columns of the first file suggest it; the first rows of every file are read with it."""
    found = find_files(catalogue, Path())
    guess = guess_file(found[0][0], told)
    own = "" if "kind" in guess.map.values() else kind or guess.kind or str(Kind.LISTING)
    faults: list[Fault] = []
    for path, _ in found:
        source = FileSource("catalogue", [path.name], folder=path.parent, map=guess.map, kind=own)
        try:
            next(source.first_batches(), None)
        except Faulty as faulty:
            faults += faulty.faults
    if faults:
        raise Faulty(faults)
    return guess


def _begin(
    out: Path, order: Order, catalogue: Sequence[str], guess: Guess, kind: str, packs: Path | None
) -> Mapping[str, str]:
    """Writes the settings of the rehearsal; an earlier rehearsal's are written anew."""
    files = [str(Path(pattern).absolute()) for pattern in catalogue]
    name = order.addressees[0].operator
    addressee(order, (name,))
    settings = document(name, sorted(order.territory)[0][:2], "UTC", PERSON)
    shops = {code.lower(): [code] for code in sorted(order.territory)}
    entry: dict[str, object] = {"operator": "operator", "files": files, "map": dict(guess.map), "storefronts": shops,
                                "default_storefronts": list(shops), "connector": "rehearsal"}  # fmt: skip
    if "kind" not in guess.map.values():
        entry["kind"] = kind or guess.kind or str(Kind.LISTING)
    settings["catalogues"] = {"catalogue": entry}
    if packs and packs.is_dir():
        settings["packs"] = str(packs.absolute())
    text = "# A rehearsal: nothing here was confirmed, accepted or done.\n" + write_document(settings)
    read_settings(text.encode(), FILE, out)
    if (out / FILE).exists() and not (out / FILE).read_text(encoding="utf-8").startswith("# A rehearsal"):
        raise Refused(f"{out} is a workspace of its own", "choose another folder for the rehearsal")
    folder_for(out)
    (out / FILE).write_text(text, encoding="utf-8")
    return {column: name for column, name in guess.map.items() if column != name}


def _report(workspace: Workspace, book: str, out: Path, locale: str) -> dict[str, Path]:
    entries = list(workspace.ledger.opened(book=book))
    made = Made(workspace.now, __version__, locale, "")
    return write(compile_report(entries, made, "rehearsal"), entries, out)


def _first(paths: Sequence[Path], most: int = 3) -> list[Finding]:
    """A few findings to show: violations, else what is for review."""
    for verdict in (Verdict.VIOLATION, Verdict.REVIEW):
        found = (one for path in paths for one in read_parquet(path) if one.verdict is verdict)
        if shown := list(islice(found, most)):
            return shown
    return []
