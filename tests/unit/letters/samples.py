"""Facts for a letter of every occasion, short and plain, so that what is read is the text of the templates."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from rectify.letters.facts import (
    ActFacts,
    AppealFacts,
    AuthorityFacts,
    Facts,
    ItemTold,
    OrderGround,
    SeenText,
    Sender,
    TermGround,
)
from rectify.terms.letter import Occasion

T0 = datetime(2026, 11, 20, 8, tzinfo=UTC)
SENDER = Sender("Example Market", "XA", "post@market.example", "Europe/Berlin")
ORDER = OrderGround(
    reference="XA-1", authority="Safety Office", country="XA", instrument="gpsr-22", reasons="It can fall.",
    legal_basis=("Safety Act s. 22",), territory=("XA",), received=T0, redress="Objection within a month.",
)  # fmt: skip
TERM = TermGround("Rule 4", "No risky goods.", "It can fall.", ("XA",), "Board A", "Court B")
ITEM = ItemTold(
    "listing", "GW-1", "Pram", "https://market.example/i/GW-1", (SeenText("title", "Pram"),), ("Same code.",)
)
RETURNED = (Occasion.RETURNED_ANNULLED, Occasion.RETURNED_ENDED)
APPEALS = tuple(o for o in Occasion if o.startswith("appeal_"))
TO_AUTHORITY = (
    Occasion.ACKNOWLEDGEMENT, Occasion.ASKED_BACK, Occasion.CHALLENGED, Occasion.REFUSED, Occasion.REPORT,
)  # fmt: skip


def act(**changes: Any) -> ActFacts:
    """Facts of an act on one listing."""
    plain: dict[str, Any] = {
        "sender": SENDER, "ground": ORDER, "items": (ITEM,), "countries": ("XA",), "since": T0,
        "appeal_until": date(2027, 5, 20), "was": "removed", "fallen": ORDER, "question": "Which batch is it?",
    }  # fmt: skip
    return ActFacts(**{**plain, **changes})


def of_appeal(**changes: Any) -> AppealFacts:
    """Facts of an appeal."""
    plain: dict[str, Any] = {
        "sender": SENDER, "ground": ORDER, "item": ITEM, "countries": ("XA",), "appeal": "appeal-1",
        "kind": "not_covered", "received": T0, "reason": "It is a toy.",
    }  # fmt: skip
    return AppealFacts(**{**plain, **changes})


def to_authority(**changes: Any) -> AuthorityFacts:
    """Facts of a letter to an authority."""
    plain: dict[str, Any] = {
        "sender": SENDER, "reference": "XA-1", "authority": "Safety Office", "received": T0, "digest": "ab12",
        "text": "Which pram is meant?", "state": "final",
    }  # fmt: skip
    return AuthorityFacts(**{**plain, **changes})


def facts_for(occasion: Occasion, **changes: Any) -> Facts:
    """Facts for any occasion."""
    if occasion in TO_AUTHORITY:
        return to_authority(**changes)
    return of_appeal(**changes) if occasion in APPEALS else act(**changes)


def variants(occasion: Occasion) -> list[Facts]:
    """Facts that lead through the branches of an occasion's template."""
    if occasion in TO_AUTHORITY:
        more: list[dict[str, Any]] = [
            {"due": T0, "code": "AB2C-DE3F"},
            {"state": "interim"},
            {"state": "corrected", "files": (("a.pdf", "ab"),)},
        ]
        return [facts_for(occasion, **changes) for changes in [{}, *more]]
    alone = Sender("Example Market", "XA", "post@market.example", another_person=False)
    if occasion in APPEALS:
        more = [{"ground": TERM}, {"kind": "order_wrong"}, {"answer_by": date(2027, 1, 1)}, {"sender": alone}]
        more += [{"stands": False}]
        # There is no authority to pass an appeal on to where the ground is a term of our own.
        more = more[1:] if occasion is Occasion.APPEAL_PASSED_ON else more
        return [facts_for(occasion, **changes) for changes in [{}, *more]]
    two = (ITEM, ItemTold("app", "A-1", "", "", (), (), "order", "software", more=3))
    more = [{"ground": TERM, "fallen": TERM}, {"items": two, "beyond": ("XB",)}, {"until": date(2027, 1, 1)}]
    more += [{"was": was} for was in ("labelled", "restricted", "warned", "suspended", "closed")]
    more += [{"phase": "past", "ended": T0}, {"phase": "falling"}, {"less": True}]
    more += [{"sender": alone, "checkpoint": "x", "answer_by": date(2027, 1, 1)}]
    return [facts_for(occasion, **changes) for changes in [{}, *more]]
