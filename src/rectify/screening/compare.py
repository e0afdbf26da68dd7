"""Two packs over the same rows, in one pass: what the second finds that the first does not, and the other way round."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum

import pyarrow as pa

from rectify.rules.language import Node, reads
from rectify.rules.pack import Pack, offer_for
from rectify.rules.registers import Register
from rectify.rules.tree import Offer, ProductNamed, ProviderNamed
from rectify.screening.compile import OrderScope, compile_plan
from rectify.screening.identity import FIXED_KEY
from rectify.screening.outside import Lookup
from rectify.screening.plan import Plan
from rectify.terms.finding import SHADOW, Finding, Verdict
from rectify.terms.order import ProviderNamed as Provider
from rectify.terms.product import Product
from rectify.terms.territory import Territory

_STRICT = {Verdict.NONE: 0, Verdict.REVIEW: 1, Verdict.VIOLATION: 2}


class Change(StrEnum):
    """What becomes of a row when the second pack takes the place of the first."""

    NEW = "newly found"
    GONE = "no longer found"
    CHANGED = "verdict changed"
    SAME = "unchanged"


@dataclass(frozen=True, slots=True)
class Sought:
    """What both packs are compiled with: an order's scope, products, providers, territory, registers, bindings, a day.

    `without_registers`: a register that is missing is told, and nobody counts as registered.
    """

    as_of: date
    order: OrderScope | None = None
    territory: Territory = frozenset()
    products: tuple[Product, ...] = ()
    providers: tuple[Provider, ...] = ()
    registers: tuple[Register, ...] = ()
    bindings: Mapping[str, Collection[str]] = field(default_factory=dict)
    id_key: bytes = field(default=FIXED_KEY, repr=False)
    without_registers: bool = False


@dataclass(frozen=True, slots=True)
class Compared:
    """A row that one of the packs found at least: the findings of each, and the strictest verdict of each."""

    row: int  # in its batch, from 0
    before: tuple[Finding, ...]
    after: tuple[Finding, ...]

    @property
    def verdicts(self) -> tuple[Verdict, Verdict]:
        """What the first says, and the second; `none` where it finds nothing."""
        return _strictest(self.before), _strictest(self.after)

    @property
    def change(self) -> Change:
        """What becomes of the row."""
        before, after = self.verdicts
        if before is after:
            return Change.SAME
        return Change.NEW if before is Verdict.NONE else Change.GONE if after is Verdict.NONE else Change.CHANGED


@dataclass(slots=True)
class RuleChange:
    """How many rows a rule found before and finds after, and what changed between: `changed` is another verdict."""

    before: int = 0
    after: int = 0
    new: int = 0
    gone: int = 0
    changed: int = 0


def compile_both(first: Pack, second: Pack, sought: Sought) -> Plan:
    """One plan of two packs: the first as in force, the second as in shadow, so that rows are folded and scanned once.

    Raises Refused as `compile_plan` does, for either.
    """
    one, other = _plan(first, sought), _plan(second, sought)
    registers = {register.name: register for register in (*one.registers, *other.registers)}
    return replace(
        one,
        runs=(*one.runs, *(replace(run, shadow=True) for run in other.runs)),
        shadow=other.packs,
        registers=tuple(registers[name] for name in sorted(registers)),
        products=one.products or other.products,
        providers=one.providers or other.providers,
        notes=tuple(dict.fromkeys((*one.notes, *other.notes))),
        left_out=tuple(dict.fromkeys((*one.left_out, *other.left_out))),
    )


def _plan(pack: Pack, sought: Sought) -> Plan:
    """The plan of one pack; what an order names is given to a pack that asks for it, so that none is refused for it."""
    asked = list(_conditions(pack))
    providers = sought.providers if any(reads(node, ProviderNamed) for node in asked) else ()
    plan = compile_plan(
        [pack],
        sought.registers,
        sought.products if any(reads(node, ProductNamed) for node in asked) else (),
        providers,
        sought.as_of,
        order=sought.order,
        territory=sought.territory,
        bindings=sought.bindings,
        id_key=sought.id_key,
        without_registers=sought.without_registers,
    )
    own = tuple(run for run in plan.runs if run.pack.name == pack.name)  # and not the one that is built in
    return replace(plan, runs=own, packs=(pack,))


def _conditions(pack: Pack) -> Iterator[Node]:
    for rule in pack.rules:
        yield rule.condition
        if reads(rule.condition, Offer):
            lines = (offer_for(pack.offer, kind) for kind in rule.kinds or pack.kinds)
            yield from (line for line in lines if line is not None)


class Comparison:
    """Rows compared batch by batch; holds counts only, so that any catalogue fits."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self.rows = 0
        self.changes: Counter[Change] = Counter()
        self.rules: dict[str, RuleChange] = {}

    def compare(self, items: pa.RecordBatch, source: str, accounts: Lookup | None = None) -> list[Compared]:
        """The rows of a batch that one of the packs found, in order."""
        told = self._plan.screen(items, source, accounts)
        found: dict[int, tuple[list[Finding], list[Finding]]] = {}
        for row, finding in zip(told.rows, told.found, strict=True):
            found.setdefault(row, ([], []))[SHADOW in finding.marks].append(finding)
        self.rows += items.num_rows
        compared = [Compared(row, tuple(before), tuple(after)) for row, (before, after) in sorted(found.items())]
        for one in compared:
            self.changes[one.change] += 1
            self._count(one)
        return compared

    def _count(self, one: Compared) -> None:
        before, after = ({f.rule: f.verdict for f in found} for found in (one.before, one.after))
        for rule in before.keys() | after.keys():
            told = self.rules.setdefault(rule, RuleChange())
            told.before += rule in before
            told.after += rule in after
            told.new += rule not in before
            told.gone += rule not in after
            told.changed += rule in before and rule in after and before[rule] is not after[rule]


def _strictest(found: Sequence[Finding]) -> Verdict:
    return max((finding.verdict for finding in found), key=_STRICT.__getitem__, default=Verdict.NONE)
