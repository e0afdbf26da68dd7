"""What Chinese characters sound like, look like and are made of: arrays for src/rectify/screening/tables/han.npz.

Sources: pinyin_dict.json of the PyPI package pypinyin (MIT; data of mozillazg/pinyin-data), chaizi-jt.txt of
kfcd/chaizi (CC BY 3.0), han_twins.txt (ours). Called by build_tables.py, which knows what each character folds to.

Two characters look alike if parts that both have make most of their strokes. A part that hundreds of characters have
(a radical) is no likeness by itself, unless it gives the sound (金 in 唫, not in 铁). Only characters of GB 2312 are
looked for behind others: a term is written with characters in use.
"""

from __future__ import annotations

import gzip
import json
import unicodedata as ucd
from collections import Counter, defaultdict
from collections.abc import Callable
from itertools import permutations
from pathlib import Path

import numpy as np

ALIKE = 0.6  # share of strokes, of both characters together, that lie in common parts
NEAR = 0.8  # from here on also a character in use is looked for under the sound of one that it looks like
CLOSE = 0.7  # from here on a rare character is sought with those that it looks like rather than those of its sound
RADICAL = 90  # characters that have a part, from which on it tells nothing by itself
MOST_TURNS = 4  # characters that sound otherwise under which one is sought too
NUMERALS = set("〇一二三四五六七八九十百千万")  # one for another is another number, not a disguise
MOST_PARTS = 3  # of a character taken apart
# Radicals that the list of parts takes for their traditional forms, and their strokes.
STROKES = dict(
    zip(
        "讠钅纟饣贝见门马鸟车长韦页风鱼龙齿忄阝辶艹彳糸",
        (2, 5, 3, 3, 4, 4, 3, 3, 5, 4, 4, 4, 6, 4, 8, 5, 8, 3, 2, 3, 3, 3, 6),
        strict=True,
    )
)

Fold = Callable[[str], str]


def syllable(reading: str) -> str:
    """A reading without its tone; ü is v, as it is typed."""
    bare = ucd.normalize("NFD", reading).replace("u\u0308", "v")
    return "".join(c for c in bare if "a" <= c <= "z")


def read_readings(path: Path, fold: Fold) -> dict[str, list[str]]:
    """Folded character -> its syllables, the first being the usual one."""
    table: dict[str, list[str]] = {}
    for code, readings in json.loads(path.read_text("utf-8")).items():
        sign = chr(int(code))
        if fold(sign) == sign and (known := list(dict.fromkeys(filter(None, map(syllable, readings.split(",")))))):
            table[sign] = known
    return table


def read_parts(path: Path) -> dict[str, list[list[str]]]:
    """Character -> the ways in which it is taken apart."""
    data = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    table: dict[str, list[list[str]]] = {}
    for line in data.decode("utf-8").splitlines():
        sign, *ways = line.split("\t")
        table.setdefault(sign, []).extend(parts for way in ways if (parts := way.split()) and parts != [sign])
    return table


def level(sign: str) -> int:
    """1 for the 3,755 characters in everyday use, 2 for the rest of GB 2312, 3 for all others."""
    try:
        lead = sign.encode("gb2312")[0]
    except UnicodeEncodeError:
        return 3
    return 1 if 0xB0 <= lead <= 0xD7 else 2


class Shapes:
    """Which characters look alike, by their parts."""

    def __init__(self, parts: dict[str, list[list[str]]], readings: dict[str, list[str]], fold: Fold) -> None:
        self.parts, self.readings = parts, readings
        self.signs = [sign for sign in parts if len(sign) == 1 and fold(sign) == sign and ucd.category(sign) == "Lo"]
        of = {sign: {part for way in parts[sign] for part in way} for sign in self.signs}
        self.having = Counter(part for owned in of.values() for part in owned)
        self.known: dict[str, int] = {}  # strokes
        self.known_ways: dict[str, list[tuple[Counter[str], int]]] = {}
        self.with_part: dict[str, list[str]] = defaultdict(list)
        for sign, owned in of.items():
            for part in {*owned, sign}:
                self.with_part[part].append(sign)

    def strokes(self, sign: str) -> int:
        """Strokes of a character, counted by the parts of its parts."""
        if sign not in self.known:
            self.known[sign] = self._counted(sign, frozenset())
        return self.known[sign]

    def _counted(self, sign: str, above: frozenset[str]) -> int:
        if sign in STROKES:
            return STROKES[sign]
        ways = [way for way in self.parts.get(sign, ()) if sign not in above and not above & set(way)]
        return min((sum(self._counted(part, above | {sign}) for part in way) for way in ways), default=1)

    def _ways(self, sign: str) -> list[tuple[Counter[str], int]]:
        if sign not in self.known_ways:
            ways = [[sign], *(way for way in self.parts.get(sign, ()) if len(way) > 1)]
            self.known_ways[sign] = [(Counter(way), sum(map(self.strokes, way))) for way in ways]
        return self.known_ways[sign]

    def share(self, one: str, other: str) -> float:
        """The share of the strokes of both that lie in parts that both have."""
        best = 0.0
        for mine, my_strokes in self._ways(one):
            for theirs, their_strokes in self._ways(other):
                common = mine & theirs
                if len(common) == 1 and not self._tells(next(iter(common)), one, other):
                    continue
                shared = sum(self.strokes(part) * n for part, n in common.items())
                best = max(best, 2 * shared / (my_strokes + their_strokes))
        return best

    def _tells(self, part: str, one: str, other: str) -> bool:
        """Whether one part that two characters have makes them alike."""
        if self.having[part] <= RADICAL:
            return True
        return part in (one, other) and bool({*self.readings.get(one, ())} & {*self.readings.get(other, ())})

    def alike(self, sign: str) -> dict[str, float]:
        """The characters that look like one, with the share that makes them so."""
        own = {part for way in self.parts.get(sign, ()) for part in way}
        times = Counter(other for part in {sign, *own} for other in self.with_part[part])
        telling = {other for part in {sign, *own} if self.having[part] <= RADICAL for other in self.with_part[part]}
        near = (
            telling
            | {other for other, n in times.items() if n > 1}
            | {*self.with_part[sign]}
            | (own & self.parts.keys())
        )
        return {other: share for other in near if other != sign and (share := self.share(sign, other)) >= ALIKE}


def read_twins(path: Path, fold: Fold) -> dict[str, set[str]]:
    """Folded character -> those of its groups."""
    table: dict[str, set[str]] = defaultdict(set)
    for line in path.read_text("utf-8").splitlines():
        group = list(dict.fromkeys(map(fold, line.split()))) if line and not line.startswith("#") else []
        for one, other in permutations(group, 2):
            table[one].add(other)
    return table


def build_han(readings: dict[str, list[str]], parts: dict[str, list[list[str]]], twins: dict[str, set[str]],
              fold: Fold) -> dict[str, np.ndarray]:  # fmt: skip
    """The arrays of the table; see tables/README.md."""
    shapes = Shapes(parts, readings, fold)
    alike: dict[str, dict[str, float]] = {}  # written -> meant -> share
    for meant in shapes.signs:
        if level(meant) < 3:
            for written, share in shapes.alike(meant).items():
                if fold(written) == written and not {written, meant} <= NUMERALS:
                    alike.setdefault(written, {})[meant] = share
    for written, group in twins.items():
        for meant in group:
            if level(meant) < 3 and not {written, meant} <= NUMERALS:
                alike.setdefault(written, {})[meant] = 1.0
    names = sorted({name for known in readings.values() for name in known})
    number = {name: n for n, name in enumerate(names, 1)}
    signs = sorted(readings)
    sought_as = _sought_as(readings, alike)
    turns = _turns(readings, alike, sought_as)
    kin = _families(readings, alike, sought_as)
    pairs = _sought_pairs(alike, kin, turns)
    taken = _taken_apart(parts, readings, fold)
    print(f"{len(signs)} characters with a reading, {len(names)} syllables; {len(pairs)} pairs look alike, "
          f"{len(sought_as)} and {len(turns)} with another sound; "
          f"{len(taken)} ways to take {len({sign for sign, _ in taken})} characters apart")  # fmt: skip
    return {
        "syllables": np.array(names),
        "signs": np.array([ord(sign) for sign in signs], np.uint32),
        "reading": np.array([number[name] for sign in signs for name in readings[sign]], np.uint16),
        "readings": np.array([len(readings[sign]) for sign in signs], np.uint8),
        "stray": np.array([ord(sign) for sign in sought_as], np.uint32),
        "sought_as": np.array([number[name] for name in sought_as.values()], np.uint16),
        "turned": np.array([ord(sign) for sign, _ in turns], np.uint32),
        "turned_to": np.array([ord(other) for _, other in turns], np.uint32),
        "kin": np.array([ord(sign) for sign in kin], np.uint32),
        "family": np.array([ord(other) for other in kin.values()], np.uint32),
        "alike": np.diff(np.array(pairs, np.int64), prepend=0),
        "whole": np.array([ord(sign) for sign, _ in taken], np.uint32),
        "part": np.array([ord(part) for _, way in taken for part in way], np.uint32),
        "parts": np.array([len(way) for _, way in taken], np.uint8),
    }


def _sought_as(readings: dict[str, list[str]], alike: dict[str, dict[str, float]]) -> dict[str, str]:
    """Characters out of use that look like one in use and do not sound like it -> the syllable of that one."""
    table: dict[str, str] = {}
    for written, meant in alike.items():
        if level(written) == 1 or not (common := {sign: share for sign, share in meant.items() if level(sign) == 1}):
            continue
        own = readings.get(written, [""])[0]
        best = max(common, key=lambda sign: (common[sign], -ord(sign)))
        if own not in {readings[sign][0] for sign in common if sign in readings} and common[best] >= CLOSE:
            table[written] = readings.get(best, [""])[0]
    return {sign: name for sign, name in sorted(table.items()) if name}


def _turns(
    readings: dict[str, list[str]], alike: dict[str, dict[str, float]], sought_as: dict[str, str]
) -> list[tuple[str, str]]:
    """(character in use, another in use that looks nearly the same and sounds otherwise)."""
    found: dict[str, list[tuple[float, str]]] = {}
    for written, meant in alike.items():
        name = sought_as.get(written) or readings.get(written, [""])[0]
        if level(written) == 1 and name:
            for sign, share in meant.items():
                own = sought_as.get(sign) or readings.get(sign, [""])[0]
                if share >= NEAR and level(sign) == 1 and own and own != name:
                    found.setdefault(sign, []).append((-share, written))
    return [(sign, other) for sign, others in sorted(found.items()) for _, other in sorted(others)[:MOST_TURNS]]


def _sought_pairs(alike: dict[str, dict[str, float]], kin: dict[str, str], turns: list[tuple[str, str]]) -> list[int]:
    """The pairs that are ever held against each other: of one family, or of one that the character is sought under."""
    under: dict[str, set[str]] = defaultdict(set)
    for sign, other in turns:
        under[sign].add(kin.get(other, other))
    return sorted(
        ord(sign) << 21 | ord(written)
        for written, meant in alike.items()
        for sign in meant
        if kin.get(written, written) == kin.get(sign, sign)
        or (level(written) == 1 and kin.get(written, written) in under[sign])
    )


def _families(
    readings: dict[str, list[str]], alike: dict[str, dict[str, float]], sought_as: dict[str, str]
) -> dict[str, str]:
    """Character -> the first of those that look alike and stand for one syllable, one by one of another."""
    first: dict[str, str] = {}

    def root(sign: str) -> str:
        while (above := first.get(sign, sign)) != sign:
            sign = above
        return sign

    def name(sign: str) -> str:
        return sought_as.get(sign) or readings.get(sign, [""])[0]

    for written, meant in sorted(alike.items()):
        for sign in sorted(meant):
            if name(written) == name(sign) and (one := root(written)) != (other := root(sign)):
                first[max(one, other)] = min(one, other)
    return {sign: root(sign) for sign in sorted(first)}


def _taken_apart(
    parts: dict[str, list[list[str]]], readings: dict[str, list[str]], fold: Fold
) -> list[tuple[str, tuple[str, ...]]]:
    """(character, parts) in the order of the characters; of characters in use only."""
    found: dict[tuple[str, tuple[str, ...]], None] = {}
    for sign in sorted(parts):
        if fold(sign) != sign or level(sign) > 2 or sign not in readings:
            continue
        for way in parts[sign]:
            folded = tuple(map(fold, way))
            if 2 <= len(way) <= MOST_PARTS and all(len(part) == 1 and part.isalpha() for part in folded):
                found.setdefault((sign, folded))
    return list(found)
