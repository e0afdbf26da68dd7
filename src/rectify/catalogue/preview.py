"""A few rows as the engine will see them, for a person who maps the columns of a catalogue."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from rectify.catalogue.files import FileSource
from rectify.catalogue.html import reader_view
from rectify.catalogue.source import SetAside
from rectify.terms.item import ITEM_FIELDS, TEXT_FIELDS

HTML = "html"  # read as a reader sees it
HIDDEN = "hidden_text"  # holds text that a reader does not see
ENOUGH = 1_000  # rows set aside: a look need not go on to the end of a file that cannot be read


@dataclass(frozen=True, slots=True)
class SeenRow:
    """One row: its number in the file, its filled fields as text, its marks."""

    row: int
    fields: dict[str, str]
    marks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Preview:
    """The first rows of a catalogue and those before them that were set aside; `whole`: there are no others.

    `notes` say what there is to tell of the file: its encoding, what parts its cells.
    """

    rows: tuple[SeenRow, ...]
    set_aside: tuple[SetAside, ...]
    notes: tuple[str, ...] = ()
    whole: bool = False

    @property
    def looked(self) -> int:
        """How many rows were looked at, read or set aside."""
        return len(self.rows) + len(self.set_aside)


def preview(source: FileSource, n: int = 10) -> Preview:
    """The first `n` rows of a source's first file, HTML read as a reader sees it. Raises `Faulty` as reading does."""
    rows: list[SeenRow] = []
    aside: list[SetAside] = []
    whole = True
    for batch in source.first_batches():
        left = n - len(rows)
        rows += map(_seen, batch.items.slice(0, left).to_pylist())
        aside += batch.set_aside
        if batch.items.num_rows > left or len(aside) > ENOUGH:
            whole = False
            break
    last = rows[-1].row if rows else 0
    told = tuple(one for one in aside if one.row < last or len(rows) < n or whole)
    return Preview(tuple(rows), told, tuple(source.notes), whole)


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
