"""The house at each stage of an order's path. These tests go through whole workspaces: each takes a part of a second."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.unit.conftest import _shipped_packs_are_read_once  # noqa: F401  (a fixture of this shelf too)

from .house import House, house_at
from .small_world import market


@pytest.fixture
def begun() -> House:
    """The register of authorities is kept, and everybody is known."""
    return house_at("begun")


@pytest.fixture
def received() -> House:
    """The recall came in."""
    return house_at("received")


@pytest.fixture
def confirmed() -> House:
    """It was confirmed by a call."""
    return house_at("confirmed")


@pytest.fixture
def accepted() -> House:
    """It was accepted whole."""
    return house_at("accepted")


@pytest.fixture
def gathered() -> House:
    """Four items were found: I1 in xa, I2 in xa and xb, I3 in eu (XA and XB), I4 in xa."""
    return house_at("gathered")


@pytest.fixture
def decided() -> House:
    """I1 and I2 were decided violations by blin."""
    return house_at("decided")


@pytest.fixture
def done() -> House:
    """They are down, and the letters are written."""
    return house_at("done")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The folder of a market whose authority is known."""
    with market(tmp_path):
        pass
    return tmp_path
