"""The whole way through a plan: 3,000 words over listings of which one in a hundred is hit, and one item at a time."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from datetime import date

import pyarrow as pa

from bench.listings import batches_of, cells_of, corpus
from bench.ours import matcher, scanned, ways
from bench.shares import hit_listings
from bench.shown import Grid, number
from rectify.catalogue.schema import ITEM_SCHEMA
from rectify.rules.language import parse
from rectify.rules.pack import Pack, Rule, Term, Words
from rectify.screening.compile import compile_plan
from rectify.screening.plan import Plan
from rectify.terms.finding import ALL, Verdict

SIZES = (1024, 8192)  # rows of a batch


def plan_of(terms: list[str]) -> Plan:
    """A plan with one rule over one list of words, sought through what `disguises: all` says."""
    words = Words("w", tuple(Term(term, "") for term in terms), (), (), ALL)
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


def as_item_batches(batches: list[pa.RecordBatch]) -> list[pa.RecordBatch]:
    """Batches of titles and texts as items."""
    made, first = [], 0
    for batch in batches:
        made.append(as_items(batch, first))
        first += batch.num_rows
    return made


def plan_speed(rows: int, terms: int, rounds: int, share: float = 0.01) -> dict[str, object]:
    """Listings a second of `plan.screen`, findings with evidence included, beside the scan alone in the same rounds;
    CPU time of one process. Just so many listings are hit.
    """
    listings = hit_listings(rows, terms, share)
    plan, ready = plan_of(listings.terms), matcher(listings.terms, ways()[0])
    told, found = [], 0
    for size in SIZES:
        batches = as_item_batches(batches_of(cells_of(listings.batches), size))
        both: list[tuple[float, float]] = []
        for _ in range(rounds + 1):  # the first is not counted
            began = time.process_time()
            scanned(ready, batches)
            between = time.process_time()
            found = sum(len(plan.screen(batch).found) for batch in batches)
            both.append((between - began, time.process_time() - between))
        scan, whole = (statistics.median(times) for times in zip(*both[1:], strict=True))
        kept = sorted(a / b for a, b in both[1:])
        told.append((f"{size:,}", number(rows / scan / 1e3), number(rows / whole / 1e3),
                     f"{statistics.median(kept):.0%} ({kept[0]:.0%}–{kept[-1]:.0%})"))  # fmt: skip
    head = ("rows a batch", "scan alone, thousand listings/s", "plan.screen, thousand listings/s",
            "speed kept (lowest–highest round)")  # fmt: skip
    speed = Grid(head, tuple(told), "Asked: 70 % of the scan's speed kept.")
    return {"rows": rows, "terms": len(listings.terms), "bytes a row": round(listings.size / rows), "findings": found,
            "hit rows": f"{share:.0%}", "Speed": speed}  # fmt: skip


def live_call(calls: int = 2000) -> dict[str, object]:
    """Microseconds of one item through a ready plan: median and 99th of 100, by the clock and of CPU time."""
    listings = corpus(2048, 3000)
    plan = plan_of(listings.terms)
    batch = as_items(listings.batches[0], 0)
    took = []
    for n in range(calls):
        one = batch.slice(n % batch.num_rows, 1)
        began, cpu = time.perf_counter(), time.thread_time()
        plan.screen(one)
        took.append(((time.perf_counter() - began) * 1e6, (time.thread_time() - cpu) * 1e6))
    wall, cpu_time = (sorted(times) for times in zip(*took, strict=True))
    told = {}
    for of, times in (("", wall), (" of CPU time", cpu_time)):
        told |= {f"median{of}": round(statistics.median(times)), f"99 %{of}": round(times[int(calls * 0.99)])}
    return {"calls": calls, **told}


def timed(call: Callable[[], object]) -> float:
    """Wall seconds of a call."""
    began = time.perf_counter()
    call()
    return time.perf_counter() - began
