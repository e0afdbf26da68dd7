"""Conditions evaluated by column, in three values: sure, possible, neither (DESIGN.md §5, weight)."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

import numpy as np
import numpy.typing as npt

from rectify.rules.columns import Answer, Flags, Hits, Rows, most_apart, near
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
    Operator,
    Or,
    Plain,
    ProductNamed,
    ProviderNamed,
    Registered,
    Value,
    alternatives,
    walk,
)
from rectify.terms.item import TEXT_FIELDS

_NUMBER_LENGTH = 40
_FIRST_VARIANT = TEXT_FIELDS.index("variants")


@dataclass(frozen=True, slots=True)
class Held:
    """What a condition says of each row, which branch held (from 1, 0 = none), and where an error stood in the way."""

    answer: Answer
    branch: npt.NDArray[np.int32]
    errors: Flags


def evaluate(condition: Node, rows: Rows, offers: Mapping[str, Node], kinds: Sequence[str]) -> Held:
    """A condition over n rows of these kinds. `offers`: kind -> line, with "other" for each kind not named.

    A row in which an error stood is possible, never sure, and marked: nothing that fails is a silent yes or no.
    """
    run = _Evaluation(rows, offers, np.asarray(kinds, dtype=object))
    answer = run.answer(condition)
    sure, possible = answer.sure & ~run.errors, answer.possible | run.errors
    branch = np.zeros(rows.n, np.int32)
    answers = [run.answer(part) for part in alternatives(condition)]
    for column in ([a.sure for a in answers], [a.possible for a in answers]):
        for number, flags in enumerate(column, 1):
            branch[(branch == 0) & flags & possible] = number
    branch[(branch == 0) & possible] = 1  # an error outside all alternatives
    return Held(Answer(sure, possible), branch, run.errors)


@dataclass(slots=True)
class _Evaluation:
    """One condition over one set of rows; each atom is answered once."""

    rows: Rows
    offers: Mapping[str, Node]
    kinds: npt.NDArray[np.object_]
    errors: Flags = field(init=False)
    known: dict[int | Node, Answer] = field(default_factory=dict)  # atoms by what they say, the rest by identity

    def __post_init__(self) -> None:
        self.errors = np.zeros(self.rows.n, np.bool_)

    def answer(self, node: Node) -> Answer:
        """The answer of a node, all parts always evaluated: nothing hides an error."""
        key = id(node) if isinstance(node, (And, Or, Not, Offer)) else node
        if key not in self.known:
            self.known[key] = self._answer(node)
        return self.known[key]

    def _answer(self, node: Node) -> Answer:
        match node:
            case And(parts):
                answers = [self.answer(part) for part in parts]
                return Answer(
                    np.logical_and.reduce([a.sure for a in answers]),
                    np.logical_and.reduce([a.possible for a in answers]),
                )
            case Or(parts):
                answers = [self.answer(part) for part in parts]
                return Answer(
                    np.logical_or.reduce([a.sure for a in answers]), np.logical_or.reduce([a.possible for a in answers])
                )
            case Not(part):
                return self._not(part)
            case Offer():
                return self._offer()
        return self._guarded(lambda: self._atom(node))

    def _not(self, part: Node) -> Answer:
        """What the seller writes may lower a verdict to review, never acquit; a register may."""
        inner = self.answer(part)
        acquits = all(isinstance(atom, (*OUTSIDE, Not, And, Or)) for atom in walk(part))
        return Answer(~inner.possible, ~inner.sure if acquits else np.ones(self.rows.n, np.bool_))

    def _offer(self) -> Answer:
        """The line of each row's kind; a kind without a line has none."""
        sure, possible = np.zeros(self.rows.n, np.bool_), np.zeros(self.rows.n, np.bool_)
        for kind in sorted(set(self.kinds.tolist())):
            line = self.offers.get(kind, self.offers.get("other"))
            if line is not None:
                of_kind, answer = self.kinds == kind, self.answer(line)
                sure |= of_kind & answer.sure
                possible |= of_kind & answer.possible
        return Answer(sure, possible)

    def _guarded(self, atom: Callable[[], Answer]) -> Answer:
        """The answer of an atom; if it fails, every row is possible and marked."""
        try:
            return atom()
        except Exception:
            self.errors[:] = True
            return Answer.all_of(self.rows.n, False, True)

    def _atom(self, node: Node) -> Answer:
        rows, n = self.rows, self.rows.n
        match node:
            case Has(words, fields):
                return self._both(rows.hits(words), lambda hits: _in_fields(hits, fields).rows(n))
            case Near(one, other, limit):
                return self._near(rows.hits(one), rows.hits(other), limit, one == other)
            case Count(words, least):
                return self._both(rows.hits(words), lambda hits: most_apart(hits, n, least) >= least)
            case Plain(words):
                hits = rows.hits(words)
                return self._both(hits.only(hits.plain), lambda kept: kept.rows(n))
            case Compare(name, operator, value):
                return self._compared(rows.field(name), lambda held: compare(held, operator, value))
            case Among(name, values):
                return self._compared(rows.field(name), lambda held: any(compare(held, "==", v) for v in values))
            case Registered():
                return rows.registered()
            case ProductNamed(how):
                return rows.product(how)
            case ProviderNamed():
                return rows.provider()
            case Always():
                return Answer.all_of(n, True)
        raise TypeError(f"not an atom: {node!r}")

    def _both(self, hits: Hits, of: Callable[[Hits], Flags]) -> Answer:
        """Sure over hits that are not weak, possible over all."""
        if not hits.weak.any():
            return Answer.of(of(hits))
        return Answer(of(hits.only(~hits.weak)), of(hits))

    def _near(self, one: Hits, other: Hits, limit: int, same: bool) -> Answer:
        def found(left: Hits, right: Hits) -> Flags:
            flags = np.zeros(self.rows.n, np.bool_)
            flags[near(left, right, limit, same)] = True
            return flags

        possible = found(one, other)
        if not one.weak.any() and not other.weak.any():
            return Answer.of(possible)
        return Answer(found(one.only(~one.weak), other.only(~other.weak)), possible)

    def _compared(self, values: Sequence[str | Decimal | None], holds: Callable[[str | Decimal], bool]) -> Answer:
        """A comparison; a value that is not stated gives no. A value that cannot be compared is an error of its row."""
        flags = np.zeros(self.rows.n, np.bool_)
        failed = np.zeros(self.rows.n, np.bool_)
        for number, value in enumerate(values):
            if value is None or value == "":
                continue
            try:
                flags[number] = holds(value)
            except (ArithmeticError, ValueError, TypeError):
                failed[number] = True
        self.errors |= failed
        return Answer(flags & ~failed, flags | failed)


def _in_fields(hits: Hits, fields: tuple[str, ...]) -> Hits:
    if not fields:
        return hits
    place = np.minimum(hits.field, _FIRST_VARIANT)
    return hits.only(np.isin(place, [TEXT_FIELDS.index(name) for name in fields]))


def _plain_text(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold().strip()


def _number(value: str | Decimal) -> Decimal | None:
    """A text or decimal as a number, None where it is none. Raises InvalidOperation for NaN and the like."""
    if isinstance(value, Decimal):
        return value
    text = value.strip()
    if len(text) > _NUMBER_LENGTH or not text.removeprefix("-").replace(".", "", 1).isdecimal():
        return None
    return Decimal(text)


def compare(held: str | Decimal, operator: Operator, value: Value) -> bool:
    """One comparison. A text that is no number compares with no number: false, `!=` too."""
    if isinstance(value, str):
        equal = _plain_text(str(held)) == _plain_text(value)
        return equal if operator == "==" else not equal
    number = _number(held)
    if number is None:
        return False
    match operator:
        case "==":
            return number == value
        case "!=":
            return number != value
        case "<":
            return number < value
        case "<=":
            return number <= value
        case ">":
            return number > value
    return number >= value
