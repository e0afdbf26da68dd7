"""The hand-written offers are what they say: read as tables, none twice, each with its reason and its disguise."""

from __future__ import annotations

import csv
from collections import Counter
from pathlib import Path

import pytest

DATA = Path(__file__).resolve().parent / "data"
COLUMNS = ["id", "topic", "kind", "language", "title", "text", "why", "disguise"]
KINDS = {"listing", "post", "comment", "page", "app", "profile"}
LATER = {
    "medicines": {"en": 70, "zh": 55, "de": 28, "fr": 27},
    "wildlife": {"en": 85, "zh": 70, "de": 13, "fr": 12},
    "counterfeits": {"en": 100, "zh": 80},
}
FILES = [f"{prefix}_{topic}" for prefix in ("offers_held_out", "offers_later") for topic in LATER]


def read(name: str) -> list[dict[str, str]]:
    with (DATA / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        table = csv.DictReader(file, strict=True)
        rows = list(table)
    assert table.fieldnames == COLUMNS
    return rows


@pytest.mark.parametrize("name", FILES)
def test_rows_are_whole(name: str) -> None:
    for row in read(name):
        assert row["kind"] in KINDS, row
        assert row["title"] or row["text"], row
        assert all(row[column] for column in ("id", "topic", "language", "why")), row
        assert None not in row, row


def test_no_id_and_no_text_stands_twice() -> None:
    rows = [row for name in FILES for row in read(name)]
    texts = Counter(f"{row['title']} {row['text']}".strip().casefold() for row in rows)
    assert [text for text, count in texts.items() if count > 1] == []
    assert len({row["id"] for row in rows}) == len(rows)


@pytest.mark.parametrize("topic", LATER)
def test_the_later_offers_have_each_language_and_are_disguised_for_the_most_part(topic: str) -> None:
    rows = read(f"offers_later_{topic}")
    assert Counter(row["language"] for row in rows) == LATER[topic]
    assert sum(bool(row["disguise"]) for row in rows) == 110
