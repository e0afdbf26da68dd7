"""The codes that the kernel's stream of letters has for what is sought, and what each code point is in it."""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from rectify.screening.automaton import DROPPED, PICTURE, SEPARATOR, SIGN, SPELLED, STAR, ground
from rectify.screening.fold import BITS, Sort, fold_table
from rectify.screening.frequency import LETTERS as LATIN
from rectify.screening.han import han_table
from rectify.screening.pictures import pictures
from rectify.screening.ranges import flat, unique
from rectify.screening.rarest import FIRST_WIDE, OTHER

Ints = npt.NDArray[np.int64]
Codes = npt.NDArray[np.uint16]
Signs = npt.NDArray[np.uint32]  # code points

_SIGN_S, _SIGN_A, _SPELLED, _STAR, _PICTURE = 32, 33, 34, 35, 36  # signs that may be letters
_NEVER = 0x7FFF
_BEYOND_ASCII = 0x80
_BITS_OF_PAGE = 8
_PAGE, _AT_ONCE = 1 << _BITS_OF_PAGE, 0x10000


class Coding:
    """The codes of the letters that are sought: ASCII ones first, those that are a term by themselves last."""

    def __init__(self, letters: Signs, length: Ints) -> None:
        """`letters` of one skeleton after another, each of the `length` given."""
        size = max(int(letters.max(initial=0)) + 1, _BEYOND_ASCII)
        alone, used = np.zeros(size, np.bool_), np.zeros(size, np.bool_)
        alone[letters[np.cumsum(length)[length == 1] - 1]] = True
        used[letters] = True
        used[:_BEYOND_ASCII] = alone[:_BEYOND_ASCII] = False
        used &= ~alone
        ordered = np.concatenate((np.flatnonzero(used), np.flatnonzero(alone)))
        self.single_from = FIRST_WIDE + int(used.sum()) if alone.any() else _NEVER
        self.signs: Ints = ordered[: _NEVER - FIRST_WIDE]  # of the codes from FIRST_WIDE on
        self.last = FIRST_WIDE + len(self.signs)
        self._table = np.full(size + 1, OTHER, np.uint16)
        self._table[[ord(sign) for sign in LATIN]] = np.arange(1, len(LATIN) + 1)
        self._table[self.signs] = np.arange(FIRST_WIDE, self.last)

    def of(self, signs: Signs) -> Codes:
        """The codes of these letters; OTHER for those of no term."""
        return self._table.take(signs, mode="clip")

    def pictures(self) -> tuple[Signs, Codes]:
        """The pictures that are letters of terms, and their codes."""
        codes = self.of(_pictures())
        return _pictures()[codes != OTHER], codes[codes != OTHER]

    def kinds(self, reach: int | None, asked: int) -> tuple[Codes, Codes, Codes]:
        """What each code point is in a stream: of those below 0x10000 at once; for those above the page of each 256,
        and the pages.
        """
        ground = _ground(bool(asked & BITS.starred), bool(asked & BITS.pictures))
        letters = _letters(reach)
        first = np.searchsorted(letters.sought, self.signs)
        many = np.searchsorted(letters.sought, self.signs, side="right") - first
        at, codes = letters.at[flat(first, many)], np.repeat(np.arange(FIRST_WIDE, self.last, dtype=np.uint16), many)
        low, page_of = ground.low.copy(), ground.page_of.copy()
        above = at >= _AT_ONCE
        low[at[~above]] = codes[~above]
        at, codes = at[above], codes[above]
        pages = unique(at >> _BITS_OF_PAGE)
        more = ground.pages[page_of[pages]]
        more[np.searchsorted(pages, at >> _BITS_OF_PAGE), at % _PAGE] = codes
        page_of[pages] = len(ground.pages) + np.arange(len(pages))
        return low, page_of, np.concatenate((ground.pages, more)).reshape(-1)


@cache
def _pictures() -> Signs:
    return np.array(sorted(map(ord, pictures())), np.uint32)


class _Ground(NamedTuple):
    """What each code point is where no letter beyond ASCII is sought."""

    low: Codes
    page_of: Codes
    pages: Codes  # a row each


@cache
def _base() -> Codes:
    """What each code point is where no letter beyond ASCII is sought, and all signs that may be letters are."""
    table, others, _ = ground()
    fold = fold_table().fold
    kind_of = np.zeros(0x10000, np.uint16)
    kind_of[[1 << 8 | ord(sign) for sign in LATIN]] = np.arange(1, len(LATIN) + 1)
    kind_of[[SPELLED, STAR, PICTURE]] = _SPELLED, _STAR, _PICTURE
    kinds: Codes = kind_of[table]
    kinds[table == SIGN] = np.where(fold[table == SIGN] == ord("$"), _SIGN_S, _SIGN_A)
    kinds[others] = OTHER
    assert not kinds[(table == SEPARATOR) | (table == DROPPED)].any()
    return kinds


@cache
def digits() -> int:
    """A bit for each code of ASCII that only digits have: a run of them is none of a letter."""
    kinds = _base()
    letters = unique(kinds[(fold_table().sort[: len(kinds)] & Sort.DIGIT == 0) & (kinds < OTHER)].astype(np.int64))
    return sum(1 << code for code in range(1, len(LATIN) + 1) if code not in letters)


@cache
def _ground(starred: bool, pictured: bool) -> _Ground:
    kinds = _base().copy()
    for asked, kind in ((starred, _STAR), (pictured, _PICTURE)):
        if not asked:
            kinds[kinds == kind] = 0
    paged = np.concatenate((kinds, np.zeros(-len(kinds) % _PAGE, np.uint16))).reshape(-1, _PAGE)
    known: dict[bytes, int] = {bytes(2 * _PAGE): 0}  # of those below, which are read at once
    above = [known.setdefault(page.tobytes(), len(known)) for page in paged[_AT_ONCE // _PAGE :]]
    page_of = np.array([0] * (_AT_ONCE // _PAGE) + above, np.uint16)
    return _Ground(kinds[:_AT_ONCE], page_of, np.frombuffer(b"".join(known), np.uint16).reshape(-1, _PAGE))


class _Letters(NamedTuple):
    """The code points that are letters beyond ASCII, by the letter that each is sought as, ascending."""

    sought: Signs
    at: Ints


@cache
def _letters(reach: int | None) -> _Letters:
    _, others, folded = ground()
    sought = folded if reach is None else han_table().sought_as[reach][folded]
    order = np.argsort(sought, kind="stable")
    return _Letters(sought[order], others[order])
