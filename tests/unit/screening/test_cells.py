"""A cell is read as Arrow reads it: of any type, with nulls and without, in a slice of a column as in the whole."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rectify.catalogue.schema import ITEM_SCHEMA
from rectify.screening.cells import reader, writer

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=6) | st.sampled_from(['"', "\\", "\x1f\n", "\x7f中"])
OF_TYPES = [
    (pa.string(), TEXT), (pa.large_string(), TEXT), (pa.list_(pa.string()), st.lists(st.none() | TEXT, max_size=3)),
    (pa.large_list(pa.string()), st.lists(TEXT, max_size=3)),
    (pa.map_(pa.string(), pa.string()), st.lists(st.tuples(TEXT, TEXT), max_size=3)),
    (pa.decimal128(18, 4), st.integers(-9, 9).map(Decimal)), (pa.int64(), st.integers(0, 9)),
    (pa.dictionary(pa.int32(), pa.string()), TEXT), (pa.string_view(), TEXT),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "values"), OF_TYPES, ids=lambda one: str(one)[:20])
@given(data=st.data())
def test_cells_are_read_as_arrow_reads_them(kind: pa.DataType, values: st.SearchStrategy[Any], data: st.DataObject):
    held = data.draw(st.lists(values, max_size=6) | st.lists(st.none() | values, max_size=6))
    first = data.draw(st.integers(0, len(held)))
    column = pa.array(held, kind).slice(first, data.draw(st.integers(0, len(held) - first)))
    read = reader(column)
    assert [read(row) for row in range(len(column))] == column.to_pylist()
    write = writer(column, read)
    assert [write(row) for row in range(len(column))] == [as_json(value) for value in column.to_pylist()]


def as_json(value: Any) -> bytes:
    """Money and numbers as text, attributes as an object."""
    if isinstance(value, list) and value and isinstance(value[0], tuple):
        value = dict(value)
    if not isinstance(value, str | list | dict | None):
        value = str(value)
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def test_a_column_that_is_not_there_reads_as_not_stated():
    assert reader(None)(3) is None
    assert writer(None, reader(None))(3) == b"null"


def test_every_field_of_items_is_read_when_nothing_is_in_it():
    empty = {"string": "", "list<": [], "map<": []}
    for field in ITEM_SCHEMA:
        value = next((held for name, held in empty.items() if str(field.type).startswith(name)), None)
        assert reader(pa.array([value], field.type))(0) == value
