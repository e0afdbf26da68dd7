"""Candidate rows in memory, and a second, naive evaluation of conditions: row by row, pair by pair."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import combinations
from typing import NamedTuple

import numpy as np

from rectify.rules.columns import Answer, Hits
from rectify.rules.tree import (
    Always,
    Among,
    And,
    Compare,
    Count,
    Has,
    Near,
    Node,
    Not,
    Offer,
    Or,
    Plain,
    ProductNamed,
    ProviderNamed,
    Registered,
    branches,
    walk,
)


class Hit(NamedTuple):
    row: int
    field: int
    start: int
    end: int
    plain: bool
    weak: bool


@dataclass
class MemoryRows:
    n: int
    found: Mapping[str, Sequence[Hit]] = field(default_factory=dict)
    fields: Mapping[str, Sequence[str | Decimal | None]] = field(default_factory=dict)
    outside: Mapping[str, Sequence[tuple[bool, bool]]] = field(default_factory=dict)
    broken: frozenset[str] = frozenset()

    def hits(self, words: str) -> Hits:
        if words in self.broken:
            raise RuntimeError("a broken column")
        rows = sorted(self.found.get(words, ()))
        columns = list(zip(*rows, strict=True)) or [()] * 6
        kinds = (np.int32, np.int16, np.int32, np.int32, np.bool_, np.bool_)
        return Hits(*(np.array(c, k) for c, k in zip(columns, kinds, strict=True)))

    def field(self, name: str) -> Sequence[str | Decimal | None]:
        return self.fields.get(name, [None] * self.n)

    def _answer(self, name: str) -> Answer:
        pairs = self.outside.get(name, [(False, False)] * self.n)
        return Answer(np.array([s for s, _ in pairs], bool), np.array([p for _, p in pairs], bool))

    def registered(self) -> Answer:
        return self._answer("registered")

    def product(self, how: str) -> Answer:
        return self._answer(how)

    def provider(self) -> Answer:
        return self._answer("provider")


class Naive:
    """The oracle: one row, three values as a pair."""

    def __init__(self, rows: MemoryRows, offers: Mapping[str, Node], kinds: Sequence[str]) -> None:
        self.rows, self.offers, self.kinds = rows, offers, kinds

    def held(self, condition: Node, row: int) -> tuple[bool, bool, int]:
        sure, possible = self.answer(condition, row)
        branch = 0
        if possible:
            answers = [self.answer(part, row) for part, _ in branches(condition)]
            branch = next((i for i, a in enumerate(answers, 1) if a[0]), 0) or next(
                (i for i, a in enumerate(answers, 1) if a[1]), 1
            )
        return sure, possible, branch

    def answer(self, node: Node, row: int) -> tuple[bool, bool]:
        match node:
            case And(parts):
                answers = [self.answer(p, row) for p in parts]
                return all(s for s, _ in answers), all(p for _, p in answers)
            case Or(parts):
                answers = [self.answer(p, row) for p in parts]
                return any(s for s, _ in answers), any(p for _, p in answers)
            case Not(part):
                sure, possible = self.answer(part, row)
                names = [n for n in walk(part) if not isinstance(n, (And, Or, Not))]
                acquits = all(isinstance(n, (Registered, ProductNamed, ProviderNamed)) for n in names)
                return not possible, (not sure if acquits else True)
            case Offer():
                kind = self.kinds[row]
                line = self.offers[kind] if kind in self.offers else self.offers.get("other")
                return (False, False) if line is None else self.answer(line, row)
            case Always():
                return True, True
            case Registered():
                return self.rows.outside["registered"][row]
            case ProviderNamed():
                return self.rows.outside["provider"][row]
            case ProductNamed(how):
                return self.rows.outside[how][row]
            case Compare(name, operator, value):
                return (self.compare(self.rows.fields[name][row], operator, value),) * 2
            case Among(name, values):
                return (any(self.compare(self.rows.fields[name][row], "==", v) for v in values),) * 2
        return self.over_hits(node, row, weak=False), self.over_hits(node, row, weak=True)

    def compare(self, held: object, operator: str, value: object) -> bool:
        if held is None or held == "":
            return False
        if isinstance(value, str):
            return (str(held).lower() == value.lower()) == (operator == "==")
        try:
            number = Decimal(str(held))
        except ArithmeticError:
            return False
        tests = {"==": "__eq__", "!=": "__ne__", "<": "__lt__", "<=": "__le__", ">": "__gt__", ">=": "__ge__"}
        return bool(getattr(number, tests[operator])(value))

    def of(self, words: str, row: int, weak: bool) -> list[Hit]:
        return [h for h in self.rows.found.get(words, ()) if h.row == row and (weak or not h.weak)]

    def over_hits(self, node: Node, row: int, weak: bool) -> bool:
        match node:
            case Has(words, fields):
                places = {("title", "text", "variants")[min(h.field, 2)] for h in self.of(words, row, weak)}
                return bool(places & set(fields)) if fields else bool(places)
            case Plain(words):
                return any(h.plain for h in self.of(words, row, weak))
            case Count(words, least):
                hits = list({(h.field, h.start, h.end) for h in self.of(words, row, weak)})
                return any(apart(some) for some in combinations(hits, least))
            case Near(one, other, limit):
                pairs = [(a, b) for a in self.of(one, row, weak) for b in self.of(other, row, weak)]
                return any(is_near(a, b, limit, one == other) for a, b in pairs)
        raise TypeError(node)


def overlap(a: tuple[int, int], b: tuple[int, int]) -> bool:
    return a[0] < b[1] and b[0] < a[1]


def apart(hits: Sequence[tuple[int, int, int]]) -> bool:
    return not any(a[0] == b[0] and overlap(a[1:], b[1:]) for a, b in combinations(hits, 2))


def is_near(a: Hit, b: Hit, limit: int, same: bool) -> bool:
    one, other = (a.start, a.end), (b.start, b.end)
    if a.field != b.field or one == other:
        return False
    if overlap(one, other):
        return not same
    return max(b.start - a.end, a.start - b.end) <= limit
