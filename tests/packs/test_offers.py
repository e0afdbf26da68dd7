"""Offers, not opinions: an offer line that calls itself one and is none is refused for comments, posts, pages, profiles."""

from __future__ import annotations

from pathlib import Path

import pytest

from rectify.rules.offers import says_nothing
from rectify.rules.pack import Term, Words
from rectify.rules.reader import read_pack
from rectify.terms.errors import Faulty

PACK = """\
pack: talk
version: 1
title: {{en: Talk}}
acts: [sell]
kinds: [{kind}]
words:
{words}
offer: {{{kind}: "{offer}"}}
rules:
  - {{id: said, when: "{when}", verdict: violation, measure: remove_item, why: "Said."}}
"""
TRIALS = """\
- {{item: {{kind: {kind}, text: "government for sale, 5 eur"}}, expect: violation, rule: said}}
- {{item: {{kind: {kind}, text: "a garden chair"}}, expect: none, rule: said}}
"""
THING = "{terms: {en: [veiltunnel]}}"
COST = "{terms: {en: [for sale]}, patterns: ['\\d+ eur']}"


def told(folder: Path, words: dict[str, str], offer: str, when: str, kind: str = "comment") -> list[str]:
    """The faults of a pack; none where it is fine."""
    (folder / "trials").mkdir(exist_ok=True)
    lists = "\n".join(f"  {name}: {text}" for name, text in words.items())
    (folder / "pack.yaml").write_text(PACK.format(words=lists, offer=offer, when=when, kind=kind), encoding="utf-8")
    (folder / "trials" / "t.yaml").write_text(TRIALS.format(kind=kind), encoding="utf-8")
    try:
        read_pack(folder)
    except Faulty as faulty:
        return [str(fault) for fault in faulty.faults]
    return []


@pytest.mark.parametrize("kind", ["comment", "post", "page", "profile"])
@pytest.mark.parametrize(
    "pattern",
    [".", r"\b", r"[\s\S]", "(?s).+", r"\w", r"\W", "[^x]", r"\p{L}", "a|e", ".{2}", r"\w\w\w", "[a-z]{4,}", r"\S+\s", "..+",
     r"\p{Han}{2}", r"\d+", r"\bthe\b", "(a|b|c|d|e)", "[的了是]"],
)  # fmt: skip
def test_a_pattern_that_any_talk_satisfies_is_no_sign_of_an_offer(tmp_path, kind, pattern):
    faults = told(tmp_path, {"op": "{terms: {en: [potentate]}}", "any": f"{{patterns: ['{pattern}']}}"}, "any",
                  "op and offer", kind)  # fmt: skip
    assert any("is asked for by an offer line, and the pattern" in one for one in faults), faults
    assert any("pack.yaml:8:" in one for one in faults)


@pytest.mark.parametrize("term", ["the", "is", "people", "government", "的", "不是", "政府"])
def test_a_word_of_any_talk_is_no_sign_of_an_offer(tmp_path, term):
    language = "en" if term.isascii() else "zh"
    faults = told(tmp_path, {"op": "{terms: {en: [potentate]}}", "any": f"{{terms: {{{language}: [{term}]}}}}"}, "any",
                  "op and offer")  # fmt: skip
    assert any(f'the term "{term}" stands in any talk' in one for one in faults), faults


@pytest.mark.parametrize(
    ("offer", "when"),
    [
        ("op", "op and offer"),
        ("op", "offer"),
        ("op", "op"),
        ("op in (title, text)", "op and offer"),
        ("plain(op)", "op and offer"),
        ("count(op) >= 2", "op and offer"),
        ("near(op, op, 40)", "offer"),
        ("near(op, thing, 40)", "op and thing and offer"),
        ("op or thing", "op and thing and offer"),
        ("op or thing", "op and offer"),
    ],
)
def test_what_the_rule_seeks_anyway_is_no_offer(tmp_path, offer, when):
    words = {"op": "{terms: {en: [potentate]}}", "thing": THING}
    if "thing" not in offer + when:
        words.pop("thing")
    faults = told(tmp_path, words, offer, when)
    assert any("asks for nothing but what the rule seeks" in one for one in faults), faults


def test_one_word_is_not_both_what_is_meant_and_its_offer(tmp_path):
    words = {"op": "{terms: {en: [potentate]}}", "other": "{terms: {en: [Potentate, rope]}}"}
    (fault,) = told(tmp_path, words, "other", "op and offer")
    assert "take one word for what is meant and for its offer" in fault


def test_one_word_that_many_rules_take_for_both_is_told_once(tmp_path):
    words = {"op": "{terms: {en: [potentate]}}", "other": "{terms: {en: [Potentate, rope]}}"}
    told(tmp_path, words, "other", "op and offer")
    pack = tmp_path / "pack.yaml"
    one = pack.read_text(encoding="utf-8")
    rule = one[one.index("  - {id: said") :]
    pack.write_text(one + rule.replace("id: said", "id: told") + rule.replace("id: said", "id: heard"), "utf-8")
    with pytest.raises(Faulty) as caught:
        read_pack(tmp_path, draft=True)
    (fault,) = caught.value.faults
    assert fault.text.startswith('"said" (and 2 more) would take one word for what is meant and for its offer')


@pytest.mark.parametrize(
    ("offer", "when"),
    [
        ("near(thing, cost, 40)", "thing and offer"),
        ("near(thing, cost, 40)", "offer"),
        ("cost", "thing and offer"),
        ("near(thing, cost, 40)", "thing and offer or near(thing, cost, 9)"),
    ],
)
def test_an_offer_is_one(tmp_path, offer, when):
    assert told(tmp_path, {"thing": THING, "cost": COST}, offer, when) == []


def test_listings_need_no_more_than_before(tmp_path):
    words = {"op": "{terms: {en: [government]}}"}
    assert told(tmp_path, words, "op", "op and offer", "listing") == []


def test_a_term_is_sought_in_talk_as_a_reader_finds_it():
    def said(*terms: Term) -> list[str]:
        return list(says_nothing(Words("w", terms, (), (), frozenset())))

    assert said(Term("pin", "en")) == []  # in "opinion", as a part of a word
    assert len(said(Term("pin", "en", open_left=True, open_right=True))) == 1
    assert len(said(Term("Every Day", "en"))) == 1
