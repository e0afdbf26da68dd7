"""Words are proposed from confirmed cases, typed through the real command line; nothing is added by itself."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from tests.journeys.packs_by_hand import SOFT, accept, market, write_pack
from tests.journeys.world_by_hand import ITEMS, LICENCE, Hand, copy_of, write_catalogue

pytestmark = pytest.mark.slow
SHELF = dict(ITEMS) | {
    f"GW-{50 + n}": (f"Wool {thing}, hand knitted alpaca", f"Ask anna{n}@mailbox.example, +999 20 {n}", f"V7{1 + n % 4}",
                     "xa", "", "", "") for n, thing in enumerate(("scarf", "hat", "glove", "sock", "shawl", "mitten", "vest"))
} | {
    f"GW-{80 + n}": (f"Wool {thing} by Lindqvist", "", "V73", "xa", "", "", "") for n, thing in enumerate(("rug", "mat", "cord"))
} | {
    f"GW-{100 + n}": (f"Steel {thing}, hand made", "Sturdy.", "V72", "xa", "", "", "")
    for n, thing in enumerate(f"{a} {b}" for a in ("lamp", "pan", "knife", "fork", "bowl") for b in ("small", "large", "old", "new", "red"))
}  # fmt: skip


@pytest.fixture(scope="module")
def decided(tmp_path_factory) -> Path:
    """Everything of wool was decided to be a violation, but one hat."""
    folder = tmp_path_factory.mktemp("suggest") / "decided"
    hand = market(folder)
    write_catalogue(folder, SHELF)
    hand("--as", "mroy", "pack", "promote", SOFT, "--from-draft", "The order is due.")
    accept(hand)
    hand("--as", "kim", "sweep", LICENCE)
    for item, case in hand.cases(LICENCE).items():
        verdict = "no-violation" if item == "GW-9" else "violation"
        hand("--as", "blin", "cases", "decide", case, verdict, "-r", "It is of wool.")
    return folder


@pytest.fixture
def there(decided, tmp_path) -> Hand:
    return Hand(copy_of(decided, tmp_path / "market"))


def test_words_of_confirmed_cases_are_proposed_with_counts_and_examples(there):
    before = {path: path.read_bytes() for path in (there.folder / "packs").rglob("*") if path.is_file()}
    told = there.json("pack", "suggest", SOFT)
    terms = {one["term"]: one for one in told["proposed"]}
    assert (told["confirmed"], told["clean"]) == (
        10,
        len(SHELF) - 10 + 1,
    )  # the clean ones: all others, and the socks twice
    assert set(terms) & {"alpaca", "knitted alpaca", "hand knitted alpaca", "knitted", "hand knitted"}
    best = told["proposed"][0]
    assert (best["confirmed"], best["clean"]) == (7, 0)
    assert best["z"] > 1.96
    assert len(best["examples"]) == 3
    assert "alpaca" in best["examples"][0]
    assert before == {path: path.read_bytes() for path in (there.folder / "packs").rglob("*") if path.is_file()}


def test_neither_what_is_in_a_list_nor_what_says_who_somebody_is(there):
    told = there.json("pack", "suggest", SOFT, "--share", "1")
    terms = " ".join(one["term"] for one in told["proposed"])
    assert "wool" not in terms  # is in the list
    assert "lindqvist" not in terms  # of one account alone
    assert not any(sign.isdigit() for sign in terms)
    assert "anna" not in terms
    assert "mailbox" not in terms


def test_a_person_reads_a_block_to_paste_and_takes_a_spreadsheet(there):
    shown = there("pack", "suggest", SOFT, "-o", "words.csv")
    assert "10 confirmed items against" in shown.out
    assert "Nothing was added." in shown.out
    assert "terms: {en: [" in shown.out
    rows = list(csv.DictReader((there.folder / "words.csv").read_text(encoding="utf-8-sig").splitlines()))
    assert rows
    assert {row["added_by"] for row in rows} == {""}
    assert {row["role"] for row in rows} == {"term"}
    assert rows[0]["why"].startswith("in 7 of 10 confirmed, 0 of ")
    there("--as", "kim", "pack", "words", SOFT, "words.csv")  # as a clerk would take them
    assert rows[0]["term"] not in {one["term"] for one in there.json("pack", "suggest", SOFT)["proposed"]}


def test_files_stand_for_cases_and_sweeps_also_without_a_workspace(there, tmp_path):
    hand = Hand(tmp_path / "alone")
    pack = write_pack(hand.folder)
    for name, wanted in (("bad.csv", "Wool"), ("good.csv", "Steel")):
        lines = [f"{sku},{head[0].replace(',', '')},{head[2]}" for sku, head in SHELF.items() if wanted in head[0]]
        (hand.folder / name).write_text("id,title,account\n" + "\n".join(lines) + "\n", encoding="utf-8")
    told = hand.json("pack", "suggest", pack, "--confirmed", "bad.csv", "--clean", "good.csv")
    assert told["proposed"][0]["confirmed"] == 7
    assert "--confirmed FILE" in hand("pack", "suggest", pack, code=1).err
    assert "--clean FILE" in hand("pack", "suggest", pack, "--confirmed", "bad.csv", code=1).err
    assert "is no file" in hand("pack", "suggest", pack, "--confirmed", "worse.csv", "--clean", "good.csv", code=1).err
    assert "would overwrite" in hand("pack", "suggest", pack, "--confirmed", "bad.csv", "--clean", "good.csv",
                                     "-o", "bad.csv", code=1).err  # fmt: skip


def test_too_little_proposes_nothing(there, tmp_path):
    (there.folder / "few.csv").write_text("id,title\n1,Wool hat\n", encoding="utf-8")
    said = there("pack", "suggest", SOFT, "--confirmed", "few.csv", code=1).err
    assert "from 5 confirmed items at least, and there are 1" in said
    (there.folder / "none.csv").write_text("id,title\n", encoding="utf-8")
    assert "no clean item" in there("pack", "suggest", SOFT, "--clean", "none.csv", code=1).err
