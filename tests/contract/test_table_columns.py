"""The table connector and what a host's columns hold: an id of a seller's making reaches no row that is not its own."""

from __future__ import annotations

import sqlite3
from datetime import UTC, datetime

import pytest

from rectify.measures.connector import HostPlace
from rectify.measures.table import TableConnector
from rectify.terms.claim import Effect
from rectify.terms.errors import Faulty
from rectify.terms.measure import Change, OutcomeKind

OPEN, REMOVED, GONE = Effect.OPEN, Effect.REMOVED, Effect.GONE
DONE, REFUSED = OutcomeKind.DONE, OutcomeKind.REFUSED
CHANGES = "CREATE TABLE rectify_changes (key TEXT PRIMARY KEY, version TEXT NOT NULL, at TEXT NOT NULL);"
NUMBERED = "CREATE TABLE shelf (id INTEGER, storefront TEXT, state TEXT, version INTEGER, k TEXT DEFAULT '');"
ROWS = "INSERT INTO shelf (id, storefront, state, version) VALUES (7, 'xa', 'visible', 1), (8, 'xa', 'visible', 1);"
NOTICES = "CREATE TABLE notices (id INTEGER PRIMARY KEY, item INTEGER, storefront TEXT, change_key TEXT);"
ODD = ["007", "٧", "+7", " 7", "7 ", "7.0", "--5", "-", "-0", "", "9" * 25, "9" * 5000, "\ud800", "7\x00", "7_0", "0x7"]


@pytest.fixture
def host(tmp_path):
    """Makes a host's database, and a connector to it."""
    opened = []

    def made(ddl: str, **options: object) -> TableConnector:
        connection = sqlite3.connect(tmp_path / "shop.db")
        connection.executescript(ddl + CHANGES)
        connection.close()
        opened.append(
            TableConnector(
                {"folder": str(tmp_path), "url": "sqlite:///shop.db", **options},
                lambda: datetime(2026, 11, 23, tzinfo=UTC),
            )
        )
        return opened[-1]

    yield made
    for connector in opened:
        connector.close()


def rows(tmp_path, query: str) -> list[tuple[object, ...]]:
    connection = sqlite3.connect(tmp_path / "shop.db")
    found = connection.execute(query).fetchall()
    connection.close()
    return found


def at(item: str, kind: str = "item") -> HostPlace:
    return HostPlace(kind, item, "xa")


def removal(item: str, key: str = "k", version: str = "1") -> Change:
    return Change(key, "remove_item", "item", item, "xa", REMOVED, OPEN, version)


@pytest.mark.parametrize("odd", ODD)
def test_an_id_that_no_row_would_answer_with_reaches_none_and_costs_only_itself(host, tmp_path, odd):
    connector = host(NUMBERED + ROWS, items={"table": "shelf"})
    assert [seen.state for seen in connector.read([at(odd), at("8")])] == [GONE, OPEN]
    answers = connector.write([removal(odd, "k1"), removal("8", "k2")])
    assert [answer.what for answer in answers] == [REFUSED, DONE]
    assert rows(tmp_path, "SELECT id, state FROM shelf ORDER BY id") == [(7, "visible"), (8, "removed")]


@pytest.mark.parametrize("odd", ODD)
def test_no_buyers_are_told_of_an_item_by_another_spelling_of_its_number(host, tmp_path, odd):
    connector = host(NUMBERED + ROWS + NOTICES, items={"table": "shelf"}, buyers={"table": "notices"})
    tell = Change("k", "tell_buyers", "buyers", odd, "xa", Effect.LABELLED, OPEN, "0")
    assert connector.read([at(odd, "buyers")])[0].state is GONE
    assert [answer.what for answer in connector.write([tell])] == [REFUSED]
    assert rows(tmp_path, "SELECT * FROM notices") == []


def test_without_a_table_of_items_no_notice_is_written_that_names_nothing(host, tmp_path):
    connector = host(NOTICES, buyers={"table": "notices"})
    tell = Change("k", "tell_buyers", "buyers", "--5", "xa", Effect.LABELLED, OPEN, "0")
    assert [answer.what for answer in connector.write([tell])] == [REFUSED]
    assert rows(tmp_path, "SELECT * FROM notices") == []


def test_rows_without_an_id_are_nobodys(host, tmp_path):
    ddl = NUMBERED + "INSERT INTO shelf (id, storefront, state, version) VALUES (NULL, 'xa', 'visible', 1);"
    connector = host(ddl, items={"table": "shelf"})
    assert connector.write([removal("x")])[0].what is REFUSED
    assert rows(tmp_path, "SELECT state FROM shelf") == [("visible",)]


@pytest.mark.parametrize("version", ["9" * 5000, "9" * 20, "None", "", "1.5", "01", "١"])
def test_a_version_that_counts_nothing_is_refused_and_costs_only_itself(host, version):
    connector = host(NUMBERED + ROWS, items={"table": "shelf"})
    answers = connector.write([removal("7", "k1", version), removal("8", "k2")])
    assert [answer.what for answer in answers] == [REFUSED, DONE]


def test_a_row_whose_version_is_no_number_cannot_be_read(host):
    ddl = NUMBERED + ("INSERT INTO shelf (id, storefront, state, version) VALUES "
                      "(1, 'xa', 'visible', NULL), (2, 'xa', 'visible', 'x'), (3, 'xa', 'visible', 1.5);")  # fmt: skip
    connector = host(ddl, items={"table": "shelf"})
    assert connector.read([at("1"), at("2"), at("3")]) == [None, None, None]


def test_a_column_that_holds_two_spellings_for_one_is_asked_for_the_exact_one(host, tmp_path):
    ddl = ("CREATE TABLE shelf (id TEXT COLLATE NOCASE, storefront TEXT, state TEXT, version INTEGER);"
           "INSERT INTO shelf VALUES ('A', 'xa', 'visible', 1);")  # fmt: skip
    connector = host(ddl, items={"table": "shelf"})
    assert connector.read([at("a")])[0].state is GONE
    assert [answer.what for answer in connector.write([removal("a", "k1"), removal("A", "k2")])] == [REFUSED, DONE]
    assert rows(tmp_path, "SELECT state FROM shelf") == [("removed",)]


@pytest.mark.parametrize(
    ("column", "kept", "lost"),
    [
        ("TEXT", "''", "'2026-11-20'"),
        ("TEXT", "NULL", "'yes'"),
        ("INTEGER", "0", "1"),
        ("INTEGER", "NULL", "7"),
        ("BOOLEAN", "0", "1"),
        ("BOOLEAN", "NULL", "1"),
        ("NUMERIC", "0", "1"),
        ("DATETIME", "NULL", "'some day'"),
        ("TIMESTAMP", "NULL", "'2026-11-20 10:00:00'"),
    ],
)
def test_what_is_read_as_deleted_and_what_is_written_to_are_never_the_same(host, tmp_path, column, kept, lost):
    ddl = (f"CREATE TABLE shelf (id TEXT, storefront TEXT, state TEXT, version INTEGER, deleted {column});"
           f"INSERT INTO shelf VALUES ('kept', 'xa', 'visible', 1, {kept}), ('lost', 'xa', 'visible', 1, {lost});")  # fmt: skip
    connector = host(ddl, items={"table": "shelf", "gone": "deleted"})
    assert [seen.state for seen in connector.read([at("kept"), at("lost")])] == [OPEN, GONE]
    answers = connector.write([removal("kept", "k1"), removal("lost", "k2")])
    assert [answer.what for answer in answers] == [DONE, REFUSED]


def test_states_that_are_numbers_are_read_and_written_as_numbers(host, tmp_path):
    ddl = ("CREATE TABLE shelf (id TEXT, storefront TEXT, state INTEGER, version INTEGER);"
           "INSERT INTO shelf VALUES ('a', 'xa', 1, 1);")  # fmt: skip
    connector = host(ddl, items={"table": "shelf", "words": {"visible": "1", "removed": "0"}})
    assert connector.read([at("a")])[0].state is OPEN
    assert connector.write([removal("a")])[0].what is DONE
    assert connector.read([at("a")])[0].state is REMOVED
    assert rows(tmp_path, "SELECT state, typeof(state) FROM shelf") == [(0, "integer")]


@pytest.mark.parametrize(
    ("columns", "options", "told"),
    [
        ("id TEXT, storefront TEXT, state INTEGER, version INTEGER", {}, 'state can never hold "visible"'),
        ("id TEXT, storefront TEXT, state BOOLEAN, version INTEGER", {}, "items.state: state holds neither text nor"),
        ("id STRING, storefront TEXT, state TEXT, version INTEGER", {}, "items.id: id holds neither text nor"),
        ("id, storefront TEXT, state TEXT, version INTEGER", {}, "items.id: id holds neither text nor"),
        ("id TEXT, storefront REAL, state TEXT, version INTEGER", {}, "items.storefront: storefront holds neither"),
        ("id TEXT, storefront TEXT, state TEXT, version", {}, "items.version: version is not a whole number"),
        (
            "id TEXT, storefront TEXT, state TEXT, version INTEGER, k INTEGER",
            {"key": "k"},
            "items.key: k does not hold",
        ),
    ],
)
def test_a_column_that_never_fits_is_refused_at_set_up(host, columns, options, told):
    with pytest.raises(Faulty) as caught:
        host(f"CREATE TABLE shelf ({columns});", items={"table": "shelf", **options})
    assert any(told in fault.text for fault in caught.value.faults), caught.value.faults
