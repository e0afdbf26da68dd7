"""One contract, every connector: compare and set, one effect a key, versions that never repeat, whose hand."""

from __future__ import annotations

import re
import sqlite3
from datetime import UTC, datetime
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from rectify.measures.connector import Capabilities, Connector, HostPlace
from rectify.measures.memory import EVERYTHING, MemoryConnector
from rectify.measures.rehearsal import RehearsalConnector
from rectify.measures.table import TableConnector
from rectify.terms.claim import NAMES, Effect
from rectify.terms.errors import Faulty, Missing
from rectify.terms.measure import Change, OutcomeKind, Seen

PAGE = (Path(__file__).parents[2] / "docs" / "reference" / "connectors.md").read_text(encoding="utf-8")
DDL = re.search(r"```sql\n(.*?)```", PAGE, re.S)[1]
SETTINGS = YAML(typ="safe").load(re.search(r"settings that go with them:\n\n```yaml\n(.*?)```", PAGE, re.S)[1])["shop"]
NOW = datetime(2026, 11, 20, 8, tzinfo=UTC)
OPEN, LABELLED, RESTRICTED, REMOVED, GONE = Effect
ITEM, OTHER = HostPlace("item", "GW-1", "xa"), HostPlace("item", "GW-1", "xb")
ACCOUNT, SERVICE = HostPlace("account", "S-1", "XA"), HostPlace("service", "registrations", "XA")
BUYERS = HostPlace("buyers", "GW-1", "xa")
COLUMNS = {"item": ("listing_states", "listing", "storefront"), "account": ("seller_states", "seller", "territory"),
           "service": ("service_states", "service", "territory")}  # fmt: skip


def clock():
    return NOW


class Memory:
    """The twin, and its host's own hand."""

    def __init__(self, folder, **kind):
        self.connector = MemoryConnector(clock=clock, **kind)

    def put(self, place, state):
        self.connector.put(place, state)

    def act(self, place, what):
        self.connector.act(place.kind, place.target, what)


class Table:
    """The tables of the reference page in a real file, and a shop that writes states without knowing of Rectify."""

    def __init__(self, folder, marks=True, **_):
        self.file = folder / "shop.db"
        self.sql(DDL)
        options = {name: value for name, value in SETTINGS.items() if name != "type"}
        if not marks:
            options |= {
                n: {k: v for k, v in options[n].items() if k != "key"} for n in ("items", "accounts", "services")
            }
        self.connector = TableConnector({**options, "folder": str(folder)}, clock)

    def sql(self, text, *values):
        with sqlite3.connect(self.file, timeout=5) as connection:
            if values:
                connection.execute(text, values)
            else:
                connection.executescript(text)
        connection.close()

    def put(self, place, state):
        if place.kind == "buyers":
            return
        table, target, storefront = COLUMNS[place.kind]
        self.sql(
            f"INSERT OR IGNORE INTO {table} ({target}, {storefront}) VALUES (?, ?)", place.target, place.storefront
        )
        self.sql(f"UPDATE {table} SET state = ? WHERE {target} = ? AND {storefront} = ?", NAMES[place.kind][state],
                 place.target, place.storefront)  # fmt: skip

    def act(self, place, what):
        gone = {"delete": 1, "revive": 0}.get(what)
        if gone is not None:
            self.sql("UPDATE listing_states SET deleted = ? WHERE listing = ?", gone, place.target)


@pytest.fixture(params=[Memory, Table], ids=["memory", "table"])
def host(request, tmp_path):
    made = request.param(tmp_path)
    for place in (ITEM, OTHER, ACCOUNT, SERVICE, BUYERS):
        made.put(place, OPEN)
    yield made
    if isinstance(made, Table):
        made.connector.close()


@pytest.fixture(params=[Memory, Table], ids=["memory", "table"])
def silent(request, tmp_path):
    """A host that cannot tell whose hand it was."""
    made = request.param(tmp_path, marks=False)
    made.put(ITEM, OPEN)
    yield made
    if isinstance(made, Table):
        made.connector.close()


def seen(host, place=ITEM):
    (found,) = host.connector.read([place])
    assert found is not None
    return found


def change(host, wanted, key="k1", place=ITEM, **other):
    here = seen(host, place)
    given = {"found": here.state, "version": here.version, **other}
    return Change(key, "measure", place.kind, place.target, place.storefront, wanted, given["found"], given["version"])


def write(host, wanted, key="k1", place=ITEM, **other):
    (answer,) = host.connector.write([change(host, wanted, key, place, **other)])
    assert answer.key == key
    return answer


def test_it_is_a_connector_and_says_what_it_can_write(host):
    able = host.connector.capabilities()
    assert isinstance(host.connector, Connector)
    assert isinstance(able, Capabilities)
    assert able.measures == EVERYTHING.measures
    assert able.writable("item", "xa") == {OPEN, LABELLED, RESTRICTED, REMOVED}
    assert able.writable("account", "XA") == {OPEN, RESTRICTED, REMOVED}
    assert able.writable("buyers", "xa") == {LABELLED}


def test_it_reads_in_the_order_asked_and_what_is_not_there_is_gone(host):
    host.put(OTHER, LABELLED)
    nowhere = HostPlace("item", "GW-404", "xa")
    found = host.connector.read([OTHER, nowhere, ACCOUNT, ITEM])
    assert [here.state for here in found] == [LABELLED, GONE, OPEN, OPEN]
    assert {here.at for here in found} == {NOW}
    assert host.connector.read([]) == []


@pytest.mark.parametrize(
    ("place", "wanted"), [(ITEM, REMOVED), (ITEM, LABELLED), (ACCOUNT, RESTRICTED), (SERVICE, REMOVED)]
)
def test_a_change_is_written_once_and_read_back_with_its_key_and_version(host, place, wanted):
    answer = write(host, wanted, place=place)
    assert answer.what is OutcomeKind.DONE
    here = seen(host, place)
    assert (here.state, here.version, here.key) == (wanted, answer.version, "k1")


def test_a_change_moves_its_own_place_alone(host):
    write(host, REMOVED)
    assert [here.state for here in host.connector.read([OTHER, ACCOUNT, SERVICE, BUYERS])] == [OPEN] * 4


def test_the_same_key_has_one_effect_and_one_answer_however_often_it_is_sent(host):
    sent = change(host, REMOVED)
    first, second = (host.connector.write([sent])[0] for _ in range(2))
    assert first == second
    host.put(ITEM, OPEN)
    assert host.connector.write([sent]) == [first]
    assert seen(host).state is OPEN


def test_another_version_or_another_state_is_refused_and_nothing_is_written(host):
    old = change(host, REMOVED)
    host.put(ITEM, LABELLED)
    assert host.connector.write([old])[0].what is OutcomeKind.REFUSED
    assert write(host, REMOVED, "k2", found=RESTRICTED).what is OutcomeKind.REFUSED
    assert write(host, REMOVED, "k3", version="never").what is OutcomeKind.REFUSED
    assert seen(host).state is LABELLED
    assert write(host, REMOVED, "k4").what is OutcomeKind.DONE


def test_a_refused_key_is_refused_again(host):
    old = change(host, REMOVED)
    host.put(ITEM, OPEN)
    assert {host.connector.write([old])[0].what for _ in range(2)} == {OutcomeKind.REFUSED}


def test_the_same_state_can_be_written_again_and_moves_the_version(host):
    """So that a lost change is overtaken."""
    lost = change(host, REMOVED, "lost")
    answer = write(host, OPEN, "overtakes")
    assert answer.what is OutcomeKind.DONE
    assert answer.version != lost.version
    assert host.connector.write([lost])[0].what is OutcomeKind.REFUSED


def test_a_version_never_repeats(host):
    versions = [seen(host).version]
    for n, state in enumerate((REMOVED, OPEN, REMOVED, OPEN)):
        write(host, state, f"k{n}")
        versions.append(seen(host).version)
        host.put(ITEM, state)
        versions.append(seen(host).version)
    assert len(set(versions)) == len(versions)


def test_the_hosts_own_hand_takes_the_key_away_also_where_it_chooses_the_same(host):
    write(host, REMOVED)
    host.put(ITEM, REMOVED)
    assert (seen(host).state, seen(host).key) == (REMOVED, "")


def test_what_was_deleted_is_gone_is_not_written_and_comes_back_with_our_key(host):
    write(host, REMOVED)
    host.act(ITEM, "delete")
    assert seen(host).state is GONE
    assert write(host, OPEN, "k2", found=REMOVED).what is OutcomeKind.REFUSED
    host.act(ITEM, "revive")
    assert (seen(host).state, seen(host).key) == (REMOVED, "k1")


def test_a_host_that_cannot_tell_gives_no_key(silent):
    assert seen(silent).key is None
    assert write(silent, REMOVED).what is OutcomeKind.DONE
    assert seen(silent).key is None


def test_each_change_of_a_batch_stands_for_itself_in_order(host):
    changes = [
        change(host, REMOVED, "a"),
        change(host, LABELLED, "b", OTHER, version="9"),
        change(host, RESTRICTED, "c", ACCOUNT),
    ]
    answers = host.connector.write(changes)
    assert [answer.key for answer in answers] == ["a", "b", "c"]
    assert [answer.what for answer in answers] == [OutcomeKind.DONE, OutcomeKind.REFUSED, OutcomeKind.DONE]


def test_buyers_are_told_once_and_it_cannot_be_taken_back(host):
    assert seen(host, BUYERS).state is OPEN
    answer = write(host, LABELLED, place=BUYERS)
    assert (answer.what, seen(host, BUYERS).key) == (OutcomeKind.DONE, "k1")
    assert (seen(host, BUYERS).state, seen(host, BUYERS).version) == (LABELLED, answer.version)
    assert write(host, LABELLED, "k2", BUYERS, found=OPEN, version="0").what is OutcomeKind.REFUSED
    assert write(host, OPEN, "k3", BUYERS).what is OutcomeKind.REFUSED


def test_what_is_not_known_is_not_written(host):
    nowhere = HostPlace("item", "GW-404", "xa")
    assert write(host, REMOVED, place=nowhere, found=OPEN, version="1").what is OutcomeKind.REFUSED
    assert write(host, REMOVED, place=ITEM, found=GONE).what is OutcomeKind.REFUSED


# the rehearsal connector keeps to the same contract by writing nothing


def test_a_rehearsal_reads_all_as_swept_and_refuses_every_change_in_words():
    connector = RehearsalConnector({"folder": "."}, clock)
    assert isinstance(connector, Connector)
    assert connector.read([ITEM]) == [Seen(OPEN, "swept", "", NOW)]
    sent = Change("k1", "remove_item", *ITEM, REMOVED, OPEN, "swept")
    (answer,) = connector.write([sent])
    assert (answer.what, answer.note) == (OutcomeKind.REFUSED, "rehearsal only; would be removed instead of visible")
    assert connector.would == [sent]
    assert connector.read([ITEM]) == [Seen(OPEN, "swept", "", NOW)]


def test_a_rehearsal_can_be_told_what_the_host_will_be_able_to_write():
    connector = RehearsalConnector({"measures": ["remove_item"]}, clock)
    assert connector.capabilities().writable("item", "xa") == {OPEN, REMOVED}
    with pytest.raises(Faulty, match="remove_item"):
        RehearsalConnector({"measures": ["remove_itm"], "colour": "red"}, clock)


# the table connector and a host that is not as it should be


@pytest.fixture
def shop(tmp_path):
    made = Table(tmp_path)
    made.put(ITEM, OPEN)
    yield made
    made.connector.close()


def test_a_word_of_the_host_that_settings_do_not_have_cannot_be_read_and_stops_nothing_else(tmp_path, shop):
    shop.put(OTHER, OPEN)
    words = {"visible": "visible", "removed": "removed"}
    shop.put(OTHER, RESTRICTED)
    options = {"folder": str(tmp_path), "url": SETTINGS["url"], "items": {**SETTINGS["items"], "words": words}}
    connector = TableConnector(options, clock)
    assert [here and here.state for here in connector.read([OTHER, ITEM])] == [None, OPEN]
    assert connector.capabilities().measures == {"remove_item"}
    connector.close()


def test_settings_that_do_not_fit_the_tables_are_told_all_at_once(tmp_path, shop):
    options = {"folder": str(tmp_path), "url": SETTINGS["url"], "colour": "red", "undo": "maybe", "changes": "rectify_chnges",
               "items": {"table": "listing_states", "id": "lisitng", "stat": "x", "version": "state", "words": {"removed": "off"}},
               "accounts": {"table": "sellers"}}  # fmt: skip
    with pytest.raises(Faulty) as told:
        TableConnector(options, clock)
    text = "\n".join(str(fault) for fault in told.value.faults)
    for said in ("colour", "maybe", "rectify_changes", 'did you mean "listing"', '"stat"', "not a whole number",
                 "what is visible", "seller_states"):  # fmt: skip
        assert said in text
    assert len(told.value.faults) == 8


def test_what_may_be_written_can_be_less_than_what_can_be_read(tmp_path, shop):
    options = {"folder": str(tmp_path), "url": SETTINGS["url"], "items": SETTINGS["items"], "measures": ["remove_item"]}
    connector = TableConnector(options, clock)
    shop.put(ITEM, RESTRICTED)
    assert connector.read([ITEM])[0].state is RESTRICTED
    assert connector.capabilities().writable("item", "xa") == {OPEN, REMOVED}
    (answer,) = connector.write([change(shop, LABELLED)])
    assert answer.what is OutcomeKind.REFUSED
    connector.close()


def test_names_end_in_no_statement_unless_the_database_has_them(tmp_path, shop):
    options = {
        "folder": str(tmp_path),
        "url": SETTINGS["url"],
        "items": {"table": "listing_states; DROP TABLE listing_states"},
    }
    with pytest.raises(Faulty):
        TableConnector(options, clock)
    shop.put(HostPlace("item", "'; DROP TABLE listing_states; --", "xa"), OPEN)
    assert seen(shop, HostPlace("item", "'; DROP TABLE listing_states; --", "xa")).state is OPEN


def test_a_database_that_is_not_there_is_not_made(tmp_path):
    with pytest.raises(Missing):
        TableConnector({"folder": str(tmp_path), "url": "sqlite:///shop.db", "items": {"table": "t"}}, clock)
    assert not (tmp_path / "shop.db").exists()


def test_a_database_that_is_locked_answers_unknown_and_the_same_key_settles_it(shop, monkeypatch):
    sent = change(shop, REMOVED)
    holder = sqlite3.connect(shop.file, isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    with shop.connector._engine.connect() as connection:
        connection.connection.driver_connection.execute("PRAGMA busy_timeout = 50")
    assert shop.connector.write([sent])[0].what is OutcomeKind.UNKNOWN
    holder.execute("ROLLBACK")
    holder.close()
    assert shop.connector.write([sent])[0].what is OutcomeKind.DONE


def test_an_item_that_was_deleted_and_inserted_again_has_a_version_that_it_never_had(shop):
    versions = {seen(shop).version}
    for n in range(3):
        versions.add(write(shop, REMOVED, f"k{n}").version)
        shop.sql("DELETE FROM listing_states")
        assert seen(shop).state is GONE
        shop.put(ITEM, OPEN)
        versions.add(seen(shop).version)
    assert len(versions) == 7


def test_two_rows_for_one_place_are_refused(tmp_path):
    file = tmp_path / "shop.db"
    connection = sqlite3.connect(file)
    connection.executescript("""CREATE TABLE t (id INTEGER, storefront TEXT, state TEXT, version INTEGER);
        CREATE TABLE rectify_changes (key TEXT PRIMARY KEY, version TEXT, at TEXT);
        INSERT INTO t VALUES (1, 'xa', 'visible', 1), (1, 'xa', 'visible', 1);""")
    connection.close()
    connector = TableConnector({"folder": str(tmp_path), "url": "sqlite:///shop.db", "items": {"table": "t"}}, clock)
    place = HostPlace("item", "1", "xa")
    (answer,) = connector.write([Change("k", "remove_item", *place, REMOVED, OPEN, "1")])
    assert answer.what is OutcomeKind.REFUSED
    assert connector.read([place, HostPlace("item", "one", "xa")])[1].state is GONE
    assert connector.read([place])[0] == Seen(OPEN, "1", None, NOW)
    connector.close()


def test_buyers_are_told_also_of_an_item_that_was_deleted_but_not_where_it_never_stood(shop):
    shop.act(ITEM, "delete")
    assert seen(shop, BUYERS).state is OPEN
    assert seen(shop, HostPlace("buyers", "GW-1", "xb")).state is GONE
