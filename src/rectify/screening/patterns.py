"""Patterns on folded text: hyperscan says in which texts one may stand (it sees alphabet.py), re2 where it does."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import NamedTuple

import hyperscan
import numpy as np
import numpy.typing as npt
import re2

from rectify.screening.alphabet import Alphabet, fold_pattern
from rectify.screening.fold import BITS
from rectify.screening.hits import Found
from rectify.screening.kept_plans import KeptPlans, program_digest
from rectify.screening.letters import Reading
from rectify.screening.matches import matches_at
from rectify.screening.needed import Needs, needs_of
from rectify.screening.page import Cells
from rectify.screening.ranges import flat
from rectify.screening.required import digit_run, required
from rectify.screening.scanner import Scanner
from rectify.terms.errors import Fault, Faulty

_FLAGS = hyperscan.HS_FLAG_CASELESS | hyperscan.HS_FLAG_MULTILINE
_WAYS = (_FLAGS, _FLAGS | hyperscan.HS_FLAG_PREFILTER)
_SHORT = 3  # letters of ASCII of a literal for which the kernel asks every text once more
_LEAST_DIGITS = 6  # in a row: prices and years have fewer
_LEAST_KEPT = 8  # patterns from which on what seeks them is kept: each is compiled in some ten milliseconds
MAX_PATTERNS, MAX_STEPS = 5_000, 400_000  # of a plan; made ready in a few seconds

Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Pattern:
    """A pattern of a list: its number there, and the classes of disguise it may be seen through."""

    words: int
    term: int
    text: str
    allowed: int


class _Seeker(NamedTuple):
    """What nominates texts: the table of signs, the scanner, and those for which every cell is asked."""

    table: npt.NDArray[np.uint8]
    scanner: Scanner
    always: tuple[int, ...]


class _Unled(NamedTuple):
    """Numbers of texts without literals: those sought only where so many digits stand in a row, and the others."""

    by_digits: tuple[int, ...]
    others: tuple[int, ...]
    digits: int  # 0 where no text is sought so


class Patterns:
    """The patterns of all lists. Raises Faulty for one that re2 cannot read, and for more than can be made ready."""

    def __init__(
        self, patterns: Sequence[Pattern], unled: Sequence[int] | None = None, kept: KeptPlans | None = None
    ) -> None:
        """`unled`: those without literals, where they are known, and that all can be read."""
        by_text: dict[str, list[Pattern]] = {}
        for pattern in patterns:  # several lists may seek the same one
            by_text.setdefault(fold_pattern(pattern.text), []).append(pattern)
        self._patterns = list(by_text.values())
        self._texts = tuple(by_text)
        self._known = dict(enumerate(_all_compiled(self._texts))) if unled is None else {}
        self.unled = tuple(n for n, one in enumerate(self.led) if not one) if unled is None else tuple(unled)
        self._kept, self._seekers = kept, dict[tuple[int, ...], _Seeker]()

    def __bool__(self) -> bool:
        return bool(self._patterns)

    @cached_property
    def led(self) -> tuple[tuple[str, ...], ...]:
        """By the number of a text, literals of which a match holds one; none where it is sought without.

        Where some are, for they have none, those with a literal of few letters are too: the kernel would look for
        windows as short in every text, and find many that are none.
        """
        literals = tuple(required(text) or () for text in self._texts)
        if all(literals):
            return literals
        return tuple(() if any(map(_is_short, one)) else one for one in literals)

    @cached_property
    def _lists(self) -> tuple[Ints, Ints, Ints]:
        """The lists of all texts one after another; where those of each text begin, and how many they are."""
        many = np.array(list(map(len, self._patterns)), np.int64)
        lists = np.array([one.words for of in self._patterns for one in of], np.int64)
        return lists, np.cumsum(many) - many, many

    def lists_of(self, numbers: Ints) -> tuple[Ints, Ints]:
        """(how many lists have each of these texts; the lists of the first one, of the second ...)."""
        lists, begin, many = self._lists
        return many[numbers], lists[flat(begin[numbers], many[numbers])]

    @cached_property
    def _alphabet(self) -> Alphabet:
        return Alphabet(self._texts)

    def find(self, page: Cells, found: Found) -> None:
        """Add all matches in a page."""
        if self._patterns:
            self.find_at(page, self._nominate(page, tuple(range(len(self._texts)))), found)

    def find_at(self, page: Cells, places: Iterable[tuple[int, int]], found: Found) -> None:
        """Add the matches at some places: (cell, number of a text)."""
        told = sorted(set(places))
        if not told:
            return
        for number, cell, start, end, mask in matches_at(page, told, self._regexp):
            for pattern in self._patterns[number]:
                if not mask & ~(pattern.allowed | BITS.free):
                    found.add(cell, pattern.words, pattern.term, Reading(start, end, mask, ()))

    @cached_property
    def _unled(self) -> _Unled:
        runs = {n: run for n in self.unled if (run := digit_run(self._texts[n])) >= _LEAST_DIGITS}
        return _Unled(tuple(runs), tuple(n for n in self.unled if n not in runs), min(runs.values(), default=0))

    @property
    def alphabet_of_unled(self) -> tuple[npt.NDArray[np.uint8], int]:
        """(the sign of each code point, as those texts are sought in that no literal leads to; how many digits in a row
        are to be told, 0 for none).
        """
        return self._alphabet.table, self._unled.digits

    @cached_property
    def needs_of_unled(self) -> Needs | None:
        """What a text holds in which one of them may match; none where that is not known."""
        return needs_of([self._texts[n] for n in self._unled.others], self._unled.digits)

    def nominate_unled(
        self, signs: npt.NDArray[np.uint8], end: Ints, number: npt.NDArray[np.uint32], digits: Ints
    ) -> set[tuple[int, int]]:
        """(cell, number of a text) wherever a match of such a pattern may stand in the signs of cells.

        `end` says where those of each cell end, `number` which it is, `digits` in which the digits stand.
        """
        by_digits, others, _ = self._unled
        places = self._among(others, signs, end, number)
        if not by_digits or not len(digits):
            return places
        begin = np.concatenate(([0], end[:-1] + 1))
        held = [
            signs[start : stop + 1] for start, stop in zip(begin[digits].tolist(), end[digits].tolist(), strict=True)
        ]
        last = np.cumsum([len(one) for one in held]) - 1
        return places | self._among(by_digits, np.concatenate(held), last, number[digits])

    def _among(
        self, numbers: tuple[int, ...], signs: npt.NDArray[np.uint8], end: Ints, cell: npt.NDArray[np.uint32]
    ) -> set[tuple[int, int]]:
        """Where these texts may match in the signs of cells, each with a line end behind it."""
        if not numbers:
            return set()
        _, scanner, always = self._seeking(numbers)
        which, ends = scanner.scan(signs)
        cells = cell[np.searchsorted(end, ends - 1)].tolist()
        places = {(at, numbers[n]) for at, n in zip(cells, which.tolist(), strict=True)}
        return places | {(at, numbers[n]) for n in always for at in cell.tolist()}

    def _nominate(self, page: Cells, numbers: tuple[int, ...]) -> set[tuple[int, int]]:
        """(cell, number of a text) wherever a match may stand."""
        table, scanner, always = self._seeking(numbers)
        signs = table.take(page.codes, mode="clip")
        which, ends = scanner.scan(np.delete(signs, page.dropped) if len(page.dropped) else signs)
        last = ends - 1
        last = last + np.searchsorted(page.dropped - np.arange(len(page.dropped)), last, side="right")
        places = {(cell, numbers[n]) for cell, n in zip(page.cell(last).tolist(), which.tolist(), strict=True)}
        return places | {(cell, numbers[n]) for n in always for cell in range(len(page.end))}

    def _seeking(self, numbers: tuple[int, ...]) -> _Seeker:
        if (seeker := self._seekers.get(numbers)) is None:
            seeker = self._seekers[numbers] = self._seeker(numbers)
        return seeker

    def _seeker(self, numbers: tuple[int, ...]) -> _Seeker:
        """What seeks these texts: opened where it was kept, else compiled, and kept if that is worth it."""
        if self._kept is None or len(numbers) < _LEAST_KEPT:
            return self._made(numbers)
        said = json.dumps([self._texts, numbers]).encode()
        key = hashlib.sha256(program_digest() + b"patterns" + hashlib.sha256(said).digest()).digest()
        if (found := self._kept.read(key)) is not None:
            with suppress(hyperscan.HyperscanError):  # compiled for another processor
                table, always, database = found
                return _Seeker(table, Scanner.of_bytes(database.tobytes()), tuple(always.view(np.int32).tolist()))
        made = self._made(numbers)
        if data := made.scanner.to_bytes():
            self._kept.keep(key, (made.table, np.array(made.always, np.int32), np.frombuffer(data, np.uint8)))
        return made

    def _made(self, numbers: tuple[int, ...]) -> _Seeker:
        rewritten = tuple(self._alphabet.rewritten(self._texts[n]) for n in numbers)
        return _Seeker(self._alphabet.table, *_scanned(rewritten))

    def _regexp(self, number: int) -> re2._Regexp:
        if (found := self._known.get(number)) is None:
            found = self._known[number] = _compiled(self._texts[number])
        return found


def _is_short(literal: str) -> bool:
    return literal.isascii() and len(literal) <= _SHORT


@lru_cache(16)  # a pack is compiled for its trials, beside another version and beside others, with the same patterns
def _scanned(texts: Sequence[bytes]) -> tuple[Scanner, tuple[int, ...]]:
    """All patterns in one database, as they are, or else each as hyperscan takes it; and the numbers of those that it
    cannot read, for which every text is asked.
    """
    with suppress(hyperscan.HyperscanError):
        return Scanner(dict(enumerate(texts)), [_FLAGS] * len(texts)), ()
    ways = {n: next((f for f in _WAYS if _compiles(text, f)), None) for n, text in enumerate(texts)}
    ready = {n: way for n, way in ways.items() if way is not None}
    return Scanner({n: texts[n] for n in ready}, list(ready.values())), tuple(sorted(ways.keys() - ready.keys()))


def _all_compiled(texts: Sequence[str]) -> list[re2._Regexp]:
    """All of them, or none: packs are bounded one by one when they are read, and a plan of many packs here."""
    found, steps = [], 0
    for text in texts:
        found.append(_compiled(text))
        steps += found[-1].programsize
        if len(found) > MAX_PATTERNS or steps > MAX_STEPS:
            told = f"the packs of this plan have more than {MAX_PATTERNS:,} patterns of {MAX_STEPS:,} steps together"
            raise Faulty([Fault(told, remedy="look for fewer packs at once, or write narrower repetitions")])
    return found


def _compiled(text: str) -> re2._Regexp:
    options = re2.Options()
    options.case_sensitive = False
    options.log_errors = False
    try:
        return re2.compile(text, options=options)
    except re2.error as error:
        raise Faulty(
            [Fault(f"the pattern {text} cannot be read: {error}", remedy="RE2 syntax, without look-around")]
        ) from None


def _compiles(text: bytes, flags: int) -> bool:
    try:
        Scanner({0: text}, [flags])
    except hyperscan.HyperscanError:
        return False
    return True
