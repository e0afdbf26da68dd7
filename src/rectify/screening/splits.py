"""What a sweep has done so far, as files: a split is committed once, by the rename of its record.

    FOLDER/<digest of the plan as it is run>/SPLIT.json          the record; where it stands, the split is done
                                            /SPLIT.parquet       findings
                                            /SPLIT.aside.jsonl   rows that could not be read or screened
                                            /SPLIT.ids           a 64-bit hash of each screened item's id
                                            /SPLIT.kept.parquet  the rows behind findings, and places the order names

A record names its files with their digests: one that is missing or torn makes the split undone, and it is swept again.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from rectify.screening.findings import file_digest, keep_bytes

Hashes = npt.NDArray[np.uint64]


class Aside(NamedTuple):
    """Rows that were not screened, and why. `last` is `row` for a single one; rows count from 1, 0 = the whole file."""

    file: str
    row: int
    last: int
    reason: str
    excerpt: str = ""


class FileMade(NamedTuple):
    """A file of the sweep, by name in its folder, with the SHA-256 of its bytes (hex)."""

    name: str
    digest: str


@dataclass(frozen=True, slots=True)
class SplitDone:
    """A committed split. rows = screened + set_aside; `completeness` is [count, sum1..sum4], sums modulo 2^64."""

    key: str
    source: str
    file: str
    digest: str  # of the catalogue file
    group: int
    rows: int
    screened: int
    set_aside: int
    completeness: tuple[int, ...]
    findings: FileMade
    found: int  # findings in that file
    aside: FileMade
    ids: FileMade
    kept: FileMade  # rows as they were swept

    def to_json(self) -> dict[str, Any]:
        """The record as JSON; the sums stand as text (they exceed 2^53)."""
        return {
            "split": 1,
            "key": self.key,
            "source": self.source,
            "file": self.file,
            "digest": self.digest,
            "group": self.group,
            "rows": self.rows,
            "screened": self.screened,
            "set_aside": self.set_aside,
            "completeness": [str(n) for n in self.completeness],
            "findings": list(self.findings),
            "found": self.found,
            "aside": list(self.aside),
            "ids": list(self.ids),
            "kept": list(self.kept),
        }


def split_done(document: dict[str, Any]) -> SplitDone:
    """The record that JSON of `SplitDone.to_json` stands for. Raises KeyError, TypeError or ValueError."""
    return SplitDone(
        key=document["key"],
        source=document["source"],
        file=document["file"],
        digest=document["digest"],
        group=document["group"],
        rows=document["rows"],
        screened=document["screened"],
        set_aside=document["set_aside"],
        completeness=tuple(int(n) for n in document["completeness"]),
        findings=FileMade(*document["findings"]),
        found=document["found"],
        aside=FileMade(*document["aside"]),
        ids=FileMade(*document["ids"]),
        kept=FileMade(*document["kept"]),
    )


class SplitFolder:
    """The files of one plan's sweep. Two processes that commit the same split write the same bytes."""

    def __init__(self, folder: Path) -> None:
        self.path = folder

    def done(self, key: str) -> SplitDone | None:
        """The record of a committed split; None where it, or a file that it names, is missing, torn or changed."""
        try:
            record = split_done(json.loads((self.path / f"{key}.json").read_text(encoding="utf-8")))
            made = (record.findings, record.aside, record.ids, record.kept)
            whole = all(file_digest(self.path / file.name) == file.digest for file in made)
        except (OSError, ValueError, KeyError, TypeError):
            return None
        return record if whole and record.key == key else None

    def commit(self, record: SplitDone) -> None:
        """Commits a split whose files are already in place: from this rename on it is done."""
        keep_bytes(self.path / f"{record.key}.json", json.dumps(record.to_json()).encode())

    def write_aside(self, key: str, rows: Iterable[Aside]) -> FileMade:
        """Writes the rows set aside of a split, in the order of the file."""
        lines = "".join(json.dumps(list(row), ensure_ascii=False) + "\n" for row in sorted(rows, key=lambda a: a.row))
        return self._write(f"{key}.aside.jsonl", lines.encode("utf-8", "replace"))

    def read_aside(self, record: SplitDone) -> Iterator[Aside]:
        """The rows set aside of a split."""
        with (self.path / record.aside.name).open(encoding="utf-8") as file:
            for line in file:
                yield Aside(*json.loads(line))

    def write_ids(self, key: str, hashes: Sequence[Hashes]) -> FileMade:
        """Writes the hashes of the ids of a split's screened rows."""
        together = np.concatenate(hashes) if hashes else np.empty(0, np.uint64)
        return self._write(f"{key}.ids", together.astype("<u8").tobytes())

    def read_ids(self, record: SplitDone) -> Hashes:
        """The hashes of the ids of a split's screened rows, in the order of the file."""
        return np.fromfile(self.path / record.ids.name, dtype="<u8")

    def _write(self, name: str, data: bytes) -> FileMade:
        keep_bytes(self.path / name, data)
        return FileMade(name, file_digest(self.path / name))

    def tidy(self) -> None:
        """Takes away what a killed process left half-written, and what workers compiled of the plan."""
        for left in (left for ending in ("part", "plan", "lock") for left in self.path.glob(f"*.{ending}")):
            left.unlink(missing_ok=True)
