"""What the page says of whole ways from files: the figures of bench/endtoend.py as tables."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bench.shown import Figures, Grid, number

WHAT = {"read": "reading alone", "1": "one core", "2": "two threads on two cores", "patterns": "one core, 100 patterns"}
SWEEP = "`rectify sweep` as it is: sandboxed workers, conditions, findings and their digests, its start included."
Run = Mapping[str, Any]


def scan_grid(runs: Mapping[str, Run]) -> Grid:
    """A row a file and what was done with it; memory of threads is told a thread, less what reading alone takes."""
    rows = []
    for name, one in runs.items():
        kind, what = name.split()
        one_core, bare = runs[f"{kind} 1"], runs[f"{kind} read"]
        gain = f"{one_core['wall'] / one['wall']:.2f}" if what == "2" else "–"
        more = "–" if what == "read" else f"{max(0.0, one['more'] - bare['more']) / (2 if what == '2' else 1):.1f}"
        speeds = (number(one["rows"] / one[clock] / 1e3) for clock in ("wall", "cpu"))
        rows.append((kind, WHAT[what], *speeds, gain, f"{one['more']:.1f}", more))
    head = ("file", "what", "thousand rows/s, wall", "thousand rows/s of CPU time", "× one core, wall", "grew by, MB",
            "a worker, beyond reading, MB")  # fmt: skip
    return Grid(head, tuple(rows))


def sweep_grid(sweeps: Mapping[str, Run]) -> Grid:
    """A row a file and number of workers."""
    rows = []
    for name, one in sweeps.items():
        kind, workers = name.split()
        gain = f"{sweeps[f'{kind} 1']['seconds'] / one['seconds']:.2f}"
        memory = one["most memory, MB"]
        speed = number(one["rows a second"] / 1e3)
        rows.append((kind, workers, speed, gain, f"{one['findings']:,}", memory["it"], memory["its worker"]))
    head = (
        "file",
        "workers",
        "thousand rows/s, wall",
        "× one worker",
        "findings",
        "most memory, MB",
        "of a worker, MB",
    )
    return Grid(head, tuple(rows), SWEEP)


def ends_shown(measured: Mapping[str, Any]) -> Figures:
    """The part of the page: rows a second from each file, and what memory it took."""
    sizes = {kind: f"{size / 1e6:,.0f}" for kind, size in measured["sizes"].items()}
    return {"rows": measured["rows"], "file, MB": sizes, "Scan of a file": scan_grid(measured["runs"]),
            "Sweep of a file": sweep_grid(measured["sweeps"])}  # fmt: skip
