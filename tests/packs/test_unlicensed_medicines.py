"""Offers of medicines in four languages, plain and disguised; and the classes of false alarm of the pack."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rectify.terms.finding import Verdict

from .disguises import DISGUISES, WEAK, disguised
from .shipped import shipped, verdicts

Item = Mapping[str, Any]
PACK = "unlicensed-medicines"
_NEGATIVES = Path(__file__).resolve().parent / "data" / "hard_negatives_medicines.csv"
# A name and the rest of an offer of it; only the name is disguised.
NAMED: dict[str, tuple[str, str]] = {
    "a brand": ("Viagra", "{} 100 mg, 30 tablets"),
    "a substance": ("Oxycodone", "{} 80 mg, 50 tablets"),
    "a substance in German": ("Semaglutid", "{} Pen, rezeptfrei bestellen"),
    "a substance in French": ("Alprazolam", "{} sans ordonnance, envoi discret"),
    "a substance in Chinese": ("西地那非", "{} 100毫克 10片"),
    "a class": ("Abtreibungspille", "{}, diskreter Versand"),
    "a class in Chinese": ("打胎药", "{} 货到付款"),
}
OFFERS: list[Item] = [
    {"title": "Ozempic 1 mg pen, sealed"},
    {"title": "ED pills, no prescription"},
    {"title": "Somnifères sans ordonnance"},
    {"title": "减肥针 加微信"},
    {"kind": "comment", "text": "Xanax 2 mg, $3, dm me"},
    {"kind": "profile", "text": "Abnehmspritzen, diskreter Versand, schreib mir"},
    {"kind": "page", "text": "Kamagra for sale, order now"},
    {"kind": "post", "text": "利他林现货，私聊"},
]
INNOCENT: dict[str, list[Item]] = {
    "handed out without a prescription": [
        {"title": "Ibuprofen 400 mg, 20 tablets"},
        {"title": "Nasenspray rezeptfrei, 10 ml"},
        {"title": "Paracétamol 500 mg, 16 comprimés, sans ordonnance"},
        {"title": "维生素C片 100片 包邮"},
    ],
    "what holds a medicine": [
        {"title": "Weekly pill organiser, 7 days"},
        {"title": "Tablettenteiler mit Box, 3 Stück"},
        {"title": "Pilulier semainier, 28 cases"},
        {"title": "便携药盒 一周 包邮"},
        {"title": "Ozempic pen case with gel pack"},
        {"title": "Insulin cooling wallet for 5 pens"},
    ],
    "a thing with a name on it": [
        {"title": "Xanax mug, dishwasher safe, free shipping"},
        {"title": "Prozac poster, A2, price includes tube"},
        {"title": "Viagra Tasse, neu"},
    ],
    "other prescriptions": [
        {"title": "Reading glasses, no prescription needed"},
        {"title": "Rezeptfreie Lesebrille, 3 Stück"},
        {"title": "Lunettes de natation sans ordonnance"},
    ],
    "a test for it": [{"title": "Fentanyl test strips, 10 strips"}, {"title": "吗啡检测试纸 10条"}],
    "other words": [
        {"title": "Hair botox mask, 2 kits"},
        {"title": "Testosterone booster, 90 capsules"},
        {"title": "Moisturiser, steroid-free, order now"},
        {"title": "文件柜 可定制 10片层板"},
    ],
    "talk": [
        {"kind": "comment", "text": "My doctor gave me 20 mg of Prozac and it helped"},
        {"kind": "comment", "text": "Mit Ozempic habe ich zehn Kilo verloren"},
        {"kind": "post", "text": "La pilule abortive est un droit"},
        {"kind": "post", "text": "减肥针有副作用，别打"},
        {"kind": "app", "title": "Pill reminder", "text": "Metformin, atorvastatin, lisinopril: never forget one"},
    ],
}


@pytest.mark.parametrize("what", NAMED)
def test_an_offer_of_a_medicine_is_found(what: str) -> None:
    name, offer = NAMED[what]
    assert verdicts(PACK, [{"title": offer.format(name)}]) == [Verdict.VIOLATION]


@pytest.mark.parametrize("how", DISGUISES)
@pytest.mark.parametrize("what", NAMED)
def test_a_disguised_name_is_found_and_a_weak_disguise_is_for_a_person(what: str, how: str) -> None:
    name, offer = NAMED[what]
    (said,) = verdicts(PACK, [{"title": offer.format(disguised(name, how))}])
    assert said is not Verdict.NONE
    if how not in WEAK:
        assert said is Verdict.VIOLATION


def test_offers_are_found_in_listings_and_in_speech_that_sells() -> None:
    assert set(verdicts(PACK, OFFERS)) == {Verdict.VIOLATION}


@pytest.mark.parametrize("name", INNOCENT)
def test_an_innocent_class_is_not_found(name: str) -> None:
    assert set(verdicts(PACK, INNOCENT[name])) == {Verdict.NONE}


STATED = [  # as licensed trade states a pack, and nothing else
    "阿莫西林胶囊,0.25g*24粒/盒",
    "同仁,舒乐,艾司唑仑片,1mg*20片/瓶",
    "格列美脲片 2mg×30片/盒 国药准字H20000000",
    "Zopiclon 7,5 mg Filmtabletten, 20 St. N2, PZN 01234567",
    "Zolpidem 10 mg, boîte de 14 comprimés, CIP 3400912345678",
    "Sertraline 50 mg, 28 tablets, Rx only",
]
UNSEEN = ("无需处方", "加微信", "ohne Rezept", "sans ordonnance", "no prescription needed", "discreet shipping")


@pytest.mark.parametrize("stated", STATED)
def test_a_pack_as_licensed_trade_states_it_is_for_a_person(stated: str) -> None:
    assert verdicts(PACK, [{"title": stated, "language": "zh"}]) == [Verdict.REVIEW]


@pytest.mark.parametrize("sign", UNSEEN)
@pytest.mark.parametrize("stated", STATED)
def test_with_a_sign_of_unseen_dealing_it_is_a_violation(stated: str, sign: str) -> None:
    assert verdicts(PACK, [{"title": f"{stated} {sign}"}, {"title": stated, "text": sign}]) == [Verdict.VIOLATION] * 2


BY_SOUND = ["屈马多 50mg", "qu ma duo 50mg", "思诺丝 10片", "t尔泊肽 10mg", "打台药 货到付款", "jian肥针 加微信"]


@pytest.mark.parametrize("title", BY_SOUND)
def test_a_chinese_name_by_its_sound_or_in_letters_is_found(title: str) -> None:
    assert verdicts(PACK, [{"title": title}]) != [Verdict.NONE]


def test_an_innocent_word_lowers_an_offer_and_never_acquits_it() -> None:
    said = verdicts(PACK, [{"title": "Viagra 100 mg, 30 tablets", "text": "Sold with a poster."}])
    assert said == [Verdict.REVIEW]


def _speech() -> Iterator[Item]:
    for kind in ("post", "comment", "page", "profile", "app"):
        for text in (
            "Viagra 100 mg",
            "Ozempic is in the news again",
            "Xanax 2 mg sans ordonnance",
            "打胎药 米非司酮 50毫克",
        ):
            yield {"kind": kind, "text": text}


def test_speech_without_a_sale_or_a_contact_is_no_offer() -> None:
    assert set(verdicts(PACK, list(_speech()))) == {Verdict.NONE}


def test_a_contact_alone_is_for_a_person() -> None:
    """Patients who help each other leave one too."""
    said = verdicts(
        PACK, [{"kind": "comment", "text": text} for text in ("Xanax? Message me", "左洛复 私信", "Mounjaro, PN")]
    )
    assert set(said) == {Verdict.REVIEW}


def test_hard_negatives_are_left_alone() -> None:
    """At most 1 % for review and 0.1 % a violation, over texts that were written before the pack."""
    with _NEGATIVES.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    said = verdicts(PACK, [{name: row[name] for name in ("kind", "title", "text") if row[name]} for row in rows])
    assert len(rows) >= 750
    assert said.count(Verdict.REVIEW) <= len(rows) // 100
    assert said.count(Verdict.VIOLATION) <= len(rows) // 1000


def test_every_list_says_who_added_a_word_and_to_which_class_it_belongs() -> None:
    folder = Path(__file__).resolve().parents[2] / "src" / "rectify" / "packs" / PACK / "words"
    files = sorted(folder.iterdir())
    assert {file.stem for file in files} == {name for name, words in shipped(PACK).words.items() if words.terms}
    for file in files:
        with file.open(encoding="utf-8", newline="") as opened:
            assert all(row["added_by"] and row["note"] for row in csv.DictReader(opened)), file.name


_BESIDE = st.sampled_from(["Xanax mug", "Ozempic pen case", "Fentanyl test strips", "hair botox", "无需处方 药盒"])


@settings(max_examples=40, deadline=None)
@given(st.lists(_BESIDE, max_size=3), st.lists(_BESIDE, max_size=3))
def test_no_phrase_acquits_an_offer_that_stands_beside_it(before: list[str], behind: list[str]) -> None:
    text = "; ".join([*before, "Viagra 100 mg", *behind])
    assert Verdict.NONE not in verdicts(PACK, [{"title": text}])
