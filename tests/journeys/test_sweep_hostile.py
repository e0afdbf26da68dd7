"""What a hostile catalogue does to a worker stays in that worker: it is ended, told, and all other rows are screened."""

from __future__ import annotations

import os
import sys
from datetime import date
from pathlib import Path

import pytest

from rectify.rules.language import parse
from rectify.rules.pack import Pack, Rule, Term, Words
from rectify.screening.children import Limits
from rectify.screening.compile import compile_plan
from rectify.screening.plan import Plan
from rectify.screening.recipe import Recipe
from rectify.screening.sweep import sweep
from rectify.terms.errors import Broken
from rectify.terms.finding import Verdict


def plan() -> Plan:
    words = {"pram": Words("pram", (Term("pram", "en"),))}
    rule = Rule("r", "pram", parse("pram", words), Verdict.VIOLATION, "remove_item", "", False, ("sell",), ("listing",))
    return compile_plan(
        [Pack("p", 1, {}, ("sell",), ("listing",), (), words, {}, (rule,))], [], [], [], date(2026, 1, 1)
    )


@pytest.fixture(autouse=True)
def _workers_find_the_source(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(Path(__file__).parent), *sys.path]))


def hostile(**options: str) -> Recipe:
    return Recipe("hostile_source:Hostile", options)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("harm", "reason"),
    [
        ("abort", "signal SIGABRT"), ("memory", "MemoryError"), ("spin", "it took too long"), ("exit", "it ended with 3"),
        ("sleep", "nothing was heard of it for 2 s"), ("raise", "nested too deep"),
    ],
)  # fmt: skip
def test_a_page_that_ends_its_worker_costs_its_own_rows_and_is_told(tmp_path: Path, harm: str, reason: str) -> None:
    limits = Limits(memory=1 << 30, cpu=2, silence=2.0 if harm == "sleep" else 60.0)
    result = sweep(plan(), hostile(harm=harm), tmp_path / "out", limits=limits)
    assert (result.rows, result.screened, result.set_aside, result.findings) == (12, 10, 2, 10)
    assert result.rejected is not None
    (told,) = result.rejected.read_text(encoding="utf-8").splitlines()[1:]
    assert told.startswith("page,7,8,the screening process ended while it read what follows")
    assert reason in told


@pytest.mark.slow
@pytest.mark.parametrize("workers", [1, 2])
def test_a_page_that_ends_its_worker_once_costs_nothing(tmp_path: Path, workers: int) -> None:
    recipe = hostile(harm="abort", once=str(tmp_path / "done"))
    result = sweep(plan(), recipe, tmp_path / "out", workers=workers)
    assert (result.screened, result.set_aside) == (12, 0)


@pytest.mark.slow
def test_a_source_that_cannot_even_be_opened_is_told(tmp_path: Path) -> None:
    with pytest.raises(Broken, match="ended before it had read anything: it was ended by signal SIGABRT"):
        sweep(plan(), hostile(harm="abort at once"), tmp_path / "out")
