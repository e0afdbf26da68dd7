"""The hand-written pairs of product and listing in `data/product_pairs.yaml`, most of them look-alikes."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from rectify.terms.product import Product, read_gtin

SOURCE = Path(__file__).resolve().parent / "data" / "product_pairs.yaml"
LABELS = ("same", "maybe", "different", "bundle")


@dataclass(frozen=True, slots=True)
class WrittenPair:
    """A listing beside the product that an order names. `what` is its class, `language` that of the listing."""

    product: str
    label: str
    what: str
    language: str
    title: str
    text: str = ""
    attributes: dict[str, str] = field(default_factory=dict)

    @property
    def item(self) -> dict[str, Any]:
        """The listing as a catalogue names it."""
        return {"title": self.title, "text": self.text, "attributes": self.attributes}


@cache
def written_pairs() -> tuple[WrittenPair, ...]:
    """All pairs, in the order of the file."""
    return tuple(WrittenPair(row["id"], *pair) for row in _rows() for pair in row["pairs"])


@cache
def named_products() -> dict[str, tuple[Product, ...]]:
    """The products by id, as an order names them: each model with each number."""
    return {row["id"]: _named(row["product"]) for row in _rows()}


def _named(row: dict[str, Any]) -> tuple[Product, ...]:
    numbers = [read_gtin(text) for text in row.get("gtins", ())] or [""]
    batches = tuple(row.get("batches", ()))
    return tuple(
        Product(row["brand"], model, gtin, batches, row["name"]) for model in row["models"] for gtin in numbers
    )


@cache
def _rows() -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = YAML(typ="safe").load(SOURCE)["products"]
    return rows
