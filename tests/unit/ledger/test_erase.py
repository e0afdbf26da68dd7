"""What was erased is gone from parts, tables and files, and every proof still holds."""

from sqlalchemy import text

from rectify.ledger.export import export_book
from rectify.ledger.offline import Export, verify_export
from rectify.ledger.verify import verify_store
from rectify.store.sealed import Plain
from rectify.store.tables import sealed

from .world import AT, World, ask


def erase(world, subject="account:9f"):
    with world.ledger.writing(AT, "person-1") as writing:
        return writing.erase(subject, "all", "request of the person", ["person-1", "person-2"])


def filled(world):
    world.append(
        ask(question="Anna Example?", subject="account:9f"), ask(question="Ben Beispiel?", subject="account:aa")
    )
    return world.ledger.checkpoint(AT)


def test_an_erased_part_is_none_and_others_stay(world):
    filled(world)
    assert erase(world) == 1
    assert [opened.private for opened in world.ledger.opened(kinds=["asked"])] == [
        {"question": None},
        {"question": "Ben Beispiel?"},
    ]


def test_tables_forget_with_the_parts_and_agree_with_a_rebuild(world):
    filled(world)
    erase(world)
    assert [row[2] for row in world.room.rows(world.ledger)] == [None, "Ben Beispiel?"]
    assert world.ledger.differences() == []


def test_every_proof_holds_after_erasure(world):
    signed = filled(world)
    before = verify_store(world.store, world.keys)
    erase(world)
    after = verify_store(world.store, world.keys, signed.note)
    assert after.good
    assert (before.parts, before.erased, after.parts, after.erased) == (2, 0, 1, 1)
    export = Export.model_validate(
        export_book(world.ledger, "order-1", AT, subjects=["account:9f", "account:aa"], since=signed.note)
    )
    assert verify_export(export, signed.note).good
    assert [(sorted(line.opened), line.erased) for line in export.entries] == [([], ["question"]), (["question"], [])]


def test_the_entry_says_what_was_erased_and_by_whom(world):
    filled(world)
    erase(world)
    (entry,) = world.ledger.entries(kinds=["erased"])
    assert entry.body == {
        "subject": "account:9f",
        "scope": "all",
        "ground": "request of the person",
        "approvers": ["person-1", "person-2"],
        "parts": 1,
    }


def test_a_part_that_vanished_without_an_entry_is_found(world):
    filled(world)
    with world.store.writing() as connection:
        connection.execute(sealed.delete().where(sealed.c.subject == "account:9f"))
    result = verify_store(world.store, world.keys)
    assert (result.good, result.first) == (False, 2)
    assert "is gone, and no entry says why" in result.sentence


def test_an_erased_part_that_was_put_back_is_found(world):
    filled(world)
    with world.store.reading() as connection:
        old = [dict(row) for row in connection.execute(sealed.select()).mappings()]
        key = [dict(row) for row in connection.execute(text("SELECT * FROM subject_keys")).mappings()]
    erase(world)
    with world.store.writing() as connection:
        connection.execute(sealed.insert(), [row for row in old if row["subject"] == "account:9f"])
        connection.execute(
            text("INSERT INTO subject_keys VALUES (:subject, :wrapped)"),
            [row for row in key if row["subject"] == "account:9f"],
        )
    result = verify_store(world.store, world.keys)
    assert not result.good
    assert "a part of it is there again" in result.sentence


def test_a_subject_may_come_back_after_erasure(world):
    filled(world)
    erase(world)
    world.append(ask(question="Again Anna?", subject="account:9f"))
    assert [opened.private["question"] for opened in world.ledger.opened(kinds=["asked"])][-1] == "Again Anna?"
    result = verify_store(world.store, world.keys)
    assert (result.good, result.erased) == (True, 1)


def test_another_value_under_the_same_commitment_is_found(world):
    filled(world)
    with world.store.writing() as connection:
        plain = world.ledger.sealed.open_all(connection, ["2.question"])["2.question"]
        connection.execute(sealed.delete().where(sealed.c.part == "2.question"))
        world.ledger.sealed.seal(connection, "2.question", "account:9f", "asked.question", "Another name?")
    assert Plain(plain.salt, b'"Another name?"').commit != plain.commit
    result = verify_store(world.store, world.keys)
    assert (result.good, result.first) == (False, 2)


def test_nothing_of_the_erased_text_is_left_in_the_files(tmp_path):
    world = World(f"sqlite:///{tmp_path / 'r.db'}")
    filled(world)
    world.store.checkpoint()
    assert b"Anna Example?" in b"".join(file.read_bytes() for file in tmp_path.iterdir())  # in the room's table
    erase(world)
    left = b"".join(file.read_bytes() for file in tmp_path.iterdir())
    assert b"Anna Example?" not in left
    assert b"Ben Beispiel?" in left
    world.store.close()
