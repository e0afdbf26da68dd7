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
    """What `sign_by_sign` gives, for the texts that nearly all terms are: Chinese characters, or words of ASCII with
    single blanks between them; None for any other.
    """
    if text.isascii():
        words = text.split(" ")
        letters = "".join(words)
        if letters.isalnum() and all(words):
            return Spelled(letters.lower(), tuple(map(ord, letters)), _between(*map(len, words)), "", "", _LATIN)
        return None
    letters = text.translate(_same_signs(shown))
    if len(letters) == len(text):
        return Spelled(letters, tuple(map(ord, text)), _between(len(text)), "", "", _HAN_ONLY)
    return None


_LATIN, _HAN_ONLY = (True, True, True), (False, False, False)


@lru_cache(1 << 12)
def _between(*lengths: int) -> tuple[Gap, ...]:
    """The gaps of words of so many letters, with a blank between each two."""
    first, *more = lengths
    gaps = [_JOINED] * (first - 1)
    for length in more:
        gaps += [_PARTED, *[_JOINED] * (length - 1)]
    return tuple(gaps)


class _SameSigns(dict[int, str]):
    """For `str.translate`: what a sign of a script without blanks folds to; empty for every other sign but those that
    are `shown`, and for what spells out or is dropped.
    """

    def __init__(self, shown: frozenset[str]) -> None:
        self.update({ord(sign): sign for sign in shown})

    def __missing__(self, code: int) -> str:
        table = fold_table()
        folded = int(table.fold[code])
        same = not int(table.sort[code]) & (Sort.SPELLED | Sort.DROPPED)
        same = same and int(table.sort[folded]) & (Sort.LETTER | Sort.WORD) == Sort.LETTER
        self[code] = chr(folded) if same else ""
        return self[code]


@cache
def _same_signs(shown: frozenset[str] = _NO_SIGNS) -> _SameSigns:
    return _SameSigns(shown)


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
    if len(same := text.translate(_same_signs())) == len(text):
        return same
    signs = [_known(sign) for sign in text]
    return "".join(one[0].folded for one in signs) if all(len(one) == 1 for one in signs) else ""


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
