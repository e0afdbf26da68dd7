"""The hand-written hard negatives are what they say: read as tables, none twice, each with its reason."""

from __future__ import annotations

import csv
from collections import Counter
from pathlib import Path

import pytest

DATA = Path(__file__).resolve().parent / "data"
COLUMNS = ["id", "topic", "kind", "language", "title", "text", "why"]
KINDS = {"listing", "post", "comment", "page", "app", "profile"}
LEAST = {
    "vpn": {"en": 198, "zh": 132},
    "general": {"en": 60, "de": 25, "fr": 15, "zh": 25},
    "medicines_later": {"en": 35, "zh": 27, "de": 14, "fr": 14},
    "wildlife_later": {"en": 40, "zh": 32, "de": 9, "fr": 9},
    "counterfeits_later": {"en": 50, "zh": 40},
    "third": {"en": 46, "zh": 29, "de": 9, "fr": 10},
}


def read(name: str) -> list[dict[str, str]]:
    with (DATA / f"hard_negatives_{name}.csv").open(encoding="utf-8", newline="") as file:
        table = csv.DictReader(file, strict=True)
        rows = list(table)
    assert table.fieldnames == COLUMNS
    return rows


@pytest.mark.parametrize("name", LEAST)
def test_rows_are_whole(name: str) -> None:
    for row in read(name):
        assert row["kind"] in KINDS, row
        assert row["title"] or row["text"], row
        assert all(row[column] for column in ("id", "topic", "language", "why")), row
        assert set(row) == set(COLUMNS), row


@pytest.mark.parametrize("name", LEAST)
def test_no_id_and_no_text_stands_twice(name: str) -> None:
    rows = read(name)
    texts = Counter(f"{row['title']} {row['text']}".strip().casefold() for row in rows)
    assert [text for text, count in texts.items() if count > 1] == []
    assert len({row["id"] for row in rows}) == len(rows)


@pytest.mark.parametrize("name", LEAST)
def test_each_language_has_enough(name: str) -> None:
    told = Counter(row["language"] for row in read(name))
    assert {language: told[language] for language, least in LEAST[name].items() if told[language] < least} == {}
