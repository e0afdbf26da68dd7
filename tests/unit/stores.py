"""Stores in memory for tests, each as good as new."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from functools import cache

from rectify.store.connection import Store, open_store


def _nothing(store: Store) -> None:
    """The store's own tables are enough."""


def store_as_new(prepare: Callable[[Store], None] = _nothing) -> Store:
    """A store in memory as `prepare` left it when it was new. One stands for all tests of a process, emptied for each.

    To make tables, and SQLAlchemy's statements for them, anew for each test costs more than most tests.
    """
    store, as_new = _standing(prepare)
    as_new.backup(_raw(store))
    return store


@cache
def _standing(prepare: Callable[[Store], None]) -> tuple[Store, sqlite3.Connection]:
    store, as_new = open_store("sqlite://"), sqlite3.connect(":memory:", check_same_thread=False)
    prepare(store)
    _raw(store).backup(as_new)
    return store, as_new


def _raw(store: Store) -> sqlite3.Connection:
    with store.engine.connect() as connection:
        raw = connection.connection.driver_connection
    assert isinstance(raw, sqlite3.Connection)
    return raw
