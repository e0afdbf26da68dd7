"""A desk for each test."""

from __future__ import annotations

import pytest

from .desk import Desk, fresh_desk


@pytest.fixture
def desk() -> Desk:
    return fresh_desk()
