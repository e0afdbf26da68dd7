"""Rows that share an id are counted; where they look different a person decides; the same finding is told once."""

from __future__ import annotations

from collections import Counter
from unittest.mock import patch

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rectify.screening import duplicates
from rectify.screening.duplicates import DUPLICATE, Repeats, repeated
from rectify.terms.finding import Finding, Verdict
from rectify.terms.item import ItemKey


def found(item: str, seen: str, rule: str = "r") -> Finding:
    key = ItemKey("s", "listing", item)
    return Finding(f"{item}-{rule}-{seen}", "", "p", "pack", rule, key, "", Verdict.VIOLATION, "", "", (), seen=seen)


def settled(rows: dict[str, int], findings: list[Finding]) -> list[tuple[str, Verdict, tuple[str, ...]]]:
    repeats = Repeats({int(item): n for item, n in rows.items()})
    repeats.add((int(one.item.id), one) for one in findings)
    kept = [one for one in (repeats.settle(int(f.item.id), f) for f in findings) if one]
    return [(one.id, one.verdict, one.marks) for one in kept]


@pytest.mark.parametrize("at_once", [1 << 24, 4])
@given(st.lists(st.lists(st.sampled_from([0, 1, 2**63, 2**64 - 1, 77]), max_size=9), max_size=4))
def test_repeats_are_counted_over_all_splits_in_any_number_of_rounds(at_once, splits):
    with patch.object(duplicates, "_AT_ONCE", at_once):
        parts = [np.array(split, np.uint64) for split in splits]
        counted = repeated([lambda part=part: part for part in parts], sum(map(len, splits)))
    assert counted == {value: n for value, n in Counter(value for split in splits for value in split).items() if n > 1}


def test_an_id_that_stands_once_keeps_its_finding():
    assert settled({}, [found("1", "a")]) == [("1-r-a", Verdict.VIOLATION, ())]


def test_two_rows_that_look_alike_give_one_finding():
    assert settled({"1": 2}, [found("1", "a"), found("1", "a")]) == [("1-r-a", Verdict.VIOLATION, ())]


def test_two_rows_that_look_different_go_to_a_person_both():
    assert settled({"1": 2}, [found("1", "a"), found("1", "b")]) == [
        ("1-r-a", Verdict.REVIEW, (DUPLICATE,)), ("1-r-b", Verdict.REVIEW, (DUPLICATE,)),
    ]  # fmt: skip


def test_a_row_without_the_finding_of_its_twin_looks_different():
    assert settled({"1": 2}, [found("1", "a")]) == [("1-r-a", Verdict.REVIEW, (DUPLICATE,))]


def test_rules_are_judged_each_for_itself():
    both = [found("1", "a"), found("1", "a"), found("1", "a", "q")]
    assert settled({"1": 2}, both) == [("1-r-a", Verdict.VIOLATION, ()), ("1-q-a", Verdict.REVIEW, (DUPLICATE,))]
