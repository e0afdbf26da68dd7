"""Codes and words of folded texts: their shape, their stems, and what a misprint of a code has in common with it."""

from __future__ import annotations

import re

from rapidfuzz.distance import OSA

from rectify.rules.product_brand import DASHES, WORD
from rectify.rules.product_sizes import units

CODE = re.compile(rf"{WORD}+(?:[{DASHES}_./]{WORD}+)*")
_WORDS = re.compile(r"[^\W\d_]+")
_UPRIGHT = str.maketrans("oil", "011")
LEAST_SLIP = 6  # signs of a model that may be misprinted


def stems(text: str) -> frozenset[str]:
    """Words of letters in a folded text, an English plural taken off; units are none."""
    words = (word for word in _WORDS.findall(text) if word not in units())
    return frozenset(word[:-1] if len(word) > 3 and word[-1] == "s" != word[-2] else word for word in words)


def upright(code: str) -> str:
    """A code with what is taken for a digit made that digit."""
    return code.translate(_UPRIGHT)


def numerals(code: str) -> str:
    """The digits of a code, and what is taken for one."""
    return "".join(filter(str.isdecimal, upright(code)))


def misprint(code: str, model: str) -> bool:
    """Whether a code is the model misread or mistyped: two signs swapped, or a letter lost or doubled within it.

    Another letter or digit in the place of one is another variant; so is a letter more or fewer at an end.
    """
    if OSA.distance(code, model) > 1 or numerals(code) != numerals(model):
        return False
    short, long = sorted((code, model), key=len)
    if len(short) == len(long):
        return sorted(short) == sorted(long)
    return not long.startswith(short) and not long.endswith(short)


def shape(code: str) -> str:
    """The form of a code, letters and digits told apart: siblings of one family have one shape."""
    return re.sub(r"\d", "9", re.sub(r"[^\W\d_]", "a", code))
