"""Digests are those of canonical JSON, whatever is in it, and stand for all that they are made of."""

from __future__ import annotations

import hashlib
import hmac
import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from rectify.screening.identity import FindingIds, SeenDigests
from rectify.terms.item import ItemKey

TEXT = st.text(max_size=12) | st.sampled_from(["%", "%b", '"', "\\", "\x00\x1f\x7f", "\u2028\ud800", "é中🐘", "</b>"])
VALUES = st.none() | TEXT | st.lists(TEXT, max_size=3) | st.dictionaries(TEXT, TEXT, max_size=3)
ANSWERS = st.none() | st.lists(st.booleans(), min_size=2, max_size=2)


def canonical(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode("utf-8", "surrogatepass")


def seen_digest(fields: dict[str, Any], answers: dict[str, Any]) -> str:
    values = [canonical(of[name]) for of in (answers, fields) for name in sorted(of)]
    return SeenDigests(answers, fields).of(values)


def finding_id(key: bytes, order: str, rule: str, meaning: str, item: ItemKey, seen: str) -> str:
    return FindingIds(key, order, rule, meaning).of(item, seen)


@given(st.dictionaries(TEXT, VALUES, max_size=4), st.dictionaries(TEXT, ANSWERS, max_size=3))
def test_a_look_is_the_digest_of_its_canonical_json(fields: dict[str, Any], answers: dict[str, Any]) -> None:
    whole = canonical({"fields": fields, "answers": answers})
    assert seen_digest(fields, answers) == hashlib.sha256(whole).hexdigest()[:32]


@given(st.binary(min_size=1, max_size=80), TEXT, TEXT, TEXT, st.builds(ItemKey, TEXT, TEXT, TEXT), TEXT)
def test_an_id_is_the_keyed_digest_of_its_canonical_json(
    key: bytes, order: str, rule: str, meaning: str, item: ItemKey, seen: str
) -> None:
    whole = canonical([order, rule, meaning, list(item), seen])
    assert finding_id(key, order, rule, meaning, item, seen) == hmac.digest(key, whole, "sha256").hex()[:32]


def test_ids_of_a_rule_do_not_depend_on_those_before() -> None:
    ids = FindingIds(b"k", "o", "p/r", "m")
    first, other = ItemKey("market", "listing", "1"), ItemKey("market", "listing", "2")
    told = ids.of(first, "s")
    assert ids.of(other, "s") != told
    assert ids.of(first, "s") == told


def test_ids_stand_for_order_rule_meaning_item_and_look_and_for_the_key():
    key, item = b"k" * 32, ItemKey("market", "listing", "1")
    given_ = (key, "XA-1", "p/r", "meaning", item, "seen")
    others = [
        (b"l" * 32, *given_[1:]), (key, "XA-2", *given_[2:]), (key, "XA-1", "p/q", *given_[3:]),
        (*given_[:3], "other", item, "seen"), (*given_[:4], ItemKey("market", "app", "1"), "seen"), (*given_[:5], "seen2"),
    ]  # fmt: skip
    ids = {finding_id(*each) for each in [given_, *others]}
    assert len(ids) == 7
    assert {len(i) for i in ids} == {32}


def test_parts_of_an_id_cannot_be_moved_into_one_another():
    item = ItemKey("a", "b", "c")
    assert finding_id(b"k", "ab", "c", "m", item, "s") != finding_id(b"k", "a", "bc", "m", item, "s")


def test_a_look_changes_with_a_field_or_an_answer_and_with_nothing_else():
    seen = seen_digest({"title": "x", "text": None}, {"registered": ["bound", "e1"]})
    assert seen == seen_digest({"text": None, "title": "x"}, {"registered": ["bound", "e1"]})
    assert seen != seen_digest({"title": "x", "text": ""}, {"registered": ["bound", "e1"]})
    assert seen != seen_digest({"title": "x", "text": None}, {"registered": ["expired", "e1"]})
