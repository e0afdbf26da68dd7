"""What words of a title beside the name of a product say, and when they leave open what is on offer."""

from __future__ import annotations

import pytest

from rectify.rules.product_names import plain_fold
from rectify.rules.product_row import Row
from rectify.rules.product_vocabulary import vocabulary_for
from rectify.rules.product_words import Sense
from rectify.rules.products import ProductIndex
from rectify.terms.product import Product

PRAM = Product("Kite", "K3-2024", name="pram")
DRONE = Product("Skyfarer", "Breeze", name="camera drone")
ODD = Product("Kite", "K3-2024", name="gronkulator")
NAMELESS = Product("Kite", "K3-2024")


def grade(product: Product, title: str) -> str:
    (answer,) = ProductIndex([product]).judged([Row(plain_fold(title), "")])
    return answer.model.grade.name


@pytest.mark.parametrize(
    "title",
    [
        "Kite K3-2024", "Kite K3-2024 dark blue, never used", "Kinderwagen Kite K3-2024 dunkelblau meliert", "Poussette Kite K3-2024 très bon état",
        "Kite K3-2024 婴儿车 九成新", "Kite K3-2024 pushchair with snorgle and blimp", "Passeggino Kite K3-2024 glorbato", "KITE K3-2024 buggies x 3",
        "Kite K3-2024 pram, glorby finish", "Designerkinderwagen Kite K3-2024", "凯特 Kite K3-2024 婴儿车",
    ],
)  # fmt: skip
def test_talk_and_the_kind_of_goods_in_any_language_leave_it_the_product(title: str) -> None:
    assert grade(PRAM, title) == "SURE"


@pytest.mark.parametrize(
    "title",
    [
        "Kite K3-2024 glorb", "glorb Kite K3-2024", "Kite K3-2024 pram glorb", "Glorbplatte Kite K3-2024", "Kite K3-2024 格罗布",
        "glorb patch, Kite K3-2024, custom", "Kite K3-2024 pram, car seat, high chair", "Kite K3-2024 radio", "Kite glorb K3-2024 pram",
        "Puppenwagen Kite K3-2024", "we lend Kite K3-2024 pram to borrow",
    ],
)  # fmt: skip
def test_a_word_that_is_not_known_or_other_goods_leave_it_open(title: str) -> None:
    assert grade(PRAM, title) != "SURE"


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("Skyfarer Breeze drone", "SURE"), ("Skyfarer Breeze 2 x drones", "SURE"), ("Skyfarer Breeze 3 drone", "POSSIBLE"), ("Skyfarer Breeze 3", "POSSIBLE"),
        ("Skyfarer Breeze Junior", "NO"), ("Skyfarer Breeze Kids", "POSSIBLE"), ("Skyfarer Breeze 12 km range drone", "POSSIBLE"), ("Skyfarer Breeze 900 g drone", "SURE"),
        ("Skyfarer Breeze 480 drone", "POSSIBLE"), ("Skyfarer Breeze 480", "POSSIBLE"), ("Skyfarer Breeze 2021 drone", "SURE"), ("120 Skyfarer Breeze drones", "SURE"),
    ],
)  # fmt: skip
def test_a_number_or_a_word_for_a_family_makes_it_another_model(title: str, expected: str) -> None:
    assert grade(DRONE, title) == expected


def test_where_the_order_says_no_kind_that_is_known_goods_are_taken_for_it() -> None:
    assert grade(NAMELESS, "Kite K3-2024 pushchair") == "SURE"
    assert grade(ODD, "Kite K3-2024 gronkulator") == "SURE"
    assert grade(ODD, "Kite K3-2024 glorb") == "POSSIBLE"


def test_no_word_is_both_a_kind_of_goods_and_talk_of_selling() -> None:
    """Such a word says nothing of what a product is."""
    vocabulary = vocabulary_for(plain_fold)
    assert vocabulary.named(["the", "sale", "black"]) == []
    words = ProductIndex([PRAM]).names(0).words.read("black kite k3-2024 sale", [(6, 18)])
    assert [word.sense for word in words] == [Sense.TALK, Sense.NAME, Sense.TALK]


VACUUM = Product("Kite", "VX-2024", name="vacuum cleaner")


@pytest.mark.parametrize(
    ("product", "title"),
    [
        (VACUUM, "Kite VX-2024 glorby turbid upright vacuum cleaner"), (VACUUM, "Kite glorby canister vacuum cleaner VX-2024 black"),
        (VACUUM, "Aspirateur glorbé silencieux Kite VX-2024"), (VACUUM, "aspirador de glorbo Kite VX-2024"), (ODD, "Kite K3-2024 glorby gronkulator, boxed"),
        (PRAM, "Kite K3-2024 超萌格罗布婴儿车"),
    ],
)  # fmt: skip
def test_what_goods_are_like_stands_where_the_language_has_it(product: Product, title: str) -> None:
    """In English and Chinese between the name and the word for it that ends what is said, in French behind that word."""
    assert grade(product, title) == "SURE"


@pytest.mark.parametrize(
    "title",
    [
        "Kite glorb VX-2024 vacuum cleaner", "Kite VX-2024 glorb", "Kite VX-2024 vacuum glorb", "Kite VX-2024 Glorbplatte Staubsauger", "glorb Kite VX-2024 vacuum cleaner",
        "Kite VX-2024 glorb slorp blimp snorgle grommit vacuum", "Glorbe aspirateur Kite VX-2024", "Staubsauger Glorbe Kite VX-2024",
    ],
)  # fmt: skip
def test_an_unknown_word_elsewhere_leaves_it_open(title: str) -> None:
    assert grade(VACUUM, title) != "SURE"


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("5 x Kite K3-2024 prams job lot", "SURE"), ("job lot Kite K3-2024 prams and glorbs", "POSSIBLE"), ("job lot Kite K3-2024 pram, car seat", "POSSIBLE"),
        ("Kite K3-2024 pram for hire", "POSSIBLE"), ("Kite K3-2024 pram + rain cover + footmuff", "SURE"), ("Kite K3-2024 pram + car seat + bag", "POSSIBLE"),
        ("Karton mit 6 Kite K3-2024 Kinderwagen", "SURE"), ("box of Kite K3-2024 pram", "NO"), ("Kite K3-2024 pram w/ hood, cup holder", "SURE"),
        ("Kite K3-2024 婴儿车 送雨罩说明书", "SURE"), ("Kite K3-2024 婴儿车 说明书", "POSSIBLE"), ("Kite K3-2024 配件", "NO"),
    ],
)  # fmt: skip
def test_some_of_it_and_what_comes_along_are_the_product(title: str, expected: str) -> None:
    assert grade(PRAM, title) == expected


def test_a_model_in_the_description_is_none_beside_another_number_in_the_title() -> None:
    hob = Product("Luzia", "HC 12", name="induction hob")
    (answer,) = ProductIndex([hob]).judged([Row("luzia hc 14 hob", "larger than the luzia hc 12")])
    assert answer.model.grade.name != "SURE"


@pytest.mark.parametrize(
    "title",
    ["Skyfarer Breeze foot", "Skyfarer Breeze camera", "Skyfarer Breeze turntable", "S: Skyfarer Breeze, Drohne", "[S] Skyfarer Breeze drone"],
)  # fmt: skip
def test_nouns_that_look_like_measures_or_adjectives_and_signs_of_those_who_seek_are_no_offer(title: str) -> None:
    assert grade(DRONE, title) != "SURE"


def test_a_unit_behind_a_number_and_an_adjective_say_nothing() -> None:
    assert grade(PRAM, "Kite K3-2024 3 foot waterproof") == "SURE"
    assert grade(PRAM, "Kite K3-2024 Kinderwagen S: neuwertig") == "SURE"
    assert grade(PRAM, "5 x Kite K3-2024 prams job lot + pram") != "SURE"


FILM = Product("Kite", "F-4720", name="Kite tablet screen protector")
CHEST = Product("Kite", "C-4720", name="chest of drawers")
LIGHTS = Product("Kite", "L-4720", name="string lights")


@pytest.mark.parametrize(
    ("product", "title", "expected"),
    [
        (FILM, "Kite F-4720 glorbo screen protector 2pk", "SURE"), (FILM, "Kite F-4720 laptop", "POSSIBLE"), (FILM, "Kite F-4720 screenprotector", "SURE"),
        (LIGHTS, "2 catene luminose Kite L-4720", "SURE"), (LIGHTS, "guirlandes lumineuses Kite L-4720", "SURE"), (LIGHTS, "zwei Lichterketten Kite L-4720", "SURE"),
        (PRAM, "poussette de glorbe pour deux Kite K3-2024", "SURE"), (PRAM, "poussette de voyage glorbée Kite K3-2024", "SURE"),
        (PRAM, "poussette siège auto Kite K3-2024", "POSSIBLE"), (PRAM, "Kite K3-2024 poussette glorbée", "SURE"), (CHEST, "commode 4 glorbes de Kite C-4720", "SURE"),
        (CHEST, "commode glorb Kite C-4720", "POSSIBLE"), (PRAM, "glorbe de poussette Kite K3-2024", "POSSIBLE"),
    ],
)  # fmt: skip
def test_the_last_word_of_a_name_says_what_it_is_and_several_of_it_are_it(
    product: Product, title: str, expected: str
) -> None:
    assert grade(product, title) == expected


SAUNA = Product("Kite", "SA-4720", name="Portable Steam Saunas")
WATCH = Product("Kite", "W-4720", name="wristwatch")


@pytest.mark.parametrize(
    ("product", "title", "expected"),
    [
        (PRAM, "Kite K3-2024 outgrown, minor scuffs, collection only", "SURE"), (PRAM, "Kite K3-2024 wegen Umzug abzugeben, Versand möglich", "SURE"),
        (PRAM, "Kite K3-2024 peu servie, frais de port inclus", "SURE"),
        (PRAM, "Kite K3-2024 mi hijo, envio incluido", "SURE"), (PRAM, "Swedish Kite K3-2024 for grandson", "SURE"), (PRAM, "Kite K3-2024 轻微使用痕迹 顺丰包邮", "SURE"),
        (PRAM, "Kite K3-2024 shed", "POSSIBLE"), (SAUNA, "家用蒸汽桑拿 Kite SA-4720", "SURE"), (SAUNA, "Saunazelt Kite SA-4720", "SURE"),
        (WATCH, "Kite W-4720 Herrenuhr", "SURE"), (WATCH, "Kite W-4720 Taucheruhren", "SURE"), (PRAM, "Kinderwagen Kite K3-2024 + 2 Glorbe + Tasche", "POSSIBLE"),
        (PRAM, "Kinderwagen Kite K3-2024 + Regenschutz + Tasche", "SURE"),
    ],
)  # fmt: skip
def test_states_places_people_and_kinds_of_goods_are_known_in_many_languages(
    product: Product, title: str, expected: str
) -> None:
    assert grade(product, title) == expected


PARKA = Product("Kite", "Storm Parka", name="children's jacket")
PADS = Product("Kite", "BT 4720", name="brake pads")
CANDLE = Product("Kite", "Glow 1.5", name="scented candle")


@pytest.mark.parametrize(
    ("product", "title", "expected"),
    [
        (PARKA, "Kite Storm Parka 128 navy", "SURE"), (PARKA, "Kite Storm Parka 2", "POSSIBLE"), (PARKA, "Kite Storm Parka kids", "SURE"),
        (PARKA, "Kite Storm Parka jacket glorby", "SURE"), (DRONE, "Skyfarer Breeze Kids", "POSSIBLE"), (DRONE, "Skyfarer Breeze 128 blue", "POSSIBLE"),
        (PADS, "Kite BT 4720 brake pads glorb", "SURE"), (PADS, "glorb for brake pads Kite BT 4720", "NO"), (CANDLE, "Kite Glow 1,5 candle", "SURE"),
        (CANDLE, "Kite Glow 1, 5 candles", "NO"), (CANDLE, "case of twelve Kite Glow 1.5 candles", "SURE"), (CANDLE, "lot de deux Kite Glow 1.5", "SURE"),
        (CANDLE, "lot de Kite Glow 1.5 et glorbes", "POSSIBLE"), (CANDLE, "glorb candle case Kite Glow 1.5", "NO"),
    ],
)  # fmt: skip
def test_sizes_children_decimals_and_packs_make_no_other_model(product: Product, title: str, expected: str) -> None:
    assert grade(product, title) == expected


DRILL = Product("Kite", "BX 4720", name="cordless drill")
SEAT = Product("Kite", "Orbit", name="child car seat")
WATCHED = Product("Kite", "W-4720", name="watch")


@pytest.mark.parametrize(
    ("product", "title", "expected"),
    [
        (VACUUM, "Kite VX-2024 motorhead vacuum cleaner", "POSSIBLE"), (WATCHED, "Kite W-4720 bezel watch", "POSSIBLE"), (PRAM, "Kite K3-2024 chassis pram", "POSSIBLE"),
        (SEAT, "Kite Orbit Kids", "POSSIBLE"), (PRAM, "Kite K3-2024 lookalike pram", "POSSIBLE"), (PRAM, "poussette façon Kite K3-2024", "NO"), (PRAM, "poussette nacelle Kite K3-2024", "POSSIBLE"),
        (DRILL, "Kite BX 4720 Akku Bohrschrauber", "SURE"), (DRILL, "Kite BX 4720 Akku", "NO"), (DRILL, "Kite BX 4720 battery drill", "SURE"),
        (PRAM, "九成新格罗布婴儿车 Kite K3-2024", "SURE"), (PRAM, "收婴儿车 Kite K3-2024", "POSSIBLE"), (PRAM, "婴儿车格罗布 Kite K3-2024", "POSSIBLE"),
        (CANDLE, "Kite Glow 1.5 candle wick", "NO"), (CANDLE, "Kite Glow 1.5 candle glorb", "SURE"), (PRAM, "Kite K3-2024 safety leaflet pram", "POSSIBLE"),
    ],
)  # fmt: skip
def test_parts_and_likenesses_beside_the_kind_are_not_it(product: Product, title: str, expected: str) -> None:
    assert grade(product, title) == expected
