"""How much of real disguised Chinese text is read through: windows of the plain text, sought in the disguised one."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from rectify.rules.pack import Term
from rectify.screening.match import Matcher, WordList, disguises_of
from rectify.screening.text import TextColumns

WINDOW = 4  # Chinese characters
_RUN = re.compile(r"[\u4e00-\u9fff]{4,}")


@dataclass
class ReadThrough:
    """Windows that are not written plainly in the disguised text, how many were found, and through which classes."""

    messages: int = 0
    sought: int = 0
    found: int = 0
    classes: Counter[str] = field(default_factory=Counter)


def read_through(folder: Path) -> ReadThrough:
    """Windows of WINDOW characters of `plain`, end to end, that `obfuscated` does not hold, each sought in its own."""
    rows = pq.read_table(folder / "obfuscation_pairs_zh.parquet", columns=["obfuscated", "plain"]).to_pylist()
    wanted: dict[str, set[int]] = {}
    for number, row in enumerate(rows):
        for window in windows(row["plain"]):
            if window not in row["obfuscated"]:
                wanted.setdefault(window, set()).add(number)
    terms = list(wanted)
    matcher = Matcher.compile([WordList("windows", tuple(Term(term, "zh") for term in terms))])
    texts = pa.RecordBatch.from_pydict({"title": [row["obfuscated"] for row in rows]})
    hits = matcher.scan(TextColumns.of(texts))
    seen: dict[tuple[int, int], int] = {}
    for row_at, term, mask in zip(hits.row.tolist(), hits.term.tolist(), hits.disguise.tolist(), strict=True):
        if row_at in wanted[terms[term]]:
            seen.setdefault((row_at, term), mask)
    told = ReadThrough(len(rows), sum(map(len, wanted.values())), len(seen))
    for mask in seen.values():
        told.classes.update([" + ".join(disguises_of(mask)) or "plain"])
    return told


def windows(plain: str) -> list[str]:
    """The windows of a text, end to end within each run of Chinese characters."""
    return [run[at : at + WINDOW] for run in _RUN.findall(plain) for at in range(0, len(run) - WINDOW + 1, WINDOW)]
