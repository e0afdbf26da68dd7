"""Offers of copies, pirated programs, forged papers and money, plain and disguised; and the classes of false alarm."""

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
PACK = "counterfeit-offers"
# A word and the rest of an offer of it; only the word is disguised.
NAMED: dict[str, tuple[str, str]] = {
    "a brand": ("Rolex", "Replica {} Submariner"),
    "that it is a copy": ("superclone", "Audemars Piguet {}, boxed"),
    "a brand in Chinese": ("江诗丹顿", "高仿 {}"),
    "a program": ("Photoshop", "{} cracked, all versions"),
    "that it is cracked": ("preactivated", "Windows 11 Pro {}"),
    "an account": ("Netflix", "{} lifetime account"),
    "a paper in Chinese": ("毕业证", "代办 {} 电话"),
    "forged papers": ("fake diploma", "{}, any name"),
    "money": ("counterfeit banknotes", "{}, pass the pen test"),
}
INNOCENT: dict[str, list[Item]] = {
    "the original": [
        {"title": "Rolex Datejust 1987, serviced"},
        {"title": "Gucci belt, worn once, not a replica"},
        {"title": "香奈儿 口红 专柜购入"},
        {"title": "耐克 跑鞋 拒绝高仿"},
    ],
    "models, sport and films": [
        {"title": "Replica ship in a bottle, £30"},
        {"title": "Nike replica jersey, size L"},
        {"title": "Replica dinosaur tooth, for sale"},
        {"title": "1:1 scale Jordan statue"},
    ],
    "grades and likenesses": [
        {"title": "A货翡翠 手镯"},
        {"title": "高仿真 玫瑰花 包邮"},
        {"title": "2 AAA batteries, Chanel clock"},
        {"title": "莆田枇杷 特价 一箱"},
    ],
    "programs that are paid for": [
        {"title": "Microsoft Office 2021, boxed"},
        {"title": "Laptop, Windows 11, cracked screen"},
        {"title": "Netflix gift card"},
        {"title": "联想 笔记本 预装 win11"},
    ],
    "what holds or shows a paper": [
        {"title": "Passport holder, on sale"},
        {"title": "Diploma frame, £12"},
        {"title": "毕业证书外壳 定制 包邮"},
        {"title": "护照夹 包邮"},
    ],
    "what finds false money": [{"title": "Counterfeit bill detector, $30"}, {"title": "识别假币 验钞机 现货"}],
    "denials": [
        {"title": "Omega Speedmaster, papers, don't ask me for reps"},
        {"title": "Chanel flap, serviced, we never list replicas"},
        {"title": "苹果耳机 国行 不是华强北"},
    ],
    "papers that are shown or come along": [
        {"title": "劳力士 日志型 发票保卡都在 鉴定为假退款"},
        {"title": "陆龟 380一只 买家提供身份证登记 办运输手续"},
    ],
    "talk": [
        {"kind": "comment", "text": "My cousin wears a fake Rolex"},
        {"kind": "post", "text": "Someone paid me with a counterfeit bill yesterday"},
        {"kind": "comment", "text": "现在高仿太多了"},
        {"kind": "profile", "text": "Graphic designer, Photoshop and Illustrator"},
    ],
}
PLAIN_FORMS = tuple(how for how in DISGUISES if how not in WEAK)


# Offers in which no word of copying stands beside a brand: a person looks.
TOLD_OTHERWISE: dict[str, Item] = {
    "the price beside the shop's": {"title": "Goyard tote, a tenth of the price in store, nobody will notice"},
    "what the shop's staff sees": {"title": "宝格丽 手镯 柜姐都看不出"},
    "marks and papers": {"title": "Moncler jacket, NFC scans to the website"},
    "less memory than it says": {"title": "Kingston stick 2TB, real capacity 32 GB"},
    "many pieces": {"title": "Fendi shades, 12 each, or 5 for 50"},
    "boxes and receipts": {"title": "Cartier receipts and warranty cards, printed with any date"},
    "a house in everyday words": {"title": "Double C studs, mirror quality"},
    "a name that may not be written": {"title": "Handbags, can't write the name here"},
    "what is sent for what is shown": {"title": "手机壳 拍隐藏链接 发大牌包包"},
    "a name with letters left out": {"title": "Balenciag trainers, mirror quality"},
    "copies of wheels": {"title": "保时捷 轮毂 高仿"},
    "a comment without a brand": {"kind": "comment", "text": "我这边有一比一的，加微信"},
}


@pytest.mark.parametrize("what", TOLD_OTHERWISE)
def test_an_offer_of_a_copy_that_is_told_otherwise_is_for_a_person(what: str) -> None:
    assert verdicts(PACK, [TOLD_OTHERWISE[what]]) == [Verdict.REVIEW]


@pytest.mark.parametrize("what", NAMED)
def test_an_offer_is_found(what: str) -> None:
    name, offer = NAMED[what]
    assert verdicts(PACK, [{"title": offer.format(name)}]) == [Verdict.VIOLATION]


@pytest.mark.parametrize("how", DISGUISES)
@pytest.mark.parametrize("what", NAMED)
def test_a_disguised_word_is_found_and_a_weak_disguise_is_for_a_person(what: str, how: str) -> None:
    name, offer = NAMED[what]
    (said,) = verdicts(PACK, [{"title": offer.format(disguised(name, how))}])
    assert said is not Verdict.NONE
    if how not in WEAK:
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


@pytest.mark.parametrize("kind", ["post", "comment", "page", "profile"])
def test_speech_is_found_where_it_sells_and_not_where_it_talks(kind: str) -> None:
    texts = [
        "That replica Rolex looks cheap",  # talk
        "He was caught with a fake passport",
        "Replica Rolex, dm me",
        "Fake passport, contact us",
        "高仿手表，加微信",  # no brand is named
    ]
    none, found, review = Verdict.NONE, Verdict.VIOLATION, Verdict.REVIEW
    assert verdicts(PACK, [{"kind": kind, "text": text} for text in texts]) == [none, none, found, found, review]


@pytest.mark.parametrize("beside", ["for kids", "100% authentic", "movie prop", "儿童玩具", "二手", "公安备案"])
@pytest.mark.parametrize("what", NAMED)
def test_an_innocent_word_lowers_an_offer_and_never_acquits_it(what: str, beside: str) -> None:
    name, offer = NAMED[what]
    assert verdicts(PACK, [{"title": offer.format(name), "text": beside}]) == [Verdict.REVIEW]


@pytest.mark.parametrize("word", ["Rolex", "replica", "高仿", "Photoshop", "cracked", "毕业证", "代办", "Netflix"])
def test_no_word_says_anything_alone(word: str) -> None:
    assert verdicts(PACK, [{"title": word}, {"title": f"{word} 30 €"}]) == [Verdict.NONE, Verdict.NONE]


_BESIDE = st.sampled_from(["not a replica", "A货翡翠", "高仿真", "AAA batteries", "replica ship", "passport cover"])


@settings(max_examples=40, deadline=None)
@given(st.lists(_BESIDE, max_size=2), st.lists(_BESIDE, max_size=2))
def test_no_phrase_acquits_an_offer_that_stands_beside_it(before: list[str], behind: list[str]) -> None:
    (said,) = verdicts(PACK, [{"title": "; ".join([*before, "replica Rolex", *behind])}])
    assert said is (Verdict.REVIEW if "A货翡翠" in (*before, *behind) else Verdict.VIOLATION)
