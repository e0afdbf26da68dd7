from __future__ import annotations

import pytest
from tests.journeys.law_world import markets


@pytest.fixture
def market():
    with markets() as make:
        yield make
