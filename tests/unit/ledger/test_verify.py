"""Any change of the past is found; the result says what it was compared with and names the first broken entry."""

import json

import pytest
import rfc8785
from hypothesis import given, settings
from hypothesis import strategies as st

from rectify.ledger.entry import leaf_hash
from rectify.ledger.keys import Keys
from rectify.ledger.verify import verify_store
from rectify.store.connection import open_store
from rectify.terms.errors import Faulty

from .world import AT, World, answer, ask, task

COLUMNS = "sequence, book, book_sequence, kind, leaf, entry"


@pytest.fixture(scope="module")
def signed():
    """A ledger of 13 entries in three books, its keys, one checkpoint inside and one at its end."""
    world = World()
    world.append(ask(), task("order-2", 1), answer(), ask("order-2"))
    early = world.ledger.checkpoint(AT)
    world.append(answer("order-2"), task("order-1", 2), task("order-2", 3), ask("order-1", "Again?"))
    last = world.ledger.checkpoint(AT)
    with world.store.reading() as connection:
        data = connection.connection.driver_connection.serialize()
    yield world.keys, data, early, last
    world.store.close()


def tampered(data, change):
    """A store whose rows went through `change`, by someone who can write to the file."""
    store = open_store("sqlite://")
    with store.engine.connect() as connection:
        raw = connection.connection.driver_connection
        raw.deserialize(data)
        for name in ("entries_no_update", "entries_no_delete", "entries_in_order"):
            raw.execute(f"DROP TRIGGER {name}")
        rows = [list(row) for row in raw.execute(f"SELECT {COLUMNS} FROM entries ORDER BY sequence")]
        raw.execute("DELETE FROM entries")
        raw.executemany("INSERT INTO entries VALUES (?, ?, ?, ?, ?, ?)", change(rows))
        raw.commit() if raw.in_transaction else None
    return store


def fresh(keys):
    """The same keys without what they kept: all that is known is the store."""
    copy = Keys.generate()
    copy._signing, copy.id_key, copy.master = keys._signing, keys.id_key, keys.master
    return copy


def rechained(rows):
    """The whole history written anew, consistent in itself, as only the holder of the store could."""
    heads, out = {}, []
    for sequence, row in enumerate(rows):
        entry = json.loads(row[5])
        number, previous = heads.get(entry["book"], (0, ""))
        entry |= {"sequence": sequence, "book_sequence": number, "previous": previous}
        data = rfc8785.dumps(entry)
        heads[entry["book"]] = (number + 1, leaf_hash(data).hex())
        out.append([sequence, entry["book"], number, entry["kind"], leaf_hash(data), data.decode()])
    return out


def verdict(data, keys, change, note="", kept=False):
    store = tampered(data, change)
    try:
        return verify_store(store, keys if kept else fresh(keys), note)
    finally:
        store.close()


def test_an_untouched_ledger_is_consistent_and_says_with_what(signed):
    keys, data, early, last = signed
    alone = verdict(data, keys, lambda rows: rows)
    assert (alone.good, alone.sentence) == (True, "12 entries, consistent in itself")
    assert verdict(data, keys, lambda rows: rows, early.note).sentence == "12 entries, consistent with your checkpoint of 6 entries"
    assert verdict(data, keys, lambda rows: rows, kept=True).sentence == (
        "12 entries, consistent with the checkpoint of 11 entries kept beside the keys")
    assert alone.parts == 5
    assert last.size == 11


def test_without_keys_chain_tree_and_signatures_are_checked(signed):
    _, data, _, last = signed
    store = tampered(data, lambda rows: rows)
    result = verify_store(store, checkpoint=last.note)
    assert (result.good, result.parts, result.yours) == (True, 0, 11)
    store.close()


@settings(max_examples=60, deadline=None)
@given(at=st.integers(0, 11), where=st.floats(0, 0.999), by=st.integers(1, 127))
def test_every_changed_sign_of_an_entry_is_found_and_named(signed, at, where, by):
    def change(rows):
        text = list(rows[at][5])
        place = int(where * len(text))
        text[place] = chr(ord(text[place]) ^ by)
        rows[at][5] = "".join(text)
        return rows

    result = verdict(signed[1], signed[0], change)
    assert (result.good, result.first) == (False, at)


@settings(max_examples=15, deadline=None)
@given(at=st.integers(0, 11), column=st.integers(0, 4))
def test_every_changed_column_is_found(signed, at, column):
    def change(rows):
        rows[at][column] = [99, "order-3", 99, "ended", bytes(32)][column]
        return rows

    assert not verdict(signed[1], signed[0], change).good


@settings(max_examples=15, deadline=None)
@given(at=st.integers(0, 10), renumber=st.booleans())
def test_every_dropped_entry_is_found(signed, at, renumber):
    def change(rows):
        del rows[at]
        return [[n, *row[1:]] for n, row in enumerate(rows)] if renumber else rows

    result = verdict(signed[1], signed[0], change)
    assert (result.good, result.first) == (False, at)


@settings(max_examples=15, deadline=None)
@given(pair=st.lists(st.integers(0, 11), min_size=2, max_size=2, unique=True).map(sorted))
def test_every_swap_is_found(signed, pair):
    def change(rows):
        one, other = rows[pair[0]], rows[pair[1]]
        rows[pair[0]], rows[pair[1]] = [one[0], *other[1:]], [other[0], *one[1:]]
        return rows

    result = verdict(signed[1], signed[0], change)
    assert (result.good, result.first) == (False, pair[0])


@settings(max_examples=15, deadline=None)
@given(at=st.integers(0, 11), like=st.integers(0, 11))
def test_every_inserted_entry_is_found(signed, at, like):
    def change(rows):
        new = [at, "order-9", 0, *rows[like][3:]]
        return rows[:at] + [new] + [[row[0] + 1, *row[1:]] for row in rows[at:]]

    assert not verdict(signed[1], signed[0], change).good


@pytest.mark.parametrize("left", range(3, 12))
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

    def forget(rows):
        return change(rows)

    for note in (early.note, last.note):
        assert not verdict(data, keys, change, note).good
    store = tampered(data, forget)
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


