"""Step 2a, confirm: the order is shown to be genuine over a contact that the register knew before it came."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from rectify.intake.authorities import Authority, check_against
from rectify.intake.confirmation import check_code, check_token, note_of_call
from rectify.intake.orders import with_places
from rectify.ledger.entry import instant
from rectify.letters.records import deliveries_of, letters_of
from rectify.steps.orders import authority_of, document_of, moved, order_of, row_of
from rectify.terms.entry import Draft, Private
from rectify.terms.errors import Faulty, Refused
from rectify.terms.letter import DeliveryState, Occasion
from rectify.terms.order import Order
from rectify.workspace import Workspace

_LEFT = (DeliveryState.HANDED_OVER, DeliveryState.DELIVERED)


@dataclass(frozen=True, slots=True)
class Call:
    """A person's call to a contact of the register: which contact, with whom, when."""

    contact: str
    with_whom: str
    at: datetime


def confirm(
    workspace: Workspace, book: str, *, token: str = "", code: str = "", call: Call | None = None, as_: str = ""
) -> str:
    """Confirms an order by a signed token, a code that came back, or a call; gives the way that showed it.

    Raises Refused where nothing shows it (a mail alone never does), and Faulty where the order does not agree with
    the authority's entry (a wrong territory, another instrument, a report address outside its domains) or the call was
    before the order came in.
    """
    person = workspace.person("confirm", as_)
    moved(workspace, book, "confirm")
    order = order_of(workspace, book)
    authority = authority_of(workspace, order)
    if faults := check_against(order, authority, workspace.now.date()):
        raise with_places(Faulty(faults), document_of(workspace, book).encode(), f"{book} as received")
    how, note = _shown(workspace, book, order, authority, token, code, call)
    with workspace.ledger.writing(workspace.now, person.surrogate) as writing:
        body = {"authority": authority.id, "how": how, "person": person.surrogate, "at": instant(writing.at)}
        writing.append(Draft("confirmed", book, body, {"note": Private(f"order:{book}", note)}))
    return how


def _shown(
    workspace: Workspace, book: str, order: Order, authority: Authority, token: str, code: str, call: Call | None
) -> tuple[str, str]:
    if token:
        if check_token(authority, order, token):
            return "token", "signed with the key of the register"
        raise Refused("the token is not the authority's signature for this order", "ask the authority to sign it anew")
    if code:
        if check_code(workspace.keys.id_key, authority, order, code):
            return "code", _sent_with(workspace, book, authority)
        raise Refused("the code is not the one that was sent for this order", "read it again from the answer")
    if call:
        received = row_of(workspace, book).received
        note = note_of_call(authority, call.contact, call.with_whom, call.at, workspace.now, received=received)
        return "call", note
    ways = ", ".join(authority.contact.ways)
    raise Refused(
        "nothing shows yet that the order is genuine; a mail alone never does",
        f"call {ways}, then  rectify order confirm {order.reference} --called CONTACT --with NAME",
    )


def _sent_with(workspace: Workspace, book: str, authority: Authority) -> str:
    """What a code that came back shows, and what it does not. Raises Refused while its letter has not left."""
    with workspace.ledger.reading() as connection:
        letters = letters_of(workspace.ledger, connection, book=book, to=f"authority:{authority.id}")
        sent = [x for x in letters if x.occasion is Occasion.ACKNOWLEDGEMENT and x.state in _LEFT]
        ways = [x for letter in sent for x in deliveries_of(workspace.ledger, connection, letter.id)]
    if not sent:
        told = "the letter with the code has not left yet, so that nobody can have answered it"
        raise Refused(told, "rectify letters send, or call the contact instead")
    way = next((x for x in ways if x.state in _LEFT), None)
    how = f" ({way.channel}, {way.at:%Y-%m-%d %H:%M} UTC)" if way else ""
    return (
        f"The code of {sent[-1].id}{how} was given. That letter went to {authority.contact.mail} alone. It shows that "
        "whoever gave the code could read the letter: the contact, or a person here who can open letters or keys."
    )
