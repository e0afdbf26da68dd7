"""What to look at next: by the order's deadline, then the oldest; and cases that are like the one in hand."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, and_, func, or_, select

from rectify.cases.chosen import ALL, Chosen
from rectify.cases.decide import LOT
from rectify.cases.show import AnyRow
from rectify.cases.tables import cases, likes, orders
from rectify.store.instants import parse_instant
from rectify.terms.errors import Unknown


@dataclass(frozen=True, slots=True)
class Waiting:
    """A case that waits for a person: since when, and until when its order gives time (None: no instant)."""

    case: str
    book: str
    seen: str
    since: datetime
    due: datetime | None


def waiting(
    connection: Connection, *, book: str = "", limit: int = 50, passed: Collection[str] = (), chosen: Chosen = ALL
) -> list[Waiting]:
    """Open cases of orders that are not over: the nearest deadline first, then who waits longest.

    Orders without an instant come after those with one. `passed` are cases that this person skipped.
    """
    query = (
        _open(book)
        .where(*chosen.conditions())
        .order_by(orders.c.due.is_(None), orders.c.due, cases.c.waits, cases.c.case)
    )
    if passed:
        query = query.where(cases.c.case.not_in(list(passed)))
    return [
        Waiting(row.case, row.book, row.seen, parse_instant(row.waits), parse_instant(row.due) if row.due else None)
        for row in connection.execute(query.limit(limit))
    ]


def next_case(connection: Connection, *, book: str = "", passed: Collection[str] = ()) -> Waiting | None:
    """The first that waits."""
    return next(iter(waiting(connection, book=book, limit=1, passed=passed)), None)


def oldest(connection: Connection, *, book: str = "") -> datetime | None:
    """Since when the oldest open case waits; None when none does."""
    query = _open(book).with_only_columns(func.min(cases.c.waits)).order_by(None)
    since = connection.execute(query).scalar()
    return parse_instant(since) if since else None


def alike(connection: Connection, case: str) -> dict[str, str]:
    """Open cases like this one, itself first, with what they looked like (case -> seen): the stuff of a lot.

    Like = of the same order, found by the same rules, and of the same account or with a rule and evidence term in
    common. At most 50, the oldest first.
    """
    this = connection.execute(select(cases).where(cases.c.case == case)).first()
    if this is None:
        raise Unknown(f'no case is called "{case}"')
    rows = connection.execute(_like(this).order_by(cases.c.waits, cases.c.case).limit(LOT - 1))
    first = {case: this.seen} if this.state == "open" else {}
    return first | {row.case: row.seen for row in rows}


def how_many_alike(connection: Connection, case: str) -> int:
    """How many open cases are like this one, itself among them; more than a lot holds, perhaps. Raises Unknown."""
    this = connection.execute(select(cases).where(cases.c.case == case)).first()
    if this is None:
        raise Unknown(f'no case is called "{case}"')
    others = connection.execute(select(func.count()).select_from(_like(this).subquery())).scalar()
    return int(others or 0) + int(this.state == "open")


def _like(this: AnyRow) -> Select[Any]:
    """Other open cases like the one of a row."""
    terms = select(likes.c.like).where(likes.c.case == this.case)
    shares = cases.c.case.in_(select(likes.c.case).where(likes.c.like.in_(terms)))
    same = and_(cases.c.account == this.account, this.account != "", cases.c.rules == this.rules)
    return _open(this.book).where(cases.c.case != this.case, or_(same, and_(shares, cases.c.rules == this.rules)))


def _open(book: str) -> Select[Any]:
    query = (
        select(cases.c.case, cases.c.book, cases.c.seen, cases.c.waits, orders.c.due)
        .outerjoin(orders, orders.c.book == cases.c.book)
        .where(cases.c.state == "open", func.coalesce(orders.c.over, "") == "")
    )
    return query.where(cases.c.book == book) if book else query
