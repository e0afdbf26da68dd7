"""The classes of false alarm of the licence pack, each under each disguise; and offers, which no phrase hides."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rectify.terms.finding import Verdict

from .disguises import DISGUISES, WEAK, disguised
from .shipped import verdicts

Item = Mapping[str, Any]
_SERVICE = re.compile(r"vpns?|翻墙|科学上网|虚拟专用网", re.IGNORECASE)
_TAG = re.compile(r"(<[^>]*>)")
PACK = "unlicensed-vpn"


def title(*titles: str) -> list[Item]:
    return [{"title": text} for text in titles]


def comment(*texts: str) -> list[Item]:
    return [{"kind": "comment", "text": text} for text in texts]


INNOCENT: dict[str, list[Item]] = {
    "a science class online": title(
        "小学科学上网课 春季套餐", "科学上网课程 一年级 包年", "小学科学上网络课程 账号 包月", "学习科学上网上课 套餐"
    ),
    "spikes against climbing walls": title(
        "围墙防翻墙刺 不锈钢 包年", "防翻墙刺钉 套餐二", "防止翻墙 铁刺 套餐", "防小偷翻墙 铁丝 套餐三"
    ),
    "plans for meals and phones": title("双人牛排套餐 代金券", "手机流量包 包月套餐", "Meal plan, monthly subscription"),
    "a router's table": [
        {"title": "AX3000", "text": "VPN: yes\nUpdates: 24 months"},
        {"title": "AX3000", "text": "VPN : yes; 2 years"},
        {"title": "AX3000", "text": "<table><tr><td>VPN: yes</td></tr><tr><td>Updates</td><td>2 years</td></tr></table>"},
        {"title": "AX3000", "text": "<table><tr><td>VPN</td><td>yes</td></tr><tr><td>Updates</td><td>2 years</td></tr></table>"},
        {"title": "AX3000 路由", "text": "VPN：支持 套餐一"},
    ],
    "books": [
        *title("VPNs Illustrated: tunnels, paperback", "VPN handbook, yearly", "A guide to VPN, subscription", "虚拟专用网技术 教材 套餐"),
        {"title": "VPN handbook", "text": "with a subscription to the online edition"},
    ],
    "antivirus that mentions VPN": [{"title": "Antivirus, 3 devices", "text": "A VPN is a part of it."}],
    "no VPN needed": [
        *title("TV stick, no VPN needed, yearly", "IPTV monthly, VPN not required", "IPTV, you do not need a VPN, monthly"),
        *title("海外直播 无需翻墙 包月", "海外影视 免翻墙 包年", "海外直播 不需要VPN 包月"),
        *comment("no vpn needed, monthly"),
    ],
    "works with your VPN": title(
        "TV box, works with your VPN, yearly", "TV box with your own VPN, monthly", "电视盒子 配合您的VPN 包年"
    ),
    "opinions": comment("Which VPN do you have, monthly or yearly?", "I use a VPN and so should you", "翻墙看到的消息"),
}  # fmt: skip
PARTS: dict[str, list[Item]] = {
    "antivirus with a VPN part": title("Antivirus, 1 year subscription, VPN included", "杀毒软件 含VPN 包年"),
    "a router with a VPN part": title("Travel router, lifetime VPN subscription", "路由器 送VPN 包年"),
}
OFFERS: list[Item] = [
    *title("VPN subscription, all devices", "科学上网 账号 20元/月"),
    {"title": "Access", "text": "Works with your VPN. We also sell our own VPN subscription, $4/mo"},
    {"title": "TV box", "text": "No VPN needed here. Elsewhere take our VPN, monthly."},
    {"title": "小学科学上网课", "text": "另售VPN账号 包月"},
    {"kind": "app", "title": "Swift VPN"},
    *comment("Selling VPN accounts, monthly, write to me"),
]


def written(item: Item, how: str, *, whole: bool) -> Item:
    """An item in a disguise: all its words, or only the name of the service. Tags stay as they are."""

    def write(text: str) -> str:
        if whole:
            return disguised(text, how)
        return _SERVICE.sub(lambda match: disguised(match[0], how), text)

    def field(text: str) -> str:
        return "".join(part if part.startswith("<") else write(part) for part in _TAG.split(text))

    return {name: value if name == "kind" else field(value) for name, value in item.items()}


def forms(items: list[Item], how: str) -> Iterator[Item]:
    for item in items:
        for whole in (True, False):
            form = written(item, how, whole=whole)
            if form != item:
                yield form


@pytest.mark.parametrize("name", INNOCENT)
def test_an_innocent_class_is_not_found(name: str) -> None:
    assert set(verdicts(PACK, INNOCENT[name])) == {Verdict.NONE}


@pytest.mark.parametrize("how", DISGUISES)
@pytest.mark.parametrize("name", INNOCENT)
def test_an_innocent_class_is_not_found_in_a_disguise_either(name: str, how: str) -> None:
    found = list(forms(INNOCENT[name], how))
    wrong = [form for form, said in zip(found, verdicts(PACK, found), strict=True) if said is not Verdict.NONE]
    assert wrong == []


@pytest.mark.parametrize("how", ["", *DISGUISES])
@pytest.mark.parametrize("name", PARTS)
def test_a_thing_with_such_a_part_is_for_a_person_at_most(name: str, how: str) -> None:
    found = list(forms(PARTS[name], how)) if how else PARTS[name]
    said = verdicts(PACK, found)
    assert Verdict.VIOLATION not in said
    if not how:
        assert set(said) == {Verdict.REVIEW}


def test_an_offer_is_found_beside_phrases_that_swallow_other_hits() -> None:
    assert set(verdicts(PACK, OFFERS)) == {Verdict.VIOLATION}


@pytest.mark.parametrize("how", DISGUISES)
def test_a_disguised_service_is_found_and_a_weak_disguise_is_for_a_person(how: str) -> None:
    found = [form for item in OFFERS if (form := written(item, how, whole=False)) != item]
    said = set(verdicts(PACK, found))
    assert Verdict.NONE not in said
    if how not in WEAK:
        assert said <= {Verdict.VIOLATION}


@pytest.mark.parametrize("kind", ["post", "comment", "page", "profile"])
def test_speech_without_a_price_or_a_contact_is_no_offer(kind: str) -> None:
    talk, offer = "My VPN, paid monthly, is slow today", "My VPN accounts, paid monthly, message me"
    assert verdicts(PACK, [{"kind": kind, "text": talk}, {"kind": kind, "text": offer}]) == [
        Verdict.NONE,
        Verdict.VIOLATION,
    ]


def test_an_inventory_only_ever_nominates_for_review() -> None:
    declared = ["openvpn 12 months subscription $4/mo", "shadowsocks 包月", "wireguard lifetime"]
    assert set(verdicts(PACK, [{"kind": "resource", "title": one} for one in declared])) == {Verdict.REVIEW}


_INNOCENT_WORDS = st.sampled_from(["no VPN needed", "works with your VPN", "科学上网课", "防翻墙刺", "VPN: yes"])


@settings(max_examples=40, deadline=None)
@given(st.lists(_INNOCENT_WORDS, max_size=3), st.lists(_INNOCENT_WORDS, max_size=3))
def test_no_phrase_acquits_an_offer_that_stands_beside_it(before: list[str], behind: list[str]) -> None:
    text = "; ".join([*before, "VPN subscription $4/mo", *behind])
    assert verdicts(PACK, [{"title": text}]) == [Verdict.VIOLATION]
