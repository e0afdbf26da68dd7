"""`rectify letters`: what is told to whom, and how far each letter got."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from rectify.cli.cut import shortened
from rectify.cli.opening import OneOrder, OrderName, group, opened
from rectify.cli.show import counted, safe
from rectify.terms.errors import PartlyDone

if TYPE_CHECKING:
    from rectify.terms.letter import Letter

letters = group("What is told to whom.")


@letters.command("write")
def write(context: typer.Context, order: OrderName) -> None:
    """Write the letters that are due: of what took effect, was given back, or stays down for another order."""
    from rectify.steps.orders import book_of
    from rectify.steps.tell import tell

    with opened(context) as (face, workspace):
        made = tell(workspace, book_of(workspace, order), as_=face.acting)
        face.answer("letters written", {"letters": made})
        face.tell(f"Written  {counted(len(made), 'letter')}" if made else "Nothing new is to be told.")
        if made:
            face.tell("Next     rectify letters send")


@letters.command("list")
def letters_list(context: typer.Context, order: OneOrder = "") -> None:
    """Letters, and how far each got."""
    from rectify.letters.records import letters_of
    from rectify.steps.orders import book_of

    with opened(context) as (face, workspace):
        book = book_of(workspace, order) if order else ""
        with workspace.ledger.reading() as connection:
            found = letters_of(workspace.ledger, connection, book=book)
        face.answer("letters", {"letters": [{"letter": x.id, "order": x.order, "occasion": str(x.occasion),
                                             "state": state_of(x)} for x in found]})  # fmt: skip
        rows = [
            (x.id, x.occasion, state_of(x).replace("_", " "), " ".join(x.languages), x.address or "-",
             shortened(x.subject)) for x in found
        ]  # fmt: skip
        face.table(("LETTER", "OCCASION", "STATE", "LANGUAGE", "TO", "SUBJECT"), rows)
        if nobody := sum(state_of(x) == "no_address" for x in found):
            face.tell(f"{counted(nobody, 'letter')} without an address, which nobody got yet: rectify tasks list")


def state_of(letter: Letter) -> str:
    """How far a letter got; one that lies in our own folder since no address is known was handed to nobody."""
    from rectify.terms.letter import DeliveryState

    waits = letter.state in (DeliveryState.WRITTEN, DeliveryState.HANDED_OVER)
    erased = not letter.body
    return "no_address" if waits and not letter.address and not erased else str(letter.state)


@letters.command("show")
def letters_show(
    context: typer.Context,
    letter: Annotated[str, typer.Argument(metavar="LETTER", help="Its id: rectify letters list.")],
) -> None:
    """One letter as it is sent."""
    from rectify.letters.records import letter as letter_by_id

    with opened(context) as (face, workspace):
        with workspace.ledger.reading() as connection:
            found = letter_by_id(workspace.ledger, connection, letter)
        face.answer("letter", {"letter": found.id, "subject": found.subject, "text": found.body})
        face.tell(f"To: {found.address or 'no address known'}\nSubject: {safe(found.subject)}\n\n{safe(found.body)}")


@letters.command("send")
def letters_send(context: typer.Context) -> None:
    """Deliver what is due, by mail where it is set, else into the folder of letters."""
    from rectify.steps.tell import send

    with opened(context) as (face, workspace):
        sent = send(workspace, as_=face.acting)
        counts = {"mailed": sent.mailed, "in_folder": sent.in_folder, "no_address": sent.no_address,
                  "later": sent.later, "failed": sent.failed}  # fmt: skip
        face.answer("letters sent", {name: len(letters) for name, letters in counts.items()})
        face.tell(f"Mailed {len(sent.mailed)}   in the folder {len(sent.in_folder)}   again later {len(sent.later)}"
                  f"   not delivered {len(sent.failed)}")  # fmt: skip
        if sent.no_address:
            face.tell(f"{len(sent.no_address)} of those in the folder have no address: nobody gets them until a person "
                      "finds a way; rectify tasks list")  # fmt: skip
    if sent.stopped:
        raise PartlyDone(
            f"mail could not leave: {sent.stopped}", "it is tried again with the next  rectify letters send"
        )
    if sent.failed:
        raise PartlyDone(f"{len(sent.failed)} letters were not delivered", "rectify tasks list")
