"""Rows are told by column as they would be one by one; with more sets than bits some are told in vain, none is lost."""

from __future__ import annotations

from unittest.mock import patch

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rectify.screening import prospects
from rectify.screening.match import ScanHits
from rectify.screening.prospects import Prospects

NUMBERS = 9
SETS = st.frozensets(st.integers(0, NUMBERS - 1), min_size=1, max_size=3)
NEEDS = st.lists(st.lists(SETS, min_size=1, max_size=4), min_size=1, max_size=6)
HITS = st.lists(st.tuples(st.integers(0, 30), st.integers(0, NUMBERS - 1)), min_size=1, max_size=40).map(sorted)


def scanned(hits: list[tuple[int, int]]) -> ScanHits:
    row, words = (np.array(part, np.int32) for part in zip(*hits, strict=True))
    nothing = np.zeros(len(hits), np.int32)
    return ScanHits(row, nothing, words, *([nothing] * 6), nothing > 0, nothing > 0)


def one_by_one(needs: list[list[frozenset[int]]], hits: list[tuple[int, int]]) -> list[int]:
    """The rows in which one of each set of some rule is hit."""
    here = {row: {number for at, number in hits if at == row} for row, _ in hits}
    return [row for row, held in here.items() if any(all(held & numbers for numbers in sets) for sets in needs)]


def made(needs: list[list[frozenset[int]]], size: int) -> Prospects:
    return Prospects.of(((sets, ()) for sets in needs), size)


def by_column(made: Prospects, needs: list[list[frozenset[int]]], hits: list[tuple[int, int]]) -> list[int]:
    nominating = frozenset().union(*(sets[0] for sets in needs))
    pivots = np.array([n for n, (_, number) in enumerate(hits) if number in nominating], np.int64)
    return made.rows(scanned(hits), pivots)


@given(NEEDS, HITS)
def test_the_rows_in_which_a_rule_may_fire(needs: list[list[frozenset[int]]], hits: list[tuple[int, int]]):
    assert by_column(made(needs, NUMBERS), needs, hits) == one_by_one(needs, hits)


@given(NEEDS, HITS, st.frozensets(st.integers(0, NUMBERS - 1), max_size=2))
def test_the_rows_in_which_a_rule_may_fire_if_some_numbers_are_hit_in_all(
    needs: list[list[frozenset[int]]], hits: list[tuple[int, int]], unseen: frozenset[int]
):
    here = {row: {number for at, number in hits if at == row} for row, _ in hits}
    expected = [row for row, held in here.items()
                if any(held & sets[0] and all((held | unseen) & one for one in sets) for sets in needs)]  # fmt: skip
    pivots = np.arange(len(hits))
    assert made(needs, NUMBERS).rows(scanned(hits), pivots, sorted(unseen)) == expected


@pytest.mark.parametrize("rules", [3, 200])
def test_rules_beyond_the_bits_are_not_lost(rules: int):
    needs = [[frozenset([n]), frozenset([n + 1, n + 2])] for n in range(0, 3 * rules, 3)]
    hits = sorted((row, 3 * row + n) for row in range(rules) for n in (0, 1 + row % 2) if row % 5)
    assert by_column(made(needs, 3 * rules), needs, hits) == one_by_one(needs, hits)
    bare = [(row, 3 * row) for row in range(rules)]
    told = by_column(made(needs, 3 * rules), needs, bare)
    assert told == one_by_one(needs, bare) == []


LISTS = st.lists(st.integers(0, NUMBERS - 1), max_size=3)
RULES = st.lists(st.tuples(st.lists(SETS, min_size=1, max_size=3), LISTS), max_size=6)
PAIRS = st.lists(st.tuples(st.integers(0, 5), st.integers(0, NUMBERS - 1)), max_size=12)


def columns(pairs: list[tuple[int, int]]) -> tuple[np.ndarray, np.ndarray]:
    made = np.array(pairs, np.int64).reshape(-1, 2)
    return made[:, 0], made[:, 1]


@given(RULES, PAIRS, PAIRS.filter(bool), st.frozensets(st.integers(0, NUMBERS - 1), max_size=2), LISTS)
def test_the_lists_that_rules_read_which_may_fire(
    rules: list[tuple[list[frozenset[int]], list[int]]], hits: list[tuple[int, int]], asked: list[tuple[int, int]],
    unseen: frozenset[int], every: list[int],
):  # fmt: skip
    def read(row: int) -> set[int]:
        here = {number for at, number in (*hits, *asked) if at == row} | unseen
        return {*every, *(number for sets, lists in rules if all(here & one for one in sets) for number in lists)}

    for few in (0, 100):
        with patch.object(prospects, "FEW", few):
            told = Prospects.of(rules, NUMBERS).read_there(columns(hits), columns(asked), sorted(unseen), every)
        assert told.tolist() == [number in read(row) for row, number in asked]


def test_lists_beyond_the_bits_are_read():
    rules = [([frozenset([n])], [n + 1]) for n in range(0, 300, 2)]
    asked = [(row, number) for row in range(20) for number in (row * 2, row * 2 + 1, 299)]
    for few in (0, 100):
        with patch.object(prospects, "FEW", few):
            told = Prospects.of(rules, 300).read_there(columns([]), columns(asked), (), ())
        assert told.tolist() == [False, True, False] * 20
