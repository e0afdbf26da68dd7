"""The rule language on one page: it fits one, it leaves no construct out, and both languages show the same."""

from __future__ import annotations

import re
from importlib.resources import files

import pytest
from rich.cells import cell_len

from rectify.cli.main import COMMANDS
from rectify.cli.packs import app
from rectify.cli.sentences import LANGUAGES, rules_page
from rectify.rules import reader, wordlists
from rectify.rules.language import parse
from rectify.rules.pack import Term, Words
from rectify.rules.tree import walk

LINES, CELLS = 50, 112  # of a page of paper, printed across


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_fits_one_page(language: str) -> None:
    lines = rules_page(language).splitlines()
    assert len(lines) <= LINES
    assert [line for line in lines if cell_len(line) > CELLS] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_construct_of_the_grammar_is_there(language: str) -> None:
    page = rules_page(language)
    grammar = files("rectify.rules").joinpath("condition.lark").read_text(encoding="utf-8")
    words = set(re.findall(r'"([a-z]+)', grammar)) - {"true"}
    assert {"near", "count", "plain", "product", "registered", "provider", "offer"} <= words
    assert [word for word in sorted(words) if not re.search(rf"\b{word}\b", page)] == []
    for key in (*wordlists.KEYS, *wordlists.COLUMNS, "id", "when", "verdict", "measure", "why", "offer"):
        assert key in page


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_it_shows_as_conditions_are_conditions(language: str) -> None:
    lines = rules_page(language).splitlines()
    first = next(n for n, line in enumerate(lines) if line.startswith(("CONDITIONS", "条件")))
    last = next(n for n, line in enumerate(lines) if "not > and > or" in line)
    lists = {name: Words(name, (Term("x", "en"),)) for name in ("goods", "sale")}
    shown = [re.split(r"\s{2,}", re.sub(r"^\S*\s+", "", line))[0] for line in lines[first:last]]
    assert len(shown) >= 12
    for condition in shown:
        assert list(walk(parse(condition, lists)))


def test_both_languages_show_the_same_signs() -> None:
    def code(page: str) -> list[str]:
        return re.findall(r"[a-z_]+\([^)…]*\)|(?:pack|shadow|promote) \|[^ ]*|-vpn|\\d\+", page)

    assert code(rules_page("en"))[:6] == code(rules_page("zh"))[:6]


def test_the_commands_that_it_names_are_there() -> None:
    assert "pack" in COMMANDS
    known = {command.name or command.callback.__name__.rstrip("_") for command in app.registered_commands}
    named = {word for line in re.findall(r"rectify pack ([a-z |]+?)  ", rules_page("en")) for word in line.split(" | ")}
    assert len(named) >= 10
    assert named <= known


def test_the_reader_knows_no_key_that_the_page_leaves_out() -> None:
    page = rules_page("en")
    assert [key for key in reader.RULE_KEYS if key not in page and key not in ("field_rule", "acts", "kinds")] == []
