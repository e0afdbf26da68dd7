"""`make bench`: all figures of docs/benchmarks.md, measured now and written there.

python -m bench                all of it (some minutes; 10 million rows)
python -m bench --rows 1000000 a shorter long sweep
python -m bench --only "Thousands of rules"    one part, put into the page as it is
python -m bench.peers --only ours --rows 20000    our engines beside raw hyperscan, printed and not written
python -m bench --only "Many products" --goods FILE    of a longer run: python -m bench.products > FILE
"""

from __future__ import annotations

import argparse
import gc
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
from typing import Any

from bench.ends_page import ends_shown
from bench.endtoend import measure as measure_ends
from bench.growth_page import adverse_shown, growth_shown
from bench.long import long_sweep
from bench.packs import clerk
from bench.peers_page import peers_shown
from bench.products import many_products, small_orders
from bench.rules import thousands
from bench.shown import Figures, as_json, grid_of, section
from bench.whole import live_call, plan_speed, timed
from rectify.screening.engines import cpu_path, engine

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "benchmarks.md"
SAYS = Path(__file__).with_name("says.md")
FLAGS = ("ssse3", "sse4_2", "avx2", "bmi2", "avx512f", "avx512bw", "avx512vl", "avx512_vbmi", "avx512_vbmi2", "asimd")


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
        "engine": f"{engine()} {cpu_path()}".strip(),
        "load of the machine (1, 5, 15 minutes)": load,
        "day": f"{datetime.now(UTC):%Y-%m-%d}",
    }


def measured(module: str, *flags: str, **options: int) -> dict[str, Any]:
    """What a module of the bench prints, run as a process of its own."""
    words = [*flags, *(word for name, value in options.items() for word in (f"--{name}", str(value)))]
    done = subprocess.run(
        [sys.executable, "-m", module, *words], cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True
    )
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def scan_and_peers(rows: int, rounds: int) -> Figures:
    """All engines in one process; then once more, in another, those that aims are told against."""
    return peers_shown(measured("bench.peers", rows=rows, rounds=rounds),
                       measured("bench.peers", "--aims", rows=rows, rounds=rounds))  # fmt: skip


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


Measure = Callable[[], Figures]


def page(parts: dict[str, str]) -> str:
    """The page, written from what was measured."""
    text = "# Benchmarks\n\nWritten by `make bench`; no number here was typed. The machine is shared, so figures\n"
    text += "of different runs differ by a quarter and more: trust ratios within one table.\n\n"
    return text + "\n".join(parts.values())


def sections(text: str) -> dict[str, str]:
    """The parts of a page that was written, by their headings."""
    found = re.split(r"^## ", text, flags=re.MULTILINE)[1:]
    return {part.split("\n", 1)[0]: f"## {part.rstrip()}\n" for part in found}


def parts_of(given: argparse.Namespace) -> dict[str, Measure]:
    """All parts in the order of the page, and how each is measured; what is said of them stands in says.md."""
    return {
        "Machine": lambda: dict(machine()),
        "Scan": lambda: scan_and_peers(given.scan_rows, given.rounds),
        "Growth": lambda: growth_shown(measured("bench.growth", rows=given.scan_rows // 5)),
        "Worst texts": lambda: adverse_shown(measured("bench.adverse", rows=given.scan_rows // 25)),
        "From files": lambda: ends_shown(measure_ends(given.scan_rows * 3, 3)),
        "Plan": lambda: plan_speed(given.scan_rows, 3000, given.rounds),
        "Plan by stages": lambda: {"Microseconds a batch": grid_of("plan", measured("bench.stages"))},
        "Words made ready": lambda: measured("bench.words"),
        "Thousands of rules": lambda: thousands(200, given.rule_rows, given.rounds),
        "A clerk's wait": clerk,
        "Live call": live_call,
        "Long sweep": lambda: long_sweep(given.rows, 1),
        "Many products": lambda: _many_products(given),
        "Commands": lambda: dict(command_times()),
        "Unit shelf": unit_shelf,
    }


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
    parser.add_argument("--only", action="append", default=[], metavar="HEADING",
                        help="measure this part alone, or several by giving it again; the others stay")  # fmt: skip
    given = parser.parse_args()
    parts = parts_of(given)
    if unknown := [head for head in given.only if head not in parts]:
        parser.error(f"no part is called {', '.join(unknown)}; known: {', '.join(parts)}")
    old = sections(PAGE.read_text(encoding="utf-8")) if given.only else {}
    new: dict[str, str] = {}
    gc.set_threshold(100_000, 20, 100)  # as the command line does
    says = sections(SAYS.read_text(encoding="utf-8"))
    for head, measure in parts.items():
        if not given.only or head in given.only:
            values = measure()
            print(head, json.dumps(values, ensure_ascii=False, default=as_json), flush=True)
            new[head] = section(says[head].rstrip(), values)
        elif head in old:
            new[head] = old[head]
    PAGE.write_text(page(new), encoding="utf-8")
    print(f"written: {PAGE.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
