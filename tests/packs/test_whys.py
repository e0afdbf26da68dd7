"""The sentence of a rule in several languages: checked when it is read, and told only for the very same sentence."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from tests.unit.rules.pack_folders import changed, faults, read

from rectify.rules.pack import meaning, reworded
from rectify.rules.tree import Always
from rectify.terms.finding import Verdict
from rectify.workspace import read_packs

EN = "Offers a VPN service (“{service}”) for sale; the account is not on the register."
PLAIN = f'why: "{EN}"'
BOTH = f'why: {{en: "{EN}", zh: "出售VPN服务（“{{service}}”）。"}}'


def rule(why: str, **whys: str):
    """A rule that says this."""
    from rectify.rules.pack import Rule

    return Rule("r", "true", Always(), Verdict.VIOLATION, "", why, False, (), (), whys=whys)


def test_a_sentence_may_stand_by_language_and_changes_neither_ids_nor_digest(tmp_path: Path) -> None:
    plain, both = read(tmp_path / "1", changed(PLAIN, PLAIN)), read(tmp_path / "2", changed(PLAIN, BOTH))
    assert both.rules[0].why == plain.rules[0].why == EN
    assert both.rules[0].whys == {"en": EN, "zh": "出售VPN服务（“{service}”）。"}
    assert plain.rules[0].whys == {}
    assert meaning(both, both.rules[0]) == meaning(plain, plain.rules[0])
    assert both.digest == plain.digest


def test_a_pack_in_one_other_language_carries_that(tmp_path: Path) -> None:
    assert read(tmp_path, changed(PLAIN, 'why: {zh: "出售{service}"}')).rules[0].why == "出售{service}"


@pytest.mark.parametrize(
    ("why", "said"),
    [
        ('{en: "Offers {service}", zh: "出售"}', "in zh does not name the same as the first sentence"),
        ('{en: "Offers it", zh: "出售{service}"}', "in zh does not name the same as the first sentence"),
        ('{en: "Offers {servic}", zh: "出售{servic}"}', "names {servic}, which the rule does not read"),
        ('{en: "Offers {service}", Chinese: "{service}"}', "is no language code"),
        ('{en: "Offers it", zh: " "}', "the sentence in zh is empty"),
        ("{}", "why is said in no language"),
        ("[a]", "text"),
    ],
)
def test_a_sentence_that_does_not_fit_the_others_is_a_fault(tmp_path: Path, why: str, said: str) -> None:
    assert said in faults(tmp_path, changed(PLAIN, f"why: {why}"))


@pytest.mark.parametrize(
    ("recorded", "told"),
    [
        ("Offers “vpn” to you.", "出售“vpn”。"),
        ("Offers “a\\1 {x} (” to you.", "出售“a\\1 {x} (”。"),
        ("Offers “…” to you.", "出售“…”。"),
        ("Offers “vpn” to him.", None),
        ("Offers “vpn” to you. And more.", None),
        ("", None),
    ],
)
def test_it_is_told_in_another_language_where_the_rule_gives_that_very_sentence(
    recorded: str, told: str | None
) -> None:
    found = reworded(
        rule("Offers “{service}” to you.", en="Offers “{service}” to you.", zh="出售“{service}”。"), recorded
    )
    assert found.get("zh") == told
    assert found.get("en", recorded) == recorded


def test_words_that_could_be_split_in_two_ways_are_told_as_recorded() -> None:
    two = rule("{a} and {b}", en="{a} and {b}", zh="{b}和{a}")
    assert reworded(two, "x and y")["zh"] == "y和x"
    assert reworded(two, "x and y and z") == {}


def test_a_name_that_stands_twice_has_to_stand_for_the_same_words() -> None:
    twice = rule("{a}, {a}", zh="{a}、{a}")
    assert reworded(twice, "x, x")["zh"] == "x、x"
    assert reworded(twice, "x, y") == {}


def test_a_sentence_of_many_names_is_compared_in_a_moment() -> None:
    """A seller's words stand in it: they must not make the comparison long."""
    names = [f"{{a{number}}}" for number in range(30)]
    long = rule(" ".join(names) + ".", zh="、".join(names))
    assert reworded(long, "x " * 5000 + "!") == {}
    assert reworded(long, "x " * 5000 + ".") == {}
    assert reworded(long, " ".join("x" * 30) + ".")["zh"] == "、".join("x" * 30)
    assert reworded(rule("{a}{b}", zh="{b}{a}"), "xy") == {}


def test_a_rule_of_one_sentence_is_never_reworded() -> None:
    assert reworded(rule("It is."), "It is.") == {}


def test_the_licence_pack_says_each_sentence_in_chinese() -> None:
    for one in read_packs()["unlicensed-vpn"].rules:
        assert set(one.whys) == {"en", "zh"}
        assert reworded(replace(one), one.why.replace("{service}", "vpn").replace("{server}", "vpn"))["zh"]
