"""A hyperscan database that several threads may scan with at once."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import Any

import hyperscan
import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]


class Scanner:
    """Expressions by number. An empty scanner finds nothing. Raises `hyperscan.HyperscanError` for a faulty one."""

    def __init__(self, expressions: dict[int, bytes], flags: Sequence[int] = (), *, literal: bool = False) -> None:
        self._database: hyperscan.Database | None = None
        self._scratch = threading.local()  # one a thread; the same scratch in two raises ScratchInUseError
        if expressions:
            self._database = hyperscan.Database(mode=hyperscan.HS_MODE_BLOCK)
            self._database.compile(
                expressions=list(expressions.values()), ids=list(expressions), elements=len(expressions),
                flags=list(flags) or [0] * len(expressions), literal=literal,
            )  # fmt: skip

    @classmethod
    def of_bytes(cls, data: bytes) -> Scanner:
        """The scanner that bytes of `to_bytes` stand for. Raises `hyperscan.HyperscanError` for another processor's."""
        made = cls({})
        made._database = hyperscan.loadb(data, mode=hyperscan.HS_MODE_BLOCK)
        made._database.scratch = hyperscan.Scratch(made._database)
        return made

    def to_bytes(self) -> bytes:
        """The compiled expressions as bytes; none of an empty scanner."""
        return b"" if self._database is None else bytes(hyperscan.dumpb(self._database))

    def scan(self, data: npt.NDArray[np.uint8] | npt.NDArray[np.uint16]) -> tuple[Ints, Ints]:
        """(number, end in bytes) of each match."""
        found: list[int] = []
        ends: list[int] = []

        def matched(number: int, _start: int, end: int, _flags: int, _context: object) -> None:
            found.append(number)
            ends.append(end)

        if self._database is not None and len(data):
            if (scratch := getattr(self._scratch, "own", None)) is None:
                scratch = self._scratch.own = self._database.scratch.clone()
            view: Any = data.view(np.uint8).data
            self._database.scan(view, match_event_handler=matched, scratch=scratch)
        return np.array(found, np.int64), np.array(ends, np.int64)
