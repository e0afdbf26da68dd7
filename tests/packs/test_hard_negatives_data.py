"""The hand-written hard negatives are what they say: read as tables, none twice, each with its reason."""

from __future__ import annotations

from collections import Counter

import pytest
from tests.packs.written_texts import check_none_twice, check_whole, read

LEAST = {
    "vpn": {"en": 198, "zh": 132},
    "general": {"en": 60, "de": 25, "fr": 15, "zh": 25},
    "medicines_later": {"en": 35, "zh": 27, "de": 14, "fr": 14},
    "wildlife_later": {"en": 40, "zh": 32, "de": 9, "fr": 9},
    "counterfeits_later": {"en": 50, "zh": 40},
    "third": {"en": 46, "zh": 29, "de": 9, "fr": 10},
}


@pytest.mark.parametrize("name", LEAST)
def test_rows_are_whole(name: str) -> None:
    check_whole(read(f"hard_negatives_{name}"))


def test_no_id_and_no_text_stands_twice() -> None:
    check_none_twice([row for name in LEAST for row in read(f"hard_negatives_{name}")])


@pytest.mark.parametrize("name", LEAST)
def test_each_language_has_enough(name: str) -> None:
    told = Counter(row["language"] for row in read(f"hard_negatives_{name}"))
    assert {language: told[language] for language, least in LEAST[name].items() if told[language] < least} == {}
