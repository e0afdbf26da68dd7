"""`identical-products` on product_examples: for each product an order that names it, over all listings."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from rectify.rules.pack import Pack
from rectify.screening.compile import compile_plan
from rectify.screening.evaluate import Share
from rectify.screening.trial import batch_of
from rectify.terms.finding import Verdict
from rectify.terms.product import Product, read_gtin

Row = Mapping[str, Any]
_STRICTNESS = {"none": 0, "review": 1, "violation": 2}
# The collector's reason -> a class in our words; the first that fits.
_CLASSES = (
    ("bundle", "a lot that contains it"),
    ("other variant", "another variant or colour of the series"),
    ("other size", "another size"),
    ("multipack of another", "a pack of another size"),
    ("other gtin", "another number of the same brand"),
    ("same model number", "the same model number of another brand"),
    ("other model", "another model of the brand"),
    ("other brand", "another brand"),
    ("spare part of another", "an accessory or part of another brand"),
    ("spare part, other", "an accessory or part of another brand"),
    ("accessory, no brand", "an accessory or part of another brand"),
    ("spare part", "a spare part for it"),
    ("accessory for", "an accessory for it"),
    ("user manual", "its manual"),
    ("similar product", "something like it"),
    ("empty box", "its empty box"),
    ("wanted", "somebody seeks it"),
    ("brand, type", "brand and type, no model"),
    ("only brand and type", "brand and type, no model"),
    ("two possible", "two models named"),
    ("model field agrees", "the model agrees, the colour does not"),
    ("gtin with a wrong", "a number with a wrong check digit"),
    ("gtin-14", "the number of the outer carton"),
    ("same gtin", "the number"),
    ("same model, only in the attributes", "brand and model in the attributes only"),
    ("same model, only in the text", "brand and model in the text only"),
    ("same model, brand misspelt", "the model, the brand misspelt"),
    ("same model, model written", "the model with blanks or in small letters"),
    ("same model, ", "brand and model, title in another language"),
    ("same model", "brand and model"),
)


@dataclass
class ProductScores:
    """Pairs by (group, label, verdict) and by (label, class, verdict); alarms on pairs that nobody labelled."""

    products: int = 0
    listings: int = 0
    pairs: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    classes: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    unlabelled: Counter[str] = field(default_factory=Counter)

    def shares(self, group: str = "", *, review: bool = False) -> tuple[Share, Share]:
        """(precision, recall) over pairs labelled same and different; `review`: flagged = violation or review."""
        flagged = ("violation", "review") if review else ("violation",)

        found = sum(self.count("same", verdict, group) for verdict in flagged)
        alarms = sum(self.count("different", verdict, group) for verdict in flagged)
        return Share(found, found + alarms), Share(found, sum(self.count("same", one, group) for one in _STRICTNESS))

    def count(self, label: str, verdict: str, group: str = "") -> int:
        """Pairs of a label with a verdict, of one group or all."""
        return sum(n for (of, lab, v), n in self.pairs.items() if (lab, v) == (label, verdict) and group in ("", of))

    def groups(self) -> list[str]:
        return sorted({group for group, _, _ in self.pairs})


def measure_products(folder: Path, pack: Pack) -> ProductScores:
    """Screens all listings once for each product; pairs that the file does not label are told apart."""
    rows = pq.read_table(folder / "product_examples.parquet").to_pylist()
    listings = [row for row in rows if row["kind"] == "listing"]
    labels = {(row["product_id"], row["listing_id"]): row for row in rows if row["kind"] == "pair"}
    written = {row["id"]: row["source"] == "written" for row in listings}
    batch = batch_of([item_of(row) for row in listings])
    scores = ProductScores(listings=len(listings))
    for product in (row for row in rows if row["kind"] == "product"):
        scores.products += 1
        plan = compile_plan([pack], [], products_of(product), [], date(1970, 1, 1))
        said: dict[str, str] = {}
        for finding in plan.screen(batch).found:
            said[finding.item.id] = max(
                said.get(finding.item.id, "none"), str(finding.verdict), key=_STRICTNESS.__getitem__
            )
        for listing in listings:
            verdict = said.get(listing["id"], Verdict.NONE.value)
            pair = labels.get((product["product_id"], listing["id"]))
            if pair is None:
                scores.unlabelled[verdict] += 1
                continue
            label = "bundle" if pair["why"].startswith("bundle") else pair["label"]
            what = "recall" if product["recall_real"] else "catalogue article"
            group = f"{what}, {'written' if written[listing['id']] else 'real'} listing"
            scores.pairs[group, label, verdict] += 1
            scores.classes[label, class_of(pair["why"]), verdict] += 1
    return scores


def products_of(row: Row) -> list[Product]:
    """A product as an order names it: each model with each number."""
    gtins = [read_gtin(text) for text in row["gtins"] or ()]
    return [Product(row["brand"], model, gtin, tuple(row["batches"] or ()), row["name"])
            for model in row["models"] or [""] for gtin in gtins or [""]]  # fmt: skip


def item_of(row: Row) -> dict[str, Any]:
    """A listing as an item: attributes as text."""
    stated = json.loads(row["attributes"] or "{}")
    attributes = {name: str(value) for name, value in stated.items() if value not in (None, "")}
    fields = {name: row[name] for name in ("id", "title", "text", "account", "category", "language")}
    return {**fields, "kind": "listing", "attributes": attributes}


def class_of(why: str) -> str:
    """The class of a pair in our words."""
    return next((name for start, name in _CLASSES if why.startswith(start)), "other")
