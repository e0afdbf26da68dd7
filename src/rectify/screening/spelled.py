"""The letters of a text, and what stands between them: by sign as it folds, or at once where a text is a plain one."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache, lru_cache
from itertools import pairwise
from typing import NamedTuple

from rectify.screening.fold import Sort, codes_of, fold_table
from rectify.screening.letters import Gap

_JOINED = Gap("", False)
_PARTED = Gap(" ", True)
_NO_SIGNS: frozenset[str] = frozenset()


class Spelled(NamedTuple):
    """A text taken apart: its letters, what stands between them, before and behind; `words`: letters of scripts with
    blanks between words, all of them, the first and the last.
    """

    letters: str
    written: tuple[int, ...]
    gaps: tuple[Gap, ...]
    lead: str
    tail: str
    words: tuple[bool, bool, bool]


def at_once(text: str, shown: frozenset[str] = _NO_SIGNS) -> Spelled | None:
    """What `sign_by_sign` gives, from what is known of whole layouts, which many terms share; None for a text without a
    letter, and for one in which a sign spells out or is dropped.
    """
    folds, sorts = _signs(shown)
    layout = text.translate(sorts)
    if len(layout) != len(text):
        return None
    at, gaps, lead, tail, words = _laid_out(layout)
    if not at:
        return None
    folded = text.translate(folds)
    if len(at) == len(text):
        return Spelled(folded, tuple(map(ord, text)), gaps, lead, tail, words)
    return Spelled("".join([folded[n] for n in at]), tuple([ord(text[n]) for n in at]), gaps, lead, tail, words)


_WORD, _NO_WORD = "w", "h"  # in a layout: letters of scripts with blanks between words, and of others


@lru_cache(1 << 14)
def _laid_out(layout: str) -> tuple[tuple[int, ...], tuple[Gap, ...], str, str, tuple[bool, bool, bool]]:
    """Where letters stand in a layout, what stands between them, before and behind; `words` as in `Spelled`."""
    at = tuple(n for n, sign in enumerate(layout) if sign in (_WORD, _NO_WORD))
    if not at:
        return at, (), "", "", (False, False, False)
    is_word = [layout[n] == _WORD for n in at]
    return at, *_gaps(layout, at, is_word), (all(is_word), is_word[0], is_word[-1])


class _Signs(dict[int, str]):
    """For `str.translate`: what a sign folds to, or in a `layout` what a letter is; empty for a sign that spells
    out or is dropped. Signs that are `shown` are letters as they are.
    """

    def __init__(self, shown: frozenset[str], layout: bool) -> None:
        self.update({ord(sign): _NO_WORD if layout else sign for sign in shown})
        self._layout = layout

    def __missing__(self, code: int) -> str:
        table = fold_table()
        folded = int(table.fold[code])
        sort = int(table.sort[folded])
        if int(table.sort[code]) & (Sort.SPELLED | Sort.DROPPED):
            self[code] = ""
        elif self._layout and sort & Sort.LETTER:
            self[code] = _WORD if sort & Sort.WORD else _NO_WORD
        else:
            self[code] = chr(folded)
        return self[code]


@cache
def _signs(shown: frozenset[str] = _NO_SIGNS) -> tuple[_Signs, _Signs]:
    return _Signs(shown, layout=False), _Signs(shown, layout=True)


def sign_by_sign(text: str, shown: frozenset[str] = _NO_SIGNS) -> Spelled | None:
    """Any text taken apart, with signs that are `shown` as letters; None for one without a letter."""
    signs = [known for sign in text for known in _known(sign)]
    at = [n for n, sign in enumerate(signs) if sign.sort & Sort.LETTER or sign.folded in shown]
    if not at:
        return None
    is_word = [signs[n].sort & Sort.WORD > 0 for n in at]
    if len(at) == len(signs) and all(is_word) == any(is_word):
        gaps, lead, tail = (_JOINED,) * (len(at) - 1), "", ""
    else:
        gaps, lead, tail = _gaps("".join(sign.folded for sign in signs), at, is_word)
    letters = "".join(signs[n].folded for n in at)
    words = all(is_word), is_word[0], is_word[-1]
    return Spelled(letters, tuple(signs[n].code for n in at), gaps, lead, tail, words)


def _gaps(folded: str, at: Sequence[int], is_word: Sequence[bool]) -> tuple[tuple[Gap, ...], str, str]:
    """What stands between the letters of a term, before the first and behind the last."""
    gaps = tuple(
        Gap(folded[a + 1 : b], b > a + 1 or is_word[n] != is_word[n + 1]) for n, (a, b) in enumerate(pairwise(at))
    )
    return gaps, folded[: at[0]].strip(), folded[at[-1] + 1 :].strip()


def one_to_one(text: str) -> str:
    """The folded text, empty where a sign spells out or is dropped."""
    folded = text.translate(_signs()[0])
    return folded if len(folded) == len(text) else ""


class _Sign(NamedTuple):
    folded: str
    sort: int
    code: int


@lru_cache(1 << 14)
def _known(sign: str) -> tuple[_Sign, ...]:
    """What one sign folds to, sign by sign; none for what is dropped."""
    table = fold_table()
    codes = table.spell(codes_of(sign))[0].tolist()
    folded = [(int(table.fold[code]), code) for code in codes if not table.sort[code] & Sort.DROPPED]
    return tuple(_Sign(chr(fold), int(table.sort[fold]), code) for fold, code in folded)
