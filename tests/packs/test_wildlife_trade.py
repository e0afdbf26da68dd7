"""Offers of protected animals and what is made of them, plain and disguised; and the classes of false alarm."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rectify.terms.finding import Verdict

from .disguises import DISGUISES, WEAK, disguised
from .shipped import verdicts

Item = Mapping[str, Any]
PACK = "wildlife-trade"
# A word and the rest of an offer of it; only the word is disguised.
NAMED: dict[str, tuple[str, str]] = {
    "ivory by what is made of it": ("ivory", "Netsuke of a hare, {}, Edo"),
    "ivory in German": ("Elfenbein", "Kruzifix aus {}"),
    "ivory in French": ("ivoire", "Okimono en {} sculpté"),
    "ivory in Chinese": ("象牙", "老{}观音"),
    "a part": ("pangolin scales", "{}, dried"),
    "a part in Chinese": ("犀牛角", "{}一支"),
    "a fur": ("leopard fur", "genuine {} coat"),
    "a shell in Chinese": ("红珊瑚", "天然{}手链"),
    "a live bird": ("macaw", "Hand reared {}, 12 weeks old"),
    "a live tortoise in Chinese": ("缅甸陆龟", "{} 活体"),
}
INNOCENT: dict[str, list[Item]] = {
    "a colour": [
        {"title": "Ivory tulle veil"},
        {"title": "Carved frame, ivory paint"},
        {"title": "Elfenbeinfarben lackierte Figur"},
        {"title": "Rideaux ivoire, la paire"},
        {"title": "象牙白 雕花 餐桌"},
    ],
    "a name": [
        {"title": "Ivory Coast cocoa, 1 kg"},
        {"title": "Mask, carved, Côte d'Ivoire"},
        {"title": "象牙塔 摆件"},
        {"title": "象牙芒 5公斤"},
    ],
    "another material by its name": [
        {"title": "Mammoth ivory netsuke, carved"},
        {"title": "Faux ivory chess set"},
        {"title": "Ivory resin buddha"},
        {"title": "猛犸象牙 手串"},
        {"title": "象牙果 雕件"},
    ],
    "a pattern": [
        {"title": "Leopard print coat, vintage"},
        {"title": "Faux zebra skin, real size"},
        {"title": "Tortoiseshell glasses, vintage"},
        {"title": "玳瑁色 发夹 天然"},
    ],
    "a toy or a brand": [
        {"title": "Otter plush, cute, for sale"},
        {"title": "Atlanta Falcons cap for sale"},
        {"title": "Gorilla tape, 11 m"},
        {"title": "水獭公仔 一只"},
    ],
    "food and plants": [{"title": "虎皮凤爪 250克"}, {"title": "熊掌多肉 一棵"}, {"title": "麝香葡萄 一斤"}],
    "talk": [
        {"kind": "comment", "text": "The ivory trade must end"},
        {"kind": "post", "text": "We saw a pangolin in the zoo today"},
        {"kind": "comment", "text": "我家猴子很可爱"},
        {"kind": "page", "text": "Our museum tells of carved ivory and those who made it"},
    ],
}
# Text that leaves no words of a phrase whole reads as something else; what is seen only so is never a violation.
PLAIN_FORMS = tuple(how for how in DISGUISES if how not in WEAK)
PERMITS = ("CITES certificate", "with papers", "pre-ban", "mit Papieren", "avec papiers", "有收藏证")


@pytest.mark.parametrize("what", NAMED)
def test_an_offer_is_found(what: str) -> None:
    name, offer = NAMED[what]
    assert verdicts(PACK, [{"title": offer.format(name)}]) == [Verdict.VIOLATION]


@pytest.mark.parametrize("how", DISGUISES)
@pytest.mark.parametrize("what", NAMED)
def test_a_disguised_name_is_found_and_a_weak_disguise_is_for_a_person(what: str, how: str) -> None:
    name, offer = NAMED[what]
    form = offer.format(disguised(name, how))
    (said,) = verdicts(PACK, [{"title": form}])
    assert said is not Verdict.NONE
    two_signs = len(name) == 2 and how.startswith("spaced")  # two signs with one between: seen only by squeezing
    if how not in WEAK and not two_signs:
        assert said is Verdict.VIOLATION


@pytest.mark.parametrize("name", INNOCENT)
def test_an_innocent_class_is_not_found(name: str) -> None:
    assert set(verdicts(PACK, INNOCENT[name])) == {Verdict.NONE}


@pytest.mark.parametrize("how", PLAIN_FORMS)
@pytest.mark.parametrize("name", INNOCENT)
def test_an_innocent_class_is_not_found_in_a_disguise_either(name: str, how: str) -> None:
    forms = [
        {field: text if field == "kind" else disguised(text, how) for field, text in item.items()}
        for item in INNOCENT[name]
    ]
    assert set(verdicts(PACK, forms)) == {Verdict.NONE}


@pytest.mark.parametrize("permit", PERMITS)
@pytest.mark.parametrize("what", NAMED)
def test_what_a_seller_says_of_permits_lowers_to_review_and_never_acquits(what: str, permit: str) -> None:
    name, offer = NAMED[what]
    assert verdicts(PACK, [{"title": offer.format(name), "text": permit}]) == [Verdict.REVIEW]


NO_PAPERS = (
    "without CITES papers",
    "no export permit",
    "ohne Bescheinigung",
    "sans certificat CITES",
    "没有证书手续，无手续",
)
DENIALS = ("not resin", "no plastic", "kein Kunststoff", "pas de résine", "非塑料")


@pytest.mark.parametrize("said", [*NO_PAPERS, *DENIALS])
@pytest.mark.parametrize("what", NAMED)
def test_who_has_no_papers_or_denies_another_material_lowers_nothing(what: str, said: str) -> None:
    name, offer = NAMED[what]
    assert verdicts(PACK, [{"title": offer.format(name), "text": said}]) == [Verdict.VIOLATION]


def test_old_ivory_with_a_tag_of_the_trade_is_an_offer_and_with_another_tag_it_is_only_shown() -> None:
    texts = ["Victorian ivory bangle #antiques", "Victorian ivory bangle #vintagestyle", "Victorian ivory bangle #love"]
    said = verdicts(PACK, [{"kind": "post", "text": text} for text in texts])
    assert said == [Verdict.VIOLATION, Verdict.REVIEW, Verdict.NONE]


@pytest.mark.parametrize(
    "mark", ["https://x.example/1", "shop.com", "a@b.example", "[link]", "[email]", "0123 456 789"]
)
def test_a_link_an_address_a_number_or_the_mark_left_of_one_shows_a_thing(mark: str) -> None:
    assert verdicts(PACK, [{"kind": "post", "text": f"Ivory okimono, {mark}"}]) == [Verdict.REVIEW]
    assert verdicts(PACK, [{"kind": "post", "text": "Ivory okimono, seen in a film"}]) == [Verdict.NONE]


@pytest.mark.parametrize("kind", ["post", "comment", "page", "profile"])
def test_speech_is_found_where_it_sells_and_not_where_it_talks(kind: str) -> None:
    texts = [
        "I own a carved ivory figure",  # talk
        "Pangolin scales do not cure anything",
        "Carved ivory figure, dm me",
        "Pangolin scales, 90 dollars a kilo",
        "Carved ivory figure, see https://shop.example",  # shown, with no word of a sale
    ]
    none, found, review = Verdict.NONE, Verdict.VIOLATION, Verdict.REVIEW
    assert verdicts(PACK, [{"kind": kind, "text": text} for text in texts]) == [none, none, found, found, review]


def test_coded_words_and_plants_are_for_a_person() -> None:
    items = [{"title": "果冻料 手串"}, {"title": "文甲 老货"}, {"title": "Lady slipper orchid, dug from the wild"}]
    assert set(verdicts(PACK, items)) == {Verdict.REVIEW}


def test_mammoth_ivory_is_nothing_and_sold_as_ivory_it_is_for_a_person() -> None:
    items = [{"title": "Mammoth ivory figure, carved"}, {"title": "Mammoth? No: genuine ivory, carved"}]
    assert verdicts(PACK, items) == [Verdict.NONE, Verdict.REVIEW]


HINTED = {
    "by what it is like": ("Teeth of the striped cat", "the word stays out, regulars know"),
    "by an everyday word": ("White plastic, a tip and two offcuts", "not by post, customs paid"),
    "in German": ("Weißes Gold vom Dickhäuter, Kugel und zwei Rohlinge", "das Wort nicht schreiben, sonst ist die Anzeige weg"),
    "in French": ("Dents du pachyderme, brutes", "envoyé comme résine, ni papiers ni facture"),
    "in Chinese": ("大鼻子家的手镯一只", "懂的问，快递写木，见面交"),
}  # fmt: skip


@pytest.mark.parametrize("how", HINTED)
def test_an_allusion_is_for_a_person_where_it_is_hidden_and_nothing_where_it_is_said_openly(how: str) -> None:
    named, sly = HINTED[how]
    texts = [f"{named}, {sly}, 90 €", named]
    said = verdicts(PACK, [{"kind": "post", "text": text} for text in texts])
    assert said == [Verdict.REVIEW, Verdict.NONE]


_BESIDE = st.sampled_from(["ivory lace dress", "Ivory Coast", "mammoth ivory", "象牙白", "象牙果", "faux leopard fur"])


@settings(max_examples=40, deadline=None)
@given(st.lists(_BESIDE, max_size=2), st.lists(_BESIDE, max_size=2))
def test_no_phrase_acquits_an_offer_that_stands_beside_it(before: list[str], behind: list[str]) -> None:
    (said,) = verdicts(PACK, [{"title": "; ".join([*before, "rhino horn, whole", *behind])}])
    assert said is (Verdict.REVIEW if {"mammoth ivory", "faux leopard fur"} & {*before, *behind} else Verdict.VIOLATION)
