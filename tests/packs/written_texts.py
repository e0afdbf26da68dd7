"""The tables of texts written by hand, and what their form must be."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

DATA = Path(__file__).resolve().parent / "data"
COLUMNS = ["id", "topic", "kind", "language", "title", "text", "why"]
KINDS = {"listing", "post", "comment", "page", "app", "profile"}
Rows = list[dict[str, str]]


def read(name: str, *more: str) -> Rows:
    """The rows of a file, which has these columns and no other."""
    with (DATA / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        table = csv.DictReader(file, strict=True)
        rows = list(table)
    assert table.fieldnames == [*COLUMNS, *more]
    return rows


def check_whole(rows: Sequence[dict[str, str]]) -> None:
    """Every row says what it is, and has no cell too many or too few."""
    for row in rows:
        assert row["kind"] in KINDS, row
        assert row["title"] or row["text"], row
        assert all(row[column] for column in ("id", "topic", "language", "why")), row
        assert None not in row, row
        assert None not in row.values(), row


def check_none_twice(rows: Sequence[dict[str, str]]) -> None:
    """No id and no text stands twice."""
    texts = Counter(f"{row['title']} {row['text']}".strip().casefold() for row in rows)
    assert [text for text, count in texts.items() if count > 1] == []
    assert len({row["id"] for row in rows}) == len(rows)
