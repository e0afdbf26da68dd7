"""A small Parquet file that names much more than it holds costs no memory to read."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pyarrow as pa
import pytest

from ..unit.catalogue.conftest import read as read  # noqa: TID252
from ..unit.catalogue.test_parquet import packed  # noqa: TID252

BOMB = """
import sys
from pathlib import Path
import pyarrow as pa, pyarrow.parquet as pq
from rectify.catalogue.files import FileSource
from rectify.catalogue.limits import limit_process
def peak():
    return int(next(l for l in open('/proc/self/status') if l.startswith('VmHWM')).split()[1]) >> 10
folder = Path(sys.argv[1])
before = peak()
limit_process(1 << 30, 60)
source = FileSource('m', ['bomb.parquet'], folder=folder, kind='listing')
rows = aside = 0
for split in source.splits():
    for batch in source.read(split):
        rows += batch.items.num_rows
        aside += len(batch.set_aside)
print(rows, aside, peak() - before)
"""


def bomb(where: str) -> bytes:
    """A few kilobytes that name one text of 2 MB in each of 300 rows."""
    long = "x" * 2_000_000
    if where == "text":  # each written as the difference to the one before
        encodings = {"use_dictionary": False, "column_encoding": {"text": "DELTA_BYTE_ARRAY", "id": "PLAIN"}}
        return packed({"id": [str(n) for n in range(300)], "text": [long] * 300}, compression="zstd", **encodings)
    column: pa.Array = pa.DictionaryArray.from_arrays(pa.array([0] * 300, pa.int32()), [long])
    each = pa.array(range(301), pa.int32())
    if where == "variants":
        column = pa.ListArray.from_arrays(each, column)
    if where == "attributes":
        column = pa.MapArray.from_arrays(each, pa.array(["a"] * 300), column)
    columns = {"id": [str(n) for n in range(300)], where: column}
    return packed(columns, compression="zstd", store_schema=False)  # read as plain text, not as a dictionary


def test_a_text_named_in_every_row_is_measured_before_it_is_decoded(read):
    data = bomb("title")
    assert len(data) < 5_000
    pa.default_memory_pool().release_unused()
    before = pa.default_memory_pool().max_memory()
    got = read(data, "a.parquet")
    assert (len(got.rows), len(got.aside)) == (0, 300)
    assert got.aside[0].reason == "a cell of 2,000,000 bytes stands in title"
    assert pa.default_memory_pool().max_memory() - before < 50_000_000


@pytest.mark.slow
@pytest.mark.parametrize("where", ["title", "variants", "attributes", "text"])
def test_a_small_file_that_names_two_megabytes_in_every_row_stays_small(tmp_path: Path, where: str):
    (tmp_path / "bomb.parquet").write_bytes(bomb(where))
    assert (tmp_path / "bomb.parquet").stat().st_size < 10_000
    done = subprocess.run([sys.executable, "-c", BOMB, str(tmp_path)], capture_output=True, text=True, check=False)
    assert not done.stderr
    rows, aside, megabytes = map(int, done.stdout.split())
    assert (rows, aside) == (0, 300)
    assert megabytes < 300
