"""Misspelled words that are still read: a letter or the vowels out, two letters exchanged (viagr, vgra, vigara)."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

MOST_OMITTED = 40  # misspelled forms of a term, at most
_LEAST, _LEAST_VOWEL = 6, 5  # letters of a word that may lose any letter, and that may lose an inner vowel
_LEAST_LEFT, _LEAST_CONSONANTS = 4, 5  # letters that are left without the inner vowels, and without any but the first
_VOWELS = frozenset("aeiouyäöüáàâæéèêëíîïóôœúùû")
_ENDINGS = frozenset("esnrx")  # a word without such a last letter is often another form of the same
_LATIN = "\u024f"


def misspelled(text: str) -> Iterator[str]:
    """A term with one Latin word of it misspelled."""
    words = text.split(" ")
    forms = {
        " ".join([*words[:n], form, *words[n + 1 :]]): None
        for n, word in enumerate(words)
        if word.isalpha() and max(word) <= _LATIN
        for form in _misspelled(word)
        if form != word
    }
    return islice(forms, MOST_OMITTED)


def _misspelled(word: str) -> Iterator[str]:
    count = len(word)
    out = (word[:n] + word[n + 1 :] for n in range(1, count - 1) if count >= _LEAST or _is_vowel(word[n]))
    if count >= _LEAST_VOWEL:
        yield from out
    if count < _LEAST:
        return
    inner = "".join(sign for sign in word[1:-1] if not _is_vowel(sign))
    if len(inner) + 2 >= _LEAST_LEFT:
        yield word[0] + inner + word[-1]
    if _is_vowel(word[-1]) and len(inner) + 1 >= _LEAST_CONSONANTS:
        yield word[0] + inner
    if word[-1].lower() not in _ENDINGS:
        yield word[:-1]
    yield from (word[:n] + word[n + 1] + word[n] + word[n + 2 :] for n in range(1, count - 2))


def _is_vowel(sign: str) -> bool:
    return sign.lower() in _VOWELS
