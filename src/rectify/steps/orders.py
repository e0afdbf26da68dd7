"""What the steps ask of an order: its row, its text, its authority, and who writes letters about it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, time, timedelta

from rectify.intake.authorities import Authorities, Authority
from rectify.intake.order_json import from_json
from rectify.intake.records import OrderRow, OrdersTable, book_named, order_row
from rectify.letters.facts import OrderGround, Sender
from rectify.settings import Operator
from rectify.store.connection import open_store
from rectify.store.tables import create
from rectify.terms.errors import Broken, Refused, Unknown
from rectify.terms.order import ACTIVE, Order, OrderState, move
from rectify.workspace import Workspace


def row_of(workspace: Workspace, book: str) -> OrderRow:
    """The order's row. Raises Unknown with the nearest book."""
    with workspace.ledger.reading() as connection:
        return order_row(connection, book)


def book_of(workspace: Workspace, name: str) -> str:
    """The book of an order by its name or the authority's reference. Raises Unknown or Refused (several bear it)."""
    with workspace.ledger.reading() as connection:
        return book_named(connection, name)


def active(workspace: Workspace, book: str, doing: str) -> OrderRow:
    """The row of an order that is accepted. Raises Refused for any other: nothing is done on an order that is not."""
    row = row_of(workspace, book)
    if row.state not in ACTIVE:
        remedy = {
            OrderState.RECEIVED: f"confirm it first:  rectify order confirm {book}",
            OrderState.CONFIRMED: f"accept it first:  rectify order accept {book}",
        }
        raise Refused(f"the order {book} is {row.state}: no {doing}", remedy.get(row.state, ""))
    return row


def order_of(workspace: Workspace, book: str) -> Order:
    """The order as it came in. Raises Refused where its text was erased."""
    for opened in workspace.ledger.opened(book=book, kinds=["received"]):
        if opened.private["order"] is None:
            raise Refused(f"the text of the order {book} was erased")
        return from_json(opened.private["order"])
    raise Unknown(f'no order is called "{book}"', "rectify order list")


def document_of(workspace: Workspace, book: str) -> str:
    """The file as it came in, as text."""
    return next((str(o.private["document"]) for o in workspace.ledger.opened(book=book, kinds=["received"])), "")


def authority_of(workspace: Workspace, order: Order) -> Authority:
    """The entry of the register for the order's authority. Raises Refused where there is none."""
    found = workspace.authorities.find(order)
    if found is None:
        raise Refused(
            f"{order.authority.name} ({order.authority.country}) is not in the register of authorities",
            "find its contact from a source other than this order, then  rectify authority add FILE",
        )
    return found


def confirmed_authority(workspace: Workspace, book: str, order: Order) -> Authority | None:
    """The entry that the order was confirmed with, as the register has it now; None where it has it no more.

    The entry is named by the ledger's `confirmed`: another one of the same name that was noted since is not meant.
    Raises Refused where no entry of the ledger confirms the order, whatever a table says.
    """
    named = [str(entry.body["authority"]) for entry in workspace.ledger.entries(book=book, kinds=["confirmed"])]
    if not named:
        raise Refused(f"no entry of the ledger confirms the order {book}", f"rectify order confirm {book}")
    return Authorities(tuple(a for a in workspace.authorities.entries if a.id == named[-1])).find(order)


def known_authority(workspace: Workspace, book: str, order: Order) -> Authority | None:
    """To whose contact letters about an order go: the entry that it was confirmed with, before that the register's.

    None where the register has none, or has the one no more: nobody unknown is ever written to.
    """
    if any(workspace.ledger.entries(book=book, kinds=["confirmed"])):
        return confirmed_authority(workspace, book, order)
    return workspace.authorities.find(order)


def told_by_ledger(workspace: Workspace, book: str) -> None:
    """Compares an order's row with what the entries of its book give. Raises Broken where the table says otherwise."""
    table, twin = OrdersTable(), open_store("sqlite://")
    try:
        with workspace.ledger.reading() as stand, twin.writing() as connection:  # both of one state of the store
            create(connection, [table])
            for opened in workspace.ledger.opened(book=book, kinds=table.kinds):
                table.apply(connection, opened)
            row, said = order_row(stand, book), order_row(connection, book)
    finally:
        twin.close()
    if row != said:
        differ = [name for name in OrderRow.__dataclass_fields__ if getattr(row, name) != getattr(said, name)]
        raise Broken(f"the table of orders says of {book} what the ledger does not: {', '.join(differ)}",
                     "nothing was done; run  rectify doctor  and find out who wrote to the store")  # fmt: skip


def moved(workspace: Workspace, book: str, step: str) -> OrderState:
    """Checks that a step is allowed where the order stands; gives the state after it. Raises Refused."""
    return move(row_of(workspace, book).state, step)


def operator_of(workspace: Workspace, book: str) -> Operator:
    """The operator of ours that the order was received for."""
    return workspace.settings.operators[row_of(workspace, book).operator]


def party_sender(workspace: Workspace, operator: Operator) -> Sender:
    """The operator as the sender of letters to people it acts against. Raises Refused where they could not answer."""
    sender = sender_of(workspace, operator)
    if not sender.reply_to:
        told = f"a letter of {operator.name} would name nobody to write to, and a party has a right to answer"
        raise Refused(told, f"set operators.{operator.id}.contact in rectify.yaml: a mail address or an https page")
    return sender


def sender_of(workspace: Workspace, operator: Operator) -> Sender:
    """The operator as the sender of letters; authorities know how to reach it where it states no contact."""
    smtp = workspace.settings.letters.smtp
    return Sender(
        operator.name,
        operator.country,
        operator.contact or (smtp.sender if smtp else ""),
        operator.zone.key,
        "appeal" in workspace.settings.another_person,
    )


def secret_until(workspace: Workspace, books: Iterable[str]) -> datetime | None:
    """The instant before which the secrecy of any of these orders keeps a letter back that names them."""
    found = []
    for book in books:
        if until := row_of(workspace, book).confidential_until:
            zone = operator_of(workspace, book).zone
            found.append(datetime.combine(until + timedelta(days=1), time(), zone).astimezone(UTC))
    return max(found, default=None)


def ground_of(workspace: Workspace, book: str) -> OrderGround:
    """The order as letters name it."""
    order, row = order_of(workspace, book), row_of(workspace, book)
    return OrderGround(
        order.reference, order.authority.name, order.authority.country, order.instrument, order.reasons,
        tuple(basis.text for basis in order.legal_basis), tuple(sorted(order.territory)), row.received, order.redress,
    )  # fmt: skip
