"""A store gives whole writes and consistent reads, and says in a sentence what is wrong with it."""

import os
import sqlite3
import stat
import threading
from contextlib import closing

import pytest
from sqlalchemy import text

from rectify.store import connection as store_connection
from rectify.store.connection import open_store
from rectify.terms.errors import Broken, Missing


@pytest.fixture
def url(tmp_path):
    return f"sqlite:///{tmp_path / 'rectify.db'}"


@pytest.fixture(params=["memory", "file"])
def store(request, url):
    with closing(open_store("sqlite://" if request.param == "memory" else url)) as opened:
        with opened.writing() as connection:
            connection.execute(text("CREATE TABLE notes (said TEXT)"))
        yield opened


def said(store):
    with store.reading() as connection:
        return [row.said for row in connection.execute(text("SELECT said FROM notes ORDER BY said"))]


def write(connection, *notes):
    for note in notes:
        connection.execute(text("INSERT INTO notes VALUES (:said)"), {"said": note})


def limited(connection, pragma, *notes):
    connection.exec_driver_sql(f"PRAGMA {pragma}")
    write(connection, *notes)


def test_a_write_is_whole(store):
    with store.writing() as connection:
        write(connection, "a", "b")
    assert said(store) == ["a", "b"]


def test_an_error_leaves_nothing_behind(store):
    with pytest.raises(ZeroDivisionError), store.writing() as connection:
        write(connection, "a", *(1 // n for n in (1, 0)))
    assert said(store) == []


def test_a_write_inside_a_write_is_refused(store):
    with store.writing() as connection:
        write(connection, "a")
        with pytest.raises(Broken, match="write was begun inside a write"), store.writing():
            pass
    assert said(store) == ["a"]


def test_a_read_inside_a_write_is_refused_since_it_would_see_the_state_before(store):
    with store.writing(), pytest.raises(Broken, match="read was begun inside a write"), store.reading():
        pass


def test_a_write_inside_a_read_is_refused(store):
    with store.reading(), pytest.raises(Broken, match="write was begun inside a read"), store.writing():
        pass


def test_a_read_inside_a_read_is_the_same_read(store):
    with store.reading() as outer, store.reading() as inner:
        assert inner is outer
    assert said(store) == []


def test_text_sorts_by_code_point(store):
    with store.writing() as connection:
        write(connection, "é", "z", "Z", "中", "\U0001f600", "a")
    assert said(store) == sorted(["é", "z", "Z", "中", "\U0001f600", "a"])


def test_a_read_sees_one_state_while_another_thread_writes(url):
    with closing(open_store(url)) as store:
        with store.writing() as connection:
            connection.execute(text("CREATE TABLE notes (said TEXT)"))

        def other():
            with store.writing() as connection:
                write(connection, "later")

        with store.reading() as connection:
            before = connection.execute(text("SELECT count(*) FROM notes")).scalar()
            thread = threading.Thread(target=other)
            thread.start()
            thread.join()
            assert connection.execute(text("SELECT count(*) FROM notes")).scalar() == before == 0
        assert said(store) == ["later"]


def test_every_connection_writes_through_to_the_disk(url):
    with closing(open_store(url)) as store, store.reading() as connection:
        pragma = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys", "wal_autocheckpoint", "secure_delete")
        }
    assert pragma == {
        "journal_mode": "wal",
        "synchronous": 2,
        "foreign_keys": 1,
        "wal_autocheckpoint": 0,
        "secure_delete": 1,
    }


def test_what_was_written_is_there_after_opening_again(url):
    with closing(open_store(url)) as store, store.writing() as connection:
        connection.execute(text("CREATE TABLE notes (said TEXT)"))
        write(connection, "kept")
    with closing(open_store(url)) as store:
        assert said(store) == ["kept"]


def test_only_its_owner_reads_a_new_store(url, tmp_path):
    with closing(open_store(url)) as store, store.writing() as connection:
        connection.execute(text("CREATE TABLE notes (said TEXT)"))
        modes = {file.name: stat.S_IMODE(file.stat().st_mode) for file in tmp_path.iterdir()}
    assert len(modes) == 3
    assert set(modes.values()) == {0o600}


def test_another_database_is_refused_and_left_alone(url, tmp_path):
    with closing(sqlite3.connect(tmp_path / "rectify.db")) as shop:
        shop.execute("CREATE TABLE listings (id TEXT)")
    with pytest.raises(Broken, match="not a Rectify store"):
        open_store(url)
    with closing(sqlite3.connect(tmp_path / "rectify.db")) as shop:
        assert shop.execute("SELECT count(*) FROM sqlite_master").fetchone() == (1,)
        assert shop.execute("PRAGMA journal_mode").fetchone() == ("delete",)


def test_a_file_that_is_no_database_is_refused(url, tmp_path):
    (tmp_path / "rectify.db").write_text("store: sqlite:///rectify.db\n" * 100, encoding="utf-8")
    with pytest.raises(Broken, match="not a Rectify store"):
        open_store(url)


def test_a_store_of_a_newer_version_is_refused(url):
    with closing(open_store(url)) as store, store.writing() as connection:
        connection.execute(text("UPDATE schema SET version = 99"))
    with pytest.raises(Broken, match="newer Rectify") as refused:
        open_store(url)
    assert "newer version" in refused.value.remedy


def test_a_missing_folder_is_named(tmp_path):
    with pytest.raises(Broken, match="does not exist"):
        open_store(f"sqlite:///{tmp_path}/nowhere/rectify.db")


def test_other_databases_are_told_to_be_missing():
    with pytest.raises(Missing, match="postgresql is not supported yet"):
        open_store("postgresql://rectify@db/rectify")
    with pytest.raises(Broken, match="not the address of a store"):
        open_store("rectify.db")


def test_a_busy_store_says_so(url, tmp_path, monkeypatch):
    monkeypatch.setattr(store_connection, "BUSY_SECONDS", 0.02)
    with closing(open_store(url)) as store, closing(sqlite3.connect(tmp_path / "rectify.db")) as other:
        other.isolation_level = None
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(Broken, match="is busy"), store.writing():
            pass
        other.execute("ROLLBACK")
        with store.writing():
            pass


def test_a_full_disk_says_so_and_loses_nothing(store):
    with store.writing() as connection:
        write(connection, "kept")
    with store.reading() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar()
    with pytest.raises(Broken, match="is full; nothing of this step was written"), store.writing() as connection:
        limited(connection, f"max_page_count={pages + 2}", *["x" * 4000] * 10)
    assert said(store) == ["kept"]


def test_a_store_that_cannot_be_written_says_so(store):
    with pytest.raises(Broken, match="can be read but not written"), store.writing() as connection:
        limited(connection, "query_only=ON", "x")


def test_a_damaged_page_is_named(url, tmp_path):
    with closing(open_store(url)) as store, store.writing() as connection:
        connection.execute(text("CREATE TABLE notes (said TEXT)"))
        write(connection, *["x" * 900] * 40)
    file = tmp_path / "rectify.db"
    data = bytearray(file.read_bytes())
    at = 4096 * (len(data) // 4096 - 2)
    data[at : at + 16] = bytes(range(200, 216))
    file.write_bytes(data)
    with closing(open_store(url)) as store:
        assert store.damage()


def test_an_intact_store_has_no_damage(store):
    assert store.damage() == []


def test_the_log_is_copied_and_cut(url, tmp_path, monkeypatch):
    monkeypatch.setattr(store_connection, "CHECKPOINT_BYTES", 200_000)
    log = tmp_path / "rectify.db-wal"
    with closing(open_store(url)) as store:
        with store.writing() as connection:
            connection.execute(text("CREATE TABLE notes (said TEXT)"))
            write(connection, *["x" * 1000] * 300)
        assert log.stat().st_size > 200_000
        with store.writing() as connection:
            write(connection, "y")
        assert log.stat().st_size < 50_000
        assert os.path.getsize(tmp_path / "rectify.db") > 200_000
        assert len(said(store)) == 301


def test_a_checkpoint_leaves_a_reader_its_state(url):
    with closing(open_store(url)) as store:
        with store.writing() as connection:
            connection.execute(text("CREATE TABLE notes (said TEXT)"))

        def other():
            with store.writing() as connection:
                write(connection, "later")
            store.checkpoint()

        with store.reading() as connection:
            assert connection.execute(text("SELECT count(*) FROM notes")).scalar() == 0
            thread = threading.Thread(target=other)
            thread.start()
            thread.join()
            assert connection.execute(text("SELECT count(*) FROM notes")).scalar() == 0
        assert said(store) == ["later"]


def test_a_programmers_fault_stays_what_it_is(store):
    with pytest.raises(Exception, match="no such table") as error, store.reading() as connection:
        connection.execute(text("SELECT * FROM absent"))
    assert not isinstance(error.value, Broken)
