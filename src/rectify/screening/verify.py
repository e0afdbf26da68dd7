"""Whether letters that stand one after another in a text are a term, and what had to be seen through (DESIGN.md §5).

The rules, for letters already aligned one to one; everything between two letters is a gap.
- A letter is the term's if both fold to one; 0 1 3 4 5 7 $ @ may stand for a letter (leet); capital I behind a small
  letter for l, small l in a word of capitals and digits for i.
- A gap is empty inside a word. Between two words of a term, and between a Latin and a Chinese part of it, it may be
  blanks, one line end, or a run of one sign that ends no sentence.
- Spaced: in each word the gaps are empty or all the same single sign, the same in all spaced words, three letters or
  more; "." "," ":" count as signs, marks that end a sentence or part a list and line ends do not.
- Squeezed: any other gaps of at most eight signs and no empty line; but Latin words with nothing but blanks between
  them are words, unless none has more than two letters.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from rectify.screening.fold import BITS, Codes, Sort, fold_table

WIDEST_GAP = 8
LEAST_SPACED = 3
_SPLIT = 2  # letters of the longest piece of a word that blanks split
LEET = {"0": "o", "1": "il", "3": "e", "4": "a", "5": "s", "7": "t", "$": "s", "@": "a"}
LEET_SIGNS = frozenset("$@")
PHRASE = -1


class Gap(NamedTuple):
    """What a term has between two of its letters. `word`: whether a new word starts behind it."""

    text: str
    word: bool


@dataclass(frozen=True, slots=True)
class Sought:
    """A term or a not_in phrase, taken apart. `term` is its number in the list, or PHRASE."""

    words: int
    term: int
    letters: str  # folded
    written: tuple[int, ...]  # the code points as written, one a letter
    gaps: tuple[Gap, ...]  # one fewer than letters
    lead: str  # signs before the first letter, folded
    tail: str
    closed_left: bool  # must not stand inside a word there
    closed_right: bool
    short: bool  # one or two Latin letters, or one sign: no gaps and no leet
    latin: bool  # all letters are of scripts with blanks between words
    allowed: int  # classes of disguise


class Reading(NamedTuple):
    """A term seen in a text: positions of code points, the classes seen through, the gaps that are no term's own."""

    start: int
    end: int
    mask: int
    strange: tuple[tuple[int, int], ...]  # (letter before, letter behind) of gaps that only squeezing reads through


class Text:
    """A stretch of a text taken apart for reading: lists by position, after signs that spell out were spelled."""

    __slots__ = ("bits", "codes", "fold", "small", "sort")

    def __init__(self, codes: Codes) -> None:
        table = fold_table()
        self.codes: list[int] = codes.tolist()
        self.fold: list[int] = table.fold[codes].tolist()
        self.sort: list[int] = table.sort[codes].tolist()
        self.bits: list[int] = table.bits[codes].tolist()
        self.small: list[int] = table.small[codes].tolist()

    def gap(self, start: int, end: int) -> str:
        """The folded signs from start to before end; dropped ones are gone."""
        if start >= end:
            return ""
        return "".join(chr(self.fold[at]) for at in range(start, end) if not self.sort[at] & Sort.DROPPED)

    def before(self, at: int) -> int:
        """The position of the sign before, through dropped ones; -1 at the start."""
        at -= 1
        while at >= 0 and self.sort[at] & Sort.DROPPED:
            at -= 1
        return at

    def behind(self, at: int) -> int:
        """The position of the next sign, through dropped ones; the length at the end."""
        at += 1
        while at < len(self.sort) and self.sort[at] & Sort.DROPPED:
            at += 1
        return at

    def is_word(self, at: int) -> bool:
        """Whether a letter or digit of a script with blanks between words stands there."""
        return 0 <= at < len(self.sort) and bool(self.sort[at] & Sort.WORD)


def read(sought: Sought, text: Text, at: Sequence[int]) -> Reading | None:
    """The term read from letters at these positions, or None where the rules do not let it be read."""
    mask = _letters(sought, text, at)
    if mask < 0 or not _ends_fit(sought, text, at):
        return None
    how, strange = _gaps(sought, text, at)
    if how < 0:
        return None
    start, end = _extent(sought, text, at)
    mask |= how
    for position in range(start, end):
        if text.sort[position] & Sort.DROPPED:
            mask |= text.bits[position]
    if mask & ~(sought.allowed | BITS.plain) or (sought.short and mask & (BITS.leet | BITS.spaced | BITS.squeezed)):
        return None
    return Reading(start, end, mask, strange)


def _letters(sought: Sought, text: Text, at: Sequence[int]) -> int:
    """The classes that reading the letters takes; -1 where one is another letter."""
    table = fold_table()
    mask, real = 0, False
    for number, (position, folded, written) in enumerate(zip(at, sought.letters, sought.written, strict=True)):
        code, seen = text.codes[position], chr(text.fold[position])
        real = real or (bool(text.sort[position] & Sort.LETTER) and not text.sort[position] & Sort.DIGIT)
        if seen == folded:
            if code != written:
                cased = text.small[position] == int(table.small[written])
                mask |= BITS.case if cased else text.bits[position] | int(table.bits[written])
        elif folded in LEET.get(seen, ""):
            mask |= BITS.leet
        elif _upright(text, at, number, folded):
            mask |= BITS.look_alike
        else:
            return -1
    return mask if real or not mask & BITS.leet else -1


def _upright(text: Text, at: Sequence[int], number: int, folded: str) -> bool:
    """Whether an upright stroke may stand for the i or l of the term where it stands."""
    position = at[number]
    seen = chr(text.fold[position])
    if seen not in "il" or folded not in "il":
        return False
    if text.sort[position] & Sort.BAR:
        return True
    if seen == "l":  # VlAGRA
        others = [text.sort[p] for p in at if chr(text.fold[p]) != "l" or text.sort[p] & Sort.CAPITAL]
        capitals = len(others) >= _SPLIT and all(sort & (Sort.CAPITAL | Sort.DIGIT) for sort in others)
        return capitals and not text.sort[position] & Sort.CAPITAL
    return bool(text.sort[position] & Sort.CAPITAL) and _after_small(text, at, number)  # caII


def _after_small(text: Text, at: Sequence[int], number: int) -> bool:
    """Whether capitals I run from here back to a small letter."""
    while number and text.sort[at[number]] & Sort.CAPITAL and chr(text.fold[at[number]]) == "i":
        number -= 1
    sort = text.sort[at[number]]
    return bool(sort & Sort.LETTER) and not sort & (Sort.CAPITAL | Sort.DIGIT)


def _ends_fit(sought: Sought, text: Text, at: Sequence[int]) -> bool:
    """Whether a word starts and ends where the term does, or the term's own signs stand there."""
    if sought.lead:
        if not _stand(text, at[0], sought.lead[::-1], text.before):
            return False
    elif sought.closed_left and _goes_on(text, text.before(at[0]), at[0]):
        return False
    if sought.tail:
        return _stand(text, at[-1], sought.tail, text.behind)
    return not (sought.closed_right and _goes_on(text, text.behind(at[-1]), at[-1]))


def _stand(text: Text, edge: int, signs: str, move: Callable[[int], int]) -> bool:
    """Whether these signs stand beside a letter, one after another in the direction of the move."""
    for sign in signs:
        edge = move(edge)
        if not 0 <= edge < len(text.codes) or chr(text.fold[edge]) != sign:
            return False
    return True


def _goes_on(text: Text, beside: int, edge: int) -> bool:
    """Whether the word of the letter at `edge` goes on at `beside`. A circled 2 or a flag does not go on a word."""
    if not text.is_word(beside):
        return False
    return not text.sort[beside] & Sort.ORNAMENT or bool(text.sort[edge] & Sort.ORNAMENT)


def _extent(sought: Sought, text: Text, at: Sequence[int]) -> tuple[int, int]:
    """(start, end) with the term's own signs at its ends, and marks over the last letter."""
    start, end = at[0], at[-1] + 1
    for _ in sought.lead:
        start = text.before(start)
    for _ in sought.tail:
        end = text.behind(end - 1) + 1
    position = end
    while position < len(text.codes) and text.sort[position] & Sort.DROPPED:
        position += 1
        if text.bits[position - 1] & BITS.combining:
            end = position
    return start, end


def _gaps(sought: Sought, text: Text, at: Sequence[int]) -> tuple[int, tuple[tuple[int, int], ...]]:
    """(class that reading the gaps takes, the gaps that take squeezing); -1 where they cannot be read through."""
    if at[-1] - at[0] == len(at) - 1 and not any(gap.text for gap in sought.gaps):
        return 0, ()
    seen = [text.gap(a + 1, b) for a, b in pairwise(at)]
    strange = [
        n for n, (gap, own) in enumerate(zip(seen, sought.gaps, strict=True)) if own.word and not _parts(gap, own)
    ]
    spaced = 0
    sign = ""
    inside = []
    for first, last in _words(sought):
        held = [n for n in range(first, last) if seen[n]]
        if not held:
            continue
        inside += held
        if len(held) == last - first and _evenly(seen[first:last]) and sign in ("", seen[first]):
            sign, spaced = seen[first], spaced + last - first + 1
        else:
            strange += held
    if not strange and sign and (spaced < LEAST_SPACED or _longer(sought, text, at, sign)):
        strange = inside
    if not strange:
        return (BITS.spaced if sign else 0), ()
    if not all(_joins(seen[n]) for n in strange) or (sought.latin and _ordinary(sought, text, at, seen)):
        return -1, ()
    return BITS.squeezed, tuple((at[n], at[n + 1]) for n in strange)


def _words(sought: Sought) -> list[tuple[int, int]]:
    """(first letter, last letter) of each word of a term."""
    breaks = [n for n, gap in enumerate(sought.gaps) if gap.word]
    return list(zip([0, *(n + 1 for n in breaks)], [*breaks, len(sought.letters) - 1], strict=True))


def _evenly(gaps: Sequence[str]) -> bool:
    """Whether all gaps are the same single sign, and one that may stand between the letters of a word."""
    sign = gaps[0]
    return len(sign) == 1 and not _sort(sign) & (Sort.SENTENCE | Sort.LINE) and all(gap == sign for gap in gaps)


def _longer(sought: Sought, text: Text, at: Sequence[int], sign: str) -> bool:
    """Whether the same sign and another single letter go on beside spaced letters: o p e n is no pen."""

    def goes_on(edge: int, step: int) -> bool:
        move = text.before if step < 0 else text.behind
        beside = move(edge)
        if not 0 <= beside < len(text.codes) or chr(text.fold[beside]) != sign:
            return False
        letter = move(beside)
        return text.is_word(letter) and not text.is_word(move(letter))

    return (sought.closed_left and goes_on(at[0], -1)) or (sought.closed_right and goes_on(at[-1], 1))


_PARTS = re.compile(r"[ \n]*(?:([^\s])\1*)?[ \n]*")


def _parts(gap: str, own: Gap) -> bool:
    """Whether a gap parts two words of a term without more."""
    if gap == own.text:
        return True
    match = _PARTS.fullmatch(gap)
    if not gap or len(gap) > WIDEST_GAP or match is None or gap.count("\n") > 1:
        return False
    sign = match.group(1)
    if sign is None:
        return True
    return gap == sign if sign in ".,:" else not _sort(sign) & Sort.SENTENCE


def _joins(gap: str) -> bool:
    return len(gap) <= WIDEST_GAP and gap.count("\n") < 2


def _sort(sign: str) -> int:
    return int(fold_table().sort[ord(sign)])


def _ordinary(sought: Sought, text: Text, at: Sequence[int], seen: Sequence[str]) -> bool:
    """Whether what would be joined are ordinary words with blanks between them."""
    inside = [gap for gap, own in zip(seen, sought.gaps, strict=True) if gap and not own.word]
    if not inside or any(gap.strip(" \n") for gap in inside):
        return False
    pieces = [1]
    for gap in seen:
        if gap:
            pieces.append(0)
        pieces[-1] += 1
    if not sought.closed_left:
        pieces[0] += _run(text, at[0], text.before)
    if not sought.closed_right:
        pieces[-1] += _run(text, at[-1], text.behind)
    return max(pieces) > _SPLIT


def _run(text: Text, edge: int, move: Callable[[int], int]) -> int:
    """How many letters of the same word stand beside an open end."""
    count = 0
    while text.is_word(edge := move(edge)):
        count += 1
    return count
