"""The whole way: a plan with 3,000 words over listings of which one in a hundred is hit; and a long sweep's memory."""

from __future__ import annotations

import resource
import statistics
import tempfile
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from bench.listings import corpus
from rectify.catalogue.schema import ITEM_SCHEMA
from rectify.rules.language import parse
from rectify.rules.pack import Pack, Rule, Term, Words
from rectify.screening.compile import compile_plan
from rectify.screening.plan import Plan
from rectify.screening.recipe import Recipe
from rectify.screening.sweep import sweep
from rectify.terms.finding import Disguise, Verdict

GROUP = 100_000


def plan_of(terms: list[str]) -> Plan:
    """A plan with one rule over one list of words, all disguises on."""
    words = Words("w", tuple(Term(term, "") for term in terms), (), (), frozenset(Disguise))
    rule = Rule(
        "r", "w", parse("w", ["w"]), Verdict.VIOLATION, "remove_item", "Names “{w}”.", False, ("sell",), ("listing",)
    )
    pack = Pack("bench", 1, {"en": "bench"}, ("sell",), ("listing",), (), {"w": words}, {}, (rule,))
    return compile_plan([pack], [], [], [], date(2026, 11, 20))


def as_items(batch: pa.RecordBatch, first: int) -> pa.RecordBatch:
    """Titles and texts as a batch of the item schema, ids counted from `first`."""
    n = batch.num_rows
    given = {"id": pa.array([str(first + i) for i in range(n)]), "kind": pa.array(["listing"] * n),
             "title": batch.column(0), "text": batch.column(1),
             "row": pa.array(range(first + 1, first + n + 1), pa.int64())}  # fmt: skip
    columns = [given[f.name].cast(f.type) if f.name in given else pa.nulls(n, f.type) for f in ITEM_SCHEMA]
    return pa.RecordBatch.from_arrays(columns, schema=ITEM_SCHEMA)


def plan_speed(rows: int, terms: int, rounds: int) -> dict[str, object]:
    """Listings a second of `plan.screen`, findings with evidence included (CPU time of one process, median)."""
    listings = corpus(rows, terms)
    plan = plan_of(listings.terms)
    first, batches = 0, []
    for batch in listings.batches:
        batches.append(as_items(batch, first))
        first += batch.num_rows
    times, found = [], 0
    for _ in range(rounds):
        began, found = time.process_time(), 0
        for batch in batches:
            found += len(plan.screen(batch).found)
        times.append(time.process_time() - began)
    return {"rows": first, "terms": len(listings.terms), "bytes a row": round(listings.size / first),
            "hit rows": f"{found / first:.2%}", "rows a second": round(first / statistics.median(times)),
            "best round": round(first / min(times))}  # fmt: skip


def live_call(calls: int = 2000) -> dict[str, object]:
    """Microseconds of one item through a ready plan: median and 99th of 100."""
    listings = corpus(2048, 3000)
    plan = plan_of(listings.terms)
    batch = as_items(listings.batches[0], 0)
    took = []
    for n in range(calls):
        one = batch.slice(n % batch.num_rows, 1)
        began = time.perf_counter()
        plan.screen(one)
        took.append((time.perf_counter() - began) * 1e6)
    took.sort()
    return {"calls": calls, "median": round(statistics.median(took)), "99 %": round(took[int(calls * 0.99)])}


def write_long(path: Path, rows: int) -> int:
    """A Parquet file of many rows in groups of 100,000, zstd; ids all different. Gives its bytes."""
    listings = corpus(GROUP, 300)
    whole = pa.Table.from_batches(listings.batches).slice(0, GROUP)
    schema = pa.schema([("id", pa.string()), ("title", pa.string()), ("text", pa.string())])
    with pq.ParquetWriter(path, schema, compression="zstd") as writer:
        for first in range(0, rows, GROUP):
            n = min(GROUP, rows - first)
            ids = pa.array([f"i{first + k}" for k in range(n)])
            table = pa.table([ids, whole.column(0).slice(0, n), whole.column(1).slice(0, n)], schema=schema)
            writer.write_table(table, row_group_size=GROUP)
    return path.stat().st_size


def long_sweep(rows: int, workers: int) -> dict[str, object]:
    """Wall seconds and the greatest memory of a sweep from Parquet: of this process, and of its workers."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "long.parquet"
        size = write_long(file, rows)
        plan = plan_of(corpus(1024, 300).terms)
        recipe = Recipe("files", {"name": "long", "files": ["long.parquet"], "folder": folder, "kind": "listing"})
        own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        began = time.perf_counter()
        result = sweep(plan, recipe, Path(folder) / "sweep", workers=workers)
        took = time.perf_counter() - began
    most = {"this process": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss,
            "a worker": resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss}  # fmt: skip
    return {"rows": result.rows, "file, MB": size >> 20, "workers": workers, "seconds": round(took, 1),
            "rows a second": round(rows / took), "findings": result.findings,
            "most memory, MB": {name: kilobytes >> 10 for name, kilobytes in most.items()},
            "before the sweep, MB": own >> 10}  # fmt: skip


def timed(call: Callable[[], object]) -> float:
    """Wall seconds of a call."""
    began = time.perf_counter()
    call()
    return time.perf_counter() - began
