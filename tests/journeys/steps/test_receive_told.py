"""What is not taken in is told as such: not recorded, nothing sent, and what to do next."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from tests.journeys.steps.calling import called
from tests.journeys.steps.small_world import order_file


def call(monkeypatch: pytest.MonkeyPatch, folder: Path, *words: str) -> int:
    return called(monkeypatch, folder, "kim", "order", "receive", *words)


def kinds(folder: Path) -> list[str]:
    from tests.journeys.steps.small_world import Hours

    from rectify.workspace import open_workspace

    with open_workspace(folder, Hours()) as workspace:
        return [entry.kind for entry in workspace.ledger.entries()]


def test_a_file_with_faults_is_told_to_be_not_recorded_with_what_to_do_next(folder, monkeypatch, capsys):
    (folder / "order.yaml").write_bytes(order_file("XA-1", territory="", reasons=""))
    before = kinds(folder)
    assert call(monkeypatch, folder, str(folder / "order.yaml")) == 1
    said = capsys.readouterr().err
    assert "order.yaml is not recorded; nothing was acknowledged, and nothing was sent." in said
    assert "ask the authority for the rest, over a contact that you know" in said
    assert f"Then:  rectify order receive {folder / 'order.yaml'}" in said
    assert "2 faults; nothing was changed" in said
    assert [kind for kind in kinds(folder) if kind not in ("person_named",)] == [
        k for k in before if k != "person_named"
    ]


def test_as_json_it_says_so_too(folder, monkeypatch, capsys):
    (folder / "order.yaml").write_bytes(order_file("XA-1", territory="", reasons=""))
    assert call(monkeypatch, folder, str(folder / "order.yaml"), "--json") == 1
    told = json.loads(capsys.readouterr().out)
    assert told["remedy"].startswith("not recorded, nothing sent")
    assert len(told["faults"]) == 2


def test_an_order_for_somebody_else_is_not_recorded_either(folder, monkeypatch, capsys):
    other = "[{operator: Another Firm, measures: [remove_item]}]"
    served = f"{{at: {datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}, by: mail}}"  # the command line has the machine's clock
    (folder / "order.yaml").write_bytes(order_file("XA-1", addressees=other, served=served))
    assert call(monkeypatch, folder, str(folder / "order.yaml")) == 1
    said = capsys.readouterr().err
    assert "is not recorded" in said
    assert "the order is for Another Firm" in said
