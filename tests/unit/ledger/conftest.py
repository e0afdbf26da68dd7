"""A ledger in memory for each test."""

import pytest

from ..stores import store_as_new  # noqa: TID252
from .world import World


@pytest.fixture
def world():
    return World(store=store_as_new(_begun))


def _begun(store):
    World(store=store)
