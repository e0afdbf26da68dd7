"""The native engine: texts go to the kernel as they lie in memory, hits come back as arrays.

What the kernel leaves: hits in texts with markup (they are settled here, for some classes come from the view), texts
of which it is not plain what a reader sees, texts in which a pattern may match (google-re2 finds where), and texts of
which a reader does not see all (read twice).
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from rectify.screening.compiled import compiled, tables
from rectify.screening.engines import cpu_path
from rectify.screening.hits import Found, Pairs, ReadThere, ScanHits, settle
from rectify.screening.kept_plans import program_digest
from rectify.screening.kernel_hits import (
    HIT,
    NAMES,
    Columns,
    as_written,
    columns_of,
    columns_of_matches,
    merge,
    settle_marked,
)
from rectify.screening.needed import Needs
from rectify.screening.page import Cells
from rectify.screening.patterns import Patterns
from rectify.screening.plain import as_seen, finished
from rectify.screening.skeletons import skeleton
from rectify.screening.text import TextColumns
from rectify.screening.word_lists import WordLists
from rectify.screening.written import Written, kernel_part

Ints = npt.NDArray[np.int64]
_NOMINEE = np.dtype([("cell", "u4"), ("pattern", "u4")])
_LINE = np.dtype([("end", "i8"), ("cell", "u4"), ("digits", "u4")])
_LEFT_OUT, _RAW, _PLAIN = 1, 2, 4
LEAST_KEPT = 500  # words from which on a plan is kept: fewer are compiled about as soon as a file is opened
Places = set[tuple[int, int]]  # (cell, number of a pattern)


class Scanned(NamedTuple):
    """What the kernel found, as records. Hits in `viewed` texts are not settled: classes of markup are to come."""

    hits: Any
    nominees: Any
    marked: Any  # texts that may hold markup, and were not read
    viewed: Any  # texts that were read as a reader sees them


class Kernel:
    """A plan of the kernel. Safe to use from several threads: nothing in it changes.

    Raises ValueError for arrays that are none of its version.
    """

    def __init__(self, arrays: Sequence[npt.NDArray[np.generic]]) -> None:
        self._plan: Any = import_module("rectify.screening._kernel").Plan(tuple(arrays), tables())
        self._vector = cpu_path() != "portable"

    @classmethod
    def of(cls, lists: WordLists) -> Kernel:
        """The plan of these lists: opened where it was kept, else compiled, and kept if that is worth it."""
        kept = lists.kept
        if kept is None or len(lists) < LEAST_KEPT:
            return cls(_compiled(lists))
        key = hashlib.sha256(program_digest() + lists.digest).digest()
        if (opened := cls._opened(lists, kept.read(key))) is not None:
            return opened
        with kept.alone(key):
            if (opened := cls._opened(lists, kept.read(key))) is not None:
                return opened
            arrays = _compiled(lists)
            kept.keep(key, (*arrays, lists.unlettered, np.array(lists.patterns.unled, np.int32)))
        return cls._opened(lists, kept.read(key)) or cls(arrays)  # of the file: all processes share its pages

    @classmethod
    def _opened(cls, lists: WordLists, found: Sequence[npt.NDArray[np.uint8]] | None) -> Kernel | None:
        """The plan of arrays that were kept, and what they say of the lists; None where they are not of this kernel."""
        if found is None:
            return None
        *arrays, unlettered, unled = found
        try:
            opened = cls(arrays)
        except ValueError:
            return None
        lists.know(unlettered.view(np.int32).reshape(-1, 2), tuple(unled.view(np.int32).tolist()))
        return opened

    def scan(self, arrays: Sequence[pa.Array]) -> Scanned:
        """What is in texts, numbered through the arrays, those with plain markup as a reader sees them."""
        hits, nominees, *others = self._plan.scan(_parts(arrays, (), 0), self._vector)
        marked, viewed = (np.frombuffer(one, np.uint32) for one in others)
        return Scanned(np.frombuffer(hits, HIT), np.frombuffer(nominees, _NOMINEE), marked, viewed)

    def scan_plain(
        self, arrays: Sequence[pa.Array], left_out: Sequence[int] = (), *, raw: bool = False
    ) -> tuple[Any, Any]:
        """(hits, nominees) of texts that a reader sees as they are. `raw` hits are not settled."""
        how = _PLAIN | (_RAW if raw else 0)
        hits, nominees, *_ = self._plan.scan(_parts(arrays, left_out, how), self._vector)
        return np.frombuffer(hits, HIT), np.frombuffer(nominees, _NOMINEE)

    def signs(
        self, parts: tuple[object, ...], table: npt.NDArray[np.uint8], digits: int, needs: Needs | None = None
    ) -> tuple[npt.NDArray[np.uint8], Any]:
        """(signs of folded texts by a table of code points, one text after another; of each text where they end, its
        number, and whether so many digits stand in a row). Texts that hold nothing that is needed are left out.
        """
        wanted = (None, None, 0, 0) if needs is None else (needs.pairs, needs.hides, needs.first, needs.last)
        signs, lines = self._plan.signs(parts, table, digits, self._vector, *wanted)
        return np.frombuffer(signs, np.uint8), np.frombuffer(lines, _LINE)


@dataclass(frozen=True)
class Native:
    """The native engine over what is sought. Safe to use from several threads."""

    kernel: Kernel
    lists: WordLists

    @classmethod
    def of(cls, lists: WordLists) -> Native:
        """The engine over these lists. Raises Faulty for a pattern that cannot be read."""
        return cls(Kernel.of(lists), lists)

    @property
    def patterns(self) -> Patterns:
        """The patterns of the lists."""
        return self.lists.patterns

    def scan(self, columns: TextColumns, read_there: ReadThere | None = None) -> ScanHits:
        """All hits in these texts; matches of patterns only where they are read."""
        written = columns.written
        hits, nominees, left, viewed = self._read(written)
        if not left and not len(viewed) and not self.patterns:
            return as_written(written, {name: hits[name] for name in NAMES})
        hidden, views = set(written.hidden()), written.views
        shown = [cell for cell in left if cell not in hidden]
        texts = [pa.array([views[cell].text for cell in shown], pa.string())]
        seen, more = self.kernel.scan_plain(texts, raw=True) if shown else (hits[:0], nominees[:0])
        places = _pairs(nominees, range(written.count)) | _pairs(more, shown)
        places |= self._unled(written.arrays, left, viewed)
        if shown:
            places |= {(shown[cell], pattern) for cell, pattern in self._unled(texts)}
        if read_there and places:
            cells = np.concatenate((hits["cell"], np.array(shown, np.int64)[seen["cell"]]))
            known = written.places(cells.astype(np.int64))[0], np.concatenate((hits["words"], seen["words"]))
            places = self._read_of(written, places, known, sorted(hidden), read_there)
        open_, at = self._matches(columns, places)
        if not at and not left and not len(viewed):
            return as_written(written, {name: hits[name] for name in NAMES})
        again = [cell for cell in at if cell not in views]
        raw, _ = self.kernel.scan_plain([written.part(again).joined], raw=True) if again else (hits[:0], nominees)
        of_viewed, of_again = np.isin(hits["cell"], viewed), np.isin(hits["cell"], again)
        later = [columns_of(seen, np.array(shown, np.int64)), columns_of(raw, np.array(again, np.int64)), open_]
        later.append({name: hits[name][of_viewed].astype(np.int64) for name in NAMES})
        settled = settle_marked(written, {name: np.concatenate([one[name] for one in later]) for name in NAMES})
        kept = hits[~(of_viewed | of_again)]
        found = {name: np.concatenate((kept[name].astype(np.int64), settled[name])) for name in NAMES}
        told = as_written(written, found)
        return told if not hidden else merge(told, self._of_hidden(columns.part(sorted(hidden))))

    def _read(self, written: Written) -> tuple[Any, Any, list[int], Any]:
        """(hits, nominees, cells with markup that the kernel left, those that it read as a reader sees them)."""
        if written.is_viewed:
            left = sorted(written.views)
            return *self.kernel.scan_plain(written.arrays, left), left, np.zeros(0, np.uint32)
        hits, nominees, marked, viewed = self.kernel.scan(written.arrays)
        left = sorted(written.look_at(marked.tolist(), viewed.tolist()).known)
        if plain := [cell for cell in marked.tolist() if cell not in written.views]:
            more, places = (found.copy() for found in self.kernel.scan_plain([written.part(plain).joined]))
            for found in (more, places):
                found["cell"] = np.array(plain, np.uint32)[found["cell"]]
            hits, nominees = np.concatenate((hits, more)), np.concatenate((nominees, places))
        return hits, nominees, left, viewed

    def _of_hidden(self, columns: TextColumns) -> ScanHits:
        """All hits in texts of which a reader does not see all: with what is hidden and without, then settled."""
        page = Cells.spelled(columns)
        texts = pa.array([columns.read(cell) for cell in range(len(page.end))], pa.string())
        hits, nominees = self.kernel.scan_plain([texts], raw=True)
        found = Found()
        places = _pairs(nominees, range(len(page.end)))
        places |= self._unled([texts])
        self.patterns.find_at(page, places, found)
        raw, matches = {name: hits[name].astype(np.int64) for name in NAMES}, found.arrays()
        begin = page.start[raw["cell"]]
        for name in ("start", "end", "gap_start", "gap_end"):
            raw[name] = np.where(raw[name] >= 0, raw[name] + begin, raw[name])
        every = {name: np.concatenate((raw[name], matches[name])) for name in matches}
        return finished(columns, page, *settle(as_seen(columns, page, every)))

    def _read_of(
        self, written: Written, places: Places, known: Pairs, hidden: Sequence[int], read_there: ReadThere
    ) -> Places:
        """The places of patterns that are read, by what is known to be in each row; all in rows with hidden text."""
        told = np.array(sorted(places), np.int64)
        row = written.places(told[:, 0])[0]
        count, lists = self.patterns.lists_of(told[:, 1])
        read = read_there(known, (np.repeat(row, count), lists))
        kept = np.logical_or.reduceat(read, np.cumsum(count) - count)
        if hidden:
            kept |= np.isin(row, written.places(np.array(hidden, np.int64))[0])
        return set(map(tuple, told[kept].tolist()))

    def _matches(self, columns: TextColumns, places: Places) -> tuple[Columns, set[int]]:
        """(the matches of patterns at places; the cells with any)."""
        found = Found()
        cells = sorted({cell for cell, _ in places})
        if not cells:
            return columns_of_matches(found, None, np.zeros(0, np.int64)), set()
        part = columns.part(cells)
        page = Cells.spelled(part)
        laid = {cells[number]: n for n, number in enumerate(part.numbers.tolist())}
        self.patterns.find_at(page, {(laid[cell], pattern) for cell, pattern in places}, found)
        told = columns_of_matches(found, page, np.array(cells, np.int64)[part.numbers])
        return told, set(told["cell"].tolist())

    def _unled(
        self, arrays: Sequence[pa.Array], left_out: Sequence[int] = (), viewed: Sequence[int] | Ints = ()
    ) -> Places:
        """(cell, number of a pattern) wherever one may match that no literal leads to. Only in `viewed` is markup."""
        if not self.patterns.unled:
            return set()
        parts = _parts(arrays, left_out, _PLAIN, viewed)
        signs, lines = self.kernel.signs(parts, *self.patterns.alphabet_of_unled, self.patterns.needs_of_unled)
        return self.patterns.nominate_unled(signs, lines["end"], lines["cell"], np.flatnonzero(lines["digits"]))


def _parts(
    arrays: Sequence[pa.Array], left_out: Sequence[int], how_all: int, but: Sequence[int] | Ints = ()
) -> tuple[object, ...]:
    """Texts as the kernel takes them, numbered through the arrays: all so, but some as they are."""
    parts, base, count = [], 0, sum(map(len, arrays))
    how = np.full(count, how_all, np.uint8) if how_all or left_out else None
    if how is not None:
        how[np.array(but, np.int64)] = 0
        how[list(left_out)] |= _LEFT_OUT
    for array in arrays:
        parts.append(kernel_part(array, base, None if how is None else how[base : base + len(array)]))
        base += len(array)
    return tuple(parts)


def _compiled(lists: WordLists) -> tuple[npt.NDArray[np.generic], ...]:
    led = [[skeleton(text) for text in one] for one in lists.patterns.led]
    return compiled(lists.sought, lists.automaton, led)


def _pairs(nominees: Any, cells: Sequence[int]) -> Places:
    told = zip(nominees["cell"].tolist(), nominees["pattern"].tolist(), strict=True)
    return {(cells[cell], pattern) for cell, pattern in told}
