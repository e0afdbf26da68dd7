"""Each planted fault is caught by a story or by the machine: a test that cannot fail proves nothing.

`LAW_FAULTS=machine` runs the machine on every fault, also where a story has caught it (docs/why/claims.md).
"""

from __future__ import annotations

import inspect
import os
from collections.abc import Iterator

import pytest
import tests.journeys.law_faults_due
import tests.journeys.law_faults_reach
import tests.journeys.law_faults_sets  # noqa: F401 - each registers what it plants
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test
from tests.journeys.law_faults import FAULTS, planted
from tests.journeys.law_machine import Law
from tests.journeys.law_world import markets
from tests.unit.measures import (
    test_law_accounts,
    test_law_again,
    test_law_due,
    test_law_reach,
    test_law_sets,
    test_law_unknown,
)

pytestmark = pytest.mark.slow
MODULES = (test_law_due, test_law_reach, test_law_accounts, test_law_again, test_law_sets, test_law_unknown)
STORIES = [story for module in MODULES
           for name, story in inspect.getmembers(module, inspect.isfunction) if name.startswith("test_")]  # fmt: skip
# The nine that have to be among them, whatever else is.
NAMED = {
    "a_done_that_moved_nothing_is_believed",
    "a_ground_elsewhere_lends_its_effect",
    "another_version_with_our_state_is_taken_for_the_hosts_own",
    "a_set_is_carried_out_as_approved_without_planning_afresh",
    "a_key_is_made_from_content_only",
    "until_ends_by_timer",
    "an_unknown_outcome_is_decided_by_reading",
    "a_lost_change_is_sent_again_under_a_ground_that_fell",
    "a_doubt_about_whose_hand_is_forgotten_at_the_next_write",
}


def stories_that_fail() -> Iterator[str]:
    for story in STORIES:
        try:
            with markets() as market:
                story(market)
        except Exception:
            yield story.__name__


def machine_fails(examples: int) -> bool:
    """Whether the machine finds the fault; it need not make the history small."""
    try:
        run_state_machine_as_test(Law, settings=settings(
            max_examples=examples, stateful_step_count=50, deadline=None, suppress_health_check=list(HealthCheck),
            database=None, phases=[Phase.generate], derandomize=True))  # fmt: skip
    except Exception:
        return True
    return False


def test_the_faults_that_must_be_among_them_are():
    assert set(FAULTS) >= NAMED
    assert len(FAULTS) >= 75


def test_the_stories_hold_where_no_fault_is_planted():
    assert list(stories_that_fail()) == []


@pytest.mark.parametrize("name", sorted(FAULTS))
def test_a_planted_fault_is_caught(name):
    with planted(name):
        story = next(stories_that_fail(), None)
        if os.environ.get("LAW_FAULTS") == "machine":
            print(f"\n{name}: story {story}, machine {machine_fails(400)}")
        assert story or machine_fails(150), f"{name} survives"
