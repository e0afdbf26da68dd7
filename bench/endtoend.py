"""From files to hits, reading included: one core and two, Arrow, Parquet and CSV; then whole sweeps of the same files.

    python -m bench.endtoend FOLDER KIND WHAT     reads FOLDER/listings.KIND, prints one JSON object

WHAT is "read" (no scan), "1" or "2" (threads), or "patterns" (one thread, with a hundred patterns beside the terms).

Each run is a process of its own, which made none of the rows: what it holds is what such work needs.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.csv as pc
import pyarrow.parquet as pq

from bench.hundred import hundred_patterns
from bench.listings import corpus
from bench.ours import matcher, scanned, ways

ROOT = Path(__file__).resolve().parent.parent
NAME, GROUP, BATCH, TERMS = "listings", 100_000, 8192, 3000
KINDS = ("arrow", "parquet", "csv")
BLOCK = BUFFER = 1 << 20  # bytes of CSV, of a column of Parquet at a time


def write_files(folder: Path, rows: int) -> None:
    """The same listings as Arrow, as Parquet (zstd) and as CSV; ids all different, texts again after 100,000."""
    listings = corpus(min(rows, GROUP), TERMS)
    part = pa.Table.from_batches(listings.batches)
    whole = pa.concat_tables([part] * -(-rows // part.num_rows)).slice(0, rows)
    whole = whole.add_column(0, "id", pa.array([f"i{n}" for n in range(rows)])).combine_chunks()
    with pa.OSFile(str(folder / f"{NAME}.arrow"), "wb") as file, pa.ipc.new_file(file, whole.schema) as writer:
        writer.write_table(whole, max_chunksize=BATCH)
    pq.write_table(whole, folder / f"{NAME}.parquet", compression="zstd", row_group_size=1 << 16)
    pc.write_csv(whole, folder / f"{NAME}.csv")


def read(path: Path) -> Iterator[pa.RecordBatch]:
    """Titles and texts of a file, batch by batch, decoded by the thread that asks."""
    columns = ["title", "text"]
    if path.suffix == ".arrow":
        file = pa.ipc.open_file(pa.memory_map(str(path)))
        yield from (file.get_batch(n).select(columns) for n in range(file.num_record_batches))
    elif path.suffix == ".parquet":
        file = pq.ParquetFile(path, pre_buffer=False, buffer_size=BUFFER)  # as the catalogue reads it
        yield from file.iter_batches(BATCH, columns=columns, use_threads=False)
    else:
        how = pc.ConvertOptions(include_columns=columns, column_types=dict.fromkeys(columns, pa.string()))
        yield from pc.open_csv(path, pc.ReadOptions(use_threads=False, block_size=BLOCK), convert_options=how)


class _Shared:
    """Batches for several threads, and the most memory that was held meanwhile."""

    def __init__(self, batches: Iterator[pa.RecordBatch]) -> None:
        self._batches, self._lock = batches, threading.Lock()
        self.memory = held()

    def __iter__(self) -> Iterator[pa.RecordBatch]:
        while True:
            with self._lock:
                self.memory = max(self.memory, held())
                batch = next(self._batches, None)
            if batch is None:
                return
            yield batch


def held() -> float:
    """Megabytes that this process holds of its own, files that are mapped left out; 0 where the system does not say."""
    status = Path("/proc/self/status")
    lines = status.read_text(encoding="ascii").splitlines() if status.exists() else []
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith("RssAnon")), 0.0)


def run(path: Path, threads: int, patterns: bool, scan: bool = True) -> dict[str, Any]:
    """Two ways through a file: wall and CPU seconds of the second, hits, and by how many megabytes the process grew."""
    pa.set_cpu_count(1)
    pa.set_io_thread_count(1)
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:threads])
    terms = corpus(1, TERMS).terms
    ready = matcher(terms, ways()[0], hundred_patterns(terms) if patterns else ())
    scanned(ready, corpus(16).batches)
    before, rows, hits = held(), [0] * threads, [0] * threads
    times = [
        _Shared(read(path)),
        _Shared(read(path)),
    ]  # the first gets memory from the system, as a long sweep does once
    gate = threading.Barrier(threads)

    def work(number: int) -> tuple[float, float]:
        for shared in times:
            rows[number] = hits[number] = 0
            gate.wait()
            wall, cpu = time.perf_counter(), time.process_time()
            for batch in shared:
                rows[number] += batch.num_rows
                if scan:
                    hits[number] += sum(map(len, scanned(ready, [batch])))
            gate.wait()
            wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
        return wall, cpu

    others = [threading.Thread(target=work, args=(n,)) for n in range(1, threads)]
    for one in others:
        one.start()
    wall, cpu = work(0)
    for one in others:
        one.join()
    most = max(held(), *(shared.memory for shared in times))
    return {"rows": sum(rows), "hits": sum(hits), "wall": wall, "cpu": cpu, "held": before, "more": most - before}


def measure(rows: int, rounds: int) -> dict[str, Any]:
    """By file and what is done with it: medians of rounds, each way once a round."""
    jobs = [(kind, what) for kind in KINDS for what in ("read", "1", "2")] + [
        ("arrow", "patterns"),
        ("parquet", "patterns"),
    ]
    runs: dict[str, list[dict[str, Any]]] = {}
    with tempfile.TemporaryDirectory() as folder:
        write_files(Path(folder), rows)
        sizes = {kind: (Path(folder) / f"{NAME}.{kind}").stat().st_size for kind in KINDS}
        for _ in range(rounds):
            for kind, what in jobs:
                done = _in_a_process("bench.endtoend", folder, kind, what)
                runs.setdefault(f"{kind} {what}", []).append(done)
        sweeps = {f"{kind} {n}": _in_a_process("bench.long", folder, str(n), f"{NAME}.{kind}", str(TERMS))
                  for kind in ("parquet", "csv") for n in (1, 2)}  # fmt: skip
    medians = {
        name: {key: statistics.median(one[key] for one in each) for key in each[0]} for name, each in runs.items()
    }
    return {"rows": rows, "sizes": sizes, "runs": medians, "sweeps": sweeps}


def _in_a_process(*words: str) -> dict[str, Any]:
    done = subprocess.run([sys.executable, "-m", *words], cwd=ROOT, capture_output=True, text=True, check=True)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


if __name__ == "__main__":
    file = Path(sys.argv[1]) / f"{NAME}.{sys.argv[2]}"
    job = sys.argv[3]
    print(json.dumps(run(file, 2 if job == "2" else 1, job == "patterns", job != "read")))
