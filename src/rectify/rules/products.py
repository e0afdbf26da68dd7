"""Whether an item is a product that an order names: by number, or by brand and exact model (DESIGN.md §7).

A name that stands as what something else is for ("cover for ...", "... manual") is no offer of the product. What is
doubtful (other spelling of the brand, several models, contradictions, cartons, batches not stated) is for a person.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rectify.rules.product_heads import Fold, heads_for
from rectify.rules.product_judge import judge_gtin, judge_model, strictest
from rectify.rules.product_names import DASHES, Names, key, plain_fold
from rectify.rules.product_row import (
    BATCH_KEYS,
    GTIN_KEYS,
    MODEL_KEYS,
    Grade,
    Judged,
    Judging,
    Row,
)
from rectify.terms.product import Product

ATTRIBUTES = (*GTIN_KEYS, "brand", *MODEL_KEYS, *BATCH_KEYS)  # those that a product is known by
_RUNS = re.compile(r"\d+|[^\W\d_]+")
_BETWEEN_DIGITS = re.compile(rf"(?<=\d)[ {DASHES}](?=\d)")


@dataclass(frozen=True, slots=True)
class ProductAnswer:
    """What is said of one row, by number and by model. `Seen` counts in the folded texts that were given."""

    gtin: Judged
    model: Judged

    def by(self, how: str) -> Judged:
        """The answer for "gtin" or "model"."""
        return self.gtin if how == "gtin" else self.model


_NONE = ProductAnswer(Judged(Grade.NO), Judged(Grade.NO))


class ProductIndex:
    """The products of a plan. `fold` gives the folded text that rules are read on; it is applied to their names too."""

    def __init__(self, products: Sequence[Product], fold: Fold = plain_fold) -> None:
        self.products, self._fold = tuple(products), fold
        heads = heads_for(fold)
        self.names = tuple(Names(number, product, fold, heads) for number, product in enumerate(self.products))
        models: dict[str, set[str]] = defaultdict(set)
        for names in self.names:
            models[key(names.brand)].add(names.model_key)
        self._sought = tuple((names, names.brand_needs, names.model_key, names.core) for names in self.names)
        self._siblings = {brand: frozenset(keys - {""}) for brand, keys in models.items()}

    def label(self, number: int) -> str:
        """How evidence speaks of a product, "Kite K3-2024"."""
        return self.names[number].label

    def nominating_terms(self) -> list[str]:
        """Literals without which no row can be one of the products, but for its attributes: to be sought as words."""
        terms: dict[str, None] = {}
        for names in self.names:
            runs = names.model_runs
            spelled = [sep.join(runs) for sep in ("", " ", "-")]
            for said in (*names.brand_forms, self._fold(names.product.model), *spelled):
                terms[said.strip()] = None
            if names.digits:
                terms |= dict.fromkeys((names.digits, names.digits.lstrip("0"), names.product.gtin))
        return [term for term in terms if term]

    def nominating_patterns(self) -> list[str]:
        """The same as RE2 patterns over folded text, in any spelling that is looked through."""
        found: dict[str, None] = {}
        for names in self.names:
            if names.brand:
                left, right = (r"\b" if s.isascii() and s.isalnum() else "" for s in (names.brand[0], names.brand[-1]))
                found[left + names.brand_spelled + right] = None
            if names.model_runs:
                found[rf"[ \t{DASHES}_./·]{{0,2}}".join(map(re.escape, names.model_runs))] = None
            if names.digits:
                found[f"[ {DASHES}]?".join(names.core)] = None
        return list(found)

    def nominated_by(self, attributes: Mapping[str, str]) -> bool:
        """Whether the attributes alone (of ATTRIBUTES, as written) make a row worth looking at."""
        stated = {name: self._fold(value) for name, value in attributes.items() if name in ATTRIBUTES and value}
        return bool(stated) and bool(self._candidates(Row("", "", (), stated)))

    def judge(
        self, title: str, text: str, variants: Sequence[str] = (), attributes: Mapping[str, str] | None = None
    ) -> ProductAnswer:
        """One row. Title, text and variants are folded, attributes as written."""
        stated = {name: self._fold(value) for name, value in (attributes or {}).items() if name in ATTRIBUTES and value}
        row = Row(title, text, tuple(variants), stated)
        candidates = self._candidates(row)
        if not candidates:
            return _NONE
        judgings = [Judging(names, row, self._siblings[key(names.brand)]) for names in candidates]
        return ProductAnswer(strictest(map(judge_gtin, judgings)), strictest(map(judge_model, judgings)))

    def _candidates(self, row: Row) -> list[Names]:
        """Products of which the brand, the model or the number may stand in the row."""
        said = " ".join([*(text for _, text in row.texts), *row.attributes.values()])
        runs = set(_RUNS.findall(said))
        joined, digits = key(said), _BETWEEN_DIGITS.sub("", said)
        return [
            names
            for names, needs, model, core in self._sought
            if any(map(runs.issuperset, needs)) or (model and model in joined) or (core and core in digits)
        ]
