"""The shop of the example: a SQLite file with its own tables, and the shop's own hand in it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from importlib import resources
from pathlib import Path

from rectify.example.rows import Account, Item, World

STATES = ("visible", "labelled", "restricted", "removed", "gone")
_ACCOUNT = "INSERT INTO accounts VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
_ITEM = "INSERT INTO items VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
_SHELVES = {"shelf": ("listing", "post", "comment"), "app_shelf": ("app",)}


def build_shop(world: World, path: Path) -> None:
    """Writes the shop's database from a world. Raises FileExistsError where there is one already."""
    if path.exists():
        raise FileExistsError(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    with sqlite3.connect(path) as connection:
        connection.executescript(resources.files(__package__).joinpath("data", "shop.sql").read_text(encoding="utf-8"))
        accounts = (*world.sellers, *world.developers, *world.authors)
        connection.executemany(_ACCOUNT, (_account(one) for one in accounts if one.known))
        items = {item.id: item for item in reversed((*world.listings, *world.talk, *world.apps))}
        connection.executemany(_ITEM, (_item(item) for item in items.values()))
        for shelf, kinds in _SHELVES.items():
            rows = ((i.id, front, i.own) for i in items.values() if i.kind in kinds for front in i.storefronts)
            connection.executemany(f"INSERT INTO {shelf} (item, storefront, state) VALUES (?, ?, ?)", rows)  # noqa: S608
        connection.executemany("INSERT INTO switches (name, territory, state) VALUES ('registrations', ?, 'open')",
                               (("XA",), ("XB",)))  # fmt: skip
    connection.close()


def _account(one: Account) -> tuple[str, ...]:
    return (one.number, one.kind, one.name, one.mail, one.post, one.language, one.country, one.licence,
            one.company_number, one.status)  # fmt: skip


def _item(item: Item) -> tuple[str, ...]:
    stated = (item.attributes.get(name, "") for name in ("gtin", "brand", "model"))
    return (item.id, item.kind, item.account, item.title, item.text, item.language, item.category, item.price,
            item.currency, item.url, *stated, item.published.isoformat())  # fmt: skip


class Shop:
    """A look at the shop, and what its own people and its sellers do there (Rectify writes through a connector)."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def standing(self, item: str) -> dict[str, str]:
        """Storefront -> state of an item; deleted ones are `gone`."""
        query = "SELECT storefront, iif(deleted IS NULL, state, 'gone') FROM shelf WHERE item = ? ORDER BY storefront"
        with self._open() as connection:
            return dict(connection.execute(query, (item,)))

    def all_standing(self) -> Mapping[tuple[str, str], str]:
        """(item, storefront) -> state of everything in the market."""
        query = "SELECT item, storefront, iif(deleted IS NULL, state, 'gone') FROM shelf"
        with self._open() as connection:
            return {(item, front): state for item, front, state in connection.execute(query)}

    def counts(self, shelf: str = "shelf") -> dict[tuple[str, str], int]:
        """(storefront, state) -> how many items."""
        assert shelf in _SHELVES
        query = f"SELECT storefront, iif(deleted IS NULL, state, 'gone'), count(*) FROM {shelf} GROUP BY 1, 2"  # noqa: S608
        with self._open() as connection:
            return {(front, state): n for front, state, n in connection.execute(query)}

    def told(self) -> int:
        """How many notices to buyers are in the outbox."""
        with self._open() as connection:
            return int(connection.execute("SELECT count(*) FROM outbox").fetchone()[0])

    def put(self, item: str, state: str) -> None:
        """The shop's own people set a state in all storefronts, for reasons of their own."""
        self._act("UPDATE shelf SET state = ? WHERE item = ?", (state, item))

    def delete(self, item: str, at: str) -> None:
        """The seller deletes an item."""
        self._act("UPDATE shelf SET deleted = ? WHERE item = ?", (at, item))

    def _act(self, statement: str, values: Iterable[str]) -> None:
        with self._open() as connection:
            connection.execute(statement, tuple(values))

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        connection = sqlite3.connect(self._path, timeout=30)
        try:
            with connection:
                yield connection
        finally:
            connection.close()
