"""The kernel stays inside its memory, whatever the text and whatever the plan: AddressSanitizer and UBSan look on."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.kernel.build import build, drive, files
from tests.kernel.lists import PLANS
from tools.kernel import compiler

pytestmark = [pytest.mark.kernel, pytest.mark.slow]

TEXTS = {
    "together": 250_000,
    "all": 150_000,
    "each": 150_000,
    "dense": 100_000,
}  # of a million; the others share the rest
EACH = (1_000_000 - sum(TEXTS.values())) // (len(PLANS) - len(TEXTS))
CHANGED = 700  # plans of each kind


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str, str, int, int], str]:
    """The driver over one of the plans."""
    folder = tmp_path_factory.mktemp("driver")
    if not shutil.which(compiler().partition(" ")[0]):
        pytest.skip("no C compiler")
    program = build(compiler(), folder)

    def driven(what: str, name: str, seed: int, count: int) -> str:
        plan, seeds = folder / f"{name}.plan", folder / f"{name}.seeds"
        if not seeds.exists():
            files(PLANS[name], folder, name)
        return drive(program, what, plan, seeds, seed, count)

    return driven


def told(line: str) -> dict[str, int]:
    """The counts of a line such as "100 texts, 30 hits"."""
    return {what: int(count) for count, what in (part.split(" ", 1) for part in line.split(", ") if part[0].isdigit())}


@pytest.mark.parametrize("name", PLANS)
def test_a_million_texts_are_read_alike_in_all_ways(run, name):
    count = TEXTS.get(name, EACH)
    found = told(run("texts", name, 1, count))
    assert found["texts"] == count
    assert (found["hits"] > count // 10) == (name not in {"patterns", "phrases", "nothing"})
    assert (found["nominees"] > count // 100) == (name in {"together", "all", "patterns"})


@pytest.mark.parametrize("name", ["together", "dense", "patterns"])
def test_a_plan_of_which_bytes_were_changed_is_refused_or_read_inside_its_memory(run, name):
    found = told(run("plans", name, 1000, CHANGED))
    assert CHANGED // 10 < found["opened"] < CHANGED


def test_the_driver_sees_a_byte_read_too_far_and_tells_the_text(tmp_path: Path):
    """Else nothing above could fail."""
    source = tmp_path / "kernel"
    shutil.copytree(Path("src/rectify/screening/kernel"), source)
    scan = source / "scan.c"
    text = scan.read_text()
    assert "if (begin == end) return;" in text
    scan.write_text(
        text.replace("if (begin == end) return;", "if (begin == end || (end - begin > 5 && *end == 'x')) return;")
    )
    program = build(compiler(), tmp_path, sources=source)
    with pytest.raises(AssertionError, match=r"(?s)heap-buffer-overflow.*\ninput \d+, [1-9]\d* bytes: [0-9a-f]{12}"):
        drive(program, "texts", *files(PLANS["nothing"], tmp_path, "nothing"), 1, 1000)
