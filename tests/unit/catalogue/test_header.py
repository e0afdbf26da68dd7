"""A header that is no UTF-8: its columns go by other names than their owner wrote, and that is told."""

from pathlib import Path

import pytest

from rectify.catalogue.files import FileSource
from rectify.catalogue.preview import preview

ROWS = "".join(f"{n},Lamp number {n},S-1\n" for n in range(1, 40)).encode()
SAID = "the header holds broken signs, for it is no UTF-8"


@pytest.mark.parametrize(
    ("header", "codec", "said"),
    [
        ("id,title,Verkäufer\n", "cp1252", f"{SAID}; it could be Windows-1252 (Latin-1): Verkäufer; "),
        ("id,title,卖家\n", "gb18030", f"{SAID}; it could be GB18030 (GBK): 卖家; "),
        ('id;title;"Größe"\n', "cp1252", f"{SAID}; it could be Windows-1252 (Latin-1): Größe; "),
    ],
)
def test_broken_signs_of_a_header_are_told_with_the_encoding_that_it_could_be(read, header, codec, said):
    data = header.encode(codec) + (ROWS.replace(b",", b";") if ";" in header else ROWS)
    notes = read(data).notes
    assert any(f"items.csv: {said}save the file as UTF-8" in note for note in notes), notes


def test_a_header_that_reads_in_no_encoding_is_told_without_a_guess(read):
    (note,) = read(b"id,title,a\xff\x81\n" + ROWS).notes
    assert note == f"items.csv: {SAID}; save the file as UTF-8"


def test_nothing_is_told_of_a_header_that_reads(read):
    assert read("id,title,Verkäufer\n".encode() + ROWS).notes == []
    assert read(b"id,title,seller\n1,a\xe4b,S\n" + ROWS).notes == []


def test_a_look_at_a_file_tells_its_encoding_its_cells_and_what_is_set_aside(tmp_path: Path):
    (tmp_path / "a.csv").write_bytes("id;title\n1;a;b\n2;c;d\n".encode("utf-16"))
    seen = preview(FileSource("c", ["a.csv"], folder=tmp_path, kind="listing"))
    assert (seen.rows, len(seen.set_aside), seen.looked, seen.whole) == ((), 2, 2, True)
    assert seen.notes == ("a.csv: read as UTF-16", "a.csv: cells are parted by semicolons")
    (tmp_path / "b.csv").write_text("id,title\n" + "".join(f"{n},a\n" for n in range(30)) + "x\n")
    more = preview(FileSource("c", ["b.csv"], folder=tmp_path, kind="listing"))
    assert (len(more.rows), more.set_aside, more.whole) == (10, (), False)
