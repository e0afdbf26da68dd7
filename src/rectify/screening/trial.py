"""A pack tried: its trials run as a sweep would run them, and one text looked at closely (`pack trial`, `pack try`)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Any

import pyarrow as pa

from rectify.catalogue.schema import ITEM_SCHEMA
from rectify.rules.pack import Pack
from rectify.rules.registers import Register, RegisterEntry
from rectify.rules.trial import Trial
from rectify.screening.compile import compile_plan
from rectify.screening.evidence import hit_evidence
from rectify.screening.plan import Plan
from rectify.screening.text import TextColumns
from rectify.terms.finding import Evidence, Finding, Verdict
from rectify.terms.item import TEXT_FIELDS, Account
from rectify.terms.order import ProviderNamed
from rectify.terms.product import Product

_DAY = date(2026, 1, 1)  # trials hold on any day; their register is always valid
_BOUND, _NEAR, _NOBODY = "trial-registered", "trial-near", "trial-nobody"
_LICENCE = "TRIAL-LICENCE"
_STRICTNESS = {Verdict.NONE: 0, Verdict.REVIEW: 1, Verdict.VIOLATION: 2}


@dataclass(frozen=True, slots=True)
class TrialResult:
    """A trial and what came out. `got` is the verdict of the rule that it names, else the pack's strictest."""

    trial: Trial
    got: Verdict
    findings: tuple[Finding, ...]

    @property
    def held(self) -> bool:
        """Whether it came out as it says."""
        return self.got is self.trial.expect

    def __str__(self) -> str:
        said = self.trial.item.get("title") or self.trial.item.get("text") or ""
        return f"{self.trial.place}: expected {self.trial.expect}, got {self.got}: {str(said)[:80]}"


@dataclass(frozen=True, slots=True)
class Tried:
    """What the engine makes of one item: its folded texts, all hits of the pack's words, and the findings."""

    folded: Mapping[str, str]  # field -> folded text
    hits: tuple[Evidence, ...]
    findings: tuple[Finding, ...]
    verdict: Verdict
    branches: tuple[str, ...] = field(default=())  # "pack/rule 1: ..." of each rule that held


def run_trials(pack: Pack, trials: Sequence[Trial] | None = None) -> list[TrialResult]:
    """The results of a pack's trials, in their order. Each is an item of its own, of a plan that names its products."""
    trials = pack.trials if trials is None else trials
    plans: dict[tuple[tuple[Product, ...], tuple[ProviderNamed, ...]], list[int]] = defaultdict(list)
    for number, trial in enumerate(trials):
        plans[trial.products, trial.providers].append(number)
    found: dict[int, list[Finding]] = defaultdict(list)
    for (products, providers), numbers in plans.items():
        items = [_item(trials[n].item, _account(trials[n])) for n in numbers]
        told = trial_plan(pack, products, providers).screen(batch_of(items), "trial", _accounts)
        for row, finding in zip(told.rows, told.found, strict=True):
            found[numbers[row]].append(finding)
    return [_result(pack, trial, found[number]) for number, trial in enumerate(trials)]


def _result(pack: Pack, trial: Trial, found: Sequence[Finding]) -> TrialResult:
    counted = [f for f in found if f.pack == pack.name and trial.rule in ("", f.rule)]
    return TrialResult(trial, _strictest(counted), tuple(found))


def _strictest(found: Sequence[Finding]) -> Verdict:
    return max((finding.verdict for finding in found), key=_STRICTNESS.__getitem__, default=Verdict.NONE)


def try_text(
    pack: Pack,
    text: str,
    *,
    field: str = "title",
    kind: str = "",
    registered: bool = False,
    products: Sequence[Product] = (),
    providers: Sequence[ProviderNamed] = (),
) -> Tried:
    """What a pack makes of one text (as the title of a listing, unless told otherwise)."""
    item = {"kind": kind or ("listing" if "listing" in pack.kinds else pack.kinds[0]), field: text}
    return try_item(pack, item, registered=registered, products=products, providers=providers)


def try_item(
    pack: Pack,
    item: Mapping[str, Any],
    *,
    registered: bool = False,
    products: Sequence[Product] = (),
    providers: Sequence[ProviderNamed] = (),
) -> Tried:
    """What a pack makes of one item, given by names of item fields."""
    batch = batch_of([_item(item, _BOUND if registered else _NOBODY)])
    plan = trial_plan(pack, products, providers)
    found = plan.screen(batch, "trial", _accounts).found
    columns = TextColumns.of(batch)
    folded = {"title": columns.folded(0, 0), "text": columns.folded(0, 1)}
    variants = batch.column("variants")[0].as_py()
    folded |= {f"variants[{n}]": columns.folded(0, len(TEXT_FIELDS) - 1 + n) for n in range(len(variants))}
    return Tried(
        folded={name: text for name, text in folded.items() if text},
        hits=tuple(_hits(plan, columns)),
        findings=found,
        verdict=_strictest(found),
        branches=tuple(f"{one.pack}/{one.rule} {one.branch}" for one in found),
    )


def _hits(plan: Plan, columns: TextColumns) -> list[Evidence]:
    """All hits of the words of packs, whether a rule holds or not."""
    scan = plan.engine.matcher.scan(columns)
    words = {lists[one.name]: one for judge, lists in plan.engine.parts for one in judge.words()}
    return [
        hit_evidence(scan, at, words[int(scan.words[at])]) for at in range(len(scan)) if int(scan.words[at]) in words
    ]


def trial_plan(pack: Pack, products: Sequence[Product] = (), providers: Sequence[ProviderNamed] = ()) -> Plan:
    """The plan of trials: all rules of the pack, and registers with one entry that trial accounts are bound to."""
    entry = RegisterEntry("trial", "Trial", frozenset(), licence=_LICENCE, accounts=(f"trial/{_BOUND}",))
    registers = [Register(name, "trial", _DAY, 1, (entry,)) for name in pack.registers]
    plan = compile_plan([pack], registers, products, providers, _DAY)
    return replace(plan, runs=tuple(run for run in plan.runs if run.pack.name == pack.name), packs=(pack,))


def _account(trial: Trial) -> str:
    return _BOUND if trial.registered else _NEAR if trial.near_register else _NOBODY


def _accounts(ids: Sequence[str]) -> list[Account]:
    return [Account("trial", one, licence=_LICENCE if one == _NEAR else "") for one in ids]


def _item(item: Mapping[str, Any], account: str) -> dict[str, Any]:
    return {**item, "account": account}


def batch_of(items: Sequence[Mapping[str, Any]]) -> pa.RecordBatch:
    """Items, given by names of item fields, as a batch of the item schema; what is not given is empty."""
    rows = []
    for number, item in enumerate(items, 1):
        row: dict[str, Any] = {"id": str(number), "row": number, "marks": [], "variants": [], "pictures": []}
        row |= {"storefronts": None, "price": None, "published": None, "attributes": {}, **item}
        if row["price"] is not None:
            row["price"] = Decimal(str(row["price"])).quantize(Decimal("0.0001"))
        rows.append({name: row.get(name, "") for name in ITEM_SCHEMA.names})
    return pa.RecordBatch.from_pylist(rows, schema=ITEM_SCHEMA)
