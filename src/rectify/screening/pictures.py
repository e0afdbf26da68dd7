"""Pictures that are written for words (tables/pictures.txt): 🐘🦷 for 象牙, "rolex ⌚" for "rolex watch"."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from typing import NamedTuple

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


class _Names(NamedTuple):
    """The words of a language."""

    pictures: Mapping[str, tuple[str, ...]]  # of each
    words: frozenset[str]
    first: frozenset[str]  # signs that they begin with
    han: frozenset[str]  # Chinese characters of these


@cache
def _names_in(language: str) -> _Names:
    names = picture_words().get(language.partition("-")[0], {})
    first = frozenset(word[0] for word in names)
    return _Names(names, frozenset(names), first, frozenset(sign for sign in first if sign >= HAN))


def ways_in_pictures(text: str, folded: str, language: str) -> list[tuple[str, ...]]:
    """A term part by part, each with the pictures that may stand for it; empty where it has one part only, or none that
    a picture stands for. `folded` is the term sign by sign, empty where it cannot be.
    """
    names = _names_in(language)
    known = folded.split()
    if names.words.isdisjoint(known) and (text.isascii() or names.han.isdisjoint(folded)):
        return []
    if len(known) == 1 and (text.isascii() or known[0] in names.words or max(known[0]) < HAN):
        return []
    ways: list[tuple[str, ...]] = []
    for number, (word, meant) in enumerate(zip(text.split(), known, strict=False)):
        ways += [(" ",)] if number else []
        if meant in names.words or max(meant) < HAN:
            ways.append((word, *names.pictures.get(meant, ())))
        else:
            ways += _of_characters(meant, names)
    return ways if any(len(way) > 1 for way in ways) else []


def _of_characters(folded: str, names: _Names) -> Iterator[tuple[str, ...]]:
    """Chinese characters, those together that a picture stands for, the longest first."""
    at = 0
    while at < len(folded):
        part = folded[at]
        if part in names.first:
            sizes = range(min(_LONGEST, len(folded) - at), 0, -1)
            part = next((longer for n in sizes if (longer := folded[at : at + n]) in names.words), part)
        yield part, *names.pictures.get(part, ())
        at += len(part)
