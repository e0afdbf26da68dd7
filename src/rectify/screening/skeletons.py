"""Skeletons: what terms and texts are made to before they are held against each other, many at once."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from rectify.screening.fold import BITS, Codes
from rectify.screening.han import ANY_OF, FAMILIES, HAN, MOST_OUT_OF_USE, SYLLABLES, han_table
from rectify.screening.ranges import flat
from rectify.screening.sought import SoughtTable

Ints = npt.NDArray[np.int64]
# What stands for more than one letter in leetspeak is one sign of a skeleton, in text and term alike.
SKELETON = str.maketrans("i013457$@", "loleastsa")
_ASCII = 0x80
_OF_ASCII = np.array([ord(chr(code).translate(SKELETON)) for code in range(_ASCII)], np.uint32)


class Skeletons(NamedTuple):
    """Skeletons of forms, the first one of each form first, in the order of the table; one may stand twice.

    `codes` are those of one skeleton after another.
    """

    form: Ints  # the row of the table
    codes: Codes
    length: Ints


def skeleton(letters: str) -> str:
    """Folded letters with those that leetspeak and upright strokes confuse made one."""
    return letters.translate(SKELETON)


def skeletons(sought: SoughtTable, reach: int | None) -> Skeletons:
    """The skeletons under which forms are sought; `reach` as in han.py, None where no character is taken for another.

    Of Chinese characters each may stand for those that look like it, for those of its syllable that are out of use, and
    one for another that looks nearly the same.
    """
    own, forms = sought.letters.copy(), np.arange(len(sought))
    plain = own < _ASCII
    own[plain] = _OF_ASCII[own[plain]]
    if reach is None:
        return Skeletons(forms, own, sought.length)
    sought_as = han_table().sought_as[reach]
    form = np.repeat(forms, sought.length)
    base = np.where((own >= ord(HAN)) & (sought.han > 0)[form], sought_as[own], own)
    found = [Skeletons(forms, base, sought.length), *_turned(sought, own, base, form, sought_as)]
    found += _out_of_use(sought, own, base, form) if reach == FAMILIES else ()
    return Skeletons(*(np.concatenate(column) for column in zip(*found, strict=True)))


def _turned(sought: SoughtTable, own: Codes, base: Codes, form: Ints, sought_as: Codes) -> Iterator[Skeletons]:
    """The skeletons with one character for another that looks nearly the same and sounds otherwise."""
    table = han_table()
    may = (sought.han > 0) & ((sought.allowed & (BITS.shape | BITS.twin)) > 0)
    at = np.flatnonzero((own >= ord(HAN)) & may[form])
    low = np.searchsorted(table.turned, own[at])
    many = np.searchsorted(table.turned, own[at], side="right") - low
    other = table.turned_to[flat(low, many)]
    if len(other):
        yield _changed(sought, base, form, np.repeat(at, many)[:, None], sought_as[other][:, None])


def _out_of_use(sought: SoughtTable, own: Codes, base: Codes, form: Ints) -> Iterator[Skeletons]:
    """The skeletons with characters of the same syllable that are out of use: any of a few, a few of many."""
    other = np.where(own >= ord(HAN), han_table().sought_as[SYLLABLES][own], own)
    may = (sought.han[form] > 0) & ((sought.allowed[form] & BITS.like) > 0)
    at = np.flatnonzero((other != base) & may)
    last = np.searchsorted(form[at], form[at], side="right")  # behind the last such letter of the same form
    taken = np.arange(len(at))[:, None]
    for size in range(1, max(ANY_OF, MOST_OUT_OF_USE) + 1):
        if size > MOST_OUT_OF_USE:
            taken = taken[sought.han[form[at[taken[:, 0]]]] <= ANY_OF]
        if not len(taken):
            return
        yield _changed(sought, base, form, at[taken], other[at[taken]])
        more = last[taken[:, -1]] - taken[:, -1] - 1
        taken = np.column_stack((np.repeat(taken, more, axis=0), flat(taken[:, -1] + 1, more)))


def _changed(sought: SoughtTable, base: Codes, form: Ints, at: Ints, codes: Codes) -> Skeletons:
    """The skeletons of forms with other codes at some letters: a row for each, a column for each letter changed."""
    of = form[at[:, 0]]
    length = sought.length[of]
    changed = base[flat(sought.begin[of], length)]
    moved = np.cumsum(length) - length - sought.begin[of]
    changed[at + moved[:, None]] = codes
    return Skeletons(of, changed, length)
