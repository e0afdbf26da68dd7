"""What a cell of a host's table may look like, and what it then means."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rectify.catalogue.values import (
    read_instant,
    read_price,
    sizes,
    to_attributes,
    to_decimal,
    to_instant,
    to_text,
    to_texts,
)


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("12", "12"), ("12.5", "12.5"), ("12,99", "12.99"), ("1,234.50", "1234.5"), ("1.234,50", "1234.5"),
        ("1 234,56 €", "1234.56"), ("1'234.56", "1234.56"), ("€12", "12"), ("USD 15", "15"), ("15元", "15"),
        ("¥ 15.00", "15"), ("1,234,567", "1234567"), ("1.234.567", "1234567"), ("-3.5", "-3.5"), ("1e2", "100"),
        ("0.123456", "0.1235"), ("1.234", "1.234"),
    ],
)  # fmt: skip
def test_an_amount_is_read_however_it_is_written(text, amount):
    assert read_price(text) == Decimal(amount)


@pytest.mark.parametrize(
    "text", ["1,234", "free", "10-20", "NaN", "inf", "12.5.7", "1,2,3", "ca. 15", "1_000", "9" * 15, "1" * 90, "--5", "1e99"]
)  # fmt: skip
def test_what_is_no_amount_or_two_is_none(text):
    assert read_price(text) is None


@given(st.decimals(min_value=-(10**13), max_value=10**13, places=4))
def test_plain_amounts_pass_unchanged(amount):
    column, wrong = to_decimal(pa.array([f"{amount:f}", ""]))
    assert column.to_pylist() == [amount, None]
    assert wrong is None


@given(st.text(max_size=20))
def test_a_price_of_any_text_is_an_amount_or_none(text):
    found = read_price(text)
    assert found is None or abs(found) < 10**14


def test_unreadable_prices_are_flagged_row_by_row():
    column, wrong = to_decimal(pa.array(["1", "free", "", None, "2,50"]))
    assert column.to_pylist() == [Decimal(1), None, None, None, Decimal("2.5")]
    assert wrong is not None
    assert wrong.tolist() == [False, True, False, False, False]


def test_numbers_too_large_for_money_are_flagged():
    column, wrong = to_decimal(pa.array([1.5, 1e30, float("inf"), None]))
    assert column.to_pylist() == [Decimal("1.5"), None, None, None]
    assert wrong is not None
    assert wrong.tolist() == [False, True, True, False]


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("2026-11-20T09:00:00+01:00", datetime(2026, 11, 20, 8, tzinfo=UTC)),
        ("2026-11-20 09:00", datetime(2026, 11, 20, 9, tzinfo=UTC)),
        ("2026-11-20", datetime(2026, 11, 20, tzinfo=UTC)),
        ("20261120", datetime(2026, 11, 20, tzinfo=UTC)),
        ("yesterday", None), ("1700000000", None), ("0001-01-01T00:00:00+14:00", None), ("2026-13-01", None),
    ],
)  # fmt: skip
def test_an_instant_is_read_in_utc(text, instant):
    assert read_instant(text) == instant
    column, wrong = to_instant(pa.array([text, ""]))
    assert column.to_pylist() == [instant, None]
    assert (wrong is None) == (instant is not None)


def test_arrow_instants_keep_their_zone():
    zoned = pa.array([datetime(2026, 1, 1, tzinfo=timezone(timedelta(hours=2)))], pa.timestamp("s", "+02:00"))
    assert to_instant(zoned)[0].to_pylist() == [datetime(2025, 12, 31, 22, tzinfo=UTC)]
    assert to_instant(pa.array([0], pa.date32()))[0].to_pylist() == [datetime(1970, 1, 1, tzinfo=UTC)]
    far, wrong = to_instant(pa.array([2**60], pa.timestamp("s")))
    assert (far.null_count, wrong is not None) == (1, True)


@given(
    st.lists(st.none() | st.lists(st.none() | st.text("a| ", max_size=3), max_size=3), max_size=6), st.integers(0, 3)
)
def test_lists_lose_blanks_and_nulls_and_nothing_else(rows, start):
    column = pa.array(rows, pa.list_(pa.string())).slice(start)
    made, _ = to_texts(column)
    made.validate(full=True)
    assert made.to_pylist() == [[t.strip() for t in row or () if t and t.strip()] for row in rows[start:]]


def test_text_with_bars_is_a_list():
    assert to_texts(pa.array(["a| b ||", "", None]))[0].to_pylist() == [["a", "b"], [], []]


@given(st.lists(st.tuples(st.text("ab", max_size=2), st.text("ab", max_size=2)), max_size=6))
def test_attribute_columns_are_woven_into_maps(rows):
    named = {"gtin": pa.array([a for a, _ in rows], pa.string()), "brand": pa.array([b for _, b in rows], pa.string())}
    made, _ = to_attributes(named, None)
    made.validate(full=True)
    assert [dict(m) for m in made.to_pylist()] == [
        {name: value for name, value in (("gtin", a), ("brand", b)) if value} for a, b in rows
    ]


def test_a_named_attribute_wins_over_the_same_in_the_whole():
    whole = pa.array(['{"brand": "old", "model": "K3", "ports": [80, 443]}', "", "no json", "[1]"])
    made, wrong = to_attributes({"brand": pa.array(["new", "", "", ""])}, whole)
    assert [dict(m) for m in made.to_pylist()] == [
        {"brand": "new", "model": "K3", "ports": '["80", "443"]'},
        {},
        {},
        {},
    ]
    assert wrong is not None
    assert wrong.tolist() == [False, False, True, True]


@pytest.mark.parametrize("kind", [pa.string(), pa.large_string(), pa.string_view(), pa.binary(), pa.large_binary()])
def test_bytes_of_a_cell_are_counted_in_any_form(kind):
    column = pa.array(["zero", "", "汉", None, "long enough to be no inline view"], pa.string()).cast(kind).slice(1)
    assert sizes(column).tolist() == [0, 3, 0, 32]
    assert sizes(pa.array(["a", None, "bb", "a"]).dictionary_encode()).tolist() == [1, 0, 2, 1]


def test_a_list_in_a_text_field_is_joined():
    assert to_text(pa.array([["a", "b"], None]))[0].to_pylist() == ["a | b", ""]
