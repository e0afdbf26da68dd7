"""Measures in a text: 4 GB, 14 ft, 2-liter. Another number with the same unit is another size."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from rectify.documents import Reading, read_document


@cache
def units() -> Mapping[str, str]:
    """How units are written (data/units.yaml) -> the unit."""
    data = files(__package__).joinpath("data/units.yaml").read_bytes()
    node, reading = read_document(data, "units.yaml"), Reading()
    found = {written: unit for unit, entry in node.entries.items() for written in reading.texts(entry)}
    reading.done()
    return found


@cache
def _pattern() -> re.Pattern[str]:
    written = "|".join(re.escape(unit) for unit in sorted(units(), key=len, reverse=True))
    return re.compile(rf"(?<![\w.])(\d+(?:[.,]\d+)?)[ \-]?({written})(?![a-z0-9])")


def sizes(text: str) -> dict[str, set[str]]:
    """Measures in a folded text: unit -> numbers."""
    found: dict[str, set[str]] = {}
    for match in _pattern().finditer(text):
        found.setdefault(units()[match[2]], set()).add(match[1].replace(",", "."))
    return found
