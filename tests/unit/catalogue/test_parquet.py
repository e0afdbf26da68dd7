"""Parquet files, also those that a stranger forged."""

from __future__ import annotations

import io
import random
from contextlib import suppress
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from rectify.catalogue.files import FileSource
from rectify.catalogue.schema import ITEM_SCHEMA, REPAIRED
from rectify.catalogue.source import Caps
from rectify.terms.errors import Faulty, RectifyError, Refused


def packed(columns: dict[str, Any], **options: Any) -> bytes:
    out = io.BytesIO()
    pq.write_table(pa.table(columns), out, **options)
    return out.getvalue()


def test_types_that_hold_text_all_become_text(read):
    texts = ["a", None, "汉字"]
    got = read(
        packed({
            "id": pa.array([1, 2, 3]),
            "title": pa.array(texts, pa.large_string()),
            "text": pa.array(texts, pa.string_view()),
            "shop": pa.array(texts).dictionary_encode(),
            "category": pa.array([b"a", None, b"b"]),
            "language": pa.array([True, None, False]),
            "url": pa.nulls(3),
            "version": pa.array([1.0, None, 2.5]),
            "account": pa.array([["a", "b"], None, []], pa.list_(pa.large_string(), -1)),
        }),
        "a.parquet",
    )  # fmt: skip
    assert got.field("id") == ["1", "2", "3"]
    assert got.field("title") == got.field("text") == got.field("shop") == ["a", "", "汉字"]
    assert got.field("category") == ["a", "", "b"]
    assert got.field("account") == ["a | b", "", ""]
    assert got.field("language") == ["true", "", "false"]
    assert got.field("version") == ["1", "", "2.5"]


def test_money_instants_lists_and_maps_keep_their_meaning(read):
    got = read(
        packed({
            "id": ["1", "2"],
            "price": pa.array([19.99, float("nan")]),
            "published": pa.array([0, None], pa.timestamp("ns", "Europe/Berlin")),
            "variants": pa.array([["red", None, " "], None], pa.large_list(pa.large_string())),
            "attributes": pa.array([[("gtin", "9521234543213"), ("none", None)], None], pa.map_(pa.string(), pa.string())),
        }),
        "a.parquet",
    )  # fmt: skip
    assert got.field("price") == [Decimal("19.9900"), None]
    assert [when and when.isoformat() for when in got.field("published")] == ["1970-01-01T00:00:00+00:00", None]
    assert got.field("variants") == [["red"], []]
    assert got.field("attributes") == [[("gtin", "9521234543213")], []]
    assert got.field("marks") == [[], ["price_unreadable"]]


def test_a_struct_gives_attributes(read):
    got = read(packed({"id": ["1"], "attributes": [{"brand": "Kite", "model": None}]}), "a.parquet")
    assert got.field("attributes") == [[("brand", "Kite")]]


def test_row_groups_are_the_splits(tmp_path):
    (tmp_path / "a.parquet").write_bytes(packed({"id": [str(n) for n in range(10)]}, row_group_size=4))
    source = FileSource("m", ["a.parquet"], folder=tmp_path, kind="listing")
    splits = source.splits()
    assert [(split.group, split.rows, split.first) for split in splits] == [(0, 4, 1), (1, 4, 5), (2, 2, 9)]
    last = next(source.read(splits[2])).items
    assert last.schema == ITEM_SCHEMA
    assert last.column("row").to_pylist() == [9, 10]


@pytest.mark.parametrize("encoding", ["DELTA_BYTE_ARRAY", "DELTA_LENGTH_BYTE_ARRAY", "PLAIN"])
def test_texts_written_as_differences_are_read(read, encoding):
    ids = [f"GW-{n}" for n in range(3000)]
    data = packed({"id": ids}, use_dictionary=False, column_encoding={"id": encoding}, data_page_version="2.0")
    assert read(data, "a.parquet").field("id") == ids


def test_text_that_is_no_utf8_is_mended_and_marked(read):
    bad = pa.Array.from_buffers(pa.string(), 2, pa.array([b"a\xffb", b"ok"]).buffers())
    lists = pa.ListArray.from_arrays(pa.array([0, 1, 2]), bad)
    got = read(packed({"id": ["1", "2"], "title": bad, "variants": lists}), "a.parquet")
    assert got.field("title") == ["a\ufffdb", "ok"]
    assert got.field("variants") == [["a\ufffdb"], ["ok"]]
    assert got.field("marks") == [[REPAIRED], []]


def test_a_cell_over_the_cap_is_set_aside_wherever_it_stands(read):
    long = "x" * 5000
    for column in (
        {"title": [long, "b"]},
        {"variants": [["a", long], ["b"]]},
        {"attributes": [{"a": long}, {"a": "b"}]},
    ):
        got = read(packed({"id": ["1", "2"]} | column), "a.parquet", caps=Caps(cell=4000))
        assert got.field("id") == ["2"]
        assert got.aside[0].reason.startswith("a cell of 5,00")


def test_a_nested_column_is_refused_only_where_it_is_mapped(read):
    data = packed({"id": ["1"], "pages": [[{"a": "b"}]]})
    assert read(data, "a.parquet").field("id") == ["1"]
    with pytest.raises(Faulty, match=r'column "pages" is list.*, which cannot be read as texts'):
        read(data, "a.parquet", map={"pages": "pictures"})


@pytest.mark.parametrize("keep", [0.0, 0.1, 0.5, 0.9, 0.999])
def test_a_half_written_file_is_told(read, keep):
    whole = packed({"id": [str(n) for n in range(500)]})
    with pytest.raises(Faulty, match=r"is no whole Parquet file|is empty|has no column|has no header"):
        read(whole[: int(len(whole) * keep)], "a.parquet")


def test_a_damaged_file_never_brings_more_than_a_sentence(tmp_path):
    whole = packed({"id": [str(n) for n in range(200)], "title": ["some words"] * 200, "variants": [["a", "b"]] * 200})
    chance = random.Random(7)
    for _ in range(25):
        damaged = bytearray(whole)
        for _ in range(chance.randint(1, 6)):
            damaged[chance.randrange(4, len(damaged) - 8)] = chance.randrange(256)
        (tmp_path / "a.parquet").write_bytes(damaged)
        source = FileSource("m", ["a.parquet"], folder=tmp_path, kind="listing", caps=Caps(decoded=1 << 20))
        with suppress(RectifyError):
            for split in source.splits():
                for batch in source.read(split):
                    batch.items.validate(full=True)


def test_what_the_footer_declares_must_fit_the_file(read):
    data = packed({"id": [str(n) for n in range(5000)], "title": ["x" * 400] * 5000})
    with pytest.raises(Faulty, match="declares 5,000 rows in"):
        read(data, "a.parquet", caps=Caps(rows_a_byte=0))
    with pytest.raises(Faulty, match="bytes unpacked from"):
        read(data, "a.parquet", caps=Caps(ratio_from=1 << 10, ratio=1))
    with pytest.raises(Faulty, match="unpacks one row group to more than"):
        read(data, "a.parquet", caps=Caps(ratio_from=1 << 16, ratio=1, decoded=1 << 16))


def test_a_file_that_changed_since_its_digest_is_refused(tmp_path):
    path = tmp_path / "a.parquet"
    path.write_bytes(packed({"id": ["1"]}))
    source = FileSource("m", ["a.parquet"], folder=tmp_path, kind="listing")
    split = source.splits()[0]
    path.write_bytes(packed({"id": ["2"]}))
    with pytest.raises(Refused):
        list(source.read(split))
