"""Step 10, end: an order is annulled, ended or narrowed. What no claim wants any more is undone by a new rehearsal."""

from __future__ import annotations

from rectify.intake.acceptance import check_reasons
from rectify.measures import claims
from rectify.steps.orders import moved
from rectify.terms.claim import Effect
from rectify.terms.territory import Territory
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
    """The order reaches less: from now on, or as if it never had reached further."""
    person = workspace.person("end", as_)
    said = check_reasons("narrow", reasons)
    moved(workspace, book, "narrow")
    with workspace.ledger.writing(workspace.now, person.surrogate) as writing:
        claims.narrow(writing, book, to, from_start=from_start, effect=effect, reasons=said)
