"""The fold table: what a reader takes a sign for, and which classes of disguise that sees through.

Built by tools/build_tables.py from Unicode, OpenCC and our own look-alikes (tables/README.md); one code point at a
time, so that a batch is folded by one indexed read.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np
import numpy.typing as npt

from rectify.terms.finding import PLAIN, WEAK, Disguise

Codes = npt.NDArray[np.uint32]
Positions = npt.NDArray[np.int64]
_FEW = 200
BIT = {disguise: 1 << number for number, disguise in enumerate(Disguise)}


def mask_of(disguises: frozenset[Disguise]) -> int:
    """The bits of a set of classes, in the order of `Disguise`."""
    return sum(BIT[disguise] for disguise in disguises)


class BITS:
    """The bits of the classes of disguise, in the order of `Disguise`."""

    case, width, script, look_alike, invisible, combining, spaced, squeezed, leet, *_more = BIT.values()
    (
        split,
        shape,
        rare,
        twin,
        sound,
        emoji,
        repeated,
        reversed,
        lines,
        mixed,
        markup,
        starred,
        doubled,
        pictures,
        omitted,
    ) = _more
    like = shape | rare | twin | sound  # another Chinese character than the term's
    plain, weak = mask_of(PLAIN), mask_of(WEAK)
    free = plain | markup  # seen through whatever a list says


# Of the classes of EXACT one alone is seen through, and none of NOT_EXACT beside it.
EXACT = (BITS.starred, BITS.doubled, BITS.pictures, BITS.omitted)
NOT_EXACT = BITS.spaced | BITS.squeezed | BITS.lines | BITS.leet | BITS.like | BITS.repeated


class Sort:
    """What a sign is to the matcher, as bits."""

    LETTER = 1  # a letter or digit: part of a word
    WORD = 2  # of a script with blanks between words, so that a term ends where the word ends
    ORNAMENT = 4  # a letter that is no letter in Unicode: circled, superscript, regional indicator
    DIGIT = 8
    CAPITAL = 16  # written as a capital
    BAR = 32  # an upright bar that may be i or l
    BLANK = 64
    LINE = 128  # a line end
    SENTENCE = 256  # a mark that ends a sentence or parts a list
    DROPPED = 512  # folds to nothing: invisible or a combining mark
    SPELLED = 1024  # folds to several letters
    FOREIGN = 2048  # a letter of another alphabet that folds to a Latin one
    SELECTOR = 4096  # says that the sign before is a picture: no disguise behind an ornament


@dataclass(frozen=True)
class FoldTable:
    """Arrays by code point; codes from 0x110000 stand for the letters of signs that spell out (㎎ is m, g)."""

    fold: Codes
    bits: npt.NDArray[np.uint32]
    sort: npt.NDArray[np.uint16]
    spelled: Codes  # code points that spell out, ascending
    first: Codes  # the code of the first letter of each
    lengths: npt.NDArray[np.int64]
    small: Codes  # the small letter of each

    def spell(self, codes: Codes) -> tuple[Codes, Positions]:
        """(codes with spelled signs replaced by their letters, positions in `codes` of the signs, once a letter more).

        The second is ascending; `source` leads back by it.
        """
        at = np.flatnonzero(self.sort[codes] & Sort.SPELLED)
        return self.spell_at(codes, at) if len(at) else (codes, at)

    def spell_at(self, codes: Codes, at: Positions) -> tuple[Codes, Positions]:
        """As `spell`, of codes whose spelled signs are known to stand at these positions."""
        which = np.searchsorted(self.spelled, codes[at])
        more = self.lengths[which] - 1
        codes = codes.copy()
        codes[at] = self.first[which]
        rank = np.arange(int(more.sum())) - np.repeat(np.cumsum(more) - more, more)
        letters = np.repeat(self.first[which], more) + rank.astype(np.uint32) + 1
        added = np.repeat(at, more)
        return inserted(codes, added, letters), added


def inserted(array: npt.NDArray[Any], behind: Positions, values: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """An array with a value more behind each of these positions (ascending); few are put in by copying runs."""
    if len(behind) > _FEW:
        return np.insert(array, behind + 1, values)
    whole = np.empty(len(array) + len(values), array.dtype)
    start = 0
    for n, position in enumerate(behind.tolist()):
        whole[start + n : position + 1 + n] = array[start : position + 1]
        whole[position + 1 + n] = values[n]
        start = position + 1
    whole[start + len(values) :] = array[start:]
    return whole


@cache
def fold_table() -> FoldTable:
    """The table, read once from the package."""
    with (files("rectify.screening") / "tables" / "fold.npz").open("rb") as file, np.load(file) as stored:
        to_fold, to_small = stored["fold"], stored["small"]  # how far each is from the sign itself
        own = np.arange(len(to_fold), dtype=to_fold.dtype)
        fold, small = ((far + own).view(np.uint32) for far in (to_fold, to_small))
        lengths = stored["lengths"].astype(np.int64)
        first = (0x110000 + np.cumsum(lengths) - lengths).astype(np.uint32)
        bits = stored["bits"].astype(np.uint32)
        return FoldTable(fold, bits, stored["sort"], stored["spelled"], first, lengths, small)


def codes_of(text: str) -> Codes:
    """The code points of a text."""
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)


def text_of(codes: Codes) -> str:
    """The text of code points."""
    return codes.astype("<u4", copy=False).tobytes().decode("utf-32-le", "surrogatepass")


def fold_codes(codes: Codes) -> tuple[Codes, Positions]:
    """(folded characters, the position in `codes` that each comes from)."""
    table = fold_table()
    spelled, more = table.spell(codes)
    kept = np.flatnonzero(~(table.sort[spelled] & Sort.DROPPED).astype(bool))
    return table.fold[spelled[kept]], source(kept, more)


def source(positions: Positions, more: Positions) -> Positions:
    """Positions before `FoldTable.spell`, of positions after it."""
    if not len(more):
        return positions
    added_at = more + 1 + np.arange(len(more))  # where the added letters stand
    return positions - np.searchsorted(added_at, positions, side="right")


def fold_text(text: str) -> str:
    """The folded text as a rule sees it: NFKC, small letters, look-alikes as Latin, simplified; no marks."""
    return text_of(fold_codes(codes_of(text))[0])
