"""The held-out pairs of product and listing, and what the shipped pack says of each."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from tests.packs.shipped import verdicts

from rectify.terms.finding import Verdict
from rectify.terms.product import Product, read_gtin

DATA = Path(__file__).resolve().parent / "data"
SETS = ("development", "test", "second", "later")


@dataclass(frozen=True)
class Pair:
    """A listing with what it is to a product: the label, the class, and the pack's verdict."""

    product: str
    label: str
    what: str
    title: str
    verdict: Verdict


@dataclass(frozen=True)
class Told:
    """All pairs of one set."""

    pairs: tuple[Pair, ...]

    def precision(self, *flagged: Verdict) -> float:
        found, alarms = (self._count(label, flagged) for label in ("same", "different"))
        return found / (found + alarms)

    def recall(self, *flagged: Verdict) -> float:
        return self._count("same", flagged) / self._count("same", tuple(Verdict))

    def _count(self, label: str, said: tuple[Verdict, ...]) -> int:
        return sum(pair.label == label and pair.verdict in said for pair in self.pairs)


@cache
def judged(name: str) -> Told:
    """All products of a set as one order, over all listings: what is said of one for another product counts, too."""
    listings = [(row["id"], pair) for row in _rows(name) for pair in row["pairs"]]
    products, items = order_and_offers(name)
    said = verdicts("identical-products", items, products)
    return Told(tuple(Pair(of, *pair[:3], verdict) for (of, pair), verdict in zip(listings, said, strict=True)))


def order_and_offers(name: str) -> tuple[tuple[Product, ...], list[dict[str, Any]]]:
    """All products of a set, and all its listings."""
    rows = _rows(name)
    products = tuple(product for row in rows for product in _named(row["product"]))
    return products, [_item(*pair[2:]) for row in rows for pair in row["pairs"]]


@cache
def _rows(name: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = YAML(typ="safe").load(DATA / f"products_held_out_{name}.yaml")["products"]
    return rows


def _named(row: dict[str, Any]) -> Iterator[Product]:
    """A product as an order names it: each model with each number."""
    for model in row["models"] or [""]:
        for gtin in [read_gtin(text) for text in row.get("gtins", ())] or [""]:
            yield Product(row["brand"], model, gtin, tuple(row.get("batches", ())), row["name"])


def _item(title: str, text: str = "", attributes: dict[str, str] | None = None) -> dict[str, Any]:
    return {"title": title, "text": text, "attributes": attributes or {}}
