"""What a check finds and says: what it was compared with, and the first broken entry."""

import pytest
from sqlalchemy import text
from tests.unit.ledger.tampering import rechained, signed_ledger, tampered, unsigned_verdict, verdict
from tests.unit.ledger.world import AT, Questions, World, answer, ask, task

from rectify.ledger.verify import verify_store
from rectify.store.connection import open_store
from rectify.terms.errors import Faulty

NO_TABLES = "; its tables were not compared"


@pytest.fixture(scope="module")
def signed():
    return signed_ledger()


def test_an_untouched_ledger_is_consistent_and_says_with_what(signed):
    keys, data, early, last = signed
    alone = verdict(data, keys, lambda rows: rows)
    assert (alone.good, alone.sentence) == (True, f"12 entries, consistent in itself{NO_TABLES}")
    assert (
        verdict(data, keys, lambda rows: rows, early.note).sentence
        == f"12 entries, consistent with your checkpoint of 6 entries{NO_TABLES}"
    )
    assert verdict(data, keys, lambda rows: rows, kept=True).sentence == (
        f"12 entries, consistent with the checkpoint of 11 entries kept beside the keys{NO_TABLES}"
    )
    assert alone.parts == 5
    assert last.size == 11


def test_without_keys_chain_tree_and_signatures_are_checked(signed):
    _, data, _, last = signed
    store = tampered(data, lambda rows: rows)
    result = verify_store(store, checkpoint=last.note)
    assert (result.good, result.parts, result.yours) == (True, 0, 11)
    store.close()


def changed(number, /, **fields):
    def change(entries):
        entries[number] |= fields
        return entries

    return change


@pytest.mark.parametrize(
    ("change", "first", "why"),
    [
        (changed(3, body={"task": "task-8"}), 4, "the entry before it"),
        (changed(4, previous="ab" * 32), 4, "the entry before it"),
        (changed(6, book_sequence=9), 6, "number 4 of the book"),
        (changed(6, kind="opened"), 6, "begins with its origin, once"),
        (changed(0, kind="ended"), 0, "begins with its origin"),
        (lambda entries: entries[:4] + entries[5:], 4, "entry 4 is missing"),
        (lambda entries: [*entries[:6], entries[6] | {"sequence": 7}], 6, "entry 6 is missing"),
        (changed(2, at="yesterday"), 2, "was changed"),
        (changed(6, parts={"text": {"subject": "order:order-1"}}), 6, "does not say what it must"),
    ],
)
def test_a_change_by_somebody_who_hashes_anew_is_found_by_the_chain(change, first, why):
    result = unsigned_verdict(change)
    assert (result.good, result.first) == (False, first), result.sentence
    assert why in result.sentence


def test_the_last_entry_of_an_unsigned_ledger_is_held_by_nothing():
    assert (
        unsigned_verdict(changed(6, body={"task": "task-8"})).sentence == f"7 entries, consistent in itself{NO_TABLES}"
    )


def test_a_leaf_that_is_not_the_entrys_is_found(signed):
    def change(rows):
        rows[11][4] = bytes(32)
        return rows

    assert verdict(signed[1], signed[0], change).first == 11


def test_a_tail_cut_is_found_by_the_record_of_what_was_signed_while_that_is_left(signed):
    result = verdict(signed[1], signed[0], lambda rows: rows[:8])
    assert (result.good, result.first) == (False, 8)
    assert "the end was cut off: 11 entries were signed" in result.sentence


def test_the_first_broken_entry_is_named(signed):
    def change(rows):
        for at in (8, 5):
            rows[at][5] = rows[at][5].replace("order", "ORDER")
        return rows

    result = verdict(signed[1], signed[0], change)
    assert (result.good, result.first, str(result.fault.place)) == (False, 5, "entry 5")
    assert result.fault.remedy


@pytest.mark.parametrize("left", [3, 8, 10, 11])
def test_a_cut_tail_is_found_with_a_checkpoint_that_reaches_it(signed, left):
    keys, data, _, last = signed
    result = verdict(data, keys, lambda rows: rows[:left], last.note)
    assert result.good == (left >= 11)
    if not result.good:
        assert result.first == left
        assert "the end was cut off: your checkpoint has 11 entries" in result.sentence
    assert verdict(data, keys, lambda rows: rows[:left], kept=True).good == (left >= 11)


def test_a_rewritten_history_is_found_with_any_checkpoint_and_only_so(signed):
    keys, data, early, last = signed

    def change(rows):
        rows = [row for row in rows if row[3] != "checkpointed"]
        rows[3][5] = rows[3][5].replace("task-1", "task-8")
        return rechained(rows)

    for note in (early.note, last.note):
        assert not verdict(data, keys, change, note).good
    store = tampered(data, change)
    with store.engine.connect() as connection:
        connection.connection.driver_connection.execute("DELETE FROM checkpoints")
    assert verify_store(store).good, "nothing inside the store can show it"
    result = verify_store(store, keys, early.note)
    assert "first 6 entries are not those of your checkpoint" in result.sentence
    store.close()


def test_a_rewrite_that_keeps_its_signed_sizes_is_found_by_them(signed):
    keys, data, _, _ = signed

    def change(rows):
        rows[3][5] = rows[3][5].replace("task-1", "task-8")
        return rechained(rows)

    result = verdict(data, keys, change)
    assert (result.good, result.first) == (False, None)
    assert "the first 6 entries are not those of the record of what was signed" in result.sentence


def test_a_checkpoint_of_another_ledger_is_told(signed):
    keys, data, _, _ = signed
    other = World()
    other.append(ask(), task("order-2", 1), answer(), ask("order-2"))
    note = other.ledger.checkpoint(AT).note
    assert not verdict(data, keys, lambda rows: rows, note).good
    other.store.close()
    with pytest.raises(Faulty, match="no checkpoint"):
        verdict(data, keys, lambda rows: rows, "hello")


def test_a_forged_signature_over_the_right_root_is_told(signed):
    keys, data, _, last = signed
    forged = last.note[:-8] + "AAAA" + last.note[-4:]
    result = verdict(data, keys, lambda rows: rows, forged)
    assert "your checkpoint was not signed by this ledger" in result.sentence


def test_a_file_damaged_below_the_tables_is_told(tmp_path):
    world = World(f"sqlite:///{tmp_path / 'r.db'}")
    world.append(*[ask(question="x" * 500) for _ in range(60)])
    world.store.checkpoint()
    world.store.close()
    data = bytearray((tmp_path / "r.db").read_bytes())
    for at in range(4096 * 6, len(data), 4096 * 3):
        data[at : at + 8] = b"\xff" * 8
    (tmp_path / "r.db").write_bytes(data)
    store = open_store(world.url)
    assert "damaged" in verify_store(store, world.keys).sentence
    store.close()


def test_a_store_without_a_ledger_is_told():
    store = open_store("sqlite://")
    assert "holds no ledger" in verify_store(store).sentence
    store.close()


def asked_and_answered(folder):
    """A store with a room's table, closed again."""
    world = World(f"sqlite:///{folder / 'r.db'}")
    world.append(ask(), answer(), ask("order-2", "Which year?", "order:order-2"))
    world.store.close()
    return world


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE questions_asked SET answers = 7 WHERE book = 'order-1'",
        "UPDATE questions_asked SET question = 'Who?'",
        "DELETE FROM questions_asked",
        "INSERT INTO questions_asked VALUES (99, 'order-1', 'x', 0)",
        "UPDATE projections SET upto = 3",
    ],
)
def test_a_table_that_says_something_else_than_the_entries_is_named(tmp_path, statement):
    world = asked_and_answered(tmp_path)
    store = open_store(world.url)
    whole = verify_store(store, world.keys, projections=[Questions()])
    assert whole.good
    assert whole.sentence.endswith("; its tables say the same")
    with store.writing() as connection:
        connection.execute(text(statement))
    result = verify_store(store, world.keys, projections=[Questions()])
    assert not result.good
    assert "tables do not say what they say: questions_asked" in result.sentence
    store.close()


def test_tables_that_were_not_compared_are_never_said_to_be_whole(tmp_path):
    world = asked_and_answered(tmp_path)
    store = open_store(world.url)
    assert NO_TABLES in verify_store(store, world.keys).sentence
    assert NO_TABLES in verify_store(store, None, projections=[Questions()]).sentence
    with store.writing() as connection:
        connection.execute(text("UPDATE projections SET shape = 'of an older version'"))
    assert NO_TABLES in verify_store(store, world.keys, projections=[Questions()]).sentence
    store.close()


def test_an_index_that_says_something_else_than_its_table_is_damage(tmp_path):
    world = asked_and_answered(tmp_path)
    data = bytearray((tmp_path / "r.db").read_bytes())
    at = data.rfind(b"order-2")  # the newest of its copies, in a table or in an index
    data[at : at + 7] = b"order-9"
    (tmp_path / "r.db").write_bytes(data)
    store = open_store(world.url)
    assert not verify_store(store, world.keys, projections=[Questions()]).good
    store.close()


def test_bytes_that_are_no_text_any_more_are_damage_and_no_error(tmp_path):
    world = asked_and_answered(tmp_path)
    data = (tmp_path / "r.db").read_bytes().replace(b"Which year?", b"Which \xff\xfear?")
    entry = data.find(b'{"actor"')
    (tmp_path / "r.db").write_bytes(data[: entry + 2] + b"\xff" + data[entry + 3 :])
    store = open_store(world.url)
    assert not verify_store(store, world.keys, projections=[Questions()]).good
    store.close()
