"""Rules judged over the rows that hit what they need: what holds becomes findings."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa

from rectify.rules.language import evaluate
from rectify.rules.single import OneRow, Pair
from rectify.screening.firing import Candidate, Firing, Look
from rectify.screening.match import ScanHits
from rectify.screening.reasons import Reason, Scope, Told
from rectify.screening.row_hits import HitsOfRow
from rectify.screening.rows import BatchRows, Outside, PairRows, Registers
from rectify.screening.runs import PackPart
from rectify.terms.finding import Finding

FEW = 64  # pairs of a rule and a row, of one shape, from which on a column costs less than one after another


@dataclass(slots=True)
class Judge:
    """All rules of a plan."""

    firing: Firing
    parts: Mapping[str, PackPart]
    scope: Scope
    _reasons: dict[tuple[Look, str, int], Reason] = field(default_factory=dict)

    def judge(
        self, batch: pa.RecordBatch, scan: ScanHits, outside: Outside, source: str
    ) -> Iterator[tuple[int, int, Finding]]:
        """(row of the batch, the rule's place in the plan, finding) for each rule and row where it holds, in any order.

        `source` is the catalogue.
        """
        held = list(judged(self.firing.candidates(batch, scan, outside), batch, scan, outside))
        for rows, told in held:
            yield told.row, told.look.place, self._reason(told).finding(rows, told, source)

    def _reason(self, told: Told) -> Reason:
        key = (told.look, told.kind, told.branch)
        known = self._reasons.get(key)
        if known is None:
            run = told.look.run
            known = Reason.of(self.scope, self.parts[run.pack_key], run, told.kind, told.branch)
            self._reasons[key] = known
        return known


def judged(
    candidates: Sequence[Candidate], batch: pa.RecordBatch, scan: ScanHits, outside: Outside
) -> Iterator[tuple[BatchRows, Told]]:
    """What holds of these pairs of a rule and a row: by column where many are of one shape, else one by one."""
    if not candidates:
        return
    rows = BatchRows(batch, scan, outside, sorted({one.row for one in candidates}))
    for one in candidates:
        if one.look.registers is not None:
            rows.asking.setdefault(one.look.registers, set()).add(one.row)
    few: Sequence[Candidate] = candidates
    if len(candidates) >= FEW:
        few, many = _few_and_many(candidates)
        for group in many:
            yield from ((rows, held) for held in by_column(group, rows))
    yield from ((rows, held) for held in one_by_one(few, rows))


def _few_and_many(candidates: Sequence[Candidate]) -> tuple[list[Candidate], list[list[Candidate]]]:
    """Those of shapes with few pairs, and the others, shape by shape."""
    groups: dict[tuple[object, Registers | None], list[Candidate]] = defaultdict(list)
    for one in candidates:
        groups[one.look.judge, one.look.registers].append(one)
    few = [one for group in groups.values() if len(group) < FEW for one in group]
    return few, [group for group in groups.values() if len(group) >= FEW]


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
    hits: dict[int, HitsOfRow] = {}
    asked = _Asked(rows)
    one = OneRow({}, (), asked)
    for look, row, kind in candidates:
        here = hits.get(row)
        if here is None:
            here = hits[row] = rows.hits(row).by_list()
        asked.row, asked.registers = row, look.registers
        one.found, one.lists = here, look.lists
        sure, possible, branch, error = look.judge(one)
        if possible:
            seen = sure
            if sure and row in rows.hidden:
                one.found = rows.visible(row)
                seen = look.judge(one).sure
            yield Told(look, row, kind, seen, branch, error, sure and not seen)


@dataclass(slots=True)
class _Asked:
    """What no words say of a row (rules.single.Answers)."""

    rows: BatchRows
    row: int = 0
    registers: Registers | None = None

    def field(self, name: str) -> Any:
        return self.rows.value(name, self.row)

    def registered(self) -> Pair:
        return self.rows.registered(self.registers or (), self.row)

    def product(self, how: str) -> Pair:
        return self.rows.named(f"product({how})", self.row)

    def provider(self) -> Pair:
        return self.rows.named("provider", self.row)
