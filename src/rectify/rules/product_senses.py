"""What the words of a title say, and where a word that is not known only tells what the product is like.

In English and Chinese such a word stands between the name and the word for the product that ends what is said ("NAME
glorby upright vacuum"); in French, Spanish, Italian and Polish behind that word, which leads ("aspirateur glorbé
NAME"). A part of it stands elsewhere: "vacuum glorb NAME", "NAME vacuum glorb".
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from enum import Enum
from itertools import pairwise
from typing import NamedTuple

from rectify.rules.wordlists import without_blanks

_FEW = 4  # words; two signs of a script without blanks are one
_HEAD_LAST = frozenset({"en", "zh", "ja"})  # what goods are like stands before them
_HEAD_FIRST = frozenset({"fr", "es", "it", "pt", "pl"})  # and behind them


class Sense(Enum):
    """What a word of a title says of the offer."""

    NAME = "the product's name"
    KIND = "the kind of goods that the order names"
    TALK = "nothing"
    ALONG = "what comes along"
    PART = "a part or accessory"
    GOODS = "other goods"
    UNKNOWN = "unknown"


_ASKING = frozenset("收求租修换借")  # signs of those who buy, let, repair or swap
_LIKE = frozenset({Sense.UNKNOWN, Sense.TALK})
_CLOSING = frozenset({Sense.KIND, Sense.TALK, Sense.NAME, Sense.ALONG})


class Word(NamedTuple):
    """A word or phrase of a title; `segment` counts the pauses before it, `languages` are those of a word for goods."""

    text: str
    sense: Sense
    segment: int
    languages: frozenset[str] = frozenset()


def tells_what_it_is_like(words: Sequence[Word], at: int, small: Collection[str]) -> bool:
    """Whether the word at a place, unknown or for other goods, tells no more than what the product is like.

    `small` are words ("de", "avec") of languages in which it stands behind what it tells of.
    """
    if words[at].sense is Sense.UNKNOWN and (_before_its_kind(words, at) or _leads_in_signs(words, at)):
        return True
    return _behind_its_kind(words, at, small)


def _before_its_kind(words: Sequence[Word], at: int) -> bool:
    """Whether it stands between the name, which leads, and a word for the product that ends what is said."""
    segment = words[at].segment
    start, end = at, at
    while start and words[start - 1].sense in _LIKE and words[start - 1].segment == segment:
        start -= 1
    while end < len(words) and words[end].sense in _LIKE and words[end].segment == segment:
        end += 1
    led = start > 0 and words[start - 1].segment == segment and words[start - 1].sense in (Sense.NAME, Sense.KIND)
    led = led and _first(words).sense is Sense.NAME
    closing = [word for word in words[end:] if word.segment == segment]
    if not led or not closing or closing[0].sense is not Sense.KIND:
        return False
    languages = closing[0].languages  # none: a word of the order's own
    said = all(word.sense in _CLOSING for word in closing)
    return said and _few(words[start:end]) and (not languages or bool(languages & _HEAD_LAST))


def _leads_in_signs(words: Sequence[Word], at: int) -> bool:
    """Whether it is of signs of a script without blanks that lead, and a word for the product and its name follow."""
    rest = [word for word in words[at:] if word.sense is not Sense.TALK and not _unknown_signs(word)][:2]
    led = all(word.sense is Sense.TALK or _unknown_signs(word) for word in words[:at])
    led = led and not any(word.text in _ASKING for word in words[: at + 1])
    follow = [word.sense for word in rest if word.segment == words[at].segment] == [Sense.KIND, Sense.NAME]
    return led and follow and _unknown_signs(words[at]) and bool(rest[0].languages & _HEAD_LAST)


def _unknown_signs(word: Word) -> bool:
    return word.sense is Sense.UNKNOWN and without_blanks(word.text[:1])


def _behind_its_kind(words: Sequence[Word], at: int, small: Collection[str]) -> bool:
    """Whether it stands behind a word for the product that leads, in a language that has it so.

    A word that English has, too, is of such a language beside one of its small words; other goods behind one tell what
    the product is for ("casque de vélo").
    """
    first = next((n for n, word in enumerate(words) if word.sense not in (Sense.TALK, Sense.NAME)), at)
    leading = words[first]
    if leading.sense is not Sense.KIND or leading.segment != words[at].segment or not leading.languages & _HEAD_FIRST:
        return False
    if leading.languages & _HEAD_LAST and not any(word.text in small for word in words):
        return False
    between = words[first + 1 : at + 1]
    told = (
        word.sense in _LIKE
        or (word.sense is Sense.GOODS and (before.text in small or not word.languages & leading.languages))
        for before, word in pairwise(words[first : at + 1])
    )
    return all(told) and _few(between)


def _first(words: Sequence[Word]) -> Word:
    """The first word that says something; the last where none does."""
    return next((word for word in words if word.sense is not Sense.TALK), words[-1])


def _few(words: Sequence[Word]) -> bool:
    """Whether few words are unknown."""
    unknown = [word.text for word in words if word.sense is Sense.UNKNOWN]
    return sum(0.5 if without_blanks(text[:1]) else 1 for text in unknown) <= _FEW
