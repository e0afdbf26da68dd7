"""Bar codes that a spreadsheet rounded: marked, counted and told; whole numbers of a table keep their digits."""

import io

import pyarrow as pa
import pyarrow.parquet as pq

from rectify.catalogue.files import FileSource

CSV = b'id,title,gtin\n1,Pram,9.52123E+12\n2,Pram,9521234543213\n3,Lamp,\n4,Bed,"9,52E+12"\n5,Mat,4e5x\n'
MAP = {"gtin": "attributes.gtin"}


def test_rows_whose_bar_code_was_rounded_are_marked_and_counted(read):
    seen = read(CSV, map=MAP)
    assert seen.field("marks") == [["gtin_unreadable"], [], [], ["gtin_unreadable"], []]
    assert seen.notes == ["items.csv: 2 bar codes cannot be read: a spreadsheet has rounded them (9.52123E+12)"]


def test_nothing_is_told_of_bar_codes_that_stand_as_they_are(read):
    assert read(b"id,title,gtin\n1,Pram,9521234543213\n", map=MAP).notes == []
    assert read(CSV.replace(b"gtin", b"size"), map={"size": "attributes.size"}).notes == []


def test_a_table_is_not_decoded_before_its_splits_are_read(tmp_path):
    pq.write_table(pa.table({"id": ["1"], "gtin": ["9.52123E+12"]}), tmp_path / "a.parquet")
    source = FileSource("market", ["a.parquet"], folder=tmp_path, kind="listing", map=MAP)
    (split,) = source.splits()
    assert source.notes == []
    assert [batch.items.column("marks").to_pylist() for batch in source.read(split)] == [[["gtin_unreadable"]]]


def test_whole_numbers_of_a_table_keep_their_digits(read):
    table = pa.table({"id": [9521234543213.0, 1e300], "title": ["a", "b"], "gtin": [9521234543213.0, None]})
    held = io.BytesIO()
    pq.write_table(table, held)
    rows = read(held.getvalue(), "items.parquet", map=MAP).rows
    assert [row["id"] for row in rows] == ["9521234543213", "1e+300"]
    assert [dict(row["attributes"]) for row in rows] == [{"gtin": "9521234543213"}, {}]
    assert [row["marks"] for row in rows] == [[], []]


def test_a_rounded_number_that_was_written_out_again_is_known_by_its_zeros(read):
    codes = ["9521230000000", "9521200000009", "4006381000009", "9521234543213", "1000000", "952120000000"]
    seen = read(("id,gtin\n" + "".join(f"{n},{code}\n" for n, code in enumerate(codes))).encode(), map=MAP)
    marked = [code for code, marks in zip(codes, seen.field("marks"), strict=True) if marks]
    assert marked == ["9521230000000", "952120000000"]
    table = pa.table({"id": ["1"], "gtin": [9.52123e12]})
    held = io.BytesIO()
    pq.write_table(table, held)
    assert read(held.getvalue(), "items.parquet", map=MAP).field("marks") == [["gtin_unreadable"]]
    lines = b'{"id": 1, "gtin": 9.52123E+12}\n{"id": 2, "gtin": 9521234543213}\n'
    assert read(lines, "items.jsonl", map=MAP).field("marks") == [["gtin_unreadable"], []]


def test_every_file_of_a_catalogue_is_counted(tmp_path):
    for name in ("a.csv", "b.csv"):
        (tmp_path / name).write_bytes(CSV)
    source = FileSource("market", ["*.csv"], folder=tmp_path, kind="listing", map=MAP)
    source.splits()
    assert [note.partition(" cannot")[0] for note in source.notes] == ["a.csv: 2 bar codes", "b.csv: 2 bar codes"]
