"""Catalogue files written by the tests, and what reading makes of them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from rectify.catalogue.files import FileSource
from rectify.catalogue.source import SetAside


class Read(NamedTuple):
    """All rows of a source, all that was set aside, and what it told."""

    rows: list[dict[str, Any]]
    aside: list[SetAside]
    notes: list[str]

    def field(self, name: str) -> list[Any]:
        """One field of all rows."""
        return [row[name] for row in self.rows]


Reading = Callable[..., Read]


@pytest.fixture
def read(tmp_path: Path) -> Reading:
    """Writes bytes to a file, reads all its splits and checks what must hold of every file."""

    def reading(data: bytes, name: str = "items.csv", *, kind: str = "listing", **options: Any) -> Read:
        (tmp_path / name).write_bytes(data)
        source = FileSource("market", [name], folder=tmp_path, kind=kind, **options)
        rows: list[dict[str, Any]] = []
        aside: list[SetAside] = []
        seen: list[int] = []
        for split in source.splits():
            numbers: list[int] = []
            for batch in source.read(split):
                batch.items.validate(full=True)
                rows += batch.items.to_pylist()
                aside += batch.set_aside
                numbers += batch.items.column("row").to_pylist() + [told.row for told in batch.set_aside]
            assert sorted(numbers) == list(range(split.first, split.first + split.rows))
            seen += numbers
        assert sorted(seen) == list(range(1, len(seen) + 1))
        return Read(rows, aside, source.notes)

    return reading
