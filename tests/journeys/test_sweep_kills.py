"""A sweep killed at any moment and started again ends with the same findings: nothing skipped, nothing doubled.

Real processes die by SIGKILL at seeded moments: the worker, the sweep itself, or both at once.
"""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

SEED, KILLS, FILES, GROUPS, GROUP_ROWS = 20261120, 50, 3, 5, 2_000
GO = """
import json, sys
from datetime import date
from pathlib import Path
from rectify.rules.language import parse
from rectify.rules.pack import Pack, Rule, Term, Words
from rectify.screening.compile import compile_plan
from rectify.screening.recipe import Recipe
from rectify.screening.sweep import sweep
from rectify.terms.finding import Verdict

words = {"pram": Words("pram", (Term("pram", "en"), Term("kite", "en")), ("pram cover",))}
rule = Rule("sold", "pram", parse("pram", words), Verdict.VIOLATION, "remove_item", "A pram.", False, ("sell",), ("listing",))
pack = Pack("recalls", 1, {}, ("sell",), ("listing",), (), words, {}, (rule,))
plan = compile_plan([pack], [], [], [], date(2026, 11, 20), id_key=b"key of the workspace")
recipe = Recipe("rectify.catalogue.files:FileSource", {"name": "market", "files": ["*.parquet", "*.csv"], "folder": sys.argv[1]})
print("ready", flush=True)
told = lambda p: print(p.done, flush=True)
result = sweep(plan, recipe, Path(sys.argv[2]), progress=told)
print(json.dumps({"body": result.body(), "resumed": result.resumed, "ids": [f.id for f in result.found()]}))
"""


def make_catalogue(folder: Path) -> None:
    """Rows with a hit in about one of twenty, ids that stand twice (alike and not), and rows that cannot be read."""
    chance = random.Random(SEED)
    for file in range(FILES):
        rows = []
        for number in range(GROUPS * GROUP_ROWS):
            said = [chance.choice(["lamp", "book", "red", "desk", "cup"]) for _ in range(6)]
            if chance.random() < 0.05:
                said.append(chance.choice(["pram", "ＰＲＡＭ", "p-r-a-m", "pram cover", "kite"]))
            name = f"i{file}-{number}" if chance.random() > 0.01 else f"twice-{chance.randrange(200)}"
            rows.append({"id": name if chance.random() > 0.001 else "", "kind": "listing", "title": " ".join(said)})
        table = pa.Table.from_pylist(rows)
        pq.write_table(table, folder / f"part-{file}.parquet", row_group_size=GROUP_ROWS)
    (folder / "last.csv").write_text("id,kind,title\n" + "".join(f"c{n},listing,a pram {n}\n" for n in range(500)))


class Sweep:
    """A sweep in a process of its own."""

    def __init__(self, items: Path, out: Path) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", GO, str(items), str(out)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
        )  # fmt: skip
        self.told = ""

    def reach(self, row: int) -> bool:
        """Waits until so many rows are done (-1: until it has begun); False if it ends before."""
        assert self.process.stdout is not None
        for line in self.process.stdout:
            if line == "ready\n" or line.startswith("{"):
                self.told = line
                if row < 0:
                    return True
            elif int(line) >= row:
                return True
        return False

    def workers(self) -> list[int]:
        """The processes under it."""
        path = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        try:
            return [int(pid) for pid in path.read_text().split()]
        except OSError:
            return []

    def kill(self, whom: str) -> bool:
        """Kills the worker, the sweep, or both at once; whether there was one to kill."""
        if self.process.poll() is not None:
            return False
        if whom == "worker":
            pids = self.workers()
        else:
            pids = [self.process.pid] if whom == "sweep" else [*self.workers(), self.process.pid]
        for pid in pids:
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                continue
        return bool(pids)

    def end(self) -> dict[str, Any] | None:
        """What it told at its end; None if it was killed, or gave up because its workers were."""
        rest, errors = self.process.communicate(timeout=120)
        if self.process.returncode == -signal.SIGKILL or "rectify.terms.errors.Broken: the screening process" in errors:
            return None
        assert self.process.returncode == 0, errors
        return dict(json.loads((self.told + rest).splitlines()[-1]))


@pytest.mark.slow
def test_fifty_kills_change_nothing(tmp_path: Path) -> None:
    items = tmp_path / "items"
    items.mkdir()
    make_catalogue(items)
    whole = Sweep(items, tmp_path / "calm").end()
    assert whole is not None
    rows = whole["body"]["rows"]
    assert rows == FILES * GROUPS * GROUP_ROWS + 500
    assert whole["body"]["set_aside"] > 0 < whole["body"]["duplicates"]
    chance = random.Random(SEED)
    kills, number, resumed = 0, 0, set()
    while kills < KILLS:
        out, told = tmp_path / f"killed-{number}", None
        number += 1
        while told is None:
            run, row = Sweep(items, out), chance.randrange(-rows // 5, rows)
            while kills < KILLS and run.reach(row):
                time.sleep(chance.uniform(0, 0.3 if row < 0 else 0.03))
                whom = chance.choice(["worker", "worker", "worker", "sweep", "both"])
                kills += run.kill(whom)
                if whom != "worker":
                    break
                row += chance.randrange(rows // 4)
            told = run.end()
        resumed.add(told["resumed"])
        assert (told["body"], told["ids"]) == (whole["body"], whole["ids"])
        assert not list(out.rglob("*.part"))
    print(kills, number, resumed)
    assert max(resumed) > 0  # some of it was carried on, not only begun anew
