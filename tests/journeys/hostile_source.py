"""A catalogue that does to its reader what a page of a forged file can do: in its second batch of the second split."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from pathlib import Path

from rectify.catalogue.source import Batch, Split
from rectify.screening.trial import batch_of


class Hostile:
    """Three splits of two batches of two prams."""

    def __init__(self, harm: str, once: str = "") -> None:
        self.name, self.notes, self._harm, self._once = "hostile", [], harm, once

    def splits(self) -> list[Split]:
        if self._harm == "abort at once":
            os.abort()
        return [Split("page", "d" * 64, group, 4, 1 + 4 * group) for group in range(3)]

    def read(self, split: Split) -> Iterator[Batch]:
        for first in (split.first, split.first + 2):
            if split.group == 1 and first > split.first:
                self._do()
            rows = [{"id": f"i{n}", "kind": "listing", "title": "a pram", "row": n} for n in (first, first + 1)]
            yield Batch(batch_of(rows))

    def _do(self) -> None:
        if self._once:
            if Path(self._once).exists():
                return
            Path(self._once).touch()
        if self._harm == "abort":
            os.abort()
        if self._harm == "memory":
            bytearray(8 << 30)
        if self._harm == "exit":
            os._exit(3)
        if self._harm == "raise":
            raise RecursionError("nested too deep")
        while self._harm == "spin":
            pass
        time.sleep(60)
