"""The texts about wildlife and counterfeits: every row whole, no text twice, and enough of each language and disguise."""

from __future__ import annotations

import csv
from collections import Counter
from pathlib import Path

import pytest

DATA = Path(__file__).resolve().parent / "data"
NEGATIVES = {"hard_negatives_wildlife.csv": "hw", "hard_negatives_counterfeits.csv": "hc"}
OFFERS = {"offers_held_out_wildlife.csv": "ow", "offers_held_out_counterfeits.csv": "oc"}
PREFIXES = NEGATIVES | OFFERS
COLUMNS = ["id", "topic", "kind", "language", "title", "text", "why"]
KINDS = {"listing", "post", "comment", "page", "app", "profile"}
LEAST = {
    "hard_negatives_wildlife.csv": {"en": 260, "zh": 165, "de": 24, "fr": 24},
    "hard_negatives_counterfeits.csv": {"en": 285, "zh": 190},
    "offers_held_out_wildlife.csv": {"en": 75, "zh": 60, "de": 5, "fr": 5},
    "offers_held_out_counterfeits.csv": {"en": 75, "zh": 60},
}


def _rows(name: str) -> list[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, strict=True))


def _borderline(row: dict[str, str]) -> bool:
    return row["why"].startswith("borderline:")


@pytest.mark.parametrize("name", PREFIXES)
def test_every_row_is_whole(name: str) -> None:
    columns = COLUMNS + ["disguise"] * (name in OFFERS)
    for number, row in enumerate(_rows(name), 1):
        assert list(row) == columns, row
        assert row["id"] == f"{PREFIXES[name]}-{number:04d}"
        assert row["kind"] in KINDS, row
        assert row["title"] or row["text"], row
        assert row["topic"], row
        assert row["why"], row


def test_no_text_is_there_twice() -> None:
    texts = Counter(f"{row['title']} {row['text']}".strip().casefold() for name in PREFIXES for row in _rows(name))
    assert [text for text, times in texts.items() if times > 1] == []


@pytest.mark.parametrize("name", PREFIXES)
def test_each_language_has_enough(name: str) -> None:
    told = Counter(row["language"] for row in _rows(name) if not _borderline(row))
    assert {language: told[language] for language, least in LEAST[name].items() if told[language] < least} == {}


@pytest.mark.parametrize("name", OFFERS)
def test_a_third_of_the_offers_is_disguised_and_some_texts_are_borderline(name: str) -> None:
    rows = _rows(name)
    offers = [row for row in rows if not _borderline(row)]
    assert len(rows) - len(offers) >= 25
    assert sum(bool(row["disguise"]) for row in offers) * 3 >= len(offers)
