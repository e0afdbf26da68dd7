"""Pictures that are written for words (tables/pictures.txt): 🐘🦷 for 象牙, "rolex ⌚" for "rolex watch"."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from rectify.screening.fold import fold_text
from rectify.screening.han import HAN

_LONGEST = 4  # Chinese characters of a word that a picture stands for


@cache
def picture_words() -> Mapping[str, Mapping[str, tuple[str, ...]]]:
    """Language -> folded word -> the pictures of it, in the order of the table; "" for all languages together."""
    table = (files("rectify.screening") / "tables" / "pictures.txt").read_text("utf-8")
    lines = (line.split(" | ") for line in table.splitlines() if line and not line.startswith("#"))
    said = [(picture, *part.split(": ")) for picture, *parts in lines for part in parts]
    folded = fold_text("\n".join(words for _, _, words in said)).split("\n")
    found: dict[str, dict[str, list[str]]] = {"": {}}
    for (picture, language, _), words in zip(said, folded, strict=True):
        for word in words.split(", "):
            for name in ("", language):
                known = found.setdefault(name, {}).setdefault(word, [])
                known += [picture] if picture not in known else []
    return {name: {word: tuple(signs) for word, signs in words.items()} for name, words in found.items()}


@cache
def pictures() -> frozenset[str]:
    """The signs of the table."""
    return frozenset(sign for signs in picture_words()[""].values() for sign in signs)


@cache
def _words_of(language: str) -> tuple[Mapping[str, tuple[str, ...]], frozenset[str], frozenset[str]]:
    """The words of a language with their pictures, the words alone, and the Chinese characters that they begin with."""
    names = picture_words().get(language.partition("-")[0], {})
    return names, frozenset(names), frozenset(word[0] for word in names if word[0] >= HAN)


def ways_in_pictures(text: str, folded: str, language: str) -> list[tuple[str, ...]]:
    """A term part by part, each with the pictures that may stand for it; empty where it has one part only, or none that
    a picture stands for. `folded` is the term sign by sign, empty where it cannot be.
    """
    names, every, signs = _words_of(language)
    known = folded.split()
    if every.isdisjoint(known) and (text.isascii() or signs.isdisjoint(folded)):
        return []
    if len(known) == 1 and (text.isascii() or known[0] in names or max(known[0]) < HAN):
        return []
    ways: list[tuple[str, ...]] = []
    for number, (word, meant) in enumerate(zip(text.split(), known, strict=False)):
        ways += [(" ",)] if number else []
        if meant in names or max(meant) < HAN:
            ways.append((word, *names.get(meant, ())))
        else:
            ways += _of_characters(meant, names)
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
