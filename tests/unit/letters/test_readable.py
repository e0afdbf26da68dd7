"""Letters can be read by a shopkeeper: figures on the fixed text of every template and branch (CONSOLE.md §11)."""

from __future__ import annotations

import re
from functools import cache

import pytest

from rectify.letters.compose import compose
from rectify.terms.letter import Occasion

from .samples import variants

# Lines that quote others, list law or proof, or are a heading are not sentences of ours.
_NO_SENTENCE = re.compile(r"^(> |- |[A-Z ,]+$|https?:|“|\d+\.|Example Market|post@|To Safety|致)")


@cache
def sentences(language: str, occasion: Occasion) -> tuple[str, ...]:
    """The sentences of a letter in all its branches, each once."""
    found: dict[str, None] = {}
    for facts in variants(occasion):
        for line in compose(occasion, facts, [language]).text.splitlines():
            if not _NO_SENTENCE.match(line):
                plain = line.replace("Europe/Berlin", "Berlin").replace("post@market.example", "us")
                ends = r"(?<=[.?!])\s" if language == "en" else r"(?<=[。？！])"
                found.update(dict.fromkeys(s for s in re.split(ends, plain) if s.strip()))
    return tuple(s for s in found if len(s) > 12 or language == "zh")


def words(sentence: str) -> list[str]:
    return re.findall(r"[A-Za-z][A-Za-z'-]*|\d[\d:.-]*", sentence)


def syllables(word: str) -> int:
    """Groups of vowels, less a silent e: what textbooks count with."""
    if not word[0].isalpha():
        return 1
    groups = len(re.findall(r"[aeiouy]+", word.lower()))
    silent = word.lower().endswith(("e", "es", "ed")) and not word.lower().endswith(("le", "ted", "ded"))
    return max(1, groups - (1 if silent and groups > 1 else 0))


@pytest.mark.parametrize("occasion", list(Occasion))
def test_english_is_plain(occasion: Occasion) -> None:
    said = [words(s) for s in sentences("en", occasion)]
    total = sum(map(len, said))
    mean = total / len(said)
    grade = 0.39 * mean + 11.8 * sum(syllables(w) for s in said for w in s) / total - 15.59
    assert mean <= 15
    assert max(map(len, said)) <= 25, max(said, key=len)
    assert grade <= 8


@pytest.mark.parametrize("occasion", list(Occasion))
def test_chinese_is_plain_and_polite(occasion: Occasion) -> None:
    said = [re.sub(r"[\s，。？！：；、（）“”]", "", s) for s in sentences("zh", occasion)]
    said = [s for s in said if s]
    assert sum(map(len, said)) / len(said) <= 25
    assert max(map(len, said)) <= 45, max(said, key=len)
    text = "".join(said)
    assert "您" in text
    assert "你" not in text


def test_the_reading_measures_would_notice_legal_prose() -> None:
    """The measure itself can fail: a sentence as laws have them is far beyond the limits."""
    prose = "Notwithstanding the aforementioned provisions, the intermediary's determination constitutes a restriction."
    count = len(words(prose))
    assert 0.39 * count + 11.8 * sum(map(syllables, words(prose))) / count - 15.59 > 12
