"""A version goes from draft to shadow and in force, typed through the real command line; what was found stays found."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.journeys.packs_by_hand import SOFT, accept, market, receive, write_pack, write_soft_order
from tests.journeys.world_by_hand import LICENCE, Hand, copy_of, shop, write_catalogue

from rectify.screening.findings import read_parquet

pytestmark = pytest.mark.slow
TABLES = '- {text: "A table", expect: violation}\n- {text: "A lamp", expect: none}\n'
HURRY = "The order is due today."


@pytest.fixture(scope="module")
def begun(tmp_path_factory) -> Path:
    """A market with a draft of its own."""
    return market(tmp_path_factory.mktemp("packs") / "begun").folder


@pytest.fixture(scope="module")
def swept(begun) -> Path:
    """The first version is in force, and an order was searched with it."""
    folder = copy_of(begun, begun.parent / "swept")
    hand = Hand(folder)
    hand("--as", "mroy", "pack", "promote", SOFT, "--from-draft", HURRY)
    accept(hand)
    hand("--as", "kim", "sweep", LICENCE)
    return folder


@pytest.fixture
def hand(begun, tmp_path) -> Hand:
    return Hand(copy_of(begun, tmp_path / "market"))


@pytest.fixture
def there(swept, tmp_path) -> Hand:
    return Hand(copy_of(swept, tmp_path / "market"))


def states(hand: Hand, name: str = SOFT) -> dict[int, str]:
    return {one["version"]: one["state"] for one in hand.json("pack", "history", name)["versions"]}


# draft


def test_an_order_is_not_accepted_with_a_draft_and_the_sentence_names_the_command(hand):
    receive(hand)
    said = hand("--as", "awu", "order", "accept", LICENCE, code=1).err
    assert "the pack soft-goods is a draft: an order is searched with what is in force" in said
    assert "rectify pack shadow soft-goods" in said


def test_what_comes_in_with_a_draft_is_told_and_a_task(hand):
    assert "which is a draft" in hand("order", "check", "soft.yaml").err
    hand("--as", "kim", "order", "receive", "soft.yaml")
    assert "a pack that is not here" in hand.tasks(LICENCE)


def test_a_version_taken_back_to_draft_stops_the_next_sweep_and_nothing_else(there):
    before = there.cases(LICENCE)
    there("--as", "mroy", "pack", "withdraw", SOFT, code=1)
    there("--as", "kim", "pack", "withdraw", SOFT, "-r", "It finds lambs.", code=1)  # not a clerk's to decide
    said = there("--as", "mroy", "pack", "withdraw", SOFT, "-r", "It finds lambs.").out
    assert "from in force to draft" in said
    assert "none is in force now" in said
    assert states(there) == {1: "draft"}
    assert "is a draft" in there("--as", "kim", "sweep", LICENCE, code=1).err
    assert there.cases(LICENCE) == before
    there("--as", "mroy", "pack", "promote", f"{SOFT}@1", "--from-draft", "It was right.")
    there("--as", "kim", "sweep", LICENCE)


def test_what_only_looks_takes_a_draft_and_says_so(hand):
    for call in (("pack", "try", SOFT, "wool"), ("pack", "trial", SOFT),
                 ("screen", "items.csv", "-p", SOFT, "-o", "found.csv", "--map", "sku=id", "--map", "headline=title")):  # fmt: skip
        assert "note: soft-goods 1 is a draft: no order is searched with it" in hand(*call).err, call
    told = hand("run", "soft.yaml", "-c", "items.csv", "-o", "rehearsal", "--map", "headline=title", "--map", "sku=id")
    assert "The pack soft-goods 1 is taken as its folder is now" in told.err
    assert "violation 1" in told.out
    hand("--as", "mroy", "pack", "promote", SOFT, "--from-draft", HURRY)
    assert "note:" not in hand("pack", "try", SOFT, "wool").err


# shadow and in force


def test_a_version_goes_to_shadow_and_in_force_with_who_and_when(hand):
    said = hand("--as", "kim", "pack", "shadow", SOFT).out
    assert "soft-goods 1 from draft to shadow" in said
    hand("--as", "kim", "pack", "promote", SOFT, code=1)
    said = hand("--as", "mroy", "pack", "promote", SOFT).out
    assert "soft-goods 1 from shadow to in force" in said
    moves = hand.json("pack", "history", SOFT)["moves"]
    assert [(one["from"], one["to"], one["by"]) for one in moves] == [
        ("draft", "shadow", "kim"),
        ("shadow", "in force", "mroy"),
    ]
    assert all(one["at"].endswith("Z") and len(one["digest"]) == 64 for one in moves)
    shown = hand("pack", "history", SOFT).out
    assert "mroy" in shown
    assert "Version   1 is in force" in shown
    listed = {one["pack"]: one["state"] for one in hand.json("pack", "list")["packs"]}
    assert listed[SOFT] == "in force"
    assert listed["identical-products"] == "shipped"
    assert "whole" in hand("ledger", "verify").out


def test_nothing_goes_in_force_without_a_time_in_shadow_unless_for_a_reason(hand):
    said = hand("--as", "mroy", "pack", "promote", SOFT, code=1).err
    assert "no version of the pack soft-goods is in shadow" in said
    assert "--from-draft REASON" in said
    hand("--as", "mroy", "pack", "promote", SOFT, "--from-draft", HURRY)
    (move,) = hand.json("pack", "history", SOFT)["moves"]
    assert (move["from"], move["to"], move["reason"]) == ("draft", "in force", HURRY)


def test_the_same_version_is_not_moved_twice(hand):
    hand("--as", "kim", "pack", "shadow", SOFT)
    assert "is shadow already" in hand("--as", "kim", "pack", "shadow", SOFT, code=1).err
    hand("--as", "mroy", "pack", "promote", SOFT)
    assert "is in force already" in hand("--as", "kim", "pack", "shadow", SOFT, code=1).err


def test_another_meaning_needs_a_higher_number(hand):
    hand("--as", "kim", "pack", "shadow", SOFT)
    write_pack(hand.folder, terms="wool, socks")
    said = hand("--as", "kim", "pack", "shadow", SOFT, code=1).err
    assert "still calls itself version 1" in said
    assert "version: 2" in said
    write_pack(hand.folder, version=2, terms="wool, socks")
    assert "instead of version 1" in hand("--as", "kim", "pack", "shadow", SOFT).out
    assert states(hand) == {1: "replaced", 2: "shadow"}


def test_faults_and_failing_trials_are_told_and_nothing_is_moved(hand):
    write_pack(hand.folder, trials='- {text: "A lamp", expect: violation}\n- {text: "Wool", expect: none}\n')
    said = hand("--as", "kim", "pack", "shadow", SOFT, code=1).err
    assert "2 of 2 trials of soft-goods 1 fail" in said
    assert "A lamp" in said
    pack = write_pack(hand.folder) / "pack.yaml"
    pack.write_text(pack.read_text().replace("when: soft in", "when: sofft in"), encoding="utf-8")
    said = hand("--as", "mroy", "pack", "promote", SOFT, "--from-draft", HURRY, code=1).err
    assert "pack.yaml:11" in said
    assert "sofft" in said
    assert states(hand) == {}
    told = hand("pack", "list")
    assert "identical-products" in told.out
    assert "faults in soft-goods: 1;  rectify pack check soft-goods" in told.err


def test_who_tried_a_version_does_not_promote_it_where_the_settings_say_so(hand):
    settings = hand.folder / "rectify.yaml"
    settings.write_text(settings.read_text().replace("[approve, appeal, erase]", "[approve, appeal, erase, promote]"))
    hand("--as", "mroy", "pack", "shadow", SOFT)
    assert "another person" in hand("--as", "mroy", "pack", "promote", SOFT, code=1).err
    assert "nobody looks" in hand("--as", "blin", "pack", "promote", SOFT, "--from-draft", HURRY, code=1).err
    hand("--as", "blin", "pack", "promote", SOFT)


def test_what_is_promoted_is_what_was_tried_whatever_the_folder_says(hand):
    hand("--as", "kim", "pack", "shadow", SOFT)
    write_pack(hand.folder, version=2, terms="table")
    said = hand("--as", "mroy", "pack", "promote", SOFT)
    assert "soft-goods 1 from shadow" in said.out
    assert "the folder of soft-goods holds version 2 by now" in said.err
    accept(hand)
    hand("--as", "kim", "sweep", LICENCE)
    assert set(hand.cases(LICENCE)) == {"GW-9"}  # wool socks, and no oak table


def test_a_sweep_needs_no_folder_of_what_is_in_force(there):
    for path in sorted((there.folder / "packs" / SOFT).rglob("*"), reverse=True):
        path.rmdir() if path.is_dir() else path.unlink()
    write_catalogue(
        there.folder,
        {"GW-9": ("Wool hat", "", "V73", "xa", "", "", ""), "GW-10": ("Wool rug", "", "V73", "xa", "", "", "")},
    )
    there("--as", "kim", "sweep", LICENCE)
    assert {"GW-9", "GW-10"} <= set(there.cases(LICENCE))


def test_a_pack_that_is_not_here_has_no_history(hand):
    assert "soft-goods" in hand("pack", "history", "soft-good", code=1).err
    assert "no pack of your own" in hand("--as", "kim", "pack", "shadow", "nothing", code=1).err
    assert "shipped with the program" in hand("--as", "kim", "pack", "shadow", "unlicensed-vpn", code=1).err
    assert hand.json("pack", "history", "unlicensed-vpn")["shipped"] >= 1


# a version of one's own in the place of a shipped one


def test_a_shipped_pack_is_in_force_until_an_own_version_is(hand):
    write_soft_order(hand.folder, "unlicensed-vpn")
    write_pack(hand.folder, name="unlicensed-vpn", version=1)
    assert "still calls itself version 1" in hand("--as", "kim", "pack", "shadow", "unlicensed-vpn", code=1).err
    write_pack(hand.folder, name="unlicensed-vpn", version=50)
    accept(hand)
    hand("--as", "kim", "sweep", LICENCE)
    before = set(hand.cases(LICENCE))
    assert "GW-7" in before
    assert "GW-9" not in before
    hand("--as", "mroy", "pack", "promote", "unlicensed-vpn", "--from-draft", "We know better.")
    hand("--as", "kim", "sweep", LICENCE)
    assert set(hand.cases(LICENCE)) == before | {"GW-9"}
    assert "the shipped version" in hand("--as", "mroy", "pack", "withdraw", "unlicensed-vpn", "-r", "We do not.").out
    assert hand.json("pack", "history", "unlicensed-vpn")["versions"][0]["state"] == "draft"


# shadow in a sweep


def test_a_version_in_shadow_is_counted_and_nothing_follows(there):
    before = there.cases(LICENCE)
    write_pack(there.folder, version=2, terms="wool, table", why="Offers")
    there("--as", "kim", "pack", "shadow", SOFT)
    said = there("--as", "kim", "sweep", LICENCE)
    assert "Shadow    soft-goods 2: violation 2   review 0" in said.out
    assert "Cases     0 opened, 0 looked at again" in said.out
    told = there.json("--as", "kim", "sweep", LICENCE)
    assert told["shadow"] == [{"pack": SOFT, "version": 2, "violation": 2, "review": 0}]
    assert told["violation"] == 1
    assert there.cases(LICENCE) == before
    # the ledger says it beside, and counts it nowhere else
    there("--as", "awu", "ledger", "export", LICENCE, "-o", "book.json")
    entries = [line["entry"] for line in json.loads((there.folder / "book.json").read_text())["entries"]]
    planned, swept = ([e["body"] for e in entries if e["kind"] == kind][-1] for kind in ("planned", "swept"))
    assert [one[:2] for one in planned["shadow"]] == [[SOFT, 2]]
    assert [one[:2] for one in planned["packs"]] == [[SOFT, 1]]
    assert swept["shadow"] == [["soft-goods/soft-for-sale", "listing", "violation", 2]]
    assert swept["rules"] == [["soft-goods/soft-for-sale", "listing", "violation", 1]]
    assert swept["findings"] == swept["violation"] == 1
    assert sum(one["kind"] == "gathered" for one in entries) == 1
    # no figure of a report
    report = there.json("--as", "awu", "report", LICENCE, "--format", "json")["files"]["json"]
    made = json.loads((there.folder / report).read_text())
    assert [line["n"] for line in made["findings"]] == [1]
    # findings are there for who asks for them
    assert "Oak table" not in there("findings", LICENCE).out
    shown = there("findings", LICENCE, "--shadow").out
    assert "[in shadow]" in shown
    assert "GW-4" in shown
    assert [one["item"] for one in there.json("findings", LICENCE)["findings"]] == ["GW-9"]


def test_a_rule_in_shadow_decides_nothing_though_settings_name_it(there):
    settings = there.folder / "rectify.yaml"
    settings.write_text(
        settings.read_text().replace("decide_by_pack: []", "decide_by_pack: [soft-goods/soft-for-sale]")
    )
    write_pack(there.folder, version=2, terms="table", trials=TABLES)
    there("--as", "kim", "pack", "shadow", SOFT)
    told = there.json("--as", "kim", "sweep", LICENCE)
    assert told["by_pack"] == 1  # the case that the version in force found
    assert _states(there) == {"GW-9": "violation"}


def _states(hand: Hand) -> dict[str, str]:
    return {one["item"][2]: one["state"] for one in hand.json("cases", "list", LICENCE, "--state", "all")["cases"]}


def test_a_pack_only_in_shadow_finds_nothing_for_an_order(hand):
    hand("--as", "kim", "pack", "shadow", SOFT)
    receive(hand)
    said = hand("--as", "awu", "order", "accept", LICENCE, code=1).err
    assert "none is in force" in said
    assert "rectify pack promote soft-goods" in said


def test_a_pack_only_in_shadow_is_counted_beside_one_in_force(hand):
    hand("--as", "kim", "pack", "shadow", SOFT)
    write_soft_order(hand.folder, "soft-goods, unlicensed-vpn")
    accept(hand)
    said = hand("--as", "kim", "sweep", LICENCE)
    assert "which is only in shadow" in said.err
    assert "Shadow    soft-goods 1: violation 1" in said.out
    assert "GW-9" not in hand.cases(LICENCE)


# cases in flight


def test_a_case_keeps_the_version_that_found_it(there):
    case = there.cases(LICENCE)["GW-9"]
    write_pack(there.folder, version=2, terms="wool", measure="restrict_item", why="Hands out", zh="派发")
    there("--as", "kim", "pack", "shadow", SOFT)
    there("--as", "mroy", "pack", "promote", SOFT)
    shown = there("cases", "show", case).out
    assert "soft-goods 1 (" in shown
    assert "soft: wool" in shown
    assert there.json("cases", "show", case)["found_by"][0]["version"] == 1
    there("--as", "blin", "cases", "decide", case, "violation", "-r", "It is wool.")
    there("--as", "awu", "ledger", "export", LICENCE, "-o", "book.json")
    entries = [line["entry"] for line in json.loads((there.folder / "book.json").read_text())["entries"]]
    (decided,) = [e["body"] for e in entries if e["kind"] == "decided"]
    assert decided["measure"] == "remove_item"  # as the version says that found it


def test_a_case_found_by_the_next_version_is_decided_by_that(there):
    settings = there.folder / "rectify.yaml"
    write_pack(there.folder, version=2, terms="wool, table", measure="restrict_item", why="Hands out")
    there("--as", "mroy", "pack", "promote", SOFT, "--from-draft", HURRY)
    settings.write_text(
        settings.read_text().replace("decide_by_pack: []", "decide_by_pack: [soft-goods/soft-for-sale]")
    )
    digests = {one["version"]: one["digest"] for one in there.json("pack", "history", SOFT)["versions"]}
    write_catalogue(there.folder, {"GW-4": ("Oak table", "", "V73", "xa|xb", "", "", "")})
    there("--as", "kim", "sweep", LICENCE)  # the wool is gone from the shop, its case is in flight
    there("--as", "awu", "ledger", "export", LICENCE, "-o", "book.json")
    entries = [line["entry"] for line in json.loads((there.folder / "book.json").read_text())["entries"]]
    decided = [e["body"] for e in entries if e["kind"] == "decided"]
    assert sorted((one["rule"].partition("@")[2], one["measure"]) for one in decided) == sorted([
        (digests[1], "remove_item"), (digests[2], "restrict_item"),
    ])  # fmt: skip


def test_findings_of_a_shadow_lie_in_the_files_of_the_sweep_marked(there):
    write_pack(there.folder, version=2, terms="table", trials=TABLES)
    there("--as", "kim", "pack", "shadow", SOFT)
    there("--as", "kim", "sweep", LICENCE)
    found = [one for path in (there.folder / "sweeps").rglob("*.parquet") if ".kept." not in path.name
             for one in read_parquet(path)]  # fmt: skip
    assert {("GW-9", ()), ("GW-4", ("shadow",))} <= {(one.item.id, one.marks) for one in found}


def test_a_letter_says_the_sentence_of_the_version_that_found_in_the_language_of_who_is_told(there):
    """Deng Ruolan (V74) reads Chinese; version 2 says the same in English, and something else in Chinese."""
    write_catalogue(there.folder, {"GW-30": ("Wool cap", "", "V74", "xa", "", "", "")})
    with shop(there.folder / "shop.db") as connection:
        connection.execute("INSERT INTO listing_states (listing, storefront) VALUES ('GW-30', 'xa')")
    there("--as", "kim", "sweep", LICENCE)
    write_pack(there.folder, version=2, terms="wool, felt", zh="赠送")
    there("--as", "mroy", "pack", "promote", SOFT, "--from-draft", HURRY)
    there("--as", "blin", "cases", "decide", there.cases(LICENCE)["GW-30"], "violation", "-r", "It is of wool.")
    (one,) = there.json("--as", "blin", "measures", "rehearse", LICENCE)["sets"]
    there("--as", "mroy", "measures", "approve", one["digest"], "--count", one["measures"])
    there("--as", "mroy", "measures", "carry-out", one["digest"])
    there("--as", "kim", "letters", "write", LICENCE)
    (letter,) = [x["letter"] for x in there.json("letters", "list", LICENCE)["letters"] if x["occasion"] == "removed"]
    told = there("letters", "show", letter).out
    assert "规则：出售“wool”。" in told
    assert "赠送" not in told
