"""Hits of the native kernel as columns: settled where markup was read, then told by row and field."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from rectify.screening.fold import BITS
from rectify.screening.hits import Found, ScanHits, settle
from rectify.screening.page import Cells
from rectify.screening.written import Written, marked_up

Ints = npt.NDArray[np.int64]
NAMES = ("cell", "words", "term", "start", "end", "mask", "gap_start", "gap_end",
          "read_start", "read_end", "fold_start", "fold_end", "capped")  # fmt: skip
HIT = np.dtype([(name, "i4" if name in ("term", "gap_start", "gap_end") else "u4") for name in NAMES])
Columns = dict[str, Ints]


def columns_of(hits: Any, cells: Ints) -> Columns:
    """Hits of the kernel as columns, with cells by other numbers."""
    told = {name: hits[name].astype(np.int64) for name in NAMES}
    return told | {"cell": cells[told["cell"]]}


def columns_of_matches(found: Found, page: Cells | None, number: Ints) -> Columns:
    """Matches of patterns as the kernel tells its hits. `number`: that of each cell of the page."""
    told = found.arrays()
    cell = told["cell"]
    if page is None or not len(cell):
        return {name: np.zeros(0, np.int64) for name in NAMES}
    read_start, read_end = page.as_read(told["start"], told["end"] - 1, cell)
    places = {"read_start": read_start, "read_end": read_end, "fold_start": page.folded_before(told["start"], cell),
              "fold_end": page.folded_before(told["end"], cell), "capped": np.zeros(len(cell), np.int64)}  # fmt: skip
    begin = {"start": told["start"] - page.start[cell], "end": told["end"] - page.start[cell]}
    return told | places | begin | {"cell": number[cell]}


def settle_marked(written: Written, found: Columns) -> Columns:
    """What stands of raw hits, those in markup with the class that it takes."""
    found["hidden"] = np.zeros(len(found["cell"]), np.int64)
    for n in np.flatnonzero(np.isin(found["cell"], list(written.views))).tolist():
        view = written.views[int(found["cell"][n])]
        at = np.arange(int(found["read_start"][n]), int(found["read_end"][n]))
        found["mask"][n] |= BITS.markup * marked_up(view, at)
    hits, capped = settle(found)
    return hits | {"capped": capped.astype(np.int64)}


def as_written(written: Written, hits: Columns) -> ScanHits:
    """Hits by row and field, where they were written."""
    cell, start, end = hits["cell"], hits["read_start"].astype(np.int64), hits["read_end"].astype(np.int64)
    if written.views:
        for n in np.flatnonzero(np.isin(cell, list(written.views))).tolist():
            start[n], end[n] = written.views[int(cell[n])].span(int(start[n]), int(end[n]))
    row, field = written.places(cell.astype(np.int64))
    return ScanHits.of(
        row=row, field=field, words=hits["words"], term=hits["term"], start=start, end=end,
        fold_start=hits["fold_start"], fold_end=hits["fold_end"], disguise=hits["mask"],
        hidden=np.zeros(len(cell), np.bool_), capped=hits["capped"],
    )  # fmt: skip


def merge(one: ScanHits, other: ScanHits) -> ScanHits:
    """The hits of both, in their order."""
    return ScanHits.of(**{name: np.concatenate((getattr(one, name), getattr(other, name))) for name in vars(one)})
