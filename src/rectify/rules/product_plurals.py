"""What several of a noun are called, by language (data/product_plurals.yaml)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.resources import files

from rectify.documents import Reading, read_document
from rectify.rules.product_tokens import Phrases

_LEAST = 3  # letters of a noun that is put into the plural
_LAST = ("de", "nl")  # languages in which the last word of several changes, and no other


def with_plurals(phrases: Iterable[tuple[str, ...]]) -> Phrases:
    """Phrases, and what they may be in the plural or singular in English."""
    said = frozenset(phrases)
    return said | frozenset(
        (*phrase[:-1], form)
        for phrase in said
        for form in (f"{phrase[-1]}s", f"{phrase[-1]}es", phrase[-1].removesuffix("s"), re.sub("y$", "ies", phrase[-1]))
        if phrase[-1].isascii() and len(form) > 2
    )


def several(noun: tuple[str, ...], languages: Iterable[str]) -> Phrases:
    """What several of a folded noun may be called: in German its last word changes, in French the first or each."""
    found: set[tuple[str, ...]] = set()
    for language in languages:
        if language == "en":
            found |= with_plurals((noun,))
        elif language in _LAST:
            found |= {(*noun[:-1], form) for form in _forms(noun[-1], language)}
        elif language in _endings():
            ways = [(word, *_forms(word, language)) for word in noun]
            found |= {(form, *noun[1:]) for form in ways[0]} | {tuple(way[-1] for way in ways)}
    return frozenset(found)


def _forms(word: str, language: str) -> tuple[str, ...]:
    if len(word) < _LEAST or not word.isalpha():
        return ()
    endings = _endings()[language]
    end = next((word[at:] for at in range(1, len(word)) if word[at:] in endings), "")
    return tuple(word.removesuffix(end) + form for form in endings.get(end, ()))


@cache
def _endings() -> Mapping[str, Mapping[str, tuple[str, ...]]]:
    """Ending of a noun ("" for any other) -> endings of several, by language."""
    data = files(__package__).joinpath("data/product_plurals.yaml").read_bytes()
    node, reading = read_document(data, "product_plurals.yaml"), Reading()
    found = {
        language: {end.strip("-"): tuple(reading.texts(forms)) for end, forms in entry.entries.items()}
        for language, entry in node.entries.items()
    }
    reading.done()
    return found
