"""Innocent texts that look risky: how many the packs flag is limited, over all of them and for each pack."""

from __future__ import annotations

from collections import Counter
from functools import cache

import pytest
from bench.measurements.own_texts import ANY, NEGATIVES, OwnScores, measure_negatives, read_texts

from rectify.screening.compile import seeks_only_named

from .shipped import NAMES, shipped

LEAST = 2_000
MOST = {"violation": 0.001, "review": 0.01}  # of all texts
TOPICAL = tuple(name for name in NAMES if not seeks_only_named(shipped(name)))


@cache
def measured() -> OwnScores:
    return measure_negatives([shipped(name) for name in TOPICAL])


def test_there_are_enough_of_them_in_four_languages_and_none_stands_twice() -> None:
    texts = read_texts(NEGATIVES)
    assert len(texts) >= LEAST
    languages = Counter(text.language.partition("-")[0] for text in texts)
    assert set(languages) == {"en", "de", "fr", "zh"}
    assert min(languages.values()) >= 100
    assert len({text.id for text in texts}) == len(texts)


@pytest.mark.parametrize("verdict", MOST)
@pytest.mark.parametrize("pack", [*TOPICAL, ANY])
def test_few_are_flagged(pack: str, verdict: str) -> None:
    share = measured().share(pack, "", verdict)
    told = [
        f"{text.id} {text.title[:60]}"
        for name, said, text in measured().flagged
        if said == verdict and pack in (name, ANY)
    ]
    assert share.part <= MOST[verdict] * share.whole, told
