"""A sweep: every row of a catalogue screened once, split by split, so that a kill at any moment loses nothing.

Workers read and screen; what they commit is only ever added to. When all splits are done, rows that share an id are
settled and the sums are taken. Swept again, the same plan over the same files gives the same findings and bytes.
"""

from __future__ import annotations

import csv
import fcntl
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from rectify import __version__
from rectify.rules.pack import digest_of
from rectify.screening import engines
from rectify.screening.children import Asked, Child, InThisProcess, Limits
from rectify.screening.dispatch import Dispatch, Progress, cores
from rectify.screening.findings import keep_bytes, read_parquet
from rectify.screening.kept import KeptRow, keys_in, named_in, read_kept
from rectify.screening.outside import Lookup
from rectify.screening.plan import Plan
from rectify.screening.recipe import Recipe, make_source
from rectify.screening.settle import Settled, settle
from rectify.screening.splits import Aside, SplitDone, SplitFolder
from rectify.screening.work import sweep_folder
from rectify.terms.cell import formula_safe
from rectify.terms.entry import Json
from rectify.terms.errors import Refused
from rectify.terms.finding import SHADOW, Finding, Verdict
from rectify.terms.order import ItemNamed

REJECTED = ("file", "first_row", "last_row", "reason", "excerpt")


@dataclass(frozen=True, slots=True)
class FileSwept:
    """A file of the catalogue as it was swept."""

    name: str
    digest: str
    rows: int


@dataclass(frozen=True, slots=True)
class SplitSwept:
    """A split: its catalogue file and group, and its findings file with the digest of that."""

    name: str
    group: int
    rows: int
    findings: Path
    digest: str
    found: int
    kept: Path  # rows as they were swept: of the findings, and of places that the order names


@dataclass(frozen=True, slots=True)
class SweepResult:
    """What a sweep saw and found. rows = screened + set_aside; `duplicates` = rows beyond the first of their id.

    `completeness`: [count, sum1..sum4]. `counts`: (pack/rule, kind, verdict, n). `marks`: (mark, n), among them
    `condition_error` for rules that could not be evaluated. `rejected`: a CSV of the rows set
    aside, None where there are none. `resumed`: splits that stood from an earlier run. `shadow`: like `counts`, of
    rules that are tried and not in force; no other number holds them. `engine`: what screened, on this run.
    """

    plan: str
    source: str
    rows: int
    screened: int
    set_aside: int
    duplicates: int
    completeness: tuple[int, ...]
    files: tuple[FileSwept, ...]
    splits: tuple[SplitSwept, ...]
    counts: tuple[tuple[str, str, str, int], ...]
    marks: tuple[tuple[str, int], ...]
    rejected: Path | None
    notes: tuple[str, ...]
    resumed: int
    shadow: tuple[tuple[str, str, str, int], ...] = ()
    engine: str = ""

    @property
    def findings(self) -> int:
        """How many findings in force there are."""
        return sum(n for *_, n in self.counts)

    def count(self, verdict: Verdict) -> int:
        """How many findings have a verdict."""
        return sum(n for _, _, said, n in self.counts if said == verdict)

    def found(self) -> Iterator[Finding]:
        """All findings in force, in the order of files and rows."""
        for split in self.splits:
            if split.found:
                yield from (one for one in read_parquet(split.findings) if SHADOW not in one.marks)

    def kept(self) -> Iterator[tuple[KeptRow, tuple[Finding, ...]]]:
        """The rows that were kept, each with its findings in force; a page of them in memory at a time."""
        for split in self.splits:
            findings = read_parquet(split.findings) if split.found else iter(())
            for row, found in _joined(read_kept(split.kept), findings):
                yield row, tuple(one for one in found if SHADOW not in one.marks)

    def repeated(self) -> frozenset[tuple[str, str]]:
        """Kind and id of kept rows that share both with another one."""
        seen: set[tuple[str, str]] = set()
        twice: set[tuple[str, str]] = set()
        for split in self.splits if self.duplicates else ():
            for key in keys_in(split.kept):
                (twice if key in seen else seen).add(key)
        return frozenset(twice)

    def named(self, places: Sequence[ItemNamed]) -> list[int]:
        """The numbers, from 0, of the exact places that were found."""
        rows = [row for split in self.splits for row in named_in(split.kept)] if places else []
        ids, urls = {name for name, _ in rows}, {url for _, url in rows if url}
        return [n for n, one in enumerate(places) if one.id in ids or (one.url and one.url in urls)]

    def body(self) -> dict[str, Json]:
        """What the ledger's entry `swept` says, but the sweep's own name; the sums of completeness as text."""
        return {
            "plan": self.plan,
            "source": self.source,
            "files": [{"name": one.name, "digest": one.digest, "rows": one.rows} for one in self.files],
            "rows": self.rows,
            "screened": self.screened,
            "set_aside": self.set_aside,
            "duplicates": self.duplicates,
            "completeness": [self.completeness[0], *map(str, self.completeness[1:])],
            "splits": [
                {"name": f"{one.name}#{one.group}", "digest": one.digest, "rows": one.rows} for one in self.splits
            ],
            "findings": self.findings,
            "violation": self.count(Verdict.VIOLATION),
            "review": self.count(Verdict.REVIEW),
            "rules": [list(line) for line in self.counts],
            "engine": self.engine,
            **({"shadow": [list(line) for line in self.shadow]} if self.shadow else {}),
        }


def _joined(rows: Iterator[KeptRow], findings: Iterator[Finding]) -> Iterator[tuple[KeptRow, tuple[Finding, ...]]]:
    """Rows with their findings: both come in the order of batches, so that few of them wait for their row."""
    waiting: dict[str, Finding] = {}
    gone: set[str] = set()  # rows that share an id can share a finding: the first of them has it
    for row in rows:
        for wanted in row.findings:
            while wanted not in waiting and wanted not in gone and (finding := next(findings, None)) is not None:
                waiting[finding.id] = finding
        yield row, tuple(waiting.pop(one) for one in row.findings if one in waiting)
        gone.update(row.findings)


def sweep(
    plan: Plan,
    recipe: Recipe,
    folder: Path,
    *,
    accounts: Lookup | None = None,
    accounts_digest: str = "",
    progress: Callable[[Progress], None] | None = None,
    workers: int | None = None,
    limits: Limits | None = None,
) -> SweepResult:
    """Sweeps a catalogue into a folder, or goes on where an earlier sweep of the same plan and files was stopped.

    `accounts` gives the accounts of host ids for registers; `accounts_digest` names the table that it reads, so that
    another table is another sweep. `workers` are processes; None: as many as there are processors and rows for, at
    most four. 0 reads in this process, which no limits guard: for files of one's own.
    Raises `Faulty` where a file cannot be read at all, `Refused` where one changed or
    another sweep runs in the folder, `Broken` where workers do not start.
    """
    engine = _engine()
    _make_private(folder)
    with ExitStack() as stack:
        stack.enter_context(_alone(folder))
        options = {name: value for name, value in recipe.options.items() if name not in ("files", "folder")}
        state = digest_of({"plan": plan.state, "source": [recipe.made_by, options], "accounts": accounts_digest})
        held = sweep_folder(folder, state)
        held.path.chmod(0o700)
        held.tidy()
        keep_bytes(held.path / "plan.json", plan.to_bytes())

        def child() -> Asked:
            if workers == 0:
                return InThisProcess(make_source(recipe), plan, held.path, accounts)
            return Child(recipe, held.path / "plan.json", held.path, plan.id_key, accounts, limits or Limits())

        run = Dispatch(held, child, progress, processors=cores() if workers != 0 else 1)
        run.sweep(1 if workers == 0 else workers)
        held.tidy()
        return replace(_result(plan, folder, held, run), engine=engine)


def _engine() -> str:
    """Which program screens, and what searches in it. Raises what `engines.engine` and `engines.cpu_path` raise."""
    path = engines.cpu_path()
    return f"rectify {__version__}, " + (f"kernel {engines.about()['version']} {path}" if path else engines.PURE)


def _make_private(folder: Path) -> None:
    """Makes a folder, and those above it that are missing, for its owner alone; what is there stays as it is."""
    missing = [path for path in (folder, *folder.parents) if not path.exists()]
    for path in reversed(missing):
        path.mkdir(mode=0o700, exist_ok=True)


def _private(path: str, flags: int) -> int:
    """Opens a file that only its owner reads."""
    return os.open(path, flags, 0o600)


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """One sweep in a folder at a time; the lock goes with its process."""
    with open(folder / "lock", "w", opener=_private) as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise Refused("another sweep is at work in this folder", "wait for it, or choose another folder") from None
        yield


def _result(plan: Plan, folder: Path, held: SplitFolder, run: Dispatch) -> SweepResult:
    records = [run.done[key] for key, _ in run.splits]
    settled: Settled = settle(held, records)
    files: dict[str, FileSwept] = {}
    for _, split in run.splits:
        before = files.get(split.name, FileSwept(split.name, split.digest, 0))
        files[split.name] = replace(before, rows=before.rows + split.rows)
    sums = [sum(r.completeness[n] for r in records) & (2**64 - 1 if n else -1) for n in range(5)]
    return SweepResult(
        plan=plan.digest,
        source=run.source,
        rows=sum(record.rows for record in records),
        screened=sum(record.screened for record in records),
        set_aside=sum(record.set_aside for record in records),
        duplicates=settled.duplicates,
        completeness=tuple(sums),
        files=tuple(files.values()),
        splits=tuple(
            SplitSwept(r.file, r.group, r.rows, held.path / made.name, made.digest, found, held.path / r.kept.name)
            for r, made, found in zip(records, settled.files, settled.found, strict=True)
        ),
        counts=settled.counts,
        marks=settled.marks,
        rejected=_write_rejected(folder, held, records),
        notes=(*plan.notes, *run.notes),
        resumed=run.resumed,
        shadow=settled.shadow,
    )


def _write_rejected(folder: Path, held: SplitFolder, records: Sequence[SplitDone]) -> Path | None:
    path = folder / "rejected.csv"
    if not any(record.set_aside for record in records):
        path.unlink(missing_ok=True)
        return None
    path.unlink(missing_ok=True)  # one of an older version may be readable by all
    with open(path, "w", encoding="utf-8", newline="", opener=_private) as file:
        writer = csv.writer(file)
        writer.writerow(REJECTED)
        for record in records:
            writer.writerows(_cells(row) for row in held.read_aside(record))
    return path


def _cells(row: Aside) -> list[str]:
    return [formula_safe(str(cell)) for cell in row]
