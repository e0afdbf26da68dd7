"""The column map: what it takes, what it refuses, and what is guessed."""

from __future__ import annotations

import csv
import io
import tomllib
from importlib.resources import files

import pytest

from rectify.catalogue.files import FileSource, look
from rectify.catalogue.guess import guess_map
from rectify.catalogue.mapping import read_map
from rectify.catalogue.preview import preview
from rectify.catalogue.source import Caps
from rectify.terms.errors import Faulty
from rectify.terms.item import ACCOUNT_FIELDS, ITEM_FIELDS, Kind


def test_columns_named_like_fields_need_no_map():
    columns = read_map({"sku": "id"}, ["sku", "title", "seller", "attributes.gtin", "colour"], "a.csv")
    assert columns.columns == {"sku": "id", "title": "title", "attributes.gtin": "attributes.gtin", "seller": "account"}
    assert columns.left_out == ("colour",)


def test_a_map_wins_over_a_name_and_an_account_over_a_seller():
    assert read_map({"name": "title"}, ["id", "name", "title"], "a.csv").columns == {"id": "id", "name": "title"}
    assert read_map({"title": None}, ["id", "title"], "a.csv").columns == {"id": "id"}
    assert read_map({}, ["seller", "id", "account"], "a.csv").columns == {"id": "id", "account": "account"}


def test_every_fault_of_a_map_is_told_with_the_nearest_name():
    with pytest.raises(Faulty) as error:
        read_map({"name": "titel", "a": "text", "b": "text", "gone": "url"}, ["id", "name", "a", "b", "c"], "a.csv")
    assert [str(fault) for fault in error.value.faults] == [
        'map: "name" is mapped to "titel", which is no field (did you mean "title"?)',
        'map: "a" and "b" are both mapped to "text" (leave one of them out: map it to null)',
        'a.csv: has no column "gone", which the map names (known: a, b, c, id, name)',
    ]


def test_a_table_without_ids_is_refused():
    with pytest.raises(Faulty, match="has no column for the field id"):
        read_map({}, ["sku", "title"], "a.csv")


def test_accounts_have_their_own_fields():
    columns = read_map({"number": "id", "mail": "contact.mail"}, ["number", "mail", "title"], "a.csv", ACCOUNT_FIELDS)
    assert columns.columns == {"number": "id", "mail": "contact.mail"}


def test_settings_of_a_catalogue_are_checked_together():
    with pytest.raises(Faulty) as error:
        FileSource(
            "m", ["a.csv"], kind="listings", storefronts={"xa": ["XA"]}, default_storefronts=["xb"], encoding="utf9"
        )
    assert [fault.text for fault in error.value.faults] == [
        '"listings" is no kind of item',
        'the default storefront "xb" is not among the storefronts',
        '"utf9" is no encoding',
    ]


def test_rows_that_do_not_say_their_kind_need_one_in_the_settings(read):
    with pytest.raises(Faulty, match="has no column for the field kind"):
        read(b"id,title\n1,a\n", kind="")
    got = read(b"id,kind\n1,APP \n2,\n3,prodct\n", kind="listing")
    assert got.field("kind") == ["app", "listing"]
    assert got.aside[0].reason.startswith('is of kind "prodct", which is none')
    assert read(b"id,kind\n1,\n", kind="").aside[0].reason == "has no kind"


def test_storefronts_are_named_defaulted_or_unknown(read):
    data = b"id,storefronts\n1,xa|xb\n2,\n3,xz\n"
    shops = {"xa": ["XA"], "xb": ["XB"]}
    got = read(data, storefronts=shops, default_storefronts=["xa"])
    assert got.field("storefronts") == [["xa", "xb"], ["xa"], ["xz"]]
    assert got.field("marks") == [[], [], ["storefront_unknown"]]
    assert read(data, storefronts=shops).field("storefronts")[1] is None
    assert read(b"id\n1\n", default_storefronts=["xa"]).field("storefronts") == [["xa"]]


GUESSED = {
    "sku": "id", "product_name": "title", "Description": "text", "Vendor": "account", "EAN": "attributes.gtin",
    "Price (EUR)": "price", "image_link": "pictures", "product url": "url", "Marke": "attributes.brand", "库存": None,
}  # fmt: skip


def test_columns_are_guessed_by_name_and_by_looks():
    sample = {"Price (EUR)": ["12,50 €", "3,99 €", "8,00 €"], "库存": ["7", "7", "7"]}
    guess = guess_map(list(GUESSED), sample)
    assert guess.map == {column: field for column, field in GUESSED.items() if field}
    assert guess.unknown == ("库存",)
    assert guess.kind == "listing"
    assert guess.reasons["Price (EUR)"] == "3 of 3 values are amounts of money"
    assert guess.reasons["Vendor"] == "by its name"


def test_a_table_without_speaking_names_is_guessed_by_looks_alone():
    sample = {
        "c1": ["A1", "A2", "A3"],
        "c2": ["Folding pram in grey", "Travel router with plug", "Steel pan, 24 cm"],
        "c3": ["A long text about this thing. " * 6 + str(n) for n in range(3)],
        "c4": ["9521234543213", "9521234500018", "9521234543213"],
        "c5": ["https://m.example/i/1", "https://m.example/i/2", "https://m.example/i/3"],
    }
    assert guess_map(list(sample), sample).map == {
        "c1": "id", "c2": "title", "c3": "text", "c4": "attributes.gtin", "c5": "url",
    }  # fmt: skip


def test_one_field_is_guessed_for_one_column_and_the_other_told_why_not():
    guess = guess_map(["name", "title", "id", "item_id"], {})
    assert guess.map == {"title": "title", "id": "id"}
    assert guess.reasons["name"] == 'would fill title, which "title" fills'
    assert guess.unknown == ("name", "item_id")


def test_the_table_of_names_knows_every_field_and_no_other():
    table = tomllib.loads((files("rectify.catalogue") / "columns.toml").read_text("utf-8"))
    assert {field for field in table["fields"] if "." not in field} == set(ITEM_FIELDS)
    assert set(table["kinds"]) <= set(Kind)


def test_chinese_names_and_apps_are_guessed():
    assert guess_map(["商品编号", "标题", "描述", "卖家", "价格"], {}).map == {
        "商品编号": "id", "标题": "title", "描述": "text", "卖家": "account", "价格": "price",
    }  # fmt: skip
    assert guess_map(["package_name", "app_name", "developer"], {}).kind == "app"


def test_ten_rows_are_shown_as_they_will_be_seen(tmp_path):
    out = io.StringIO()
    rows = [[str(n), "V<b>P</b>N &amp; more", "<p>a</p><p hidden>b</p>", "€5"] for n in range(30)]
    csv.writer(out).writerows([["sku", "title", "text", "price"], ["", "no id", "", ""], *rows])
    (tmp_path / "a.csv").write_text(out.getvalue())
    columns, sample, _ = look(tmp_path / "a.csv")
    guess = guess_map(columns, sample)
    source = FileSource("m", ["a.csv"], folder=tmp_path, map=guess.map, kind=guess.kind, caps=Caps())
    seen = preview(source)
    assert len(seen.rows) == 10
    assert seen.rows[0].fields == {
        "id": "0",
        "kind": "listing",
        "title": "VPN & more",
        "text": "a\nb\n",
        "price": "5.0000",
    }
    assert seen.rows[0].marks == ("html", "hidden_text")
    assert [told.reason for told in seen.set_aside] == ["has no id"]
