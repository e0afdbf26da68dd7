"""A sweep sees every row once, tells what it could not read, and goes on where it was stopped."""

from __future__ import annotations

import csv
import gc
import json
import os
import stat
import threading
import time
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from tests.unit.screening.packs_made import DAY, items, pack, register, words

from rectify.catalogue.source import Batch, SetAside, Split
from rectify.screening import dispatch, engines, findings
from rectify.screening import sweep as sweeping
from rectify.screening.children import InThisProcess, WorkerError
from rectify.screening.compile import compile_plan
from rectify.screening.dispatch import Dispatch, Progress, around, named
from rectify.screening.plan import Plan
from rectify.screening.recipe import Recipe
from rectify.screening.splits import SplitDone, SplitFolder
from rectify.screening.sweep import SweepResult, sweep
from rectify.screening.work import SplitWork, Task
from rectify.terms.errors import Broken, Fault, Faulty, Refused
from rectify.terms.finding import Verdict
from rectify.terms.item import Account

MADE_BY = f"{__name__}:Shelf"
SHELF: dict[str, Any] = {}


class Shelf:
    """A catalogue in memory: a file is a list of titles, `None` a row that cannot be read, parted in groups."""

    def __init__(self, name: str = "market", size: int = 4, files: Sequence[str] = ("a",)) -> None:
        self.name, self.notes, self._size, self._files = name, [], size, files

    def splits(self) -> list[Split]:
        found = []
        for name in self._files:
            rows = SHELF[name]
            for group, first in enumerate(range(0, len(rows), self._size)):
                digest = SHELF.get(f"digest {name}", name).ljust(64, "0")
                found.append(Split(name, digest, group, min(self._size, len(rows) - first), first + 1))
        return found

    def read(self, split: Split) -> Iterator[Batch]:
        for first in range(split.first, split.first + split.rows, 2):
            numbers = range(first, min(first + 2, split.first + split.rows))
            rows = [(n, SHELF[split.name][n - 1]) for n in numbers]
            if any(row == "FAULT" for _, row in rows):
                raise Faulty([Fault("the page is torn")])
            if any(row == "CHANGED" for _, row in rows):
                raise Refused("a has changed")
            read = [
                {"id": f"i{n}", "row": n, **(row if isinstance(row, dict) else {"title": row})}
                for n, row in rows
                if row
            ]
            yield Batch(items(*read), [SetAside(split.name, n, "has no id", "=1+1") for n, row in rows if not row])


@pytest.fixture(autouse=True)
def _empty_shelf() -> Iterator[None]:
    SHELF.clear()
    yield
    SHELF.clear()


@pytest.fixture(scope="module")
def plan() -> Plan:
    held = pack(words("pram", "pram"), rules={"sold": "pram and not registered"}, registers=("licensed",))
    return compile_plan([held], [register(accounts=("market/good",), territory=frozenset({"XA"}))], [], [], DAY)


def swept(plan: Plan, folder: Path, *rows: Any, **fields: Any) -> SweepResult:
    SHELF["a"] = list(rows)
    return sweep(plan, Recipe(MADE_BY, fields.pop("options", {})), folder, workers=0, **fields)


@pytest.fixture(autouse=True)
def _shelf_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sweeping, "make_source", lambda recipe: Shelf(**recipe.options))


ROWS = ["pram", "book", None, "lamp", "red pram", "desk", "cup"]


def test_sums_hold_and_findings_are_told_by_rule_kind_and_verdict(plan, tmp_path):
    result = swept(plan, tmp_path, *ROWS)
    assert (result.rows, result.screened, result.set_aside, result.duplicates) == (7, 6, 1, 0)
    assert result.completeness[0] == 6
    assert result.counts == (("recalls/sold", "listing", "violation", 2),)
    assert [f.item.id for f in result.found()] == ["i1", "i5"]
    assert {f.item.source for f in result.found()} == {"market"}
    assert [(one.name, one.rows) for one in result.files] == [("a", 7)]
    assert [(one.group, one.rows, one.found) for one in result.splits] == [(0, 4, 1), (1, 3, 1)]


def test_what_the_ledger_is_told_is_json_that_rfc_8785_can_write(plan, tmp_path):
    body = swept(plan, tmp_path, *ROWS).body()
    assert json.loads(json.dumps(body)) == body
    assert all(isinstance(total, str) for total in body["completeness"][1:])
    assert (body["violation"], body["review"], body["findings"]) == (2, 0, 2)


def test_rows_set_aside_stand_in_a_file_with_the_reason_and_no_formula(plan, tmp_path):
    result = swept(plan, tmp_path, *ROWS)
    with result.rejected.open(encoding="utf-8", newline="") as file:
        assert list(csv.reader(file))[1:] == [["a", "3", "3", "has no id", "'=1+1"]]


def test_only_its_owner_reads_what_a_sweep_keeps(plan, tmp_path):
    umask = os.umask(0o022)
    try:
        swept(plan, tmp_path / "sweeps" / "order" / "market", "a pram", None, "pram for sale")
    finally:
        os.umask(umask)
    made = sorted((tmp_path / "sweeps").rglob("*"))
    assert len(made) >= 9
    for path in (tmp_path / "sweeps", *made):
        assert stat.S_IMODE(path.stat().st_mode) == (0o700 if path.is_dir() else 0o600), path


def test_without_rows_set_aside_there_is_no_file_of_them(plan, tmp_path):
    swept(plan, tmp_path, *ROWS)
    SHELF["digest a"] = "b"
    result = swept(plan, tmp_path, "pram")
    assert result.rejected is None
    assert not (tmp_path / "rejected.csv").exists()


def test_a_catalogue_without_rows_is_swept(plan, tmp_path):
    result = swept(plan, tmp_path)
    assert (result.rows, result.completeness, result.counts) == (0, (0, 0, 0, 0, 0), ())


def test_splits_that_are_done_are_not_done_again(plan, tmp_path):
    first = swept(plan, tmp_path, *ROWS)
    SHELF["a"] = None
    again = swept(plan, tmp_path, *ROWS)
    assert (first.resumed, again.resumed) == (0, 2)
    assert (again.body(), list(again.found())) == (first.body(), list(first.found()))


@pytest.mark.parametrize(
    ("ending", "harm"), [(".json", "torn"), (".parquet", "torn"), (".ids", "torn"), (".aside.jsonl", "gone")]
)
def test_a_split_with_a_torn_or_missing_file_is_done_again(plan, tmp_path, ending, harm):
    first = swept(plan, tmp_path, *ROWS)
    (path,) = tmp_path.glob(f"*/*-00000{ending}")
    path.write_bytes(path.read_bytes()[:-3]) if harm == "torn" and path.stat().st_size else path.unlink()
    again = swept(plan, tmp_path, *ROWS)
    assert again.resumed == 1
    assert again.body() == first.body()


def test_half_written_files_of_a_killed_run_are_taken_away(plan, tmp_path):
    swept(plan, tmp_path, *ROWS)
    (state,) = (path for path in tmp_path.iterdir() if path.is_dir())
    (state / "x.parquet.1.part").write_bytes(b"PAR1")
    swept(plan, tmp_path, *ROWS)
    assert not list(tmp_path.rglob("*.part"))


def test_another_plan_or_another_map_is_another_sweep(plan, tmp_path):
    swept(plan, tmp_path, *ROWS)
    other = compile_plan([pack(words("pram", "book"), when="pram")], [], [], [], DAY)
    assert swept(other, tmp_path, *ROWS).resumed == 0
    assert swept(plan, tmp_path, *ROWS, options={"name": "fair"}).resumed == 0
    assert swept(plan, tmp_path, *ROWS, accounts_digest="x").resumed == 0
    assert swept(plan, tmp_path, *ROWS).resumed == 2


def test_a_file_that_was_swapped_is_swept_anew(plan, tmp_path):
    swept(plan, tmp_path, *ROWS)
    SHELF["digest a"] = "b"
    assert swept(plan, tmp_path, *ROWS).resumed == 0


def test_a_file_that_changes_while_it_is_read_is_told(plan, tmp_path):
    with pytest.raises(Refused, match="has changed"):
        swept(plan, tmp_path, "pram", "book", "CHANGED")


def test_a_split_that_holds_other_rows_than_were_counted_is_told(plan, tmp_path, monkeypatch):
    honest = Shelf.splits
    monkeypatch.setattr(Shelf, "splits", lambda self: [s._replace(rows=s.rows + 1) for s in honest(self)])
    SHELF["a"] = ["pram", "book", "lamp"]
    monkeypatch.setattr(Shelf, "read", lambda self, split: iter([Batch(items({"id": "1", "row": 1}))]))
    with pytest.raises(Refused, match="4 rows were counted first and 1 read now"):
        sweep(plan, Recipe(MADE_BY), tmp_path, workers=0)


def test_what_follows_a_fault_in_the_file_is_set_aside_and_told(plan, tmp_path):
    result = swept(plan, tmp_path, "pram", "book", "FAULT", "pram", "pram")
    assert (result.rows, result.screened, result.set_aside) == (5, 3, 2)
    assert (tmp_path / "rejected.csv").read_text().splitlines()[1] == "a,3,4,the page is torn,"


def test_only_one_sweep_works_in_a_folder(plan, tmp_path):
    with sweeping._alone(tmp_path), pytest.raises(Refused, match="another sweep is at work"):
        swept(plan, tmp_path, *ROWS)


def test_progress_never_falls_and_ends_with_all_rows(plan, tmp_path):
    told: list[Progress] = []
    swept(plan, tmp_path, *ROWS, progress=told.append)
    assert (told[0].done, told[-1].done, told[-1].rows, told[-1].splits_done) == (0, 7, 7, 2)
    assert all(one.done <= other.done for one, other in pairwise(told))


def test_accounts_are_asked_for_by_the_rows_that_need_them(plan, tmp_path):
    asked: list[str] = []

    def lookup(ids: Sequence[str]) -> list[Account]:
        asked.extend(ids)
        return [Account("market", one) for one in ids]

    rows = [
        {"title": "pram", "account": "good"},
        {"title": "pram", "account": "bad"},
        {"title": "book", "account": "other"},
    ]
    result = swept(plan, tmp_path, *rows, accounts=lookup)
    assert [f.account for f in result.found()] == ["bad"]
    assert sorted(asked) == ["bad", "good"]


def test_the_record_names_the_engine_and_what_is_found_does_not_hang_on_it(plan, tmp_path, monkeypatch):
    told = {}
    for name in (engines.NATIVE, engines.PURE) if not engines.wrong() else (engines.PURE,):
        monkeypatch.setenv("RECTIFY_ENGINE", name)
        told[name] = swept(plan, tmp_path / name, *ROWS)
    said = {name: result.body()["engine"] for name, result in told.items()}
    assert said[engines.PURE].endswith(", pure")
    assert "native" not in said or said["native"].endswith(f", kernel {engines.SPOKEN} {engines.cpu_paths()[-1]}")
    assert len({json.dumps(result.body() | {"engine": ""}) for result in told.values()}) == 1


def test_an_engine_that_is_not_there_is_told_before_a_row_is_read(plan, tmp_path, monkeypatch):
    monkeypatch.setenv("RECTIFY_ENGINE", "fast")
    with pytest.raises(Refused, match="which is no engine"):
        swept(plan, tmp_path / "out", *ROWS)
    assert not (tmp_path / "out").exists()


# Reading ahead, and how many workers


class Telling(Shelf):
    """Notes when each batch is read."""

    def read(self, split: Split) -> Iterator[Batch]:
        for batch in super().read(split):
            TOLD.append(f"read {batch.items.column('row')[0]}")
            yield batch


TOLD: list[str] = []


def work_ahead(plan: Plan, folder: Path, rows: Sequence[Any], task: Task, heard: Any = None) -> SplitDone:
    """A split swept as by a worker that reads ahead, five batches of two rows at the most."""
    SHELF["a"] = list(rows)
    TOLD.clear()
    folder.mkdir()
    work = SplitWork(plan, Telling(size=10), SplitFolder(folder), None, heard or (lambda told: None))
    return work.do(task)


TEN = ["pram", "book", None, "lamp", "red pram", "desk", "cup", "pram", "pot", "pan"]


def test_read_ahead_the_files_are_the_same_to_the_byte(plan, tmp_path):
    split = Split("a", "d" * 64, 0, 10)
    made = [work_ahead(plan, tmp_path / str(ahead), TEN, Task(split, "k", ahead=ahead)) for ahead in (False, True)]
    assert made[0] == made[1]
    names = sorted(path.name for path in (tmp_path / "True").iterdir())
    assert names == sorted(path.name for path in (tmp_path / "False").iterdir())
    assert all((tmp_path / "True" / one).read_bytes() == (tmp_path / "False" / one).read_bytes() for one in names)


def test_no_more_than_one_batch_is_read_ahead(plan, tmp_path):
    def heard(told: Any) -> None:
        if "at" in told:
            first, until = told["at"][0], time.monotonic() + 10
            while first < 9 and f"read {first + 2}" not in TOLD and time.monotonic() < until:
                time.sleep(0.001)
            time.sleep(0.02)  # time enough to read on, if it did
            TOLD.append(f"at {first}")

    work_ahead(plan, tmp_path / "out", ["pram"] * 10, Task(Split("a", "d" * 64, 0, 10), "k", ahead=True), heard)
    assert TOLD == ["read 1", "read 3", "at 1", "read 5", "at 3", "read 7", "at 5", "read 9", "at 7", "at 9"]


def test_what_is_wrong_with_rows_read_ahead_is_told_of_them_alone(plan, tmp_path):
    rows = ["pram", "book", "pram", "lamp", "FAULT", "desk", "cup"]
    split = Split("a", "d" * 64, 0, 7)
    record = work_ahead(plan, tmp_path / "out", rows, Task(split, "k", ahead=True))
    assert (record.screened, record.set_aside, record.found) == (4, 3, 2)
    assert [(one.row, one.last) for one in SplitFolder(tmp_path / "out").read_aside(record)] == [(5, 7)]
    rows[4] = "CHANGED"
    with pytest.raises(Refused, match="has changed"):
        work_ahead(plan, tmp_path / "again", rows, Task(split, "k", ahead=True))


def test_a_worker_that_reads_ahead_and_stops_early_leaves_no_thread(plan, tmp_path):
    def heard(told: Any) -> None:
        if told.get("at") == [1, 2]:
            raise Stop

    before = threading.active_count()
    with pytest.raises(Stop):
        work_ahead(plan, tmp_path / "out", TEN, Task(Split("a", "d" * 64, 0, 10), "k", ahead=True), heard)
    gc.collect()
    assert threading.active_count() == before


def test_the_death_of_a_worker_that_read_ahead_blames_no_rows(plan):
    split, deaths = Split("a", "d", 0, 9), {}
    task = around(Task(split, "k", ahead=True), WorkerError("x", (1, 4), 0), deaths)
    assert (task, deaths) == (Task(split, "k"), {})


@pytest.mark.parametrize(
    ("rows", "processors", "asked", "workers", "ahead"),
    [(100, 1, None, 1, False), (100, 2, None, 1, True), (450_000, 2, None, 2, False), (450_000, 8, None, 3, True),
     (9_000_000, 64, None, 4, True), (100, 2, 2, 2, False), (100, 8, 2, 2, True), (100, 2, 9, 5, False)],
)  # fmt: skip
def test_workers_are_as_many_as_processors_and_rows(tmp_path, monkeypatch, rows, processors, asked, workers, ahead):
    class Told:
        def ask(self, message: Any, heard: Any = None) -> dict[str, Any]:
            splits = [list(Split("a", "d" * 64, n, rows // 5)) for n in range(5)]
            return {"splits": splits, "notes": [], "name": "market"}

        def close(self) -> None: ...

    begun: list[int] = []
    monkeypatch.setattr(Dispatch, "_all", lambda self, left, first, workers: begun.append(workers))
    run = Dispatch(SplitFolder(tmp_path), Told, None, processors=processors)
    run.sweep(asked)
    assert (begun, run.ahead) == ([workers], ahead)


# Rows that share an id


def test_a_row_twice_is_one_finding_and_a_row_that_differs_goes_to_a_person(plan, tmp_path):
    same = {"id": "same", "title": "pram"}
    rows = [
        same,
        {"id": "x", "title": "pram"},
        {"id": "y", "title": "pram"},
        "lamp",
        same,
        {"id": "x", "title": "red pram"},
        {"id": "y", "title": "lamp"},
    ]
    result = swept(plan, tmp_path, *rows)
    assert result.duplicates == 3
    told = [(f.item.id, f.verdict, f.marks) for f in result.found()]
    assert told == [
        ("same", Verdict.VIOLATION, ()), ("x", Verdict.REVIEW, ("duplicate_id",)), ("y", Verdict.REVIEW, ("duplicate_id",)),
        ("x", Verdict.REVIEW, ("duplicate_id",)),
    ]  # fmt: skip
    assert (result.findings, result.count(Verdict.REVIEW), result.marks) == (4, 3, (("duplicate_id", 3),))
    assert swept(plan, tmp_path, *rows).body() == result.body()


def test_a_file_that_stands_there_twice_is_two_splits(plan, tmp_path):
    twice = [Split("a", "d" * 64, 0, 1), Split("b", "d" * 64, 0, 1), Split("b", "e" * 64, 0, 1)]
    assert len({key for key, _ in named(twice)}) == 3


# Rows and files that end the worker


class Mortal(InThisProcess):
    """Dies as often as it is told when it comes to a row, or when it would read behind one."""

    deaths: dict[tuple[str, int], int]

    def ask(self, message: Any, heard: Any = None) -> dict[str, Any]:
        at: tuple[int, int] | None = None
        read = 0

        def listen(told: dict[str, Any]) -> None:
            nonlocal at, read
            at, read = (tuple(told["at"]), read) if "at" in told else (None, told["read"])
            heard(told)
            for (where, row), left in self.deaths.items():
                reached = (where == "row" and at and at[0] <= row <= at[1]) or (
                    where == "behind" and not at and read == row
                )
                skipped = where == "row" and row in [n for n, _ in message["skip"]]
                if left and reached and not skipped:
                    self.deaths[where, row] -= 1
                    raise WorkerError("out of memory", at, read)

        return super().ask(message, listen)


def deadly(monkeypatch: pytest.MonkeyPatch, **deaths: int) -> None:
    Mortal.deaths = {(name.split("_")[0], int(name.split("_")[1])): n for name, n in deaths.items()}
    monkeypatch.setattr(sweeping, "InThisProcess", Mortal)


def rejected(folder: Path) -> list[str]:
    path = folder / "rejected.csv"
    return path.read_text().splitlines()[1:] if path.exists() else []


FIVE = ["pram", "pram", "pram", "pram", "pram"]


def test_a_worker_that_dies_once_costs_nothing(plan, tmp_path, monkeypatch):
    deadly(monkeypatch, row_2=1, behind_4=1)
    assert swept(plan, tmp_path, *FIVE).screened == 5
    assert rejected(tmp_path) == []


def test_a_batch_that_kills_twice_is_screened_row_by_row(plan, tmp_path, monkeypatch):
    deadly(monkeypatch, row_3=3)
    assert swept(plan, tmp_path, *FIVE).findings == 5


def test_a_row_that_kills_again_is_set_aside_alone(plan, tmp_path, monkeypatch):
    deadly(monkeypatch, row_3=99)
    result = swept(plan, tmp_path, *FIVE)
    assert (result.screened, result.set_aside, result.findings) == (4, 1, 4)
    assert rejected(tmp_path) == ["a,3,3,the screening process ended at this row: out of memory,id=i3"]


def test_what_cannot_be_read_without_dying_is_set_aside_from_there_on(plan, tmp_path, monkeypatch):
    deadly(monkeypatch, behind_2=2)
    result = swept(plan, tmp_path, *FIVE)
    assert (result.screened, result.set_aside) == (3, 2)
    assert rejected(tmp_path) == ["a,3,4,the screening process ended while it read what follows: out of memory,"]


def test_too_many_deadly_rows_set_the_rest_of_their_split_aside(plan, tmp_path, monkeypatch):
    monkeypatch.setattr(dispatch, "MOST_POISON", 1)
    deadly(monkeypatch, row_2=99, row_3=99)
    result = swept(plan, tmp_path, *FIVE)
    assert (result.screened, result.set_aside) == (2, 3)
    assert [line.split(",")[1:3] for line in rejected(tmp_path)] == [["2", "2"], ["3", "4"]]


def test_rows_and_faults_before_the_stop_are_kept_and_none_is_counted_twice(plan, tmp_path, monkeypatch):
    deadly(monkeypatch, row_4=99)
    monkeypatch.setattr(dispatch, "MOST_POISON", 0)
    result = swept(plan, tmp_path, None, "pram", "pram", "pram", None, options={"size": 5})
    assert (result.rows, result.screened, result.set_aside) == (5, 2, 3)
    assert [line.split(",")[1:3] for line in rejected(tmp_path)] == [["1", "1"], ["4", "5"]]


def test_kills_from_outside_blame_no_rows_until_there_are_five_in_one_place():
    task, deaths, split = Task(Split("a", "d", 0, 9), "k"), {}, Split("a", "d", 0, 9)
    for _ in range(4):
        task = around(task, WorkerError("SIGKILL", (1, 4), 0, killed=True), deaths)
        assert task == Task(split, "k")
    assert around(task, WorkerError("SIGKILL", (1, 4), 0, killed=True), deaths).single == ((1, 4),)


def test_a_worker_that_never_begins_is_given_up_and_nothing_is_set_aside():
    task, deaths = Task(Split("a", "d", 0, 9), "k"), {}
    for _ in range(4):
        assert around(task, WorkerError("no memory", None, None), deaths) == task
    with pytest.raises(Broken, match="ended before it had begun: no memory"):
        around(task, WorkerError("no memory", None, None), deaths)


def test_a_worker_that_dies_with_all_rows_read_is_tried_again_and_then_given_up(plan, tmp_path, monkeypatch):
    deadly(monkeypatch, behind_5=4)
    assert swept(plan, tmp_path, *FIVE).set_aside == 0
    deadly(monkeypatch, behind_5=5)
    SHELF["digest a"] = "b"
    with pytest.raises(Broken, match="ended while it wrote what it had found: out of memory"):
        swept(plan, tmp_path, *FIVE)


def test_deaths_in_other_places_are_told_apart():
    task, deaths = Task(Split("a", "d", 0, 9), "k"), {}
    for at in ((1, 4), (5, 8), (1, 4)):
        task = around(task, WorkerError("x", at, 0), deaths)
    assert task.single == ((1, 4),)


# Stops between any two writes


class Stop(BaseException):
    """What a power cut would be."""


def test_a_stop_before_any_write_changes_nothing(plan, tmp_path, monkeypatch):
    whole = swept(plan, tmp_path / "calm", *ROWS, options={"size": 9})
    honest, stops = findings.keep, 0

    def keep(temporary: Path, path: Path) -> None:
        nonlocal left
        left -= 1
        if left == 0:
            raise Stop
        honest(temporary, path)

    monkeypatch.setattr(findings, "keep", keep)
    for n in range(1, 40):
        left, folder = n, tmp_path / str(n)
        try:
            swept(plan, folder, *ROWS, options={"size": 9})
            break
        except Stop:
            stops += 1
        left = 0
        again = swept(plan, folder, *ROWS, options={"size": 9})
        assert (again.body(), list(again.found())) == (whole.body(), list(whole.found()))
    assert stops == 1 + 4  # the plan, and of the split its findings, rows set aside, ids and record
