"""The letters of many texts, and what stands between them, by arrays: every text is folded at once."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from rectify.screening.fold import Codes, Sort, codes_of, fold_table, inserted
from rectify.screening.han import HAN
from rectify.screening.letters import Gap
from rectify.screening.pictures import pictures
from rectify.screening.ranges import flat, numbered, parted

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
# How a text is taken: as it is; in pinyin, where nothing need stand between its words; with pictures as letters.
AS_IT_IS, IN_PINYIN, IN_PICTURES = 0, 1, 2
# In a layout letters are marks, which no sign between letters is: of scripts with blanks between words and of others,
# of pinyin, and pictures.
_WORD, _NO_WORD, _LOOSE_WORD, _LOOSE, _PICTURE = "whvgp"
_MARKS = np.array([[ord(mark) for mark in pair] for pair in (_NO_WORD + _WORD, _LOOSE + _LOOSE_WORD, _NO_WORD + _WORD)],
                  np.uint32)  # fmt: skip
_LETTERS, _OF_WORDS, _OF_PINYIN = frozenset("whvgp"), frozenset("wv"), frozenset("vg")
_JOINED, _PARTED, _ANY = Gap("", False), Gap(" ", True), Gap("", True)  # most gaps, each made once


class Layout(NamedTuple):
    """What a text has between its letters, before the first and behind the last; `words`: letters of scripts with
    blanks between words, all of them, the first and the last.
    """

    gaps: tuple[Gap, ...]
    lead: str
    tail: str
    words: tuple[bool, bool, bool]


class Spelled(NamedTuple):
    """Texts taken apart. `letters` (folded) and `written` are codes, those of one text after another; the rest has one
    element a text: how many letters it has, how many of them are Chinese characters, and its layout by number.
    """

    letters: Codes
    written: Codes
    length: Ints
    han: Ints
    layout: Ints
    layouts: tuple[Layout, ...]


def spell(texts: Sequence[str], taken: npt.NDArray[np.uint8]) -> Spelled:
    """The letters of texts, each `taken` in one of the ways above. Signs that spell out are spelled, what folds to
    nothing is gone; a text without a letter has the length 0.
    """
    table = fold_table()
    text, codes = _numbered(texts)
    codes, more = table.spell(codes)
    text = inserted(text, more, text[more]) if len(more) else text
    dropped = (table.sort[codes] & Sort.DROPPED) > 0
    if dropped.any():
        text, codes = text[~dropped], codes[~dropped]
    folded = table.fold[codes]
    sort = table.sort[folded]
    taken = taken[text]
    shown = _shown(folded, taken)
    letter = ((sort & Sort.LETTER) > 0) | shown
    marks = np.where(letter, _MARKS[taken, ((sort & Sort.WORD) > 0).astype(np.uint8)], folded)
    marks[shown] = ord(_PICTURE)
    size = np.bincount(text, minlength=len(texts))
    layout, first = numbered(marks, size)
    layouts = parted(marks[flat((np.cumsum(size) - size)[first], size[first])], size[first])
    han = letter & ~shown & (folded >= ord(HAN))
    return Spelled(
        folded[letter], codes[letter], np.bincount(text[letter], minlength=len(texts)),
        np.bincount(text[han], minlength=len(texts)), layout, tuple(map(_laid_out, layouts)),
    )  # fmt: skip


def one_to_one(texts: Sequence[str]) -> list[str]:
    """Each folded text, empty where a sign of it spells out or is dropped."""
    table = fold_table()
    text, codes = _numbered(texts)
    odd = np.zeros(len(texts), np.bool_)
    odd[text[(table.sort[codes] & (Sort.SPELLED | Sort.DROPPED)) > 0]] = True
    folded = parted(table.fold[codes], np.bincount(text, minlength=len(texts)))
    return ["" if is_odd else one for one, is_odd in zip(folded, odd.tolist(), strict=True)]


def _numbered(texts: Sequence[str]) -> tuple[Ints, Codes]:
    """The code points of all texts, and the number of the text that each stands in."""
    size = np.fromiter(map(len, texts), np.int64, len(texts))
    return np.repeat(np.arange(len(texts)), size), codes_of("".join(texts))


def _shown(folded: Codes, taken: npt.NDArray[np.uint8]) -> Bools:
    """Which signs are pictures, in texts that are taken so."""
    shown: Bools = taken == IN_PICTURES
    if shown.any():
        shown &= np.isin(folded, np.array([ord(sign) for sign in pictures()], np.uint32))
    return shown


@lru_cache(1 << 14)
def _laid_out(layout: str) -> Layout:
    """What stands where in a layout."""
    at = [n for n, sign in enumerate(layout) if sign in _LETTERS]
    if not at:
        return Layout((), "", "", (False, False, False))
    is_word = [layout[n] in _OF_WORDS for n in at]
    gaps = tuple(_gap(layout, a, b, is_word[n] != is_word[n + 1]) for n, (a, b) in enumerate(pairwise(at)))
    lead, tail = layout[: at[0]].strip(), layout[at[-1] + 1 :].strip()
    return Layout(gaps, lead, tail, (all(is_word), is_word[0], is_word[-1]))


def _gap(layout: str, before: int, behind: int, changes: bool) -> Gap:
    """What stands between two letters. Beside a picture it may be blanks or nothing, as between syllables of pinyin."""
    between = layout[before + 1 : behind]
    if not between:
        return _ANY if changes or _PICTURE in (layout[before], layout[behind]) else _JOINED
    if layout[before] in _OF_PINYIN or (_PICTURE in (layout[before], layout[behind]) and not between.strip()):
        return _ANY
    return _PARTED if between == " " else Gap(between, True)
