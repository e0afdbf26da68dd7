"""Folded text as words: a token is a word, a sign of a script without blanks, or + and &; phrases are their tokens."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

Phrases = frozenset[tuple[str, ...]]
_LONGEST = 8  # tokens of a phrase
# Kana, Han, Thai, Lao, Khmer, Myanmar: one sign is one token, for no blank tells where a word ends.
_SINGLE = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
)
TOKEN = re.compile(rf"[{_SINGLE}]|(?:(?![{_SINGLE}])[^\W_])+|[+&]")
HAN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]")
STOP, PAUSE = re.compile(r"[.!?;|\n]"), re.compile(r"[.!?;|\n,]")


class Token(NamedTuple):
    """A token; `pause`: a comma at least stands before it."""

    text: str
    pause: bool


def tokens(text: str) -> list[Token]:
    """The tokens of a folded text."""
    found, end = [], 0
    for match in TOKEN.finditer(text):
        between = text[end : match.start()]
        found.append(Token(match[0], bool(PAUSE.search(between))))
        end = match.end()
    return found


@lru_cache(maxsize=256)
def _first_words(phrases: Phrases) -> frozenset[str]:
    return frozenset(phrase[0] for phrase in phrases)


@lru_cache(maxsize=256)
def _last_words(phrases: Phrases) -> frozenset[str]:
    return frozenset(phrase[-1] for phrase in phrases)


def ending(words: Sequence[str], phrases: Phrases) -> int:
    """How many words at the end are a phrase, the longest; 0 for none."""
    if not words or words[-1] not in _last_words(phrases):
        return 0
    return next((n for n in range(min(_LONGEST, len(words)), 0, -1) if tuple(words[-n:]) in phrases), 0)


def beginning(words: Sequence[str], phrases: Phrases) -> int:
    """How many words at the beginning are a phrase, the longest; 0 for none."""
    if not words or words[0] not in _first_words(phrases):
        return 0
    return next((n for n in range(min(_LONGEST, len(words)), 0, -1) if tuple(words[:n]) in phrases), 0)


def since_pause(words: Sequence[str], found: Sequence[Token]) -> list[str]:
    """The last words without a comma between them."""
    start = max((number for number, token in enumerate(found) if token.pause), default=0)
    return list(words[start:])


def up_to_pause(found: Sequence[Token]) -> list[str]:
    """The first words without a comma between them."""
    words: list[str] = []
    for token in found:
        if token.pause:
            break
        words.append(token.text)
    return words
