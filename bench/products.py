"""Very many products at once: 100,000 that an order names, sought in 10 million listings in one sweep.

The sweep runs in a process of its own that made none of the rows:

    python -m bench.products [--products 100000] [--rows 10000000]     writes what it needs, sweeps, prints JSON
"""

from __future__ import annotations

import argparse
import json
import pickle
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from bench.goods import catalogue, products
from bench.listings import corpus
from bench.whole import as_items
from rectify.screening.compile import compile_plan
from rectify.screening.plan import Plan
from rectify.screening.recipe import Recipe
from rectify.screening.sweep import SweepResult, sweep
from rectify.terms.product import Product
from rectify.workspace import one_pack

ROOT = Path(__file__).resolve().parent.parent
GROUP = 100_000
FILE, NAMED = "listings.parquet", "products.pickle"
FEW = (1, 50)
_SCHEMA = pa.schema(
    [("id", pa.string()), ("title", pa.string()), ("text", pa.string()), ("attributes.gtin", pa.string())]
)


def plan_for(named: Sequence[Product]) -> Plan:
    """The plan of an order that names products."""
    return compile_plan([one_pack("identical-products")], [], named, [], date(2026, 11, 20))


def write_listings(path: Path, named: Sequence[Product], rows: int) -> Counter[str]:
    """The catalogue as Parquet in groups of 100,000; how many listings of each sort there are."""
    plain = pa.Table.from_batches(corpus(min(rows, GROUP), 300).batches).to_pydict()
    counts: Counter[str] = Counter()
    listings = catalogue(named, rows)
    with pq.ParquetWriter(path, _SCHEMA, compression="zstd") as writer:
        for first in range(0, rows, GROUP):
            held: list[tuple[str, str, str, str | None]] = []
            for n in range(min(GROUP, rows - first)):
                one = next(listings)
                counts[one.sort if one else "b"] += 1
                if one is None:
                    held.append((f"b{first + n}", plain["title"][n], plain["text"][n], None))
                else:
                    text = f"{one.text}. {plain['text'][n]}" if one.text else plain["text"][n]
                    held.append((f"{one.sort}{first + n}", one.title, text, one.gtin or None))
            writer.write_table(pa.table(list(map(list, zip(*held, strict=True))), schema=_SCHEMA), row_group_size=GROUP)
    return counts


def swept(folder: Path, workers: int) -> dict[str, object]:
    """One sweep in this process, from products to findings; what was planted is told by the first letter of an id."""
    named = pickle.loads((folder / NAMED).read_bytes())
    began = time.perf_counter()
    plan = plan_for(named)
    size = len(plan.to_bytes())
    compiled = time.perf_counter() - began
    recipe = Recipe("files", {"name": "goods", "files": [FILE], "folder": str(folder), "kind": "listing"})
    began = time.perf_counter()
    result = sweep(plan, recipe, folder / "sweep", workers=workers)
    took = time.perf_counter() - began
    own, worker = (resource.getrusage(who).ru_maxrss >> 10 for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return {"compile, s": round(compiled, 1), "plan, MB": round(size / (1 << 20), 1), "seconds": round(took, 1),
            "rows a second": round(result.rows / took), "most memory, MB": {"it": own, "its worker": worker},
            **said(result)}  # fmt: skip


def said(result: SweepResult) -> dict[str, object]:
    """Listings that were found, by what they are: the strictest verdict of each."""
    best: dict[str, str] = {}
    for finding in result.found():
        if best.get(finding.item.id) != "violation":
            best[finding.item.id] = str(finding.verdict)
    counts = Counter((item[0], verdict) for item, verdict in best.items())
    marks = dict(result.marks)
    return {"found": {f"{sort} {verdict}": n for (sort, verdict), n in sorted(counts.items())}, "marks": marks}


def loaded(plan: Plan) -> dict[str, object]:
    """Seconds to make a plan ready in a worker: read, checked, indexed."""
    data = plan.to_bytes()
    began = time.perf_counter()
    read = Plan.from_bytes(data)
    middle = time.perf_counter()
    assert read.engine
    return {"read, s": round(middle - began, 1), "index, s": round(time.perf_counter() - middle, 1)}


def small_orders(rows: int = 20_000, rounds: int = 3) -> dict[str, object]:
    """Rows a second of `plan.screen` with few products (CPU time, median)."""
    first, batches = 0, []
    for batch in corpus(rows, 300).batches:
        batches.append(as_items(batch, first))
        first += batch.num_rows
    told: dict[str, object] = {}
    for count in FEW:
        plan = plan_for(products(1000)[:count])
        times = []
        for _ in range(rounds):
            began = time.process_time()
            for batch in batches:
                plan.screen(batch)
            times.append(time.process_time() - began)
        told[f"{count} products"] = round(first / statistics.median(times))
    return told


def at_size(count: int, rows: int, workers: int = 1) -> dict[str, object]:
    """Writes products and listings, and sweeps them in a process of its own."""
    named = products(count)
    with tempfile.TemporaryDirectory() as folder:
        planted = write_listings(Path(folder) / FILE, named, rows)
        (Path(folder) / NAMED).write_bytes(pickle.dumps(named))
        ready = loaded(plan_for(named))
        command = [sys.executable, "-m", "bench.products", "--in", folder, "--workers", str(workers)]
        done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True)
    found: dict[str, object] = json.loads(done.stdout)
    brands = Counter(one.brand for one in named)
    return {"products": count, "brands": len(brands), "products of the largest brand": brands.most_common(1)[0][1],
            "rows": rows, "planted": dict(planted), "ready in a worker": ready, **found}  # fmt: skip


def many_products(count: int, rows: int) -> dict[str, object]:
    """What the page of benchmarks tells."""
    return {**at_size(count, rows), "small orders, rows a second": small_orders()}


def main() -> None:
    """One measurement, as JSON."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--products", type=int, default=100_000)
    parser.add_argument("--rows", type=int, default=10_000_000)
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--in", dest="folder", type=Path, help="sweep what was written there")
    given = parser.parse_args()
    if given.folder:
        print(json.dumps(swept(given.folder, given.workers)))
    else:
        print(json.dumps(at_size(given.products, given.rows, given.workers), ensure_ascii=False, indent=1))


if __name__ == "__main__":
    main()
