"""The held-out pairs of product and listing, and what the shipped pack says of each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from tests.packs.shipped import verdicts

from rectify.terms.finding import Verdict
from rectify.terms.product import Product, read_gtin

DATA = Path(__file__).resolve().parent / "data"
HALVES = ("development", "test")


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
    """All pairs of one half, and the verdicts on the listings of other products."""

    pairs: tuple[Pair, ...]
    others: Counter[Verdict]

    def precision(self, *flagged: Verdict) -> float:
        found, alarms = (self._count(label, flagged) for label in ("same", "different"))
        return found / (found + alarms)

    def recall(self, *flagged: Verdict) -> float:
        return self._count("same", flagged) / self._count("same", tuple(Verdict))

    def _count(self, label: str, said: tuple[Verdict, ...]) -> int:
        return sum(pair.label == label and pair.verdict in said for pair in self.pairs)


def judged(half: str) -> Told:
    """Each product of a half as an order of its own, over all listings of the half."""
    rows = YAML(typ="safe").load(DATA / f"products_held_out_{half}.yaml")["products"]
    listings = [(row["id"], pair, _item(*pair[2:])) for row in rows for pair in row["pairs"]]
    pairs: list[Pair] = []
    others: Counter[Verdict] = Counter()
    for row in rows:
        said = verdicts("identical-products", [item for _, _, item in listings], tuple(_named(row["product"])))
        for (owner, pair, _), verdict in zip(listings, said, strict=True):
            if owner == row["id"]:
                pairs.append(Pair(owner, pair[0], pair[1], pair[2], verdict))
            else:
                others[verdict] += 1
    return Told(tuple(pairs), others)


def _named(row: dict[str, Any]) -> Iterator[Product]:
    """A product as an order names it: each model with each number."""
    for model in row["models"] or [""]:
        for gtin in [read_gtin(text) for text in row.get("gtins", ())] or [""]:
            yield Product(row["brand"], model, gtin, tuple(row.get("batches", ())), row["name"])


def _item(title: str, text: str = "", attributes: dict[str, str] | None = None) -> dict[str, Any]:
    return {"title": title, "text": text, "attributes": attributes or {}}
