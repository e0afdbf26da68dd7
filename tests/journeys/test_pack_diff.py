"""What another version would do, typed through the real command line, on the last sweep and on files."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
from tests.journeys.packs_by_hand import SOFT, accept, market, write_pack, write_soft_order
from tests.journeys.world_by_hand import ITEMS, LICENCE, RECALL, Hand, copy_of, write_catalogue

pytestmark = pytest.mark.slow
MAP = ("--map", "sku=id", "--map", "headline=title", "--map", "words=text", "--map", "seller=account")
SHELF = {
    **ITEMS, "GW-20": ("Wool hat", "Knitted.", "V73", "xa", "", "", ""), "GW-21": ("Felt hat, =cmd", "", "V73", "xa", "", "", ""),
    "GW-22": ("Wool blanket", "", "V72", "xa", "", "", ""),
    "GW-23": ("VPN, lifetime, with a wool pouch", "", "V74", "xa", "", "", ""),
}  # fmt: skip


@pytest.fixture(scope="module")
def swept(tmp_path_factory) -> Path:
    """Version 1 (wool) is in force, its finds are decided, and what was decided is down."""
    folder = tmp_path_factory.mktemp("diff") / "swept"
    hand = market(folder)
    write_catalogue(folder, SHELF)
    write_soft_order(folder, f"{SOFT}, unlicensed-vpn")
    hand("--as", "mroy", "pack", "promote", SOFT, "--from-draft", "The order is due.")
    accept(hand)
    hand("--as", "kim", "sweep", LICENCE)
    for item, case in hand.cases(LICENCE).items():
        verdict = "no-violation" if item == "GW-22" else "violation"
        hand("--as", "blin", "cases", "decide", case, verdict, "-r", "It is of wool.")
    write_pack(folder, version=2, terms="hat, socks", verdict="review",
               trials='- {text: "A hat", expect: review}\n- {text: "A lamp", expect: none}\n')  # fmt: skip
    return folder


@pytest.fixture
def there(swept, tmp_path) -> Hand:
    return Hand(copy_of(swept, tmp_path / "market"))


def test_the_folder_is_compared_with_what_is_in_force_on_the_last_sweep(there):
    told = there.json("pack", "diff", SOFT)
    assert (told["before"]["version"], told["after"]["version"], told["on"]) == (1, 2, LICENCE)
    assert told["rows"] == len(SHELF)
    assert told["changes"] == {"new": 1, "gone": 2, "changed": 2, "same": 0}
    assert told["rules"] == {"soft-for-sale": {"before": 4, "after": 3, "new": 1, "gone": 2, "changed": 2}}
    assert {(one["change"], one["item"], *one["verdicts"]) for one in told["examples"]} == {
        ("new", "GW-21", "none", "review"), ("gone", "GW-22", "violation", "none"), ("gone", "GW-23", "violation", "none"),
        ("changed", "GW-20", "violation", "review"), ("changed", "GW-9", "violation", "review"),
    }  # fmt: skip
    assert (told["review"]["rows"], told["review"]["seconds"], told["review"]["assumed"]) == (3, 40.0, True)


def test_a_person_reads_examples_with_the_words_marked_the_hours_and_the_rules(there):
    shown = there("pack", "diff", SOFT)
    assert "soft-goods 1 (" in shown.out
    assert "Newly found              1" in shown.out
    assert "verdict changed: violation -> review   GW-9   Wool socks" in shown.out
    assert "Felt hat, =cmd\n           ---" in shown.out  # the word is marked under the title
    assert "Review    3 rows, about 0.0 h at 40 s a case (assumed" in shown.out
    assert "soft-for-sale" in shown.out


def test_live_measures_that_would_stand_on_nothing_are_told_by_order_item_and_measure(there):
    write_pack(there.folder, version=2, terms="socks")
    told = there.json("pack", "diff", SOFT)["measures"]
    assert told["live"] == 3  # of GW-9, GW-20, GW-23; GW-22 was decided otherwise, GW-7 is another pack's
    assert told["elsewhere"] == 1  # GW-23 offers a VPN as well
    assert [(one["order"], one["measure"], one["item"]) for one in told["vanishing"]] == [
        (LICENCE, "remove_item", "GW-20")
    ]
    shown = there("pack", "diff", SOFT)
    assert "ground would vanish for 1" in shown.out
    assert "Wool hat" in shown.out
    assert "1 live measure would rest on nothing" in shown.err
    # nothing was changed by looking
    assert there.json("pack", "diff", SOFT)["measures"] == told


def test_what_another_pack_found_too_or_is_gone_from_the_shop_is_no_vanishing_ground(there):
    write_catalogue(there.folder, {name: row for name, row in SHELF.items() if name != "GW-20"})
    write_pack(there.folder, version=2, terms="table")
    told = there.json("pack", "diff", SOFT)
    assert (told["measures"]["not_here"], [one["item"] for one in told["measures"]["vanishing"]]) == (1, ["GW-9"])
    assert any("changed since that sweep" in note for note in told["notes"])


def test_every_version_has_a_name(there):
    there("--as", "kim", "pack", "shadow", SOFT)
    digests = [one["digest"] for one in there.json("pack", "history", SOFT)["versions"]]
    write_pack(there.folder, version=3, terms="table")
    for before, after, versions in (
        (SOFT, f"{SOFT}@in-force", (3, 1)), (f"{SOFT}@shadow", f"packs/{SOFT}", (2, 3)), (f"{SOFT}@1", f"{SOFT}@2", (1, 2)),
        (digests[0][:10], f"packs/{SOFT}/pack.yaml", (1, 3)), (f"{SOFT}@3", digests[1], (3, 2)),
        ("unlicensed-vpn@shipped", "unlicensed-vpn", None),
    ):  # fmt: skip
        told = there.json("pack", "diff", before, after, "--on", LICENCE)
        assert versions is None or (told["before"]["version"], told["after"]["version"]) == versions
    for wrong, said in ((f"{SOFT}@7", "no version"), ("soft-good", "did you mean"), (f"{SOFT}@shodow", "shadow"),
                        ("abcdef12", "digest begins"), ("identical-products@shadow", "is in shadow")):  # fmt: skip
        assert said in there("pack", "diff", wrong, SOFT, code=1).err, wrong


def test_every_changed_row_is_written_as_a_spreadsheet_or_as_lines(there):
    there("pack", "diff", SOFT, "-o", "rows.csv")
    rows = list(csv.DictReader((there.folder / "rows.csv").read_text(encoding="utf-8").splitlines()))
    assert {(row["change"], row["item"], row["before"], row["after"]) for row in rows} == {
        ("newly found", "GW-21", "none", "review"), ("no longer found", "GW-22", "violation", "none"), ("no longer found", "GW-23", "violation", "none"),
        ("verdict changed", "GW-20", "violation", "review"), ("verdict changed", "GW-9", "violation", "review"),
    }  # fmt: skip
    there("pack", "diff", SOFT, "-o", "rows.jsonl")
    lines = [json.loads(line) for line in (there.folder / "rows.jsonl").read_text(encoding="utf-8").splitlines()]
    assert lines == rows
    assert "rows are not written as .xlsx" in there("pack", "diff", SOFT, "-o", "rows.xlsx", code=1).err
    assert not (there.folder / "rows.xlsx").exists()


def test_a_file_is_compared_without_a_workspace(there, tmp_path):
    hand = Hand(tmp_path / "alone")
    hand.folder.mkdir()
    (hand.folder / "items.csv").write_bytes((there.folder / "items.csv").read_bytes())
    for version, terms in ((1, "wool"), (2, "wool, hat")):
        write_pack(hand.folder / str(version), version=version, terms=terms)
    pair = (f"1/packs/{SOFT}", f"2/packs/{SOFT}")
    told = hand.json("pack", "diff", *pair, "--on", "items.csv", *MAP)
    assert told["changes"] == {"new": 1, "gone": 0, "changed": 0, "same": 4}
    assert told["set_aside"] == 3
    assert told["measures"]["live"] == 0
    assert "no last sweep" in hand("pack", "diff", *pair, code=1).err
    assert "no file nothing.csv" in hand("pack", "diff", *pair, "--on", "nothing.csv", code=1).err
    assert "would overwrite" in hand("pack", "diff", *pair, "--on", "items.csv", *MAP, "-o", "items.csv", code=1).err
    assert "@in-force is a version of a workspace" in hand("pack", "diff", f"{SOFT}@in-force", pair[1], code=1).err


def test_a_file_in_a_workspace_tells_live_measures_by_the_ids_of_its_rows(there):
    write_pack(there.folder, version=2, terms="socks")
    told = there.json("pack", "diff", SOFT, "--on", "items.csv", *MAP)
    assert [one["item"] for one in told["measures"]["vanishing"]] == ["GW-20"]


def test_products_come_from_the_order_or_from_a_file(there):
    assert "--order FILE" in there("pack", "diff", "identical-products", "--on", "items.csv", *MAP, code=1).err
    told = there.json("pack", "diff", "identical-products", "--on", "items.csv", "--order", "recall.yaml", *MAP,
                      "--map", "ean=attributes.gtin", "--map", "brand=attributes.brand", "--map", "model=attributes.model")  # fmt: skip
    assert told["changes"]["same"] > 3
    assert told["changes"]["new"] == told["changes"]["gone"] == told["changes"]["changed"] == 0


def test_an_order_that_was_not_swept_is_told(there):
    there("--as", "kim", "order", "receive", "recall.yaml")
    there("--as", "awu", "order", "confirm", RECALL, "--called", "+999 20 0117", "--with", "Ms Vale")
    there("--as", "awu", "order", "accept", RECALL)
    assert f"the order {RECALL} was not swept yet" in there("pack", "diff", SOFT, "--on", RECALL, code=1).err
    assert "are for a file" in there("pack", "diff", SOFT, "--on", LICENCE, "--kind", "listing", code=1).err


def test_a_rehearsal_can_be_compared_on_too(there):
    there("run", "soft.yaml", "-c", "items.csv", "-o", "rehearsal", *MAP)
    told = there.json("-w", "rehearsal", "pack", "diff", f"{SOFT}@1", f"packs/{SOFT}", code=1)
    assert "no version" in told["error"]  # another ledger
    write_pack(there.folder / "before", version=1)
    told = there.json("-w", "rehearsal", "pack", "diff", f"before/packs/{SOFT}", f"packs/{SOFT}")
    assert (told["on"], told["changes"]["new"]) == (LICENCE, 1)
