"""Work that falls due: each piece once, by whoever holds its lease; what comes back too late is refused.

An entry and the work that it causes are put in one transaction. A lease adds 1 to the fence; who ends the work shows
the fence of his lease, so that a worker that slept past its lease cannot undo what another did meanwhile.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, and_, or_, select, update
from sqlalchemy.engine import Row

from rectify.store.instants import parse_instant, sortable
from rectify.store.tables import due as table
from rectify.terms.entry import Json
from rectify.terms.errors import Refused, Unknown


@dataclass(frozen=True, slots=True)
class Leased:
    """A piece of work that is ours until the lease ends. `attempts` counts this one."""

    key: str
    payload: Json
    fence: int
    attempts: int


@dataclass(frozen=True, slots=True)
class Work:
    """A piece of work as it stands: state is waiting, leased, done or set_aside."""

    key: str
    kind: str
    due: datetime
    payload: Json
    state: str
    fence: int
    attempts: int
    error: str


class DueWork:
    """Due work inside the transaction that is given. Times are passed in, in any zone."""

    def put(self, connection: Connection, key: str, kind: str, due: datetime, payload: Json) -> bool:
        """Puts a piece of work; False (and nothing changes) if the key is known, whatever became of it."""
        if connection.execute(select(table.c.key).where(table.c.key == key)).first() is not None:
            return False
        said = json.dumps(payload, ensure_ascii=False, allow_nan=False)
        row = {"key": key, "kind": kind, "due": sortable(due), "payload": said, "state": "waiting"}
        connection.execute(table.insert().values(**row, fence=0, attempts=0, lease_until="", error=""))
        return True

    def lease(self, connection: Connection, kind: str, now: datetime, seconds: float, limit: int) -> list[Leased]:
        """Takes up to `limit` pieces of a kind that are due, earliest first, or whose lease has ended."""
        at = sortable(now)
        free = or_(
            and_(table.c.state == "waiting", table.c.due <= at),
            and_(table.c.state == "leased", table.c.lease_until < at),
        )
        query = select(table).where(table.c.kind == kind, free).order_by(table.c.due, table.c.key).limit(limit)
        rows = connection.execute(query).all()
        until = sortable(now + timedelta(seconds=seconds))
        for row in rows:
            connection.execute(
                update(table)
                .where(table.c.key == row.key)
                .values(state="leased", fence=row.fence + 1, attempts=row.attempts + 1, lease_until=until)
            )
        return [Leased(row.key, json.loads(row.payload), row.fence + 1, row.attempts + 1) for row in rows]

    def extend(self, connection: Connection, key: str, fence: int, now: datetime, seconds: float) -> None:
        """Holds a lease for longer. Raises Refused if it is no longer ours."""
        self._held(connection, key, fence, lease_until=sortable(now + timedelta(seconds=seconds)))

    def done(self, connection: Connection, key: str, fence: int) -> None:
        """The work is done, for good. Raises Refused if the lease is no longer ours."""
        self._held(connection, key, fence, state="done", lease_until="")

    def retry(self, connection: Connection, key: str, fence: int, due: datetime, error: str) -> None:
        """Puts it back for another attempt. Raises Refused if the lease is no longer ours."""
        self._held(connection, key, fence, state="waiting", due=sortable(due), lease_until="", error=error)

    def set_aside(self, connection: Connection, key: str, fence: int, error: str) -> None:
        """Leaves it to a person. Raises Refused if the lease is no longer ours."""
        self._held(connection, key, fence, state="set_aside", lease_until="", error=error)

    def withdraw(self, connection: Connection, key: str) -> bool:
        """Ends work that is no longer wanted; whoever holds its lease is refused at the end. False if it had ended."""
        gone = connection.execute(
            update(table)
            .where(table.c.key == key, table.c.state.in_(["waiting", "leased"]))
            .values(state="done", fence=table.c.fence + 1, lease_until="")
        )
        return gone.rowcount == 1

    def get(self, connection: Connection, key: str) -> Work | None:
        """A piece of work by its key."""
        row = connection.execute(select(table).where(table.c.key == key)).first()
        return None if row is None else _work(row)

    def list(self, connection: Connection, kind: str, *states: str) -> list[Work]:
        """All work of a kind, earliest first; of the states that are named, or of all."""
        query = select(table).where(table.c.kind == kind).order_by(table.c.due, table.c.key)
        if states:
            query = query.where(table.c.state.in_(states))
        return [_work(row) for row in connection.execute(query)]

    def _held(self, connection: Connection, key: str, fence: int, **values: str) -> None:
        ours = and_(table.c.key == key, table.c.fence == fence, table.c.state == "leased")
        if connection.execute(update(table).where(ours).values(**values)).rowcount == 1:
            return
        now = self.get(connection, key)
        if now is None:
            raise Unknown(f'no work is known by the key "{key}"')
        raise Refused(f'the lease {fence} of "{key}" has ended; the work is {now.state}, lease {now.fence}',
                      "what came of it is with whoever took it since; change nothing")  # fmt: skip


def _work(row: Row) -> Work:  # type: ignore[type-arg]
    return Work(row.key, row.kind, parse_instant(row.due), json.loads(row.payload), row.state, row.fence,
                row.attempts, row.error)  # fmt: skip
