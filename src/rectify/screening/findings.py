"""Findings as files: Parquet (what a sweep keeps), CSV (for a person's spreadsheet) and JSON lines.

A file appears whole or not at all: it is written under another name, flushed to disk, and renamed.
"""

from __future__ import annotations

import csv
import hashlib
import json
import os
from collections.abc import Collection, Iterable, Iterator, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TextIO

import pyarrow as pa
import pyarrow.parquet as pq

from rectify.terms.cell import formula_safe
from rectify.terms.errors import Refused
from rectify.terms.finding import FINDING_FIELDS, Disguise, Evidence, Finding, Verdict
from rectify.terms.item import ItemKey

FINDING_SCHEMA = pa.schema([pa.field(name, pa.list_(pa.string()) if name == "marks" else pa.string())
                            for name in FINDING_FIELDS])  # fmt: skip
_ENCODE = json.JSONEncoder(ensure_ascii=False, check_circular=False, separators=(",", ":")).encode
ROWS_A_GROUP = 1024  # fixed, so that the same findings give the same bytes however they came in


def evidence_json(evidence: Iterable[Evidence]) -> list[dict[str, Any]]:
    """Evidence as JSON objects; `hidden` stands only where it is true."""
    return [
        {
            "field": one.field,
            "start": one.start,
            "end": one.end,
            "words": one.words,
            "term": one.term,
            "disguise": [str(d) for d in one.disguise],
            **({"hidden": True} if one.hidden else {}),
        }
        for one in evidence
    ]


def evidence_of(document: Iterable[Mapping[str, Any]]) -> tuple[Evidence, ...]:
    """The evidence that JSON objects of `evidence_json` stand for."""
    return tuple(
        Evidence(
            field=one["field"],
            start=one["start"],
            end=one["end"],
            words=one["words"],
            term=one["term"],
            disguise=tuple(Disguise(d) for d in one["disguise"]),
            hidden=bool(one.get("hidden", False)),
        )
        for one in document
    )


def finding_record(finding: Finding) -> dict[str, Any]:
    """A finding by FINDING_FIELDS, evidence and marks as lists (the form of JSON lines and `--json`)."""
    return _record(finding, evidence_json(finding.evidence))


def _row(finding: Finding) -> dict[str, Any]:
    """The same with evidence as a text, as files keep it."""
    return _record(finding, _ENCODE(evidence_json(finding.evidence)))


def _record(finding: Finding, evidence: Any) -> dict[str, Any]:
    return {
        "finding": finding.id,
        "order": finding.order,
        "plan": finding.plan,
        "pack": finding.pack,
        "rule": finding.rule,
        "source": finding.item.source,
        "kind": finding.item.kind,
        "item": finding.item.id,
        "account": finding.account,
        "verdict": str(finding.verdict),
        "branch": finding.branch,
        "why": finding.why,
        "evidence": evidence,
        "near_register": finding.near_register,
        "seen": finding.seen,
        "marks": list(finding.marks),
    }


def finding_of(record: Mapping[str, Any]) -> Finding:
    """The finding that a record of `finding_record` or a row of a findings file stands for."""
    evidence = record["evidence"]
    return Finding(
        id=record["finding"],
        order=record["order"],
        plan=record["plan"],
        pack=record["pack"],
        rule=record["rule"],
        item=ItemKey(record["source"], record["kind"], record["item"]),
        account=record["account"],
        verdict=Verdict(record["verdict"]),
        branch=record["branch"],
        why=record["why"],
        evidence=evidence_of(json.loads(evidence) if isinstance(evidence, str) else evidence),
        near_register=record["near_register"],
        seen=record["seen"],
        marks=tuple(record["marks"]),
    )


class FindingsFile:
    """A findings Parquet file in the making: `add` findings, then `commit`; leaving without a commit leaves nothing.

    Memory is bounded by one row group of 1,024 findings.
    """

    def __init__(self, path: Path) -> None:
        self._path, self._temporary = path, path.with_name(f"{path.name}.{os.getpid()}.part")
        self._waiting: list[dict[str, Any]] = []
        self._writer = pq.ParquetWriter(self._temporary, FINDING_SCHEMA, compression="zstd")
        self.rows = 0

    def add(self, found: Iterable[Finding]) -> None:
        """Takes findings in; their order is the order of the file."""
        for finding in found:
            self._waiting.append(_row(finding))
            self.rows += 1
            if len(self._waiting) == ROWS_A_GROUP:
                self._flush()

    def _flush(self) -> None:
        columns = {name: [one[name] for one in self._waiting] for name in FINDING_FIELDS}
        self._writer.write_table(pa.Table.from_pydict(columns, schema=FINDING_SCHEMA), row_group_size=ROWS_A_GROUP)
        self._waiting = []

    def commit(self) -> str:
        """Flushes to disk and gives the file its name; returns the SHA-256 of its bytes (hex)."""
        if self._waiting:
            self._flush()
        self._writer.close()
        digest = file_digest(self._temporary)
        keep(self._temporary, self._path)
        return digest

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if self._writer.is_open:
            self._writer.close()
        self._temporary.unlink(missing_ok=True)


def file_digest(path: Path) -> str:
    """SHA-256 of a file's bytes, hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def keep(temporary: Path, path: Path) -> None:
    """Gives a written file its name for good: file and folder reach the disk (SECURITY.md §4, power cut).

    Only its owner reads it: what a sweep keeps names items, accounts and what was written there.
    """
    temporary.chmod(0o600)
    descriptor = os.open(temporary, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    temporary.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def keep_bytes(path: Path, data: bytes) -> None:
    """Writes a small file whole or not at all."""
    temporary = path.with_name(f"{path.name}.{os.getpid()}.part")
    temporary.write_bytes(data)
    keep(temporary, path)


def write_parquet(path: Path, found: Iterable[Finding]) -> str:
    """Writes a findings file; returns its SHA-256 (hex)."""
    with FindingsFile(path) as file:
        file.add(found)
        return file.commit()


def read_parquet(path: Path) -> Iterator[Finding]:
    """The findings of a file, one row group in memory at a time. Raises `Refused` for a file that is not one."""
    try:
        file = pq.ParquetFile(path)
    except (pa.ArrowException, OSError) as error:
        raise Refused(f"{path.name} is not a findings file: {error}") from error
    with file:
        if missing := [name for name in FINDING_FIELDS if name not in file.schema_arrow.names]:
            raise Refused(f"{path.name} is not a findings file: it has no column {missing[0]}")
        for batch in file.iter_batches(batch_size=ROWS_A_GROUP, columns=list(FINDING_FIELDS)):
            for record in batch.to_pylist():
                yield finding_of(record)


def files_with(folder: Path, digests: Collection[str], *others: Path) -> list[Path]:
    """The findings files below a folder whose bytes have one of these SHA-256 (hex), by name; one file a digest.

    What is not there is looked for in `others`.

    Raises `Refused` for a digest that no file has: what the ledger names is gone or was changed.
    """
    found: dict[str, Path] = {}
    for place in (folder, *others):
        if set(digests) - set(found):
            for path in sorted(place.rglob("*.parquet")):
                found.setdefault(file_digest(path), path)
    if missing := sorted(set(digests) - set(found)):
        raise Refused(f"the findings file with the digest {missing[0][:16]}… is gone or was changed", "sweep again")
    return sorted(found[digest] for digest in set(digests))


def write_csv(file: TextIO, found: Iterable[Finding]) -> int:
    """Writes findings as CSV that no spreadsheet reads as formulas; returns how many. Marks are joined by `|`."""
    writer = csv.writer(file)  # CRLF, so that cells with either sign are quoted
    writer.writerow(FINDING_FIELDS)
    n = 0
    for finding in found:
        record = _row(finding) | {"marks": "|".join(finding.marks)}
        writer.writerow([formula_safe(record[name]) for name in FINDING_FIELDS])
        n += 1
    return n


def write_lines(file: TextIO, found: Iterable[Finding]) -> int:
    """Writes findings as JSON lines; returns how many."""
    n = 0
    for finding in found:
        file.write(json.dumps(finding_record(finding), ensure_ascii=False) + "\n")
        n += 1
    return n
