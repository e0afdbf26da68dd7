"""The texts of one batch as one array of code points, and the way back to what was written."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from html import unescape
from typing import Protocol

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from rectify.screening.fold import Codes, fold_text, text_of

try:
    from rectify.catalogue.html import reader_view
except ImportError:  # until the reader of HTML stands

    def reader_view(text: str) -> None:  # type: ignore[misc]
        return None


Ints = npt.NDArray[np.int64]
_ENTITY = re.compile(r"&(?:#[0-9]+|#[xX][0-9a-fA-F]+|[A-Za-z][A-Za-z0-9]*);?")
_FIRST_VARIANT = 2


class Seen(Protocol):
    """A text as a reader sees it (catalogue/html.py): `offsets[i]` is where character i stands in what was written."""

    @property
    def text(self) -> str: ...
    @property
    def offsets(self) -> npt.NDArray[np.int32]: ...
    @property
    def hidden(self) -> npt.NDArray[np.bool_]: ...


class TextColumns:
    """All texts of a batch in one array; a cell is one field of one row: title 0, text 1, variants 2 and on.

    `codes` holds the cells one after another with a 0 after each; `start` and `end` say where each cell lies, `row`
    and `field` what it is, `views` what a reader sees of the cells that hold markup. Cells are in the order of fields,
    not of rows.
    """

    def __init__(
        self, batch: pa.RecordBatch, codes: Codes, row: Ints, field: Ints, end: Ints, views: Mapping[int, Seen]
    ) -> None:
        self.batch, self.codes, self.row, self.field, self.end, self.views = batch, codes, row, field, end, views
        self.start: Ints = np.concatenate((np.zeros(min(1, len(end)), np.int64), end[:-1] + 1))
        self._first_variant = int(np.searchsorted(field >= _FIRST_VARIANT, True))

    @classmethod
    def of(cls, batch: pa.RecordBatch, html: Callable[[str], Seen | None] = reader_view) -> TextColumns:
        """The texts of a batch (columns title, text, variants; one that is absent or null is empty).

        Text that holds markup is replaced by what `html` gives, with a map back; `html` gives None for plain text.
        """
        rows = np.arange(batch.num_rows)
        parts = [(_texts(batch, name), rows, np.full(len(rows), field)) for field, name in enumerate(("title", "text"))]
        if (variants := _variants(batch)) is not None:
            parts.append(variants)
        views: dict[int, Seen] = {}
        texts: list[pa.Array] = []
        before = 0
        for array, _, _ in parts:
            array, seen = _as_read(array, html)
            views.update({before + cell: view for cell, view in seen.items()})
            texts.append(array)
            before += len(array)
        codes, end = _joined(pa.concat_arrays(texts))
        row = np.concatenate([part for _, part, _ in parts])
        field = np.concatenate([part for _, _, part in parts])
        return cls(batch, codes, row, field, end, views)

    def cell(self, row: int, field: int) -> int:
        """The number of a cell. Raises IndexError for a variant that the row does not have."""
        if field < _FIRST_VARIANT:
            return field * self.batch.num_rows + row
        at = self._first_variant + int(np.searchsorted(self.row[self._first_variant :], row)) + field - _FIRST_VARIANT
        if at >= len(self.row) or int(self.row[at]) != row:
            raise IndexError(f"row {row} has no field {field}")
        return int(at)

    def read(self, cell: int) -> str:
        """The text of a cell as a reader sees it."""
        return text_of(self.codes[self.start[cell] : self.end[cell]])

    def folded(self, row: int, field: int) -> str:
        """The folded text of a field, as rules see it."""
        return fold_text(self.read(self.cell(row, field)))

    def original(self, row: int, field: int) -> str:
        """What was written in a field, markup included; empty where there is nothing."""
        if field < _FIRST_VARIANT:
            name = ("title", "text")[field]
            return (self.batch.column(name)[row].as_py() or "") if name in self.batch.schema.names else ""
        return self.batch.column("variants")[row].as_py()[field - _FIRST_VARIANT] or ""

    def span(self, cell: int, start: int, end: int) -> tuple[int, int, bool]:
        """(start, end in the code points of what was written, hidden) of characters that a reader sees in a cell."""
        view = self.views.get(cell)
        if view is None:
            return start, end, False
        first, last = int(view.offsets[start]), int(view.offsets[end - 1])
        hidden = bool(view.hidden[start:end].any())
        written = self.original(int(self.row[cell]), int(self.field[cell]))
        entity = _ENTITY.match(written, last)
        if entity and view.text[end - 1] in unescape(entity.group()):
            return first, entity.end(), hidden
        return first, last + 1, hidden


def _texts(batch: pa.RecordBatch, name: str) -> pa.Array:
    if name not in batch.schema.names:
        return pa.array([""] * batch.num_rows, pa.large_string())
    return _plain(batch.column(name))


def _plain(array: pa.Array) -> pa.Array:
    array = array.cast(pa.large_string())
    return array.fill_null("") if array.null_count else array


def _variants(batch: pa.RecordBatch) -> tuple[pa.Array, Ints, Ints] | None:
    """(texts, row of each, field of each) of the variants, or None where there are none."""
    if "variants" not in batch.schema.names:
        return None
    lists = batch.column("variants")
    row = pc.list_parent_indices(lists).to_numpy(zero_copy_only=False).astype(np.int64)
    if not len(row):
        return None
    return _plain(pc.list_flatten(lists)), row, np.arange(len(row)) - np.searchsorted(row, row) + _FIRST_VARIANT


def _as_read(texts: pa.Array, html: Callable[[str], Seen | None]) -> tuple[pa.Array, dict[int, Seen]]:
    """The texts with markup replaced by what a reader sees, and those views by position."""
    marked = np.flatnonzero(_may_hold_markup(texts))
    views = {int(at): view for at in marked if (view := html(texts[int(at)].as_py())) is not None}
    if not views:
        return texts, views
    mask = np.zeros(len(texts), bool)
    mask[list(views)] = True
    seen = pa.array([view.text for view in views.values()], pa.large_string())
    return pc.replace_with_mask(texts, mask, seen), views


def _may_hold_markup(texts: pa.Array) -> npt.NDArray[np.bool_]:
    """Which texts hold a "<" or "&"."""
    offsets = np.frombuffer(texts.buffers()[1], np.int64)[texts.offset : texts.offset + len(texts) + 1]
    data = texts.buffers()[2]
    held = np.zeros(len(texts), bool)
    if data is None or not len(texts):
        return held
    signs = np.frombuffer(data, np.uint8)[offsets[0] : offsets[-1]]
    at = np.flatnonzero((signs == ord("<")) | (signs == ord("&"))) + offsets[0]
    held[np.searchsorted(offsets, at, side="right") - 1] = True
    return held


def _joined(texts: pa.Array) -> tuple[Codes, Ints]:
    """(the code points of all texts with a 0 after each, where each text ends)."""
    if not len(texts):
        return np.zeros(0, np.uint32), np.zeros(0, np.int64)
    codes = _decoded(texts)
    end = np.flatnonzero(codes == 0)
    if len(end) != len(texts):  # a text holds NUL: a reader sees nothing of it, as of a zero-width space
        codes = _decoded(pc.replace_substring(texts, "\0", "\u200b"))
        end = np.flatnonzero(codes == 0)
    return codes, end


def _decoded(texts: pa.Array) -> Codes:
    lists = pa.LargeListArray.from_arrays(pa.array([0, len(texts)], pa.int64()), texts)
    joined = pc.binary_join(lists, pa.scalar("\0", pa.large_string()))
    text = str(joined[0].as_buffer(), "utf-8", "replace") + "\0"
    return np.array([text]).view(np.uint32)
