"""The texts about medicines: every row whole, no text twice, and enough of each language."""

from __future__ import annotations

import csv
from collections import Counter
from pathlib import Path

import pytest

DATA = Path(__file__).resolve().parent / "data"
NEGATIVES = "hard_negatives_medicines.csv"
OFFERS = "offers_held_out_medicines.csv"
COLUMNS = ["id", "topic", "kind", "language", "title", "text", "why"]
KINDS = {"listing", "post", "comment", "page", "app", "profile"}


def _rows(name: str) -> list[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, strict=True))


@pytest.mark.parametrize(("name", "prefix", "more"), [(NEGATIVES, "hm", []), (OFFERS, "om", ["disguise"])])
def test_every_row_is_whole(name: str, prefix: str, more: list[str]) -> None:
    for number, row in enumerate(_rows(name), 1):
        assert list(row) == COLUMNS + more, row
        assert row["id"] == f"{prefix}-{number:04d}"
        assert row["kind"] in KINDS, row
        assert row["title"] or row["text"], row
        assert row["why"], row


def test_no_text_is_there_twice() -> None:
    texts = Counter(f"{row['title']} {row['text']}".casefold() for name in (NEGATIVES, OFFERS) for row in _rows(name))
    assert [text for text, times in texts.items() if times > 1] == []


def test_innocent_texts_of_four_languages() -> None:
    assert _fewer(Counter(row["language"] for row in _rows(NEGATIVES)), en=300, de=112, fr=112, zh=225) == {}


def test_offers_of_four_languages_a_third_of_them_disguised() -> None:
    offers = [row for row in _rows(OFFERS) if not row["why"].startswith("borderline:")]
    assert _fewer(Counter(row["language"] for row in offers), en=70, de=40, fr=40, zh=70) == {}
    assert 0.3 <= sum(bool(row["disguise"]) for row in offers) / len(offers) <= 0.4


def _fewer(counts: Counter[str], **least: int) -> dict[str, int]:
    return {language: counts[language] for language, count in least.items() if counts[language] < count}
