"""Pictures that are written for words (tables/pictures.txt): 🐘🦷 for 象牙, "rolex ⌚" for "rolex watch"."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from rectify.screening.fold import fold_text
from rectify.screening.han import HAN
from rectify.screening.spelled import one_to_one

_LONGEST = 4  # Chinese characters of a word that a picture stands for


@cache
def picture_words() -> Mapping[str, Mapping[str, tuple[str, ...]]]:
    """Language -> folded word -> the pictures of it, in the order of the table; "" for all languages together."""
    found: dict[str, dict[str, list[str]]] = {"": {}}
    table = (files("rectify.screening") / "tables" / "pictures.txt").read_text("utf-8")
    for line in table.splitlines():
        if not line or line.startswith("#"):
            continue
        picture, *parts = line.split(" | ")
        for language, words in (part.split(": ") for part in parts):
            for word in map(fold_text, words.split(", ")):
                for name in ("", language):
                    known = found.setdefault(name, {}).setdefault(word, [])
                    known += [picture] if picture not in known else []
    return {name: {word: tuple(signs) for word, signs in words.items()} for name, words in found.items()}


@cache
def pictures() -> frozenset[str]:
    """The signs of the table."""
    return frozenset(sign for signs in picture_words()[""].values() for sign in signs)


@cache
def _words_of(language: str) -> tuple[Mapping[str, tuple[str, ...]], frozenset[str]]:
    """The words of a language with their pictures, and the Chinese characters that such a word begins with."""
    names = picture_words().get(language.partition("-")[0], {})
    return names, frozenset(word[0] for word in names if word[0] >= HAN)


def ways_in_pictures(text: str, language: str) -> list[tuple[str, ...]]:
    """A term part by part, each with the pictures that may stand for it; empty where it has one part only, or none that
    a picture stands for.
    """
    names, signs = _words_of(language)
    folded = (text.lower() if text.isascii() else one_to_one(text)).split()
    if names.keys().isdisjoint(folded) and (text.isascii() or signs.isdisjoint("".join(folded))):
        return []
    if len(folded) == 1 and (text.isascii() or folded[0] in names or max(folded[0]) < HAN):
        return []
    ways: list[tuple[str, ...]] = []
    for number, (word, known) in enumerate(zip(text.split(), folded, strict=False)):
        ways += [(" ",)] if number else []
        if known in names or max(known) < HAN:
            ways.append((word, *names.get(known, ())))
        else:
            ways += _of_characters(known, names)
    return ways if any(len(way) > 1 for way in ways) else []


def _of_characters(folded: str, names: Mapping[str, tuple[str, ...]]) -> list[tuple[str, ...]]:
    """Chinese characters, those together that a picture stands for, the longest first."""
    ways: list[tuple[str, ...]] = []
    at = 0
    while at < len(folded):
        sizes = range(min(_LONGEST, len(folded) - at), 0, -1)
        part = next((part for n in sizes if (part := folded[at : at + n]) in names), folded[at])
        ways.append((part, *names.get(part, ())))
        at += len(part)
    return ways
