"""Splits handed out to workers, and handed out again around what ended one."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_EXCEPTION, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field, replace
from functools import partial
from queue import Empty, Queue
from typing import Any

from rectify.catalogue.source import Split
from rectify.screening.children import Asked, WorkerError
from rectify.screening.splits import SplitDone, SplitFolder, split_done
from rectify.screening.work import Task
from rectify.terms.errors import Broken

MOST_POISON = 50  # rows of a split that may end a worker before the rest of the split is set aside
MOST_ENDS = 5  # times that workers may end before they begin, or after all is read, until the sweep gives up
# From here on the rows of a place are to blame: the second death of a worker's own there, the fifth by a signal from
# outside (an operator's, or the system's that is short of memory), which may be chance.
ENOUGH_DEATHS = 5
MOST_WORKERS = 4  # where nobody says how many
ROWS_A_WORKER = 200_000  # fewer are screened before another worker is ready
_START = (-1, -1)
_WHOLE = "the screening process ended while it read what follows"
_ROW = "the screening process ended at this row"


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a sweep is. Rows of splits that were done before count too; `rows` is known from the first telling on."""

    done: int
    rows: int
    found: int
    splits_done: int
    splits: int


def cores() -> int:
    """How many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def named(splits: Sequence[Split]) -> list[tuple[str, Split]]:
    """Splits with their keys: file digest and group; a file that stands there twice has two."""
    counted: dict[tuple[str, int], int] = {}
    found = []
    for split in splits:
        twin = counted[split.digest, split.group] = counted.get((split.digest, split.group), -1) + 1
        found.append((f"{split.digest[:24]}-{split.group:05d}" + (f"-{twin}" if twin else ""), split))
    return found


@dataclass(slots=True)
class Dispatch:
    """Splits on their way to be done. Every worker has a thread that hands it one split after another."""

    folder: SplitFolder
    child: Callable[[], Asked]
    progress: Callable[[Progress], None] | None
    splits: list[tuple[str, Split]] = field(default_factory=list)
    done: dict[str, SplitDone] = field(default_factory=dict)
    reached: dict[str, int] = field(default_factory=dict)
    rows: int = 0
    rows_done: int = 0
    found: int = 0
    source: str = ""
    notes: tuple[str, ...] = ()
    resumed: int = 0
    stopped: bool = False
    processors: int = 1
    ahead: bool = False
    lock: threading.Lock = field(default_factory=threading.Lock)

    def sweep(self, workers: int | None = None) -> None:
        """Does all splits that are not done. None: with a worker for each processor and 200,000 rows, at most four.

        Where processors are left over, workers read ahead.
        """
        first, told = self._splits()
        try:
            self.splits = named([Split(*split) for split in told["splits"]])
            self.source, self.notes = told["name"], tuple(told["notes"])
            known = ((key, self.folder.done(key), split) for key, split in self.splits)
            for key, record, split in known:
                if record and record.rows == split.rows:
                    self._keep(key, record)
            self.rows = sum(split.rows for _, split in self.splits)
            self.resumed = len(self.done)
            self._tell()
            left: Queue[tuple[str, Split]] = Queue()
            for key, split in self.splits:
                if key not in self.done:
                    left.put((key, split))
            if workers is None:
                workers = min(self.processors, MOST_WORKERS, 1 + (self.rows - self.rows_done) // ROWS_A_WORKER)
            workers = min(workers, left.qsize())
            self.ahead = workers < self.processors
            self._all(left, first, workers)
        finally:
            first.close()

    def _splits(self) -> tuple[Asked, dict[str, Any]]:
        """A worker, and the splits that it told."""
        for _ in range(MOST_ENDS):
            child = self.child()
            try:
                return child, child.ask({"do": "splits"})
            except WorkerError as died:
                child.close()
                reason = died.reason
            except BaseException:
                child.close()
                raise
        raise Broken(f"the screening process ended before it had read anything: {reason}")

    def _all(self, left: Queue[tuple[str, Split]], first: Asked, workers: int) -> None:
        if workers < 2:
            self._hand_out(left, first)
            return
        with ThreadPoolExecutor(workers) as pool:
            running: list[Future[None]] = [pool.submit(self._hand_out, left, first)]
            running += [pool.submit(self._hand_out, left, None) for _ in range(workers - 1)]
            try:
                wait(running, return_when=FIRST_EXCEPTION)
            finally:
                self.stopped = True
            for one in running:
                one.result()

    def _hand_out(self, left: Queue[tuple[str, Split]], child: Asked | None) -> None:
        """Hands splits to one worker until none is left; a worker that died is followed by another."""
        held = [child or self.child()]
        try:
            while not self.stopped:
                try:
                    key, split = left.get_nowait()
                except Empty:
                    return
                record = self._one(held, Task(split, key, ahead=self.ahead))
                with self.lock:
                    self._keep(key, record)
                    self._tell()
        finally:
            held[0].close()

    def _one(self, held: list[Asked], task: Task) -> SplitDone:
        """One split, tried again after each death of its worker, each time around what has proved to be poison."""
        deaths: dict[tuple[int, int], int] = {}
        while True:
            try:
                return split_done(held[0].ask({"do": "sweep", **task.to_json()}, partial(self._heard, task)))
            except WorkerError as died:
                held[0].close()
                held[0] = self.child()
                task = around(task, died, deaths)

    def _heard(self, task: Task, told: dict[str, Any]) -> None:
        row = told["read"] if "read" in told else told["at"][0] - 1
        with self.lock:
            self.reached[task.key] = max(self.reached.get(task.key, 0), row - task.split.first + 1)
            self._tell()

    def _keep(self, key: str, record: SplitDone) -> None:
        """Counts a split that is done."""
        self.done[key] = record
        self.reached.pop(key, None)
        self.rows_done += record.rows
        self.found += record.found

    def _tell(self) -> None:
        if self.progress is not None:
            done = self.rows_done + sum(self.reached.values())  # of the splits that workers have in hand
            self.progress(Progress(done, self.rows, self.found, len(self.done), len(self.splits)))


def around(task: Task, died: WorkerError, deaths: dict[tuple[int, int], int]) -> Task:
    """The task for the next try. Of a place where workers end again and again its rows are to blame.

    A batch is then screened row by row, a single row set aside, and where it was reading, all that follows.
    `deaths` weighs them by place. Raises `Broken` where no row is to blame: before it began, and with all rows read.
    A worker that read ahead does not tell whether the rows read or those screened ended it: the next try does not.
    """
    if task.ahead:
        return replace(task, ahead=False)
    if died.read is None and died.at is None:
        return _unless_hopeless(task, died, deaths, _START, "before it had begun")
    deaths.pop(_START, None)
    read = task.split.first - 1 if died.read is None else died.read
    end = task.stop[0] if task.stop else task.split.first + task.split.rows - 1
    if died.at is None and read >= end:
        return _unless_hopeless(task, died, deaths, (read + 1, 0), "while it wrote what it had found")
    place = died.at or (read + 1, 0)
    deaths[place] = deaths.get(place, 0) + (1 if died.killed else ENOUGH_DEATHS // 2 + 1)
    if deaths[place] < ENOUGH_DEATHS:
        return task
    if died.at is None:
        return replace(task, stop=(read, f"{_WHOLE}: {died.reason}"))
    first, last = died.at
    if first < last:
        return replace(task, single=(*task.single, died.at))
    if len(task.skip) >= MOST_POISON:
        return replace(task, stop=(first - 1, f"{_WHOLE}, as it had at {MOST_POISON} rows before: {died.reason}"))
    return replace(task, skip=(*task.skip, (first, f"{_ROW}: {died.reason}")))


def _unless_hopeless(
    task: Task, died: WorkerError, deaths: dict[tuple[int, int], int], place: tuple[int, int], when: str
) -> Task:
    deaths[place] = deaths.get(place, 0) + 1
    if deaths[place] < MOST_ENDS:
        return task
    raise Broken(f"{task.split.name}: the screening process ended {when}: {died.reason}")
