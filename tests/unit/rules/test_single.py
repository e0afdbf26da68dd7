"""A condition judged on one row says what it says by column; and rows without what it needs never fire it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rectify.rules.columns import Answer
from rectify.rules.language import evaluate, parse
from rectify.rules.shapes import needed, renamed, shape_of
from rectify.rules.single import Hit, OneRow, Pair, single
from rectify.rules.tree import Node, words_read

from .rows_in_memory import Hit as MemoryHit
from .rows_in_memory import MemoryRows
from .test_evaluate import CONDITIONS, LINES, ROWS, N


@dataclass
class Asked:
    """What `MemoryRows` says of one of its rows."""

    rows: MemoryRows
    row: int

    def field(self, name: str) -> str | Decimal | None:
        return self.rows.fields[name][self.row]

    def registered(self) -> Pair:
        return self.rows.outside["registered"][self.row]

    def product(self, how: str) -> Pair:
        return self.rows.outside[how][self.row]

    def provider(self) -> Pair:
        return self.rows.outside["provider"][self.row]


def one(rows: MemoryRows, row: int, names: tuple[str, ...]) -> OneRow:
    found: dict[int, list[Hit]] = {}
    for number, name in enumerate(names):
        found[number + 7] = [hit[1:] for hit in sorted(rows.found.get(name, ())) if hit.row == row]
    return OneRow(found, [number + 7 for number in range(len(names))], Asked(rows, row))


@given(CONDITIONS, ROWS, st.none() | LINES)
def test_one_row_gives_what_columns_give(condition: Node, rows: MemoryRows, line: Node | None) -> None:
    held = evaluate(condition, rows, {} if line is None else {"other": line}, ["listing"] * N)
    shape, names = shape_of(condition, line)
    judge = single(shape)
    got = [judge(one(rows, row, names)) for row in range(N)]
    assert [(s.sure, s.possible, s.branch, s.error) for s in got] == list(
        zip(held.answer.sure, held.answer.possible, held.branch, held.errors, strict=True)
    )


@given(CONDITIONS, ROWS, st.none() | LINES)
def test_a_row_without_what_is_needed_never_fires(condition: Node, rows: MemoryRows, line: Node | None) -> None:
    held = evaluate(condition, rows, {} if line is None else {"other": line}, ["listing"] * N)
    named = {"product(gtin)": "gtin", "product(model)": "model", "provider": "provider"}
    for row in range(N):
        here = {name for name in "ab" if any(hit.row == row for hit in rows.found.get(name, ()))}
        here |= {name for name, asked in named.items() if rows.outside[asked][row][1]}
        if not all(names & here for names in needed(condition, line)):
            assert not held.answer.possible[row]


@given(CONDITIONS, st.none() | LINES)
def test_a_shape_is_the_condition_under_other_names(condition: Node, line: Node | None) -> None:
    shape, names = shape_of(condition, line)
    back = {str(n): name for n, name in enumerate(names)}
    assert renamed(shape.condition, back.__getitem__) == condition
    assert (shape.line is None) == (line is None)
    assert line is None or renamed(shape.line, back.__getitem__) == line
    assert set(names) == words_read(condition) | (words_read(line) if line is not None else set())


def needs(text: str, line: str = "") -> list[set[str]]:
    names = {"a", "b", "c", "sale"}
    found = needed(parse(text, names), parse(line, names, offer=True) if line else None)
    return [set(one) for one in found]


@pytest.mark.parametrize(
    ("text", "line", "expected"),
    [
        ("a", "", [{"a"}]),
        ("a and b", "", [{"a"}, {"b"}]),
        ("a or b", "", [{"a", "b"}]),
        ("near(a, b, 3) and not c", "", [{"a"}, {"b"}]),
        ("(a in (title) and offer or near(a, sale, 4)) and not registered", "sale or b", [{"a"}, {"b", "sale"}]),
        ("a and offer", "", [set()]),  # a kind without a line has no offers
        ("a and offer or b", "", [{"b"}]),
        ("a and offer", "true", [{"a"}]),
        ("price > 3 or a", "", []),
        ("product(gtin) or product(model)", "", [{"product(gtin)", "product(model)"}]),
        ("(a or b) and (a or b or c)", "", [{"a", "b"}]),
    ],
)
def test_what_a_condition_needs(text: str, line: str, expected: list[set[str]]) -> None:
    assert sorted(map(sorted, needs(text, line))) == sorted(map(sorted, expected))


def test_rules_of_one_shape_differ_in_nothing_but_names() -> None:
    first = shape_of(parse("a and near(a, sale, 4)", {"a", "sale"}), None)
    other = shape_of(parse("b and near(b, c, 4)", {"b", "c"}), None)
    assert first[0] == other[0]
    assert (first[1], other[1]) == (("a", "sale"), ("b", "c"))
    assert shape_of(parse("a and near(sale, a, 4)", {"a", "sale"}), None)[0] != first[0]


def test_an_answer_that_fails_makes_its_row_possible_and_marks_it() -> None:
    class Broken(MemoryRows):
        def registered(self) -> Answer:
            raise RuntimeError("no register")

    @dataclass
    class AskedInVain(Asked):
        def registered(self) -> Pair:
            raise RuntimeError("no register")

    rows = Broken(1, {"a": [MemoryHit(0, 0, 0, 3, True, False)]})
    condition = parse("a and registered", {"a"})
    held = evaluate(condition, rows, {}, ["listing"])
    shape, names = shape_of(condition, None)
    told = single(shape)(replace(one(rows, 0, names), answers=AskedInVain(rows, 0)))
    assert tuple(told) == (False, True, 1, True)
    assert (held.answer.possible.tolist(), held.branch.tolist(), held.errors.tolist()) == ([True], [1], [True])
