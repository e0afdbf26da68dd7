"""Our engines beside raw hyperscan over the same texts, in the same rounds: what the pages of growth are made of."""

from __future__ import annotations

import gc
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from bench.ours import PURE, matcher, scanned, ways
from bench.rivals import joined_hyperscan
from bench.texts import WIDE, Texts

RAW = "raw hyperscan"


@dataclass(frozen=True)
class Beside:
    """Figures of one set of texts; by engine CPU seconds a row, the median of the rounds."""

    rows: int
    size: int  # bytes
    seconds: dict[str, float]
    hits: int  # of ours

    def rows_a_second(self, engine: str) -> float:
        """Rows a second of CPU time."""
        return 1 / self.seconds[engine]

    def megabytes(self, engine: str) -> float:
        """Megabytes a second of CPU time."""
        return self.size / self.rows / self.seconds[engine] / 1e6

    def times_raw(self, engine: str) -> float:
        """How many times as fast as raw hyperscan."""
        return self.seconds[RAW] / self.seconds[engine]


class Engines:
    """Raw hyperscan and ours in each of its ways, made ready for terms."""

    def __init__(self, terms: list[str]) -> None:
        self._raw = joined_hyperscan(terms)
        self._ours = {way: matcher(terms, way) for way in ways()}

    def over(self, cells: list[list[str]], rounds: int = 3, size: int = WIDE, fewer: int = 8) -> Beside:
        """Scan titles and texts by every engine in turn, in batches of so many rows; the pure one, where it is not the
        only one of ours, reads one row of so many.
        """
        texts, few = Texts(cells), Texts(cells[: max(1, len(cells) // fewer)])
        runs = {RAW: (lambda: self._raw(texts), len(cells))}
        for way, one in self._ours.items():
            part = few if way == PURE and len(self._ours) > 1 else texts
            runs[way] = (partial(scanned, one, part.batches(size)), len(part.cells))
        seconds: dict[str, list[float]] = {name: [] for name in runs}
        hits = 0
        gc.collect()
        for round_ in range(rounds + 1):  # the first is not counted
            for name, (run, rows) in runs.items():
                taken, found = _turn(run)
                seconds[name].append(taken / rows)
                hits = max(hits, sum(map(len, found))) if name != RAW and not round_ else hits
        medians = {name: statistics.median(times[1:]) for name, times in seconds.items()}
        together = sum(len(text.encode()) for cell in cells for text in cell)
        return Beside(len(cells), together, medians, hits)


def _turn(run: Callable[[], Any]) -> tuple[float, Any]:
    """(seconds of CPU time, what was found). What the engine before has found goes after the clock has stopped."""
    began = time.process_time()
    found = run()
    return time.process_time() - began, found
