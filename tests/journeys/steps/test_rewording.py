"""A Chinese letter says the sentence of a rule in Chinese, as long as the rule still says what was recorded."""

from __future__ import annotations

from dataclasses import replace

import pytest

from rectify.cases.gather import Found
from rectify.letters.records import letters_of
from rectify.rules.pack import Pack
from rectify.steps import tell
from rectify.steps.rewording import rewording
from rectify.terms.case import FindingSeen
from rectify.terms.errors import Broken
from rectify.terms.finding import Verdict

from .house import BOOK, House, found, packs

RULE = "unlicensed-vpn/vpn-service-for-sale"
SAID = "Offers a VPN service (“翻墙”) for sale; the account is not on the register."
CHINESE = "- 规则：出售VPN服务（“翻墙”），而您的账号不在许可登记册上。"


def offered(why: str = SAID) -> Found:
    """A finding of the licence pack at an item of Quill, who reads Chinese."""
    one = found("I2", "V72", rule=RULE)
    assert one.finding
    return replace(one, finding=replace(one.finding, why=why))


def letter(house: House, why: str = SAID) -> str:
    """The letter about it."""
    house.gather(offered(why))
    house.decide("I2")
    house.carry_out()
    (name,) = tell.tell(house.workspace, BOOK, as_="kim")
    with house.ledger.reading() as connection:
        return next(x.body for x in letters_of(house.ledger, connection, book=BOOK) if x.id == name)


def test_the_sentence_is_told_in_chinese_with_the_words_that_were_found(accepted):
    assert CHINESE in letter(accepted)


def test_a_sentence_that_the_rule_says_no_more_is_told_as_it_was_recorded(accepted):
    assert "- 规则：Sells a tunnel (“翻墙”)." in letter(accepted, "Sells a tunnel (“翻墙”).")


def test_a_rule_that_is_gone_is_told_as_it_was_recorded(accepted, monkeypatch):
    known: dict[str, Pack] = {"identical-products": packs()["identical-products"]}
    monkeypatch.setattr(type(accepted.workspace), "packs", lambda self: known)
    assert f"- 规则：{SAID}" in letter(accepted)


def test_packs_that_cannot_be_read_hold_no_letter_back(accepted, monkeypatch):
    words = rewording(accepted.workspace)
    assert words(FindingSeen("f", "unlicensed-vpn", "vpn-service-for-sale", Verdict.VIOLATION, "1", SAID, ()))["zh"]

    def broken(_: object) -> dict[str, Pack]:
        raise Broken("no pack can be read")

    monkeypatch.setattr(type(accepted.workspace), "packs", broken)
    assert dict(rewording(accepted.workspace)(FindingSeen("f", "p", "r", Verdict.VIOLATION, "1", SAID, ()))) == {}


@pytest.mark.parametrize("said", ["Is of a provider that the order names: vpn.example."])
def test_the_built_in_rule_for_providers_is_told_in_chinese(accepted, said):
    finding = FindingSeen("f", "named-providers", "provider-named", Verdict.VIOLATION, "1: provider", said, ())
    assert rewording(accepted.workspace)(finding)["zh"] == "属于命令所列的提供者：vpn.example。"
