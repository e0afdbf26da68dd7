"""Skeletons: what terms and texts are made to before they are held against each other, many at once."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache, lru_cache
from itertools import combinations

from rectify.screening.fold import BITS
from rectify.screening.han import ANY_OF, FAMILIES, HAN, MOST_OUT_OF_USE, SYLLABLES, han_table
from rectify.screening.letters import Sought

# What stands for more than one letter in leetspeak is one sign of a skeleton, in text and term alike.
SKELETON = str.maketrans("i013457$@", "loleastsa")


@lru_cache(1 << 14)
def _turns_of(sign: str) -> tuple[str, ...]:
    return han_table().turns_of(sign) if sign >= HAN else ()


class _SoughtAs(dict[int, str]):
    """For `str.translate`: what a sign is sought as, by how far Chinese characters are made one."""

    def __init__(self, reach: int) -> None:
        self._table = han_table().sought_as[reach]

    def __missing__(self, code: int) -> str:
        self[code] = chr(self._table[code]) if code >= ord(HAN) else chr(code)
        return self[code]


@cache
def _sought_as(reach: int) -> _SoughtAs:
    return _SoughtAs(reach)


def skeleton(letters: str) -> str:
    """Folded letters with those that leetspeak and upright strokes confuse made one."""
    return letters.translate(SKELETON)


def skeletons(sought: Sought, reach: int | None) -> tuple[str, ...]:
    """The skeletons under which a term is sought; `reach` as in han.py, None where no character is taken for another.

    Of Chinese characters each may stand for those that look like it, for those of its syllable that are out of use, and
    one for another that looks nearly the same.
    """
    if reach is None or not sought.han:
        return (skeleton(sought.letters),)
    return _alike(sought.letters, sought.han, sought.allowed & BITS.like, reach)


@lru_cache(1 << 17)
def _alike(letters: str, han: int, allowed: int, reach: int) -> tuple[str, ...]:
    """The skeletons of letters of which some are Chinese characters."""
    own = skeleton(letters)
    base = own.translate(_sought_as(reach))
    if not allowed:
        return (base,)
    found = dict.fromkeys(_out_of_use(base, own, han) if reach == FAMILIES else [base])
    for n, sign in enumerate(own):
        for other in _turns_of(sign) if allowed & (BITS.shape | BITS.twin) else ():
            found[base[:n] + other.translate(_sought_as(reach)) + base[n + 1 :]] = None
    return tuple(found)


def _out_of_use(base: str, own: str, han: int) -> Iterator[str]:
    """The skeletons of characters in use, and those of which some are written with others of their syllable."""
    ways = list(zip(base, own.translate(_sought_as(SYLLABLES)), strict=True))
    places = [n for n, (one, other) in enumerate(ways) if one != other]
    for size in range(len(places) + 1 if han <= ANY_OF else MOST_OUT_OF_USE + 1):
        for taken in combinations(places, size):
            yield "".join(way[n in taken] for n, way in enumerate(ways))
