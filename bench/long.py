"""A long sweep from Parquet: how long, and how much memory.

The sweep runs in a process of its own that made none of the rows, so that what it holds is what a sweep needs:

    python -m bench.long FOLDER WORKERS [FILE TERMS]     sweeps FOLDER/FILE for so many terms, prints one JSON object
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from bench.listings import corpus
from bench.whole import plan_of
from rectify.screening.recipe import Recipe
from rectify.screening.sweep import sweep

ROOT = Path(__file__).resolve().parent.parent
GROUP = 100_000
TERMS = 300
FILE = "long.parquet"


def write_long(path: Path, rows: int) -> int:
    """A Parquet file of many rows in groups of 100,000, zstd; ids all different. Gives its bytes."""
    listings = corpus(GROUP, TERMS)
    whole = pa.Table.from_batches(listings.batches).slice(0, GROUP)
    schema = pa.schema([("id", pa.string()), ("title", pa.string()), ("text", pa.string())])
    with pq.ParquetWriter(path, schema, compression="zstd") as writer:
        for first in range(0, rows, GROUP):
            n = min(GROUP, rows - first)
            ids = pa.array([f"i{first + k}" for k in range(n)])
            table = pa.table([ids, whole.column(0).slice(0, n), whole.column(1).slice(0, n)], schema=schema)
            writer.write_table(table, row_group_size=GROUP)
    return path.stat().st_size


def swept(folder: Path, workers: int, file: str = FILE, terms: int = TERMS) -> dict[str, object]:
    """One sweep in this process: wall seconds, and the most memory of this process and of its largest worker."""
    recipe = Recipe("files", {"name": "long", "files": [file], "folder": str(folder), "kind": "listing"})
    plan = plan_of(corpus(1024, terms).terms)
    began = time.perf_counter()
    result = sweep(plan, recipe, folder / f"sweep of {file} by {workers}", workers=workers)
    took = time.perf_counter() - began
    own, worker = (resource.getrusage(who).ru_maxrss >> 10 for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return {"rows": result.rows, "findings": result.findings, "workers": workers, "seconds": round(took, 1),
            "rows a second": round(result.rows / took),
            "most memory, MB": {"it": own, "its worker": worker, "together": own + worker * workers}}  # fmt: skip


def long_sweep(rows: int, workers: int) -> dict[str, object]:
    """Writes the rows and sweeps them in a process of its own."""
    with tempfile.TemporaryDirectory() as folder:
        size = write_long(Path(folder) / FILE, rows)
        command = [sys.executable, "-m", "bench.long", folder, str(workers)]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    found: dict[str, object] = json.loads(done.stdout)
    return {"file, MB": size >> 20, **found}


if __name__ == "__main__":
    print(json.dumps(swept(Path(sys.argv[1]), int(sys.argv[2]), *sys.argv[3:4], *map(int, sys.argv[4:]))))
