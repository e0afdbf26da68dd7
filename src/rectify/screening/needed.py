"""What a text must hold as it is written, so that texts without it are not taken apart for patterns without literals.

Of every match of such a pattern a pair of bytes is known, or one byte, or how many digits stand in a row. A text holds
it in its bytes, unless a sign of it folds to another that is needed, or to nothing, or spells out: such a text is taken
apart in any case. kernel/needs.c looks for all of it at once.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache, lru_cache
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from rectify.screening.fold import Sort, fold_table
from rectify.screening.forms import GAP
from rectify.screening.required import sign_forms

_NO_SIGN = 0x1F  # 0xFF, with the bits of all first bytes of three
MOST = 16  # pairs that are sought at once
_OFTEN = 2e-3  # of the bytes of clean text: with more, most texts hold one
_LETTERS = "etaoinsrhldcumfpgwybvkxjqz"  # the most frequent first
# pairs that are frequent in English, of which others are not far: Norvig (2013), English letter frequency counts
_FREQUENT = frozenset((
    "th", "he", "in", "er", "an", "re", "on", "at", "en", "nd", "ti", "es", "or", "te", "of", "ed", "is", "it", "al",
    "ar", "st", "to", "nt", "ng", "se", "ha", "as", "ou", "io", "le", "ve", "co", "me", "de", "hi", "ri", "ro", "ic",
    "ne", "ea", "ra", "ce", "li", "ch", "ll",
))  # fmt: skip
_OF_FREQUENT = 0.01
_OF_SIGN = 3e-4  # how often two bytes of a sign beyond ASCII stand in text of such signs
_SHARES = {"0": 0.01, ".": 0.01, ",": 0.01, "-": 0.005, "@": 1e-5}  # of signs that are frequent
_CJK = range(0x4000, 0xA000)  # by far the most signs of three bytes: their first bytes are passed over at once


class Needs(NamedTuple):
    """What texts are asked for: pairs of bytes one behind another (small letters for capitals; 0: any second one),
    which code points below 0x10000 may hide one, and the first bytes of signs, from and to, of which none does.
    """

    pairs: bytes
    hides: npt.NDArray[np.uint8]
    first: int
    last: int


def needs_of(patterns: Sequence[str], digits: int) -> Needs | None:
    """What every match of some patterns holds one of; none where that is not known, or most texts hold it.

    `digits` in a row are held by a match of all others.
    """
    wanted = [_of(pattern) for pattern in patterns]
    if not all(wanted):
        return None
    signs = sorted({one for of in wanted for one in of or ()})
    if len(signs) > MOST or sum(map(_share, signs)) > _OFTEN:
        return None
    named = {sign for one in signs for sign in one} | set("0123456789" if digits else "")
    hides = _hiding(frozenset(named))
    harmless = [not hides[lead << 12 : (lead + 1) << 12].any() for lead in range(16)]
    first, last = _around(harmless, 5)
    return Needs(b"".join(map(_pair, signs)), hides, 0xE0 | first, 0xE0 | last)


def _around(harmless: Sequence[bool], at: int) -> tuple[int, int]:
    """The row of those that hold around a place, first and last; where it does not, what no sign begins with."""
    if not harmless[at]:
        return _NO_SIGN, _NO_SIGN
    first, last = at, at
    while first and harmless[first - 1]:
        first -= 1
    while last + 1 < len(harmless) and harmless[last + 1]:
        last += 1
    return first, last


@lru_cache(1 << 12)
def _of(pattern: str) -> tuple[str, ...] | None:
    """Of each form of the pattern one or two signs that it holds, the rarest."""
    forms = sign_forms(pattern)
    best = [min(_pieces(form), key=lambda one: (_share(one), one), default=None) for form in forms]
    return tuple(dict.fromkeys(one for one in best if one)) if all(best) and best else None


def _pieces(form: str) -> Iterable[str]:
    """What of a form may be asked for: a sign beyond ASCII, two of ASCII, or one that is rare."""
    for run in form.split(GAP):
        yield from (sign for sign in run if sign == "@" or (not sign.isascii() and not _is_hidden_in_cjk(sign)))
        yield from (run[at : at + 2] for at in range(len(run) - 1) if run[at : at + 2].isascii())


def _share(one: str) -> float:
    """About how often that is in text."""
    if not one.isascii():
        return _OF_SIGN
    if one in _FREQUENT:
        return _OF_FREQUENT
    share = 1.0
    for sign in one:
        place = _LETTERS.find(sign)
        share *= 0.12 / (place + 1) if place >= 0 else _SHARES.get("0" if sign.isdigit() else sign, 0.001)
    return share


def _pair(one: str) -> bytes:
    return (one.encode() + b"\0")[:2] if len(one.encode()) == 1 else one.encode()[-2:]


@cache
def _folded_from() -> tuple[npt.NDArray[np.int64], npt.NDArray[np.uint32]]:
    """(code points of the first plane that fold to another, what they fold to)."""
    fold = fold_table().fold[:0x10000]
    changed = np.flatnonzero(fold != np.arange(0x10000))
    return changed, fold[changed]


def _is_hidden_in_cjk(sign: str) -> bool:
    """Whether one of the most frequent signs folds to it: nearly all texts would have to be taken apart."""
    changed, to = _folded_from()
    from_ = changed[to == ord(sign)]
    return bool(((from_ >= _CJK.start) & (from_ < _CJK.stop)).any())


@lru_cache(16)
def _hiding(named: frozenset[str]) -> npt.NDArray[np.uint8]:
    """By code point below 0x10000, 1 for what is read as another sign that is named, or vanishes, or spells out."""
    changed, to = _folded_from()
    sort = fold_table().sort[:0x10000]
    hides = (sort & (Sort.DROPPED | Sort.SPELLED) > 0).astype(np.uint8)
    hides[changed[np.isin(to, [ord(sign) for sign in named])]] = 1
    hides[0xD800:0xE000] = 0  # bytes of a surrogate are no character
    hides[ord("A") : ord("Z") + 1] = 0  # told by the small letter
    hides.flags.writeable = False
    return hides
