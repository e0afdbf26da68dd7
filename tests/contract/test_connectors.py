"""One contract, every connector: compare and set, one effect a key, versions that never repeat, whose hand."""

from __future__ import annotations

import re
import sqlite3
import sys
import types
from dataclasses import fields, is_dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from rectify.measures import connector
from rectify.measures.answers import ANSWERS
from rectify.measures.connector import Capabilities, Connector, HostPlace
from rectify.measures.memory import EVERYTHING, Cell, MemoryConnector
from rectify.measures.rehearsal import RehearsalConnector
from rectify.measures.suite import ConnectorContract
from rectify.measures.table import TableConnector
from rectify.terms.claim import NAMES, Effect
from rectify.terms.errors import Faulty, Missing
from rectify.terms.measure import Change, Outcome, OutcomeKind, Seen

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


class Table:
    """The tables of the reference page in a real file, and a shop that writes states without knowing of Rectify."""

    def __init__(self, folder, marks=True):
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


class OnMemory(ConnectorContract):
    """The twin, and its host's own hand."""

    places = (ITEM, OTHER, ACCOUNT, SERVICE)
    buyers = BUYERS
    kind = MemoryConnector

    def begin(self, folder, clock):
        made = self.kind(clock=clock, marks=self.marks)
        for place in (*self.places, self.buyers):
            made.put(place, OPEN)
        return made

    def put(self, place, state):
        self.connector.put(place, state)

    def delete(self, place):
        self.connector.act(place.kind, place.target, "delete")

    def revive(self, place):
        self.connector.act(place.kind, place.target, "revive")


class TestMemory(OnMemory):
    pass


class TestMemoryThatCannotTellWhoseHand(OnMemory):
    marks = False


class TestTable(ConnectorContract):
    """The tables of the reference page."""

    places = (ITEM, OTHER, ACCOUNT, SERVICE)
    buyers = BUYERS

    def begin(self, folder, clock):
        self.shop = Table(folder, self.marks)
        for place in self.places:
            self.shop.put(place, OPEN)
        return self.shop.connector

    def put(self, place, state):
        self.shop.put(place, state)

    def delete(self, place):
        self.shop.act(place, "delete")

    def revive(self, place):
        self.shop.act(place, "revive")

    def end(self):
        self.shop.connector.close()


class TestTableThatCannotTellWhoseHand(TestTable):
    marks = False


# what the reference page shows to those who write a connector

BLOCKS = re.findall(r"```python\n(.*?)```", PAGE, re.S)
acme = types.ModuleType("acme_rectify")
sys.modules["acme_rectify"] = acme
exec(compile(BLOCKS[0], "acme_rectify.py", "exec"), vars(acme))
_page = {"__name__": "test_acme"}
exec(compile(BLOCKS[1], "test_acme.py", "exec"), _page)
TestJsonFile = _page["TestJsonFile"]


def test_the_example_of_the_page_is_whole():
    assert len(BLOCKS) == 2
    assert issubclass(TestJsonFile, ConnectorContract)
    assert TestJsonFile.__module__ == "test_acme"
    assert all(name in acme.__dict__ for name in re.findall(r'"acme_rectify:(\w+)"', PAGE))
    assert isinstance(acme.JsonFileConnector({"folder": "/nowhere", "file": "x.json"}, clock), Connector)


@pytest.mark.parametrize("record", [HostPlace, Seen, Change, Outcome, Capabilities])
def test_the_page_names_every_field_of_a_record_in_its_order(record):
    section = PAGE.split(f"### {record.__name__}\n")[1].split("\n#")[0]
    named = [field.name for field in fields(record)] if is_dataclass(record) else list(record._fields)
    assert re.findall(r"^\| `(\w+)` \|", section, re.M) == named


def test_the_page_has_the_words_of_all_states_and_all_outcomes_that_a_host_can_say():
    rows = dict(re.findall(r"^\| `(\w+)` \| (.*) \|$", PAGE.split("### Effect\n")[1].split("\n#")[0], re.M))
    kinds = ("item", "account", "service", "buyers")
    for effect in Effect:
        said = [cell.strip() for cell in rows[effect.name].split("|")]
        assert said == [NAMES[kind].get(effect, "-") for kind in kinds], effect
    section = PAGE.split("### Outcome\n")[1].split("\n#")[0]
    assert re.findall(r"^- `(\w+)`:", section, re.M) == [str(answer) for answer in ANSWERS]


def test_all_that_a_connector_needs_is_imported_from_one_place():
    for name in re.search(r"from rectify.measures.connector import ([^\n]+)", BLOCKS[0])[1].split(", "):
        assert name in connector.__all__


# hosts that do not keep to the contract are found out


class Forgetful(MemoryConnector):
    def land(self, change):
        self.answers.clear()
        return super().land(change)


class Blind(MemoryConnector):
    def land(self, change):
        here = self._seen(HostPlace(change.kind, change.target, change.storefront))
        return super().land(replace(change, found=here.state, version=here.version))


class Repeating(MemoryConnector):
    def _seen(self, place):
        return replace(super()._seen(place), version=str(int(super()._seen(place).state)))

    def _written(self, place, change):
        return replace(super()._written(place, change), version=str(int(change.wanted)))


class Backwards(MemoryConnector):
    def write(self, changes):
        return super().write(changes)[::-1]


class Wide(MemoryConnector):
    def _written(self, place, change):
        for other in list(self._places(place.kind, place.target)):
            self.cells[other] = Cell(change.wanted, self.cells[other].version + 1, change.key)
        return super()._written(place, change)


class Nameless(MemoryConnector):
    def _written(self, place, change):
        return replace(super()._written(place, change), version="")


class Possessive(MemoryConnector):
    def put(self, place, state):
        before = self.cells.get(place)
        super().put(place, state)
        self.cells[place] = self.cells[place]._replace(key=before.key if before else "")


class Lazy(MemoryConnector):
    def land(self, change):
        place = HostPlace(change.kind, change.target, change.storefront)
        if change.wanted is self._seen(place).state and change.key not in self.answers:
            return Outcome(change.key, OutcomeKind.DONE, change.version)
        return super().land(change)


def failures(kind):
    """Names of the tests of the contract that a kind of host does not pass, and what they say."""
    found = {}
    for name in sorted(name for name in dir(ConnectorContract) if name.startswith("test_")):
        contract = type("Contract", (OnMemory,), {"kind": kind})()
        contract.setup_method()
        try:
            getattr(contract, name)()
        except Exception as error:
            found[name] = str(error)
        finally:
            contract.teardown_method()
    return found


@pytest.mark.parametrize(
    ("kind", "told"),
    [
        (Forgetful, "a change from what stands"),
        (Blind, "a change from a version that no longer stands is refused"),
        (Repeating, "no version comes twice at a place"),
        (Backwards, "in the order of the changes"),
        (Wide, "other places stay open"),
        (Nameless, "what was done is read, in its version"),
        (Possessive, "the host's own hand leaves no key"),
        (Lazy, "writing the state that stands makes a new version"),
    ],
)
def test_a_host_that_does_not_keep_to_the_contract_is_told_what_it_breaks(kind, told):
    assert any(told in text for text in failures(kind).values()), failures(kind)


def test_the_twin_passes_all_of_it():
    assert failures(MemoryConnector) == {}


# helpers of the tests below


def seen(host, place=ITEM):
    (found,) = host.connector.read([place])
    assert found is not None
    return found


def change(host, wanted, key="k1", place=ITEM):
    here = seen(host, place)
    return Change(key, "measure", place.kind, place.target, place.storefront, wanted, here.state, here.version)


def write(host, wanted, key="k1", place=ITEM):
    (answer,) = host.connector.write([change(host, wanted, key, place)])
    return answer


@pytest.mark.parametrize("host", [MemoryConnector(clock=clock), None], ids=["memory", "table"])
def test_what_the_built_in_hosts_can_write(host, shop):
    able = (host or shop.connector).capabilities()
    assert able.measures == EVERYTHING.measures
    assert able.writable("item", "xa") == {OPEN, LABELLED, RESTRICTED, REMOVED}
    assert able.writable("account", "XA") == {OPEN, RESTRICTED, REMOVED}
    assert able.writable("buyers", "xa") == {LABELLED}


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
