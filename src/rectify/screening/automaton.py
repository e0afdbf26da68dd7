"""One table and two scanners over the skeletons of all terms: where in a batch a term may stand.

A skeleton is a text without signs, with letters that leetspeak confuses made one; where terms are sought through the
shape or the sound of Chinese characters, with one sign for all that look, or sound, alike. Latin skeletons are sought
as bytes (literals.py), all others as 16-bit codes through windows (windows.py): each is scanned once. What
comes out is every place where the letters of a term follow one another; whether they are the term is for `sift` and
`verify`.
"""

from __future__ import annotations

from functools import cache, cached_property
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from rectify.screening.fold import BITS, Codes, Sort, fold_table
from rectify.screening.han import FAMILIES, SYLLABLES, han_table
from rectify.screening.holes import Holes
from rectify.screening.letters import LEAST_SPACED, LEAST_STARRED, STARS
from rectify.screening.literals import Literals
from rectify.screening.pictures import pictures
from rectify.screening.ranges import flat, numbered, parted, unique
from rectify.screening.skeletons import skeleton, skeletons
from rectify.screening.sought import SoughtTable
from rectify.screening.verify import LEET_SIGNS
from rectify.screening.windows import Windows

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
Stream = npt.NDArray[np.uint16]
# Codes below 8 are no letters. A letter's low byte is below 128 for ASCII and above for all others, its high byte is
# between 1 and 127: no literal matches across the bytes of two codes, and none holds a zero byte.
DROPPED, SPELLED, SIGN, STAR, PICTURE, SEPARATOR, BREAK = 1, 2, 3, 4, 5, 6, 7
OTHER = 0x7FFF
_WIDE = [high << 8 | low for high in range(1, 0x7F) for low in range(0x80, 0x100)]
_BEYOND_ASCII = 0x80
_NUMBER = 32  # bits of the number of a skeleton
_NOTHING = np.zeros(0, np.int64), np.zeros(0, np.int64)
SEGMENT = 1 << 17  # characters scanned at once: temporaries stay in the cache


class Nominated(NamedTuple):
    """Places where the letters of a skeleton follow one another.

    `skeleton` has one element a place, `at` the position of each letter of each place, one place after another.
    """

    skeleton: Ints
    at: Ints


class Automaton:
    """The compiled skeletons of the terms sought. Safe to use from several threads.

    `codes` are those of all skeletons, one after another; `begin` and `length` say where each lies. `whose` and `of`
    are pairs: a form (a row of the table) and a skeleton that it has.
    """

    def __init__(self, sought: SoughtTable) -> None:
        self.reach = _reach(sought)
        made = skeletons(sought, self.reach)
        number, first = numbered(made.codes, made.length)
        self.length = made.length[first]
        begin = np.cumsum(made.length) - made.length
        self.codes = made.codes[flat(begin[first], self.length)]
        self.begin = np.cumsum(self.length) - self.length
        pairs = unique(made.form << _NUMBER | number)
        self.whose, self.of = pairs >> _NUMBER, pairs & ((1 << _NUMBER) - 1)
        self._sought, self._own = sought, number[: len(sought)]  # the first skeleton of each form

    @cached_property
    def _code(self) -> dict[str, int]:
        """Sign beyond ASCII of a skeleton -> its code in a stream."""
        used = np.zeros(0x110000, np.bool_)
        used[self.codes] = True
        signs = map(chr, (np.flatnonzero(used[_BEYOND_ASCII:]) + _BEYOND_ASCII).tolist())
        return {sign: _WIDE[n % len(_WIDE)] for n, sign in enumerate(signs)}

    def _stream_of(self, numbers: Ints) -> Stream:
        """The codes in a stream of these skeletons, one after another."""
        codes = self._codes_of(numbers)
        known = np.zeros(0x110000, np.uint16)
        for sign, code in self._code.items():
            known[ord(sign)] = code
        stream: Stream = np.where(codes < _BEYOND_ASCII, 1 << 8 | codes, known[codes]).astype(np.uint16)
        return stream

    def _codes_of(self, numbers: Ints) -> Codes:
        codes: Codes = self.codes[flat(self.begin[numbers], self.length[numbers])]
        return codes

    def _texts_of(self, numbers: Ints) -> dict[int, str]:
        texts = parted(self._codes_of(numbers), self.length[numbers])
        return dict(zip(numbers.tolist(), texts, strict=True))

    @cached_property
    def table(self) -> Stream:
        """Code point -> code of its skeleton letter; letters of no term are OTHER."""
        table, others, folded = ground()
        if self.reach is not None:
            folded = han_table().sought_as[self.reach][folded]
        letter = np.full(0x110000, OTHER, np.uint16)
        for sign, code in self._code.items():
            letter[ord(sign)] = code
        table = table.copy()
        table[others] = letter[folded]
        return table

    @cached_property
    def _seekers(self) -> _Seekers:
        """Made for the first text: only the plain engine asks for them."""
        sought, count = self._sought, len(self.length)
        wide = np.zeros(count, np.bool_)
        wide[np.repeat(np.arange(count), self.length)[self.codes >= _BEYOND_ASCII]] = True
        short = np.zeros(count, np.bool_)
        short[self._own[sought.short & sought.latin]] = True
        brief, latin, others = (np.flatnonzero(group) for group in (short & ~wide, ~short & ~wide, wide))
        return _Seekers(
            self._texts_of(brief), Literals(self._texts_of(latin)), others,
            Windows(self._stream_of(others), self.length[others]),
        )  # fmt: skip

    def starred(self) -> Ints:
        """The skeletons of which signs may stand for some letters."""
        return unique(self._own[_may_be_starred(self._sought)])

    @cached_property
    def _holes(self) -> Holes:
        """Made where the first text holds such a sign."""
        numbers = self.starred()
        return Holes(self._stream_of(numbers), self.length[numbers], numbers)

    def nominate_starred(self, letters: Stream, at: Ints) -> Nominated:
        """All places in letters (a code each, HOLE for a sign that may stand for one, at its position) that hold such a
        sign.
        """
        which, start = self._holes.places(letters, at)
        return Nominated(which, at[flat(start, self.length[which])])

    def pictured(self, codes: Codes) -> Stream:
        """The codes of pictures as letters of terms."""
        return np.array([self._code.get(chr(code), OTHER) for code in codes.tolist()], np.uint16)

    def stream(self, codes: Codes) -> Stream:
        """The codes of skeleton letters and of what is none, one a code point."""
        stream = np.empty(len(codes), np.uint16)
        for start in range(0, len(codes), SEGMENT):
            part = codes[start : start + SEGMENT]
            self.table.take(part, out=stream[start : start + SEGMENT], mode="clip")
        return stream

    def nominate(self, stream: Stream, end: Ints) -> Nominated:
        """All places in a stream (SIGN and SPELLED resolved); `end` are the positions of its BREAKs."""
        parts = [self._scan(stream, start, stop) for start, stop in _segments(end)]
        return Nominated(*(np.concatenate([_NOTHING[n], *(part[n] for part in parts)]) for n in (0, 1)))

    def _scan(self, stream: Stream, start: int, stop: int) -> Nominated:
        stream = stream[start:stop]
        at = np.flatnonzero(stream > SEPARATOR)
        letters = stream.take(at)
        latin = letters.astype(np.uint8)
        seekers = self._seekers
        which, last = seekers.latin.scan(latin)
        # letters of ASCII have a low byte below 128: cells without any other stand together (TextColumns)
        others, ends = seekers.wide.scan(letters) if (latin >= _BEYOND_ASCII).any() else _NOTHING
        which, last = np.concatenate((which, seekers.others[others])), np.concatenate((last, ends))
        for number, text in seekers.short.items():
            more = self._short_places(text, latin)
            which, last = np.concatenate((which, np.full(len(more), number))), np.concatenate((last, more))
        length = self.length[which]
        return Nominated(which, at[flat(last - length, length)] + start)

    @staticmethod
    def _short_places(short: str, latin: npt.NDArray[np.uint8]) -> Ints:
        """Where one or two Latin letters end in a stream of letters."""
        places = latin[len(short) - 1 :] == ord(short[-1])
        if len(short) > 1:
            places &= latin[:-1] == ord(short[0])
        return np.flatnonzero(places) + len(short)


class _Seekers(NamedTuple):
    """What seeks the skeletons in a stream: short Latin ones by number, all other Latin ones, and the rest."""

    short: dict[int, str]
    latin: Literals
    others: Ints  # the numbers of those in `wide`
    wide: Windows


def _reach(sought: SoughtTable) -> int | None:
    """How far Chinese characters are made one in skeletons, by what the terms may be seen through."""
    allowed = int(np.bitwise_or.reduce(sought.allowed[~sought.latin], initial=0))
    return SYLLABLES if allowed & BITS.sound else FAMILIES if allowed & BITS.like else None


@cache
def ground() -> tuple[Stream, Ints, Codes]:
    """The table of an automaton without terms; the code points that it calls OTHER, and the sign that each folds to."""
    fold = fold_table()
    letter = np.full(0x110000, OTHER, np.uint16)
    for ascii_sign in "abcdefghijklmnopqrstuvwxyz0123456789":
        letter[ord(ascii_sign)] = 1 << 8 | ord(skeleton(ascii_sign))
    table = letter[fold.fold]
    table[(fold.sort & Sort.LETTER) == 0] = SEPARATOR
    table[(fold.sort & Sort.DROPPED) > 0] = DROPPED
    table[(fold.sort & Sort.SPELLED) > 0] = SPELLED
    table[np.isin(fold.fold, [ord(sign) for sign in LEET_SIGNS])] = SIGN
    table[(table == SEPARATOR) & np.isin(fold.fold, [ord(sign) for sign in STARS])] = STAR
    known = np.array([ord(sign) for sign in pictures()])
    table[known[table[known] == SEPARATOR]] = PICTURE
    table[0] = BREAK
    others = np.flatnonzero(table == OTHER)
    return table, others, fold.fold[others]


def _may_be_starred(sought: SoughtTable) -> Bools:
    """Of which forms signs may stand for letters."""
    least = np.where(sought.han > 0, LEAST_SPACED, LEAST_STARRED)
    may: Bools = ((sought.allowed & BITS.starred) > 0) & (sought.how == 0) & (sought.length >= least)
    return may


def _segments(end: Ints) -> list[tuple[int, int]]:
    """Runs of whole cells of about a segment's length."""
    if not len(end):
        return []
    cuts = np.flatnonzero(np.diff(end // SEGMENT)) + 1
    stops = [*(int(end[cut - 1]) + 1 for cut in cuts), int(end[-1]) + 1]
    return list(zip([0, *stops[:-1]], stops, strict=True))
