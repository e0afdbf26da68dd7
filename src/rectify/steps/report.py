"""Step 9, report: from the ledger, and the files that it names, to HTML, PDF, JSON and CSV; the same inputs, the same
bytes. The report says what is left, and why."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from rectify import __version__, plugins
from rectify.cases.tasks import Task, close_task, open_tasks
from rectify.intake.authorities import Authority
from rectify.ledger.entry import instant
from rectify.letters.compose import Composed, check_unnamed, compose
from rectify.letters.facts import AuthorityFacts
from rectify.letters.write import write_letter
from rectify.reports.compile import Made, compile_report, totals
from rectify.reports.lines import annex
from rectify.reports.page import show
from rectify.reports.words import words_of
from rectify.steps.entries import BookEntries
from rectify.steps.in_the_way import Standing, in_the_way, standing
from rectify.steps.leave import held, keep_reason, left_on_purpose, on_sale
from rectify.steps.orders import known_authority, operator_of, order_of, row_of, sender_of
from rectify.steps.places import folder_for
from rectify.steps.receive import languages
from rectify.terms.entry import Draft, Entry, Opened
from rectify.terms.errors import Refused
from rectify.terms.letter import Occasion
from rectify.terms.report import RectificationReport
from rectify.workspace import Workspace

FORMATS = ("html", "pdf", "json", "csv")
SENT = ("final", "corrected")  # go to the authority


@dataclass(frozen=True, slots=True)
class Reported:
    """A report and the files that it was written to, by format."""

    report: RectificationReport
    files: dict[str, Path]


def report(
    workspace: Workspace,
    book: str,
    folder: Path,
    *,
    state: str = "interim",
    locale: str = "en",
    formats: Collection[str] = FORMATS,
    leave: str = "",
    as_: str = "",
) -> Reported:
    """Writes the report of an order into a folder and notes it in the ledger; a final one is sent to the authority.

    `leave` is why violations stay on sale that somebody here could still take down: without it no report is final
    that has such. It is kept, and shown in this report and later ones.

    Raises Broken where its sums do not hold, and Refused for an order that was never accepted, for a final report while
    anything waits for somebody here, for a correction of none, and where somebody acts on the order meanwhile.
    """
    person = workspace.person("report", as_)
    words_of(locale)
    _accepted(workspace, book)
    _once(workspace, book, state)
    size = workspace.ledger.size()  # before the look: what is appended during it is not overlooked
    here = standing(workspace, book) if state in SENT else None
    check_unnamed(leave, list(workspace.settings.people))
    reason = leave.strip() or left_on_purpose(workspace, book)
    note = workspace.ledger.checkpoint(workspace.now).note
    made = Made(workspace.now, __version__, locale, note, here.told if here else None, reason)
    entries = BookEntries(workspace.ledger, book, workspace.ledger.size())
    compiled = compile_report(entries.bodies, made, state)
    if here and state == "final":
        _complete(workspace, book, here, compiled, reason)
    if leave.strip() and not on_sale(compiled):
        raise Refused("nothing is left that waits for such a reason", "leave --leave out")
    files = write(compiled, entries, folder, formats, bodies=entries.bodies, at_host=made.at_host)
    count = sum(1 for _ in _entries(workspace, book, "reported"))
    digests = [[path.name, digest_of(path)] for path in files.values()]
    letter = _letter(workspace, book, state, digests, note) if state in SENT else None
    asked = _asked(workspace, book) if state == "final" else []
    with workspace.ledger.writing(workspace.now, person.surrogate) as writing:
        if writing.moved(book, size):  # it would not say what the ledger says
            raise Refused(f"somebody acted on {book} while its report was made", "make it again")
        for task in asked:
            close_task(writing, task.id, "The final report was made.")
        if leave.strip():
            keep_reason(writing, book, leave.strip())
        body = {"report": str(count + 1), "state": state, "files": digests, "made": {"totals": totals(compiled)}}
        writing.append(Draft("reported", book, body))
        if letter:
            composed, authority = letter
            write_letter(writing, composed, book=book, to=f"authority:{authority.id}", address=authority.contact.mail)
    return Reported(compiled, files)


def write(
    compiled: RectificationReport, entries: Iterable[Opened], folder: Path, formats: Collection[str] = FORMATS, *,
    bodies: Iterable[Opened] | None = None, at_host: Mapping[str, str] | None = None,
) -> dict[str, Path]:  # fmt: skip
    """Writes a report in some formats into a folder; each file whole or not at all.

    `entries` can be gone through more than once; `bodies` are the same without private parts, if that is quicker.
    `at_host` says why nothing more is due, claim by claim, for the annex.
    """
    folder_for(folder)
    drawn = {"html", "pdf"} & set(formats)
    shown = show(compiled, open_cases(entries if bodies is None else bodies)) if drawn else None
    writers = {name: plugins.load("reports", name) for name in formats}
    files = {}
    for name, written in writers.items():
        given = annex(entries, at_host) if name == "csv" else shown if name in drawn else compiled
        path = folder / f"{'annex' if name == 'csv' else 'report'}.{name}"
        draft = path.with_suffix(path.suffix + ".part")
        draft.write_bytes(written(given))
        draft.replace(path)
        files[name] = path
    return files


def open_cases(entries: Iterable[Opened]) -> list[tuple[str, int]]:
    """How many cases were open from each instant on, for the drawing of the deadline."""
    standing: set[str] = set()
    steps: dict[str, int] = {}
    for opened in entries:
        if opened.entry.kind in ("gathered", "decided"):
            (standing.add if opened.entry.kind == "gathered" else standing.discard)(opened.body["case"])
            steps[instant(opened.entry.at)] = len(standing)
    return list(steps.items())


def digest_of(path: Path) -> str:
    """SHA-256 (hex) of a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _accepted(workspace: Workspace, book: str) -> None:
    """Refuses a report on an order that nobody has accepted: only a rehearsal says what it would come to."""
    row = row_of(workspace, book)
    if not any(_entries(workspace, book, "accepted")):
        raise Refused(f"the order {book} is {row.state}: no report", "rehearse it with  rectify run")


def _entries(workspace: Workspace, book: str, kind: str) -> Iterator[Entry]:
    return workspace.ledger.entries(book=book, kinds=[kind])


def _asked(workspace: Workspace, book: str) -> list[Task]:
    """The order's tasks to report: done with the final report, in its transaction."""
    with workspace.ledger.reading() as connection:
        return open_tasks(workspace.ledger, connection, book=book, what="report")


def _once(workspace: Workspace, book: str, state: str) -> None:
    """Refuses a second final report, and one that corrects what was never final."""
    made = any(e.body["state"] == "final" for e in _entries(workspace, book, "reported"))
    if made and state == "final":
        raise Refused(f"the final report of {book} was made already", "a later one corrects it:  --state corrected")
    if not made and state == "corrected":
        told = f"there is no final report of {book} yet that could be corrected"
        raise Refused(told, f"rectify report {book} --state final")


def _complete(workspace: Workspace, book: str, found: Standing, made: RectificationReport, reason: str) -> None:
    """Refuses a final report while anything waits for somebody here; tells all of it at once."""
    left = [] if reason else held(book, made)
    if obstacles := [*in_the_way(workspace, book, found), *left]:
        told = "; ".join(one.text for one in obstacles)
        raise Refused(f"the report of {book} would not be final: {told}", f"next:  {obstacles[0].remedy}")


def _letter(
    workspace: Workspace, book: str, state: str, digests: Sequence[Sequence[str]], note: str
) -> tuple[Composed, Authority] | None:
    """The letter that goes with a report to the authority's known contact; None where it is in no register."""
    order = order_of(workspace, book)
    authority = known_authority(workspace, book, order)
    if authority is None:
        return None
    sender = sender_of(workspace, operator_of(workspace, book))
    received: datetime = row_of(workspace, book).received
    facts = AuthorityFacts(sender, order.reference, authority.name, received, order.digest, state=state,
                           files=tuple((name, digest) for name, digest in digests), checkpoint=note)  # fmt: skip
    withheld = list(workspace.settings.people)
    return compose(Occasion.REPORT, facts, languages(order.language), withheld=withheld), authority
