"""Plans and texts as chance has them: the engines agree. `make faults` does it for ten minutes."""

from __future__ import annotations

import pytest
from tests.kernel.any_plans import compare

from rectify.screening.engines import cpu_paths

pytestmark = [pytest.mark.kernel, pytest.mark.slow]


@pytest.mark.parametrize("first", range(1, 21, 5))
def test_on_plans_as_chance_has_them(monkeypatch, first):
    hits = 0
    for seed in range(first, first + 5):
        monkeypatch.setenv("RECTIFY_CPU", cpu_paths()[seed % len(cpu_paths())])
        hits += compare(seed, 150).hits
    assert hits > 1_000
