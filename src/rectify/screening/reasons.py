"""Why a rule found an item: what a branch of it rests on, made ready once; and the findings that follow from it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from rectify.screening.cells import canonical
from rectify.screening.evidence import Grounds, Sentence, positive
from rectify.screening.firing import Look
from rectify.screening.identity import FindingIds, SeenDigests
from rectify.screening.rows import BatchRows, Registers
from rectify.screening.runs import PackPart, RuleRun
from rectify.terms.finding import SHADOW, Evidence, Finding, Verdict
from rectify.terms.item import ItemKey

HIDDEN = "hidden_text"  # evidence stands in text that a reader does not see
CAPPED = "capped"  # the row has more hits, or may be more products, than are looked at
ERROR = "condition_error"  # a part of the condition could not be evaluated


@dataclass(frozen=True, slots=True)
class Scope:
    """What all findings of a plan have in common. `id_key` never leaves the machine."""

    plan: str
    order: str
    id_key: bytes


class Told(NamedTuple):
    """A rule that holds in a row: what becomes a finding. `sure` counts what a reader sees alone."""

    look: Look
    row: int
    kind: str
    sure: bool
    branch: int
    error: bool
    hidden: bool  # sure, but not by what a reader sees


@dataclass(frozen=True, slots=True)
class Reason:
    """A branch of a rule, for items of one kind."""

    scope: Scope
    part: PackPart
    run: RuleRun
    ids: FindingIds
    seen: SeenDigests
    branch: str  # "2: near(service, plan, 40)"
    grounds: Grounds
    sentence: Sentence
    fields: tuple[str, ...]  # that the rule reads
    asked: tuple[str, ...]  # what it asks registers, products and providers
    registers: Registers  # those that it asks
    lists: frozenset[int]  # of the words of its pack

    @staticmethod
    def of(scope: Scope, part: PackPart, run: RuleRun, kind: str, branch: int) -> Reason:
        """The branch of that number, from 1, for a kind."""
        node, text = run.branches[branch - 1]
        grounds = Grounds.of(positive(node, part.pack.offer, kind), part.lists, part.pack.words)
        registers = part.pack.registers if run.asks_register(kind) else ()
        ids = FindingIds(scope.id_key, scope.order, run.found_as, run.meaning)
        fields, asked = run.fields(kind), run.asked(kind)
        return Reason(scope, part, run, ids, SeenDigests(asked, fields), f"{branch}: {text}", grounds,
                      Sentence(run.rule.why, run.names), fields, asked, registers,
                      frozenset(part.lists.values()))  # fmt: skip

    def finding(self, rows: BatchRows, held: Told, source: str) -> Finding:
        """The finding, with its evidence, of a row in which the branch held. `source` is the catalogue."""
        scope, run, row = self.scope, self.run, held.row
        evidence = self.grounds.evidence(rows, row)
        unseen = [piece.hidden for piece in evidence]
        sure = held.sure and not run.only_review and not (unseen and all(unseen))
        item, seen = ItemKey(source, held.kind, str(rows.value("id", row))), self._seen(rows, row)
        return Finding(
            id=self.ids.of(item, seen),
            order=scope.order,
            plan=scope.plan,
            pack=self.part.pack.name,
            rule=run.rule.id,
            item=item,
            account=str(rows.value("account", row) or ""),
            verdict=run.rule.verdict if sure else Verdict.REVIEW,
            branch=self.branch,
            why=self.sentence.told(evidence, lambda piece: self._shown(piece, rows, row)),
            evidence=evidence,
            near_register=rows.outside.near_register(self.registers, row) if self.registers else "",
            seen=seen,
            marks=self._marks(rows, held, True in unseen),
        )

    def _marks(self, rows: BatchRows, held: Told, hidden: bool) -> tuple[str, ...]:
        """What a person must know of the finding: what reading had to mend, and what screening adds."""
        marks: list[str] = list(rows.value("marks", held.row) or ())
        if held.error:
            marks.append(ERROR)
        if held.hidden or hidden:
            marks.append(HIDDEN)
        if self._capped(rows, held.row):
            marks.append(CAPPED)
        if self.run.shadow:
            marks.append(SHADOW)
        return tuple(marks)

    def _capped(self, rows: BatchRows, row: int) -> bool:
        """Whether a word of the pack has more hits in the row, or it may be more products, than are looked at."""
        if row in rows.capped and not self.lists.isdisjoint(rows.capped[row]):
            return True
        return any(rows.outside.capped(asked, row) for asked in self.asked) if self.asked else False

    def _shown(self, piece: Evidence, rows: BatchRows, row: int) -> str:
        """What stands for a {name}: the term, or for a pattern what it matched as it was written."""
        if piece.words not in self.part.pack.words or piece.term not in self.part.patterns:
            return piece.term
        column, _, place = piece.field.partition("[")
        value = rows.value(column, row)
        return str(value[int(place.rstrip("]"))] if place else value)[piece.start : piece.end]

    def _seen(self, rows: BatchRows, row: int) -> str:
        """Digest of what the rule read, which rules that read the same of a row have in common."""
        key = (row, self.fields, self.asked, self.registers)
        known = rows.digests.get(key)
        if known is None:
            answers = [self._answer(rows, row, asked) for asked in self.asked] if self.asked else []
            known = self.seen.of([*answers, *[rows.written(name, row) for name in self.fields]])
            rows.digests[key] = known
        return known

    def _answer(self, rows: BatchRows, row: int, asked: str) -> bytes:
        """What was answered, [sure, possible]; null where it could not be, which the evaluation has marked."""
        try:
            pair = rows.registered(self.registers, row) if asked == "registered" else rows.named(asked, row)
        except Exception:
            return canonical(None)
        return canonical(list(pair))
