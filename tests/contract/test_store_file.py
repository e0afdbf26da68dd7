"""The suite of the memory twin, once more over a file: due work and sealed parts are the same on both."""

from contextlib import closing

import pytest

from rectify.store.connection import open_store

from ..unit.store import test_due, test_sealed  # noqa: TID252

globals().update(
    {
        f"{name}_in_a_file": test
        for suite in (test_due, test_sealed)
        for name, test in vars(suite).items()
        if name.startswith("test_") and "connection" in test.__code__.co_varnames[: test.__code__.co_argcount]
    }
)


@pytest.fixture
def connection(tmp_path):
    with closing(open_store(f"sqlite:///{tmp_path / 'rectify.db'}")) as store, store.writing() as opened:
        yield opened
