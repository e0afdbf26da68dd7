"""Step 1b, acknowledge: the authority hears that its order came in, at the contact of the register and nowhere else.

An order whose authority was not in the register waits; it is acknowledged once its authority is there.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from rectify.cases.tasks import close_task
from rectify.intake.authorities import Authority, check_against
from rectify.intake.confirmation import code_for
from rectify.intake.records import OrderRow, orders
from rectify.ledger.ledger import Writing
from rectify.letters.compose import compose
from rectify.letters.facts import AuthorityFacts
from rectify.letters.write import write_letter
from rectify.settings import Operator
from rectify.steps.orders import operator_of, order_of, sender_of
from rectify.terms.entry import Draft, Private
from rectify.terms.errors import Refused
from rectify.terms.letter import Occasion
from rectify.terms.order import Order, OrderState
from rectify.workspace import Workspace

UNKNOWN = "authority not in the register"  # the sort of a task
DISAGREES = "does not agree with the register"


@dataclass(frozen=True, slots=True)
class Arrived:
    """An order that came in: its book, for which operator, when, and when it is due."""

    book: str
    order: Order
    operator: Operator
    received: datetime
    due: datetime | None


def acknowledge(workspace: Workspace, writing: Writing, arrived: Arrived, authority: Authority, note: str) -> str:
    """Writes to the contact of the register, never to one that the order gives; gives the letter.

    The letter carries the code by which the contact can confirm the order (`intake/confirmation.py`), unless the
    contact has no mail address or the entry is not valid now: an office that is no more confirms nothing.
    """
    order = arrived.order
    answers = authority.contact.mail and authority.valid_on(writing.at.date())
    facts = AuthorityFacts(
        sender_of(workspace, arrived.operator), order.reference, authority.name, arrived.received, order.digest,
        due=arrived.due, code=code_for(workspace.keys.id_key, authority, order) if answers else "", checkpoint=note,
    )  # fmt: skip
    composed = compose(Occasion.ACKNOWLEDGEMENT, facts, languages(order.language))
    to = f"authority:{authority.id}"
    letter = write_letter(writing, composed, book=arrived.book, to=to, address=authority.contact.mail)
    writing.append(Draft("acknowledged", arrived.book, {"letter": letter, "authority": authority.id}))
    return letter


def acknowledge_late(workspace: Workspace, actor: str) -> list[str]:
    """Acknowledges the orders that wait for it and whose authority is in the register now; gives their letters.

    Each of them once, however often this is called. The task that waited for the authority is done with it; what of
    the order does not agree with the entry is a task of its own. An order whose authority bears another name or
    country than every entry still waits.
    """
    found = [(row, order) for row, order in _waiting(workspace) if workspace.authorities.find(order)]
    if not found:
        return []
    note = workspace.ledger.checkpoint(workspace.now).note
    operators = {row.book: operator_of(workspace, row.book) for row, _ in found}
    letters, register = [], workspace.authorities
    with workspace.ledger.writing(workspace.now, actor) as writing:
        for row, order in found:
            authority = register.find(order)
            if authority is None or any(writing.opened(book=row.book, kinds=["acknowledged"])):
                continue  # somebody else was faster
            arrived = Arrived(row.book, order, operators[row.book], row.received, row.due)
            letter = acknowledge(workspace, writing, arrived, authority, note)
            for task in _tasks_of(writing, row.book):
                close_task(writing, task, f"{authority.id} is in the register now; {letter} acknowledges the order.")
            open_tasks(writing, row.book, disagreements(order, authority, writing.at))
            letters.append(letter)
    return letters


def disagreements(order: Order, authority: Authority, now: datetime) -> list[tuple[str, str]]:
    """What of an order does not agree with the authority's entry, as tasks: (sort, text)."""
    return [(DISAGREES, f"{x.text}. {x.remedy}") for x in check_against(order, authority, now.date())]


def open_tasks(writing: Writing, book: str, tasks: Iterable[tuple[str, str]]) -> None:
    """Opens tasks about an order that came in: (sort, text)."""
    for what, text in tasks:
        body = {"task": writing.surrogate("task"), "what": what}
        writing.append(Draft("task_opened", book, body, {"text": Private(f"order:{book}", text)}))


def languages(language: str) -> tuple[str, ...]:
    """The languages of a letter to an authority: that of its order, else both."""
    return (language[:2],) if language[:2] in ("en", "zh") else ("en", "zh")


def _waiting(workspace: Workspace) -> list[tuple[OrderRow, Order]]:
    """The orders that came in and that nobody was told of."""
    with workspace.ledger.reading() as connection:
        rows = [row for row in orders(connection) if row.state is OrderState.RECEIVED]
    told = {entry.book for entry in workspace.ledger.entries(kinds=["acknowledged"])} if rows else set()
    found = []
    for row in rows:
        if row.book not in told:
            with suppress(Refused):  # its text was erased: there is nothing left to acknowledge
                found.append((row, order_of(workspace, row.book)))
    return found


def _tasks_of(writing: Writing, book: str) -> list[str]:
    """The open tasks of an order that wait for its authority."""
    entries = [opened.entry for opened in writing.opened(book=book, kinds=["task_opened", "task_done"])]
    done = {entry.body["task"] for entry in entries if entry.kind == "task_done"}
    return [e.body["task"] for e in entries if e.body.get("what") == UNKNOWN and e.body["task"] not in done]
