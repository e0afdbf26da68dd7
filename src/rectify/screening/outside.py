"""What no words of a pack say: registers, products and providers, answered for the rows of one batch.

Columns and the matcher nominate rows; what rules/ knows of products and providers then judges each of them once.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import re2

from rectify.rules.columns import Answer
from rectify.rules.pack import Pack, Term
from rectify.rules.products import ProductAnswer, ProductIndex
from rectify.rules.providers import APP_FIELDS, ProviderFacts, ProviderIndex
from rectify.rules.registers import Register, RegisterIndex
from rectify.screening.cells import reader
from rectify.screening.fold import fold_text
from rectify.screening.match import ScanHits, WordList
from rectify.screening.products import BatchProducts, attributes, graded, holding, patterns_for
from rectify.screening.rows import ATTRIBUTE, Flags, Numbers, Registers, field_values
from rectify.screening.text import TextColumns
from rectify.terms.finding import WEAK, Disguise, Evidence
from rectify.terms.item import Account
from rectify.terms.order import ProviderNamed
from rectify.terms.product import Product
from rectify.terms.territory import Territory

Lookup = Callable[[Sequence[str]], Sequence[Account]]  # accounts of host ids, in their order
PRODUCTS, PROVIDERS = " products", " providers"  # words lists beside those of packs; no pack can bear these names
_APP_KIND = "app"
# Products are judged on folded text, which sees through these; a nomination must never see less.
_SEEN_THROUGH = frozenset(Disguise) - WEAK


def accounts_by_id(source: str) -> Lookup:
    """Accounts of which nothing is known but their ids."""
    return lambda ids: [Account(source, one) for one in ids]


@dataclass(frozen=True)
class OutsideIndex:
    """The indexes of a plan, made once: registers as packs name them together, products, providers."""

    registers: dict[Registers, RegisterIndex]
    products: ProductIndex | None
    providers: ProviderIndex | None

    @staticmethod
    def of(
        packs: Iterable[Pack],
        registers: Sequence[Register],
        bindings: Mapping[str, Collection[str]],
        as_of: date,
        territory: Territory,
        products: Sequence[Product],
        providers: Sequence[ProviderNamed],
    ) -> OutsideIndex:
        """The indexes of what a plan names, on its day and in its territory."""
        known = {register.name: register for register in registers}
        together = {
            names: RegisterIndex([known[n] for n in names if n in known], as_of, territory, bindings)
            for names in {pack.registers for pack in packs}
        }
        return OutsideIndex(
            together,
            ProductIndex(products, fold_text) if products else None,
            ProviderIndex(providers) if providers else None,
        )

    def lists(self) -> list[WordList]:
        """What the matcher seeks besides the words of packs, so that rows are nominated without reading each."""
        found = []
        if self.products and (patterns := patterns_for(self.products)):
            found.append(WordList(PRODUCTS, (), (), patterns, _SEEN_THROUGH))
        if self.providers and self.providers.nominating_terms():
            terms = tuple(Term(domain, "") for domain in self.providers.nominating_terms())
            found.append(WordList(PROVIDERS, terms, (), (), _SEEN_THROUGH))
        return found


@dataclass(slots=True)
class BatchOutside:
    """The answers for one batch. Each is worked out when a rule first asks for it."""

    index: OutsideIndex
    batch: pa.RecordBatch
    columns: TextColumns
    scan: ScanHits
    numbers: dict[str, int]  # PRODUCTS, PROVIDERS -> number of the list in the scan
    source: str
    accounts: Lookup
    _products: dict[int, ProductAnswer] | None = None
    _providers: dict[int, tuple[Evidence, ...]] | None = None
    _near: dict[tuple[Registers, int], str] = field(default_factory=dict)
    _goods: BatchProducts | None = field(init=False)

    def __post_init__(self) -> None:
        index = self.index.products
        self._goods = BatchProducts(index, self.batch, self.columns, self._hit(PRODUCTS)) if index else None

    def registered(self, registers: Registers, rows: Numbers) -> Answer:
        """Whether the accounts of these rows are on one of these registers, one element for each of `rows`."""
        read = reader(self.batch.column("account") if "account" in self.batch.schema.names else None)
        ids = [str(read(row) or "") for row in rows.tolist()]
        distinct = sorted(set(ids))
        said = self.index.registers[registers].answers(self.accounts(distinct))
        place = {one: n for n, one in enumerate(distinct)}
        at = [place[one] for one in ids]
        for row, n in zip(rows.tolist(), at, strict=True):
            self._near[registers, row] = said.near_entry[n]
        return Answer(said.answer.sure[at], said.answer.possible[at])

    def near_register(self, registers: Registers, row: int) -> str:
        """The entry "register/entry" that a row's account is like but not bound to; empty for none."""
        return self._near.get((registers, row), "")

    def named(self, asked: str) -> Answer:
        """The answer of "product(gtin)", "product(model)" or "provider", one element for each row of the batch."""
        if asked == "provider":
            sure = np.zeros(self.batch.num_rows, np.bool_)
            sure[list(self._of_providers())] = True
            return Answer.of(sure)
        return Answer(*graded(self._of_products(), _how(asked), self.batch.num_rows))

    def shown(self, asked: str, row: int) -> tuple[Evidence, ...]:
        """What speaks for a product or a provider in a row; for a register the account itself."""
        if asked == "registered":
            (account,) = field_values(self.batch, "account", np.array([row]))
            return (Evidence("account", 0, len(account or ""), "registered", account or ""),)
        if asked == "provider":
            return self._of_providers().get(row, ())
        answer = self._of_products().get(row)
        return () if answer is None or self._goods is None else self._goods.evidence(row, answer.by(_how(asked)))

    def capped(self, asked: str, row: int) -> bool:
        """Whether a row may be more products than it was judged beside."""
        answer = self._of_products().get(row) if asked.startswith("product(") else None
        return answer is not None and answer.capped

    def _of_products(self) -> dict[int, ProductAnswer]:
        if self._products is None:
            self._products = self._goods.answers() if self._goods else {}
        return self._products

    def _of_providers(self) -> dict[int, tuple[Evidence, ...]]:
        if self._providers is None:
            index = self.index.providers
            rows = [] if index is None else np.flatnonzero(self._nominated(index)).tolist()
            judged = {row: index.judge(self._facts(row)) for row in rows} if index is not None else {}
            self._providers = {row: evidence for row, evidence in judged.items() if evidence}
        return self._providers

    def _nominated(self, index: ProviderIndex) -> Flags:
        """Rows with a domain in their texts or url, an account or an app id of the list; wider than the judgement."""
        nominated = self._hit(PROVIDERS)
        domains = index.nominating_terms()
        names = self.batch.schema.names
        if domains and "url" in names:
            urls = [url or "" for url in self.batch.column("url").to_pylist()]
            nominated[holding(urls, tuple(re2.escape(fold_text(domain)) for domain in domains))] = True
        if "account" in names:
            accounts = [p.account for p in index.providers if p.account]
            bare = [account.removeprefix(f"{self.source}/") for account in accounts]
            nominated |= _flags(pc.is_in(self.batch.column("account"), pa.array([*accounts, *bare], pa.string())))
        apps = [p.app for p in index.providers if p.app]
        if apps:
            nominated |= _flags(pc.equal(self.batch.column("kind"), _APP_KIND)) & _alike(self.batch.column("id"), apps)
            parents, keys, _ = attributes(self.batch)
            wanted = [name.removeprefix(ATTRIBUTE) for name in APP_FIELDS if name.startswith(ATTRIBUTE)]
            if len(keys):
                nominated[parents[_flags(pc.is_in(keys, pa.array(wanted)))]] = True
        return nominated

    def _facts(self, row: int) -> ProviderFacts:
        at = np.array([row])

        def value(name: str) -> str:
            return str(field_values(self.batch, name, at)[0] or "")

        (variants,) = field_values(self.batch, "variants", at)
        texts = {name: value(name) for name in ("title", "text", "url")}
        texts |= {f"variants[{place}]": text or "" for place, text in enumerate(variants or ())}
        ids = {name: held for name in APP_FIELDS if (held := value(name))}
        return ProviderFacts(value("account"), self.source, value("kind"), texts, ids)

    def _hit(self, name: str) -> Flags:
        flags = np.zeros(self.batch.num_rows, np.bool_)
        if name in self.numbers:
            flags[self.scan.row[self.scan.words == self.numbers[name]]] = True
        return flags


def _how(asked: str) -> str:
    return asked.removeprefix("product(").removesuffix(")")


def _flags(array: pa.Array) -> Flags:
    return np.asarray(pc.fill_null(array, False)).astype(np.bool_)


def _alike(ids: pa.Array, apps: Sequence[str]) -> Flags:
    """Which ids may be one of these, whatever their case; all that are not ASCII may be."""
    small = pc.utf8_lower(pc.utf8_trim_whitespace(ids))
    wanted = pa.array(sorted({app.strip().casefold() for app in apps}), pa.string())
    return _flags(pc.or_(pc.is_in(small, wanted), pc.invert(pc.string_is_ascii(ids))))
