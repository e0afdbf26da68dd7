"""A few rows as the engine will see them, for a person who maps the columns of a catalogue."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice
from typing import Any

from rectify.catalogue.files import FileSource
from rectify.catalogue.html import reader_view
from rectify.catalogue.source import SetAside
from rectify.terms.item import ITEM_FIELDS, TEXT_FIELDS

HTML = "html"  # read as a reader sees it
HIDDEN = "hidden_text"  # holds text that a reader does not see


@dataclass(frozen=True, slots=True)
class SeenRow:
    """One row: its number in the file, its filled fields as text, its marks."""

    row: int
    fields: dict[str, str]
    marks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Preview:
    """The first rows of a catalogue and those before them that were set aside."""

    rows: tuple[SeenRow, ...]
    set_aside: tuple[SetAside, ...]


def preview(source: FileSource, n: int = 10) -> Preview:
    """The first `n` rows of a source's first file, HTML read as a reader sees it. Raises `Faulty` as reading does."""
    rows: list[SeenRow] = []
    aside: list[SetAside] = []
    for batch in source.first_batches():
        rows += map(_seen, islice(batch.items.slice(0, n - len(rows)).to_pylist(), n))
        aside += batch.set_aside
        if len(rows) >= n:
            break
    last = rows[-1].row if rows else 0
    return Preview(tuple(rows), tuple(told for told in aside if told.row < last or len(rows) < n))


def _seen(row: dict[str, Any]) -> SeenRow:
    marks = list(row["marks"])
    fields = {}
    for name in ITEM_FIELDS:
        value = row[name]
        if name in TEXT_FIELDS:
            value = [_read(part, marks) for part in (value if isinstance(value, list) else [value])]
        if text := _as_text(value):
            fields[name] = text
    return SeenRow(row["row"], fields, tuple(marks))


def _read(text: str, marks: list[str]) -> str:
    view = reader_view(text)
    if view is None:
        return text
    for mark, there in ((HTML, True), (HIDDEN, bool(view.hidden.any()))):
        if there and mark not in marks:
            marks.append(mark)
    return view.text


def _as_text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, list):
        return " | ".join(" = ".join(v) if isinstance(v, tuple) else str(v) for v in value)
    return str(value)
