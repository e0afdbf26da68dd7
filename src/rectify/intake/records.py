"""Where each order stands: one row an order's book, filled from the ledger, and how it is asked for."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Boolean, Column, Connection, Integer, MetaData, Row, String, Table, Text, insert, select, update

from rectify.intake.order_json import from_json
from rectify.store.instants import instant, parse_instant
from rectify.terms.claim import NAMES, effect_named
from rectify.terms.entry import Json, Opened
from rectify.terms.errors import Refused, Unknown, nearest
from rectify.terms.order import Order, OrderState, move
from rectify.terms.territory import Territory, meet

metadata = MetaData()


def _text(name: str, *, index: bool = False) -> Column[str]:
    return Column(name, Text, nullable=False, default="", index=index)


# Instants are RFC 3339 UTC text, dates ISO text, lists JSON text; empty = none.
orders_table = Table(
    "orders",
    metadata,
    Column("book", String, primary_key=True),
    Column("sequence", Integer, nullable=False),  # of the entry `received`: the order in which they came in
    _text("operator", index=True),
    _text("reference", index=True),
    _text("digest", index=True),
    _text("state"),
    _text("act"),
    _text("instrument"),
    _text("authority"),  # id in the register of authorities
    _text("authority_name"),  # as the order says it
    _text("country"),
    _text("language"),
    _text("channel"),
    _text("served"),
    _text("received"),
    _text("confirmed"),
    _text("confirmed_how"),
    _text("confirmed_by"),
    _text("changed"),  # when its state last changed
    _text("due"),
    _text("rule"),
    _text("counted_from"),
    _text("zone"),
    Column("provisional", Boolean, nullable=False, default=False),
    _text("skipped"),
    _text("warnings"),
    _text("territory"),  # as ordered; once accepted or narrowed, what is left
    Column("whole", Boolean, nullable=False, default=False),
    _text("measures"),
    _text("tasks"),
    _text("acts"),
    _text("kinds"),
    _text("effect"),
    _text("search_until"),
    _text("stays_down_until"),
    _text("confidential_until"),
    _text("open_tasks"),
    _text("report"),  # state of the last report
    _text("reported"),
)


@dataclass(frozen=True, slots=True)
class OrderRow:
    """An order as it stands. Instants in UTC; `due` None: no instant; measures to kinds are empty until accepted."""

    book: str
    operator: str
    reference: str
    digest: str
    state: OrderState
    act: str
    instrument: str
    authority: str
    authority_name: str
    country: str
    language: str
    channel: str
    served: datetime | None
    received: datetime
    confirmed: datetime | None
    confirmed_how: str
    confirmed_by: str
    changed: datetime
    due: datetime | None
    rule: str
    counted_from: datetime | None
    zone: str
    provisional: bool
    skipped: tuple[str, ...]
    warnings: tuple[str, ...]
    territory: Territory
    whole: bool
    measures: tuple[str, ...]
    tasks: tuple[str, ...]
    acts: tuple[str, ...]
    kinds: tuple[str, ...]
    effect: str
    search_until: date | None
    stays_down_until: date | None
    confidential_until: date | None
    open_tasks: tuple[str, ...]
    report: str
    reported: datetime | None


_INSTANTS = frozenset({"served", "received", "confirmed", "changed", "due", "counted_from", "reported"})
_DATES = frozenset({"search_until", "stays_down_until", "confidential_until"})
_LISTS = frozenset({"skipped", "warnings", "measures", "tasks", "acts", "kinds", "open_tasks"})
# Kind of entry -> the step of terms.order.MOVES that it is.
_STEPS = {"confirmed": "confirm", "asked": "ask", "challenged": "challenge", "refused": "refuse", "narrowed": "narrow",
          "annulled": "annul", "ended": "end"}  # fmt: skip


def order_row(connection: Connection, book: str) -> OrderRow:
    """The order of a book. Raises Unknown with the nearest name."""
    row = connection.execute(select(orders_table).where(orders_table.c.book == book)).first()
    if row is None:
        raise Unknown(f'there is no order "{book}"', nearest(book, _names(connection)))
    return _order_row(row)


def orders(connection: Connection, *, operator: str = "", states: Collection[OrderState] = ()) -> list[OrderRow]:
    """Orders as they came in, the first first; of one operator or in some states where these are named."""
    query = select(orders_table).order_by(orders_table.c.sequence)
    if operator:
        query = query.where(orders_table.c.operator == operator)
    if states:
        query = query.where(orders_table.c.state.in_([str(state) for state in states]))
    return [_order_row(row) for row in connection.execute(query)]


def book_named(connection: Connection, name: str) -> str:
    """The book of an order by its book, or by the authority's reference where only one order bears it.

    A reference may be written with other brackets, blanks, widths and cases than in the order. Raises Unknown with the
    nearest name, Refused where several orders go by it.
    """
    known: dict[str, str] = {row.book: row.reference for row in connection.execute(_NAMES)}
    borne = sorted(book for book, reference in known.items() if reference == name)
    if name in known and (not borne or known[name] == name):
        return name
    if name in known:  # of an older book, whose name was made from another reference
        told = f"{name} is the name of one order and the reference of another"
        raise Refused(told, f'name it:  "{known[name]}"  or  {borne[0]}')
    borne = borne or sorted(book for book, reference in known.items() if _folded(reference) == _folded(name) != "")
    if not borne:
        raise Unknown(f'there is no order "{name}"', nearest(name, _names(connection)))
    if len(borne) > 1:
        raise Refused(f"several orders bear the reference {name}", f"name the book: {', '.join(borne)}")
    return borne[0]


def _folded(reference: str) -> str:
    return re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", reference).casefold())


def same_digest(connection: Connection, digest: str, operator: str) -> OrderRow | None:
    """The order with exactly these bytes that an operator has received before; None if there is none."""
    query = select(orders_table).where(orders_table.c.digest == digest, orders_table.c.operator == operator)
    row = connection.execute(query.order_by(orders_table.c.sequence)).first()
    return _order_row(row) if row else None


def same_reference(connection: Connection, reference: str, operator: str, country: str = "") -> list[OrderRow]:
    """Orders under the same reference (and country, where it is named) that an operator has received before."""
    query = select(orders_table).where(orders_table.c.reference == reference, orders_table.c.operator == operator)
    if country:
        query = query.where(orders_table.c.country == country)
    return [_order_row(row) for row in connection.execute(query.order_by(orders_table.c.sequence))]


def may_move(connection: Connection, book: str, step: str) -> OrderState:
    """The state that a step leads to. Raises Refused where it is not allowed now, Unknown for an unknown book."""
    return move(order_row(connection, book).state, step)


def order_of(opened: Opened) -> Order | None:
    """The order of an entry `received`; None once it is erased."""
    data = opened.private.get("order")
    return None if data is None else from_json(data)


_NAMES = select(orders_table.c.book, orders_table.c.reference)


def _names(connection: Connection) -> list[str]:
    return sorted({name for row in connection.execute(_NAMES) for name in row})


def _order_row(row: Row[Any]) -> OrderRow:
    values: dict[str, Any] = {}
    for name in OrderRow.__dataclass_fields__:
        value = getattr(row, name)
        if name in _INSTANTS:
            value = parse_instant(value) if value else None
        elif name in _DATES:
            value = date.fromisoformat(value) if value else None
        elif name in _LISTS:
            value = tuple(json.loads(value)) if value else ()
        values[name] = value
    values["territory"] = frozenset(json.loads(row.territory) if row.territory else ())
    return OrderRow(**{**values, "state": OrderState(row.state)})


class OrdersTable:
    """The projection "orders" (store.tables.Projection). An entry whose step is not allowed is refused."""

    name = "orders"
    metadata = metadata

    def __init__(self) -> None:
        self._takes: Mapping[str, Callable[[Opened, Row[Any]], dict[str, Json]]] = {
            "confirmed": _confirmed,
            "accepted": _accepted,
            "deadline_set": _deadline_set,
            "narrowed": _narrowed,
            "reported": _reported,
            "task_opened": _task_opened,
            "task_done": _task_done,
        }

    @property
    def kinds(self) -> frozenset[str]:
        """Kinds of entry that it reads."""
        return frozenset({"received", *self._takes, *_STEPS})

    def apply(self, connection: Connection, opened: Opened) -> None:
        """Takes one entry in. Raises Refused where the order's state does not allow it."""
        entry = opened.entry
        if entry.kind == "received":
            connection.execute(insert(orders_table).values(_received(opened)))
            return
        row = connection.execute(select(orders_table).where(orders_table.c.book == entry.book)).first()
        if row is None:
            raise Unknown(f'there is no order "{entry.book}"')
        changes = self._takes[entry.kind](opened, row) if entry.kind in self._takes else {}
        step = "accept" if entry.body.get("whole") else "accept in part"
        step = step if entry.kind == "accepted" else _STEPS.get(entry.kind, "")
        if step:
            changes |= {"state": str(move(OrderState(row.state), step)), "changed": instant(entry.at)}
        if changes:
            connection.execute(update(orders_table).where(orders_table.c.book == entry.book).values(changes))


def _received(opened: Opened) -> dict[str, Json]:
    entry, body = opened.entry, opened.body
    order = opened.private.get("order") or {}
    names = ("operator", "reference", "digest", "act", "instrument", "country", "channel")
    optional = ("authority", "served", "language")
    received = body.get("received") or instant(entry.at)
    return {
        "book": entry.book,
        "sequence": entry.sequence,
        **{name: body[name] for name in names},
        **{name: body.get(name, "") for name in optional},
        "authority_name": order.get("authority", {}).get("name", ""),
        "confidential_until": order.get("confidential_until") or "",
        "territory": json.dumps(body.get("territory", [])),
        "received": received,
        "changed": instant(entry.at),
        "state": str(OrderState.RECEIVED),
    }


def _confirmed(opened: Opened, _row: Row[Any]) -> dict[str, Json]:
    body = opened.body
    return {"authority": body["authority"], "confirmed": body["at"], "confirmed_how": body["how"],
            "confirmed_by": body.get("person", "")}  # fmt: skip


def _accepted(opened: Opened, _row: Row[Any]) -> dict[str, Json]:
    body = opened.body
    lists = {name: json.dumps(list(body[name])) for name in ("territory", "measures", "tasks", "acts", "kinds")}
    days = {name: body.get(name) or "" for name in ("search_until", "stays_down_until")}
    return {"whole": bool(body["whole"]), "effect": body["effect"], **lists, **days}


def _deadline_set(opened: Opened, _row: Row[Any]) -> dict[str, Json]:
    body = opened.body
    return {
        "due": body["due"] or "",
        "rule": body["rule"],
        "counted_from": body["counted_from"],
        "zone": body["zone"],
        "provisional": bool(body["provisional"]),
        "skipped": json.dumps(list(body["skipped"]), ensure_ascii=False),
        "warnings": json.dumps(list(body["warnings"]), ensure_ascii=False),
    }


def _narrowed(opened: Opened, row: Row[Any]) -> dict[str, Json]:
    """What both the order as it was and the narrowing leave: a second one widens nothing (CLAIMS.md 5)."""
    reach = meet(frozenset(json.loads(row.territory)), frozenset(opened.body["to"]))
    mildest = min(effect_named("item", name) for name in (row.effect, opened.body["effect"]) if name)
    return {"territory": json.dumps(sorted(reach)), "effect": NAMES["item"][mildest]}


def _reported(opened: Opened, row: Row[Any]) -> dict[str, Json]:
    """The final report meets the deadline: what follows it corrects or repeats, and moves no instant."""
    state, told = opened.body["state"], row.report in ("final", "corrected")
    if told:
        return {"report": "corrected"} if state == "corrected" else {}
    return {"report": state, "reported": instant(opened.entry.at)}


def _task_opened(opened: Opened, row: Row[Any]) -> dict[str, Json]:
    tasks = json.loads(row.open_tasks or "[]")
    return {"open_tasks": json.dumps([*tasks, opened.body["task"]])}


def _task_done(opened: Opened, row: Row[Any]) -> dict[str, Json]:
    tasks = json.loads(row.open_tasks or "[]")
    return {"open_tasks": json.dumps([task for task in tasks if task != opened.body["task"]])}
