"""The texts of a batch as they lie in its columns, and what a reader sees of those with markup."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property, partial

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from rectify.catalogue.html import View
from rectify.screening.engines import kernel
from rectify.screening.fold import Sort, codes_of, fold_table

Ints = npt.NDArray[np.int64]
Html = Callable[[str], View | None]  # what a reader sees of a text; None for one without markup
FIRST_VARIANT = 2  # the field of the first variant; before it stand title and text
_BEYOND_ASCII = 0x80
_UNSEEN = 0x200B  # what NUL is to a reader
_NONE = np.zeros(0, np.int64)
_FEW = 64  # cells that are taken one by one: columns take longer to begin with


class Views(Mapping[int, View]):
    """What a reader sees of the cells that hold markup, by their numbers; of `later` read when it is asked for."""

    def __init__(
        self, known: dict[int, View], later: Sequence[int] = (), html: Callable[[int], View | None] = lambda _: None
    ) -> None:
        """`known` are the others."""
        self.known, self._later, self._html, self._read = known, frozenset(later), html, dict[int, View]()

    def __getitem__(self, cell: int) -> View:
        if cell in self._later and cell not in self._read and (view := self._html(cell)) is not None:
            self._read[cell] = view
        return self._read[cell] if cell in self._later else self.known[cell]

    def __contains__(self, cell: object) -> bool:
        return cell in self._later or cell in self.known

    def __iter__(self) -> Iterator[int]:
        return iter(sorted(self._later | self.known.keys()))

    def __len__(self) -> int:
        return len(self._later | self.known.keys())


class Written:
    """The texts of a batch as they lie in its columns: a cell is one field of one row, title 0,
    text 1, variants 2 and on.

    Cells are numbered by column: all titles, all texts, all variants.
    """

    def __init__(
        self, arrays: tuple[pa.Array, ...], rows: int, others: tuple[Ints, Ints], html: Html, views: Views | None = None
    ) -> None:
        """`rows` titles and as many texts; `others` are the row and the field of each cell behind them. `views`: what a
        reader sees of the cells that hold markup, by `html`; None if that is not known yet.
        """
        self.arrays, self._rows, self._others = arrays, rows, others
        self._html, self._views = html, views

    @classmethod
    def of(cls, batch: pa.RecordBatch, html: Html) -> Written:
        """The texts of a batch (columns title, text, variants; one that is absent or null is empty)."""
        count = batch.num_rows
        arrays = [_texts(batch, name) for name in ("title", "text")]
        others = _NONE, _NONE
        if (variants := _variants(batch)) is not None:
            arrays.append(variants[0])
            others = variants[1:]
        return cls(tuple(arrays), count, others, html)

    @cached_property
    def count(self) -> int:
        """How many cells there are."""
        return sum(map(len, self.arrays))

    def places(self, cells: Ints) -> tuple[Ints, Ints]:
        """(the row, the field) of each of these cells. Of few they are told without those of all."""
        many = 2 * self._rows
        row, field = cells % max(1, self._rows), cells // max(1, self._rows)
        if len(self._others[0]) and (behind := np.flatnonzero(cells >= many)).size:
            row[behind], field[behind] = (of[cells[behind] - many] for of in self._others)
        return row, field

    @property
    def views(self) -> Views:
        """What a reader sees of the cells that hold markup."""
        if self._views is not None:
            return self._views
        marked = [np.flatnonzero(may_hold_markup(array)) for array in self.arrays]
        begin = np.cumsum([0, *map(len, self.arrays)])
        return self.look_at([cell for n, at in enumerate(marked) for cell in (at + begin[n]).tolist()])

    @property
    def is_viewed(self) -> bool:
        """Whether it is known which cells hold markup."""
        return self._views is not None

    def look_at(self, cells: Sequence[int], later: Sequence[int] = ()) -> Views:
        """The views, where no cells but these may hold markup, and those of `later` do; from then on they are known."""
        seen = partial(_seen, self.arrays, self._html)  # of the texts alone: nothing here refers to itself
        self._views = Views({cell: view for cell in cells if (view := seen(cell)) is not None}, later, seen)
        return self._views

    def part(self, cells: Sequence[int]) -> Written:
        """These cells alone, numbered in this order."""
        taken = np.array(cells, np.int64)
        array = self._taken(taken)
        views = {n: self.views[cell] for n, cell in enumerate(taken.tolist()) if cell in self.views}
        return Written((array,), 0, self.places(taken), self._html, Views(views))

    def _taken(self, cells: Ints) -> pa.Array:
        """These cells, from the columns that they lie in."""
        if len(cells) <= _FEW:
            return _array([_text(self.arrays, cell) for cell in cells.tolist()])
        begin = np.cumsum([0, *map(len, self.arrays)])
        column = np.searchsorted(begin, cells, side="right") - 1
        parts = [
            array.take(pa.array(cells[column == n] - begin[n])).cast(pa.large_string())
            for n, array in enumerate(self.arrays)
        ]
        placed = np.argsort(np.argsort(column, kind="stable"), kind="stable")
        return pa.concat_arrays(parts).take(pa.array(placed))

    @cached_property
    def joined(self) -> pa.Array:
        """All cells in one array."""
        return pa.concat_arrays([array.cast(pa.large_string()) for array in self.arrays])

    def hidden(self) -> list[int]:
        """The cells with text that a reader does not see."""
        return [cell for cell, view in self.views.known.items() if view.hidden.any()]

    def number(self, row: int, field: int) -> int:
        """The number of a cell. Raises IndexError for a variant that the row does not have."""
        rows, fields = self.places(np.arange(self.count))
        for at in np.flatnonzero((rows == row) & (fields == field)).tolist():
            return int(at)
        raise IndexError(f"row {row} has no field {field}")


def _text(arrays: Sequence[pa.Array], cell: int) -> pa.Buffer:
    """The bytes of a cell, numbered through the arrays. Raises IndexError for one that is not there."""
    for array in arrays:
        if cell < len(array):
            return array[cell].as_buffer()
        cell -= len(array)
    raise IndexError(f"there is no cell {cell}")


def _array(texts: Sequence[pa.Buffer]) -> pa.Array:
    """Texts as they are, UTF-8 or not."""
    ends, data = np.cumsum([0, *map(len, texts)]), b"".join(texts)
    return pa.LargeStringArray.from_buffers(len(texts), pa.py_buffer(ends.astype(np.int64)), pa.py_buffer(data))


def _seen(arrays: Sequence[pa.Array], html: Html, cell: int) -> View | None:
    """What a reader sees of a cell."""
    return html(str(_text(arrays, cell), "utf-8", "replace"))


def marked_up(view: View, at: Ints) -> bool:
    """Whether markup splits a word of these signs of a view: a tag, a comment or hidden text between two of its
    letters, or a letter or an invisible sign written as an entity.
    """
    codes = codes_of("".join(map(view.text.__getitem__, at.tolist())))
    sort = fold_table().sort[np.where(codes, codes, _UNSEEN)]
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
    if not pa.types.is_string(array.type):
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
    return _plain(pc.list_flatten(lists)), row, np.arange(len(row)) - np.searchsorted(row, row) + FIRST_VARIANT


def kernel_part(texts: pa.Array, base: int = 0, how: npt.NDArray[np.uint8] | None = None) -> tuple[object, ...]:
    """Texts as the kernel takes them, as they lie in memory: `base` is the number of the first, `how` a byte each."""
    _, offsets, data = texts.buffers()
    return data, offsets or b"", pa.types.is_large_string(texts.type), texts.offset, len(texts), base, how


def may_hold_markup(texts: pa.Array) -> npt.NDArray[np.bool_]:
    """Which texts hold a "<", or a "&" before a letter or "#"."""
    if (native := kernel()) is not None:
        return np.frombuffer(native.marked(kernel_part(texts)), np.bool_)
    data, offsets = buffers(texts.cast(pa.large_string()))
    tags, ampersands = (np.flatnonzero(data == ord(sign)) for sign in "<&")
    behind = data[np.minimum(ampersands + 1, len(data) - 1)]
    letter = ((behind | 0x20) >= ord("a")) & ((behind | 0x20) <= ord("z"))
    return holding(np.concatenate((tags, ampersands[letter | (behind == ord("#"))])), offsets)


def buffers(texts: pa.Array) -> tuple[npt.NDArray[np.uint8], Ints]:
    """(the bytes of texts, where each begins and the last ends)."""
    offsets = np.frombuffer(texts.buffers()[1], np.int64)[texts.offset : texts.offset + len(texts) + 1]
    buffer = texts.buffers()[2]
    data = np.frombuffer(buffer, np.uint8) if buffer is not None and buffer.size else np.zeros(0, np.uint8)
    return data[offsets[0] : offsets[-1]], offsets - offsets[0]


def holding(at: Ints, offsets: Ints) -> npt.NDArray[np.bool_]:
    """Which texts hold one of the bytes at these positions."""
    held = np.zeros(len(offsets) - 1, bool)
    held[np.searchsorted(offsets, at, side="right") - 1] = True
    return held
