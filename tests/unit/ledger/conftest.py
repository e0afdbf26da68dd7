"""A ledger in memory for each test."""

import pytest

from .world import World


@pytest.fixture
def world():
    made = World()
    yield made
    made.store.close()
