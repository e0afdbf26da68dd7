"""Measuring a pack on what somebody labelled, outside of any order: `rectify eval`.

A labelled file holds items with their labels, or products, listings and pairs of them with theirs.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

from rectify.catalogue.files import FileSource, open_reader
from rectify.catalogue.reading import Reader
from rectify.catalogue.source import Batch, Caps
from rectify.catalogue.values import to_text, to_texts
from rectify.rules.pack import Pack
from rectify.rules.registers import Register
from rectify.screening import pairs
from rectify.screening.compile import compile_plan, seeks_only_named
from rectify.screening.evaluate import LABELS as KNOWN_LABELS
from rectify.screening.evaluate import EvalResult, Labelled, evaluate, score, truth_of
from rectify.terms.errors import Fault, Faulty, Place, Refused, nearest
from rectify.terms.finding import Finding, Verdict

LABELS = ("label", "topic", "note")  # columns of a labelled file beside those of an item
MOST_TOLD = 5  # rows set aside that are told one by one
SCORED = ("id", "kind", "language", "title")
PAIRS_TOPIC = "same product"


@dataclass(frozen=True, slots=True)
class PairsMeasured:
    """What `eval` says of a file of pairs, and the verdicts on pairs that nobody labelled."""

    products: int
    listings: int
    result: EvalResult
    unlabelled: Mapping[Verdict, int]
    answers: tuple[pairs.JudgedPair, ...]


def measure(labelled: Path, pack: Pack, topic: str, register: Register | None = None) -> EvalResult:
    """Screens a labelled file and scores the findings. Raises Faulty where the columns label and topic are missing.

    Positive = label violation with this topic; borderline is told apart; every other row is negative. Rows that cannot
    be read or have an unknown label, and a topic that no row has, are told in `notes`. Raises Refused for a pack that
    seeks only what an order names.
    """
    if seeks_only_named(pack):
        raise Refused(f"{pack.name} seeks only what an order names, and a file of labelled items names no products",
                      "measure it on a file of products, listings and pairs of them")  # fmt: skip
    own = {name: f"attributes.{name}" for name in LABELS}
    columns = set(_reader(labelled).columns)
    if missing := {"label", "topic"} - columns:
        fault = Fault(f"there is no column {' and no column '.join(sorted(missing))}", Place(file=str(labelled)),
                      "a labelled file says label (violation, clean, borderline) and topic")  # fmt: skip
        raise Faulty([fault])
    if not topic:
        raise Faulty([Fault("no topic is named: which label counts as positive?", None, "add --topic")])
    source = FileSource(
        "labelled", [labelled.name], folder=labelled.parent, kind="" if "kind" in columns else "listing",
        map={name: field for name, field in own.items() if name in columns},
    )  # fmt: skip
    as_of = register.as_of if register else date(1970, 1, 1)
    plan = compile_plan([pack], [register] if register else [], [], [], as_of, without_registers=register is None)
    found: list[Finding] = []
    labels: list[Labelled] = []
    seen = _Labels(topic)
    for split in source.splits():
        for batch in source.read(split):
            found += plan.screen(batch.items, "labelled").found
            labels += [_labelled(row, topic) for row in seen.add(batch)]
    result = evaluate(found, labels, topic=topic, pack=f"{pack.name} {pack.version}", digest=pack.digest)
    return replace(result, notes=seen.notes())


@dataclass(slots=True)
class _Labels:
    """What a labelled file says in its own columns, and what of it is likely to be a slip."""

    topic: str
    topics: Counter[str] = field(default_factory=Counter)
    labels: Counter[str] = field(default_factory=Counter)
    aside: list[str] = field(default_factory=list)

    def add(self, batch: Batch) -> list[dict[str, Any]]:
        """The rows of a batch, their labels counted."""
        self.aside += [f"row {one.row} {one.reason}" for one in batch.set_aside]
        rows: list[dict[str, Any]] = batch.items.select([*SCORED, "attributes"]).to_pylist()
        for row in rows:
            told = dict(row["attributes"] or ())
            self.labels[told.get("label", "")] += 1
            self.topics[told.get("topic", "")] += 1
        return rows

    def notes(self) -> tuple[str, ...]:
        """What a reader must know before the figures are believed, in sentences."""
        found = [
            f'{n:,} rows have the label "{label[:40]}", which is none of {", ".join(KNOWN_LABELS)}: they count as '
            f"negative. {nearest(label.lower(), KNOWN_LABELS)}".strip()
            for label, n in self.labels.most_common()
            if label not in KNOWN_LABELS
        ]
        if not self.topics[self.topic] and set(self.labels) - {"clean"}:
            known = nearest(self.topic, self.topics) or f"topics here: {', '.join(sorted(self.topics - Counter([''])))}"
            found.append(f'no row has the topic "{self.topic}", so that nothing is positive; {known}')
        if self.aside:
            few = "; ".join(self.aside[:MOST_TOLD])
            found.append(f"{len(self.aside):,} rows could not be read and count for nothing: {few}")
        return tuple(found)


def holds_pairs(labelled: Path) -> bool:
    """Whether a labelled file holds products, listings and pairs, told by its columns. Raises Faulty for no table."""
    return set(_reader(labelled).columns) >= pairs.COLUMNS


def measure_pairs(labelled: Path, pack: Pack) -> PairsMeasured:
    """Screens the listings of a file once for each of its products, as an order that names it, and scores the pairs.

    Positive = label same; negative = different; maybe and lots are told apart. Raises Faulty with all rows at fault.
    """
    file = pairs.read_pairs(_rows(labelled), str(labelled))
    judged = pairs.judge_pairs(file, pack)
    named = f"{pack.name} {pack.version}"
    result = score(pairs.as_judged(judged, file), topic=PAIRS_TOPIC, pack=named, digest=pack.digest)
    return PairsMeasured(len(file.products), len(file.listings), result, judged.unlabelled, judged.pairs)


def _labelled(row: Mapping[str, Any], topic: str) -> Labelled:
    told = dict(row["attributes"] or ())
    note = told.get("note", "")
    return Labelled(
        id=row["id"],
        kind=row["kind"],
        language=row["language"] or "",
        truth=truth_of(told.get("label", ""), told.get("topic", ""), topic),
        title=row["title"] or "",
        note=note,
        group="name only" if "name only" in note else "",  # no text is stored: scored apart
    )


def _reader(path: Path) -> Reader:
    return open_reader(path, path.name, Caps())


def _rows(path: Path) -> Iterator[dict[str, Any]]:
    """The rows of a table as texts and lists of texts. Raises Faulty with every row that cannot be read."""
    reader = _reader(path)
    kinds = {column: kind for column in reader.columns if (kind := reader.natural(column))}
    faults: list[Fault] = []
    for raw in reader.first_rows(kinds):
        faults += [Fault(one.reason, Place(file=str(path), row=one.row)) for one in raw.set_aside]
        columns = {
            name: (to_texts(column) if name in pairs.LISTS else to_text(column))[0].to_pylist()
            for name, column in raw.columns.items()
        }
        for values in zip(*columns.values(), strict=True):
            yield dict(zip(columns, values, strict=True))
    if faults:
        raise Faulty(faults)
