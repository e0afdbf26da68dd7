"""The plain engine: word lists sought by arrays and letter by letter. What it finds, the native kernel has to find.

It runs where no kernel was built, and for the few texts that the kernel leaves to it.
"""

from __future__ import annotations

from functools import cached_property

import numpy as np
import numpy.typing as npt

from rectify.screening.automaton import Automaton
from rectify.screening.fold import BITS
from rectify.screening.hits import Found, ReadThere, ScanHits, settle
from rectify.screening.page import Cells, Page
from rectify.screening.patterns import Patterns
from rectify.screening.reading import read_places
from rectify.screening.sift import Sieve, Sifted, nominees, sift
from rectify.screening.sought import SoughtTable
from rectify.screening.text import TextColumns

Ints = npt.NDArray[np.int64]
# Classes that the letters of a page are read anew for, and what nominates their places.
_ANEW = {
    BITS.repeated: Page.repeated, BITS.doubled: Page.doubled, BITS.starred: Page.starred, BITS.pictures: Page.pictured,
}  # fmt: skip


class Plain:
    """The plain engine over what is sought. Safe to use from several threads."""

    def __init__(self, sought: SoughtTable, automaton: Automaton, patterns: Patterns) -> None:
        self._sought, self.automaton, self._patterns = sought, automaton, patterns
        allowed = int(np.bitwise_or.reduce(sought.allowed, initial=0))
        self._through = [bit for bit in _ANEW if allowed & bit]

    @cached_property
    def _sieve(self) -> Sieve:
        return Sieve(self._sought, self.automaton)

    def scan(self, columns: TextColumns, read_there: ReadThere | None = None) -> ScanHits:
        """All hits in these texts, read or not."""
        page = Page.of(columns, self.automaton)
        sifted = sift(self._sieve, page.codes, page.nominate(self.automaton))
        found = Found()
        read_places(page, sifted, self._sought, found)
        for bit in self._through:
            places = nominees(self._sieve, _ANEW[bit](page, self.automaton), bit)
            read_places(page, places, self._sought, found, through=bit)
        self._patterns.find(page, found)
        clear, read = self._clear(page, sifted), found.arrays()
        every = {name: np.concatenate((clear[name], read[name])) for name in read}
        hits, capped = settle(as_seen(columns, page, every))
        return finished(columns, page, hits, capped)

    def _clear(self, page: Page, sifted: Sifted) -> dict[str, Ints]:
        number, first, last = (part[sifted.clear] for part in (sifted.number, sifted.first, sifted.last))
        none, words, term = np.full(len(number), -1), self._sought.words[number], self._sought.term[number]
        return {"cell": page.cell(first), "words": words, "term": term, "start": first, "end": last + 1,
                "mask": sifted.mask[sifted.clear], "gap_start": none, "gap_end": none}  # fmt: skip


def as_seen(columns: TextColumns, page: Cells, found: dict[str, Ints]) -> dict[str, Ints]:
    """What was found, with `hidden`, and moved from cells without their hidden text to the whole ones."""
    cell = found["cell"]
    found["hidden"] = np.zeros(len(cell), np.int64)
    if not columns.views:
        return found
    start, end = page.as_read(found["start"], found["end"] - 1, cell)
    for n in np.flatnonzero(np.isin(cell, list(columns.views))).tolist():
        found["hidden"][n] = columns.views[int(cell[n])].hidden[start[n] : end[n]].any()
        found["mask"][n] |= BITS.markup * columns.marked_up(int(cell[n]), int(start[n]), int(end[n]))
    moved = np.flatnonzero(np.isin(cell, list(columns.visible)))
    if len(moved):
        for n in moved.tolist():
            found["mask"][n] |= BITS.markup * columns.marked_up(int(cell[n]), int(start[n]), int(end[n]))
        for name, last in (("start", 0), ("end", 1), ("gap_start", 0), ("gap_end", 0)):
            these = moved[found[name][moved] >= 0]
            found[name][these] = page.whole(found[name][these] - last, cell[these], columns) + last
        cell[moved] = [columns.visible[c][0] for c in cell[moved].tolist()]
    return found


def finished(columns: TextColumns, page: Cells, hits: dict[str, Ints], capped: npt.NDArray[np.bool_]) -> ScanHits:
    """Hits by row and field, where they were written."""
    cell, first, last = hits["cell"], hits["start"], hits["end"] - 1
    start, end = page.as_read(first, last, cell)
    for n in np.flatnonzero(np.isin(cell, list(columns.views))).tolist() if columns.views else ():
        start[n], end[n] = columns.span(int(cell[n]), int(start[n]), int(end[n]))
    return ScanHits.of(
        row=columns.row[cell], field=columns.field[cell], words=hits["words"], term=hits["term"], start=start, end=end,
        fold_start=page.folded_before(first, cell), fold_end=page.folded_before(hits["end"], cell),
        disguise=hits["mask"], hidden=hits["hidden"], capped=capped,
    )  # fmt: skip
