"""When all splits are done: rows that share an id settled over the whole catalogue, and findings counted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import pyarrow as pa
import pyarrow.parquet as pq

from rectify.catalogue.identity import hash_ids
from rectify.screening.duplicates import Repeats, repeated
from rectify.screening.findings import finding_of, write_parquet
from rectify.screening.splits import FileMade, SplitDone, SplitFolder
from rectify.terms.finding import SHADOW, Finding

Line = tuple[str, str, str]  # pack/rule, kind, verdict


@dataclass(frozen=True, slots=True)
class Settled:
    """Findings files in the order of the splits, how many findings each holds, and the counts over all of them."""

    files: tuple[FileMade, ...]
    found: tuple[int, ...]
    duplicates: int
    counts: tuple[tuple[str, str, str, int], ...]  # pack/rule, kind, verdict, n
    marks: tuple[tuple[str, int], ...]  # mark, findings in force that bear it
    shadow: tuple[tuple[str, str, str, int], ...] = ()  # counts of findings in shadow; in `counts` there are none


def settle(folder: SplitFolder, records: Sequence[SplitDone]) -> Settled:
    """Settles repeated ids. A split whose findings change gets a second findings file beside the first."""
    rows = repeated([lambda r=r: folder.read_ids(r) for r in records], sum(r.screened for r in records))  # type: ignore[misc]
    files, found = [r.findings for r in records], [r.found for r in records]
    if rows:
        repeats = Repeats(rows)
        for record in records:
            repeats.add(_hashed(folder, record))
        for n, record in enumerate(records):
            if any(hashed in rows for hashed, _ in _hashed(folder, record)):
                files[n], found[n] = _rewritten(folder, record, repeats)
    counts = Counts()
    for made in files:
        counts.add(folder, made)
    told, shadow = (tuple(sorted((*key, n) for key, n in one.items())) for one in (counts.in_force, counts.shadow))
    marks = tuple(sorted(counts.marks.items()))
    return Settled(tuple(files), tuple(found), sum(rows.values()) - len(rows), told, marks, shadow)


def _hashed(folder: SplitFolder, record: SplitDone) -> Iterator[tuple[int, Finding]]:
    """The findings of a split, each with the hash of its item's id."""
    if not record.found:
        return
    with pq.ParquetFile(folder.path / record.findings.name) as file:
        for batch in file.iter_batches(batch_size=1024):
            named = pa.record_batch({"kind": batch.column("kind"), "id": batch.column("item")})
            hashes = hash_ids(named, record.source).tolist()
            yield from zip(hashes, map(finding_of, batch.to_pylist()), strict=True)


def _rewritten(folder: SplitFolder, record: SplitDone, repeats: Repeats) -> tuple[FileMade, int]:
    name, n = f"{record.key}.settled.parquet", 0

    def kept() -> Iterator[Finding]:
        nonlocal n
        for hashed, finding in _hashed(folder, record):
            settled = repeats.settle(hashed, finding)
            if settled is not None:
                n += 1
                yield settled

    return FileMade(name, write_parquet(folder.path / name, kept())), n


@dataclass(slots=True)
class Counts:
    """Findings by rule, kind and verdict; those in shadow apart."""

    in_force: Counter[Line] = field(default_factory=Counter)
    shadow: Counter[Line] = field(default_factory=Counter)
    marks: Counter[str] = field(default_factory=Counter)

    def add(self, folder: SplitFolder, made: FileMade) -> None:
        """Counts one file of findings."""
        with pq.ParquetFile(folder.path / made.name) as file:
            for batch in file.iter_batches(columns=["pack", "rule", "kind", "verdict", "marks"]):
                for pack, rule, kind, verdict, marks in zip(*(c.to_pylist() for c in batch.columns), strict=True):
                    shadow = SHADOW in marks
                    (self.shadow if shadow else self.in_force)[f"{pack}/{rule}", kind, verdict] += 1
                    self.marks.update(() if shadow else marks)
