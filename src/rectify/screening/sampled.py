"""What a pack's words and rules hit in a sample of innocent items: the words that cost alarms come first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa

from rectify.rules.pack import OTHER, Pack, Words, offer_for
from rectify.rules.tree import words_read
from rectify.rules.wordlists import plain
from rectify.screening.evidence import positive
from rectify.screening.match import ScanHits
from rectify.screening.plan import Engine
from rectify.screening.text import TextColumns
from rectify.screening.trial import trial_plan
from rectify.terms.errors import Fault as Remark
from rectify.terms.finding import SHADOW, Verdict

_AROUND = 30  # code points of an example before and behind a hit


@dataclass(frozen=True, slots=True)
class WordHits:
    """In how many rows a term or a pattern is hit, and the first place of it, as it was written."""

    words: str
    term: str
    rows: int
    example: str


@dataclass(slots=True)
class Sampled:
    """Rows of a sample, the words hit in them, worst first, and how many findings each rule gives."""

    rows: int = 0
    words: list[WordHits] = field(default_factory=list)
    findings: Counter[tuple[str, Verdict]] = field(default_factory=Counter)

    def share(self, hits: WordHits) -> float:
        """Of all rows, 0 to 1."""
        return hits.rows / self.rows if self.rows else 0.0


def sample(pack: Pack, batches: Iterable[pa.RecordBatch]) -> Sampled:
    """Screens a sample with a pack as `pack trial` does: on its registers stands nobody, and no product is named."""
    plan, made = trial_plan(pack), Sampled()
    engine = plan.engine
    names = {number: pack.words[name] for _, lists in engine.parts for name, number in lists.items()}
    rows: Counter[tuple[int, int]] = Counter()
    examples: dict[tuple[int, int], str] = {}
    for batch in batches:
        made.rows += batch.num_rows
        made.findings.update((f.rule, f.verdict) for f in plan.screen(batch).found if SHADOW not in f.marks)
        for key, n, example in _hit(engine, batch):
            rows[key] += n
            examples.setdefault(key, example)
    made.words = [
        WordHits(names[words].name, _term(names[words], term), n, examples[words, term])
        for (words, term), n in sorted(rows.items(), key=lambda one: (-one[1], one[0]))
        if words in names
    ]
    return made


def _hit(engine: Engine, batch: pa.RecordBatch) -> Iterator[tuple[tuple[int, int], int, str]]:
    """((list, term), rows that it hits, an example) of a batch."""
    columns = TextColumns.of(batch)
    scan = engine.matcher.scan(columns)
    keys = np.stack([scan.words, scan.term, scan.row], axis=1)
    _, first = np.unique(keys, axis=0, return_index=True)
    found: dict[tuple[int, int], list[int]] = {}
    for at in first.tolist():
        found.setdefault((int(scan.words[at]), int(scan.term[at])), []).append(at)
    for key, places in found.items():
        yield key, len(places), _around(batch, scan, places[0])


def _around(batch: pa.RecordBatch, scan: ScanHits, at: int) -> str:
    place, row = int(scan.field[at]), int(scan.row[at])
    fields = ("title", "text")
    value = batch.column(fields[place] if place < len(fields) else "variants")[row].as_py()
    text = str(value if place < len(fields) else value[place - len(fields)])
    start, end = int(scan.start[at]), int(scan.end[at])
    before, behind = max(0, start - _AROUND), min(len(text), end + _AROUND)
    said = f"{text[before:start]}[{text[start:end]}]{text[end:behind]}"
    return " ".join(f"{'…' if before else ''}{said}{'…' if behind < len(text) else ''}".split())


def _term(words: Words, term: int) -> str:
    return words.terms[term].written if term < len(words.terms) else words.patterns[term - len(words.terms)]


def sought_alone(pack: Pack) -> frozenset[str]:
    """The words that rules seek for what is meant: not those of offer lines alone, nor those under a `not` alone."""
    return frozenset(
        name for rule in pack.rules for atom in positive(rule.condition, {}, "") for name in words_read(atom)
    )


def spoken_for(pack: Pack) -> frozenset[str]:
    """The words that can stand in the evidence of a finding, those of offer lines among them."""
    lines = [line for kind in (*pack.kinds, OTHER) if (line := offer_for(pack.offer, kind)) is not None]
    atoms = (atom for line in lines for atom in positive(line, {}, ""))
    return sought_alone(pack) | {name for atom in atoms for name in words_read(atom)}


def common(pack: Pack, found: Sampled, share: float) -> list[Remark]:
    """A remark for each word that is hit in more than a share of the sample. Words of offers are common by nature."""
    asked = sought_alone(pack)
    remarks = []
    for hits in found.words:
        if hits.words in asked and found.share(hits) > share:
            words = pack.words[hits.words]
            place = words.places.get(("term", plain(hits.term)), words.places.get(("pattern", hits.term), words.place))
            remarks.append(Remark(
                f'"{hits.term}" of "{hits.words}" is hit in {hits.rows} of {found.rows} rows of the sample', place,
                "write it longer, or with the not_in phrases that spare what is innocent"))  # fmt: skip
    return remarks
