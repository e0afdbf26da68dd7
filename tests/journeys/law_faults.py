"""Planted faults: plain but wrong readings of the law, each a list of patches (owner, name, what stands there instead)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from unittest import mock

Patches = list[tuple[object, str, object]]
FAULTS: dict[str, Callable[[], Patches]] = {}


def fault(plant: Callable[[], Patches]) -> Callable[[], Patches]:
    """Registers a fault under the name of the function that plants it."""
    FAULTS[plant.__name__] = plant
    return plant


@contextmanager
def planted(name: str) -> Iterator[None]:
    """Under which the fault is there."""
    with ExitStack() as stack:
        for owner, attribute, instead in FAULTS[name]():
            stack.enter_context(mock.patch.object(owner, attribute, instead))
        yield
