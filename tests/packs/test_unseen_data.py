"""The unseen texts are what they say: read as tables, none twice, each with its reason. No failure shows a text."""

from __future__ import annotations

import csv
from collections import Counter
from pathlib import Path

import pytest

DATA = Path(__file__).resolve().parent / "data"
COLUMNS = ["id", "topic", "kind", "language", "title", "text", "why"]
KINDS = {"listing", "post", "comment", "page", "app", "profile"}
LANGUAGES = {
    "offers_medicines": {"en": 50, "zh": 35, "de": 18, "fr": 17},
    "offers_wildlife": {"en": 65, "zh": 45, "de": 5, "fr": 5},
    "offers_counterfeits": {"en": 75, "zh": 45},
    "innocent": {"en": 200, "zh": 120, "de": 40, "fr": 40},
    "innocent_later": {"en": 44, "zh": 31, "de": 6, "fr": 5},
}
OFFERS = [name for name in LANGUAGES if name.startswith("offers_")]
BORDERLINE = "borderline:"


def read(name: str) -> list[dict[str, str]]:
    with (DATA / f"unseen_{name}.csv").open(encoding="utf-8", newline="") as file:
        table = csv.DictReader(file, strict=True)
        rows = list(table)
    assert table.fieldnames == [*COLUMNS, *(["disguise"] if name in OFFERS else [])]
    return rows


def said(row: dict[str, str]) -> str:
    return f"{row['title']} {row['text']}".strip().casefold()


@pytest.mark.parametrize("name", LANGUAGES)
def test_rows_are_whole(name: str) -> None:
    faulty = [
        row["id"]
        for row in read(name)
        if row["kind"] not in KINDS
        or not said(row)
        or not all(row[column] for column in ("id", "topic", "language", "why"))
        or None in row
        or None in row.values()
    ]
    assert faulty == []


@pytest.mark.parametrize("name", LANGUAGES)
def test_each_language_has_its_share(name: str) -> None:
    assert Counter(row["language"] for row in read(name)) == LANGUAGES[name]


def test_no_id_and_no_text_stands_twice() -> None:
    rows = [row for name in LANGUAGES for row in read(name)]
    ids, texts = Counter(row["id"] for row in rows), Counter(map(said, rows))
    assert [one for one, count in ids.items() if count > 1] == []
    assert [row["id"] for row in rows if texts[said(row)] > 1] == []


@pytest.mark.parametrize("name", OFFERS)
def test_two_fifths_are_disguised_and_a_tenth_is_borderline(name: str) -> None:
    rows = read(name)
    count = len(rows)  # a failure inside assert would print what len() was given
    assert sum(bool(row["disguise"]) for row in rows) == round(count * 0.4)
    assert sum(row["why"].startswith(BORDERLINE) for row in rows) == round(count * 0.1)


def test_a_quarter_of_the_innocent_are_plain() -> None:
    rows = read("innocent")
    count = len(rows)
    assert sum(row["topic"] == "none" for row in rows) == count // 4


def test_the_later_innocent_are_of_each_topic_and_near_half_listings() -> None:
    rows = read("innocent_later")
    assert Counter(row["topic"] for row in rows) == {"medicine": 26, "wildlife": 33, "counterfeit": 27}
    listings = sum(row["kind"] == "listing" for row in rows)
    assert listings == 37


def test_ids_of_the_later_innocent_tell_their_topic() -> None:
    first = {"medicine": "ulm-", "wildlife": "ulw-", "counterfeit": "ulc-"}
    assert [row["id"] for row in read("innocent_later") if not row["id"].startswith(first[row["topic"]])] == []
