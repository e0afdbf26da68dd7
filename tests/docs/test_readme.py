"""The README's commands run on a (small) demo, and its pictures are there."""

import re
import shlex
from pathlib import Path

import pytest

from .shell import Command, Shell, blocks

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "README.md").read_text(encoding="utf-8")
COMMANDS: list[Command] = [c for block in blocks(TEXT) if isinstance(block, list) for c in block]


@pytest.mark.slow
def test_every_command_of_the_tour_does_something(tmp_path):
    shell = Shell(tmp_path)
    assert shell.run("rectify demo --small")[0] == 0
    tour = [c.text for c in COMMANDS if c.text.startswith("rectify ")]
    assert len(tour) >= 10
    for command in tour:
        code, lines = shell.run(command)
        assert code == 0, "\n".join([command, *lines])
        assert lines, command


def test_every_make_target_that_is_named_is_there():
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.M))
    named = [shlex.split(c.text)[1] for c in COMMANDS if c.text.startswith("make ")]
    assert named == ["demo", "test"]
    assert set(named) <= targets


def test_the_pictures_are_there_and_small():
    pictures = re.findall(r"!\[([^\]]+)\]\((docs/pictures/[\w-]+\.png)\)", TEXT)
    assert len(pictures) == 2
    for says, path in pictures:
        data = (ROOT / path).read_bytes()
        assert data.startswith(b"\x89PNG")
        assert len(data) < 300_000
        assert len(says) > 40, "what a picture shows is said for those who do not see it"


def test_the_packs_that_are_said_to_be_the_only_ones_are():
    from rectify.workspace import pack_folders

    said = re.search(r"Packs other than (.*?);", TEXT, re.S)
    assert said
    assert set(re.findall(r"`([\w-]+)`", said[1])) == set(pack_folders())
