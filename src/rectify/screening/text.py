"""The texts of one batch: as they were written, as one array of code points, and the way from one to the other."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from rectify.catalogue.html import View, reader_view
from rectify.screening.fold import Codes, fold_text, text_of
from rectify.screening.written import FIRST_VARIANT, Written, buffers, holding, marked_up

Ints = npt.NDArray[np.int64]
_FEW = 64  # texts that are decoded as they come: to sort them by their widest sign takes longer
_BEYOND_16_BITS = 0xF0  # first byte of a character of four bytes


@dataclass(frozen=True)
class _Laid:
    """Cells one after another, in an order of their own: ASCII first, then 16 bits, then beyond; they decode so.

    A cell with hidden text stands a second time without it.
    """

    codes: Codes
    start: Ints
    end: Ints
    number: Ints  # of each as written; beyond the last one where it stands a second time
    whole: Ints  # the cells with hidden text, by the order in which they stand a second time
    row: Ints
    field: Ints


class TextColumns:
    """All texts of a batch, and as they are laid in one array; only where that is asked for they are decoded.

    `codes` holds the cells one after another with a 0 after each; `start` and `end` say where each cell lies, `row`
    and `field` what it is, `views` what a reader sees of the cells that hold markup. A cell with hidden text stands a
    second time without it: `visible` has the number of the whole cell and, for each character, its position there.
    """

    def __init__(self, batch: pa.RecordBatch, written: Written) -> None:
        self.batch, self.written = batch, written

    @classmethod
    def of(cls, batch: pa.RecordBatch, html: Callable[[str], View | None] = reader_view) -> TextColumns:
        """The texts of a batch (columns title, text, variants; one that is absent or null is empty).

        Text that holds markup is replaced by what `html` gives, with a map back; `html` gives None for plain text.
        """
        return cls(batch, Written.of(batch, html))

    def part(self, cells: Sequence[int]) -> TextColumns:
        """These cells alone, by their numbers as written."""
        return TextColumns(self.batch, self.written.part(cells))

    @cached_property
    def _laid(self) -> _Laid:
        written = self.written
        texts, views = _as_read(written.joined, written.views), written.views
        whole = written.hidden()
        row, field = written.places(np.arange(written.count))
        if whole:
            seen = ["".join(map(views[n].text.__getitem__, np.flatnonzero(~views[n].hidden))) for n in whole]
            texts = pa.concat_arrays([texts, pa.array(seen, pa.large_string())])
            row, field = (np.concatenate((part, part[whole])) for part in (row, field))
        codes, end, order = _decoded(texts)
        start: Ints = np.concatenate((np.zeros(min(1, len(end)), np.int64), end[:-1] + 1))
        return _Laid(codes, start, end, order, np.array(whole, np.int64), row[order], field[order])

    @property
    def codes(self) -> Codes:
        """The code points of all cells."""
        return self._laid.codes

    @property
    def start(self) -> Ints:
        """Where each cell begins."""
        return self._laid.start

    @property
    def end(self) -> Ints:
        """Where each cell ends."""
        return self._laid.end

    @property
    def row(self) -> Ints:
        """The row of each cell."""
        return self._laid.row

    @property
    def field(self) -> Ints:
        """The field of each cell."""
        return self._laid.field

    @cached_property
    def numbers(self) -> Ints:
        """The number as written of each cell, one that stands a second time included."""
        laid, count = self._laid, self.written.count
        return np.where(laid.number < count, laid.number, np.append(laid.whole, 0)[np.maximum(laid.number - count, 0)])

    @cached_property
    def _place(self) -> Ints:
        """Where each cell as written is laid."""
        place: Ints = np.argsort(self._laid.number)
        return place

    @cached_property
    def views(self) -> dict[int, View]:
        """What a reader sees of the cells that hold markup."""
        return {int(self._place[number]): view for number, view in self.written.views.items()}

    @cached_property
    def visible(self) -> dict[int, tuple[int, Ints]]:
        """Of each cell without its hidden text the whole one, and the position there of each character."""
        laid, count = self._laid, self.written.count
        return {
            int(self._place[count + n]): (int(self._place[number]), np.flatnonzero(~self.written.views[number].hidden))
            for n, number in enumerate(laid.whole.tolist())
        }

    def cell(self, row: int, field: int) -> int:
        """The number of a cell as laid. Raises IndexError for a variant that the row does not have."""
        return int(self._place[self.written.number(row, field)])

    def read(self, cell: int) -> str:
        """The text of a cell as a reader sees it."""
        return text_of(self.codes[self.start[cell] : self.end[cell]])

    def folded(self, row: int, field: int) -> str:
        """The folded text of a field, as rules see it."""
        number = self.written.number(row, field)
        view = self.written.views.get(number)
        return fold_text((view.text if view else self.original(row, field)).replace("\0", "\u200b"))

    def original(self, row: int, field: int) -> str:
        """What was written in a field, markup included; empty where there is nothing."""
        if field < FIRST_VARIANT:
            name = ("title", "text")[field]
            return (self.batch.column(name)[row].as_py() or "") if name in self.batch.schema.names else ""
        return self.batch.column("variants")[row].as_py()[field - FIRST_VARIANT] or ""

    def span(self, cell: int, start: int, end: int) -> tuple[int, int]:
        """(start, end) in the code points of what was written, of characters that a reader sees in a cell as laid."""
        view = self.views.get(cell)
        return (start, end) if view is None else view.span(start, end)

    def marked_up(self, cell: int, start: int, end: int) -> bool:
        """Whether markup splits a word of what a reader sees from start to end of a cell as laid."""
        whole, kept = self.visible.get(cell, (cell, None))
        return marked_up(self.views[whole], np.arange(start, end) if kept is None else kept[start:end])


def _as_read(texts: pa.Array, views: Mapping[int, View]) -> pa.Array:
    """The texts with markup replaced by what a reader sees."""
    if not views:
        return texts
    numbers = sorted(views)
    mask = np.zeros(len(texts), bool)
    mask[numbers] = True
    return pc.replace_with_mask(texts, mask, pa.array([views[n].text for n in numbers], pa.large_string()))


def _decoded(texts: pa.Array) -> tuple[Codes, Ints, Ints]:
    """(code points of all texts with a 0 after each, where each ends, the number of the text that it was)."""
    if not len(texts):
        return np.zeros(0, np.uint32), np.zeros(0, np.int64), np.zeros(0, np.int64)
    if len(texts) <= _FEW:
        codes = np.frombuffer(f"{_joined(texts)}\0".encode("utf-32-le"), np.uint32)
        return _laid_out(texts, codes, np.arange(len(texts)))
    data, offsets = buffers(texts)
    wide = holding(np.flatnonzero(data >= _BEYOND_16_BITS), offsets)
    ascii_ = pc.string_is_ascii(texts).to_numpy(zero_copy_only=False)
    groups = [np.flatnonzero(group) for group in (ascii_, ~ascii_ & ~wide, wide)]
    joined = [_joined(texts.take(pa.array(group))) for group in groups if len(group)]
    codes = np.zeros(sum(len(text) + 1 for text in joined), np.uint32)
    at = 0
    for text in joined:
        codes[at : at + len(text)].view(f"<U{len(text) or 1}")[:] = text
        at += len(text) + 1
    return _laid_out(texts, codes, np.concatenate(groups))


def _laid_out(texts: pa.Array, codes: Codes, number: Ints) -> tuple[Codes, Ints, Ints]:
    end = np.flatnonzero(codes == 0)
    if len(end) > len(texts):  # one holds NUL: a reader sees nothing of it, as of a zero-width space
        return _decoded(pc.replace_substring(texts, "\0", "\u200b"))
    return codes, end, number


def _joined(texts: pa.Array) -> str:
    lists = pa.LargeListArray.from_arrays(pa.array([0, len(texts)], pa.int64()), texts)
    return str(pc.binary_join(lists, pa.scalar("\0", pa.large_string()))[0].as_buffer(), "utf-8", "replace")
