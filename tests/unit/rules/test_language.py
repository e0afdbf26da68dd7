"""The language says what it cannot read: each fault, its place, the nearest name."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rectify.rules.language import branches, canonical, is_words_name, parse
from rectify.rules.tree import And, Has, Near, Node, Not, Offer, Or, Registered, words_read
from rectify.terms.errors import Faulty, Place

from .test_evaluate import CONDITIONS

NAMES = {"service", "plan", "a", "b"}


def faults(text: str, *, offer: bool = False) -> list[str]:
    with pytest.raises(Faulty) as caught:
        parse(text, NAMES, Place("pack.yaml", 12, 11), offer=offer)
    return [str(fault) for fault in caught.value.faults]


def test_not_binds_closer_than_and_and_than_or() -> None:
    assert parse("a or not b and a", NAMES) == Or((Has("a"), And((Not(Has("b")), Has("a")))))


def test_the_design_example_is_read() -> None:
    text = "(service in (title, variants) and offer or near(service, plan, 40)) and not registered"
    node = parse(text, NAMES)
    either = Or((And((Has("service", ("title", "variants")), Offer())), Near("service", "plan", 40)))
    assert node == And((either, Not(Registered())))
    assert canonical(node) == text
    assert words_read(node) == {"service", "plan"}


@given(CONDITIONS)
def test_the_canonical_text_is_read_as_the_same_tree(node: Node) -> None:
    assert parse(canonical(node), NAMES) == node


def test_branches_are_seen_through_brackets_and_the_register() -> None:
    node = parse("((a or b) or plan) and not registered", NAMES)
    assert [text for _, text in branches(node)] == ["a", "b", "plan"]


def test_another_part_beside_the_or_makes_one_branch() -> None:
    node = parse("service and (a or b) and not registered", NAMES)
    assert [text for _, text in branches(node)] == ["service and (a or b) and not registered"]


def test_every_unknown_name_is_told_with_its_place_and_the_nearest() -> None:
    assert faults("servce in (titel) and plam") == [
        'pack.yaml:12:11: no words are called "servce" (did you mean "service"?)',
        'pack.yaml:12:22: words are not sought in "titel" (did you mean "title"?)',
        'pack.yaml:12:33: no words are called "plam" (did you mean "plan"?)',
    ]


def test_a_place_on_a_further_line_is_counted_there() -> None:
    assert faults("service\n  and plam")[0].startswith("pack.yaml:13:7:")


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("service and", "ends too early"),
        ("service ? plan", 'the sign "?"'),
        ("price = 3", "equal is =="),
        ("titel == 'x'", 'did you mean "title"?'),
        ("category in (Router)", "category in ('Router')"),
        ("title", "compare it"),
        ("published == 'x'", "cannot be compared"),
        ("plan == 'x'", "is a words list"),
        ("true", "offer lines only"),
        ("near(service, offer, 4)", "is a key word"),
        ("near(service, plan, 1001)", "whole number from 0 to 1000"),
        ("near(service, plan, 1.5)", "whole number"),
        ("near(service, plan)", "here may stand: a comma"),
        ("count(plan) > 3", "count(name) >= number"),
        ("count(plan) >= 0", "whole number from 1"),
        ("price == '5'", "without quotes"),
        ("category < 'a'", "needs a number"),
        ("category == ' '", "says nothing"),
        ("product(modell)", 'did you mean "model"?'),
        ("Service", 'did you mean "service"?'),
        ("offer offer", "cannot stand here"),
        ("  ", "is empty"),
        ("(" * 33 + "a" + ")" * 33, "32 brackets deep"),
        ("not " * 33 + "a", "32 brackets deep"),
        ("a" + " or a" * 500, "2048 bytes"),
    ],
)
def test_what_cannot_be_read_is_told_in_a_sentence(text: str, part: str) -> None:
    assert part in "\n".join(faults(text))


def test_offer_lines_know_true_and_no_offer() -> None:
    assert faults("offer", offer=True) == [
        'pack.yaml:12:11: "offer" cannot stand in an offer line (an offer line says what an offer is)'
    ]
    assert canonical(parse("true", NAMES, offer=True)) == "true"


def test_depth_and_length_at_the_limit_are_read() -> None:
    assert parse("(" * 32 + "a" + ")" * 32, NAMES) == Has("a")
    assert parse("a" + " or a" * 409, NAMES)


@given(st.text(alphabet="ab()'\" ,.<>=!0123456789\nandortplc_中", max_size=40))
def test_no_text_gives_another_error_than_faulty(text: str) -> None:
    with contextlib.suppress(Faulty):
        parse(text, NAMES)


@pytest.mark.parametrize("name", ["service", "3g", "x_1", "_"])
def test_words_names_that_may_be(name: str) -> None:
    assert is_words_name(name)


@pytest.mark.parametrize("name", ["", "12", "Service", "near", "title", "a-b", "price", "x" * 61])
def test_words_names_that_may_not_be(name: str) -> None:
    assert not is_words_name(name)
