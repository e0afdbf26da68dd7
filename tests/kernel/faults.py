"""The long search for faults of the kernel (`make faults`): each part for ten minutes, and docs/faults.md of what was run.

    python -m tests.kernel.faults [SECONDS]

The first fault ends it, with the text or the seed that shows it again; that text then belongs into
tests/contract/nasty_texts.jsonl. Needs a C compiler and the packages of requirements/faults.txt.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

from tests.kernel import any_plans
from tests.kernel.build import build, drive, files
from tests.kernel.lists import PLANS
from tools.kernel import compiler

from rectify.screening.engines import cpu_paths

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "faults.md"
SECONDS = 600
FIRST = 1_000_000_000  # seeds: far from those of make test
A_TURN = {"texts": 100_000, "plans": 1_000}
LED = ("together", "dense", "all", "patterns")  # plans that atheris is given, in turn
Counts = Counter[str]


def counts(line: str) -> Counts:
    """Of a line such as "100 texts, 30 hits"."""
    return Counter({what: int(count) for count, what in re.findall(r"(\d+) ([a-z]+)", line)})


def turns(seconds: float) -> Iterator[tuple[int, str]]:
    """Plans in turn, with the number of the turn, for so long."""
    end, turn = time.monotonic() + seconds, 0
    while time.monotonic() < end:
        yield turn, list(PLANS)[turn % len(PLANS)]
        turn += 1


def driven(what: str, seconds: float, folder: Path) -> Counts:
    """The driver, built for the sanitizers, in turn over all plans."""
    program, made = build(compiler(), folder), {name: files(lists, folder, name) for name, lists in PLANS.items()}
    found: Counts = Counter()
    for turn, name in turns(seconds):
        found += counts(drive(program, what, *made[name], FIRST + turn * A_TURN[what], A_TURN[what]))
    return found


def any_plan(seconds: float, _: Path) -> Counts:
    """Plans as chance has it, through both engines."""
    odds = any_plans.main(seconds, FIRST)
    return Counter(odds._asdict())


def led(seconds: float, folder: Path) -> Counts:
    """Atheris, over a few plans. Raises AssertionError with what it said where it found something."""
    found: Counts = Counter()
    for name in LED:
        own = folder / name
        own.mkdir()
        command = [sys.executable, "-m", "tests.kernel.fuzz_engines", name, str(round(seconds / len(LED))), str(own)]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, errors="replace", check=False)
        said = done.stdout + done.stderr
        assert done.returncode == 0, said[-8_000:]
        stats = dict(re.findall(r"stat::(\w+): +(\d+)", said))
        found += Counter(texts=int(stats["number_of_executed_units"]), kept=int(stats["new_units_added"]))
    return found


SEARCHES: dict[str, tuple[Callable[[float, Path], Counts], str]] = {
    "texts under the sanitizers": (lambda s, into: driven("texts", s, into), "made texts through each plan, on each path of the processor, settled and raw"),
    "damaged plans under the sanitizers": (lambda s, into: driven("plans", s, into), "plans of which bytes were changed or cut off; those that open are scanned with"),
    "plans and texts by chance": (any_plan, "the native engine against the plain one"),
    "texts by coverage": (led, "the native engine against the plain one, led by what the plain one comes through (atheris)"),
}  # fmt: skip


def page(rows: list[str], seconds: float) -> str:
    return "\n".join(
        [
            "# Faults sought",
            "",
            "Written by `make faults`; no figure by hand. Nothing was found in this run, for the first fault would have ended it.",
            f"Each search ran {seconds:g} seconds, on one core. Paths of the kernel: {', '.join(cpu_paths())}.",
            "[The native kernel](why/kernel.md) tells how they work, and what was found before.",
            "",
            "| search | what is done | counted |",
            "|---|---|---|",
            *rows,
            "",
        ]
    )


def main(seconds: float) -> None:
    rows = []
    for name, (search, what) in SEARCHES.items():
        print(f"{name}, {seconds:g} seconds ...", flush=True)
        with tempfile.TemporaryDirectory() as folder:
            found = search(seconds, Path(folder))
        told = ", ".join(f"{count:,} {of}" for of, count in found.items())
        print(f"    {told}", flush=True)
        rows.append(f"| {name} | {what} | {told} |")
    PAGE.write_text(page(rows, seconds), encoding="utf-8")
    print(f"nothing was found; {PAGE.relative_to(ROOT)} is written")


if __name__ == "__main__":
    if len(sys.argv) > 2:
        sys.exit(__doc__)
    main(float(sys.argv[1]) if len(sys.argv) == 2 else SECONDS)
