"""Literals of which every match of a pattern holds one, so that they can be sought before the pattern is.

A pattern is read into forms (forms.py): letters that stand side by side, and gaps for whatever is not known. A literal
is a run of letters of a form. What is not understood is a gap, or leaves the pattern without literals; so a set may be
missing or poor, and is never wrong.

Patterns are matched without regard to case, and of all signs that re2 takes for one letter folded text holds only one:
neither capitals nor the Kelvin sign (k) nor the long s. That one is the literal's.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache

from rectify.screening.alphabet import Token, tokens
from rectify.screening.fold import Sort, fold_table
from rectify.screening.forms import ANYTHING, GAP, NOTHING, Part, either, joined, repeated

_MOST_IN_CLASS = 8  # members of a class that is written out
_OPENS, _FLAGS = re.compile(r"\?(?:P?<\w+>|[imsU-]*:)"), re.compile(r"\?[imsU-]*\)")
_TIMES = re.compile(r"\{(\d+)(?:(,)(\d*))?\}")
_WIDEST = len("{1000,1000}")
_BOUNDS = {"*": (0, None), "+": (1, None), "?": (0, 1)}
_DIGITS, _A_DIGIT, _A_SIGN = frozenset("0123456789"), Part(frozenset("0")), re.compile(".", re.DOTALL)
_EDGES = frozenset(("^", "$", r"\b", r"\B"))
_ESCAPES = frozenset(rf"\{letter}" for letter in "dDwWsSafnrtv")


class _Unread(Exception):
    """Something in a pattern that may be anything."""


@lru_cache(1 << 13)  # a pack is compiled for its trials, beside another version and beside others
def required(pattern: str) -> tuple[str, ...] | None:
    """Literals of which every match that is not empty holds one, as signs that follow one another in folded text.

    The pattern is one that re2 reads, after `fold_pattern`. A literal is of letters and digits as folded text has them,
    three or more, or two of which one is beyond ASCII, or five digits; there are at most 32, sorted, none inside
    another. None where no such set is known.
    """
    try:
        return _Reader(pattern, _part).whole().best or None
    except _Unread:
        return None


@lru_cache(1 << 13)
def digit_run(pattern: str) -> int:
    """How many digits stand in a row in every match that is not empty, at least; 0 where that is not known."""
    try:
        forms = _Reader(pattern, _digits).whole().forms
    except _Unread:
        return 0
    return min(max(map(len, form.split(GAP))) for form in forms)


@lru_cache(1 << 13)
def sign_forms(pattern: str) -> frozenset[str]:
    """The forms of a pattern (forms.py) with the signs of ASCII that are no letters and no blanks; a gap where that is
    not known. Every match that is not empty has one.
    """
    try:
        return _Reader(pattern, _signs).whole().forms
    except _Unread:
        return ANYTHING.forms


class _Group:
    """A group that is still open: its branches before this one, and the parts of this one."""

    def __init__(self) -> None:
        self.branches: list[Part] = []
        self.parts: list[Part] = []

    def branch(self) -> None:
        self.branches.append(joined(self.parts))
        self.parts = []

    def whole(self) -> Part:
        self.branch()
        return either(self.branches)


class _Reader:
    def __init__(self, pattern: str, part: Callable[[Token], Part]) -> None:
        self._tokens, self._part = list(tokens(pattern)), part
        self._open = [_Group()]

    def whole(self) -> Part:
        """What is known of the pattern. Raises _Unread."""
        at = 0
        while at < len(self._tokens):
            at += self._read(at)
        if len(self._open) > 1:
            raise _Unread
        return self._open[0].whole()

    def _read(self, at: int) -> int:
        """Take the token at `at`, and those that belong to it; how many these are."""
        token, group = self._tokens[at], self._open[-1]
        sign = token.text if token.kind == "raw" else ""
        if sign == "(":
            return 1 + self._opened(at + 1)
        if sign in ("*", "+", "?", "{"):
            return self._repeated(at, sign)
        if sign == ")":
            self._closed()
        elif sign == "|":
            group.branch()
        else:
            group.parts.append(self._part(token))
        return 1

    def _opened(self, at: int) -> int:
        """Read what follows a bracket: a name, or flags. These change no match of folded text but to take it away."""
        if self._raw(at, 1) != "?":
            self._open.append(_Group())
            return 0
        end = next((n for n in range(at, len(self._tokens)) if self._raw(n, 1) in (")", ":", ">")), at)
        head = "".join(token.text for token in self._tokens[at : end + 1])
        if _OPENS.fullmatch(head):
            self._open.append(_Group())
        elif not _FLAGS.fullmatch(head):
            raise _Unread
        return end + 1 - at

    def _closed(self) -> None:
        part = self._open.pop().whole()
        if not self._open:
            raise _Unread
        self._open[-1].parts.append(part)

    def _repeated(self, at: int, sign: str) -> int:
        """Repeat the last part; a bracket that is no repetition, as in `{,3}`, is a sign to re2 and unread here."""
        length, bounds = 1, _BOUNDS.get(sign)
        if bounds is None:
            match = _TIMES.match(self._raw(at, _WIDEST))
            if match is None:
                raise _Unread
            length, least = match.end(), int(match[1])
            bounds = least, (int(match[3]) if match[3] else None if match[2] else least)
        parts = self._open[-1].parts
        if not parts:
            raise _Unread
        parts.append(repeated(parts.pop(), *bounds))
        return length + (self._raw(at + length, 1) == "?")  # the shortest match first: the same texts

    def _raw(self, at: int, most: int) -> str:
        """The raw tokens from there on, as they are written."""
        run = ""
        for token in self._tokens[at : at + most]:
            if token.kind != "raw":
                break
            run += token.text
        return run


def _part(token: Token) -> Part:
    if token.kind == "class":
        return _class(token, _letter)
    if token.kind == "char" or (token.kind == "raw" and len(token.text) == 1 and token.text.isalnum()):
        return Part(frozenset([_letter(token.text)]))
    if token.kind == "anchor" or (token.kind == "raw" and token.text in _EDGES):
        return NOTHING
    if token.kind == "raw" and token.text[1:].isalnum() and token.text not in _ESCAPES:
        raise _Unread  # an escape that is not known
    return ANYTHING


def _signs(token: Token) -> Part:
    """Letters as they are, and signs of ASCII that are seen."""
    if token.kind == "class":
        return _class(token, _sign)
    if token.kind == "char":
        return Part(frozenset([_sign(token.text)]))
    escaped = len(token.text) == 2 and token.text[0] == "\\" and not token.text[1].isalnum()
    if token.kind == "raw" and (escaped or (token.text not in _EDGES and len(token.text) == 1 and token.text != ".")):
        return Part(frozenset([_sign(token.text[-1])]))
    return _part(token)


def _digits(token: Token) -> Part:
    """Any digit as the sign 0, and all other signs as gaps."""
    part = _part(token)  # raises _Unread
    is_class = token.kind == "class" and not token.text and bool(token.items)
    if token.text == r"\d" if token.kind == "raw" else is_class and all(map(_of_digits, token.items)):
        return _A_DIGIT
    return Part(frozenset(_A_SIGN.sub(lambda sign: "0" if sign[0] in _DIGITS else GAP, form) for form in part.forms))


def _of_digits(item: tuple[str, str]) -> bool:
    first, last = item
    return last in (r"\d", "[:digit:]") if first == "" else first in _DIGITS and last in _DIGITS


def _class(token: Token, letter: Callable[[str], str]) -> Part:
    """A class in brackets, written out if it is small."""
    items = token.items
    if token.text or any(len(first) != 1 or len(last) != 1 for first, last in items):
        return ANYTHING
    if sum(ord(last) - ord(first) + 1 for first, last in items) > _MOST_IN_CLASS:
        return ANYTHING
    signs = frozenset(letter(chr(code)) for first, last in items for code in range(ord(first), ord(last) + 1))
    return ANYTHING if GAP in signs else Part(signs)


def _sign(sign: str) -> str:
    return sign if sign.isascii() and sign.isprintable() and not sign.isalnum() and sign != " " else _letter(sign)


@lru_cache(1 << 13)
def _letter(sign: str) -> str:
    """A sign of a pattern as folded text has it, if it is a letter or digit there; else a gap."""
    small, table = ord(sign.lower() if sign.isascii() else sign), fold_table()
    sort = int(table.sort[small]) & (Sort.LETTER | Sort.SPELLED | Sort.DROPPED)
    return chr(small) if sort == Sort.LETTER and table.fold[small] == small else GAP
