"""The same machine over the real ledger: with the host in memory, and with a real shop behind the table connector."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test
from tests.journeys.law_machine import Law

pytestmark = pytest.mark.slow


class Ledgered(Law):
    paper = False


class Shopped(Law):
    """Host edits, faults, crashes and late changes meet real tables with triggers."""

    paper = False

    def __init__(self):
        self.made = tempfile.TemporaryDirectory()
        self.folder = Path(self.made.name)
        super().__init__()

    def teardown(self):
        try:
            super().teardown()
        finally:
            self.made.cleanup()


@pytest.mark.parametrize(("machine", "examples"), [(Ledgered, 14), (Shopped, 12)])
def test_the_law_holds_over_the_real_ledger(machine, examples):
    """And the tables are at every moment what the entries say."""
    run_state_machine_as_test(machine, settings=settings(max_examples=examples, stateful_step_count=40, deadline=None,
                                                         suppress_health_check=list(HealthCheck), database=None,
                                                         phases=[Phase.generate]))  # fmt: skip
