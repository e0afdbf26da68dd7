"""The measurement of real disguises: the vocabulary is chosen by program, and misses are sorted by what stands there."""

from __future__ import annotations

import pytest
from bench.measurements.missed import reason
from bench.measurements.real_disguises import costs
from bench.measurements.vocabulary import LEAST, choose

from rectify.terms.finding import Disguise


def test_words_are_those_that_the_background_has_not_and_the_longer_ones() -> None:
    messages = [f"今天彩金领取{n}" for n in "甲乙丙丁戊己庚辛"]
    words = choose(messages, [f"今天天气不错{n}" for n in range(20)])
    assert len(messages) >= LEAST
    assert "今天" not in words
    assert "彩金领取" in words
    assert "彩金" not in words


@pytest.mark.parametrize(
    ("written", "word", "why"),
    [
        ("", "牛牛", "left out"),
        ("🐂🐂", "牛牛", "a picture or sign for a character"),
        ("牛", "牛牛", "a character left out"),
        ("v信", "微信", "Latin letters or digits for a character"),
        ("银航", "银行", "of the same sound in a reading that is not its usual one"),
        ("宾馆员", "宾馆", "more characters than the word has: taken apart otherwise, or words between"),
        ("赔宾", "赔饼", "of like sound (n and ng, l and n, s and sh), not of the same"),
        ("狗肉", "彩金", "another character, of other sound and other parts"),
    ],
)
def test_a_miss_is_sorted_by_what_stands_in_the_place_of_the_word(written: str, word: str, why: str) -> None:
    assert reason(written, word) == why


def test_a_class_costs_the_hits_that_are_not_there_without_it() -> None:
    innocent = {"shop": ["采金船", "彩金", "彩珒"], "reviews": ["没有"]}
    told = {(one.disguise, one.texts): (one.rows, one.hits) for one in costs("", ["彩金"], innocent, list(Disguise))}
    assert told[Disguise.TWIN, "shop"] == (3, 1)
    assert told[Disguise.RARE, "shop"] == (3, 1)
    assert told[Disguise.SHAPE, "shop"] == (3, 0)
    assert told[Disguise.TWIN, "reviews"] == (1, 0)
