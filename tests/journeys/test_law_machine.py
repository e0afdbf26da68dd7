"""The law of claims against its naive model: tens of thousands of steps on paper."""

from __future__ import annotations

import os

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test
from tests.journeys.law_machine import Law, Steps

pytestmark = pytest.mark.slow
EXAMPLES = int(os.environ.get("LAW_EXAMPLES", "500"))


def test_the_law_holds_under_any_sequence_of_acts_and_faults():
    run_state_machine_as_test(Law, settings=settings(max_examples=EXAMPLES, stateful_step_count=50, deadline=None,
                                                     suppress_health_check=list(HealthCheck), database=None))  # fmt: skip
    print(Steps.made)
