"""N-grams tell two heaps of texts apart, and none says who somebody is."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rectify.screening.ngrams import Heap, apart, holds, is_chinese, ngrams, says_nothing, score


def heap(*texts: str) -> Heap:
    made = Heap()
    for text in texts:
        made.add(ngrams(text))
    return made


def test_words_of_letters_and_chinese_characters():
    assert ngrams("buy cheap ivory") == {"buy", "cheap", "ivory", "buy cheap", "cheap ivory", "buy cheap ivory"}
    assert ngrams("科学上网") == {"科学", "学上", "上网", "科学上", "学上网", "科学上网"}
    assert ngrams("买vpn包月") == {"vpn", "包月"}
    assert "is it cheap" not in ngrams("is it? cheap")
    assert ngrams("of a z") == {"of a", "of a z", "a z"}
    assert max(map(len, ngrams("一二三四五六七八"))) == 6


@pytest.mark.parametrize("text", [
    "mail me anna.vesper@mailbox.example", "see https://shop.example/anna?x=1", "shop.example/anna", "www.anna",
    "call 0170 1234567", "@anna_vesper", "微信: annavesper", "telegram: annavesper", "qq 123456", "vx：annavesper", "anna77",
])  # fmt: skip
def test_nothing_that_says_who_somebody_is(text):
    from rectify.screening.fold import fold_text

    found = ngrams(fold_text(text))
    assert not [gram for gram in found if "anna" in gram or "vesper" in gram or any(sign.isdigit() for sign in gram)]


def test_what_stands_on_both_sides_of_an_address_is_not_joined():
    assert "write now" not in ngrams("write a@b.example now")
    assert "写信" in ngrams("写信a@b.example给我们")


@given(st.text(max_size=80))
def test_any_text_has_n_grams_without_digits_and_within_bounds(text):
    for gram in ngrams(text):
        assert not any(sign in "0123456789" for sign in gram)
        assert len(gram.split(" ")) <= 3
        if is_chinese(gram):
            assert 2 <= len(gram) <= 6


def test_the_score_is_that_of_the_formula():
    """By hand: 3 of 6 n-grams here, 1 of 4 there; the prior is 4 of 10."""
    here, there = Heap(), Heap()
    here.counts.update({"x": 3, "y": 3})
    there.counts.update({"x": 1, "z": 3})
    here.total, there.total = 6, 4
    (one,) = score(here, there, ["x"])
    import math

    odds = math.log(7 / (6 + 10 - 7)) - math.log(5 / (4 + 10 - 5))
    assert one.z == pytest.approx(odds / math.sqrt(1 / 7 + 1 / 5))


def test_what_one_side_has_stands_before_what_both_have():
    here = heap(*["ivory for sale"] * 6, "a lamp")
    there = heap(*["a lamp for sale"] * 30)
    scored = {one.gram: one for one in score(here, there, ["ivory", "sale", "lamp"])}
    assert scored["ivory"].z > 1.96 > scored["sale"].z > scored["lamp"].z
    assert scored["lamp"].z < 0
    assert (scored["ivory"].confirmed, scored["ivory"].clean, scored["sale"].clean) == (6, 0, 30)


def test_what_only_says_again_is_left_out():
    here, there = heap(*["old ivory tusk"] * 6), heap(*["a lamp"] * 30)
    where = dict.fromkeys(("ivory", "old ivory", "tusk", "old ivory tusk"), frozenset(range(6)))
    assert [one.gram for one in apart(score(here, there, where), where)] == ["ivory", "tusk"]
    where["ivory"] = frozenset(range(60))  # and says more where it stands alone, too
    assert "ivory" in [one.gram for one in apart(score(here, there, where), where)]


def test_whole_words_are_held():
    assert holds("old ivory tusk", "ivory tusk")
    assert not holds("ivory tusks", "tusk")
    assert holds("科学上网", "上网")


def test_function_words_say_nothing_by_themselves():
    assert all(map(says_nothing, ("the", "of ivory", "ivory for", "可以", "und")))
    assert not any(map(says_nothing, ("ivory", "ivory for sale", "象牙")))
