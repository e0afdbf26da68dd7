"""Exports of earlier releases verify and read for ever. Each release adds its own (`freeze` below); none is changed."""

import json
from pathlib import Path

import pytest

import rectify
from rectify.ledger.entry import read
from rectify.ledger.export import export_book, write_export
from rectify.ledger.offline import verify_files
from rectify.terms.entry import HOUSE, Draft, Private
from rectify.terms.kinds import KINDS

from ..unit.ledger.world import AT, World  # noqa: TID252

FROZEN = Path(__file__).with_name("frozen")
FILES = sorted(FROZEN.glob("*.json"))


def freeze(folder: Path = FROZEN) -> None:
    """Writes an entry of every kind, exported by this version."""
    world = World()
    world.ledger.checkpoint(AT)
    for kind in KINDS.values():
        if kind.name in ("opened", "key_named", "checkpointed"):
            continue  # stand there already, with values that are checked
        subject = f"order:{'house' if kind.house else 'order-1'}"
        body = dict.fromkeys(sorted(kind.allowed), "x")
        private = {name: Private(subject, "é 中") for name in kind.private}
        world.append(Draft(kind.name, HOUSE if kind.house else "order-1", body, private))
    for book in ("order-1", HOUSE):
        content = export_book(world.ledger, book, AT, subjects=[f"order:{book}"])
        write_export(content, folder / f"{rectify.__version__}-{book}.json")


def test_there_is_an_export_of_each_book():
    assert len(FILES) >= 2


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_an_export_of_an_earlier_release_verifies(file):
    ((_, result),) = verify_files(file)
    assert result.good, result.sentence
    assert result.parts > 0


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_every_entry_of_an_earlier_release_is_read(file):
    for line in json.loads(file.read_text(encoding="utf-8"))["entries"]:
        assert read(json.dumps(line["entry"])).kind in KINDS


def test_what_is_frozen_today_holds_every_kind(tmp_path):
    freeze(tmp_path)
    kinds = {
        line["entry"]["kind"]
        for file in tmp_path.glob("*.json")
        for line in json.loads(file.read_text("utf-8"))["entries"]
    }
    assert kinds == set(KINDS)
    assert all(result.good for _, result in verify_files(tmp_path))
