"""Versions of packs: one in force, one in shadow, and each kept whole under its digest."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Connection, select, update

from rectify.rules.pack import Pack
from rectify.rules.pack_tables import (
    PacksTable,
    digests_kept,
    kept,
    pack_moves,
    pack_states,
    packs_kept,
    versions_kept,
)
from rectify.rules.packing import kept_document, kept_pack
from rectify.store.connection import open_store
from rectify.store.tables import clear
from rectify.terms.entry import Entry, Json, Opened
from rectify.terms.errors import Broken

from .pack_folders import changed, read

AT = datetime(2026, 11, 20, 9, tzinfo=UTC)


@pytest.fixture
def connection() -> Iterator[Connection]:
    store = open_store("sqlite://")
    with store.writing() as connection:
        clear(connection, [PacksTable()])
        yield connection
    store.close()


def entry(number: int, kind: str, body: dict[str, Json], **private: Json) -> Opened:
    return Opened(Entry(number, "house", number, "", AT, kind, 1, "person:a", body), private)


def moved(number: int, version: int, to: str, before: str = "draft", reason: str | None = None) -> Opened:
    body = {"pack": "p", "version": version, "digest": f"d{version}", "from": before, "to": to}
    return entry(number, "pack_moved", body, reason=reason)


def kept_entry(number: int, pack: Pack, document: Json = None) -> Opened:
    body = {"pack": pack.name, "version": pack.version, "digest": pack.digest}
    return entry(number, "pack_kept", body, document=document or kept_document(pack))


def states(connection: Connection) -> dict[int, str]:
    return {one.version: one.state for one in pack_states(connection)}


def test_one_version_is_in_force_and_one_in_shadow(connection):
    table = PacksTable()
    for number, (version, to) in enumerate([(1, "shadow"), (1, "in force"), (2, "shadow"), (3, "shadow")]):
        table.apply(connection, moved(number, version, to))
    assert states(connection) == {1: "in force", 2: "replaced", 3: "shadow"}
    table.apply(connection, moved(9, 3, "in force", "shadow"))
    assert states(connection) == {1: "replaced", 2: "replaced", 3: "in force"}
    table.apply(connection, moved(10, 3, "draft", "in force", "it found too much"))
    assert states(connection) == {1: "replaced", 2: "replaced", 3: "draft"}
    last = pack_moves(connection, "p")[-1]
    assert (last.before, last.to, last.reason, last.at) == (
        "in force",
        "draft",
        "it found too much",
        "2026-11-20T09:00:00Z",
    )


def test_the_packs_of_others_stay_where_they_are(connection):
    PacksTable().apply(connection, moved(0, 1, "in force"))
    PacksTable().apply(connection, entry(1, "pack_moved", {"pack": "q", "version": 1, "digest": "d", "from": "draft",
                                                           "to": "in force"}))  # fmt: skip
    assert [one.pack for one in pack_states(connection) if one.state == "in force"] == ["p", "q"]
    assert [one.pack for one in pack_states(connection, "q")] == ["q"]
    assert [one.pack for one in pack_moves(connection, "q")] == ["q"]


def test_a_version_is_given_back_by_its_digest(connection, tmp_path: Path):
    first = read(tmp_path / "a")
    second = read(tmp_path / "b", changed("lifetime", "lifelong").replace("title:", "version: 2\ntitle:", 1))
    for number, pack in enumerate((second, first)):
        PacksTable().apply(connection, kept_entry(number, pack))
    found = packs_kept(connection, [first.digest, second.digest, "nobody's"])
    assert set(found) == {first.digest, second.digest}
    assert replace(found[first.digest], trials=()) == replace(first, trials=())
    assert [len(found[one.digest].trials) for one in (first, second)] == [2, 2]
    assert versions_kept(connection, first.name) == [(1, first.digest), (2, second.digest)]
    assert digests_kept(connection) == {first.digest, second.digest}


def test_a_version_that_was_erased_is_not_among_them(connection, tmp_path):
    pack = read(tmp_path)
    body = {"pack": pack.name, "version": 1, "digest": pack.digest}
    PacksTable().apply(connection, entry(0, "pack_kept", body, document=None))
    assert packs_kept(connection, [pack.digest]) == {}
    assert digests_kept(connection) == frozenset()


@pytest.mark.parametrize("change", [
    lambda d: d["words"]["service"]["terms"].append(["proxy", "en", False, False]) or d["notes"]["service"].append(""),
    lambda d: d["rules"][0].update(verdict="review"),
    lambda d: d.update(version=2),
    lambda d: d.update(kept=2),
    lambda d: d.pop("notes"),
    lambda d: d["rules"][0].update(when="service and"),
])  # fmt: skip
def test_what_was_changed_since_it_was_kept_is_refused(change, tmp_path):
    document = copy.deepcopy(kept_document(read(tmp_path)))
    change(document)
    with pytest.raises(Broken):
        kept_pack(document)


def test_a_version_under_the_digest_of_another_is_refused(connection, tmp_path):
    pack = read(tmp_path)
    PacksTable().apply(connection, kept_entry(0, pack))
    connection.execute(update(kept).values(digest="0" * 64))
    with pytest.raises(Broken, match="another digest"):
        packs_kept(connection, ["0" * 64])


def test_a_refill_gives_the_same_tables(connection, tmp_path):
    table, pack = PacksTable(), read(tmp_path)
    entries = [
        kept_entry(0, pack),
        moved(1, 1, "shadow"),
        moved(2, 1, "in force", "shadow", "why not"),
        moved(3, 2, "shadow"),
    ]

    def fill() -> list[list[tuple]]:
        for opened in entries:
            table.apply(connection, opened)
        return [[tuple(row) for row in connection.execute(select(t))] for t in table.metadata.sorted_tables]

    first = fill()
    clear(connection, [table])
    assert fill() == first
