"""The whole way through a plan: 3,000 words over listings of which one in a hundred is hit, and one item at a time."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from datetime import date

import pyarrow as pa

from bench.listings import corpus
from rectify.catalogue.schema import ITEM_SCHEMA
from rectify.rules.language import parse
from rectify.rules.pack import Pack, Rule, Term, Words
from rectify.screening.compile import compile_plan
from rectify.screening.plan import Plan
from rectify.terms.finding import ALL, Verdict


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


def timed(call: Callable[[], object]) -> float:
    """Wall seconds of a call."""
    began = time.perf_counter()
    call()
    return time.perf_counter() - began
