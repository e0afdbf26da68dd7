"""Conditions by column give what a naive reading, row by row, gives."""

from __future__ import annotations

from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rectify.rules.columns import Hits
from rectify.rules.language import evaluate, parse
from rectify.rules.tree import (
    Always,
    Among,
    Compare,
    Count,
    Has,
    Near,
    Node,
    Not,
    Offer,
    Plain,
    ProductNamed,
    ProviderNamed,
    Registered,
    conjunction,
    disjunction,
)

from .rows_in_memory import Hit, MemoryRows, Naive

N = 4
WORDS = st.sampled_from(["a", "b"])
VALUES = st.sampled_from([Decimal(5), Decimal("7.5"), "x", "Y"])
_ATOMS = st.one_of(
    st.builds(Has, WORDS, st.sampled_from([(), ("title",), ("text", "variants"), ("variants",)])),
    st.builds(Near, WORDS, WORDS, st.integers(0, 6)),
    st.builds(Count, WORDS, st.integers(1, 4)),
    st.builds(Plain, WORDS),
    st.builds(Compare, st.just("category"), st.sampled_from(["==", "!="]), VALUES),
    st.builds(Compare, st.just("price"), st.sampled_from(["==", "!=", "<", "<=", ">", ">="]), st.just(Decimal(5))),
    st.builds(Among, st.just("category"), st.lists(VALUES, min_size=1, max_size=3).map(tuple)),
    st.builds(Registered),
    st.builds(ProviderNamed),
    st.builds(ProductNamed, st.sampled_from(["gtin", "model"])),
)


def _nodes(atoms: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    return st.recursive(
        atoms,
        lambda inner: st.one_of(
            inner.map(Not),
            st.lists(inner, min_size=2, max_size=3).map(lambda p: conjunction(tuple(p))),
            st.lists(inner, min_size=2, max_size=3).map(lambda p: disjunction(tuple(p))),
        ),
        max_leaves=6,
    )


CONDITIONS = _nodes(st.one_of(_ATOMS, st.builds(Offer)))
LINES = st.one_of(st.builds(Always), _nodes(_ATOMS))


@st.composite
def hits(draw: st.DrawFn) -> Hit:
    start = draw(st.integers(0, 12))
    plain = draw(st.booleans())
    weak = False if plain else draw(st.booleans())
    end = start + draw(st.integers(1, 4))
    return Hit(draw(st.integers(0, N - 1)), draw(st.integers(0, 3)), start, end, plain, weak)


@st.composite
def doubt(draw: st.DrawFn) -> tuple[bool, bool]:
    sure = draw(st.booleans())
    return sure, sure or draw(st.booleans())


def columns(element: st.SearchStrategy) -> st.SearchStrategy[list]:
    return st.lists(element, min_size=N, max_size=N)


ROWS = st.builds(
    MemoryRows,
    st.just(N),
    st.fixed_dictionaries({"a": st.lists(hits(), max_size=12), "b": st.lists(hits(), max_size=8)}),
    st.fixed_dictionaries(
        {
            "category": columns(st.sampled_from([None, "", "x", "X", "y", "5", "7.50", "n/a"])),
            "price": columns(st.sampled_from([None, Decimal(3), Decimal("5.00"), Decimal(9)])),
        }
    ),
    st.fixed_dictionaries({name: columns(doubt()) for name in ("registered", "provider", "gtin", "model")}),
)


@given(CONDITIONS, ROWS, st.dictionaries(st.sampled_from(["listing", "app", "other"]), LINES), st.data())
def test_columns_give_what_rows_give(condition: Node, rows: MemoryRows, offers: dict, data: st.DataObject) -> None:
    kinds = data.draw(columns(st.sampled_from(["listing", "app", "page"])))
    held = evaluate(condition, rows, offers, kinds)
    naive = Naive(rows, offers, kinds)
    got = list(zip(held.answer.sure.tolist(), held.answer.possible.tolist(), held.branch.tolist(), strict=True))
    assert got == [naive.held(condition, row) for row in range(N)]
    assert not held.errors.any()
    assert not (held.answer.sure & ~held.answer.possible).any()


def verdicts(text: str, rows: MemoryRows, names: set[str], offers: dict | None = None) -> list[str]:
    held = evaluate(parse(text, names), rows, offers or {}, ["listing"] * rows.n)
    pairs = zip(held.answer.sure, held.answer.possible, strict=True)
    return ["sure" if s else "possible" if p else "no" for s, p in pairs]


def hit(row: int, start: int = 0, end: int = 3, *, field: int = 0, weak: bool = False, plain: bool = True) -> Hit:
    return Hit(row, field, start, end, plain and not weak, weak)


def test_a_seller_lowers_a_verdict_by_a_word_and_never_acquits() -> None:
    rows = MemoryRows(2, {"service": [hit(0), hit(1)], "innocent": [hit(1, 5, 8)]})
    assert verdicts("service and not innocent", rows, {"service", "innocent"}) == ["sure", "possible"]


def test_a_register_acquits_and_a_near_entry_asks_a_person() -> None:
    rows = MemoryRows(
        3,
        {"service": [hit(r) for r in range(3)]},
        outside={"registered": [(True, True), (False, True), (False, False)]},
    )
    assert verdicts("service and not registered", rows, {"service"}) == ["no", "possible", "sure"]


def test_not_over_a_register_and_words_together_does_not_acquit() -> None:
    rows = MemoryRows(1, {"service": [hit(0)]}, outside={"registered": [(True, True)]})
    assert verdicts("service and not (registered or service)", rows, {"service"}) == ["possible"]


def test_a_weak_hit_never_makes_a_sure_answer_and_a_second_hit_does() -> None:
    rows = MemoryRows(2, {"service": [hit(0, weak=True), hit(1, weak=True), hit(1, 9, 12)]})
    assert verdicts("service", rows, {"service"}) == ["possible", "sure"]
    assert verdicts("plain(service)", rows, {"service"}) == ["no", "sure"]


@pytest.mark.parametrize(
    ("other", "limit", "expected"),
    [((7, 9), 4, "sure"), ((7, 9), 3, "no"), ((1, 5), 0, "sure"), ((0, 3), 10, "no"), ((3, 5), 0, "sure")],
    ids=["just near", "just too far", "overlapping", "the same characters", "touching"],
)
def test_near_counts_the_characters_between(other: tuple[int, int], limit: int, expected: str) -> None:
    rows = MemoryRows(1, {"service": [hit(0)], "plan": [hit(0, *other)]})
    assert verdicts(f"near(service, plan, {limit})", rows, {"service", "plan"}) == [expected]
    assert verdicts(f"near(plan, service, {limit})", rows, {"service", "plan"}) == [expected]


def test_near_never_crosses_fields_or_rows() -> None:
    rows = MemoryRows(2, {"service": [hit(0), hit(1)], "plan": [hit(0, 4, 6, field=1)]})
    assert verdicts("near(service, plan, 100)", rows, {"service", "plan"}) == ["no", "no"]


def test_near_of_one_list_wants_two_things() -> None:
    rows = MemoryRows(2, {"a": [hit(0), hit(0, 1, 6), hit(1), hit(1, 5, 8)]})
    assert verdicts("near(a, a, 5)", rows, {"a"}) == ["no", "sure"]


def test_near_over_a_weak_hit_is_for_a_person() -> None:
    rows = MemoryRows(1, {"service": [hit(0, weak=True)], "plan": [hit(0, 5, 8)]})
    assert verdicts("near(service, plan, 9)", rows, {"service", "plan"}) == ["possible"]


def test_count_takes_hits_that_do_not_overlap() -> None:
    rows = MemoryRows(1, {"a": [hit(0, 0, 10), hit(0, 1, 3), hit(0, 4, 6), hit(0, 5, 9)]})
    assert verdicts("count(a) >= 2", rows, {"a"}) == ["sure"]
    assert verdicts("count(a) >= 3", rows, {"a"}) == ["no"]


def test_count_over_many_rows_and_hits_is_quick_and_right() -> None:
    n, each = 1000, 60
    row = np.repeat(np.arange(n, dtype=np.int32), each)
    start = np.tile(np.arange(each, dtype=np.int32), n)
    flags = np.zeros(len(row), np.bool_)
    many = Hits(row, np.zeros(len(row), np.int16), start, start + 2, ~flags, flags)

    class Many(MemoryRows):
        def hits(self, words: str) -> Hits:
            return many

    held = evaluate(parse("count(a) >= 30 and not count(a) >= 31", {"a"}), Many(n), {}, ["listing"] * n)
    assert held.answer.sure.all()


def test_a_kind_without_an_offer_line_has_no_offer() -> None:
    rows = MemoryRows(2, {"service": [hit(0), hit(1)]})
    held = evaluate(parse("service and offer", {"service"}), rows, {"app": Always()}, ["app", "post"])
    assert held.answer.possible.tolist() == [True, False]


def test_the_branch_is_the_first_sure_alternative_else_the_first_possible() -> None:
    rows = MemoryRows(3, {"a": [hit(0, weak=True), hit(1, weak=True)], "b": [hit(0, 5, 8), hit(2)]})
    held = evaluate(parse("(a or b) and not registered", {"a", "b"}), rows, {}, ["listing"] * 3)
    assert held.branch.tolist() == [2, 1, 2]
    assert held.answer.sure.tolist() == [True, False, True]


def test_an_error_is_for_a_person_and_marked_even_where_another_part_fails() -> None:
    rows = MemoryRows(1, {"a": []}, broken=frozenset({"b"}))
    for text in ("a and b", "a or b", "not b", "a and not b"):
        held = evaluate(parse(text, {"a", "b"}), rows, {}, ["listing"])
        assert held.errors.all()
        assert held.answer.possible.all()
        assert not held.answer.sure.any()
        assert held.branch.tolist() == [1 if text != "a or b" else 2]


def test_an_error_in_one_value_marks_one_row() -> None:
    prices = [Decimal("sNaN"), Decimal(9), None]
    rows = MemoryRows(3, {"a": [hit(r) for r in range(3)]}, {"price": prices})
    held = evaluate(parse("a and price > 5", {"a"}), rows, {}, ["listing"] * 3)
    assert held.errors.tolist() == [True, False, False]
    assert verdicts("a and price > 5", rows, {"a"}) == ["possible", "sure", "no"]


@pytest.mark.parametrize(
    ("text", "held", "expected"),
    [
        ("category == 'Routers'", " routers ", "sure"),
        ("category != 'Routers'", None, "no"),
        ("attributes.ports > 1000", "1194", "sure"),
        ("attributes.ports > 1000", "tcp", "no"),
        ("attributes.ports != 1000", "tcp", "no"),
        ("attributes.ports == 1194", "1194.0", "sure"),
        ("category in ('a', 'b')", "B", "sure"),
    ],
)
def test_fields_compare_as_a_clerk_reads_them(text: str, held: str | None, expected: str) -> None:
    name = text.split()[0]
    assert verdicts(text, MemoryRows(1, fields={name: [held]}), set()) == [expected]


def test_rows_beyond_any_batch_are_told_apart_too() -> None:
    n = 140_000
    found = {"a": [hit(row) for row in (0, 70_000, 139_999)], "b": [hit(row, 5, 8) for row in (1, 70_000)]}
    rows = MemoryRows(n, found)
    held = evaluate(parse("near(a, b, 3) or count(a) >= 2", {"a", "b"}), rows, {}, ["listing"] * n)
    assert np.flatnonzero(held.answer.sure).tolist() == [70_000]
