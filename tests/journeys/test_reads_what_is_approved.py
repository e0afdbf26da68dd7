"""What is approved can be read: every line of a set, what it reaches beyond the order, and what became of each set."""

from __future__ import annotations

import csv
import json

import pytest
from tests.journeys.desk_by_hand import begin, player_at, swept
from tests.journeys.test_faces import call
from tests.journeys.world_by_hand import AT, RECALL, copy_of, host

from rectify.measures.records import load_book, load_sets
from rectify.measures.table import TableConnector
from rectify.steps import carry_out

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def decided(tmp_path_factory):
    """The recall with its violations decided; GW-6 is sold in a shop front that serves XB too."""
    folder = tmp_path_factory.mktemp("approved")
    swept(folder / "swept", begin(folder / "begun"))
    with player_at(folder / "swept", AT) as player:
        player.decide("GW-1", "GW-2", "GW-5", "GW-6")
    return folder / "swept"


@pytest.fixture
def there(decided, tmp_path, monkeypatch):
    folder = copy_of(decided, tmp_path / "market")
    monkeypatch.chdir(folder)
    return folder


def told(monkeypatch, capsys, *words, code=0):
    """What a command says on stdout."""
    capsys.readouterr()
    assert call(monkeypatch, *words) == code, capsys.readouterr()
    return capsys.readouterr().out


def rehearsed(monkeypatch, capsys, *more):
    answer = json.loads(told(monkeypatch, capsys, "--json", "--as", "blin", "measures", "rehearse", RECALL, *more))
    (one,) = answer["sets"]
    return one


def test_every_line_of_a_set_is_in_the_json_of_its_rehearsal(there, monkeypatch, capsys):
    one = rehearsed(monkeypatch, capsys)
    assert one["measures"] == len(one["lines"]) == 3
    line = next(x for x in one["lines"] if x["target"] == "GW-5")
    assert (line["storefront"], line["measure"], line["now"], line["then"]) == (
        "xa",
        "remove_item",
        "visible",
        "removed",
    )
    assert line["orders"] == [RECALL]
    assert line["undo"] == "can be undone"


def test_a_set_is_shown_whole_and_as_a_file_without_formulas(there, monkeypatch, capsys):
    one = rehearsed(monkeypatch, capsys)
    shown = told(monkeypatch, capsys, "measures", "show", one["digest"][:12])
    assert all(item in shown for item in ("GW-1", "GW-2", "GW-5"))
    answer = json.loads(told(monkeypatch, capsys, "--json", "measures", "show", one["digest"][:12]))
    assert answer["lines"] == one["lines"]
    assert "and 2 more" in told(monkeypatch, capsys, "measures", "show", one["digest"][:12], "--limit", 1)
    told(monkeypatch, capsys, "measures", "show", one["digest"][:12], "-o", "set.csv")
    with (there / "set.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert {row["target"] for row in rows} == {"GW-1", "GW-2", "GW-5"}


def test_a_host_id_that_begins_like_a_formula_is_text_in_the_file(tmp_path):
    from rectify.cli.sets import write_lines
    from rectify.steps.sets import ShownLine

    write_lines(
        [ShownLine("remove_item", "=1+1", "xa", "visible", "removed", (("c", "O"),), "", ())], tmp_path / "a.csv"
    )
    assert "'=1+1" in (tmp_path / "a.csv").read_text()


def test_over_reach_is_one_line_a_shop_front_and_approved_by_front_and_territory(there, monkeypatch, capsys):
    shown = told(monkeypatch, capsys, "--as", "blin", "measures", "rehearse", RECALL)
    assert "eu: 1 item reaches XB beyond the order" in shown
    assert "--over-reach 'eu=XB'" in shown
    assert "claim-" not in shown
    one = rehearsed(monkeypatch, capsys, "--over-reach", "eu=XB")
    assert one["measures"] == 4
    assert next(x for x in one["lines"] if x["target"] == "GW-6")["beyond"] == ["XB"]
    approve = ("--as", "mroy", "measures", "approve", one["digest"], "--count", 4)
    call(monkeypatch, *approve)
    assert "--over-reach 'eu=XB'" in capsys.readouterr().err
    call(monkeypatch, *approve, "--over-reach", "eu=XA,XB")
    assert "beyond the order the set reaches eu: XB" in capsys.readouterr().err
    told(monkeypatch, capsys, *approve, "--over-reach", "eu=XB")
    with player_at(there) as player:
        (entry,) = player.workspace.ledger.entries(book=RECALL, kinds=["approved"])
        with player.workspace.ledger.reading() as connection:
            known = load_book(connection).claims
    host(there, "UPDATE listing_states SET state = 'labelled' WHERE listing = 'GW-6'")
    again = told(monkeypatch, capsys, "--as", "blin", "measures", "rehearse", RECALL)
    assert "XB too" in again
    assert "--over-reach" not in again  # it was approved, and is not asked for again
    (over,) = entry.body["over_reach"]
    assert over["claim"] in known  # each claim by itself, as the law asks
    assert (over["storefront"], over["territories"]) == ("eu", ["XB"])


def test_over_reach_into_what_no_claim_needs_is_refused(there, monkeypatch, capsys):
    assert call(monkeypatch, "--as", "blin", "measures", "rehearse", RECALL, "--over-reach", "eu=XB,XC") == 1
    assert "XC" in capsys.readouterr().err
    assert call(monkeypatch, "--as", "blin", "measures", "rehearse", RECALL, "--over-reach", "eu") == 1


def test_a_newer_rehearsal_makes_an_older_set_fall(there, monkeypatch, capsys):
    old, new = (rehearsed(monkeypatch, capsys) for _ in range(2))
    shown = told(monkeypatch, capsys, "measures", "list", RECALL)
    assert f"superseded by {new['digest'][:12]}" in shown
    assert call(monkeypatch, "--as", "mroy", "measures", "approve", old["digest"], "--count", 3) == 1
    assert "superseded" in capsys.readouterr().err
    told(monkeypatch, capsys, "--as", "mroy", "measures", "approve", new["digest"], "--count", 3)
    answer = json.loads(told(monkeypatch, capsys, "--json", "measures", "list", RECALL))
    assert answer["sets"][0]["state"].startswith("superseded")


def test_a_set_that_was_stopped_says_how_far_and_how_to_go_on(there, monkeypatch, capsys):
    one = rehearsed(monkeypatch, capsys)
    told(monkeypatch, capsys, "--as", "mroy", "measures", "approve", one["digest"], "--count", 3)
    monkeypatch.setattr(TableConnector, "capabilities", _one_at_a_time(TableConnector.capabilities))
    written = TableConnector.write
    calls = []

    def stops(self, changes):
        calls.append(changes)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return written(self, changes)

    monkeypatch.setattr(TableConnector, "write", stops)
    assert call(monkeypatch, "--as", "mroy", "measures", "carry-out", one["digest"]) == 130
    assert "2 of 3 measures" in capsys.readouterr().err
    shown = told(monkeypatch, capsys, "measures", "list", RECALL)
    assert "2 of 3, stopped" in shown
    assert f"rectify measures carry-out {one['digest'][:12]}" in " ".join(shown.split())
    monkeypatch.setattr(TableConnector, "write", written)
    told(monkeypatch, capsys, "--as", "mroy", "measures", "carry-out", one["digest"])
    assert "carried out" in told(monkeypatch, capsys, "measures", "list", RECALL)


def _one_at_a_time(asked):
    from dataclasses import replace

    return lambda self: replace(asked(self), max_batch=1)


def test_a_set_of_other_places_stands_beside_a_newer_one(there):
    with player_at(there) as player:
        (one,) = carry_out.rehearse(player.workspace, RECALL, as_="blin")
        with player.workspace.ledger.reading() as connection:
            sets = load_sets(connection)
    from dataclasses import replace

    from rectify.steps.sets import superseded

    apart = [replace(sets[0], id="a", lines=sets[0].lines[:1]), replace(sets[0], id="b", lines=sets[0].lines[1:])]
    assert superseded(apart) == {}
    assert superseded([*apart, replace(sets[0], id="c")]) == {"a": "c", "b": "c"}
    assert one.id
