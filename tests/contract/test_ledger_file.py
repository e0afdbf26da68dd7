"""The suite of the memory twin, once more over a file with its keys in a folder."""

import pytest

from rectify.ledger.keys import Keys

from ..unit.ledger import test_append, test_erase, test_export, test_project, test_sign  # noqa: TID252
from ..unit.ledger.world import World  # noqa: TID252

content = test_export.content
SUITES = (test_append, test_erase, test_export, test_project, test_sign)
globals().update(
    {
        f"{name}_in_a_file": test
        for suite in SUITES
        for name, test in vars(suite).items()
        if name.startswith("test_") and "world" in test.__code__.co_varnames[: test.__code__.co_argcount]
    }
)


@pytest.fixture
def world(tmp_path):
    made = World(f"sqlite:///{tmp_path / 'rectify.db'}", Keys.at(tmp_path / "keys"))
    yield made
    made.store.close()
