"""`make bench`: all figures of docs/benchmarks.md, measured now and written there.

python -m bench                all of it (some minutes; 10 million rows)
python -m bench --rows 1000000 a shorter long sweep
python -m bench --only "Thousands of rules"    one part, put into the page as it is
python -m bench --only "Many products" --goods FILE    of a longer run: python -m bench.products > FILE
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path

from bench.long import long_sweep
from bench.packs import clerk
from bench.products import many_products, small_orders
from bench.rules import thousands
from bench.whole import live_call, plan_speed, timed

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "benchmarks.md"
FLAGS = ("avx2", "avx512f", "avx512_vbmi2", "asimd")


def machine() -> dict[str, str]:
    """What it was measured on."""
    info = Path("/proc/cpuinfo").read_text(encoding="utf-8") if Path("/proc/cpuinfo").exists() else ""
    model = next((line.split(":", 1)[1].strip() for line in info.splitlines() if line.startswith("model name")), "")
    flags = next((line for line in info.splitlines() if line.startswith("flags")), "").split()
    load = ", ".join(f"{x:.1f}" for x in os.getloadavg())
    versions = ", ".join(f"{name} {metadata.version(name)}" for name in ("pyarrow", "numpy", "hyperscan", "google-re2"))
    vector = " ".join(flag for flag in FLAGS if flag in flags) or "no vector flags"
    return {
        "processor": f"{model}, {os.cpu_count()} cores; {vector}",
        "system": f"{platform.system()} {platform.release()}, Python {platform.python_version()}",
        "libraries": versions,
        "load of the machine (1, 5, 15 minutes)": load,
        "day": f"{datetime.now(UTC):%Y-%m-%d}",
    }


def engine(rows: int, rounds: int) -> dict[str, object]:
    """The scan alone, in a process of its own, beside raw hyperscan in the same rounds."""
    command = [sys.executable, str(ROOT / "bench" / "engine.py"), "--rows", str(rows), "--rounds", str(rounds)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    found: dict[str, object] = json.loads(done.stdout)
    return found


def command_times() -> dict[str, float]:
    """Wall seconds of commands as a person waits for them."""
    rectify = str(Path(sys.executable).with_name("rectify"))

    def run(*words: str) -> None:
        subprocess.run([rectify, *words], capture_output=True, check=True)

    with tempfile.TemporaryDirectory() as folder:
        return {
            "rectify --help": round(min(timed(lambda: run("--help")) for _ in range(5)), 3),
            "rectify order --help": round(min(timed(lambda: run("order", "--help")) for _ in range(5)), 3),
            "rectify demo": round(timed(lambda: run("demo", "--out", f"{folder}/demo")), 1),
        }


def unit_shelf() -> dict[str, object]:
    """`make unit` as somebody at work calls it, again and again: wall seconds, and what pytest says."""
    said: list[str] = []

    def run() -> None:
        done = subprocess.run(["make", "--no-print-directory", "unit"], cwd=ROOT, capture_output=True, text=True)
        said.append(done.stdout.strip().splitlines()[-1])

    seconds = [timed(run) for _ in range(3)]  # the first compiles the tests
    return {"seconds, best of three": round(min(seconds), 1), "seconds, each": ", ".join(f"{s:.1f}" for s in seconds),
            "pytest": said[-1]}  # fmt: skip


def table(values: dict[str, object]) -> str:
    """A two-column table."""
    lines = ["| | |", "|---|---|"]
    for name, value in values.items():
        if isinstance(value, dict):
            value = "; ".join(f"{k}: {v:,}" if isinstance(v, int) else f"{k}: {v}" for k, v in value.items())
        lines.append(f"| {name} | {f'{value:,}' if isinstance(value, int) else value} |")
    return "\n".join(lines)


Figures = dict[str, object]
Part = tuple[str, Callable[[], Figures]]  # what is said of it, how it is measured


def section(head: str, says: str, values: Figures) -> str:
    """A part of the page."""
    return f"## {head}\n\n{says}\n\n{table(values)}\n"


def page(parts: dict[str, str]) -> str:
    """The page, written from what was measured."""
    text = "# Benchmarks\n\nWritten by `make bench`; no number here was typed. The machine is shared, so figures\n"
    text += "of different runs differ by a quarter and more: trust ratios within one table.\n\n"
    return text + "\n".join(parts.values())


def sections(text: str) -> dict[str, str]:
    """The parts of a page that was written, by their headings."""
    found = re.split(r"^## ", text, flags=re.MULTILINE)[1:]
    return {part.split("\n", 1)[0]: f"## {part.rstrip()}\n" for part in found}


def parts_of(given: argparse.Namespace) -> dict[str, Part]:
    """All parts in the order of the page."""
    scan = "3,000 terms, all disguises, exact spans; CPU time of one process, medians of interleaved rounds. "
    scan += "Raw hyperscan sees no disguise, no boundary and no span."
    rules = "5,000 made-up rules in 200 packs, over batches of 1,024 listings as sweeps read them; CPU time of one "
    rules += "process, of conditions the best of three. A hit row has a word of any pack; a rule can fire where a word "
    rules += "of its own is hit. Without the index every rule looks at every row that its pack hits."
    goods = "Products that one order names, sought in one sweep by one worker. A quarter of the listings are of their "
    goods += "brands: offers of them (o), their parts and accessories (p), other models (s); b are all the rest. "
    goods += "Found: listings by the strictest verdict. Small orders: rows a second of `plan.screen`, CPU time."
    whole = "From zstd Parquet through the sandboxed worker, findings committed split by split."
    return {
        "Machine": ("What it was measured on.", lambda: dict(machine())),
        "Scan": (scan, lambda: engine(given.scan_rows, given.rounds)),
        "Plan": ("`plan.screen`: scan, conditions, findings with evidence.",
                 lambda: plan_speed(given.scan_rows, 3000, given.rounds)),
        "Thousands of rules": (rules, lambda: thousands(200, given.rule_rows, given.rounds)),
        "A clerk's wait": ("All shipped packs: read, compared with a changed version, put on trial; CPU time.",
                           clerk),
        "Live call": ("One item through a ready plan, in microseconds.", live_call),
        "Long sweep": (whole, lambda: long_sweep(given.rows, 1)),
        "Many products": (goods, lambda: _many_products(given)),
        "Commands": ("Wall seconds, as a person waits for them; help is the best of five.",
                     lambda: dict(command_times())),
        "Unit shelf": ("`make unit`: tests/unit with few examples a property, start included.", unit_shelf),
    }  # fmt: skip


def _many_products(given: argparse.Namespace) -> Figures:
    """Measured now, or what a longer run wrote."""
    if given.goods is None:
        return many_products(given.products, given.product_rows)
    kept: Figures = json.loads(given.goods.read_text(encoding="utf-8"))
    return {**kept, "small orders, rows a second": small_orders()}


def main() -> None:
    """Measure everything, or one part, and write the page."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=10_000_000, help="rows of the long sweep")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--scan-rows", type=int, default=100_000)
    parser.add_argument("--rule-rows", type=int, default=50_000)
    parser.add_argument("--products", type=int, default=100_000, help="products of one order")
    parser.add_argument("--product-rows", type=int, default=1_000_000, help="listings that they are sought in")
    parser.add_argument("--goods", type=Path, help="what python -m bench.products wrote, in place of the two above")
    parser.add_argument("--only", default="", metavar="HEADING", help="measure one part; the others stay as they are")
    given = parser.parse_args()
    parts = parts_of(given)
    if given.only and given.only not in parts:
        parser.error(f"no part is called {given.only}; known: {', '.join(parts)}")
    old = sections(PAGE.read_text(encoding="utf-8")) if given.only else {}
    new: dict[str, str] = {}
    for head, (says, measure) in parts.items():
        if given.only in ("", head):
            values = measure()
            print(head, json.dumps(values, ensure_ascii=False), flush=True)
            new[head] = section(head, says, values)
        elif head in old:
            new[head] = old[head]
    PAGE.write_text(page(new), encoding="utf-8")
    print(f"written: {PAGE.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
