"""Thousands of rules: what reading, compiling and judging costs: python -m bench.rules [--packs 200] [--rows 50000].

CPU time of one process, of conditions the best of three. They are timed apart from the scan that comes before and the
findings that come after. A hit row is one with a word of any pack, shared ones too (every fifth listing says that it
is for sale); a rule can fire in a row in which a word of its own is hit. Without the index every rule looks at every
row that its pack hits, by column.
"""

from __future__ import annotations

import argparse
import json
import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import numpy as np
import pyarrow as pa

from bench.many import RULES, Many, items_of, listings, write_packs
from bench.packs import plans_kept_in
from rectify.rules.pack import Pack
from rectify.rules.reader import read_pack
from rectify.rules.registers import Register, RegisterEntry
from rectify.screening.apart import forget
from rectify.screening.compile import compile_plan
from rectify.screening.firing import Candidate
from rectify.screening.judge import by_column, judged
from rectify.screening.kept_plans import NONE
from rectify.screening.match import ScanHits
from rectify.screening.outside import BatchOutside, accounts_by_id
from rectify.screening.plan import Engine, Plan
from rectify.screening.rows import BatchRows, field_values
from rectify.screening.text import TextColumns

DAY = date(2026, 11, 20)
SHARES = (0.01, 0.1)


def spent(call: Callable[[], object]) -> float:
    """CPU seconds of a call."""
    began = time.process_time()
    call()
    return time.process_time() - began


def register() -> Register:
    """A register of 500 providers."""
    entries = tuple(
        RegisterEntry(f"e{n}", f"Company {n} Ltd", frozenset({"XA"}), accounts=(f"catalogue/{n}",)) for n in range(500)
    )
    return Register("licensed", "made up", DAY, 30, entries)


def plan_of(packs: Sequence[Pack]) -> Plan:
    """A plan with all rules of these packs."""
    return compile_plan(packs, [register()], [], [], DAY)


def compiled(packs: Sequence[Pack], rounds: int) -> dict[str, object]:
    """Seconds from packs that were read to a plan that can screen, and what its parts cost."""
    times: dict[str, list[float]] = {}

    def noted(name: str, call: Callable[[], object]) -> None:
        times.setdefault(name, []).append(spent(call))

    for _ in range(rounds):
        held: list[Plan] = []
        forget()  # as in a process of its own, but for the tables of signs, which take a tenth of a second
        noted("rules that enter", lambda: held.append(plan_of(packs)))  # noqa: B023
        noted("digest", lambda: held[0].digest)  # noqa: B023
        with plans_kept_in(NONE):
            noted("automata and index", lambda: held[0].engine)  # noqa: B023
        data = held[0].to_bytes()
        noted("read back in a worker", lambda: Plan.from_bytes(data))  # noqa: B023
    median = {name: statistics.median(values) for name, values in times.items()}
    worker = median.pop("read back in a worker")
    return {"compile, s": round(sum(median.values()), 2), **{f"of it {k}, s": round(v, 2) for k, v in median.items()},
            "plan read back in a worker, s": round(worker, 2)}  # fmt: skip


@dataclass
class Spent:
    """CPU seconds by stage, and what was counted."""

    scan: float = 0.0
    conditions: float = 0.0
    without: float = 0.0
    findings: float = 0.0
    rows: int = 0
    hit: int = 0
    fire: int = 0
    pairs: int = 0
    held: int = 0
    found: int = 0

    def told(self) -> dict[str, object]:
        """Figures by row, hit row and finding."""
        whole = self.scan + self.conditions + self.findings
        return {
            "rows": self.rows, "hit rows": f"{self.hit / self.rows:.1%}",
            "rows in which a rule can fire": f"{self.fire / self.rows:.1%}",
            "rules looked at in these": round(self.pairs / max(self.fire, 1), 2), "findings": self.found,
            "scan, µs a row": micro(self.scan, self.rows),
            "conditions, µs a hit row": micro(self.conditions, self.hit),
            "conditions, µs a row in which a rule can fire": micro(self.conditions, self.fire),
            "conditions, share of the whole": f"{self.conditions / whole:.1%}",
            "without the index, µs a hit row": micro(self.without, self.hit),
            "with the index, times faster": round(self.without / self.conditions),
            "findings with evidence, µs each": micro(self.findings, self.found),
        }  # fmt: skip


def micro(seconds: float, n: int) -> float:
    """Microseconds each."""
    return round(seconds * 1e6 / max(n, 1), 1)


@dataclass
class Stages:
    """One plan over batches, stage by stage."""

    engine: Engine
    batches: int  # the first one is judged without the index too, and its seconds stand for all
    told: Spent = field(default_factory=Spent)

    def screen(self, plan: Plan, batch: pa.RecordBatch, first: bool) -> None:
        """A batch; the findings' share is what the whole takes more than its parts."""
        engine, told, scans = self.engine, self.told, []
        firing = engine._judge.firing
        told.scan += spent(lambda: scans.append((c := TextColumns.of(batch), engine.matcher.scan(c))))
        columns, scan = scans[0]
        pairs: list[Candidate] = []
        held: list[object] = []

        def nobody() -> BatchOutside:
            return BatchOutside(
                engine.outside, batch, columns, scan, engine.numbers, "catalogue", accounts_by_id("catalogue")
            )

        def conditions(outside: BatchOutside) -> None:
            pairs[:] = firing.candidates(batch, scan, outside)
            held[:] = judged(pairs, batch, scan, outside)

        best = min(spent(lambda o=one: conditions(o)) for one in [nobody() for _ in range(3)])  # type: ignore[misc]
        told.conditions += best
        outside = nobody()
        told.rows += batch.num_rows
        told.hit += len(np.unique(scan.row))
        told.fire += len(np.unique(scan.row[firing.pivots[scan.words]]))
        told.pairs, told.held = told.pairs + len(pairs), told.held + len(held)
        found: list[int] = []
        whole = spent(lambda: found.extend(row for row, *_ in engine._judge.judge(batch, scan, outside, "catalogue")))
        told.found += len(found)
        told.findings += max(0.0, whole - best)
        if first:
            kinds = field_values(batch, "kind", np.arange(batch.num_rows))
            told.without += spent(lambda: self.all_rules(batch, scan, outside, kinds)) * self.batches

    def all_rules(self, batch: pa.RecordBatch, scan: ScanHits, outside: BatchOutside, kinds: Sequence[str]) -> None:
        """Every rule over the rows that its pack's words hit."""
        firing = self.engine._judge.firing
        looks = {look: None for held in firing.by_number.values() for of in held.values() for look in of}
        of_pack = {key: np.array(sorted(lists.values())) for key, lists in
                   ((part.key, lists) for part, lists in self.engine.parts)}  # fmt: skip
        reached = {key: np.unique(scan.row[np.isin(scan.words, lists)]).tolist() for key, lists in of_pack.items()}
        for look in looks:
            group = [Candidate(look, row, kinds[row]) for row in reached[look.run.pack_key] if kinds[row] in look.kinds]
            if group:
                at = [one.row for one in group]
                rows = BatchRows(batch, scan, outside, at, {look.registers or (): set(at)})
                list(by_column(group, rows))


def judged_at(plan: Plan, made: Many, rows: int, share: float) -> dict[str, object]:
    """Figures over listings of which that share holds words of some pack."""
    batches = items_of(listings(made, rows, share))
    stages = Stages(plan.engine, batches=len(batches))
    for number, batch in enumerate(batches):
        stages.screen(plan, batch, number == 0)
    return stages.told.told()


def thousands(packs: int, rows: int, rounds: int) -> dict[str, object]:
    """Everything that docs/benchmarks.md tells of thousands of rules."""
    with tempfile.TemporaryDirectory() as folder:
        made = write_packs(Path(folder), packs)
        read: list[Pack] = []
        seconds = spent(lambda: read.extend(read_pack(path, draft=True) for path in made.folders))
    terms = {term.text for pack in read for words in pack.words.values() for term in words.terms}
    plan = plan_of(read)
    return {
        "packs": packs, "rules": packs * RULES, "different terms": len(terms),
        "reading from YAML, ms a pack": round(seconds * 1e3 / packs, 1),
        **compiled(read, rounds),
        **{f"{share:.0%} of rows hold words of a pack": judged_at(plan, made, rows, share) for share in SHARES},
    }  # fmt: skip


def main() -> None:
    """Run it and print the figures as JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--packs", type=int, default=200)
    parser.add_argument("--rows", type=int, default=50_000)
    parser.add_argument("--rounds", type=int, default=3)
    given = parser.parse_args()
    print(json.dumps(thousands(given.packs, given.rows, given.rounds), indent=1, ensure_ascii=False))


if __name__ == "__main__":
    main()
