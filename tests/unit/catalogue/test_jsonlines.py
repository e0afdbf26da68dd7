"""JSON lines: the quick way through Arrow and the patient one through Python give the same rows."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rectify.catalogue import jsonlines
from rectify.catalogue.schema import ATTRIBUTES_UNREADABLE, REPAIRED
from rectify.catalogue.source import Caps
from rectify.terms.errors import Faulty

VALUES = st.none() | st.text(st.sampled_from('ab"\\ \n\u2028é汉\0'), max_size=6)


def lines(*rows: object) -> bytes:
    return b"".join(json.dumps(row, ensure_ascii=False).encode() + b"\n" for row in rows)


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.fixed_dictionaries(
            {
                "id": st.text("abc", min_size=1),
                "title": VALUES,
                "price": st.none() | st.decimals(0, 999, places=2).map(float),
            },
            optional={
                "variants": st.lists(st.text("xy ", max_size=3), max_size=3),
                "other": st.integers(),
                "attributes": st.none() | st.dictionaries(st.sampled_from("abc"), VALUES),
            },
        ),
        min_size=1,
        max_size=6,
    )
)
def test_arrow_and_python_read_the_same(read, rows):
    data = lines(*rows)
    with pytest.MonkeyPatch.context() as patched:
        quick = read(data, "a.jsonl")
        patched.setattr(jsonlines, "_by_arrow", lambda *_: None)
        patient = read(data, "a.jsonl")
    assert quick == patient  # also the order of attributes
    assert quick.field("title") == [row["title"] or "" for row in rows]


def test_clean_lines_never_meet_python(read, monkeypatch):
    monkeypatch.setattr(jsonlines.JsonLines, "_by_python", None)
    got = read(lines({"id": 1, "title": "a", "price": 1.5}, {"id": 2, "title": "b", "price": "2"}), "a.jsonl")
    assert got.field("id") == ["1", "2"]
    assert got.field("price") == [Decimal("1.5"), Decimal("2")]


def test_a_key_that_the_first_lines_did_not_show_is_no_less_an_attribute(read, monkeypatch):
    rows = [
        {"id": str(n), "attributes": {"brand": "Kite"} | ({"gtin": "9521234543213"} if n == 1500 else {})}
        for n in range(1600)
    ]
    got = read(lines(*rows), "a.jsonl")
    monkeypatch.setattr(jsonlines, "_by_arrow", lambda *_: None)
    assert read(lines(*rows), "a.jsonl") == got
    assert got.field("attributes")[1500] == [("brand", "Kite"), ("gtin", "9521234543213")]


def test_values_of_any_type_become_text_as_written(read):
    row = b'{"id":12345678901234567890,"title":1.50,"text":true,"category":["a",1],"url":{"x":null}}\n'
    got = read(row, "a.jsonl").rows[0]
    assert (got["id"], got["title"], got["text"]) == ("12345678901234567890", "1.50", "true")
    assert (got["category"], got["url"]) == ("a | 1", '{"x": null}')


def test_objects_fill_attributes_and_dotted_columns(read):
    got = read(
        lines({"id": "1", "seller": {"id": "S1"}, "attributes": {"gtin": 9521234543213, "new": True, "none": None}}),
        "a.jsonl",
        map={"seller.id": "account", "seller": None},
    )
    assert got.rows[0]["account"] == "S1"
    assert dict(got.rows[0]["attributes"]) == {"gtin": "9521234543213", "new": "true"}


def test_attributes_that_are_no_object_are_marked(read):
    got = read(lines({"id": "1", "attributes": {"a": "b"}}, {"id": "2", "attributes": [1]}), "a.jsonl")
    assert got.field("marks") == [[], [ATTRIBUTES_UNREADABLE]]


def test_lists_and_bars_are_variants_alike(read):
    got = read(lines({"id": "1", "variants": ["a", None, " b "]}, {"id": "2", "variants": "a| b|"}), "a.jsonl")
    assert got.field("variants") == [["a", "b"], ["a", "b"]]


@pytest.mark.parametrize(
    ("line", "why"),
    [
        (b"[1]", "is JSON but no object"),
        (b"{'id': 1}", "is not JSON: expecting property name enclosed in double quotes at column 2"),
        (b'{"id":"2"} {"id":"3"}', "is not JSON: extra data at column 12"),
        (b'{"id":"2","x":' + b"[" * 30 + b"]" * 30 + b"}", "is nested deeper than 20 levels"),
        (b'{"id":"2","x":' + b"[" * 90_000, "is nested deeper than 20 levels"),
        (b'{"id":"2","id":"3"}', 'names "id" twice'),
        (b'{"id":""}', "has no id"),
        (b'{"title":"none"}', "has no id"),
        (b'{"id":"2","title":"' + b"x" * 5_000 + b'"}', "a cell of 5,000 bytes stands in title"),
    ],
)
def test_a_line_that_cannot_be_read_is_set_aside_alone(read, line, why):
    got = read(b'{"id":"1","title":"a"}\n' + line + b'\n\n  \n{"id":"4","title":"b"}', "a.jsonl", caps=Caps(cell=4_000))
    assert got.field("id") == ["1", "4"]
    assert got.field("row") == [1, 3]
    assert [(told.row, told.reason) for told in got.aside] == [(2, why)]


def test_brackets_inside_text_are_no_depth(read):
    got = read(lines({"id": "1", "title": "[" * 50 + '"{'}), "a.jsonl")
    assert got.field("title") == ["[" * 50 + '"{']


def test_a_line_without_end_is_one_row(read):
    got = read(b'{"id":"1"}\n{"id":"' + b"x" * 90_000 + b'"}\n{"id":"3"}\n', "a.jsonl", caps=Caps(record=2_000))
    assert got.field("id") == ["1", "3"]
    assert got.aside[0].reason == "is longer than 2,000 bytes"


def test_bad_utf8_and_half_characters_are_mended_and_marked(read):
    got = read(
        b'{"id":"1","title":"a\xffb"}\n{"id":"2","title":"\\ud800x"}\n{"id":"3","title":"\\ud83d\\ude00"}\n', "a.jsonl"
    )
    assert got.field("title") == ["a\ufffdb", "\ufffdx", "\U0001f600"]
    assert got.field("marks") == [[REPAIRED], [REPAIRED], []]


def test_blocks_end_at_lines(read):
    got = read(lines(*({"id": str(n), "title": "x" * (n % 7)} for n in range(50))), "a.jsonl", caps=Caps(block_rows=7))
    assert got.field("id") == [str(n) for n in range(50)]


@pytest.mark.parametrize(
    ("data", "said"),
    [(b'[{"id":1}]', "is one JSON array"), (b"nothing\n", "has no line that is a JSON object"), (b"  \n", "is empty")],
)
def test_a_file_that_is_no_json_lines_is_told(read, data, said):
    with pytest.raises(Faulty, match=said):
        read(data, "a.jsonl")
