"""Words written so that a filter does not see them, one way a class of disguise; the reader sees the same word."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from rectify.example.draw import Draw
from rectify.example.words import words
from rectify.terms.finding import Disguise

_WORD = re.compile(r"\{(.+?)\}")
_MARKS = "\u0301\u0302\u0308"
_FULL = {n: n + 0xFEE0 for n in range(0x21, 0x7F)} | {0x20: 0x3000}


def write(title: str, way: Disguise | None) -> str:
    """A title with its word in braces written in a way; None = as it is."""
    return _WORD.sub(lambda found: found[1] if way is None else WAYS[way](found[1]), title)


def fitting(title: str) -> list[Disguise]:
    """The ways that change the word of a title."""
    word = _WORD.search(title)
    return [way for way in WAYS if word and WAYS[way](word[1]) != word[1]]


def _case(word: str) -> str:
    return "".join(c.upper() if n % 2 else c.lower() for n, c in enumerate(word))


def _table(name: str, word: str) -> str:
    table: Mapping[str, str] = words("offers")[name]
    return table.get(word) or ("".join(table.get(c, c) for c in word) if name != "traditional" else word)


def _combining(word: str) -> str:
    latin = word.isascii() and word.isalpha()
    return "".join(c + _MARKS[n % len(_MARKS)] for n, c in enumerate(word)) if latin else word


def _spaced(word: str) -> str:
    sign = "-" if word.isascii() else "."
    return sign.join(word) if word.isalpha() and len(word) > 2 else word


def _squeezed(word: str) -> str:
    """One sign within a Han word: seen only by squeezing, never enough by itself."""
    half = len(word) // 2
    return f"{word[:half]}-{word[half:]}" if not word.isascii() and len(word) > 3 else word


def _leet(word: str) -> str:
    return _table("leet", word) if word.isascii() and word.islower() else word


WAYS: Mapping[Disguise, Callable[[str], str]] = {
    Disguise.CASE: lambda word: _case(word) if word.isascii() else word,
    Disguise.WIDTH: lambda word: word.translate(_FULL),
    Disguise.SCRIPT: lambda word: _table("traditional", word),
    Disguise.LOOK_ALIKE: lambda word: _table("look_alike", word) if word.isascii() else word,
    Disguise.INVISIBLE: lambda word: "\u200b".join(word),
    Disguise.COMBINING: _combining,
    Disguise.SPACED: _spaced,
    Disguise.SQUEEZED: _squeezed,
    Disguise.LEET: _leet,
}


def chosen(draw: Draw, title: str) -> Disguise | None:
    """A way for a title: in four of ten cases none."""
    ways = fitting(title)
    return None if draw.happens(40) or not ways else draw.one(ways)
