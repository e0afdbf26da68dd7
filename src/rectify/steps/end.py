"""Step 10, end: an order is annulled, ended or narrowed. What no claim wants any more is undone by a new rehearsal."""

from __future__ import annotations

from rectify.intake.acceptance import check_reasons
from rectify.measures import claims
from rectify.steps.orders import moved, row_of
from rectify.terms.claim import Effect
from rectify.terms.errors import Fault, Faulty
from rectify.terms.territory import Territory, lies_in
from rectify.workspace import Workspace


def annul(workspace: Workspace, book: str, reasons: str, *, as_: str = "") -> None:
    """As if the order never was: strikes are recounted, and what only it held is due to be given back."""
    person = workspace.person("end", as_)
    said = check_reasons("annul", reasons)
    moved(workspace, book, "annul")
    with workspace.ledger.writing(workspace.now, person.surrogate) as writing:
        claims.annul(writing, book, said)


def end(workspace: Workspace, book: str, reasons: str, *, as_: str = "") -> None:
    """The order was right while it lasted: its claims end, strikes stand."""
    person = workspace.person("end", as_)
    said = check_reasons("end", reasons)
    moved(workspace, book, "end")
    with workspace.ledger.writing(workspace.now, person.surrogate) as writing:
        claims.end(writing, book, said)


def narrow(
    workspace: Workspace, book: str, to: Territory, reasons: str, *, from_start: bool, effect: Effect = Effect.GONE,
    as_: str = "",
) -> None:  # fmt: skip
    """The order reaches less: from now on, or as if it never had reached further.

    Raises Faulty for what lies outside of where it reaches now: nothing would be left, where less was meant.
    """
    person = workspace.person("end", as_)
    said = check_reasons("narrow", reasons)
    now = row_of(workspace, book).territory
    if outside := [code for code in sorted(to) if not lies_in(code, now)]:
        remedy = f"it reaches {', '.join(sorted(now)) or 'nowhere'}"
        raise Faulty([Fault(f"{code} lies outside of the order {book}", remedy=remedy) for code in outside])
    moved(workspace, book, "narrow")
    with workspace.ledger.writing(workspace.now, person.surrogate) as writing:
        claims.narrow(writing, book, to, from_start=from_start, effect=effect, reasons=said)
