"""Digests are of RFC 8785 JSON, whichever encoder writes it."""

from __future__ import annotations

import json
from enum import IntEnum, StrEnum

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from rectify.documents import canonical as module
from rectify.documents.canonical import canonical_json

SCALARS = st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.text() | st.floats(allow_nan=False)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner) | st.tuples(inner) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=30,
)


class Colour(StrEnum):
    RED = "réd"


class Rank(IntEnum):
    FIRST = 1


@given(VALUES)
def test_bytes_are_those_of_the_plain_implementation(value: object) -> None:
    try:
        expected = rfc8785.dumps(value)
    except rfc8785.CanonicalizationError:
        with pytest.raises(rfc8785.CanonicalizationError):
            canonical_json(value)
    else:
        assert canonical_json(value) == expected


@pytest.mark.parametrize(
    "value",
    [
        '\x00\x08\x09\x0a\x0b\x0c\x0d\x1f "\\/\x7f\x80\u2028\U0001f600',
        {"\U0001f600": 1, "\ufb33": 2, "a": 3},  # sorted by UTF-16
        {"b": [Colour.RED, "x"], "a": Rank.FIRST, "c": {Colour.RED: (True, None, [])}},
        [1.0, 1e21, 5e-324, -0.0],
        {},
        [[], {}, ""],
    ],
)
def test_what_encoders_are_known_to_write_differently(value: object) -> None:
    assert canonical_json(value) == rfc8785.dumps(value)


@pytest.mark.parametrize("value", [2**53, {1: 2}, "\ud800", ["\udc00"], float("nan"), b"bytes", {"a": {1, 2}}])
def test_what_is_no_json_is_refused(value: object) -> None:
    with pytest.raises(ValueError):
        canonical_json(value)


def test_words_and_numbers_take_the_fast_way(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module.rfc8785, "dumps", lambda value: pytest.fail("the plain implementation was asked"))
    assert (
        canonical_json({"b": [Colour.RED, "x"], "a": (1, True, None)})
        == json.dumps({"a": [1, True, None], "b": ["réd", "x"]}, ensure_ascii=False, separators=(",", ":")).encode()
    )
