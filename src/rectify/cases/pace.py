"""How long a person takes for a case, from the instants of decisions: what a change of rules will cost in hours."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from statistics import median

from sqlalchemy import Connection, select

from rectify.cases.tables import decisions
from rectify.store.instants import parse_instant

ASSUMED = 40.0  # seconds a plain case, where too few were decided to know
ENOUGH = 20  # cases that a pace is taken from, at least
PAUSE = 900  # seconds: who decides nothing for longer did something else


@dataclass(frozen=True, slots=True)
class Pace:
    """Seconds a case (the median), and how many cases it was taken from; 0 = it is assumed."""

    seconds: float
    cases: int

    def hours(self, cases: int) -> float:
        """How long so many cases take one person."""
        return cases * self.seconds / 3600


def pace(connection: Connection) -> Pace:
    """The pace of all persons so far; the assumed one where fewer than `ENOUGH` cases tell it."""
    query = select(decisions.c.by, decisions.c.at).where(~decisions.c.machine)
    rows = connection.execute(query.order_by(decisions.c.by, decisions.c.at)).all()
    return pace_of((row.by, parse_instant(row.at)) for row in rows)


def pace_of(decided: Iterable[tuple[str, datetime]]) -> Pace:
    """The pace of decisions (who, when), each person's together and in order.

    Cases decided at one instant are a lot: each took its part of the time since the decision before.
    """
    taken: list[float] = []
    for _, of_one in groupby(decided, key=lambda one: one[0]):
        before: datetime | None = None
        for at, lot in groupby(at for _, at in of_one):
            n = sum(1 for _ in lot)
            if before is not None and (at - before).total_seconds() <= PAUSE:
                taken += [(at - before).total_seconds() / n] * n
            before = at
    return Pace(median(taken), len(taken)) if len(taken) >= ENOUGH else Pace(ASSUMED, 0)
