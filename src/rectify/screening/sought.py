"""What the matcher seeks, as a table: a row for each form of a term or phrase, a column for each trait of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, overload

import numpy as np
import numpy.typing as npt

from rectify.screening.fold import Codes, text_of
from rectify.screening.letters import Sought
from rectify.screening.ranges import flat, parted
from rectify.screening.spelled import Layout

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
_OF_LETTERS = ("letters", "written")  # columns with an element a letter
_OF_FORMS = ("words", "term", "length", "layout", "closed_left", "closed_right", "short", "latin", "allowed", "how",
             "han")  # fmt: skip


@dataclass(frozen=True, eq=False)
class SoughtTable(Sequence[Sought]):
    """What is sought, by columns; as a sequence, its rows as records.

    `letters` and `written` hold the codes of all forms, one after another, `begin` and `length` say where those of each
    lie. All other columns have one element a form and mean what those of `Sought` do; `layout` is a number in
    `layouts`: gaps, lead and tail.
    """

    words: Ints
    term: Ints
    letters: Codes
    written: Codes
    length: Ints
    layout: Ints
    layouts: tuple[Layout, ...]
    closed_left: Bools
    closed_right: Bools
    short: Bools
    latin: Bools
    allowed: Ints
    how: Ints
    han: Ints

    @classmethod
    def joined(cls, parts: Sequence[SoughtTable]) -> SoughtTable:
        """One table of several, the lists numbered in their order."""
        columns: dict[str, Any] = {
            name: np.concatenate([getattr(part, name) for part in (_NOTHING, *parts)])
            for name in (*_OF_LETTERS, *_OF_FORMS)
        }
        columns["words"] = np.repeat(np.arange(len(parts)), np.array([len(part) for part in parts], np.int64))
        first: dict[int, int] = {}  # tables that were made together share their layouts
        layouts: list[Layout] = []
        for part in parts:
            if id(part.layouts) not in first:
                first[id(part.layouts)] = len(layouts)
                layouts += part.layouts
        more = np.array([first[id(part.layouts)] for part in parts], np.int64)
        columns["layout"] = columns["layout"] + more[columns["words"]]
        return cls(**columns, layouts=tuple(layouts))

    def __len__(self) -> int:
        return len(self.length)

    @cached_property
    def begin(self) -> Ints:
        """Where the letters of each form begin."""
        begin: Ints = np.cumsum(self.length) - self.length
        return begin

    @cached_property
    def texts(self) -> list[str]:
        """The folded letters of each form."""
        return parted(self.letters, self.length)

    @cached_property
    def _records(self) -> dict[int, Sought]:
        return {}

    @overload
    def __getitem__(self, number: int) -> Sought: ...
    @overload
    def __getitem__(self, number: slice) -> list[Sought]: ...
    def __getitem__(self, number: int | slice) -> Sought | list[Sought]:
        if isinstance(number, slice):
            return [self[n] for n in range(*number.indices(len(self)))]
        record = self._records.get(number)
        if record is None:  # few are ever read letter by letter, and those over and over
            record = self._records[number] = self._record(range(len(self))[number])
        return record

    def _record(self, at: int) -> Sought:
        letters = slice(int(self.begin[at]), int(self.begin[at] + self.length[at]))
        gaps, lead, tail, _ = self.layouts[int(self.layout[at])]
        return Sought(
            int(self.words[at]), int(self.term[at]), text_of(self.letters[letters]),
            tuple(self.written[letters].tolist()), gaps, lead, tail, bool(self.closed_left[at]),
            bool(self.closed_right[at]), bool(self.short[at]), bool(self.latin[at]), int(self.allowed[at]),
            int(self.how[at]), int(self.han[at]),
        )  # fmt: skip

    def of_layouts(self, traits: Sequence[bool]) -> Bools:
        """Traits of the layouts, told of each form."""
        told: Bools = np.array(traits, np.bool_)[self.layout]
        return told

    def chosen(self, rows: Ints) -> SoughtTable:
        """A table of these rows, in this order."""
        letters = flat(self.begin[rows], self.length[rows])
        columns: dict[str, Any] = {name: getattr(self, name)[letters] for name in _OF_LETTERS}
        columns |= {name: getattr(self, name)[rows] for name in _OF_FORMS}
        return SoughtTable(**columns, layouts=self.layouts)

    def part(self, start: int, stop: int) -> SoughtTable:
        """A table of the rows from one to before another."""
        return self.chosen(np.arange(start, stop))


_NO_CODES, _NO_NUMBERS, _NO_TRAITS = np.zeros(0, np.uint32), np.zeros(0, np.int64), np.zeros(0, np.bool_)
_NOTHING = SoughtTable(
    words=_NO_NUMBERS, term=_NO_NUMBERS, letters=_NO_CODES, written=_NO_CODES, length=_NO_NUMBERS, layout=_NO_NUMBERS,
    layouts=(), closed_left=_NO_TRAITS, closed_right=_NO_TRAITS, short=_NO_TRAITS, latin=_NO_TRAITS,
    allowed=_NO_NUMBERS, how=_NO_NUMBERS, han=_NO_NUMBERS,
)  # fmt: skip
