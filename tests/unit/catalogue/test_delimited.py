"""CSV: what a spreadsheet, a shop system or a hand may write, and what is told of the rows that cannot be read."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rectify.catalogue.files import FileSource
from rectify.catalogue.grid import find_cells
from rectify.catalogue.schema import REPAIRED
from rectify.catalogue.source import BATCH_ROWS, Caps
from rectify.terms.errors import Faulty

NASTY = st.text(st.sampled_from('ab,;"\n\r\t| \0é汉\u2028\ufeff'), max_size=12)
IDS = st.lists(st.text("abc019-_", min_size=1, max_size=6), min_size=1, max_size=12, unique=True)


def quick(examples: int) -> Any:
    return settings(max_examples=examples, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def as_csv(rows: list[list[str]], **dialect: Any) -> bytes:
    out = io.StringIO(newline="")
    csv.writer(out, **dialect).writerows(rows)
    return out.getvalue().encode()


# With fewer quotes the csv module leaves a CR or LF bare that its own line end does not hold.
DIALECTS = [("\r\n", csv.QUOTE_MINIMAL), ("\n", csv.QUOTE_ALL), ("\r", csv.QUOTE_ALL)]


@quick(12)
@given(ids=IDS, data=st.data(), dialect=st.sampled_from(DIALECTS), block=st.sampled_from([3, 100]))
def test_what_the_csv_module_writes_is_read_back(read, ids, data, dialect, block):
    cells = [[i, data.draw(NASTY), data.draw(NASTY)] for i in ids]
    written = as_csv([["id", "title", "text"], *cells], lineterminator=dialect[0], quoting=dialect[1])
    got = read(written, caps=Caps(block_rows=block))
    assert [[row["id"], row["title"], row["text"]] for row in got.rows] == cells
    assert not got.aside


@quick(60)
@given(st.text(st.sampled_from('a",\n\r'), max_size=30))
def test_cells_are_those_that_the_csv_module_finds(text):
    expected = [row for row in csv.reader(io.StringIO(text, newline="")) if row]
    data = text.encode()
    grid = find_cells(data, ord(","), True)
    cells = [
        grid.mended.get(
            n,
            data[grid.starts[n] : grid.ends[n]].replace(b'""', b'"')
            if grid.quoted[n]
            else data[grid.starts[n] : grid.ends[n]],
        )
        for n in range(len(grid.starts))
    ]
    found = [[c.decode() for c in cells[a : b + 1]] for a, b in zip(grid.first, grid.last, strict=True)]
    if grid.used >= len(data):
        assert found == expected
    else:  # a quote that never closes: the csv module takes all that follows, we take nothing of it
        assert found == expected[:-1]


def test_a_stray_quote_in_a_cell_is_a_sign_like_any_other(read):
    got = read(b'id,title,text\n1,12" screen,plain\n2,"6"" pad","a,b"\n3,"12" tablet,"x\ny"\n')
    assert got.field("title") == ['12" screen', '6" pad', "12 tablet"]
    assert got.field("text") == ["plain", "a,b", "x\ny"]


def test_a_quote_that_never_closes_costs_its_line_and_not_the_file(read):
    got = read(b'id,title\n1,one\n2,"two\n3,three\n4,four\n')
    assert got.field("id") == ["1", "3", "4"]
    assert got.aside == [("items.csv", 2, "a quote is opened and not closed", '2,"two')]


def test_lines_that_open_a_quote_each_are_set_aside_in_linear_time(read):
    got = read(b"id,title\n" + b'c","d\n' * 6_000 + b"9,end\n")
    assert len(got.aside) + len(got.rows) == 6_001
    assert "9" in got.field("id")


@quick(12)
@given(st.text(st.sampled_from('a",\n'), max_size=80), st.integers(8, 40), st.integers(2, 4))
def test_blocks_read_alone_give_the_rows_of_the_whole(tmp_path_factory, text, record, block):
    folder = tmp_path_factory.mktemp("blocks")
    (folder / "x.csv").write_text("id,title\n" + text, newline="")
    rows = {}
    for size in (block, 10_000):
        source = FileSource("m", ["x.csv"], folder=folder, kind="listing", caps=Caps(record=record, block_rows=size))
        batches = [batch for split in reversed(source.splits()) for batch in source.read(split)]
        rows[size] = sorted(
            [
                (n, i)
                for b in batches
                for n, i in zip(b.items.column("row").to_pylist(), b.items.column("id").to_pylist(), strict=True)
            ]
            + [(told.row, told.reason) for b in batches for told in b.set_aside]
        )
    assert rows[block] == rows[10_000]


def test_ragged_rows_are_set_aside_with_the_count(read):
    got = read(b"id,title\n1,one\n2\n3,three,more\n\n4,four")
    assert got.field("id") == ["1", "4"]
    assert [(told.row, told.reason) for told in got.aside] == [
        (2, "has 1 cells where the header names 2"),
        (3, "has 3 cells where the header names 2"),
    ]
    assert got.field("row") == [1, 4]


def test_a_row_without_id_is_set_aside(read):
    got = read(b"id,title\n,none\n  ,blank\n7,seven\n")
    assert got.field("id") == ["7"]
    assert {told.reason for told in got.aside} == {"has no id"}
    assert got.aside[0].excerpt == "kind=listing title=none"


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_found(read, delimiter):
    got = read(as_csv([["id", "title", "text"], ["1", "a, b; c", "x|y\tz"], ["2", "d", "e"]], delimiter=delimiter))
    assert got.field("title") == ["a, b; c", "d"]
    assert got.field("text") == ["x|y\tz", "e"]
    assert bool(got.notes) == (delimiter != ",")


def test_a_spreadsheet_may_name_the_delimiter_itself(read):
    assert read(b"sep=;\r\nid;title\r\n1;a,b,c\r\n").field("title") == ["a,b,c"]


@pytest.mark.parametrize("codec", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_unicode_in_any_form_is_read_and_told(read, codec):
    table = "id,title\n1,Kinderwagen für 汉字 \U0001f600\n" + "2,plain\n" * 40
    got = read(table.encode(codec), caps=Caps(block_rows=7))
    assert got.field("title")[0] == "Kinderwagen für 汉字 \U0001f600"
    assert len(got.rows) == 41
    assert got.notes == ([] if codec == "utf-8-sig" else [f"items.csv: read as UTF-{codec[4:6]}"])


def test_gbk_is_recognised_and_told(read):
    lines = "编号,标题\n" + "".join(f"{n},全新路由器包月套餐送账号\n" for n in range(30))
    got = read(lines.encode("gbk"), map={"编号": "id", "标题": "title"})
    assert set(got.field("title")) == {"全新路由器包月套餐送账号"}
    assert got.notes == ["items.csv: read as GB18030 (GBK)"]


def test_latin_1_is_recognised_and_told(read):
    lines = "id,title\n" + "".join(f"{n},Kinderwagen für große Köpfe à 5 €\n" for n in range(30))
    got = read(lines.encode("cp1252"))
    assert set(got.field("title")) == {"Kinderwagen für große Köpfe à 5 €"}
    assert got.notes == ["items.csv: read as Windows-1252 (Latin-1)"]
    assert set(map(tuple, got.field("marks"))) == {()}


def test_one_row_of_bad_utf8_is_mended_and_marked_and_no_other(read):
    got = read("id,title\n1,fü\n2,b".encode() + b"\xff\xfed\n" + "3,汉字\n".encode() + b"4,cut \xe6\xb1\n")
    assert got.field("title") == ["fü", "b\ufffd\ufffdd", "汉字", "cut \ufffd"]
    assert got.field("marks") == [[], [REPAIRED], [], [REPAIRED]]


def test_bytes_that_stand_for_nothing_in_another_encoding_are_marked_too(read):
    table = "id,title\n1,good\n2,half a pair X\n".encode("utf-16-le").replace("X".encode("utf-16-le"), b"\x00\xd8")
    got = read(table)
    assert got.field("title") == ["good", "half a pair \ufffd"]
    assert got.field("marks") == [[], [REPAIRED]]


def test_a_person_may_name_the_encoding(read):
    got = read("id,title\n1,中文繁體\n".encode("big5"), encoding="big5")
    assert got.field("title") == ["中文繁體"]


def test_nuls_and_controls_are_kept(read):
    got = read(b"id,title\n1,a\0b\x1b[31m\n")
    assert got.field("title") == ["a\0b\x1b[31m"]


def test_what_is_set_aside_is_safe_to_print(read):
    got = read(b"id,title\n1,a\0b\x1b[31m,\xe2\x80\xae\n")
    assert got.aside[0].excerpt == "1,a␀b␛[31m,\ufffd"


def test_a_cell_over_the_cap_is_set_aside_and_names_its_column(read):
    got = read(b"id,title\n1," + b"x" * 2000 + b"\n2,ok\n", caps=Caps(cell=1000))
    assert got.field("id") == ["2"]
    assert got.aside[0].reason == "a cell of 2,000 bytes stands in title"
    assert len(got.aside[0].excerpt) == 200


def test_a_line_without_end_is_one_row_set_aside(read):
    got = read(b"id,title\n1," + b"x" * 200_000 + b"\n2,ok\n", caps=Caps(record=4_000))
    assert got.field("id") == ["2"]
    assert got.aside[0].reason == "is longer than 4,000 bytes"


def test_batches_are_of_about_a_thousand_rows(tmp_path):
    (tmp_path / "x.csv").write_bytes(b"id,title\n" + b"".join(b"%d,some words\n" % n for n in range(5000)))
    source = FileSource("m", ["x.csv"], folder=tmp_path, kind="listing", caps=Caps(block_rows=2000))
    splits = source.splits()
    assert [split.rows for split in splits] == [2000, 2000, 1000]
    assert all(b.items.num_rows <= BATCH_ROWS * 5 // 4 for split in splits for b in source.read(split))


def test_heavy_rows_make_small_batches(tmp_path):
    line = b"%d," + b"y" * 900_000 + b"\n"
    (tmp_path / "x.csv").write_bytes(b"id,title\n" + b"".join(line % n for n in range(9)))
    source = FileSource("m", ["x.csv"], folder=tmp_path, kind="listing")
    sizes = [batch.items.nbytes for split in source.splits() for batch in source.read(split)]
    assert len(sizes) >= 3
    assert max(sizes) < 5 << 20


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "is empty"),
        (b"\n\n", "is empty: it has no header"),
        (b"id,title,title\n1,a,b\n", 'two columns are named "title"'),
        (b'"id,title\n1,a\n', "has no header that ends"),
        (b"PK\x03\x04....", "is a spreadsheet or an archive, not a table of text"),
    ],
)
def test_a_file_that_is_no_table_is_told_in_a_sentence(read, data, said):
    with pytest.raises(Faulty) as error:
        read(data)
    assert said in str(error.value)


def test_a_table_with_a_header_only_has_no_rows(tmp_path: Path):
    (tmp_path / "x.csv").write_bytes(b"id,title\n")
    assert FileSource("m", ["x.csv"], folder=tmp_path, kind="listing").splits() == []
