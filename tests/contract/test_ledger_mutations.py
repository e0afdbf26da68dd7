"""Any change of the past is found, and the first broken entry is named."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ..unit.ledger.tampering import signed_ledger, verdict  # noqa: TID252


@pytest.fixture(scope="module")
def signed():
    return signed_ledger()


@settings(max_examples=300, deadline=None)
@given(at=st.integers(0, 11), where=st.floats(0, 0.999), by=st.integers(1, 127))
def test_every_changed_sign_of_an_entry_is_found_and_named(signed, at, where, by):
    def change(rows):
        text = list(rows[at][5])
        place = int(where * len(text))
        text[place] = chr(ord(text[place]) ^ by)
        rows[at][5] = "".join(text)
        return rows

    result = verdict(signed[1], signed[0], change)
    assert (result.good, result.first) == (False, at)


@settings(max_examples=60, deadline=None)
@given(at=st.integers(0, 11), column=st.integers(0, 4))
def test_every_changed_column_is_found(signed, at, column):
    def change(rows):
        rows[at][column] = [99, "order-3", 99, "ended", bytes(32)][column]
        return rows

    assert not verdict(signed[1], signed[0], change).good


@settings(max_examples=60, deadline=None)
@given(at=st.integers(0, 10), renumber=st.booleans())
def test_every_dropped_entry_is_found(signed, at, renumber):
    def change(rows):
        del rows[at]
        return [[n, *row[1:]] for n, row in enumerate(rows)] if renumber else rows

    result = verdict(signed[1], signed[0], change)
    assert (result.good, result.first) == (False, at)


@settings(max_examples=60, deadline=None)
@given(pair=st.lists(st.integers(0, 11), min_size=2, max_size=2, unique=True).map(sorted))
def test_every_swap_is_found(signed, pair):
    def change(rows):
        one, other = rows[pair[0]], rows[pair[1]]
        rows[pair[0]], rows[pair[1]] = [one[0], *other[1:]], [other[0], *one[1:]]
        return rows

    result = verdict(signed[1], signed[0], change)
    assert (result.good, result.first) == (False, pair[0])


@settings(max_examples=60, deadline=None)
@given(at=st.integers(0, 11), like=st.integers(0, 11))
def test_every_inserted_entry_is_found(signed, at, like):
    def change(rows):
        new = [at, "order-9", 0, *rows[like][3:]]
        return rows[:at] + [new] + [[row[0] + 1, *row[1:]] for row in rows[at:]]

    assert not verdict(signed[1], signed[0], change).good
