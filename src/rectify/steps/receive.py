"""Step 1, receive: an order comes in, or all its faults are told. The acknowledgement goes to a known contact."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from rectify.intake.acceptance import addressee
from rectify.intake.authorities import Authority
from rectify.intake.deadlines import check_due, compute
from rectify.intake.instruments import instrument_named
from rectify.intake.naming import new_book
from rectify.intake.order_json import to_json
from rectify.intake.orders import read_order, with_places
from rectify.intake.reach import reach_notes
from rectify.intake.records import orders, same_digest
from rectify.ledger.entry import instant
from rectify.ledger.ledger import Writing
from rectify.settings import Operator
from rectify.steps.acknowledge import UNKNOWN, Arrived, acknowledge, disagreements, languages, open_tasks
from rectify.steps.orders import known_authority, order_of
from rectify.steps.pack_versions import packs_standing
from rectify.steps.seek import packs_told
from rectify.terms.entry import Draft, Private
from rectify.terms.errors import Faulty, Refused
from rectify.terms.order import Deadline, Order, OrderState
from rectify.workspace import Workspace

__all__ = ["Checked", "Received", "check", "deadline_body", "languages", "receive", "recount"]
CLOSED = (OrderState.REFUSED, OrderState.ENDED, OrderState.ANNULLED)


@dataclass(frozen=True, slots=True)
class Received:
    """What became of a file that came in. `again`: the same bytes came before, and nothing was changed."""

    book: str
    order: Order
    deadline: Deadline
    again: bool = False
    acknowledged: str = ""  # id of the letter
    tasks: tuple[str, ...] = ()  # what a person has to do first, in sentences


@dataclass(frozen=True, slots=True)
class Checked:
    """An order without faults, and what it means here."""

    order: Order
    authority: Authority | None
    deadline: Deadline


def check(workspace: Workspace | None, data: bytes, file: str, now: datetime) -> Checked:
    """Reads an order and computes its deadline; writes nothing. Raises Faulty with all faults, each with its place.

    Without a workspace nobody is in the register: hours and days are counted in UTC and without holidays.
    """
    order = read_order(data, file, now=now)
    authority = workspace.authorities.find(order) if workspace else None
    deadline = compute(order, instrument_named(order.instrument), authority, now)
    try:
        check_due(order, deadline, now)
    except Faulty as faulty:
        raise with_places(faulty, data, file) from None
    return Checked(order, authority, deadline)


def receive(
    workspace: Workspace, data: bytes, file: str, *, channel: str = "file", operator: str = "", as_: str = ""
) -> Received:
    """Takes an order in: once for the same bytes, under a new name where the reference is known and the bytes differ.

    Raises Faulty with all faults of the file, and Refused where it is addressed to none of our operators.
    """
    person, now = workspace.person("receive", as_), workspace.now
    checked = check(workspace, data, file, now)
    ours = _operator(workspace, checked.order, operator)
    with workspace.ledger.reading() as connection:
        if known := same_digest(connection, checked.order.digest, ours.id):
            return Received(known.book, checked.order, checked.deadline, again=True)
    note = workspace.ledger.checkpoint(now).note if checked.authority else ""
    with workspace.ledger.writing(now, person.surrogate) as writing:
        if known := same_digest(writing.connection, checked.order.digest, ours.id):  # it came in meanwhile
            return Received(known.book, checked.order, checked.deadline, again=True)
        book, before = new_book(
            writing.connection, checked.order, operator=ours.id,
            authority=checked.authority.id if checked.authority else "",
            several=len(_addressed(workspace, checked.order)) > 1,
        )  # fmt: skip
        _append(writing, book, data, checked, ours, channel, before)
        tasks = _tasks(workspace, writing, book, checked, before, now)
        letter = ""
        if checked.authority:
            arrived = Arrived(book, checked.order, ours, writing.at, checked.deadline.due)
            letter = acknowledge(workspace, writing, arrived, checked.authority, note)
    return Received(book, checked.order, checked.deadline, False, letter, tuple(tasks))


def _addressed(workspace: Workspace, order: Order) -> list[Operator]:
    """Our operators that the order is for."""
    found = []
    for operator in workspace.settings.operators.values():
        try:
            addressee(order, (operator.name, operator.id))
        except Refused:
            continue
        found.append(operator)
    return found


def _operator(workspace: Workspace, order: Order, name: str) -> Operator:
    ours = _addressed(workspace, order)
    if name:
        ours = [operator for operator in ours if operator.id == name]
    if len(ours) == 1:
        return ours[0]
    named = ", ".join(a.operator for a in order.addressees)
    if not ours:
        known = ", ".join(o.name for o in workspace.settings.operators.values())
        raise Refused(f"the order is for {named}; operators here: {known}", "send it back, or correct rectify.yaml")
    raise Refused("the order is for several operators here", f"take it in for each:  --operator {ours[0].id}")


def _append(
    writing: Writing, book: str, data: bytes, checked: Checked, ours: Operator, channel: str, before: str
) -> None:
    order, deadline = checked.order, checked.deadline
    body = {
        "operator": ours.id, "reference": order.reference, "digest": order.digest, "act": order.act.value,
        "instrument": order.instrument, "country": order.authority.country, "served": instant(order.served.at),
        "received": instant(writing.at), "channel": channel, "language": order.language,
        "territory": sorted(order.territory),
    }  # fmt: skip
    if checked.authority:
        body["authority"] = checked.authority.id
    if before:
        body["same_reference"] = before
    private = {
        "document": Private(f"order:{book}", data.decode()),
        "order": Private(f"order:{book}", to_json(order)),
        "channel_note": Private(f"order:{book}", order.served.by),
    }
    writing.append(Draft("received", book, body, private))
    writing.append(Draft("deadline_set", book, deadline_body(deadline)))


def deadline_body(deadline: Deadline) -> dict[str, object]:
    """A deadline as `deadline_set` carries it."""
    return {
        "due": instant(deadline.due) if deadline.due else None,
        "rule": deadline.rule,
        "counted_from": instant(deadline.counted_from),
        "zone": deadline.zone,
        "provisional": deadline.provisional,
        "skipped": list(deadline.skipped),
        "warnings": list(deadline.warnings),
    }


def recount(workspace: Workspace, actor: str) -> list[str]:
    """Counts provisional deadlines anew with the register as it is now; the books whose deadline became another."""
    with workspace.ledger.reading() as connection:
        waiting = [row for row in orders(connection) if row.provisional and row.state not in CLOSED]
    found = []
    for row in waiting:
        try:
            order = order_of(workspace, row.book)
        except Refused:
            continue  # its text was erased: there is nothing left to count from
        if authority := known_authority(workspace, row.book, order):
            deadline = compute(order, instrument_named(order.instrument), authority, row.received)
            if (deadline.due, deadline.zone, deadline.provisional) != (row.due, row.zone, row.provisional):
                found.append((row.book, deadline))
    if found:
        with workspace.ledger.writing(workspace.now, actor) as writing:
            for book, deadline in found:
                writing.append(Draft("deadline_set", book, deadline_body(deadline)))
    return [book for book, _ in found]


def _tasks(
    workspace: Workspace, writing: Writing, book: str, checked: Checked, before: str, now: datetime
) -> list[str]:
    """Opens what a person has to look at first, and says it."""
    found: list[tuple[str, str]] = []
    if checked.authority is None:
        named = checked.order.authority
        found.append((UNKNOWN, f"{named.name} ({named.country}) is not in the register of authorities. It gets no "
                      "answer until somebody has found its contact elsewhere."))  # fmt: skip
    else:
        found += disagreements(checked.order, checked.authority, now)
    if before:
        found.append(("another order has this reference", f"{before} came in before with the same reference and "
                      "other bytes. Ask the authority which of them stands."))  # fmt: skip
    stands = packs_standing(workspace, writing.connection)
    found += [("a pack that is not here", text) for text in packs_told(stands, checked.order)]
    found += [("where it reaches", text) for text in reach_notes(checked.order, checked.authority)]
    open_tasks(writing, book, found)
    return [text for _, text in found]
