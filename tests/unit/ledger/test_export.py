"""An exported book is checked without the store; whatever is changed in it is found."""

import base64
import copy
import json

import pytest

from rectify.ledger.checkpoint import read_checkpoint, sign
from rectify.ledger.export import export_book, proof_text, write_export
from rectify.ledger.offline import Export, read_export, verify_export, verify_files
from rectify.terms.errors import Broken, Faulty, Refused, Unknown

from .world import AT, World, answer, ask, task

SUBJECTS = ["order:order-1"]


def check(content, **given):
    return verify_export(Export.model_validate(content), **given)


def fill(world):
    world.append(ask(), ask("order-2", "Secret of another order"), answer(), task())
    early = world.ledger.checkpoint(AT)
    world.append(task("order-2"), ask("order-1", "Again?"))
    return early


def exported(world):
    early = fill(world)
    return export_book(world.ledger, "order-1", AT, subjects=SUBJECTS, since=early.note)


@pytest.fixture
def content(world):
    return exported(world)


@pytest.fixture(scope="module")
def once():
    """An export that several tests read or copy; its ledger is gone."""
    world = World()
    content = exported(world)
    world.store.close()
    return content


def test_a_book_is_exported_and_checked_from_its_file(world, tmp_path):
    early = fill(world)
    content = export_book(world.ledger, "order-1", AT, subjects=SUBJECTS, since=early.note)
    write_export(content, tmp_path / "order-1.json")
    ((file, result),) = verify_files(tmp_path, early.note, str(world.ledger.key))
    assert file.name == "order-1.json"
    assert (result.good, result.entries, result.yours, result.parts) == (True, 4, 6, 2)
    assert result.sentence == "4 entries, consistent with your checkpoint of 6 entries"
    assert check(content).sentence == "4 entries, consistent in itself"
    assert check(content, checkpoint=content["checkpoint"]).yours == read_checkpoint(content["checkpoint"]).size


def test_nothing_of_other_books_and_only_the_addressees_parts_stand_in_it(world, content):
    said = json.dumps(content)
    assert "Which batch?" in said
    for other in ("order-2", "Secret of another order", "All of them."):
        assert other not in said
    assert [sorted(line["opened"]) for line in content["entries"]] == [["question"], [], [], ["question"]]
    assert [line["erased"] for line in content["entries"]] == [[], [], [], []]


def test_the_same_export_has_the_same_bytes(world, content, tmp_path):
    write_export(content, tmp_path / "a.json")
    write_export(
        export_book(world.ledger, "order-1", AT, subjects=SUBJECTS, since=content["since"]["checkpoint"]),
        tmp_path / "b.json",
    )
    assert (tmp_path / "a.json").read_bytes() == (tmp_path / "b.json").read_bytes()


def last(content):
    return content["entries"][-1]


CHANGES = {
    "a changed body": lambda c: c["entries"][2]["entry"]["body"].update(task="task-9"),
    "a changed instant": lambda c: last(c)["entry"].update(at="2026-11-19T08:00:00Z"),
    "a cut end": lambda c: c["entries"].pop(),
    "a missing entry": lambda c: c["entries"].pop(1),
    "two swapped entries": lambda c: c["entries"].reverse(),
    "an entry twice": lambda c: c["entries"].append(last(c)),
    "an entry of another book": lambda c: last(c)["entry"].update(book="order-2"),
    "another part": lambda c: last(c)["opened"]["question"].update(value="Never"),
    "another salt": lambda c: last(c)["opened"]["question"].update(salt=base64.b64encode(bytes(32)).decode()),
    "a part that no entry names": lambda c: last(c)["opened"].update(answer=last(c)["opened"]["question"]),
    "a short proof": lambda c: last(c)["proof"].pop(),
    "a proof of garbage": lambda c: last(c).update(proof=["!"]),
    "a changed size": lambda c: c.update(checkpoint=c["checkpoint"].replace("\n9\n", "\n8\n")),
    "a checkpoint of another book": lambda c: c.update(
        book_checkpoint=c["book_checkpoint"].replace("order-1", "order-2")
    ),
    "no checkpoint": lambda c: c.update(checkpoint="hello"),
    "a broken growth": lambda c: c["since"]["proof"].pop(),
    "another earlier checkpoint": lambda c: c["since"].update(checkpoint=c["checkpoint"].replace("\n9\n", "\n7\n")),
    "a sequence that is text": lambda c: last(c)["entry"].update(sequence="8"),
    "a fraction": lambda c: last(c)["entry"].update(sequence=8.5),
}


@pytest.mark.parametrize("change", CHANGES)
def test_every_change_of_an_export_is_found(once, change):
    assert check(once).good
    changed = copy.deepcopy(once)
    CHANGES[change](changed)
    assert changed != once
    result = check(changed)
    assert not result.good
    assert result.fault.remedy


def test_a_book_whose_end_was_cut_and_signed_anew_is_shown_by_the_first_export(world):
    """The operator signs each book's own tree: two notes of which neither extends the other prove the lie."""
    fill(world)
    first = export_book(world.ledger, "order-1", AT)
    world.append(task())
    second = export_book(world.ledger, "order-1", AT)
    sizes = [read_checkpoint(export["book_checkpoint"]).size for export in (first, second)]
    assert sizes == [4, 5]
    assert first["entries"][-1]["entry"] == second["entries"][3]["entry"]
    result = check(second, checkpoint=first["book_checkpoint"])
    assert result.sentence == "5 entries, consistent with your checkpoint of 4 entries"
    assert "does not say how" in check(first, checkpoint=second["book_checkpoint"]).sentence


def test_an_export_of_another_ledger_with_the_same_entries_is_not_signed_by_the_trusted_key(world, content):
    other = World()
    other.append(ask())
    assert "is not signed by the key" in check(content, key=str(other.ledger.key)).sentence
    other.store.close()


def test_the_readers_checkpoint_is_compared(world, content):
    other = World()
    fill(other)
    assert "was not signed by this ledger" in check(content, checkpoint=other.ledger.checkpoint(AT).note).sentence
    other.store.close()
    world.append(task())
    key, sign_with = world.ledger.key, world.keys.sign
    size = read_checkpoint(content["checkpoint"]).size
    lie = check(content, checkpoint=sign(key.name, size, bytes(32), key, sign_with).note)
    assert f"the first {size} entries are not those of your checkpoint" in lie.sentence
    newer = world.ledger.checkpoint(AT)
    told = check(content, checkpoint=newer.note)
    assert "does not say how your checkpoint" in told.sentence
    assert "ask for an export since" in told.fault.remedy


def test_an_earlier_checkpoint_must_be_this_ledgers(world, content):
    other = World()
    fill(other)
    with pytest.raises(Refused, match="not one of this ledger"):
        export_book(world.ledger, "order-1", AT, since=other.ledger.checkpoint(AT).note)
    mine = read_checkpoint(content["since"]["checkpoint"])
    with pytest.raises(Refused, match="not one of this ledger"):
        export_book(
            world.ledger,
            "order-1",
            AT,
            since=sign(mine.origin, mine.size, bytes(32), world.ledger.key, world.keys.sign).note,
        )
    with pytest.raises(Unknown, match='no book "order-7"'):
        export_book(world.ledger, "order-7", AT)
    other.store.close()


def test_one_proof_stands_alone_for_other_verifiers(once):
    line = last(once)
    text = proof_text(line["entry"]["sequence"], line["proof"], once["checkpoint"])
    head, *rest = text.split("\n")
    assert (head, rest[0]) == ("c2sp.org/tlog-proof@v1", f"index {line['entry']['sequence']}")
    path, _, note = text.partition("\n\n")
    assert path.split("\n")[2:] == line["proof"]
    assert note == once["checkpoint"]


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (lambda t: t[:-5], "no JSON"),
        (lambda t: "[" * 100_000, "no JSON"),
        (lambda t: t.replace('"book":', '"book": "x", "book":', 1), "twice"),
        (lambda t: t.replace('"made"', '"mode"'), "mode"),
        (lambda t: t.replace('"entries": [', '"entries": [7, '), "entries.0"),
    ],
)
def test_a_file_of_another_form_is_told_with_its_place(once, tmp_path, change, why):
    write_export(once, tmp_path / "a.json")
    text = (tmp_path / "a.json").read_text(encoding="utf-8")
    (tmp_path / "a.json").write_text(change(text), encoding="utf-8")
    with pytest.raises(Faulty, match=why):
        read_export(tmp_path / "a.json")


def test_a_newer_format_and_missing_files_are_told(once, tmp_path):
    write_export({**once, "rectify_export": 2}, tmp_path / "a.json")
    with pytest.raises(Broken, match="has format 2; this program reads up to 1"):
        read_export(tmp_path / "a.json")
    with pytest.raises(Faulty, match="cannot be read"):
        read_export(tmp_path / "b.json")
    (tmp_path / "none").mkdir()
    with pytest.raises(Faulty, match="no exported book"):
        verify_files(tmp_path / "none")


def test_the_house_book_can_be_exported_too(world, content):
    assert check(export_book(world.ledger, "house", AT)).good
