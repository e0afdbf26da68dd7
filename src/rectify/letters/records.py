"""The tables of letters and deliveries, filled from the ledger. Address, subject and text stay sealed."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from typing import Any

from sqlalchemy import Column, Connection, Integer, MetaData, Select, String, Table, Text, select, update

from rectify.ledger.ledger import Ledger
from rectify.store.instants import parse_instant, sortable
from rectify.terms.entry import Opened
from rectify.terms.errors import Unknown
from rectify.terms.letter import Delivery, DeliveryState, Letter, Occasion

metadata = MetaData()

letters = Table(
    "letters",
    metadata,
    Column("letter", String, primary_key=True),
    Column("sequence", Integer, nullable=False, unique=True),
    Column("book", String, nullable=False, index=True),
    Column("occasion", String, nullable=False),
    Column("to", String, nullable=False, index=True),
    Column("languages", Text, nullable=False),
    Column("claims", Text, nullable=False),
    Column("not_before", String),
    Column("written", String, nullable=False),
    Column("state", String, nullable=False),
    Column("address", String, nullable=False),  # ids of sealed parts
    Column("subject", String, nullable=False),
    Column("text", String, nullable=False),
    Column("key", String, nullable=False),  # the subject under whose key they are sealed
)

deliveries = Table(
    "letters_deliveries",
    metadata,
    Column("sequence", Integer, primary_key=True, autoincrement=False),
    Column("book", String, nullable=False),
    Column("letter", String, nullable=False, index=True),
    Column("state", String, nullable=False),
    Column("channel", String, nullable=False),
    Column("message_id", String, nullable=False),
    Column("at", String, nullable=False),
    Column("note", String, nullable=False),  # level of proof, or empty
    Column("error", String, nullable=False),  # id of a sealed part, or empty
)

told = Table(  # claims that a letter was written about
    "letters_told",
    metadata,
    Column("claim", String, primary_key=True),
    Column("letter", String, primary_key=True),
    Column("book", String, nullable=False),
)


class LettersTable:
    """The projection of letters."""

    name = "letters"
    metadata = metadata

    def __init__(self) -> None:
        self._apply: dict[str, Callable[[Connection, Opened], None]] = {
            "letter_written": _written, "letter_sent": _sent, "letter_delivered": _delivered, "letter_failed": _failed,
        }  # fmt: skip
        self.kinds = frozenset(self._apply)

    def apply(self, connection: Connection, opened: Opened) -> None:
        """Takes in one entry."""
        self._apply[opened.entry.kind](connection, opened)


def letter(ledger: Ledger, connection: Connection, letter_id: str) -> Letter:
    """A letter with its text; texts are empty once erased. Raises Unknown."""
    found = _opened(ledger, connection, select(letters).where(letters.c.letter == letter_id))
    if not found:
        raise Unknown(f'no letter is called "{letter_id}"')
    return found[0]


def letters_of(
    ledger: Ledger, connection: Connection, *, book: str = "", to: str = "", state: str = "", claim: str = ""
) -> list[Letter]:
    """Letters in the order in which they were written: of an order, to somebody, in a state, about a claim."""
    query = select(letters).order_by(letters.c.sequence)
    for column, value in ((letters.c.book, book), (letters.c.to, to), (letters.c.state, state)):
        if value:
            query = query.where(column == value)
    if claim:
        query = query.where(letters.c.letter.in_(select(told.c.letter).where(told.c.claim == claim)))
    return _opened(ledger, connection, query)


def deliveries_of(ledger: Ledger, connection: Connection, letter_id: str) -> list[Delivery]:
    """All attempts and proofs of a letter, the first one first."""
    query = select(deliveries).where(deliveries.c.letter == letter_id).order_by(deliveries.c.sequence)
    rows = connection.execute(query).all()
    plain = ledger.sealed.open_all(connection, [row.error for row in rows if row.error])
    return [
        Delivery(row.letter, DeliveryState(row.state), row.channel, row.message_id, parse_instant(row.at),
                 str(plain[row.error].value) if row.error in plain else row.note)
        for row in rows
    ]  # fmt: skip


def untold(connection: Connection, claims: Iterable[str]) -> list[str]:
    """Those of some claims that no letter was written about."""
    wanted = list(claims)
    known: set[str] = set()
    for start in range(0, len(wanted), 400):
        query = select(told.c.claim).where(told.c.claim.in_(wanted[start : start + 400]))
        known.update(connection.execute(query).scalars())
    return [claim for claim in wanted if claim not in known]


def counts(connection: Connection, book: str) -> dict[str, int]:
    """How many letters of an order are in each state; every state is there."""
    states = connection.execute(select(letters.c.state).where(letters.c.book == book)).scalars().all()
    return {str(state): states.count(str(state)) for state in DeliveryState}


def _written(connection: Connection, opened: Opened) -> None:
    entry, body = opened.entry, opened.body
    not_before = body.get("not_before")
    parts = {name: str(part["id"]) for name, part in entry.parts.items()}
    row = {
        "letter": body["letter"], "sequence": entry.sequence, "book": entry.book, "occasion": body["occasion"],
        "to": body["to"], "languages": json.dumps(body["languages"]), "claims": json.dumps(body["claims"]),
        "not_before": sortable(parse_instant(not_before)) if not_before else None, "written": sortable(entry.at),
        "state": str(DeliveryState.WRITTEN), "address": parts["address"], "subject": parts["subject"],
        "text": parts["text"], "key": entry.parts["text"]["subject"],
    }  # fmt: skip
    connection.execute(letters.insert().values(row))
    if body["claims"]:
        about = [{"claim": c, "letter": body["letter"], "book": entry.book} for c in sorted(set(body["claims"]))]
        connection.execute(told.insert(), about)


def _sent(connection: Connection, opened: Opened) -> None:
    _delivery(connection, opened, DeliveryState.HANDED_OVER, message_id=opened.body["message_id"])


def _delivered(connection: Connection, opened: Opened) -> None:
    _delivery(connection, opened, DeliveryState.DELIVERED, note=opened.body["level"])


def _failed(connection: Connection, opened: Opened) -> None:
    error = opened.entry.parts.get("error")
    _delivery(connection, opened, DeliveryState.FAILED, error=str(error["id"]) if error else "")


def _delivery(connection: Connection, opened: Opened, state: DeliveryState, **values: str) -> None:
    entry, body = opened.entry, opened.body
    row = {"message_id": "", "note": "", "error": "", **values}
    connection.execute(
        deliveries.insert().values(
            sequence=entry.sequence,
            book=entry.book,
            letter=body["letter"],
            state=str(state),
            channel=body.get("channel", ""),
            at=sortable(entry.at),
            **row,
        )
    )
    if state is DeliveryState.FAILED and not body["final"]:  # it will be tried again
        return
    here = letters.c.letter == body["letter"]
    if state is not DeliveryState.DELIVERED:  # a bounce or a late copy takes no proof of delivery away
        here &= letters.c.state != str(DeliveryState.DELIVERED)
    connection.execute(update(letters).where(here).values(state=str(state)))


def _opened(ledger: Ledger, connection: Connection, query: Select[Any]) -> list[Letter]:
    rows = connection.execute(query).all()
    ids = [part for row in rows for part in (row.address, row.subject, row.text)]
    plain = {part: str(found.value) for part, found in ledger.sealed.open_all(connection, ids).items()}
    return [
        Letter(
            id=row.letter, order=row.book, occasion=Occasion(row.occasion), to=row.to,
            languages=tuple(json.loads(row.languages)), claims=tuple(json.loads(row.claims)),
            state=DeliveryState(row.state), written=parse_instant(row.written), address=plain.get(row.address, ""),
            subject=plain.get(row.subject, ""), body=plain.get(row.text, ""),
            not_before=parse_instant(row.not_before) if row.not_before else None,
        )
        for row in rows
    ]  # fmt: skip
