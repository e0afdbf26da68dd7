"""One split swept: its rows read, screened, hashed, and its record committed. Runs in a worker (or in this process)."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from rectify.catalogue.identity import Completeness, seen
from rectify.catalogue.source import Batch, Source, Split
from rectify.screening.findings import FindingsFile
from rectify.screening.kept import KeptFile
from rectify.screening.outside import Lookup
from rectify.screening.plan import Plan
from rectify.screening.splits import Aside, FileMade, Hashes, SplitDone, SplitFolder
from rectify.terms.entry import Json
from rectify.terms.errors import Faulty, Refused

Say = Callable[[dict[str, Json]], None]


@dataclass(frozen=True, slots=True)
class Task:
    """A split to sweep, and what earlier tries found out about it.

    Rows in `skip` are set aside with their reason; batches that touch a range of `single` are screened row by row;
    with `stop` = (row, reason) nothing behind that row is read, and all of it is set aside. `ahead`: the next batch is
    read while one is screened. Not in a try that is to find out which rows end a worker.
    """

    split: Split
    key: str
    skip: tuple[tuple[int, str], ...] = ()
    single: tuple[tuple[int, int], ...] = ()
    stop: tuple[int, str] | None = None
    ahead: bool = False

    def to_json(self) -> dict[str, Json]:
        """As a message to a worker."""
        return {
            "split": list(self.split),
            "key": self.key,
            "skip": [list(one) for one in self.skip],
            "single": [list(one) for one in self.single],
            "stop": None if self.stop is None else list(self.stop),
            "ahead": self.ahead,
        }


def task_of(message: dict[str, Any]) -> Task:
    """The task that a message of `Task.to_json` stands for."""
    return Task(
        Split(*message["split"]),
        message["key"],
        tuple((row, reason) for row, reason in message["skip"]),
        tuple((first, last) for first, last in message["single"]),
        None if message["stop"] is None else tuple(message["stop"]),
        message["ahead"],
    )


@dataclass(slots=True)
class SplitWork:
    """Sweeps splits of one source into one folder. `say` is told {"at": rows} before and {"read": row} after rows."""

    plan: Plan
    source: Source
    folder: SplitFolder
    accounts: Lookup | None
    say: Say

    def do(self, task: Task) -> SplitDone:
        """Sweeps a split and commits it. Raises `Refused` where the file is no longer the one that was split."""
        tally = _Tally()
        self.say({"read": task.split.first - 1})
        name = f"{task.key}.kept.parquet"
        with (
            FindingsFile(self.folder.path / f"{task.key}.parquet") as file,
            KeptFile(self.folder.path / name, self.plan.places) as kept,
        ):
            for batch in self._batches(task, tally):
                for part in _parts(batch.items, task):
                    rows = part.column("row")
                    self.say({"at": [rows[0].as_py(), rows[-1].as_py()]})
                    self._screen(_kept(part, task, tally), file, kept, tally)
                tally.take(batch, task)
                self.say({"read": tally.last})
            findings = FileMade(f"{task.key}.parquet", file.commit())
            rows_kept, found = FileMade(name, kept.commit()), file.rows
        if task.stop is not None:
            _set_rest_aside(task, tally)
        return self._commit(task, tally, findings, found, rows_kept)

    def _batches(self, task: Task, tally: _Tally) -> Iterator[Batch]:
        """The batches of a split up to where it is to stop; a file that cannot be read on sets the rest aside."""
        tally.last = task.split.first - 1
        if task.stop is not None and task.stop[0] <= tally.last:
            return
        batches = iter(self.source.read(task.split))
        batches = _read_ahead(batches) if task.ahead else batches
        while True:
            try:
                batch = next(batches)
            except StopIteration:
                return
            except Faulty as error:
                reason = error.faults[0].text if error.faults else "it cannot be read"
                _set_rest_aside(Task(task.split, task.key, stop=(tally.last, reason)), tally)
                return
            yield batch
            if task.stop is not None and tally.last >= task.stop[0]:
                return

    def _screen(self, items: pa.RecordBatch, file: FindingsFile, kept: KeptFile, tally: _Tally) -> None:
        if not items.num_rows:
            return
        told = self.plan.screen(items, self.source.name, self.accounts)
        file.add(told.found)
        kept.add(items, told.rows, [finding.id for finding in told.found])
        gc.collect(0)  # what was asked of a batch holds itself, and the batch: it shall not wait for others
        sums, hashes = seen(items, self.source.name)
        tally.completeness += sums
        tally.hashes.append(hashes)

    def _commit(self, task: Task, tally: _Tally, findings: FileMade, found: int, kept: FileMade) -> SplitDone:
        split, set_aside = task.split, sum(one.last - one.row + 1 for one in tally.aside)
        if tally.completeness.count + set_aside != split.rows:
            seen = tally.completeness.count + set_aside
            raise Refused(
                f"{split.name}: {split.rows:,} rows were counted first and {seen:,} read now; it has changed",
                "sweep again once the file stays as it is",
            )
        record = SplitDone(
            key=task.key,
            source=self.source.name,
            file=split.name,
            digest=split.digest,
            group=split.group,
            rows=split.rows,
            screened=tally.completeness.count,
            set_aside=set_aside,
            completeness=(tally.completeness.count, *tally.completeness.sums),
            findings=findings,
            found=found,
            aside=self.folder.write_aside(task.key, tally.aside),
            ids=self.folder.write_ids(task.key, tally.hashes),
            kept=kept,
        )
        self.folder.commit(record)
        return record


@dataclass(slots=True)
class _Tally:
    """What was seen of a split so far; `last` is the last row that was read, set aside or screened."""

    completeness: Completeness = field(default_factory=Completeness)
    hashes: list[Hashes] = field(default_factory=list)
    aside: list[Aside] = field(default_factory=list)
    last: int = 0

    def take(self, batch: Batch, task: Task) -> None:
        """Counts what a batch set aside, and how far it reached."""
        rows = batch.items.column("row")
        self.last = max([self.last, *(rows[-1:].to_pylist()), *(one.row for one in batch.set_aside)])
        stop = task.stop[0] if task.stop else None
        self.aside += [
            Aside(one.file, one.row, one.row, one.reason, one.excerpt)
            for one in batch.set_aside
            if stop is None or one.row <= stop
        ]


def _read_ahead(batches: Iterator[Batch]) -> Iterator[Batch]:
    """The same batches, each read while the one before it is screened: no more than two are held."""
    with ThreadPoolExecutor(1) as reader:
        coming = reader.submit(next, batches, None)
        while (batch := coming.result()) is not None:
            coming = reader.submit(next, batches, None)
            yield batch


def _set_rest_aside(task: Task, tally: _Tally) -> None:
    """Everything behind the row where reading had to stop."""
    assert task.stop is not None
    row, reason = task.stop
    last = task.split.first + task.split.rows - 1
    if row < last:
        tally.aside.append(Aside(task.split.name, row + 1, last, reason))
        tally.last = last


def _parts(items: pa.RecordBatch, task: Task) -> Iterator[pa.RecordBatch]:
    """The rows of a batch together, or one by one where an earlier try ended among them."""
    if task.stop is not None:
        items = items.filter(pa.array(np.asarray(items.column("row")) <= task.stop[0]))
    if not items.num_rows:
        return
    rows = np.asarray(items.column("row"))
    if any(first <= rows[-1] and rows[0] <= last for first, last in task.single):
        yield from (items.slice(n, 1) for n in range(items.num_rows))
    else:
        yield items


def _kept(items: pa.RecordBatch, task: Task, tally: _Tally) -> pa.RecordBatch:
    """The rows that are not to be skipped; the others are set aside."""
    if not task.skip:
        return items
    rows, reasons = np.asarray(items.column("row")), dict(task.skip)
    skipped = np.isin(rows, list(reasons))
    for n in np.flatnonzero(skipped).tolist():
        shown = f"id={items.column('id')[n].as_py()}"
        tally.aside.append(Aside(task.split.name, int(rows[n]), int(rows[n]), reasons[int(rows[n])], shown[:200]))
    return items.filter(pa.array(~skipped))


def answer(message: dict[str, Any], source: Source, work: SplitWork) -> dict[str, Json]:
    """The answer to {"do": "splits"} or {"do": "sweep", ...} as `Task.to_json` writes it."""
    if message["do"] == "splits":
        found = [list(split) for split in source.splits()]
        return {"splits": found, "notes": list(getattr(source, "notes", ())), "name": source.name}
    return work.do(task_of(message)).to_json()


def sweep_folder(folder: Path, state: str) -> SplitFolder:
    """The folder of a plan's splits inside the folder of a sweep; made if it is not there."""
    path = folder / state[:24]
    path.mkdir(parents=True, exist_ok=True)
    return SplitFolder(path)
