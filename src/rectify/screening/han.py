"""What Chinese characters sound like, look like and are made of (tables/han.npz, built by tools/han_tables.py)."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files

import numpy as np
import numpy.typing as npt

from rectify.screening.fold import BITS, Codes

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
SYLLABLE = 0xF0000  # code of a syllable in a skeleton: of private use, so that no text holds it as a letter
FAMILIES, SYLLABLES = 0, 1  # how far a skeleton goes: characters that look and sound alike are one, or all of a sound
_MEANT = 21  # bits of a code point


@dataclass(frozen=True)
class HanTable:
    """Chinese characters, all of them folded. Syllables have no tone; they are numbered from 1 in `syllables`."""

    syllables: tuple[str, ...]
    syllable: npt.NDArray[np.uint16]  # code point -> number of its usual syllable, 0 = none
    sought_as: tuple[Codes, Codes]  # code point -> what stands for it in a skeleton, by FAMILIES or SYLLABLES
    alike: Ints  # pairs that look alike, ascending: meant << 21 | written
    whole: Codes  # characters taken apart, ascending; one with two ways stands twice
    ways: tuple[str, ...]  # the parts of each
    turned: Codes  # characters in use that look nearly the same as another one in use, ascending
    turned_to: Codes  # that other one
    signs: Codes  # characters with a reading, ascending
    readings: npt.NDArray[np.uint16]  # the syllables of each, one after another
    first: Ints  # where those of each begin

    def likeness(self, written: Codes, meant: Codes, allowed: Ints) -> Ints:
        """The class through which each written character is the meant one: by shape, else by sound; 0 for neither."""
        if not len(written):
            return np.zeros(0, np.int64)
        key = meant.astype(np.int64) << _MEANT | written
        at = np.minimum(np.searchsorted(self.alike, key), len(self.alike) - 1)
        shape = (self.alike[at] == key) & ((allowed & BITS.shape) > 0)
        syllable = self.syllable[written]
        sound = (syllable > 0) & (syllable == self.syllable[meant]) & ((allowed & BITS.sound) > 0)
        return np.where(shape, BITS.shape, np.where(sound, BITS.sound, 0))

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
        number = syllable.astype(np.uint32)
        number[stored["stray"]] = stored["sought_as"]
        families = np.arange(0x110000, dtype=np.uint32)
        families[stored["kin"]] = stored["family"]
        by_sound = np.where(number > 0, SYLLABLE + number, families).astype(np.uint32)
        parts, ends = "".join(map(chr, stored["part"].tolist())), np.cumsum(stored["parts"]).tolist()
        ways = tuple(parts[end - n : end] for end, n in zip(ends, stored["parts"].tolist(), strict=True))
        return HanTable(
            tuple(stored["syllables"].tolist()), syllable, (families, by_sound), np.cumsum(stored["alike"]),
            stored["whole"], ways, stored["turned"], stored["turned_to"], signs, readings, first,
        )  # fmt: skip


@lru_cache(1 << 14)
def alike(written: str, meant: str, allowed: int) -> int:
    """The class through which one written character is the meant one; 0 for none that is allowed."""
    one, other = np.array([[ord(written)], [ord(meant)]], np.uint32)
    return int(han_table().likeness(one, other, np.array([allowed]))[0])
