"""Which items are a product that an order names, which are only like it, and which are for it."""

from __future__ import annotations

import pytest
import re2
from hypothesis import given
from hypothesis import strategies as st

from rectify.rules.product_names import plain_fold, printed, same_but_check
from rectify.rules.product_row import Grade
from rectify.rules.products import ProductIndex
from rectify.terms.product import Product, check_digit

PRAM = Product("Kite", "K3-2024", "09521234543213")
CARRIER = Product("North Star", "TR-14FT", "", (), "North Star folding carrier bag")
PLAIN_WORD = Product("Kite", "Fusion")
BATCHED = Product("Kite", "Nomad 2", "09521234500018", ("A12", "2024-0715"))
SHORT = Product("Kite", "", "00000096385074")


def judged(product: Product | list[Product], title: str, text: str = "", **attributes: str) -> tuple[Grade, Grade]:
    """(by number, by model) of one item; what is found must have been nominated."""
    index = ProductIndex(product if isinstance(product, list) else [product])
    folded = [plain_fold(title), plain_fold(text)]
    answer = index.judge(*folded, attributes=attributes)
    if max(answer.gtin.grade, answer.model.grade) > Grade.NO:
        options = re2.Options()
        options.case_sensitive = False
        sought = [re2.compile(p, options) for p in index.patterns]
        stated = index.folded(attributes).values()
        assert any(p.search(text) for p in sought for text in (*folded, *stated))
        for judged_one in (answer.gtin, answer.model):
            for seen in judged_one.seen:
                whole = attributes.get(
                    seen.field.removeprefix("attributes."),
                    dict(zip(("title", "text"), folded, strict=True)).get(seen.field, ""),
                )
                assert 0 <= seen.start < seen.end <= len(whole)
    return answer.gtin.grade, answer.model.grade


def by_model(product: Product | list[Product], title: str, text: str = "", **attributes: str) -> str:
    return judged(product, title, text, **attributes)[1].name


def by_number(product: Product | list[Product], title: str, text: str = "", **attributes: str) -> str:
    return judged(product, title, text, **attributes)[0].name


@pytest.mark.parametrize(
    "title",
    [
        "Kite K3-2024 pram", "KITE k3 2024, like new", "pram Kite K32024", "Kinderwagen von Kite, Modell K3/2024",
        "Ｋｉｔｅ　Ｋ３－２０２４", "KiteK3-2024 婴儿车", "转让 Kite K3-2024 婴儿车 自用", "For sale: Kite K3-2024", "Zu verkaufen: Kite K3-2024",
        "Poussette de marque Kite, réf. K3-2024", "Kite K3-2024 pram with manual and rain cover", "Kite K3-2024 pram 36V, ISO 9001, compatible with all seats", "2x Kite K3-2024",
        "Kite pram for kids, K3-2024", "Kite K3-2024 - comme neuf", "K3-2024 by Kite", "Kite K3-2024. Collection only", "Kite K3-2024 se vende",
        "Kite K3-2024 pram | Spare parts and accessories | Shop", "Slim fit Kite K3-2024",
    ],
)  # fmt: skip
def test_brand_and_exact_model_in_any_spelling_are_the_product(title: str) -> None:
    assert by_model(PRAM, title) == "SURE"


@pytest.mark.parametrize(
    "title",
    [
        "Kite K3-2025 pram", "Kite K3-20245 pram", "Kite K3-2024B pram", "Kite BK3-2024 pram", "Kite pram 2024",
        "Rain cover for Kite K3-2024", "Cover, suits your Kite K3-2024", "Regenschutz passend für Kite K3-2024", "Housse pour Kite K3-2024",
        "Funda para cochecito, compatible con Kite K3-2024", "适用于Kite K3-2024 雨罩", "Kite K3-2024 user manual",
        "Bedienungsanleitung Kite K3-2024", "Kite K3-2024 说明书", "Kite K3-2024 配件", "Kite K3-2024 empty box", "Kite K3-2024 空盒",
        "Harness – spare for your Kite K3-2024", "Gurt als Ersatz zu Kite K3-2024", "Alternative to Kite K3-2024: generic pram",
        "WTB Kite K3-2024", "Wanted: pram Kite K3-2024", "Kite K3-2024 gesucht", "Kite K3-2024 Kinderwagen gesucht", "I am looking for Kite K3-2024", "Suche Kinderwagen Kite K3-2024", "求购 Kite K3-2024", "Kite wheels for K3-2024",
        "Kite K3-2024 replacement wheels", "Pram 1:18 Kite K3-2024", "cover for pram Kite K3-2024", "Ersatzrad Kinderwagen Kite K3-2024",
        "Roue de rechange pour poussette Kite K3-2024", "Housse pour poussette Kite K3-2024", "Kite K3-2024 rain cover only",
        "Kite K3-2024 婴儿车雨罩 适用", "Toy replica of Kite K3-2024", "Kinderwagenzubehör Kite K3-2024", "Kite K3-2024 Plus", "Kite K3-2024 升级版", "Kite K3-2024+",
    ],
)  # fmt: skip
def test_other_models_and_what_is_for_the_product_are_not_it(title: str) -> None:
    assert by_model(PRAM, title) == "NO"


@pytest.mark.parametrize(
    "title",
    [
        "Kite K3-2024 or K3-2023?", "Kite K3-2024 / K3-2025", "Kite K3-2024-B", "Kite K3-2024 plus bag",
        "House clearance: Kite K3-2024 plus tools", "Konvolut Kite K3-2024", "Kyte K3-2024", "Kitex K3-2024", "Ki te K3-2024", "Kite K3-2O24 pram",
        "Kite K3-2024 cover", "Kite K3-2024 + seat + bag", "Kite K3-2024 for rent", "Swallow S2 vs Kite K3-2024", "Kite K3-2024 compatible hose", "Kite K3-2024 专用凉席", "Maybe a Kite K3-2024", "Toy Kite K3-2024", "Kite K3-2024 manual wheelchair", "Bag, Kite K3-2024, brochure",
    ],
)  # fmt: skip
def test_what_is_doubtful_is_for_a_person(title: str) -> None:
    assert by_model(PRAM, title) == "POSSIBLE"


@pytest.mark.parametrize("dash", "-\u2010\u2011\u2012\u2013\u2014\u2015\u2212")
def test_every_dash_is_a_dash(dash: str) -> None:
    assert by_model(PRAM, f"Kite K3{dash}2024 pram") == "SURE"


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("Kite K3-2024/K3-2024", "SURE"), ("New-Kite K3-2024", "SURE"), ("Kite K3-2024 in box", "SURE"), ("In original packaging Kite K3-2024", "SURE"),
        ("Kite K3-2024 or BX77", "POSSIBLE"), ("BX77 oder Kite K3-2024", "POSSIBLE"), ("Kite K3-2024 婴儿车雨罩", "NO"),
        ("Kite K3-2024 婴儿车 送雨罩", "SURE"), ("Kite K3-2024 婴儿专用", "SURE"), ("Spare pram Kite K3-2024", "POSSIBLE"),
    ],
)  # fmt: skip
def test_what_stands_beside_a_model_may_leave_it_open(title: str, expected: str) -> None:
    assert by_model(Product("Kite", "K3-2024", name="pram"), title) == expected


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("Tessel memory card class 10", "POSSIBLE"), ("Tessel memory cards 4GB", "POSSIBLE"), ("Tessel memory card 32 GB", "NO"),
        ("Tessel memory card BX77", "NO"), ("Tessel memory card a7", "NO"), ("Tessel TS4GSDCH10 memory card", "POSSIBLE"),
        ("Tessel TS8GSDHC10 memory card", "NO"), ("Tessel TS4GSDXC10 memory card", "NO"), ("Sleeve for Tessel memory card", "NO"),
    ],
)  # fmt: skip
def test_a_name_nominates_unless_another_model_or_size_is_named(title: str, expected: str) -> None:
    assert by_model(Product("Tessel", "TS4GSDHC10", name="memory card 4 GB class 10"), title) == expected


@pytest.mark.parametrize(
    ("title", "expected"),
    [("Kite Nomad 2 router", "SURE"), ("Kite Nomad travel router", "POSSIBLE"), ("Kite Nomad 3 travel router", "NO"), ("Kite Nomad 20 travel router", "NO")],
)  # fmt: skip
def test_a_word_with_another_number_is_another_model(title: str, expected: str) -> None:
    assert by_model(Product("Kite", "Nomad 2", name="travel router"), title) == expected


def test_a_brand_of_some_length_may_be_written_in_two_words() -> None:
    assert by_model(Product("Hopewell", "F311"), "bed rail Hope Well F311") == "SURE"
    assert by_model(Product("Kite", "K3-2024"), "Ki te K3-2024") == "POSSIBLE"


def test_words_of_the_products_own_name_are_no_heads() -> None:
    assert by_model(CARRIER, "North Star TR-14FT carrier") == "SURE"
    assert by_model(Product("North Star", "TR-14FT"), "North Star TR-14FT carrier") == "POSSIBLE"


@pytest.mark.parametrize(
    ("title", "expected"),
    [("Kite Fusion pram", "SURE"), ("Kite blue pram Fusion", "SURE"), ("Pram by Kite, a real fusion of styles", "POSSIBLE"), ("Fusion", "NO")],
)  # fmt: skip
def test_a_model_that_is_a_common_word_stands_beside_its_brand(title: str, expected: str) -> None:
    assert by_model(PLAIN_WORD, title) == expected


def test_attributes_state_the_product() -> None:
    assert by_model(PRAM, "Pram, good shape", brand="KITE", model="K3 2024") == "SURE"
    assert by_model(PRAM, "Kite pram", model="k32024") == "SURE"
    assert by_model(PRAM, "Pram", model="K3-2024") == "POSSIBLE"
    assert by_model(PLAIN_WORD, "Pram", model="Fusion") == "NO"
    assert by_model(PRAM, "Cover for pram", brand="Kite", model="K3-2024") == "POSSIBLE"
    assert by_model(PRAM, "Cover for Kite K3-2024", brand="Kite", model="K3-2024") == "POSSIBLE"
    assert by_model(PRAM, "Wanted: pram", brand="Kite", model="K3-2024") == "NO"


def test_attributes_that_contradict_make_a_doubt() -> None:
    assert by_model(PRAM, "Kite K3-2024", brand="Swallow") == "POSSIBLE"
    assert by_model(PRAM, "Kite K3-2024", brand="unbranded") == "SURE"
    assert by_model(PRAM, "Kite K3-2024", model="K5-2024") == "POSSIBLE"
    assert by_model(PRAM, "Kite K3-2024", gtin="9521234500018") == "POSSIBLE"
    assert by_model(PRAM, "Kite K3-2024", gtin="9521234543213") == "SURE"


def test_the_text_states_the_product_where_the_title_does_not() -> None:
    assert by_model(PRAM, "Pram in great shape", "It is the Kite K3-2024, used for a year.") == "SURE"
    assert by_model(PRAM, "Rain cover", "Fits Kite K3-2024 and others") == "NO"
    assert (
        by_model(PRAM, "Rain cover", "Fits: Swallow S2-20, Swift W3-17, Lark L4-21, Kite K3-2024, Owl O5-20")
        == "POSSIBLE"
    )
    assert by_model(PRAM, "Kite K5-2024 pram", "Successor of the K3-2024.") == "POSSIBLE"
    assert by_model(PRAM, "Pram", "Looking for a Kite K3-2024") == "NO"
    assert by_model(PRAM, "Kite ZX-4350B pram", "Same wheels as on the Kite K3-2024") == "POSSIBLE"


def test_a_number_in_a_description_is_a_model_only_beside_its_brand() -> None:
    number = Product("Kite", "3918", name="pram")
    assert by_model(number, "Kite pram", "Price new $3918, now less") == "NO"
    assert by_model(number, "Kite pram", "It is a Kite 3918") == "SURE"
    assert by_model(number, "Kite 3918 pram") == "SURE"


def test_models_of_one_product_are_no_contradiction() -> None:
    both = [Product("Kite", "WPN802"), Product("Kite", "WPN802NA")]
    assert by_model(both, "Kite WPN802 access point WPN802NA") == "SURE"
    assert by_model(both[0], "Kite WPN802 access point WPN802NA") == "POSSIBLE"


@pytest.mark.parametrize(
    ("title", "attributes", "expected"),
    [
        ("Pram", {"gtin": "9521234543213"}, "SURE"),
        ("Pram", {"ean": "09521234543213"}, "SURE"),
        ("Pram", {"gtin": "9521234 543213"}, "SURE"),
        ("Pram", {"gtin": "9521234543214"}, "POSSIBLE"),
        ("Pram", {"gtin": "19521234543210"}, "POSSIBLE"),
        ("Pram", {"gtin": "9521234500018"}, "NO"),
        ("Pram", {"gtin": "9521234543213, 9521234500018"}, "POSSIBLE"),
        ("Pram", {"gtin": "9521234543213", "model": "K5-2019"}, "POSSIBLE"),
        ("Kite K5-2019 pram", {"gtin": "9521234543213"}, "POSSIBLE"),
        ("Cover for Kite K3-2024", {"gtin": "9521234543213"}, "POSSIBLE"),
        ("Pram EAN 9521234543213", {}, "SURE"),
        ("Pram 9 521234 543213", {}, "SURE"),
        ("Pram 95-21234-54321-3", {}, "SURE"),
        ("Pram 09521234543213", {}, "SURE"),
        ("Pram 95212345432130", {}, "NO"),
        ("Pram 9521234543214", {}, "POSSIBLE"),
        ("Pram 29521234543217", {}, "POSSIBLE"),
        ("Cover for 9521234543213", {}, "NO"),
        ("Covers 9521234543213 9521234500018", {}, "POSSIBLE"),
    ],
)  # fmt: skip
def test_numbers(title: str, attributes: dict[str, str], expected: str) -> None:
    assert by_number(PRAM, title, **attributes) == expected


def test_eight_digits_are_a_number_only_where_they_are_called_so() -> None:
    assert by_number(SHORT, "Snack", gtin="96385074") == "SURE"
    assert by_number(SHORT, "Snack, EAN: 96385074") == "SURE"
    assert by_number(SHORT, "Snack 条码96385074") == "SURE"
    assert by_number(SHORT, "Snack, call 96385074") == "POSSIBLE"


@pytest.mark.parametrize(
    ("text", "attributes", "expected"),
    [
        ("batch A12", {}, "SURE"), ("Charge: A12", {}, "SURE"), ("批号:A12", {}, "SURE"), ("lots A13 and A12", {}, "POSSIBLE"),
        ("lot A13, A12", {}, "SURE"), ("", {"batch": "a-12"}, "SURE"), ("", {"batch": "A13"}, "POSSIBLE"), ("", {}, "POSSIBLE"),
        ("charger A12", {}, "POSSIBLE"), ("production 2024/0715", {}, "SURE"), ("batch A13", {}, "POSSIBLE"),
    ],
)  # fmt: skip
def test_where_batches_are_named_the_item_must_state_one(text: str, attributes: dict[str, str], expected: str) -> None:
    assert by_model(BATCHED, "Kite Nomad 2", text, **attributes) == expected
    assert by_number(BATCHED, "Router 9521234500018", text, **attributes) == expected


def test_a_name_without_a_model_is_only_possible() -> None:
    product = Product("Kite", "K3-2024", "", (), "Kite folding travel pram")
    assert by_model(product, "Kite travel pram, folding") == "POSSIBLE"
    assert by_model(product, "Kite K9-2020 folding travel pram") == "NO"
    assert by_model(product, "Wheels for Kite folding travel pram") == "NO"


def test_the_seen_and_the_label_show_what_spoke_for_it() -> None:
    index = ProductIndex([PLAIN_WORD, PRAM])
    answer = index.judge("great kite k3 2024", "", attributes={"gtin": "9521234543213"})
    (seen,) = answer.by("model").seen
    assert (seen.field, "great kite k3 2024"[seen.start : seen.end], index.label(seen.number)) == (
        "title",
        "kite k3 2024",
        "Kite K3-2024",
    )
    assert answer.by("gtin").seen[0].field == "attributes.gtin"
    assert ProductIndex([SHORT]).label(0) == "Kite 96385074"


def test_one_sure_product_is_enough_among_several() -> None:
    many = [Product("Kite", f"K{n}-2024") for n in range(10, 60)] + [PRAM]
    assert by_model(many, "Kite K3-2024 pram") == "SURE"
    assert by_model(many, "Swallow S3 pram") == "NO"


def test_nothing_is_found_where_nothing_is_named() -> None:
    assert judged([Product()], "Kite K3-2024 pram 9521234543213") == (Grade.NO, Grade.NO)
    assert judged([], "Kite K3-2024") == (Grade.NO, Grade.NO)


@given(st.text(alphabet="kitefor3-2024 .,/()95212345432130适用", max_size=60), st.text(max_size=30))
def test_any_text_is_judged_and_what_is_found_was_nominated(title: str, text: str) -> None:
    judged([PRAM, PLAIN_WORD, BATCHED], title, text)


@given(st.integers(10**11, 10**12 - 1))
def test_a_number_its_misprint_and_its_carton_are_told_apart(number: int) -> None:
    unit = "0" + str(number) + check_digit("0" + str(number))
    own = unit.zfill(14)
    carton = "1" + own[1:13] + check_digit("1" + own[1:13])
    wrong = own[:13] + str((int(own[13]) + 1) % 10)
    assert same_but_check(own, carton)
    assert same_but_check(carton, own)
    assert same_but_check(own, wrong)
    assert not same_but_check(own, own)
    assert not same_but_check(own, str((int(own) + 10) % 10**14).zfill(14))
    assert printed(own).zfill(14) == own
