"""What is said about packs is said in Chinese too: every sentence of the code has its template, and none is dead."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path

import pytest

from rectify.cli.sentences import said, templates

ROOT = Path(__file__).parents[2]
_spec = importlib.util.spec_from_file_location("sentences_tool", ROOT / "tools" / "sentences.py")
assert _spec
assert _spec.loader
tool = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(tool)


def test_every_sentence_about_packs_has_its_template() -> None:
    assert {text: place for text, place in tool.said().items() if text not in templates("zh")} == {}


def test_no_template_is_of_a_sentence_that_is_gone() -> None:
    assert sorted(set(templates("zh")) - set(tool.said())) == []


def test_the_code_is_really_read() -> None:
    code = tool.said()
    assert len(code) > 250
    assert code['no words are called "{}"'].startswith("rules/language.py:")


@pytest.mark.parametrize(("english", "chinese"), templates("zh").items(), ids=str)
def test_a_template_says_all_its_parts_in_chinese(english: str, chinese: str) -> None:
    parts = [f"part{number}" for number in range(english.count("{}"))]
    filled = chinese.format(*parts)
    assert [part for part in parts if part not in filled] == []
    if not english.startswith("rectify ") or "  " in english:
        assert re.search(r"[\u4e00-\u9fff]", chinese)
    if "{}{}" not in english:
        assert said(english.replace("{}", "7"), "zh") == chinese.format(*["7"] * len(parts))


def test_a_part_that_is_a_sentence_is_said_too() -> None:
    assert said('error: "acts.0": "sel" is not known', "zh") == "错误：“acts.0”：“sel”是未知的".replace(
        "“acts.0”", '"acts.0"'
    )
    assert said(' help: did you mean "sell"?', "zh") == "办法：您是不是要写“sell”？"


def test_what_no_template_fits_and_english_stay_as_they_are() -> None:
    assert said("a sentence of somebody else", "zh") == "a sentence of somebody else"
    assert said('no words are called "x"', "en") == 'no words are called "x"'
    assert said("", "zh") == ""


def test_a_very_long_text_is_matched_in_linear_time() -> None:
    hostile = '"' * 200_000
    assert said(hostile, "zh")
