"""A plan: what is sought, by which rules, on what day. It is bytes with a digest; automata are rebuilt from them.

The same plan serves a sweep, a live call and a stream: `plan.screen(batch)` reads a batch and gives its findings.
"""

from __future__ import annotations

import gc
import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import date
from functools import cached_property
from operator import itemgetter
from pathlib import Path
from typing import Any

import pyarrow as pa

from rectify import __version__
from rectify.documents.canonical import canonical_json
from rectify.rules.pack import Pack, digest_of, pack_json
from rectify.rules.packing import pack_document, pack_of
from rectify.rules.registers import Register, register_from_json, register_json
from rectify.screening.firing import Firing
from rectify.screening.identity import FIXED_KEY
from rectify.screening.judge import Judge
from rectify.screening.kept_plans import kept_plans
from rectify.screening.match import Matcher, ScanHits, WordList
from rectify.screening.outside import BatchOutside, Lookup, OutsideIndex, accounts_by_id
from rectify.screening.reasons import Scope
from rectify.screening.runs import PackPart, RuleRun, pack_key
from rectify.screening.text import TextColumns
from rectify.terms.entry import Json
from rectify.terms.errors import Broken, RectifyError, Refused
from rectify.terms.finding import Finding
from rectify.terms.order import ItemNamed, ProviderNamed
from rectify.terms.product import Product
from rectify.terms.territory import Territory

FORMAT = 1


@dataclass(frozen=True, slots=True)
class Findings:
    """What a batch gave: findings by row, then by pack and rule; `rows` are their rows in the batch, from 0."""

    found: tuple[Finding, ...]
    rows: tuple[int, ...]
    screened: int


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A rule of a pack that is not in the plan, and why."""

    rule: str  # "pack/rule"
    reason: str


@dataclass(frozen=True)
class Plan:
    """Packs, the rules of them that entered, and what registers, products and providers say on a day.

    `digest` names what is sought; `state` names also what decides of the rest: bindings, the program's version.
    """

    packs: tuple[Pack, ...]  # in force
    runs: tuple[RuleRun, ...]  # those in force, then those in shadow
    as_of: date
    order: str = ""
    territory: Territory = frozenset()
    registers: tuple[Register, ...] = ()
    bindings: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # account key -> "register/entry"
    products: tuple[Product, ...] = ()
    providers: tuple[ProviderNamed, ...] = ()
    places: tuple[ItemNamed, ...] = ()  # exact places that the order names: their rows are kept, found or not
    left_out: tuple[LeftOut, ...] = ()
    notes: tuple[str, ...] = ()  # what a person must know of this plan, in sentences
    id_key: bytes = field(default=FIXED_KEY, repr=False)
    shadow: tuple[Pack, ...] = ()  # tried beside those in force; a name may stand in both
    beside: Path | None = field(default=None, repr=False, compare=False)  # folder for what is compiled of it

    @cached_property
    def keyed(self) -> dict[str, Pack]:
        """All packs, by what tells them in this plan."""
        held = {pack_key(pack, False): pack for pack in self.packs}
        return held | {pack_key(pack, True): pack for pack in self.shadow}

    @cached_property
    def digest(self) -> str:
        """SHA-256 (hex) over words, rules, products, providers, digests of registers, territory and day."""
        shadow = {pack.name: digest_of(pack_json(pack)) for pack in self.shadow}
        return digest_of(
            {
                "plan": FORMAT,
                "order": self.order,
                "as_of": self.as_of.isoformat(),
                "territory": sorted(self.territory),
                "packs": {pack.name: digest_of(pack_json(pack)) for pack in self.packs},
                "rules": [[run.name, list(run.kinds), run.only_review] for run in self.runs if not run.shadow],
                "registers": {register.name: register.digest for register in self.registers},
                "products": [asdict_json(product) for product in self.products],
                "providers": [asdict_json(provider) for provider in self.providers],
                "places": [asdict_json(place) for place in self.places],
                **self._in_shadow(shadow, lambda run: [run.name, list(run.kinds), run.only_review]),
            }
        )

    @cached_property
    def state(self) -> str:
        """SHA-256 (hex) of all that findings follow from but the rows: two runs of one state agree in every finding."""
        return digest_of({"document": digest_of(self._document()), "rectify": __version__})

    def _document(self) -> Json:
        return {
            "plan": FORMAT,
            "order": self.order,
            "as_of": self.as_of.isoformat(),
            "territory": sorted(self.territory),
            "packs": [pack_document(pack) for pack in self.packs],
            "rules": [_run_document(run) for run in self.runs if not run.shadow],
            "registers": [register_json(register) for register in self.registers],
            "bindings": {account: sorted(entries) for account, entries in self.bindings.items()},
            "products": [asdict_json(product) for product in self.products],
            "providers": [asdict_json(provider) for provider in self.providers],
            "places": [asdict_json(place) for place in self.places],
            "left_out": [[one.rule, one.reason] for one in self.left_out],
            "notes": list(self.notes),
            **self._in_shadow([pack_document(pack) for pack in self.shadow], _run_document),
        }

    def _in_shadow(self, packs: Json, told: Callable[[RuleRun], Json]) -> dict[str, Json]:
        """What a document says of shadow; nothing where there is none, so that it is the document of such a plan."""
        rules = [told(run) for run in self.runs if run.shadow]
        return {"shadow": {"packs": packs, "rules": rules}} if self.shadow else {}

    def to_bytes(self) -> bytes:
        """The plan as canonical JSON. `id_key` is not in it."""
        return canonical_json({"document": self._document(), "digest": self.digest})

    @staticmethod
    def from_bytes(data: bytes, id_key: bytes = FIXED_KEY, beside: Path | None = None) -> Plan:
        """The plan that bytes of `to_bytes` stand for. Raises `Broken` where they are another's or changed."""
        try:
            held = json.loads(data)
            plan = _plan_of(held["document"], id_key, beside)
            whole = plan.digest == held["digest"]
        except (ValueError, KeyError, TypeError, RectifyError) as error:
            raise Broken("these bytes are no plan", "compile it again") from error
        if not whole:
            raise Broken("the plan was changed after it was compiled", "compile it again")
        return plan

    @cached_property
    def engine(self) -> Engine:
        """What is rebuilt from the plan: automata and indexes."""
        with _no_collection():
            return Engine(self)

    def screen(self, batch: pa.RecordBatch, source: str = "catalogue", accounts: Lookup | None = None) -> Findings:
        """The findings of a batch (columns of ITEM_FIELDS; id and kind at least). Clean rows never become objects.

        `source` is the catalogue's name; `accounts` gives the accounts of ids, which otherwise are known by id alone.
        Raises `Refused` for a batch without id or kind.
        """
        return self.engine.screen(batch, source, accounts or accounts_by_id(source))


@contextmanager
def _no_collection() -> Iterator[None]:
    """Without garbage collection: what is made of tens of thousands of words holds no circles, and a third of the time
    went into looking for some.
    """
    collected = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collected:
            gc.enable()


def asdict_json(record: Any) -> Json:
    """A flat frozen record as JSON, tuples as lists."""
    return {name: list(value) if isinstance(value, tuple) else value for name, value in asdict(record).items()}


def _run_document(run: RuleRun) -> Json:
    return [run.pack.name, run.rule.id, list(run.kinds), run.only_review]


def _packs_and_runs(document: Any, *, shadow: bool) -> tuple[tuple[Pack, ...], tuple[RuleRun, ...]]:
    packs = {pack.name: pack for pack in map(pack_of, document["packs"])}
    runs = (
        RuleRun(packs[pack], packs[pack].rule(rule), tuple(kinds), only_review, shadow)
        for pack, rule, kinds, only_review in document["rules"]
    )
    return tuple(packs.values()), tuple(runs)


def _plan_of(document: Any, id_key: bytes, beside: Path | None) -> Plan:
    packs, runs = _packs_and_runs(document, shadow=False)
    shadow, tried = _packs_and_runs(document.get("shadow", {"packs": (), "rules": ()}), shadow=True)
    return Plan(
        packs=packs,
        runs=(*runs, *tried),
        shadow=shadow,
        as_of=date.fromisoformat(document["as_of"]),
        order=document["order"],
        territory=frozenset(document["territory"]),
        registers=tuple(map(register_from_json, document["registers"])),
        bindings={account: tuple(entries) for account, entries in document["bindings"].items()},
        products=tuple(Product(**{**p, "batch": tuple(p["batch"])}) for p in document["products"]),
        providers=tuple(ProviderNamed(**p) for p in document["providers"]),
        places=tuple(ItemNamed(**p) for p in document["places"]),
        left_out=tuple(LeftOut(*one) for one in document["left_out"]),
        notes=tuple(document["notes"]),
        id_key=id_key,
        beside=beside,
    )


class Engine:
    """A plan made ready: one automaton over the words of all rules, an index from words to the rules that need them."""

    def __init__(self, plan: Plan) -> None:
        runs: dict[str, list[RuleRun]] = {key: [] for key in plan.keyed}
        for run in plan.runs:
            runs[run.pack_key].append(run)
        parts = {key: PackPart(pack, tuple(runs[key]), key != pack.name) for key, pack in plan.keyed.items()}
        self.outside = OutsideIndex.of(
            plan.keyed.values(), plan.registers, plan.bindings, plan.as_of, plan.territory, plan.products,
            plan.providers,
        )  # fmt: skip
        sought = self.outside.lists()
        # what an order names (products, providers) is kept nowhere but beside its plan
        kept = kept_plans(plan.beside) if plan.beside or not sought else None
        self.numbers = {words.name: place for place, words in enumerate(sought)}
        _number(parts.values(), sought)
        self.parts = [(part, part.lists) for part in parts.values()]
        self.matcher = Matcher.compile(sought, kept)
        sizes = [(len(words.terms), len(words.patterns)) for words in sought]
        firing = Firing.of([(run, parts[run.pack_key].lists) for run in plan.runs], sizes, len(self.numbers))
        self._judge = Judge(firing, parts, Scope(plan.digest, plan.order, plan.id_key))

    def screen(self, batch: pa.RecordBatch, source: str, accounts: Lookup) -> Findings:
        """The findings of a batch; see `Plan.screen`."""
        if missing := {"id", "kind"} - set(batch.schema.names):
            raise Refused(f"rows without {' and '.join(sorted(missing))} cannot be screened")
        columns = TextColumns.of(batch)
        return self.judged(batch, columns, self.scan(columns), source, accounts)

    def scan(self, columns: TextColumns) -> ScanHits:
        """All hits in these texts that a finding may come of: matches of patterns only where a rule reads them."""
        return self.matcher.scan(columns, self._judge.firing.read_there)

    def judged(
        self, batch: pa.RecordBatch, columns: TextColumns, scan: ScanHits, source: str, accounts: Lookup
    ) -> Findings:
        """The findings of a batch that was scanned."""
        outside = BatchOutside(self.outside, batch, columns, scan, self.numbers, source, accounts)
        told = sorted(self._judge.judge(batch, scan, outside, source), key=itemgetter(0, 1))
        return Findings(tuple(f for *_, f in told), tuple(row for row, *_ in told), batch.num_rows)


def _number(parts: Iterable[PackPart], sought: list[WordList]) -> None:
    """Gives each part the numbers of its lists. Lists of several packs that say the same are sought once."""
    known: dict[tuple[object, ...], int] = {}
    for part in parts:
        seen: Counter[tuple[object, ...]] = Counter()
        for words in part.words():
            says = (words.terms, words.not_in, words.patterns, words.disguises)
            seen[says] += 1
            key = (seen[says], *says)  # two lists of one pack stay two: evidence names the list
            if key not in known:
                known[key] = len(sought)
                sought.append(WordList(f"{part.key}/{words.name}", *says))
            part.lists[words.name] = known[key]
