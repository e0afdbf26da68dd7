"""A term and a text taken apart letter by letter, for what holds one against the other."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from rectify.screening.fold import Codes, Sort, fold_table

WIDEST_GAP = 8
LEAST_SPACED = 3
LEAST_REPEATED = 3
LEAST_DOUBLED = 3  # Latin letters of a term that is sought with each letter twice; of Chinese characters two
LEAST_STARRED = 5  # Latin letters of a word of which signs may stand for some; of Chinese characters LEAST_SPACED
PHRASE = -1
MOST_STARS = 3  # signs in a row that stand for letters
MOST_OUT = 2, 5  # of a word's letters two fifths at most
# Signs that may stand for a letter, folded: any letter but the first of a word, or one inner letter of a Latin word.
ANY_STARS, INNER_STARS = frozenset("*_#•●○■□★☆×€£"), frozenset(".-!^~%&+?=¥¢§")
STARS = ANY_STARS | INNER_STARS


class Gap(NamedTuple):
    """What a term has between two of its letters. `word`: whether a new word starts behind it."""

    text: str
    word: bool


class Sought(NamedTuple):
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
    how: int = 0  # classes that the form itself takes: parts, pinyin, reversed
    han: int = 0  # how many letters are Chinese characters


class Reading(NamedTuple):
    """A term seen in a text: positions of code points, the classes seen through, the gaps that are no term's own."""

    start: int
    end: int
    mask: int
    # (letter before, letter behind) of gaps that only squeezing reads through; (letter, itself) of what is only like
    strange: tuple[tuple[int, int], ...]


class Text:
    """A stretch of a text taken apart for reading: lists by position, after signs that spell out were spelled."""

    __slots__ = ("_runs", "bits", "codes", "fold", "small", "sort")

    def __init__(self, codes: Codes) -> None:
        table = fold_table()
        self.codes: list[int] = codes.tolist()
        self.fold: list[int] = table.fold[codes].tolist()
        self.sort: list[int] = table.sort[codes].tolist()
        self.bits: list[int] = table.bits[codes].tolist()
        self.small: list[int] = table.small[codes].tolist()
        self._runs: tuple[list[int], list[int], list[int]] | None = None

    def run(self, at: int) -> tuple[int, int]:
        """(first, last) position of the run of one folded sign that a position lies in."""
        if self._runs is None:
            fold = np.array(self.fold)
            new = np.flatnonzero(np.diff(fold, prepend=-1))
            number = np.repeat(np.arange(len(new)), np.diff(new, append=len(fold)))
            self._runs = number.tolist(), new.tolist(), (np.append(new[1:], len(fold)) - 1).tolist()
        number_of, first, last = self._runs
        return first[number_of[at]], last[number_of[at]]

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
