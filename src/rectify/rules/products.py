"""Whether an item is a product that an order names: by number, or by brand and exact model (DESIGN.md §7).

A name that stands as what something else is for ("cover for ...", "... manual") is no offer of the product. What is
doubtful (other spelling of the brand, several models, contradictions, cartons, batches not stated) is for a person.
An order may name very many products: a row is judged beside those that it may be (product_blocks.py), no others.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import islice

from rectify.rules.product_blocks import ATTRIBUTE, TEXT, TITLE, Blocks, Cells, Met
from rectify.rules.product_brand import DASHES, Brand, any_spelling, umlauts_spelled
from rectify.rules.product_codes import LEAST_SLIP
from rectify.rules.product_heads import heads_for
from rectify.rules.product_judge import judge_gtin, judge_model, strictest
from rectify.rules.product_judging import Judging
from rectify.rules.product_lists import Fold
from rectify.rules.product_names import Names, plain_fold
from rectify.rules.product_row import (
    BATCH_KEYS,
    GTIN_KEYS,
    MODEL_KEYS,
    Grade,
    Judged,
    Row,
    Seen,
)
from rectify.terms.product import Product

ATTRIBUTES = (*GTIN_KEYS, "brand", *MODEL_KEYS, *BATCH_KEYS)  # those that a product is known by
FEW = 64  # products up to which patterns find their rows faster than the index does
CAP = 32  # products that one row is judged beside, by number and by model
_SEPARATORS = re.compile(r"[^\w,;|]|_")  # models of a list are parted by the others
_KEPT = 2_000  # products whose patterns are kept ready


@dataclass(frozen=True, slots=True)
class ProductAnswer:
    """What is said of one row, by number and by model. `Seen` counts in the folded texts that were given.

    `capped`: more products may be in the row than were looked at; it is possible at least.
    """

    gtin: Judged
    model: Judged
    capped: bool = False

    def by(self, how: str) -> Judged:
        """The answer for "gtin" or "model"."""
        return self.gtin if how == "gtin" else self.model


_NONE = ProductAnswer(Judged(Grade.NO), Judged(Grade.NO))


class ProductIndex:
    """The products of a plan. `fold` gives the folded text that rules are read on; it is applied to their names too."""

    def __init__(self, products: Sequence[Product], fold: Fold = plain_fold) -> None:
        self.products, self._fold = tuple(products), _remembering(fold)
        self._heads = heads_for(fold)
        self.names = lru_cache(maxsize=_KEPT)(self._names)
        self.blocks = Blocks(self._drafts(_folded_once(fold, self.products)))

    def _names(self, number: int) -> Names:
        """The names of a product."""
        brand = self.blocks.brands[self.blocks.brand_of[number]]
        product = self.products[number]
        if brand.written != product.brand:  # another way to write it, with the company's form or without
            brand = Brand(product.brand, self._fold, self._heads)
        return Names(number, product, self._fold, self._heads, brand)

    def _drafts(self, fold: Fold) -> Iterator[Names]:
        """The names of all products, to be read once and forgotten."""
        brands: dict[str, Brand] = {}
        for number, product in enumerate(self.products):
            if product.brand not in brands:
                brands[product.brand] = Brand(product.brand, self._fold, self._heads)
            yield Names(number, product, fold, self._heads, brands[product.brand])

    def label(self, number: int) -> str:
        """How evidence speaks of a product, "Kite K3-2024"."""
        return self.names(number).label

    @cached_property
    def patterns(self) -> tuple[str, ...]:
        """RE2 patterns without which no folded text can be one of the products, in any spelling that is looked through.

        For an order of few products; those of one of many are not worth reading.
        """
        found: dict[str, None] = {}
        for names in map(self.names, range(len(self.products))):
            if names.brand:
                left, right = (r"\b" if s.isascii() and s.isalnum() else "" for s in (names.brand[0], names.brand[-1]))
                found[left + names.made_by.spelled + right] = None
            for form in names.model_forms:
                if spelled := any_spelling(form, rf"[ \t\x{{a0}}{DASHES}_./·]{{0,2}}"):
                    found[spelled] = None
            if names.core:
                found[f"[ {DASHES}]?".join(names.core)] = None
        return tuple(found)

    def folded(self, attributes: Mapping[str, str]) -> dict[str, str]:
        """Those of the attributes, as written, that a product is known by, folded."""
        return {name: self._fold(value) for name, value in attributes.items() if name in ATTRIBUTES and value}

    def judge(
        self, title: str, text: str, variants: Sequence[str] = (), attributes: Mapping[str, str] | None = None
    ) -> ProductAnswer:
        """One row. Title, text and variants are folded, attributes as written."""
        row = Row(title, text, tuple(variants), self.folded(attributes or {}))
        return next(self.judged([row]), _NONE)

    def judged(self, rows: Sequence[Row]) -> Iterator[ProductAnswer]:
        """The answers for some rows, one each."""
        if not rows:
            return
        met = self.blocks.met(Cells.of([cell for number, row in enumerate(rows) for cell in _cells(number, row)]))
        yield from (self.judge_met(row, met[number]) if number in met else _NONE for number, row in enumerate(rows))

    def judge_met(self, row: Row, met: Met) -> ProductAnswer:
        """One row beside the products that it meets."""
        asked = _Asked(self, row)
        gtin = asked.strictest(sorted(met.gtin), judge_gtin)
        models = sorted(n for n in met.model if self._may_be(n, row, met))
        models.sort(key=lambda number: -self.blocks.distinct[number])
        model = asked.strictest(models, judge_model)
        if model.grade is not Grade.SURE and met.stated:  # else what is only like it changes nothing
            model = asked.strictest([*models, *self._alike(row, met.stated, set(models))], judge_model)
        if asked.dropped and not (gtin.grade or model.grade):
            model = Judged(Grade.POSSIBLE, (Seen(asked.dropped[0], "title", 0, len(row.title)),))
        return ProductAnswer(gtin, model, bool(asked.dropped))

    def _may_be(self, number: int, row: Row, met: Met) -> bool:
        """Whether a model that was met can count: one that says little only beside its brand, misspelt or not."""
        brand = self.blocks.brand_of[number]
        if self.blocks.distinct[number] == 2 or brand in met.brands:
            return True
        made_by = self.blocks.brands[brand]
        return not made_by.name or self.blocks.distinct[number] == 0 or row.misspells(made_by)

    def _alike(self, row: Row, brands: Iterable[int], known: set[int]) -> Iterator[int]:
        """Products by what is like their model, then by the words of their names."""
        slips = self.blocks.by_slip(brands, [code for code, _ in row.spelled if len(code) >= LEAST_SLIP - 1])
        yield from sorted(slips - known)
        named = self.blocks.by_name(brands, row.said, row.own_codes)
        yield from (number for number in named if number not in slips and number not in known)


class _Asked:
    """One row and the products that it is judged beside; `dropped`: first ones of those beyond the cap."""

    def __init__(self, index: ProductIndex, row: Row) -> None:
        self._index, self._row = index, row
        self._judgings: dict[int, Judging] = {}
        self._known: dict[tuple[Callable[[Judging], Judged], int], Judged] = {}
        self.dropped: list[int] = []

    def strictest(self, numbers: Iterable[int], judge: Callable[[Judging], Judged]) -> Judged:
        """The strictest answer, what it rests on by product."""
        numbers = iter(numbers)
        these = sorted(islice(numbers, CAP))
        self.dropped += islice(numbers, 1)
        return strictest(self._judged(number, judge) for number in these)

    def _judged(self, number: int, judge: Callable[[Judging], Judged]) -> Judged:
        if (judge, number) not in self._known:
            if number not in self._judgings:
                blocks = self._index.blocks
                siblings = blocks.siblings[blocks.brand_of[number]]
                self._judgings[number] = Judging(self._index.names(number), self._row, siblings)
            self._known[judge, number] = judge(self._judgings[number])
        return self._known[judge, number]


def _cells(number: int, row: Row) -> Iterator[tuple[int, int, str]]:
    yield number, TITLE, row.title
    yield from ((number, TEXT, text) for _, text in row.texts[1:])
    yield from ((number, ATTRIBUTE, said) for name, text in row.attributes.items() for said in stated(name, text))


def stated(name: str, value: str) -> tuple[str, ...]:
    """What an attribute says of a product: the value, and a model without what separates its letters and digits."""
    bare = _SEPARATORS.sub("", value) if name in MODEL_KEYS else value
    return (value,) if bare == value else (value, bare)


@lru_cache(maxsize=8)
def _remembering(fold: Fold) -> Fold:
    """The fold with its last texts at hand: one for all plans, for what is read with a fold is kept with it."""
    return lru_cache(maxsize=_KEPT * 4)(fold)


def _folded_once(fold: Fold, products: Iterable[Product]) -> Fold:
    """The fold, with the texts of products folded at once: each by itself takes long where there are many."""
    texts: dict[str, None] = {}
    for product in products:
        for text in (product.model, product.name):
            texts[text] = None
        texts[umlauts_spelled(product.model)] = None
    plain = [text for text in texts if "\n" not in text]
    folded = fold("\n".join(plain)).split("\n")
    known = dict(zip(plain, folded, strict=True)) if len(folded) == len(plain) else {}
    return lambda text: known[text] if text in known else fold(text)
