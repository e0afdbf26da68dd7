"""Why a word is not seen through: what stands in its place, sorted by program."""

from __future__ import annotations

import re
import unicodedata

from rectify.screening.han import han_table
from rectify.screening.letters import WIDEST_GAP

# From the gravest down: a word that has several is counted under the first.
_GRAVEST = (
    "another character, of other sound and other parts",
    "a picture or sign for a character",
    "a kana or Bopomofo sign for a character",
    "Latin letters or digits for a character",
    "of like sound (n and ng, l and n, s and sh), not of the same",
    "of the same sound in a reading that is not its usual one",
    "looks like it and sounds otherwise, not in the table",
)
_NEAR = ((r"^([zcs])h", r"\1"), (r"ng$", "n"), (r"^l", "n"), (r"^hu", "f"))


def reason(written: str, word: str) -> str:
    """Why a word is not found in what is written in its place, both folded."""
    letters = "".join(sign for sign in written if sign.isalnum())
    if not letters:
        signs = any(unicodedata.category(sign) in ("So", "Sm", "Sk") for sign in written)
        return "a picture or sign for a character" if signs else "left out"
    if len(letters) == len(word):
        kinds = [kind for one, other in zip(letters, word, strict=True) if (kind := _kind(one, other))]
        return min(kinds, key=_GRAVEST.index, default=_parted(written))
    han = [sign for sign in letters if sign >= "\u3400"]
    if len(letters) < len(word):
        signs = any(unicodedata.category(sign) in ("So", "Sm") for sign in written)
        return "a picture or sign for a character" if signs else "a character left out"
    if len(han) == len(letters):
        return "more characters than the word has: taken apart otherwise, or words between"
    return "Latin letters or digits for a character"


def _parted(written: str) -> str:
    """The characters are those of the word, or of its sound and shape."""
    gap = max((len(part) for part in re.findall(r"[^\w]+", written)), default=0)
    return "other words or more signs between than are read through" if gap > WIDEST_GAP else _TWO


_TWO = "several characters that look alike and sound otherwise, or one with another disguise"


def _kind(one: str, other: str) -> str:
    """Why one character is not taken for another; empty if it would be by itself."""
    table = han_table()
    if one == other or table.syllable[ord(one)] == table.syllable[ord(other)] > 0:
        return ""
    if one < "\u2e80":
        return _GRAVEST[3]
    if unicodedata.name(one, "").startswith(("HIRAGANA", "KATAKANA", "BOPOMOFO")):
        return _GRAVEST[2]
    if not one >= "\u2e80":
        return _GRAVEST[1]
    mine, theirs = set(table.readings_of(one)), set(table.readings_of(other))
    if mine & theirs:
        return _GRAVEST[5]
    if {_near(name) for name in mine} & {_near(name) for name in theirs}:
        return _GRAVEST[4]
    parts = {part for sign in (one, other) for way in table.ways_of(sign) for part in way}
    common = {part for way in table.ways_of(one) for part in way} & {p for way in table.ways_of(other) for p in way}
    return _GRAVEST[6] if common or {one, other} & parts else _GRAVEST[0]


def _near(name: str) -> str:
    for pattern, with_ in _NEAR:
        name = re.sub(pattern, with_, name)
    return name
