"""Rules that stand in one another's way are told, and rules that only look alike are not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.screening.packs_made import pack, words

from rectify.rules.overlaps import overlapping
from rectify.rules.pack import Pack
from rectify.terms.finding import Verdict

LISTS = [words(name, f"{name}1", f"{name}2") for name in "abc"]
REVIEW = {"verdict": Verdict.REVIEW, "measure": ""}


def made(**rules: str | dict[str, object]) -> Pack:
    return pack(*LISTS, rules=rules, offer={"comment": "near(a, c, 9)", "listing": "c"})


def told(held: Pack) -> list[str]:
    return [one.text for one in overlapping(held)]


COVERED = '"{}" holds only where "{}" holds too, and is no stricter'
SAME = '"{}" holds in the same items as "{}", with the same verdict'


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("a and b", "a"),
        ("near(a, b, 5)", "near(b, a, 9)"),
        ("a in (title)", "a"),
        ("count(a) >= 3", "count(a) >= 2"),
        ("plain(a) and b", "a or c"),
        ("a and b and offer", "a and c"),  # the line of a listing is c
        ("a and price > 20", "a and price > 5"),
        ("a and not b and not c", "a and not b"),
    ],
)
def test_a_rule_that_holds_only_where_another_holds_is_told(one: str, other: str):
    assert told(made(one=one, other=other)) == [COVERED.format("one", "other")]
    assert told(made(other=other, one=one)) == [COVERED.format("one", "other")]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("a", "b"),
        ("a and b", "a and not c"),  # where c stands, only the first one holds for certain
        ("near(a, b, 9)", "near(a, b, 5)"),
        ("a in (title)", "a in (text)"),
        ("a and not b", "a and not c"),
        ("a and (b or c)", "a and b"),
    ],
)
def test_rules_of_which_each_finds_something_alone_are_not_told(one: str, other: str):
    assert told(made(one=one, other=other))[1:] == []
    assert COVERED.format("one", "other") not in told(made(one=one, other=other))


def test_two_that_say_the_same_are_told_once_at_the_later_one():
    assert told(made(one="a and b", other="b and a")) == [SAME.format("other", "one")]
    assert told(made(one="a or a and b", other="a")) == [SAME.format("other", "one")]


def test_a_stricter_rule_is_not_covered_and_a_milder_one_is():
    assert told(made(one="a and b", other={"when": "a", **REVIEW})) == []
    assert told(made(one={"when": "a and b", **REVIEW}, other="a")) == [COVERED.format("one", "other")]
    assert told(made(one={"when": "a", **REVIEW}, other="a")) == [COVERED.format("one", "other")]


def test_kinds_and_acts_that_another_rule_does_not_reach_keep_a_rule():
    assert told(made(one={"when": "a and b", "kinds": ("app",)}, other="a")) == []
    assert told(made(one={"when": "a and b", "acts": ("advertise",)}, other="a")) == []
    both = {"when": "a", "kinds": ("app", "listing")}
    assert told(made(one={"when": "a and b", "kinds": ("app",)}, other=both)) == [COVERED.format("one", "other")]


@given(st.permutations(["a", "b", "c"]))
def test_what_the_words_are_called_changes_nothing(names: list[str]):
    x, y, z = names
    assert told(made(one=f"{x} and near({y}, {z}, 3)", other=f"{x} and {y}")) == [COVERED.format("one", "other")]
