"""When all splits are done: rows that share an id settled over the whole catalogue, and findings counted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.parquet as pq

from rectify.catalogue.identity import hash_ids
from rectify.screening.duplicates import Repeats, repeated
from rectify.screening.findings import finding_of, write_parquet
from rectify.screening.splits import FileMade, SplitDone, SplitFolder
from rectify.terms.finding import Finding


@dataclass(frozen=True, slots=True)
class Settled:
    """Findings files in the order of the splits, how many findings each holds, and the counts over all of them."""

    files: tuple[FileMade, ...]
    found: tuple[int, ...]
    duplicates: int
    counts: tuple[tuple[str, str, str, int], ...]  # pack/rule, kind, verdict, n
    marks: tuple[tuple[str, int], ...]  # mark, findings that bear it


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
    counts: Counter[tuple[str, str, str]] = Counter()
    marks: Counter[str] = Counter()
    for made in files:
        _count(folder, made, counts, marks)
    told = tuple(sorted((*key, n) for key, n in counts.items()))
    return Settled(tuple(files), tuple(found), sum(rows.values()) - len(rows), told, tuple(sorted(marks.items())))


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


def _count(folder: SplitFolder, made: FileMade, counts: Counter[tuple[str, str, str]], marks: Counter[str]) -> None:
    with pq.ParquetFile(folder.path / made.name) as file:
        for batch in file.iter_batches(columns=["pack", "rule", "kind", "verdict", "marks"]):
            packs, rules, kinds, verdicts, marked = (column.to_pylist() for column in batch.columns)
            counts.update((f"{p}/{r}", k, v) for p, r, k, v in zip(packs, rules, kinds, verdicts, strict=True))
            marks.update(mark for row in marked for mark in row)
