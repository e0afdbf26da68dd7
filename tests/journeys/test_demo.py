"""The demo, played by a real process: what it tells is what the shop, the ledger and the papers hold."""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from rectify.example.rows import Truth
from rectify.example.shop import Shop
from rectify.example.world import SMALL, make_world

pytestmark = pytest.mark.slow

AT = "2026-11-21T12:00:00+01:00"  # a Saturday: the deadline of the recall lies behind a weekend
SPAN = timedelta(hours=30)


def rectify(*arguments: str, folder: Path, code: int = 0) -> str:
    """Runs the command as a person would; gives what it wrote to stdout."""
    environment = {**os.environ, "NO_COLOR": "1", "PYTHONUTF8": "1"}
    done = subprocess.run([sys.executable, "-m", "rectify.cli.main", *arguments], cwd=folder, env=environment,
                          capture_output=True, encoding="utf-8", timeout=600)  # fmt: skip
    assert done.returncode == code, done.stdout[-2000:] + done.stderr[-2000:]
    return done.stdout


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("played")


@pytest.fixture(scope="module")
def told(folder):
    return json.loads(rectify("demo", "--small", "--at", AT, "--json", folder=folder))


@pytest.fixture(scope="module")
def world():
    return make_world(datetime.fromisoformat(AT) - SPAN, size=SMALL)


@pytest.fixture(scope="module")
def shop(folder, told):
    return Shop(folder / "demo" / "shop" / "shop.db")


def ask(folder: Path, *arguments: str) -> dict:
    return json.loads(rectify("-w", "demo", "--json", *arguments, folder=folder))


def by_name(told: dict) -> dict:
    return {one["name"]: one for one in told["orders"]}


def report(told: dict, name: str, folder: Path) -> dict:
    return json.loads((folder / told["reports"][name]["en"]["json"]).read_text(encoding="utf-8"))


def test_the_listing_that_both_orders_name_stays_down_when_one_is_annulled(told, shop):
    assert [(stage, standing["xa"]) for stage, standing in told["shared"]] == [
        ("before", "visible"), ("recall", "removed"), ("licence", "removed"), ("annulled", "removed"),
    ]  # fmt: skip
    assert {standing["xb"] for _, standing in told["shared"]} == {"visible"}
    assert shop.standing(told["named"]["both"]) == {"xa": "removed", "xb": "visible"}


def test_all_else_that_the_annulled_order_held_is_back_to_what_the_shop_had_chosen(told, world, shop):
    recalled = {i.id for i in world.listings if i.truth in (Truth.RECALLED, Truth.BOTH)}
    named = told["named"]
    own = {
        (item.id, front): item.own for item in (*world.talk, *reversed(world.listings)) for front in item.storefronts
    }
    differs = {place: state for place, state in shop.all_standing().items() if state != own[place]}
    assert {item for item, _ in differs} - recalled == {named["labelled"], named["hidden"], named["deleted"]}
    assert {front for item, front in differs if item in recalled} == {"xa", "eu"}
    assert {state for (item, _), state in differs.items() if item in recalled} == {"removed"}
    apps = shop.counts("app_shelf")
    assert {state for _, state in apps} == {"visible"}


def test_a_listing_that_the_shop_touched_was_left_out_and_never_written_over(told, folder, shop):
    named = told["named"]
    assert shop.standing(named["labelled"]) == {"xa": "labelled"}
    assert shop.standing(named["hidden"]) == {"xa": "removed"}
    assert shop.standing(named["deleted"]) == {"xa": "gone"}
    assert sum(line["left_out"] for line in report(told, "licence", folder)["measures"]) == 1


def test_a_granted_appeal_gives_the_listing_back_before_the_annulment(told, folder, shop):
    assert shop.standing(told["named"]["guide"]) == {"xa": "visible"}
    appeals = {a["state"] for a in ask(folder, "appeal", "list")["appeals"]}
    assert appeals == {"granted", "denied"}
    assert shop.standing(told["named"]["repaired"]) == {"xa": "removed"}


def test_nothing_outside_the_territory_was_touched(told):
    counts = [{tuple(place): n for *place, n in places if place[0] == "xb"} for _, places in told["market"]]
    assert all(one == counts[0] for one in counts)


def test_buyers_of_every_recalled_item_were_told_once(told, folder, shop):
    assert told["notices_to_buyers"] == shop.told()
    measures = {line["measure"]: line for line in report(told, "recall", folder)["measures"]}
    assert measures["tell_buyers"]["done"] == measures["remove_item"]["done"] == shop.told() > 40


def test_every_offer_in_the_territory_was_judged_a_violation_and_no_innocent_but_the_one_that_appealed(
    told, folder, world
):
    judged = {}
    for name in ("recall", "licence", "apps"):
        found = ask(folder, "cases", "list", by_name(told)[name]["book"], "--state", "all", "--limit", "5000")
        for case in found["cases"]:
            judged.setdefault(case["item"][2], set()).add(case["state"])
    truths = {item.id: item.truth for item in (*world.listings, *world.apps, *world.talk)}
    fronts = {item.id: item.storefronts for item in (*world.listings, *world.apps, *world.talk)}
    asked_for = {Truth.OFFER, Truth.RECALLED, Truth.BOTH}
    for name, truth in truths.items():
        if truth in asked_for:
            # Of an item that is on sale elsewhere only, a pack says `violation` and no measure follows.
            reached = {"violation"} if set(fronts[name]) & {"xa", "eu"} else {"outside", "violation"}
            assert judged[name] <= reached, name
        elif name == told["named"]["guide"]:
            assert judged[name] == {"no_violation"}  # as the appeal left it
        else:
            assert judged.get(name, {"none"}) <= {"no_violation", "asked", "none"}, name


def test_the_forged_order_got_no_further_than_received(told, folder):
    assert "lies outside the domains of Product Safety Office" in told["refused"][0]
    orders = {one["book"]: one["state"] for one in ask(folder, "order", "list", "--all")["orders"]}
    assert orders[by_name(told)["forged"]["book"]] == "received"
    assert sorted(orders.values()) == ["accepted", "annulled", "annulled", "received"]


def test_the_sums_of_every_report_agree_and_nothing_is_open(told, folder):
    for name in ("recall", "licence", "apps"):
        said = report(told, name, folder)
        seen, cases = said["seen"], said["cases"]
        assert seen["rows"] == seen["screened"] + seen["set_aside"]
        assert cases["all"] == sum(cases[k] for k in ("violation", "no_violation", "outside", "asked"))
        for line in said["measures"]:
            became = ("done", "moot", "failed", "refused", "unknown", "left_out")
            assert line["approved"] == sum(line[k] for k in became)
    recall = report(told, "recall", folder)
    assert (recall["seen"]["set_aside"], recall["seen"]["duplicates"]) == (3, 1)
    assert recall["deadline"]["met"] is True
    assert recall["undone"]["done"] == 0
    assert report(told, "licence", folder)["undone"]["done"] == by_name(told)["licence"]["undone"] > 60


def test_letters_are_there_in_both_languages_for_every_occasion(told, folder):
    letters = [file.read_text(encoding="utf-8") for file in (folder / "demo" / "letters").glob("*.txt")]
    assert len(letters) >= told["letters"] > 150
    assert sum("We stopped showing" in text for text in letters) > 20
    assert sum("您" in text for text in letters) > 20
    occasions = {one["occasion"] for one in ask(folder, "letters", "list")["letters"]}
    assert occasions == {
        "acknowledgement", "removed", "restricted", "still_down", "returned_annulled", "seller_asked",
        "appeal_received", "appeal_granted", "appeal_denied", "report",
    }  # fmt: skip


def test_a_letter_about_a_listing_in_two_countries_storefront_says_so(told, folder, world):
    shared = {i.id for i in world.listings if i.truth is Truth.RECALLED and i.storefronts == ("eu",)}
    letters = [file.read_text(encoding="utf-8") for file in (folder / "demo" / "letters").glob("*.txt")]
    about = [text for text in letters if "We stopped showing" in text and any(name in text for name in shared)]
    assert about
    assert all("So do other countries, except" in text for text in about)


def test_reports_are_there_as_page_print_json_and_csv_and_in_chinese(told, folder):
    for named in told["reports"].values():
        assert {"html", "json", "csv"} <= named["en"].keys()
        for files in named.values():
            for path in files.values():
                assert (folder / path).stat().st_size > 1000
        assert "整改报告" in (folder / named["zh"]["html"]).read_text(encoding="utf-8")


def test_hostile_titles_reach_no_spreadsheet_no_page_and_no_terminal(told, folder):
    named = told["reports"]["licence"]["en"]
    with (folder / named["csv"]).open(encoding="utf-8-sig", newline="") as file:
        cells = [cell for row in csv.reader(file) for cell in row]
    assert not [cell for cell in cells if cell.startswith(("=", "+", "@"))]
    assert "<script>alert" not in (folder / named["html"]).read_text(encoding="utf-8")
    shown = rectify("-w", "demo", "cases", "list", by_name(told)["licence"]["book"], "--state", "all", "--limit", "500",
                    folder=folder)  # fmt: skip
    assert "[U+001B]" in shown
    assert "\x1b" not in shown
    assert "\u202e" not in shown


def test_the_ledger_is_whole_and_the_tables_are_what_it_says(told, folder):
    assert "whole" in rectify("-w", "demo", "ledger", "verify", folder=folder)
    checks = {name: state for name, state, _ in ask(folder, "doctor")["checks"]}
    assert checks["tables"] == "fine"


def test_the_workspace_is_left_for_use_by_hand(told, folder):
    book = by_name(told)["recall"]["book"]
    assert "accepted" in rectify("-w", "demo", "order", "show", book, folder=folder)
    assert "carried out" in rectify("-w", "demo", "measures", "list", book, folder=folder)
    assert "sent back" in rectify("-w", "demo", "measures", "list", book, folder=folder)
    assert "Nothing is due." in rectify("-w", "demo", "measures", "rehearse", book, "--as", "blin", folder=folder)
    assert "identical-products" in rectify("-w", "demo", "findings", book, "--limit", "3", folder=folder)


def test_an_earlier_demo_is_kept_where_that_is_asked_and_a_folder_of_others_is_never_touched(told, folder, tmp_path):
    rectify("demo", "--keep", folder=folder, code=1)
    (tmp_path / "demo").mkdir()
    (tmp_path / "demo" / "mine.txt").write_text("mine", encoding="utf-8")
    rectify("demo", folder=tmp_path, code=1)
    assert [file.name for file in (tmp_path / "demo").iterdir()] == ["mine.txt"]


def test_the_whole_world_is_told_in_eighty_columns(tmp_path):
    shown = rectify("demo", folder=tmp_path)
    assert "What came of each order" in shown
    assert "20,001 rows" in shown
    assert "annulled  xa removed" in shown
    assert "virtual private network [mixed]" in shown
    assert "=====" in shown
    long = [line for line in shown.splitlines() if len(line) > 80]
    assert not long
    assert "\x1b" not in shown
