"""Conditions judged on one row: what `evaluate.py` says by column, for rules that only a row or two can fire.

A column costs as much for one row as for a thousand; a closure over one row costs a few microseconds.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import NamedTuple, Protocol

from rectify.rules.evaluate import compare
from rectify.rules.shapes import Shape
from rectify.rules.tree import (
    OUTSIDE,
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
    alternatives,
    walk,
)
from rectify.terms.item import TEXT_FIELDS

Pair = tuple[bool, bool]  # sure, possible
_NO, _YES, _PERHAPS = (False, False), (True, True), (False, True)
_END, _WEAK = 2, 4  # in a `Hit`
_FIRST_VARIANT = TEXT_FIELDS.index("variants")


Hit = tuple[int, int, int, bool, bool]  # field, start, end, plain, weak, as in `columns.Hits`


class Answers(Protocol):
    """What no words say of the row; each may fail."""

    def field(self, name: str) -> str | Decimal | None:
        """A field: "price" as Decimal, all others as text, None = not stated."""
        ...

    def registered(self) -> Pair:
        """Whether the account is registered."""
        ...

    def product(self, how: str) -> Pair:
        """Whether the item is a product that the order names."""
        ...

    def provider(self) -> Pair:
        """Whether the item is of a provider that the order names."""
        ...


@dataclass(slots=True)
class OneRow:
    """A row: hits by list, sorted by field and start; which lists the words of the shape are; what else is asked."""

    found: Mapping[int, Sequence[Hit]]
    lists: Sequence[int]
    answers: Answers
    error: bool = field(default=False)


Said = Callable[[OneRow], Pair]


class Single(NamedTuple):
    """What a condition says of one row, as `evaluate.Held` says it of many."""

    sure: bool
    possible: bool
    branch: int
    error: bool


_NOTHING = Single(False, False, 0, False)


def single(shape: Shape) -> Callable[[OneRow], Single]:
    """A condition made ready to be judged on one row after another."""
    whole = _said(shape.condition, shape.line)
    parts = [_said(part, shape.line) for part in alternatives(shape.condition)]
    alone = len(parts) == 1

    def judged(row: OneRow) -> Single:
        row.error = False
        sure, possible = whole(row)
        answers = () if alone or not (possible or row.error) else [part(row) for part in parts]
        error = row.error
        if not (possible or error):
            return _NOTHING
        return Single(sure and not error, True, _branch(answers), error)

    return judged


def _branch(answers: Sequence[Pair]) -> int:
    for value in (0, 1):
        for number, pair in enumerate(answers, 1):
            if pair[value]:
                return number
    return 1


def _said(node: Node, line: Node | None) -> Said:
    match node:
        case And(parts):
            return _all_of([_said(part, line) for part in parts])
        case Or(parts):
            return _one_of([_said(part, line) for part in parts])
        case Not(part):
            return _not(part, line)
        case Offer():
            return (lambda row: _NO) if line is None else _said(line, None)
        case Always():
            return lambda row: _YES
        case Has() | Near() | Count() | Plain():
            return _over_hits(node)
        case Compare() | Among():
            return _guarded(_compared(node))
        case Registered():
            return _guarded(lambda row: row.answers.registered())
        case ProviderNamed():
            return _guarded(lambda row: row.answers.provider())
        case ProductNamed(how):
            return _guarded(lambda row: row.answers.product(how))
    raise TypeError(f"not a condition: {node!r}")


def _all_of(parts: Sequence[Said]) -> Said:
    """All parts are always judged: nothing hides an error."""

    def said(row: OneRow) -> Pair:
        sure = possible = True
        for part in parts:
            one, other = part(row)
            sure, possible = sure and one, possible and other
        return sure, possible

    return said


def _one_of(parts: Sequence[Said]) -> Said:
    def said(row: OneRow) -> Pair:
        sure = possible = False
        for part in parts:
            one, other = part(row)
            sure, possible = sure or one, possible or other
        return sure, possible

    return said


def _not(part: Node, line: Node | None) -> Said:
    inner = _said(part, line)
    acquits = all(isinstance(atom, (*OUTSIDE, Not, And, Or)) for atom in walk(part))

    def said(row: OneRow) -> Pair:
        sure, possible = inner(row)
        return not possible, not (acquits and sure)

    return said


def _guarded(atom: Said) -> Said:
    """The answer of an atom that asks what no words say; where it fails the row is possible and marked."""

    def said(row: OneRow) -> Pair:
        try:
            return atom(row)
        except Exception:
            row.error = True
            return _PERHAPS

    return said


def _compared(node: Compare | Among) -> Said:
    name = node.field
    tests: list[tuple[object, object]] = (
        [(node.operator, node.value)] if isinstance(node, Compare) else [("==", value) for value in node.values]
    )

    def said(row: OneRow) -> Pair:
        held = row.answers.field(name)
        if held is None or held == "":
            return _NO
        return _YES if any(compare(held, how, value) for how, value in tests) else _NO  # type: ignore[arg-type]

    return said


def _over_hits(node: Has | Near | Count | Plain) -> Said:
    match node:
        case Has(words, ()):
            return _weighed_any(int(words), None)
        case Has(words, fields):
            return _weighed_any(int(words), frozenset(TEXT_FIELDS.index(name) for name in fields))
        case Plain(words):
            return _weighed(int(words), lambda hits: any(plain for _, _, _, plain, _ in hits))
        case Count(words, least):
            return _weighed(int(words), lambda hits: len(hits) >= least and _apart(hits) >= least)
        case Near(one, other, limit):
            return _near(int(one), int(other), limit)
    raise TypeError(f"no words in {node!r}")


def _weighed_any(place: int, fields: frozenset[int] | None) -> Said:
    def said(row: OneRow) -> Pair:
        possible = False
        for number, _, _, _, weak in row.found.get(row.lists[place], ()):
            if fields is None or min(number, _FIRST_VARIANT) in fields:
                if not weak:
                    return _YES
                possible = True
        return False, possible

    return said


def _weighed(place: int, holds: Callable[[Sequence[Hit]], bool]) -> Said:
    """Sure over hits that are not weak, possible over all."""

    def said(row: OneRow) -> Pair:
        hits = row.found.get(row.lists[place], ())
        possible = holds(hits)
        if not possible or not any(hit[_WEAK] for hit in hits):
            return possible, possible
        return holds([hit for hit in hits if not hit[_WEAK]]), True

    return said


def _apart(hits: Sequence[Hit]) -> int:
    """How many hits there are that do not overlap: always the one that ends first."""
    reached: dict[int, int] = {}
    count = 0
    for number, start, end, *_ in sorted(hits, key=lambda hit: hit[_END]):
        if start >= reached.get(number, 0):
            reached[number] = end
            count += 1
    return count


def _near(one: int, other: int, limit: int) -> Said:
    same = one == other

    def said(row: OneRow) -> Pair:
        possible = False
        others = row.found.get(row.lists[other], ())
        for number, start, end, _, weak in row.found.get(row.lists[one], ()):
            for number2, start2, end2, _, weak2 in others:
                if number != number2 or start2 > end + limit or start > end2 + limit:
                    continue
                if start2 < end if same else start == start2 and end == end2:
                    continue  # one thing said once
                if not (weak or weak2):
                    return _YES
                possible = True
        return False, possible

    return said
