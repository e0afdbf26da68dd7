"""Rules judged over the rows that hit what they need: what holds becomes findings."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa

from rectify.rules.language import evaluate
from rectify.rules.pack import Pack, Words
from rectify.rules.single import OneRow, Pair
from rectify.screening.evidence import Place, fill, gather, positive
from rectify.screening.firing import Candidate, Firing, Look
from rectify.screening.identity import finding_id, seen_digest
from rectify.screening.match import ScanHits
from rectify.screening.rows import BatchRows, Numbers, Outside, PairRows, Registers
from rectify.screening.runs import RuleRun, pack_key
from rectify.terms.entry import Json
from rectify.terms.finding import SHADOW, Evidence, Finding, Verdict
from rectify.terms.item import ItemKey

HIDDEN = "hidden_text"  # evidence stands in text that a reader does not see
CAPPED = "capped"  # the row has more hits, or may be more products, than are looked at
ERROR = "condition_error"  # a part of the condition could not be evaluated
FEW = 48  # pairs of a rule and a row, of one shape, from which on a column costs less than one after another


@dataclass(frozen=True, slots=True)
class Scope:
    """What all findings of a plan have in common. `source` is the catalogue; `id_key` never leaves the machine."""

    plan: str
    order: str
    id_key: bytes


@dataclass(slots=True)
class PackPart:
    """The rules of one pack in a plan, and the numbers of the lists of their words."""

    pack: Pack
    runs: tuple[RuleRun, ...]
    shadow: bool = False
    lists: dict[str, int] = field(default_factory=dict)
    patterns: frozenset[str] = field(init=False)

    def __post_init__(self) -> None:
        self.patterns = frozenset(p for words in self.pack.words.values() for p in words.patterns)

    @property
    def key(self) -> str:
        """What tells the pack in a plan."""
        return pack_key(self.pack, self.shadow)

    def words(self) -> list[Words]:
        """The words that these rules read, by name."""
        read = set().union(*(run.names for run in self.runs))
        return [self.pack.words[name] for name in sorted(read & set(self.pack.words))]


class Told(NamedTuple):
    """A rule that holds in a row: what becomes a finding. `sure` counts what a reader sees alone."""

    look: Look
    row: int
    kind: str
    sure: bool
    branch: int
    error: bool
    hidden: bool  # sure, but not by what a reader sees


@dataclass(slots=True)
class Judge:
    """All rules of a plan."""

    firing: Firing
    parts: Mapping[str, PackPart]
    scope: Scope

    def judge(
        self, batch: pa.RecordBatch, scan: ScanHits, outside: Outside, source: str
    ) -> Iterator[tuple[int, int, Finding]]:
        """(row of the batch, the rule's place in the plan, finding) for each rule and row where it holds, in any order.

        `source` is the catalogue.
        """
        told = judged(self.firing.candidates(batch, scan, outside), batch, scan, outside)
        for rows, held in told:
            one = _Finding(self.scope, self.parts[held.look.run.pack_key], rows, held, source)
            yield held.row, held.look.place, one.finding()


def judged(
    candidates: Sequence[Candidate], batch: pa.RecordBatch, scan: ScanHits, outside: Outside
) -> Iterator[tuple[BatchRows, Told]]:
    """What holds of these pairs of a rule and a row: by column where many are of one shape, else one by one."""
    if not candidates:
        return
    at = np.array(sorted({one.row for one in candidates}), np.int64)
    rows = BatchRows(batch, scan, outside, at)
    groups: dict[tuple[object, Registers | None], list[Candidate]] = defaultdict(list)
    for one in candidates:
        groups[one.look.judge, one.look.registers].append(one)
        if one.look.registers is not None:
            rows.asking.setdefault(one.look.registers, set()).add(one.row)
    few: list[Candidate] = []
    for group in groups.values():
        if len(group) < FEW:
            few += group
        else:
            yield from ((rows, held) for held in by_column(group, rows))
    yield from ((rows, held) for held in one_by_one(few, rows))


def by_column(group: Sequence[Candidate], rows: BatchRows) -> Iterator[Told]:
    """Rules of one shape over their rows, all at once."""
    first = group[0].look
    lists = np.array([one.look.lists for one in group], np.int64).reshape(len(group), -1)
    pairs = PairRows(rows, np.array([one.row for one in group], np.int64), lists, first.registers or ())
    offers = {} if first.shape.line is None else {"other": first.shape.line}
    kinds = [one.kind for one in group]
    held = evaluate(first.shape.condition, pairs, offers, kinds)
    sure = held.answer.sure
    if sure.any() and rows.scan.hidden.any():
        visible = PairRows(rows, pairs.rows, lists, first.registers or (), visible=True)
        sure = sure & evaluate(first.shape.condition, visible, offers, kinds).answer.sure
    for n in np.flatnonzero(held.answer.possible).tolist():
        unseen = bool(held.answer.sure[n]) and not sure[n]
        yield Told(*group[n], bool(sure[n]), int(held.branch[n]), bool(held.errors[n]), unseen)


def one_by_one(candidates: Sequence[Candidate], rows: BatchRows) -> Iterator[Told]:
    """Rules over their rows, one after another."""
    reached = sorted({one.row for one in candidates})
    hits, hidden = rows.by_list(reached), rows.hidden(reached)
    seen = rows.by_list(sorted(hidden), visible=True) if hidden else {}
    for look, row, kind in candidates:
        asked = _Asked(rows, row, look.registers)
        said = look.judge(OneRow(hits[row], look.lists, asked))
        if said.possible:
            sure = said.sure
            if sure and row in hidden:
                sure = look.judge(OneRow(seen[row], look.lists, asked)).sure
            yield Told(look, row, kind, sure, said.branch, said.error, said.sure and not sure)


@dataclass(slots=True)
class _Asked:
    """What no words say of a row (rules.single.Answers)."""

    rows: BatchRows
    row: int
    registers: Registers | None

    def field(self, name: str) -> Any:
        return self.rows.value(name, self.row)

    def registered(self) -> Pair:
        return self.rows.registered(self.registers or (), self.row)

    def product(self, how: str) -> Pair:
        return self.rows.named(f"product({how})", self.row)

    def provider(self) -> Pair:
        return self.rows.named("provider", self.row)


@dataclass(frozen=True, slots=True)
class _Finding:
    """A finding in the making."""

    scope: Scope
    part: PackPart
    rows: BatchRows
    held: Told
    source: str

    def finding(self) -> Finding:
        """The finding, with its evidence."""
        held, run, pack = self.held, self.held.look.run, self.part.pack
        here = self.rows.here(held.row)
        node, text = run.branches[held.branch - 1]
        place = Place(self.rows, held.row, here, self.part.lists, pack.registers)
        evidence = gather(place, list(positive(node, pack.offer, held.kind)), pack.words)
        hidden = any(piece.hidden for piece in evidence)
        sure = held.sure and not run.only_review and not (hidden and all(piece.hidden for piece in evidence))
        item, seen = ItemKey(self.source, held.kind, str(self.value("id"))), self.seen()
        return Finding(
            id=finding_id(self.scope.id_key, self.scope.order, run.found_as, run.meaning, item, seen),
            order=self.scope.order,
            plan=self.scope.plan,
            pack=pack.name,
            rule=run.rule.id,
            item=item,
            account=str(self.value("account") or ""),
            verdict=run.rule.verdict if sure else Verdict.REVIEW,
            branch=f"{held.branch}: {text}",
            why=fill(run.rule.why, run.names, evidence, self._shown),
            evidence=evidence,
            near_register=self._near(),
            seen=seen,
            marks=(*(self.value("marks") or ()), *self._marks(hidden, self._capped(here))),
        )

    def _capped(self, here: Numbers) -> bool:
        """Whether a word of the pack has more hits in the row than are looked at."""
        scan = self.rows.scan
        words = scan.words[here[scan.capped[here]]].tolist()
        return not set(self.part.lists.values()).isdisjoint(words)

    def _marks(self, hidden: bool, capped: bool) -> Iterator[str]:
        """What a person must know of the finding."""
        told = ((ERROR, self.held.error), (HIDDEN, self.held.hidden or hidden), (CAPPED, capped or self._many()),
                (SHADOW, self.held.look.run.shadow))  # fmt: skip
        return (mark for mark, holds in told if holds)

    def value(self, name: str) -> Any:
        """A field of the row."""
        return self.rows.value(name, self.held.row)

    def _many(self) -> bool:
        return any(self.rows.outside.capped(asked, self.held.row) for asked in self.held.look.run.asked(self.held.kind))

    def _near(self) -> str:
        if not self.held.look.run.asks_register(self.held.kind):
            return ""
        return self.rows.outside.near_register(self.part.pack.registers, self.held.row)

    def _shown(self, piece: Evidence) -> str:
        """What stands for a {name}: the term, or for a pattern what it matched as it was written."""
        if piece.words not in self.part.pack.words or piece.term not in self.part.patterns:
            return piece.term
        column, _, place = piece.field.partition("[")
        value = self.value(column)
        return str(value[int(place.rstrip("]"))] if place else value)[piece.start : piece.end]

    def seen(self) -> str:
        """Digest of what the rule read."""
        run, kind = self.held.look.run, self.held.kind
        fields = {name: plain_json(self.value(name)) for name in run.fields(kind)}
        return seen_digest(fields, {asked: self._answer(asked) for asked in run.asked(kind)})

    def _answer(self, asked: str) -> Json:
        """What was answered, [sure, possible]; None where it could not be, which the evaluation has marked."""
        rows, row = self.rows, self.held.row
        try:
            registers = self.part.pack.registers
            return list(rows.registered(registers, row) if asked == "registered" else rows.named(asked, row))
        except Exception:
            return None


def plain_json(value: Any) -> Json:
    """A cell as JSON: money as text, attributes as an object (the last value of a repeated key stands)."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, list) and value and isinstance(value[0], tuple):
        return dict(value)
    return list(value) if isinstance(value, list) else str(value)
