"""`identical-products` on product_examples: for each product an order that names it, over all listings."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from rectify.rules.pack import Pack
from rectify.screening.evaluate import Share
from rectify.steps.measure import measure_pairs

_VERDICTS = ("none", "review", "violation")
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
        return Share(found, found + alarms), Share(found, sum(self.count("same", one, group) for one in _VERDICTS))

    def count(self, label: str, verdict: str, group: str = "") -> int:
        """Pairs of a label with a verdict, of one group or all."""
        return sum(n for (of, lab, v), n in self.pairs.items() if (lab, v) == (label, verdict) and group in ("", of))

    def groups(self) -> list[str]:
        return sorted({group for group, _, _ in self.pairs})


def measure_products(folder: Path, pack: Pack) -> ProductScores:
    """What `rectify eval product_examples.parquet` says, by group and by class of the labeller's reason."""
    file = folder / "product_examples.parquet"
    measured = measure_pairs(file, pack)
    scores = ProductScores(measured.products, measured.listings)
    scores.unlabelled.update({str(verdict): n for verdict, n in measured.unlabelled.items()})
    for one in measured.answers:
        label = "bundle" if one.pair.is_lot else one.pair.label
        scores.pairs[one.group, label, str(one.verdict)] += 1
        scores.classes[label, class_of(one.pair.why), str(one.verdict)] += 1
    return scores


def class_of(why: str) -> str:
    """The class of a pair in our words."""
    return next((name for start, name in _CLASSES if why.startswith(start)), "other")
