"""The example world: the same from a seed, of the promised size, and nobody's."""

from __future__ import annotations

import csv
import re
import sqlite3
from collections import Counter
from contextlib import closing
from datetime import UTC, datetime, timedelta

import pyarrow.parquet as pq
import pytest

from rectify.example.disguise import WAYS, fitting, write
from rectify.example.draw import Draw
from rectify.example.exports import BROKEN, write_exports
from rectify.example.papers import ORDERS, Served, holidays, write_papers
from rectify.example.rows import Truth
from rectify.example.shop import Shop, build_shop
from rectify.example.words import words
from rectify.example.world import HOSTILE, SMALL, Size, make_world
from rectify.terms.product import check_digit, read_gtin

AT = datetime(2026, 11, 20, 8, tzinfo=UTC)


@pytest.fixture(scope="module")
def world():
    return make_world(AT, size=SMALL)


@pytest.fixture(scope="module")
def shop(world, tmp_path_factory):
    path = tmp_path_factory.mktemp("shop") / "shop.db"
    build_shop(world, path)
    return Shop(path)


def test_the_same_seed_gives_the_same_rows_and_another_seed_others(world):
    assert make_world(AT, size=SMALL) == world
    assert make_world(AT, seed=7, size=SMALL).listings != world.listings


def test_the_same_world_gives_the_same_bytes(world, tmp_path):
    for name in ("one", "two"):
        write_exports(world, tmp_path / name)
    for file in sorted((tmp_path / "one").iterdir()):
        assert file.read_bytes() == (tmp_path / "two" / file.name).read_bytes(), file.name


def test_the_full_world_promises_twenty_thousand_rows():
    size = Size()
    rows = size.sellers + size.developers + size.authors + size.listings + size.apps + size.talk
    assert 19_900 <= rows <= 20_100
    assert 0.008 <= size.offers / size.listings <= 0.015


def test_sizes_hold_and_every_id_is_one_items_but_for_the_double(world):
    assert len(world.apps) == SMALL.apps
    ids = Counter(item.id for item in (*world.listings, *world.apps, *world.talk))
    assert {name for name, n in ids.items() if n > 1} == {world.named["twice"]}


def test_a_world_too_small_for_its_story_is_refused():
    with pytest.raises(ValueError, match="too few"):
        make_world(AT, size=Size(sellers=60, developers=20, authors=10, listings=50))


def test_offers_are_written_in_every_way_that_the_example_knows(world):
    written = {item.disguise for item in world.listings if item.truth is Truth.OFFER}
    assert written >= {str(way) for way in WAYS} | {""}


@pytest.mark.parametrize("way", tuple(WAYS))
def test_a_disguise_changes_the_word_in_braces_and_nothing_else(way):
    titles = ["so {VPN} so", "so {virtual private network} so", "so {科学上网} so", "so {翻墙} so"]
    fits = [title for title in titles if way in fitting(title)]
    assert fits
    for title in fits:
        shown = write(title, way)
        assert shown.startswith("so ")
        assert shown.endswith(" so")
        assert shown != write(title, None)


def test_recalled_products_bear_numbers_with_the_right_check_digit(world):
    numbers = [i.attributes["gtin"] for i in world.listings if i.truth is Truth.RECALLED and "gtin" in i.attributes]
    assert numbers
    assert all(read_gtin(number) for number in numbers)
    sellers = {item.account for item in world.listings if item.truth is Truth.RECALLED}
    assert len(sellers) > 5


def test_numbers_of_ordinary_goods_lie_in_the_range_for_examples(world):
    numbers = [i.attributes["gtin"] for i in world.listings if i.truth is Truth.PLAIN and "gtin" in i.attributes]
    assert all(number.startswith("952") and len(number) == 13 for number in numbers)
    wrong = [number for number in numbers if check_digit(number[:-1]) != number[-1]]
    assert len(wrong) < len(numbers) * 0.1


def test_one_listing_is_what_both_orders_ask_for_and_is_sold_in_two_storefronts(world):
    shared = [item for item in world.listings if item.truth is Truth.BOTH]
    assert [item.id for item in shared] == [world.named["both"]]
    assert shared[0].storefronts == ("xa", "xb")


def test_hostile_titles_are_there(world):
    titles = {item.title for item in world.listings}
    assert set(HOSTILE.values()) <= titles
    assert HOSTILE["formula"].startswith("=")
    assert "\u202e" in HOSTILE["bidi"]
    assert "\x1b" in HOSTILE["control"]


def test_some_accounts_have_no_mail_and_some_are_known_by_number_only(world):
    sellers = world.sellers
    assert 0 < sum(not one.mail for one in sellers) < len(sellers) / 4
    assert any(not one.known for one in sellers)
    assert {one.language for one in sellers} == {"en", "zh", "de", "fr"}


def test_no_row_names_a_person_and_every_address_is_an_example(world):
    for account in (*world.sellers, *world.developers, *world.authors):
        assert account.kind == "business" or not account.name
        assert account.mail == "" or account.mail.endswith(".example")
        assert set(re.findall(r"[A-Za-zÀ-ÿ']+", account.name)) <= _known_words(), account.name
    for item in (*world.listings, *world.apps, *world.talk):
        assert re.fullmatch(r"https://(market|apps)\.example/[ait]/[\w-]+", item.url)


def _known_words() -> set[str]:
    """The words that names of traders are put together from: colours, things and trades."""
    people = words("people")
    parts = [people["studio"], *(t for p in ("first", "second", "trade", "form") for t in people[p].values())]
    known = {word for part in parts for text in part for word in re.findall(r"[A-Za-zÀ-ÿ']+", text)}
    known |= {f + t for f in people["first"]["de"] for t in people["trade"]["de"]}
    return known | {word for one in people["licensed"] for word in one["name"].split()} | {"Limited"}


def test_exports_hold_every_row_and_a_few_that_cannot_be_read(world, tmp_path):
    write_exports(world, tmp_path)
    bulk = pq.read_table(tmp_path / "listings-1.parquet")
    with (tmp_path / "listings-2.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    assert bulk.num_rows + len(rows) - 1 == len(world.listings) + len(BROKEN)
    assert rows[0] == bulk.schema.names
    assert sum(len(row) != len(rows[0]) for row in rows) == 2


def test_the_shop_holds_every_item_once_in_each_of_its_storefronts(world, shop):
    fronts = {(item.id, front) for item in (*world.listings, *world.talk) for front in item.storefronts}
    assert shop.all_standing().keys() == fronts
    assert sum(shop.counts().values()) == len(fronts)
    assert sum(shop.counts("app_shelf").values()) == sum(len(app.storefronts) for app in world.apps)


def test_the_shops_own_hand_moves_the_version_and_leaves_no_key(world, tmp_path):
    path = tmp_path / "shop.db"
    build_shop(world, path)
    item, ours = (
        world.named["both"],
        "UPDATE shelf SET state = 'removed', version = 2, change_key = 'ours' WHERE item = ?",
    )
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(ours, (item,))
    Shop(path).put(item, "labelled")
    Shop(path).delete(item, "2026-11-20")
    with closing(sqlite3.connect(path)) as connection:
        rows = connection.execute("SELECT state, version, change_key FROM shelf WHERE item = ?", (item,)).fetchall()
        told = connection.execute("SELECT state FROM webhook WHERE item = ? AND storefront = 'xa' ORDER BY id", (item,))
        states = [row[0] for row in told]
    assert set(rows) == {("labelled", 4, "")}
    assert states == ["removed", "labelled", "gone"]


def test_a_shop_is_never_written_over(world, tmp_path):
    (tmp_path / "shop.db").write_bytes(b"mine")
    with pytest.raises(FileExistsError):
        build_shop(world, tmp_path / "shop.db")


def test_papers_are_filled_whole_and_name_the_rows_of_the_world(world, tmp_path):
    write_papers(world, tmp_path, Served(AT, AT + timedelta(hours=1), AT + timedelta(hours=2)), "a2V5")
    for file in tmp_path.rglob("*"):
        assert not file.is_file() or "$" not in file.read_text(encoding="utf-8"), file
    recall = (tmp_path / "orders" / "recall.yaml").read_text(encoding="utf-8")
    assert f"https://market.example/i/{world.named['pram']}" in recall
    assert "at: 2026-11-20T09:00:00+01:00" in recall
    assert sorted(file.stem for file in (tmp_path / "orders").iterdir()) == sorted(ORDERS)


def test_days_off_are_known_for_the_year_after():
    text = holidays(2026)
    assert '"2027-01-01": New Year' in text
    assert "published_until: 2027-12-31" in text


def test_draws_do_not_depend_on_what_is_drawn_beside_them():
    first = [Draw(1, "listing", 3).below(1000) for _ in range(2)]
    Draw(1, "listing", 2).below(1000)
    assert first[0] == first[1] == Draw(1, "listing", 3).below(1000)
    some = Draw("x").some("abcdef", 3)
    assert len(set(some)) == 3
    assert some == sorted(some)
