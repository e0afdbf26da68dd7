"""How much the property tests try: `make unit` a little, `make test` all. In CI the same examples every time."""

import os

from hypothesis import settings

# A deadline measures the machine, not the code: none.
settings.register_profile("thorough", deadline=None, print_blob=True)
settings.register_profile("quick", deadline=None, max_examples=10)
settings.register_profile("ci", deadline=None, derandomize=True, print_blob=True)
settings.load_profile(os.environ.get("RECTIFY_EXAMPLES") or ("ci" if os.environ.get("CI") else "thorough"))
