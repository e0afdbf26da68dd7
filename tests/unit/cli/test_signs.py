"""No sign of a stranger's steers the terminal: in JSON it is escaped, in CSV drawn, and the value of JSON stays."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rectify.cli.show import as_json, told
from rectify.terms.cell import formula_safe

DECEIVING = "\x1b\x7f\x85\x9b\u202e\u2028\u200b\U000e0041"


@given(st.text())
def test_json_gives_back_what_was_written(text):
    assert json.loads(as_json({"title": text})) == {"title": text}


def test_json_holds_no_sign_that_a_terminal_obeys_or_a_reader_does_not_see():
    said = as_json({"title": f"Pram {DECEIVING} 童车"})
    assert all(sign.isprintable() for sign in said)
    assert "童车" in said


@pytest.mark.parametrize(
    ("cell", "drawn"), [("a\x1b[31mb", "a[U+001B][31mb"), ("\x9b1m", "[U+009B]1m"), ("a\tb\n", "a\tb\n")]
)
def test_control_signs_are_drawn_in_cells(cell, drawn):
    assert formula_safe(cell) == drawn


def test_an_argument_that_is_no_text_is_refused_in_a_sentence(capsys):
    assert told(lambda: 1 / 0, ["rectify", "order", "show", "a\udcff"]) == 2
    assert "an argument is no text in UTF-8" in capsys.readouterr().err
