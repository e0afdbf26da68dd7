"""Exact places that an order names: each sweep and each report say which of them the last sweep did not find."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.journeys.steps.small_world import ITEMS, market, swept

from rectify.cases.sorts import NOT_FOUND
from rectify.cases.tasks import open_tasks
from rectify.steps.report import report
from rectify.steps.sweep import Swept, sweep
from rectify.workspace import Workspace

TWO = (
    "{acts: [sell], kinds: [listing], items: [{id: A-1}, {id: A-9}], products: [{brand: Kite, gtin: '9521234543213'}]}"
)
LEFT = "exact places of the order that the last sweep did not find"


@pytest.fixture
def shop(tmp_path: Path):
    with market(tmp_path) as (workspace, clock):
        yield workspace, clock, swept(workspace, subject=TWO)


def again(workspace: Workspace, book: str, items: str = ITEMS) -> Swept:
    workspace.path("items.csv").write_text(items, encoding="utf-8")
    return sweep(workspace, book, workers=0, as_="kim")


def told(workspace: Workspace, book: str) -> tuple[list[str], dict[str, int]]:
    made = report(workspace, book, workspace.path("out"), formats=["json", "html"], as_="awu")
    said = json.loads(made.files["json"].read_text(encoding="utf-8"))
    page = made.files["html"].read_text(encoding="utf-8")
    assert all(f"<code>{place}</code>" in page for place in said["seen"]["not_found"])
    return said["seen"]["not_found"], {line["reason"]: line["n"] for line in said["left"]}


def tasks(workspace: Workspace, book: str) -> list[str]:
    with workspace.ledger.reading() as connection:
        return [task.text for task in open_tasks(workspace.ledger, connection, book=book, what=NOT_FOUND)]


def test_every_sweep_and_report_say_which_places_were_not_found(shop) -> None:
    workspace, clock, book = shop
    for _ in range(2):
        assert again(workspace, book).missing == ["A-9"]
        clock.forward(hours=1)
    not_found, left = told(workspace, book)
    assert (not_found, left[LEFT]) == (["A-9"], 1)
    assert len(tasks(workspace, book)) == 1


def test_a_place_that_vanishes_later_is_told_and_a_task_of_its_own(shop) -> None:
    workspace, clock, book = shop
    clock.forward(hours=1)
    gone = ITEMS.replace("A-1,Kite pram,S-1,9521234543213\n", "")
    assert again(workspace, book, gone).missing == ["A-1", "A-9"]
    assert told(workspace, book)[0] == ["A-1", "A-9"]
    assert [text.rpartition(": ")[2] for text in tasks(workspace, book)] == ["A-9.", "A-1."]
    again(workspace, book, gone)
    assert len(tasks(workspace, book)) == 2


def test_a_place_that_vanishes_again_is_a_task_again(shop) -> None:
    workspace, clock, book = shop
    for items in (ITEMS + "A-9,A lamp,S-4,\n", ITEMS, ITEMS):
        clock.forward(hours=1)
        again(workspace, book, items)
    assert [text.rpartition(": ")[2] for text in tasks(workspace, book)] == ["A-9.", "A-9."]


def test_a_place_that_vanishes_is_a_task_also_where_the_sweep_that_saw_it_broke_off(shop, monkeypatch) -> None:
    workspace, clock, book = shop
    clock.forward(hours=1)
    with monkeypatch.context() as broken:
        broken.setattr("rectify.steps.sweep._not_there", lambda *_: None)
        again(workspace, book, ITEMS.replace("A-1,Kite pram,S-1,9521234543213\n", ""))
    assert sweep(workspace, book, workers=0, as_="kim").missing == ["A-1", "A-9"]
    assert [text.rpartition(": ")[2] for text in tasks(workspace, book)] == ["A-9.", "A-1."]


def test_a_place_that_comes_is_told_no_more(shop) -> None:
    workspace, clock, book = shop
    clock.forward(hours=1)
    assert again(workspace, book, ITEMS + "A-9,A lamp,S-4,\n").missing == []
    not_found, left = told(workspace, book)
    assert not_found == []
    assert LEFT not in left


def test_a_place_by_its_address_is_found_by_it(tmp_path: Path) -> None:
    where = "https://market.example/i/"
    with market(tmp_path) as (workspace, _):
        lines = ITEMS.splitlines()
        urls = [f"{lines[0]},url", *(f"{line},{where}{n}" for n, line in enumerate(lines[1:]))]
        workspace.path("items.csv").write_text("\n".join(urls) + "\n", encoding="utf-8")
        named = TWO.replace("{id: A-1}, {id: A-9}", f'{{url: "{where}2"}}, {{url: "{where}7"}}')
        book = swept(workspace, subject=named)
        assert again(workspace, book, "\n".join(urls) + "\n").missing == [f"{where}7"]
