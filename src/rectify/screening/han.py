"""What Chinese characters sound like, look like and are made of (tables/han.npz, built by tools/han_tables.py)."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files

import numpy as np
import numpy.typing as npt

from rectify.screening.fold import BITS, Codes, codes_of

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
HAN = "\u2e80"  # Chinese characters and radicals are from here on
SYLLABLE = 0xF0000  # code of a syllable in a skeleton: of private use, so that no text holds it as a letter
# How far a skeleton goes: everyday characters that look and sound alike are one, others are their syllable; or all are.
FAMILIES, SYLLABLES = 0, 1
ANY_OF, MOST_OUT_OF_USE = 3, 2  # of more Chinese characters than three at most two may be written with ones out of use
LONG = 3  # Chinese characters of a term that another everyday one among them does not make another word
TWO = 2  # letters of the shortest term that may have other characters
_LEVEL_1 = bytes(n for row in range(0xB0, 0xD8) for cell in range(0xA1, 0xFF) for n in (row, cell))
_MEANT = 21  # bits of a code point


@dataclass(frozen=True)
class HanTable:
    """Chinese characters, all of them folded. Syllables have no tone; they are numbered from 1 in `syllables`."""

    syllables: tuple[str, ...]
    everyday: Bools  # code point -> whether it is one of the 3,755 characters of level 1 of GB 2312
    # code point -> number of its usual syllable; of one out of use that looks like another, of that one's; 0 = none
    syllable: npt.NDArray[np.uint16]
    sought_as: tuple[Codes, Codes]  # code point -> what stands for it in a skeleton, by FAMILIES or SYLLABLES
    alike: Ints  # pairs that look alike, ascending: meant << 21 | written
    whole: Codes  # characters taken apart, ascending; one with two ways stands twice
    ways: tuple[str, ...]  # the parts of each
    turned: Codes  # characters in use that look nearly the same as another one in use, ascending
    turned_to: Codes  # that other one
    signs: Codes  # characters with a reading, ascending
    readings: npt.NDArray[np.uint16]  # the syllables of each, one after another
    first: Ints  # where those of each begin

    def likeness(self, written: Codes, meant: Codes, long: Bools, allowed: Ints) -> Ints:
        """The class through which each written character is the meant one, the strongest that is allowed; 0 for none.

        `long`: whether it stands in a term of three Chinese characters or more.
        """
        if not len(written):
            return np.zeros(0, np.int64)
        key = meant.astype(np.int64) << _MEANT | written
        at = np.minimum(np.searchsorted(self.alike, key), len(self.alike) - 1)
        looks, everyday = self.alike[at] == key, self.everyday[written]
        sounds = (self.syllable[written] > 0) & (self.syllable[written] == self.syllable[meant])
        ways = ((BITS.shape, looks & (long | ~everyday)), (BITS.rare, sounds & ~everyday), (BITS.twin, looks),
                (BITS.sound, sounds))  # fmt: skip
        return np.select([holds & ((allowed & bit) > 0) for bit, holds in ways], [bit for bit, _ in ways], 0)

    def ways_of(self, sign: str) -> tuple[str, ...]:
        """The ways in which a character is taken apart."""
        low, high = np.searchsorted(self.whole, (ord(sign), ord(sign) + 1)).tolist()
        return self.ways[low:high]

    def turns_of(self, sign: str) -> tuple[str, ...]:
        """Other characters that look nearly the same and sound otherwise."""
        low, high = np.searchsorted(self.turned, (ord(sign), ord(sign) + 1)).tolist()
        return tuple(map(chr, self.turned_to[low:high].tolist()))

    def readings_of(self, sign: str) -> tuple[str, ...]:
        """The syllables of a character, the usual one first."""
        at = int(np.searchsorted(self.signs, ord(sign)))
        if at == len(self.signs) or int(self.signs[at]) != ord(sign):
            return ()
        end = int(self.first[at + 1]) if at + 1 < len(self.first) else len(self.readings)
        return tuple(self.syllables[n - 1] for n in self.readings[int(self.first[at]) : end].tolist())


@cache
def han_table() -> HanTable:
    """The table, read once from the package."""
    with (files("rectify.screening") / "tables" / "han.npz").open("rb") as file, np.load(file) as stored:
        signs, readings, counts = (stored[name] for name in ("signs", "reading", "readings"))
        first = np.cumsum(counts, dtype=np.int64) - counts
        syllable = np.zeros(0x110000, np.uint16)
        syllable[signs] = readings[first]
        everyday = np.zeros(0x110000, np.bool_)
        everyday[codes_of(_LEVEL_1.decode("gb2312", "ignore"))] = True
        syllable[stored["stray"]] = stored["sought_as"]
        families = np.arange(0x110000, dtype=np.uint32)
        families[stored["kin"]] = stored["family"]
        by_sound = np.where(syllable > 0, SYLLABLE + syllable.astype(np.uint32), families).astype(np.uint32)
        families = np.where(everyday, families, by_sound)
        parts, ends = "".join(map(chr, stored["part"].tolist())), np.cumsum(stored["parts"]).tolist()
        ways = tuple(parts[end - n : end] for end, n in zip(ends, stored["parts"].tolist(), strict=True))
        return HanTable(
            tuple(stored["syllables"].tolist()), everyday, syllable, (families, by_sound), np.cumsum(stored["alike"]),
            stored["whole"], ways, stored["turned"], stored["turned_to"], signs, readings, first,
        )  # fmt: skip


@lru_cache(1 << 14)
def alike(written: str, meant: str, long: bool, allowed: int) -> int:
    """The class through which one written character is the meant one; 0 for none that is allowed."""
    one, other = np.array([[ord(written)], [ord(meant)]], np.uint32)
    return int(han_table().likeness(one, other, np.array([long]), np.array([allowed]))[0])


@dataclass(frozen=True, slots=True)
class Likes:
    """The letters of one place that are other characters than the term's, counted."""

    letters: Ints  # of the term
    han: Ints  # Chinese ones of them
    others: Ints
    everyday: Ints  # others that are in everyday use
    turned: Ints  # others that look like the term's and sound otherwise

    def fit(self) -> Bools:
        """Whether they may be taken for the term: not two everyday ones for a term of two, one that sounds otherwise
        only among letters as written, and few out of use in a long term.
        """
        words = (self.letters == TWO) & (self.others == TWO) & (self.everyday == TWO)
        many = (self.han > ANY_OF) & (self.others - self.everyday > MOST_OUT_OF_USE)
        fits: Bools = ~(words | many | ((self.turned > 0) & (self.others > 1)))
        return fits
