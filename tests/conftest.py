"""How much the property tests try: `make unit` a little, `make test` all. In CI the same examples every time."""

import gc
import os
from importlib.util import find_spec

import pytest
from hypothesis import settings

# A deadline measures the machine, not the code: none.
settings.register_profile("thorough", deadline=None, print_blob=True)
settings.register_profile("quick", deadline=None, max_examples=5, database=None)
settings.register_profile("ci", deadline=None, derandomize=True, print_blob=True)
# What is compiled in a test is compiled by the code under test, and nothing is left among the caches of who runs it.
os.environ.setdefault("RECTIFY_KEPT_PLANS", "none")
settings.load_profile(os.environ.get("RECTIFY_EXAMPLES") or ("ci" if os.environ.get("CI") else "thorough"))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests of the kernel are left out where there is none; a machine that must have it does not pass for want of it."""
    tests = [item for item in items if item.get_closest_marker("kernel")]
    if tests and find_spec("rectify.screening._kernel") is None:
        from rectify.screening.engines import wrong

        if not os.environ.get("CI") or "CC=false" in wrong():
            for test in tests:
                test.add_marker(pytest.mark.skip(reason=f"needs the native kernel: {wrong()}"))


def pytest_collection_finish() -> None:
    """What was imported stays for the whole run: the collector need not walk through it again and again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 20, 20)
