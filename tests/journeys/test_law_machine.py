"""The law of claims against its naive model: twenty thousand steps, counted."""

from __future__ import annotations

import os

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test
from tests.journeys.law_machine import Law, Steps

pytestmark = pytest.mark.slow
STEPS = int(os.environ.get("LAW_STEPS", "20000"))


def test_the_law_holds_under_any_sequence_of_acts_and_faults():
    rounds = settings(max_examples=100, stateful_step_count=50, deadline=None, suppress_health_check=list(HealthCheck),
                      database=None)  # fmt: skip
    before = Steps.made
    while Steps.made - before < STEPS:
        run_state_machine_as_test(Law, settings=rounds)
    assert Steps.made - before >= STEPS
