"""Packs made in a line, and items without the fields that do not matter."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import pyarrow as pa

from rectify.rules.language import parse
from rectify.rules.pack import Pack, Rule, Term, Words, digest_of, pack_json
from rectify.rules.registers import Register, RegisterEntry
from rectify.screening.trial import batch_of
from rectify.terms.finding import Verdict

DAY = date(2026, 11, 20)


def words(name: str, *terms: str, not_in: tuple[str, ...] = (), patterns: tuple[str, ...] = ()) -> Words:
    return Words(name, tuple(Term(term, "en") for term in terms), not_in, patterns)


def rule(when: str, lists: Mapping[str, Words], name: str = "rule", **fields: Any) -> Rule:
    base: dict[str, Any] = {
        "verdict": Verdict.VIOLATION, "measure": "remove_item", "why": "It is a recalled thing.", "field_rule": False,
        "acts": ("sell",), "kinds": ("listing",),
    }  # fmt: skip
    return Rule(name, when, parse(when, lists), **(base | fields))


def pack(
    *lists: Words, when: str = "", rules: Mapping[str, str | dict[str, Any]] | None = None, name: str = "recalls",
    offer: Mapping[str, str] | None = None, registers: tuple[str, ...] = (), **fields: Any,
) -> Pack:  # fmt: skip
    """A pack of one rule `when`, or of `rules`: id -> condition, or fields of the rule with its condition."""
    by_name = {one.name: one for one in lists}
    given = {"rule": when} if rules is None else rules
    made = []
    for id_, said in given.items():
        told = {"when": said} if isinstance(said, str) else dict(said)
        made.append(rule(told.pop("when"), by_name, id_, **(fields | told)))
    kinds = tuple(sorted({kind for one in made for kind in one.kinds}))
    acts = tuple(sorted({act for one in made for act in one.acts}))
    lines = {kind: parse(text, by_name, offer=True) for kind, text in (offer or {}).items()}
    held = Pack(name, 1, {"en": name}, acts, kinds, registers, by_name, lines, tuple(made))
    return Pack(**{**{f: getattr(held, f) for f in held.__slots__}, "digest": digest_of(pack_json(held))})


def register(
    name: str = "licensed",
    *,
    accounts: tuple[str, ...] = (),
    as_of: date = DAY,
    stale_after_days: int = 30,
    **entry: Any,
) -> Register:
    base = {"id": "e1", "name": "Kite Licensed Ltd", "territory": frozenset({"XA"}), "accounts": accounts}
    return Register(name, "Office", as_of, stale_after_days, (RegisterEntry(**(base | entry)),))


def items(*rows: str | Mapping[str, Any]) -> pa.RecordBatch:
    """Listings: a text alone is the title."""
    return batch_of([{"kind": "listing", **({"title": row} if isinstance(row, str) else row)} for row in rows])
