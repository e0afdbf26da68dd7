"""The hand-written offers are what they say: read as tables, none twice, each with its reason and its disguise."""

from __future__ import annotations

from collections import Counter

import pytest
from tests.packs.written_texts import check_none_twice, check_whole, read

LATER = {
    "medicines": {"en": 70, "zh": 55, "de": 28, "fr": 27},
    "wildlife": {"en": 85, "zh": 70, "de": 13, "fr": 12},
    "counterfeits": {"en": 100, "zh": 80},
}
FILES = [f"{prefix}_{topic}" for prefix in ("offers_held_out", "offers_later") for topic in LATER]


@pytest.mark.parametrize("name", FILES)
def test_rows_are_whole(name: str) -> None:
    check_whole(read(name, "disguise"))


def test_no_id_and_no_text_stands_twice() -> None:
    check_none_twice([row for name in FILES for row in read(name, "disguise")])


@pytest.mark.parametrize("topic", LATER)
def test_the_later_offers_have_each_language_and_are_disguised_for_the_most_part(topic: str) -> None:
    rows = read(f"offers_later_{topic}", "disguise")
    assert Counter(row["language"] for row in rows) == LATER[topic]
    assert sum(bool(row["disguise"]) for row in rows) == 110
