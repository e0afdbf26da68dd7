"""What is appended stands, chained, with its tables and due work, or not at all."""

import threading
from datetime import datetime, timedelta, timezone

import pytest
from sqlalchemy import text

from rectify.ledger.entry import leaf_hash, write
from rectify.ledger.keys import Keys
from rectify.ledger.ledger import Ledger
from rectify.ledger.verify import verify_store
from rectify.store.connection import open_store
from rectify.store.due import DueWork
from rectify.terms.entry import HOUSE, Draft, Private
from rectify.terms.errors import Broken

from .world import AT, World, answer, ask, task


def test_a_ledger_begins_with_its_origin_and_its_key(world):
    world.append(ask())
    opened, named, asked = world.ledger.entries()
    assert [entry.kind for entry in (opened, named, asked)] == ["opened", "key_named", "asked"]
    assert opened.body["origin"].startswith("rectify/ledger-")
    assert named.body["public"] == world.keys.public.hex()
    assert (named.body["name"], named.body["key_id"]) == (opened.body["origin"], world.ledger.key.id.hex())
    assert {opened.actor, named.actor, asked.actor} == {"system", "person-1"}


def test_an_entry_is_chained_to_the_one_before_it_in_its_book(world):
    first, other, second = world.append(ask("order-1"), ask("order-2"), answer("order-1"))
    assert (first.book_sequence, second.book_sequence, other.book_sequence) == (0, 1, 0)
    assert (first.previous, other.previous) == ("", "")
    assert second.previous == leaf_hash(write(first)).hex()
    (third,) = world.append(task("order-1"))
    assert (third.book_sequence, third.previous) == (2, leaf_hash(write(second)).hex())
    assert [entry.sequence for entry in world.ledger.entries()] == list(range(6))


def test_what_append_gives_back_is_what_is_read(world):
    appended = world.append(ask(), answer(), task())
    assert list(world.ledger.entries(book="order-1")) == appended


def test_instants_are_kept_in_utc(world):
    with world.ledger.writing(datetime(2026, 11, 20, 9, tzinfo=timezone(timedelta(hours=1))), "system") as writing:
        writing.append(task())
        assert writing.at == AT
    assert [entry.at for entry in world.ledger.entries(book="order-1")] == [AT]
    with pytest.raises(Broken, match="without a zone"), world.ledger.writing(datetime(2026, 11, 20), "system"):  # noqa: DTZ001
        pass


def test_entries_are_chosen_by_book_kind_and_number(world):
    world.append(ask("order-1"), ask("order-2"), answer("order-1"))
    ledger = world.ledger
    assert [entry.kind for entry in ledger.entries(book="order-1")] == ["asked", "answered"]
    assert [entry.book for entry in ledger.entries(kinds=["asked"])] == ["order-1", "order-2"]
    assert [entry.kind for entry in ledger.entries(book=HOUSE, kinds=["opened"])] == ["opened"]
    assert [entry.sequence for entry in ledger.entries(upto=3)] == [0, 1, 2]
    assert list(ledger.entries(upto=0)) == []
    assert ledger.size() == 5


def test_reading_holds_nothing_open_and_ends_where_the_log_ended(world):
    world.append(ask())
    seen = 0
    for _ in world.ledger.entries():
        world.append(task())
        seen += 1
    assert seen == 3


def test_private_parts_are_sealed_and_open_again(world):
    (entry,) = world.append(ask(question="Which batch of the pram?"))
    assert "pram" not in write(entry).decode()
    assert set(entry.parts["question"]) == {"id", "subject", "commit"}
    (opened,) = world.ledger.opened(book="order-1")
    assert (opened.private, opened.entry) == ({"question": "Which batch of the pram?"}, entry)
    with world.store.reading() as connection:
        assert "pram" not in str(connection.execute(text("SELECT entry FROM entries")).all())


def test_tables_are_filled_in_the_same_transaction(world):
    with world.ledger.writing(AT, "system") as writing:
        writing.append(ask())
        rows = writing.connection.execute(text("SELECT question, answers FROM questions_asked")).all()
        assert [tuple(row) for row in rows] == [("Which batch?", 0)]
        writing.append(answer())
    assert world.room.rows(world.ledger) == [(2, "order-1", "Which batch?", 1)]


def test_a_transaction_sees_its_own_entries(world):
    world.append(ask("order-1"))
    with world.ledger.writing(AT, "system") as writing:
        writing.append(ask("order-1", "And now?"))
        assert [opened.private["question"] for opened in writing.opened(book="order-1")] == ["Which batch?", "And now?"]
        writing.append(answer("order-1"))
        assert [opened.entry.kind for opened in writing.opened(kinds=["answered"])] == ["answered"]


def test_due_work_commits_with_its_entry_or_not_at_all(world):
    with world.ledger.writing(AT, "system") as writing:
        writing.append(ask())
        writing.due("ask-1", "reminder", AT, {"book": "order-1"})

    def crash(writing):
        writing.append(ask())
        writing.due("ask-2", "reminder", AT, {})
        return 1 / 0

    with pytest.raises(ZeroDivisionError), world.ledger.writing(AT, "system") as writing:
        crash(writing)
    with world.ledger.reading() as connection:
        assert [work.key for work in DueWork().list(connection, "reminder")] == ["ask-1"]
    assert world.ledger.size() == 3


def test_a_refused_draft_leaves_the_transaction_as_it_was(world):
    with world.ledger.writing(AT, "system") as writing:
        writing.append(ask())
        with pytest.raises(Broken, match="no kind of entry"):
            writing.append(Draft("nothing", "order-1", {}))
        with pytest.raises(Broken, match="is a float"):
            writing.append(ask(question=0.5))
        writing.append(answer())
    assert [entry.kind for entry in world.ledger.entries(book="order-1")] == ["asked", "answered"]
    assert verify_store(world.store, world.keys).good


def test_a_step_that_goes_on_after_a_room_failed_writes_nothing(world):
    world.append(ask())
    world.room.apply = lambda connection, opened: 1 / 0

    def go_on(writing):
        with pytest.raises(ZeroDivisionError):
            writing.append(answer())
        writing.append(task())

    with (
        pytest.raises(Broken, match="went on after an entry had failed"),
        world.ledger.writing(AT, "system") as writing,
    ):
        go_on(writing)
    assert world.ledger.size() == 3


def test_a_ledger_cannot_be_read_through_inside_its_own_writing(world):
    with world.ledger.writing(AT, "system"), pytest.raises(Broken, match="inside a write"):
        list(world.ledger.entries())


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE entries SET kind = 'answered' WHERE sequence = 2",
        "DELETE FROM entries WHERE sequence = 2",
        "DELETE FROM entries",
        "INSERT OR REPLACE INTO entries SELECT * FROM entries WHERE sequence = 2",
        "INSERT INTO entries SELECT sequence + 5, book, book_sequence + 1, kind, leaf, entry FROM entries WHERE sequence = 2",
        "INSERT INTO entries SELECT 3, book, 7, kind, leaf, entry FROM entries WHERE sequence = 2",
    ],
)
def test_the_table_of_entries_only_grows(world, change):
    world.append(ask())
    with pytest.raises(Exception, match=r"entries (are never|have no gap)"), world.store.writing() as connection:
        connection.execute(text(change))
    assert verify_store(world.store, world.keys).entries == 3


def test_two_ledgers_over_one_store_keep_each_others_tables_up(tmp_path):
    world = World(f"sqlite:///{tmp_path / 'r.db'}")
    other_store = open_store(world.url)
    other = Ledger(other_store, world.keys, [])  # a program without the room
    world.append(ask())
    with other.writing(AT, "system") as writing:
        writing.append(answer())
    assert world.ledger.differences() == [], "to be behind is no difference"
    world.append(task())
    assert world.room.rows(world.ledger) == [(2, "order-1", "Which batch?", 1)]
    assert world.ledger.differences() == []
    world.store.close()
    other_store.close()


def test_threads_append_without_a_gap_or_a_fork(world):
    start = threading.Barrier(4)

    def work(number):
        start.wait()
        for n in range(6):
            world.append(task(f"order-{n % 2}", number), ask(f"order-{n % 2}"))

    threads = [threading.Thread(target=work, args=[number]) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    result = verify_store(world.store, world.keys)
    assert (result.good, result.entries) == (True, 2 + 4 * 6 * 2)


def test_surrogates_are_random_or_as_given():
    store = open_store("sqlite://")
    ledger = Ledger(store, Keys.generate(), surrogate=lambda kind: f"{kind}-1")
    assert ledger.surrogate("case") == "case-1"
    with ledger.writing(AT, "system") as writing:
        assert writing.surrogate("account") == "account-1"
    assert ledger.key.name == "rectify/ledger-1"
    store.close()
    with open_store("sqlite://").reading():
        pass
    assert len({Ledger(open_store("sqlite://"), Keys.generate()).surrogate("case") for _ in range(3)}) == 3


def test_a_private_part_of_a_person_is_in_no_body(world):
    world.append(
        Draft(
            "person_named", HOUSE, {"person": "person-1", "roles": ["legal"]}, {"id": Private("person:person-1", "awu")}
        )
    )
    with world.store.reading() as connection:
        assert "awu" not in str(connection.execute(text("SELECT entry FROM entries")).all())
