"""The texts of one batch as one array of code points, and the way back to what was written."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from rectify.catalogue.html import View, reader_view
from rectify.screening.fold import Codes, Sort, fold_table, fold_text, text_of

Ints = npt.NDArray[np.int64]
_FIRST_VARIANT = 2
_BEYOND_ASCII = 0x80
_BEYOND_16_BITS = 0xF0  # first byte of a character of four bytes


class TextColumns:
    """All texts of a batch in one array; a cell is one field of one row: title 0, text 1, variants 2 and on.

    `codes` holds the cells one after another with a 0 after each; `start` and `end` say where each cell lies, `row`
    and `field` what it is, `views` what a reader sees of the cells that hold markup. A cell with hidden text stands a
    second time without it: `visible` has the number of the whole cell and, for each character, its position there.
    Cells stand in an order of their own: ASCII first, then 16 bits, then beyond, because they decode so.
    """

    def __init__(self, batch: pa.RecordBatch, codes: Codes, end: Ints, row: Ints, field: Ints) -> None:
        self.batch, self.codes, self.end, self.row, self.field = batch, codes, end, row, field
        self.start: Ints = np.concatenate((np.zeros(min(1, len(end)), np.int64), end[:-1] + 1))
        self.views: dict[int, View] = {}
        self.visible: dict[int, tuple[int, Ints]] = {}

    @classmethod
    def of(cls, batch: pa.RecordBatch, html: Callable[[str], View | None] = reader_view) -> TextColumns:
        """The texts of a batch (columns title, text, variants; one that is absent or null is empty).

        Text that holds markup is replaced by what `html` gives, with a map back; `html` gives None for plain text.
        """
        rows = np.arange(batch.num_rows)
        parts = [(_texts(batch, name), rows, np.full(len(rows), field)) for field, name in enumerate(("title", "text"))]
        if (variants := _variants(batch)) is not None:
            parts.append(variants)
        texts, views = _as_read(pa.concat_arrays([part for part, _, _ in parts]), html)
        covered = {cell: np.flatnonzero(~view.hidden) for cell, view in views.items() if view.hidden.any()}
        row, field = (np.concatenate([part[n] for part in parts]) for n in (1, 2))
        if covered:
            seen = ["".join(map(views[cell].text.__getitem__, kept)) for cell, kept in covered.items()]
            texts = pa.concat_arrays([texts, pa.array(seen, pa.large_string())])
            row, field = (np.concatenate((part, part[list(covered)])) for part in (row, field))
        codes, end, order = _decoded(texts)
        columns = cls(batch, codes, end, row[order], field[order])
        if views:
            place = np.argsort(order).tolist()
            columns.views = {place[cell]: view for cell, view in views.items()}
            more = place[len(place) - len(covered) :]
            pairs = zip(more, covered.items(), strict=True)
            columns.visible = {at: (place[cell], kept) for at, (cell, kept) in pairs}
        return columns

    def cell(self, row: int, field: int) -> int:
        """The number of a cell. Raises IndexError for a variant that the row does not have."""
        for at in np.flatnonzero((self.row == row) & (self.field == field)).tolist():
            if at not in self.visible:
                return int(at)
        raise IndexError(f"row {row} has no field {field}")

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

    def span(self, cell: int, start: int, end: int) -> tuple[int, int]:
        """(start, end) in the code points of what was written, of characters that a reader sees in a cell."""
        view = self.views.get(cell)
        return (start, end) if view is None else view.span(start, end)

    def marked_up(self, cell: int, start: int, end: int) -> bool:
        """Whether markup splits a word of what a reader sees from start to end: a tag, a comment or hidden text between
        two of its letters, or a letter or an invisible sign written as an entity.
        """
        whole, kept = self.visible.get(cell, (cell, None))
        view = self.views[whole]
        at = np.arange(start, end) if kept is None else kept[start:end]
        codes = self.codes[self.start[cell] + start : self.start[cell] + end]
        sort = fold_table().sort[codes]
        of_word = (sort & (Sort.LETTER | Sort.DROPPED)) > 0
        entity = (view.ends[at] - view.offsets[at] > 1) & of_word
        if (entity & ((codes < _BEYOND_ASCII) | ((sort & Sort.DROPPED) > 0))).any():
            return True
        apart = view.offsets[at[1:]] > view.ends[at[:-1]]
        return bool((apart & of_word[1:] & of_word[:-1]).any())


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


def _as_read(texts: pa.Array, html: Callable[[str], View | None]) -> tuple[pa.Array, dict[int, View]]:
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
    """Which texts hold a "<", or a "&" before a letter or "#"."""
    data, offsets = _buffers(texts)
    tags, ampersands = (np.flatnonzero(data == ord(sign)) for sign in "<&")
    behind = data[np.minimum(ampersands + 1, len(data) - 1)]
    letter = ((behind | 0x20) >= ord("a")) & ((behind | 0x20) <= ord("z"))
    return _holding(np.concatenate((tags, ampersands[letter | (behind == ord("#"))])), offsets)


def _buffers(texts: pa.Array) -> tuple[npt.NDArray[np.uint8], Ints]:
    """(the bytes of texts, where each begins and the last ends)."""
    offsets = np.frombuffer(texts.buffers()[1], np.int64)[texts.offset : texts.offset + len(texts) + 1]
    buffer = texts.buffers()[2]
    data = np.frombuffer(buffer, np.uint8) if buffer is not None and buffer.size else np.zeros(0, np.uint8)
    return data[offsets[0] : offsets[-1]], offsets - offsets[0]


def _holding(at: Ints, offsets: Ints) -> npt.NDArray[np.bool_]:
    """Which texts hold one of the bytes at these positions."""
    held = np.zeros(len(offsets) - 1, bool)
    held[np.searchsorted(offsets, at, side="right") - 1] = True
    return held


def _decoded(texts: pa.Array) -> tuple[Codes, Ints, Ints]:
    """(code points of all texts with a 0 after each, where each ends, the number of the text that it was)."""
    if not len(texts):
        return np.zeros(0, np.uint32), np.zeros(0, np.int64), np.zeros(0, np.int64)
    data, offsets = _buffers(texts)
    wide = _holding(np.flatnonzero(data >= _BEYOND_16_BITS), offsets)
    ascii_ = pc.string_is_ascii(texts).to_numpy(zero_copy_only=False)
    groups = [np.flatnonzero(group) for group in (ascii_, ~ascii_ & ~wide, wide)]
    joined = [_joined(texts.take(pa.array(group))) for group in groups if len(group)]
    codes = np.zeros(sum(len(text) + 1 for text in joined), np.uint32)
    at = 0
    for text in joined:
        codes[at : at + len(text)].view(f"<U{len(text) or 1}")[:] = text
        at += len(text) + 1
    end = np.flatnonzero(codes == 0)
    if len(end) > len(texts):  # one holds NUL: a reader sees nothing of it, as of a zero-width space
        return _decoded(pc.replace_substring(texts, "\0", "\u200b"))
    return codes, end, np.concatenate(groups)


def _joined(texts: pa.Array) -> str:
    lists = pa.LargeListArray.from_arrays(pa.array([0, len(texts)], pa.int64()), texts)
    return str(pc.binary_join(lists, pa.scalar("\0", pa.large_string()))[0].as_buffer(), "utf-8", "replace")
