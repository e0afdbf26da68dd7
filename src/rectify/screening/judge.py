"""One pack's rules judged over the rows of a batch that its words, products or providers nominated."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from rectify.rules.language import evaluate
from rectify.rules.pack import Pack, Words
from rectify.screening.evidence import fill, gather, positive
from rectify.screening.identity import finding_id, seen_digest
from rectify.screening.match import ScanHits
from rectify.screening.rows import Numbers, Outside, PackRows
from rectify.screening.runs import RuleRun, pack_key
from rectify.terms.entry import Json
from rectify.terms.finding import SHADOW, Evidence, Finding, Verdict
from rectify.terms.item import ItemKey

HIDDEN = "hidden_text"  # evidence stands in text that a reader does not see
CAPPED = "capped"  # the row has more hits than are looked at
ERROR = "condition_error"  # a part of the condition could not be evaluated


@dataclass(frozen=True, slots=True)
class Scope:
    """What all findings of a plan have in common. `source` is the catalogue; `id_key` never leaves the machine."""

    plan: str
    order: str
    id_key: bytes


@dataclass(slots=True)
class PackJudge:
    """The rules of one pack in a plan, judged over nominated rows."""

    pack: Pack
    runs: tuple[RuleRun, ...]
    scope: Scope
    shadow: bool = False
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

    def nominated(
        self, lists: Mapping[str, int], outside: Outside, scan: ScanHits, rows: int
    ) -> Iterator[tuple[Numbers, Sequence[RuleRun]]]:
        """(rows, the rules that must look at them): what words, products or providers nominate; all for field rules."""
        some = [run for run in self.runs if run.nominators is not None]
        every = [run for run in self.runs if run.nominators is None]
        names = set().union(*(run.nominators or () for run in some))
        reached = np.zeros(rows, np.bool_)
        reached[scan.row[np.isin(scan.words, [lists[name] for name in names if name in lists])]] = True
        for asked in sorted(names - set(lists)):
            reached |= outside.named(asked).possible
        for runs, at in ((some, np.flatnonzero(reached)), (every, np.arange(rows))):
            if runs and len(at):
                yield at, runs

    def judge(self, rows: PackRows, runs: Sequence[RuleRun], source: str) -> Iterator[tuple[int, RuleRun, Finding]]:
        """(row of the batch, the rule, its finding) for each rule and row where it holds, in no particular order."""
        if not rows.n:
            return
        kinds = [str(kind) for kind in rows.field("kind")]
        hidden = bool(rows.scan.hidden[rows.taken].any())
        visible = rows.visible() if hidden else rows
        for run in runs:
            reached = np.isin(kinds, run.kinds)
            if run.nominators is not None:
                reached &= rows.nominated(run.nominators)
            if not reached.any():
                continue
            held = evaluate(run.rule.condition, rows, self.pack.offer, kinds)
            sure = held.answer.sure
            if hidden and sure.any():
                sure = sure & evaluate(run.rule.condition, visible, self.pack.offer, kinds).answer.sure
            for number in np.flatnonzero(held.answer.possible & reached).tolist():
                verdict = run.rule.verdict if sure[number] and not run.only_review else Verdict.REVIEW
                marks = [ERROR] if held.errors[number] else []
                if held.answer.sure[number] and not sure[number]:
                    marks.append(HIDDEN)
                one = _Judging(rows, number, run, kinds[number], source)
                yield int(rows.at[number]), run, self._finding(one, verdict, int(held.branch[number]), marks)

    def _finding(self, one: _Judging, verdict: Verdict, branch: int, marks: list[str]) -> Finding:
        rows, number, run = one.rows, one.number, one.run
        node, text = run.branches[branch - 1]
        evidence = gather(rows, number, list(positive(node, self.pack.offer, one.kind)), self.pack.words)
        if evidence and all(piece.hidden for piece in evidence):
            verdict = Verdict.REVIEW
        if HIDDEN not in marks and any(piece.hidden for piece in evidence):
            marks.append(HIDDEN)
        if rows.scan.capped[rows.hits_of(number)].any():
            marks.append(CAPPED)
        seen = one.seen()
        return Finding(
            id=finding_id(self.scope.id_key, self.scope.order, run.found_as, run.meaning, one.item, seen),
            order=self.scope.order,
            plan=self.scope.plan,
            pack=self.pack.name,
            rule=run.rule.id,
            item=one.item,
            account=str(one.value("account") or ""),
            verdict=verdict,
            branch=f"{branch}: {text}",
            why=fill(run.rule.why, run.names, evidence, lambda piece: self._shown(one, piece)),
            evidence=evidence,
            near_register=self._near(one),
            seen=seen,
            marks=(*(one.value("marks") or ()), *marks, *([SHADOW] if run.shadow else ())),
        )

    def _near(self, one: _Judging) -> str:
        if not one.run.asks_register(one.kind):
            return ""
        return one.rows.outside.near_register(self.key, int(one.rows.at[one.number]))

    def _shown(self, one: _Judging, piece: Evidence) -> str:
        """What stands for a {name}: the term, or for a pattern what it matched as it was written."""
        if piece.words not in self.pack.words or piece.term not in self.patterns:
            return piece.term
        return one.written(piece.field)[piece.start : piece.end]


@dataclass(frozen=True, slots=True)
class _Judging:
    """One row that one rule reached."""

    rows: PackRows
    number: int
    run: RuleRun
    kind: str
    source: str

    def value(self, name: str) -> Any:
        """A field of the row."""
        return self.rows.field(name)[self.number]

    @property
    def item(self) -> ItemKey:
        """Whose row it is."""
        return ItemKey(self.source, self.kind, str(self.value("id")))

    def written(self, name: str) -> str:
        """The text of a field as it was written; `name` as evidence has it ("variants[2]")."""
        column, _, place = name.partition("[")
        value = self.value(column)
        return str(value[int(place.rstrip("]"))] if place else value)

    def seen(self) -> str:
        """Digest of what the rule read."""
        fields = {name: plain_json(self.value(name)) for name in self.run.fields(self.kind)}
        answers = {asked: self._answer(asked) for asked in self.run.asked(self.kind)}
        return seen_digest(fields, answers)

    def _answer(self, asked: str) -> Json:
        """What was answered, [sure, possible]; None where it could not be, which the evaluation has marked."""
        try:
            answer = self.rows.answer(asked)
        except Exception:
            return None
        return [bool(answer.sure[self.number]), bool(answer.possible[self.number])]


def plain_json(value: Any) -> Json:
    """A cell as JSON: money as text, attributes as an object (the last value of a repeated key stands)."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, list) and value and isinstance(value[0], tuple):
        return dict(value)
    return list(value) if isinstance(value, list) else str(value)
