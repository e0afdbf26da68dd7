"""How much the property tests try: `make unit` a little, `make test` all. In CI the same examples every time."""

import gc
import os

from hypothesis import settings

# A deadline measures the machine, not the code: none.
settings.register_profile("thorough", deadline=None, print_blob=True)
settings.register_profile("quick", deadline=None, max_examples=5, database=None)
settings.register_profile("ci", deadline=None, derandomize=True, print_blob=True)
settings.load_profile(os.environ.get("RECTIFY_EXAMPLES") or ("ci" if os.environ.get("CI") else "thorough"))


def pytest_collection_finish() -> None:
    """What was imported stays for the whole run: the collector need not walk through it again and again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 20, 20)
