"""What no words of a pack say: registers, products and providers, answered for the rows of one batch.

Columns and the matcher nominate rows; what rules/ knows of products and providers then judges each of them once.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import re2

from rectify.rules.columns import Answer
from rectify.rules.pack import Pack, Term
from rectify.rules.product_row import Grade, Judged
from rectify.rules.products import ATTRIBUTES, ProductAnswer, ProductIndex
from rectify.rules.providers import APP_FIELDS, ProviderFacts, ProviderIndex
from rectify.rules.registers import Register, RegisterIndex
from rectify.screening.fold import codes_of, fold_codes, fold_text, text_of
from rectify.screening.match import ScanHits, WordList
from rectify.screening.rows import ATTRIBUTE, Flags, Numbers, Registers, field_values
from rectify.screening.text import TextColumns
from rectify.terms.finding import WEAK, Disguise, Evidence
from rectify.terms.item import TEXT_FIELDS, Account
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
        if self.products:
            found.append(WordList(PRODUCTS, (), (), tuple(self.products.nominating_patterns()), _SEEN_THROUGH))
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

    def registered(self, registers: Registers, rows: Numbers) -> Answer:
        """Whether the accounts of these rows are on one of these registers, one element for each of `rows`."""
        ids = [str(one or "") for one in field_values(self.batch, "account", rows)]
        distinct = sorted(set(ids))
        said = self.index.registers[registers].answers(self.accounts(distinct))
        at = np.searchsorted(np.array(distinct), np.array(ids))
        for row, place in zip(rows.tolist(), at.tolist(), strict=True):
            self._near[registers, row] = said.near_entry[place]
        return Answer(said.answer.sure[at], said.answer.possible[at])

    def near_register(self, registers: Registers, row: int) -> str:
        """The entry "register/entry" that a row's account is like but not bound to; empty for none."""
        return self._near.get((registers, row), "")

    def named(self, asked: str) -> Answer:
        """The answer of "product(gtin)", "product(model)" or "provider", one element for each row of the batch."""
        sure, possible = np.zeros(self.batch.num_rows, np.bool_), np.zeros(self.batch.num_rows, np.bool_)
        if asked == "provider":
            sure[list(self._of_providers())] = True
            return Answer.of(sure)
        for row, answer in self._of_products().items():
            grade = answer.by(_how(asked)).grade
            sure[row], possible[row] = grade is Grade.SURE, grade is not Grade.NO
        return Answer(sure, possible)

    def shown(self, asked: str, row: int) -> tuple[Evidence, ...]:
        """What speaks for a product or a provider in a row; for a register the account itself."""
        if asked == "registered":
            (account,) = field_values(self.batch, "account", np.array([row]))
            return (Evidence("account", 0, len(account or ""), "registered", account or ""),)
        if asked == "provider":
            return self._of_providers().get(row, ())
        answer = self._of_products().get(row)
        return () if answer is None else self._product_evidence(row, answer.by(_how(asked)))

    def _of_products(self) -> dict[int, ProductAnswer]:
        if self._products is None:
            index = self.index.products
            self._products = {} if index is None else {row: self._judged(index, row) for row in self._rows_for(index)}
        return self._products

    def _rows_for(self, index: ProductIndex) -> list[int]:
        nominated = self._hit(PRODUCTS)
        parents, keys, values = attributes(self.batch)
        kept = np.flatnonzero(np.asarray(pc.is_in(keys, pa.array(ATTRIBUTES)))) if len(keys) else np.empty(0, np.int64)
        if len(kept):
            said = values.take(pa.array(kept)).to_pylist()
            nominated[parents[kept[holding(said, tuple(index.nominating_patterns()))]]] = True
        return np.flatnonzero(nominated).tolist()

    def _judged(self, index: ProductIndex, row: int) -> ProductAnswer:
        (variants,) = field_values(self.batch, "variants", np.array([row]))
        (stated,) = field_values(self.batch, "attributes", np.array([row]))
        folded = [self.columns.folded(row, place) for place in range(2 + len(variants or ()))]
        return index.judge(folded[0], folded[1], folded[2:], {k: v or "" for k, v in stated or ()})

    def _product_evidence(self, row: int, judged: Judged) -> tuple[Evidence, ...]:
        index = self.index.products
        assert index is not None
        found = []
        for seen in judged.seen:
            start, end, hidden = seen.start, seen.end, False
            if seen.field.startswith(ATTRIBUTE):
                (value,) = field_values(self.batch, seen.field, np.array([row]))
                start, end = 0, len(value)
            else:
                start, end, hidden = self._written(row, seen.field, seen.start, seen.end)
            found.append(Evidence(seen.field, start, end, "product", index.label(seen.number), (), hidden))
        return tuple(found)

    def _written(self, row: int, name: str, start: int, end: int) -> tuple[int, int, bool]:
        """(start, end in what was written, hidden) of a span of a folded text."""
        column, _, place = name.partition("[")
        number = TEXT_FIELDS.index(column) + (int(place.rstrip("]")) if place else 0)
        cell = self.columns.cell(row, number)
        _, at = fold_codes(codes_of(self.columns.read(cell)))
        first, last = int(at[start]), int(at[end - 1]) + 1
        view = self.columns.views.get(cell)
        hidden = view is not None and bool(view.hidden[first:last].any())
        return (*self.columns.span(cell, first, last), hidden)

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


def attributes(batch: pa.RecordBatch) -> tuple[Numbers, pa.Array, pa.Array]:
    """(row, name, value) of every attribute of a batch."""
    if "attributes" not in batch.schema.names:
        return np.empty(0, np.int64), pa.array([], pa.string()), pa.array([], pa.string())
    maps = batch.column("attributes")
    offsets = np.asarray(maps.offsets)
    rows = np.repeat(np.arange(len(maps)), np.diff(offsets))
    held = slice(int(offsets[0]), int(offsets[-1]))
    return rows, maps.keys[held], maps.items[held]


def _alike(ids: pa.Array, apps: Sequence[str]) -> Flags:
    """Which ids may be one of these, whatever their case; all that are not ASCII may be."""
    small = pc.utf8_lower(pc.utf8_trim_whitespace(ids))
    wanted = pa.array(sorted({app.strip().casefold() for app in apps}), pa.string())
    return _flags(pc.or_(pc.is_in(small, wanted), pc.invert(pc.string_is_ascii(ids))))


def holding(texts: Sequence[str | None], patterns: tuple[str, ...]) -> Numbers:
    """Numbers of the texts in whose folded form one of the patterns stands. One pass over all of them together."""
    if not patterns:
        return np.empty(0, np.int64)
    said = [text or "" for text in texts]
    folded, at = fold_codes(codes_of("\n".join(said)))
    ends = np.cumsum([len(text) + 1 for text in said]) - 1
    found: set[int] = set()
    for match in _either(patterns).finditer(text_of(folded)):
        if match.end() > match.start():
            first, last = np.searchsorted(ends, [at[match.start()], at[match.end() - 1]]).tolist()
            found.update(range(first, last + 1))
    return np.array(sorted(found), np.int64)


@lru_cache(maxsize=8)
def _either(patterns: tuple[str, ...]) -> re2._Regexp:
    options = re2.Options()
    options.max_mem = 64 << 20
    return re2.compile("|".join(f"(?:{one})" for one in patterns), options)
