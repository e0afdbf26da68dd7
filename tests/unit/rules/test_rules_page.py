"""The page on the rule language says what the grammar says, and its examples are read."""

from __future__ import annotations

import re
from importlib.resources import files
from pathlib import Path

from rectify.rules import language, pattern_cost, truth, wordlists
from rectify.rules.language import COMPARABLE, KEYWORDS, canonical, parse
from rectify.rules.tree import walk
from rectify.terms.finding import PLAIN, Disguise
from rectify.terms.item import SPEECH, TEXT_FIELDS

from .pack_folders import read

PAGE = (Path(__file__).parents[3] / "docs/reference/rules.md").read_text(encoding="utf-8")


def blocks(kind: str) -> list[str]:
    return re.findall(rf"```{kind}\n(.*?)```", PAGE, re.DOTALL)


def in_code() -> str:
    return "\n".join(re.findall(r"`([^`\n]+)`", PAGE))


def test_the_pack_and_its_trials_are_read(tmp_path: Path) -> None:
    pack = read(tmp_path, blocks("yaml pack")[0], blocks("yaml trials")[0])
    assert pack.rules[0].id == "vpn-service-for-sale"
    assert len(pack.trials) == 3


def test_every_example_of_a_condition_is_read_and_together_they_show_every_atom() -> None:
    lines = blocks("rule")[0].strip().splitlines()
    nodes = [parse(line, {"service", "plan"}) for line in lines]
    shown = {type(part).__name__ for node in nodes for part in walk(node)}
    assert shown == {
        "Has", "Near", "Count", "Plain", "Compare", "Among", "Offer", "Registered", "ProductNamed", "ProviderNamed",
        "Not", "And", "Or",
    }  # fmt: skip
    assert all(parse(canonical(node), {"service", "plan"}) == node for node in nodes)


def test_every_condition_of_the_table_is_read() -> None:
    table = PAGE.split("## Conditions")[1].split("Fields that compare")[0]
    for row in re.findall(r"^\| (`.*?) \|", table, re.MULTILINE):
        for text in re.findall(r"`([^`]+)`", row):
            parse(text, {"service", "plan"})


def test_every_key_word_operator_and_field_is_named() -> None:
    grammar = files("rectify.rules").joinpath("condition.lark").read_text(encoding="utf-8")
    assert set(re.findall(r'"([a-z]+)"', grammar)) == KEYWORDS
    code = in_code()
    for word in KEYWORDS | COMPARABLE | set(TEXT_FIELDS) | {kind.value for kind in SPEECH}:
        assert re.search(rf"\b{word}\b", code), word
    for operator in re.findall(r'"([=!<>]+)"', grammar):
        assert f"`{operator}`" in PAGE
    for disguise in set(Disguise) - PLAIN:
        assert f"`{disguise}`" in PAGE


def test_the_limits_are_those_of_the_code() -> None:
    for limit in (f"{language.MAX_BYTES:,} bytes", f"{language.MAX_DEPTH} brackets", f"{language.MAX_NEAR:,} characters",
                  f"{truth.MAX_NAMES} names", f"{pattern_cost.MAX_PATTERN} characters",
                  f"{pattern_cost.MAX_PATTERNS} patterns", f"{pattern_cost.MAX_STEPS:,} steps"):  # fmt: skip
        assert limit in PAGE, limit
    for column in wordlists.COLUMNS:
        assert f"`{column}`" in PAGE
