"""The truth table: all states at once say what each says by itself."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from rectify.rules.language import parse
from rectify.rules.pack import Term, Words
from rectify.rules.tree import Node
from rectify.rules.truth import answer, atoms, states, table

LISTS = {name: Words(name, (Term("x", "en"),)) for name in ("a", "b")}
ATOMS = ("a", "b", "a in (title)", "a in (title, text)", "near(a, b, 5)", "near(a, b, 9)", "near(a, a, 5)", "count(a) >= 2",
         "count(a) >= 3", "plain(a)", "price <= 5", "price > 5", "price == 7", "kind == 'listing'", "kind in ('app', 'page')",
         "registered", "provider", "product(gtin)")  # fmt: skip
CONDITIONS = st.recursive(
    st.sampled_from(ATOMS),
    lambda inner: st.one_of(inner.map(lambda one: f"not ({one})"),
                            st.tuples(inner, st.sampled_from(("and", "or")), inner).map(lambda p: f"({p[0]} {p[1]} {p[2]})")),
    max_leaves=5,
)  # fmt: skip


def tree(text: str) -> Node:
    return parse(text, LISTS)


@given(CONDITIONS, st.booleans())
def test_a_table_says_of_all_states_what_each_says(text: str, without_words: bool) -> None:
    condition = tree(text)
    names = atoms(condition)
    each = [answer(condition, state) for state in states(names, without_words=without_words)]
    full = table(names, without_words=without_words)
    sure, possible = full.answer(condition)
    assert full.rows == len(each)
    assert sorted(zip(sure.tolist(), possible.tolist(), strict=True)) == sorted(each)


def test_states_that_cannot_be_are_in_no_table() -> None:
    names = atoms(tree("near(a, b, 5) and a and count(a) >= 2"))
    full = table(names)
    near, words, many = names
    assert not (full.possible[near] & ~full.possible[words]).any()
    assert not (full.possible[many] & ~full.possible[words]).any()
    assert full.rows < 2**3


def test_a_condition_without_names_has_one_state() -> None:
    assert table([]).rows == 1
