"""Persons and what their role lets them do. Nobody acts alone on what weighs much (`another_person` in settings)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """Role of a person; a person may hold several."""

    CLERK = "clerk"  # receives orders, keeps registers, writes packs
    LEGAL = "legal"  # confirms, accepts, asks, challenges, refuses, annuls and ends orders
    REVIEWER = "reviewer"  # decides cases
    LEAD = "lead"  # decides lots and appeals, approves sets
    ADMINISTRATOR = "administrator"  # settings, keys, persons


ALLOWED: dict[str, frozenset[Role]] = {
    "receive": frozenset({Role.CLERK, Role.LEGAL, Role.LEAD, Role.REVIEWER}),
    "confirm": frozenset({Role.LEGAL}),
    "accept": frozenset({Role.LEGAL}),
    "end": frozenset({Role.LEGAL}),
    "decide": frozenset({Role.REVIEWER, Role.LEAD, Role.LEGAL}),
    "lot": frozenset({Role.LEAD, Role.LEGAL}),
    "rehearse": frozenset({Role.REVIEWER, Role.LEAD, Role.LEGAL}),
    "approve": frozenset({Role.LEAD, Role.LEGAL}),
    "carry out": frozenset({Role.LEAD, Role.LEGAL}),
    "appeal": frozenset({Role.LEAD, Role.LEGAL}),
    "record appeal": frozenset({Role.CLERK, Role.REVIEWER, Role.LEAD, Role.LEGAL}),
    "letters": frozenset({Role.CLERK, Role.REVIEWER, Role.LEAD, Role.LEGAL}),
    "register": frozenset({Role.CLERK, Role.LEGAL, Role.ADMINISTRATOR}),
    "authority": frozenset({Role.LEGAL, Role.ADMINISTRATOR}),
    "bind": frozenset({Role.LEGAL, Role.LEAD}),
    "pack": frozenset({Role.CLERK, Role.REVIEWER, Role.LEAD, Role.LEGAL}),
    "promote": frozenset({Role.LEAD, Role.LEGAL}),
    "sweep": frozenset({Role.CLERK, Role.REVIEWER, Role.LEAD, Role.LEGAL}),
    "report": frozenset({Role.LEGAL, Role.LEAD}),
}


@dataclass(frozen=True, slots=True)
class Person:
    """Who acts. `id` is the name in settings (`--as awu`); `surrogate` is the random id that entries carry."""

    id: str
    roles: frozenset[Role]
    surrogate: str = ""

    def may(self, act: str) -> bool:
        """Whether a role of this person allows an act of `ALLOWED`. An act that is not listed is denied."""
        return bool(self.roles & ALLOWED.get(act, frozenset()))
