"""Packing, digests, and files that change under the reader."""

from __future__ import annotations

import gzip
import hashlib
import os
from pathlib import Path

import pyarrow as pa
import pytest

from rectify.catalogue import opening
from rectify.catalogue.files import FileSource
from rectify.catalogue.source import Caps
from rectify.terms.errors import Faulty, Refused

TABLE = b"id,title\n" + b"".join(b"%d,words and words\n" % n for n in range(3000))


def zstd(data: bytes) -> bytes:
    out = pa.BufferOutputStream()
    with pa.CompressedOutputStream(out, "zstd") as packed:
        packed.write(data)
    return out.getvalue().to_pybytes()


@pytest.mark.parametrize(
    "pack", [gzip.compress, zstd, lambda data: gzip.compress(data[:999]) + gzip.compress(data[999:])]
)
def test_packed_files_are_known_by_their_content_and_read_in_blocks(read, pack):
    got = read(pack(TABLE), "items.csv", caps=Caps(block_rows=700))
    assert got.field("id") == [str(n) for n in range(3000)]


def test_splits_of_a_packed_file_read_in_order_unpack_it_once(tmp_path, monkeypatch):
    (tmp_path / "x.csv.gz").write_bytes(gzip.compress(TABLE))
    source = FileSource("m", ["x.csv.gz"], folder=tmp_path, kind="listing", caps=Caps(block_rows=500))
    splits = source.splits()
    opened = []
    opens = opening.TextFile.open
    monkeypatch.setattr(opening.TextFile, "open", lambda text, *rest: opened.append(text) or opens(text, *rest))
    forward = [batch.items.column("id")[0].as_py() for split in splits for batch in source.read(split)]
    assert forward == ["0", "500", "1000", "1500", "2000", "2500"]
    assert len(opened) == 1
    backward = [batch.items.column("id")[0].as_py() for split in reversed(splits) for batch in source.read(split)]
    assert backward == forward[::-1]


@pytest.mark.parametrize("pack", [bytes, gzip.compress, zstd])
def test_the_digest_is_over_the_bytes_on_disk(tmp_path, pack):
    (tmp_path / "x.csv").write_bytes(pack(TABLE))
    splits = FileSource("m", ["x.csv"], folder=tmp_path, kind="listing").splits()
    assert (
        splits[0].digest
        == hashlib.sha256(pack(TABLE) if pack is not gzip.compress else (tmp_path / "x.csv").read_bytes()).hexdigest()
    )


@pytest.mark.parametrize("cut", [20, 900, -5])
def test_a_half_written_packed_file_is_told(read, cut):
    with pytest.raises(Faulty, match="its gzip packing is broken"):
        read(gzip.compress(os.urandom(2000).hex().encode())[:cut], "x.csv.gz")


@pytest.mark.parametrize("pack", [gzip.compress, zstd])
def test_a_file_that_unpacks_beyond_reason_is_refused(read, pack):
    with pytest.raises(Faulty, match="unpacks to more than"):
        read(pack(b"id,title\n" + b"1,aaaaaaaaaaaaaaaaaaaaaa\n" * 200_000), caps=Caps(ratio_from=1 << 20, ratio=50))


def test_a_file_swapped_after_its_digest_is_refused(tmp_path):
    path = tmp_path / "x.csv"
    path.write_bytes(TABLE)
    source = FileSource("m", ["x.csv"], folder=tmp_path, kind="listing")
    split = source.splits()[0]
    times = (path.stat().st_atime_ns, path.stat().st_mtime_ns)
    (tmp_path / "y").write_bytes(TABLE.replace(b"words", b"sword"))  # same size, and the same time given back to it
    (tmp_path / "y").replace(path)
    os.utime(path, ns=times)
    with pytest.raises(Refused, match="changed while it was read"):
        list(source.read(split))


def test_a_file_that_grows_while_it_is_read_is_refused_at_the_end(tmp_path):
    path = tmp_path / "x.csv"
    path.write_bytes(b"id,title\n" + b"".join(b"%d,a thing\n" % n for n in range(30_000)))  # more than a batch
    source = FileSource("m", ["x.csv"], folder=tmp_path, kind="listing")
    batches = source.read(source.splits()[0])
    next(batches)
    with path.open("ab") as file:
        file.write(b"3001,late\n")
    with pytest.raises(Refused):
        list(batches)


def test_a_split_can_be_read_by_another_process(tmp_path):
    (tmp_path / "x.csv").write_bytes(TABLE)
    options = {"folder": tmp_path, "kind": "listing", "caps": Caps(block_rows=1000)}
    last = FileSource("m", ["x.csv"], **options).splits()[-1]
    batches = list(FileSource("m", ["x.csv"], **options).read(last))
    assert batches[0].items.column("id")[0].as_py() == "2000"


def test_globs_are_sorted_and_a_file_counts_once(tmp_path):
    for name in ("b.csv", "a.csv", "deep/c.csv"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(b"id,title\n1,x\n")
    source = FileSource("m", ["*.csv", "a.csv", "deep/*.csv"], folder=tmp_path, kind="listing")
    assert [split.name for split in source.splits()] == ["a.csv", "b.csv", "deep/c.csv"]


def test_all_faults_of_all_files_are_told_at_once(tmp_path: Path):
    (tmp_path / "a.csv").write_bytes(b"")
    (tmp_path / "b.csv").write_bytes(b"number,title\n1,x\n")
    (tmp_path / "c.csv").write_bytes(b"id,title\n1,x\n")
    with pytest.raises(Faulty) as error:
        FileSource("m", ["*.csv"], folder=tmp_path, kind="listing", map={"titel": "text"}).splits()
    said = [str(fault) for fault in error.value.faults]
    assert said[0] == "a.csv: is empty"
    assert 'b.csv: has no column "titel", which the map names (did you mean "title"?)' in said
    assert any(line.startswith("c.csv") for line in said)


def test_a_pipe_or_folder_does_not_hold_us_up(tmp_path):
    os.mkfifo(tmp_path / "x.csv")
    with pytest.raises(Faulty, match="is not a regular file"):
        FileSource("m", ["x.csv"], folder=tmp_path, kind="listing").splits()


def test_files_that_are_not_there_are_told(tmp_path):
    with pytest.raises(Faulty, match=r'no file matches "none/\*.csv"'):
        FileSource("m", ["none/*.csv"], folder=tmp_path, kind="listing").splits()
