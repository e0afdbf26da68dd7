"""The whole catalogue file swept: how long it takes, and what an order that names all example products finds in it."""

from __future__ import annotations

import statistics
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import pyarrow.parquet as pq

from rectify.catalogue.files import FileSource
from rectify.rules.pack import Pack
from rectify.screening.compile import compile_plan
from rectify.screening.pairs import products_of

ROUNDS = 3


@dataclass
class Swept:
    """Rows, products named, CPU seconds (median of ROUNDS: reading and screening), findings by pack and verdict."""

    rows: int = 0
    products: int = 0
    seconds: float = 0.0
    verdicts: Counter[tuple[str, str]] = field(default_factory=Counter)


def sweep_catalogue(folder: Path, packs: Sequence[Pack]) -> Swept:
    """Reads and screens catalogue.parquet with all packs in one plan that names every example product."""
    named = pq.read_table(folder / "product_examples.parquet", filters=[("kind", "==", "product")]).to_pylist()
    products = [product for row in named for product in products_of(row)]
    plan = compile_plan(packs, [], products, [], date(1970, 1, 1), without_registers=True)
    plan.engine  # noqa: B018  (built once, before the clock runs)
    times, swept = [], Swept(products=len(named))
    for _ in range(ROUNDS):
        swept.rows, swept.verdicts = 0, Counter()
        began = time.process_time()
        source = FileSource("catalogue", ["catalogue.parquet"], folder=folder)
        for split in source.splits():
            for batch in source.read(split):
                swept.rows += batch.items.num_rows
                for finding in plan.screen(batch.items).found:
                    swept.verdicts[finding.pack, str(finding.verdict)] += 1
        times.append(time.process_time() - began)
    swept.seconds = statistics.median(times)
    return swept
