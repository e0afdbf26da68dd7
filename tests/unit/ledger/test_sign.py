"""Only what extends the last signed tree is signed, and a store behind it does not start."""

import shutil

import pytest
from sqlalchemy import text

from rectify.ledger.checkpoint import read_checkpoint, signed_by
from rectify.ledger.keys import Keys
from rectify.ledger.ledger import Ledger
from rectify.ledger.tree import Tree
from rectify.ledger.verify import verify_store
from rectify.store.connection import open_store
from rectify.terms.errors import Broken

from .world import AT, World, answer, ask, task


@pytest.fixture
def on_disk(tmp_path):
    made = World(f"sqlite:///{tmp_path / 'r.db'}", Keys.at(tmp_path / "keys"))
    yield made
    made.store.close()


def copy(tmp_path, name):
    for file in tmp_path.glob("r.db*"):
        shutil.copy(file, tmp_path / file.name.replace("r.db", name))


def test_a_checkpoint_signs_all_entries_and_is_entered(world):
    world.append(ask(), answer())
    signed = world.ledger.checkpoint(AT)
    assert signed.size == 4
    assert signed_by(read_checkpoint(signed.note), world.ledger.key)
    *before, last = world.ledger.entries()
    with world.ledger.reading() as connection:
        leaves = [row.leaf for row in connection.execute(text("SELECT leaf FROM entries ORDER BY sequence"))]
    assert signed.root == Tree(leaves[:4]).root()
    assert (last.kind, last.sequence) == ("checkpointed", 4)
    assert last.body == {"size": 4, "root": signed.root.hex(), "key_id": world.ledger.key.id.hex()}
    assert len(before) == 4
    assert world.keys.last_checkpoint() == signed.note


def test_nothing_new_is_signed_once(world):
    world.append(ask())
    first = world.ledger.checkpoint(AT)
    assert world.ledger.checkpoint(AT) == first
    assert world.ledger.size() == 4
    world.append(answer())
    assert world.ledger.checkpoint(AT).size == 5


def test_a_new_ledger_can_be_signed(world):
    assert world.ledger.checkpoint(AT).size == 2


def test_checkpoints_grow_from_one_another(world):
    for n in range(9):
        world.append(*[task(number=m) for m in range(n % 4)])
        world.ledger.checkpoint(AT)
    assert verify_store(world.store, world.keys).good


def test_an_older_copy_of_the_store_does_not_start(on_disk, tmp_path):
    on_disk.append(ask())
    on_disk.store.checkpoint()
    copy(tmp_path, "old.db")
    on_disk.append(answer())
    on_disk.ledger.checkpoint(AT)
    old = open_store(f"sqlite:///{tmp_path / 'old.db'}")
    with pytest.raises(Broken, match="holds 3 entries, but 4 were already signed: it is an older copy"):
        Ledger(old, Keys.at(tmp_path / "keys"), [])
    old.close()


def test_an_older_copy_that_went_another_way_does_not_start(on_disk, tmp_path):
    on_disk.append(ask())
    copy(tmp_path, "old.db")
    on_disk.append(answer())
    on_disk.ledger.checkpoint(AT)
    kept = (tmp_path / "keys" / "last-checkpoint").read_bytes()
    (tmp_path / "keys" / "last-checkpoint").unlink()
    fork = World(f"sqlite:///{tmp_path / 'old.db'}", Keys.at(tmp_path / "keys"))
    fork.append(task(number=1), task(number=2), task(number=3))
    fork.ledger.checkpoint(AT)
    (tmp_path / "keys" / "last-checkpoint").write_bytes(kept)
    with pytest.raises(Broken, match="first 4 entries of the store are not those that were signed last"):
        fork.ledger.checkpoint(AT)
    with pytest.raises(Broken, match="first 4 entries of the store are not those that were signed last"):
        fork.again()
    fork.store.close()


def test_keys_of_another_store_are_refused(world):
    world.append(ask())
    with pytest.raises(Broken, match="keys do not belong to this store"):
        Ledger(world.store, Keys.generate(), [])


def test_an_emptied_store_does_not_start(world):
    world.append(ask())
    world.ledger.checkpoint(AT)
    with pytest.raises(Broken, match="holds 0 entries"):
        Ledger(open_store("sqlite://"), world.keys, [])


def test_a_crash_between_keeping_the_note_and_the_commit_signs_the_same_again(world, monkeypatch):
    world.append(ask())
    note = []

    def crash(text):
        note.append(text)
        Keys.keep_checkpoint(world.keys, text)
        raise KeyboardInterrupt

    monkeypatch.setattr(world.keys, "keep_checkpoint", crash)
    with pytest.raises(KeyboardInterrupt):
        world.ledger.checkpoint(AT)
    monkeypatch.undo()
    assert world.ledger.size() == 3
    world.again()
    assert world.ledger.checkpoint(AT).note == note[0]
    assert verify_store(world.store, world.keys, note[0]).good


def test_a_changed_record_of_what_was_signed_is_not_built_upon(world):
    world.append(ask())
    world.ledger.checkpoint(AT)
    world.append(ask())
    with world.store.writing() as connection:
        connection.execute(text("UPDATE checkpoints SET frontier = zeroblob(length(frontier))"))
    with pytest.raises(Broken, match="record of the checkpoint of 3 entries was changed"):
        world.ledger.checkpoint(AT)


def test_a_proof_in_10_000_entries_is_14_hashes():
    leaves = [bytes([n % 256]) * 32 for n in range(10_000)]
    assert len(Tree(leaves).inclusion(7_777, 10_000)) == 14
