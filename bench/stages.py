"""What `plan.screen` costs beside the scan: python -m bench.stages [--rounds 9] [--packs 200].

Microseconds of CPU time of one process: of each batch the best round, of the batches the median. The scan is made
beforehand. Batches hold 1,024 listings, ten of them with a hit that becomes a finding; a live call is a batch of one.
"""

from __future__ import annotations

import argparse
import gc
import json
import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa

from bench.listings import ROWS, corpus
from bench.many import RULES, items_of, listings, write_packs
from bench.rules import plan_of as plan_of_packs
from bench.whole import as_items, plan_of
from rectify.rules.reader import read_pack
from rectify.screening.judge import judged
from rectify.screening.outside import BatchOutside, accounts_by_id
from rectify.screening.plan import Plan
from rectify.screening.text import TextColumns

SOURCE, HITS = "catalogue", 10
Figures = dict[str, object]


def best(call: Callable[[], object], rounds: int) -> float:
    """The least CPU time of a call, in microseconds."""
    took = []
    for _ in range(rounds):
        began = time.thread_time()
        call()
        took.append(time.thread_time() - began)
    return min(took) * 1e6


def beside(plan: Plan, batches: Sequence[pa.RecordBatch], rounds: int) -> Figures:
    """The stages behind the scan, over batches."""
    engine, took = plan.engine, []
    judge = engine._judge
    accounts = accounts_by_id(SOURCE)
    found = 0
    for batch in batches:
        columns = TextColumns.of(batch)
        scan = engine.matcher.scan(columns)
        outside = BatchOutside(engine.outside, batch, columns, scan, engine.numbers, SOURCE, accounts)
        pairs = judge.firing.candidates(batch, scan, outside)

        def whole() -> int:
            return len(engine.judged(batch, columns, scan, SOURCE, accounts).found)  # noqa: B023

        found += whole()
        took.append((
            best(lambda: judge.firing.candidates(batch, scan, outside), rounds),  # noqa: B023
            best(lambda: list(judged(pairs, batch, scan, outside)), rounds),  # noqa: B023
            best(whole, rounds),
        ))  # fmt: skip
    nominated, conditions, whole_ = map(statistics.median, zip(*took, strict=True))
    told = {"rules that may fire": nominated, "conditions": conditions, "findings": whole_ - nominated - conditions,
            "whole": whole_}  # fmt: skip
    rows = sum(batch.num_rows for batch in batches)
    return {"rows": rows, "found": found, **{name: round(value, 1) for name, value in told.items()}}


def sparse(plan: Plan, batches: Sequence[pa.RecordBatch]) -> list[pa.RecordBatch]:
    """Batches of the same rows, of which ten each have a hit, as long as both last."""
    table = pa.Table.from_batches(batches)
    hit = np.unique(np.concatenate([
        np.unique(plan.engine.matcher.scan(TextColumns.of(batch)).row) + ROWS * n for n, batch in enumerate(batches)
    ]))  # fmt: skip
    clean = np.setdiff1d(np.arange(table.num_rows), hit)
    made = []
    for n in range(min(len(hit) // HITS, len(clean) // (ROWS - HITS))):
        of = (hit[n * HITS : (n + 1) * HITS], clean[n * (ROWS - HITS) : (n + 1) * (ROWS - HITS)])
        made += table.take(pa.array(np.sort(np.concatenate(of)))).combine_chunks().to_batches()
    return made


def stages(rounds: int, packs: int) -> dict[str, Figures]:
    """Figures of each kind of plan."""
    gc.set_threshold(100_000, 20, 100)  # as the command line does
    made = corpus(24 * ROWS)
    plan = plan_of(made.terms)
    batches = sparse(plan, [as_items(batch, n * ROWS) for n, batch in enumerate(made.batches)])
    one = [batch.slice(row, 1) for batch in batches for row in range(64)]
    hits = [len(plan.engine.matcher.scan(TextColumns.of(row))) > 0 for row in one]
    told = {
        "one list, ten hit rows of 1,024": beside(plan, batches, rounds),
        "live call with a hit": beside(plan, [row for row, hit in zip(one, hits, strict=True) if hit], rounds),
        "live call without": beside(plan, [row for row, hit in zip(one, hits, strict=True) if not hit], rounds),
    }
    with tempfile.TemporaryDirectory() as folder:
        many = write_packs(Path(folder), packs)
        plan = plan_of_packs([read_pack(path, draft=True) for path in many.folders])
    for share in (0.01, 0.1):
        told[f"{packs * RULES:,} rules, {share:.0%} of rows with words of a pack"] = beside(
            plan, items_of(listings(many, 8 * ROWS, share)), rounds
        )
    return told


def main() -> None:
    """Run it and print the figures as JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--packs", type=int, default=200)
    given = parser.parse_args()
    print(json.dumps(stages(given.rounds, given.packs), indent=1))


if __name__ == "__main__":
    main()
