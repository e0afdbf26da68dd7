"""Which cases somebody asks for: by rule, verdict and account, the same way wherever cases are listed or counted."""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, func, or_, select

from rectify.cases.tables import cases, orders
from rectify.terms.case import CaseState


@dataclass(frozen=True, slots=True)
class Chosen:
    """What is asked for; empty = any. `rule` is "pack/rule" or the rule alone; `accounts` are surrogates of one."""

    rule: str = ""
    verdict: str = ""
    accounts: Collection[str] | None = None

    def conditions(self) -> list[ColumnElement[bool]]:
        """What a row of `cases` has to meet."""
        found: list[ColumnElement[bool]] = []
        if self.rule:
            quoted = json.dumps(self.rule)
            alone = json.dumps("/" + self.rule)[1:]
            found.append(or_(*(cases.c.rules.contains(text, autoescape=True) for text in (quoted, alone))))
        if self.verdict:
            found.append(cases.c.verdict == self.verdict)
        if self.accounts is not None:
            found.append(cases.c.account.in_(list(self.accounts)))
        return found


ALL = Chosen()


def how_many(connection: Connection, *, book: str = "", state: str = "", chosen: Chosen = ALL) -> int:
    """How many cases (of an order) there are in a state; what is open in an order that is over waits for nobody."""
    query = select(func.count()).select_from(cases).outerjoin(orders, orders.c.book == cases.c.book)
    query = query.where(*chosen.conditions())
    if book:
        query = query.where(cases.c.book == book)
    if state:
        query = query.where(cases.c.state == state)
    if state == CaseState.OPEN:
        query = query.where(func.coalesce(orders.c.over, "") == "")
    return int(connection.execute(query).scalar() or 0)
