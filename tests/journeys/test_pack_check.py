"""`rectify pack check` as a clerk types it: faults, what is worth a look, a clean sample, past sweeps."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.journeys.packs_by_hand import SOFT, accept, market, write_pack
from tests.journeys.world_by_hand import LICENCE, Hand, copy_of

pytestmark = pytest.mark.slow
TRIALS = '- {text: "Wool scarf", expect: violation}\n- {text: "A lamp", expect: none}\n- {text: "No wool", expect: violation}\n'


@pytest.fixture(scope="module")
def begun(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("check") / "market"
    market(folder)
    write_pack(folder, terms="wool, raw wool, flax", trials=TRIALS)
    return folder


@pytest.fixture
def there(begun, tmp_path) -> Hand:
    return Hand(copy_of(begun, tmp_path / "market"))


def test_what_is_worth_a_look_is_told_with_its_place_and_fails_only_where_it_must(there):
    told = there.json("pack", "check", SOFT)
    assert told["faults"] == []
    assert [(one["about"], one["file"], one["line"], one["text"].split(":")[0]) for one in told["remarks"]] == [
        ("words", "pack.yaml", 8, '"raw wool" adds nothing in "soft"'),
        ("trials", "trials/trials.yaml", 3, "this trial shows what another one shows"),
        ("trials", "trials/trials.yaml", 2, "nothing that the rule looks for is in this trial"),
    ]
    shown = there("pack", "check", SOFT)
    assert "No faults  soft-goods 1" in shown.out
    assert "Trials: worth a look 2" in shown.out
    there("pack", "check", SOFT, "--strict", code=1)


def test_faults_are_faults_whatever_else_is_asked(there):
    write_pack(there.folder, terms="")
    assert "error" in there("pack", "check", SOFT, code=1).err


def test_a_clean_sample_tells_words_that_hit_too_much(there):
    lines = "id,title\n" + "".join(f"{n},{'flax rope' if n % 4 == 0 else 'rope'}\n" for n in range(40))
    (there.folder / "clean.csv").write_text(lines, encoding="utf-8")
    told = there.json("pack", "check", SOFT, "--sample", "clean.csv", "--share", "0.2")
    assert told["sample"]["rows"] == 40
    assert told["sample"]["words"][0] == {"words": "soft", "term": "flax", "rows": 10, "example": "[flax] rope"}
    assert told["sample"]["findings"] == [["soft-for-sale", "violation", 10]]
    assert [one["text"] for one in told["remarks"] if one["about"] == "sample"] == [
        '"flax" of "soft" is hit in 10 of 40 rows of the sample'
    ]
    shown = there("pack", "check", SOFT, "--sample", "clean.csv")
    assert "25.000%" in shown.out


def test_of_a_labelled_file_the_clean_rows_are_the_sample(there):
    lines = "id,title,label,topic\n1,flax,clean,\n2,flax,violation,soft\n3,rope,clean,\n"
    (there.folder / "labelled.csv").write_text(lines, encoding="utf-8")
    assert there.json("pack", "check", SOFT, "--sample", "labelled.csv")["sample"]["rows"] == 2


@pytest.mark.parametrize("share", ["-0.1", "2"])
def test_a_share_is_a_share(there, share):
    assert "a share is a number from 0 to 1" in there("pack", "check", SOFT, "--share", share, code=1).err


def test_rules_and_words_that_found_nothing_in_past_sweeps_are_told(there):
    nothing = there("pack", "check", SOFT, "--sweeps", "3")
    assert "No sweep of this workspace looked for soft-goods yet." in nothing.err
    there("--as", "mroy", "pack", "promote", SOFT, "--from-draft", "The order is due.")
    accept(there)
    there("--as", "kim", "sweep", LICENCE)
    shown = there("pack", "check", SOFT, "--sweeps", "3")
    assert "1 were read" in shown.err
    assert '2 of 3 words of "soft" were in no finding of the last 1 sweeps: raw wool, flax' in shown.out


def test_past_sweeps_need_a_workspace(tmp_path):
    (tmp_path / "bare").mkdir()
    hand = Hand(tmp_path / "bare")
    assert "past sweeps stand in a workspace" in hand("pack", "check", "unlicensed-vpn", "--sweeps", "2", code=1).err
