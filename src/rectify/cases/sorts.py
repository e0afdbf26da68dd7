"""Sorts of tasks, and who may say that one is done: the act of `terms.person.ALLOWED` that it asks for, in one place.

The sort of a task is its `what`, as the steps, the letters and the law of claims word it.
"""

from __future__ import annotations

from collections.abc import Mapping

from rectify.terms.measure import MEASURES
from rectify.terms.person import ALLOWED

IDENTITY = "identity of accounts"
NOT_FOUND = "a named place was not found"
SEND_ON = "pass on appeal"
LEFT = "left on purpose"  # violations that stay on sale, as a final report says with the reason
OTHER = "accept"  # what an order asks for in words of its own is a matter of the order: legal

ACTS: Mapping[str, str] = {
    # of the order, its authority and its acceptance
    "authority not in the register": "authority",
    "does not agree with the register": "accept",
    "a pack that is not here": "accept",
    "where it reaches": "accept",
    "another order has this reference": "accept",
    IDENTITY: "accept",
    "report": "report",
    LEFT: "report",
    "term is over": "end",
    # of items
    NOT_FOUND: "decide",
    SEND_ON: "appeal",
    # of letters
    "letter without address": "letters",
    "letter not delivered": "letters",
    # of places, as the law of claims computes them (CLAIMS.md 14)
    "outcome unknown": "approve",
    "whose hand": "approve",
    "reach unknown": "approve",
    "over-reach": "approve",
    "cannot be done here": "approve",
    "cannot be undone here": "approve",
    # measures that somebody carries out by hand: of a service, or asked for by a warning
    **{str(name): "carry out" for name in MEASURES},
}  # fmt: skip


def act_for(what: str) -> str:
    """The act that a role must allow for a task of this sort to be done."""
    return ACTS.get(what, OTHER)


def roles_for(what: str) -> tuple[str, ...]:
    """The roles of which one is needed, by name."""
    return tuple(sorted(ALLOWED[act_for(what)]))
