"""The texts of a batch as one array, and the way back to what was written."""

from __future__ import annotations

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rectify.screening.text import TextColumns


def batch(**columns: list[object]) -> pa.RecordBatch:
    types = {"title": pa.string(), "text": pa.large_string(), "variants": pa.list_(pa.string())}
    return pa.record_batch({name: pa.array(values, types[name]) for name, values in columns.items()})


def test_title_text_and_variants_are_fields_of_their_row() -> None:
    columns = TextColumns.of(batch(title=["Ａ", None], text=["b😀", "你"], variants=[[], ["x", "y"]]))
    assert [columns.folded(row, field) for row in (0, 1) for field in (0, 1)] == ["a", "b😀", "", "你"]
    assert [columns.original(1, field) for field in (0, 1, 2, 3)] == ["", "你", "x", "y"]
    assert columns.folded(1, 3) == "y"
    with pytest.raises(IndexError, match="row 0 has no field 2"):
        columns.cell(0, 2)


def test_columns_that_are_absent_are_empty() -> None:
    columns = TextColumns.of(batch(title=["a"]))
    assert (columns.folded(0, 1), columns.original(0, 1)) == ("", "")


def test_a_batch_without_rows_has_no_cells() -> None:
    columns = TextColumns.of(batch(title=[], text=[], variants=[]))
    assert len(columns.codes) == len(columns.row) == 0


def test_a_sliced_batch_keeps_its_own_rows() -> None:
    whole = batch(title=["a", "b & c", "d"], text=["e", "f", "g"], variants=[["1"], ["2", "3"], []])
    columns = TextColumns.of(whole.slice(1, 2))
    assert columns.folded(0, 0) == "b & c"
    assert (columns.folded(0, 3), columns.folded(1, 1)) == ("3", "g")


def test_text_in_markup_is_what_a_reader_sees_with_the_way_back() -> None:
    columns = TextColumns.of(batch(title=["a &amp; v<b>p</b>n <i>x</i>"], text=["1 < 2 & R&D"]))
    cell = columns.cell(0, 0)
    assert columns.read(cell) == "a & vpn x"
    start, end = columns.span(cell, 4, 7)
    assert columns.original(0, 0)[start:end] == "v<b>p</b>n"
    assert columns.read(columns.cell(0, 1)) == "1 < 2 & R&D"


def test_a_text_with_hidden_parts_stands_with_and_without_them() -> None:
    columns = TextColumns.of(batch(title=["v<span hidden>😀</span>pn"], text=["x"]))
    whole = columns.cell(0, 0)
    assert columns.read(whole) == "v😀pn"
    ((shown, (of, positions)),) = columns.visible.items()
    assert (of, columns.read(shown), positions.tolist()) == (whole, "vpn", [0, 2, 3])


def test_nul_is_a_sign_that_nobody_sees() -> None:
    columns = TextColumns.of(batch(title=["a\0b", "c"], text=["", "\0"]))
    assert columns.folded(0, 0) == "ab"
    assert columns.original(0, 0) == "a\0b"


@given(
    st.lists(st.tuples(st.text(max_size=8), st.text(max_size=8), st.lists(st.text(max_size=4), max_size=2)), max_size=4)
)
def test_every_cell_reads_as_it_was_given(rows: list[tuple[str, str, list[str]]]) -> None:
    given_batch = batch(title=[r[0] for r in rows], text=[r[1] for r in rows], variants=[r[2] for r in rows])
    columns = TextColumns.of(given_batch, html=lambda text: None)
    for number, (title, text, variants) in enumerate(rows):
        for field, written in enumerate([title, text, *variants]):
            assert columns.read(columns.cell(number, field)) == written.replace("\0", "\u200b")
            assert columns.original(number, field) == written
