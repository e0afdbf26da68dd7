"""Product pairs: is this listing an offer of that product? The rows of a labelled file, and a pack's answer to them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from rectify.rules.pack import Pack
from rectify.screening.compile import compile_plan
from rectify.screening.evaluate import Judged, Labelled, Truth, strictest
from rectify.screening.trial import batch_of
from rectify.terms.errors import Fault, Faulty, Place
from rectify.terms.finding import Verdict
from rectify.terms.product import Product, read_gtin

Row = Mapping[str, Any]
COLUMNS = frozenset({"kind", "product_id", "listing_id", "label", "brand", "models", "gtins", "id", "title"})
LISTS = frozenset({"models", "gtins", "batches"})
TRUTHS = {"same": Truth.POSITIVE, "different": Truth.NEGATIVE, "maybe": Truth.BORDERLINE}
WRITTEN = "written"  # `source` of a listing that was made up with its label
LOT = "bundle"  # how `why` starts for a lot of several goods that contains the product
_ITEM = ("id", "title", "text", "account", "category", "language")
_DAY = date(1970, 1, 1)  # no register is asked, so the day decides nothing


@dataclass(frozen=True, slots=True)
class Pair:
    """A labelled pair. `why` is the labeller's reason."""

    product: str
    listing: str
    label: str
    why: str = ""

    @property
    def is_lot(self) -> bool:
        """Whether the listing offers several goods, the product among them."""
        return self.why.startswith(LOT)

    @property
    def truth(self) -> Truth:
        """Same = positive, different = negative; maybe, and a lot that contains the product, are told apart."""
        return Truth.BORDERLINE if self.is_lot else TRUTHS[self.label]


@dataclass(frozen=True, slots=True)
class PairFile:
    """Products and listings by id as the file has them, and the pairs that somebody labelled."""

    products: Mapping[str, Row]
    listings: Mapping[str, Row]
    pairs: Sequence[Pair]


@dataclass(frozen=True, slots=True)
class JudgedPair:
    """A pair and the pack's answer. `group` says what it was made of, and whether its product is one of named batches:
    then a listing that states none is for review (the seller is asked), whatever its label.
    """

    pair: Pair
    verdict: Verdict
    rules: tuple[str, ...]
    group: str


@dataclass(frozen=True, slots=True)
class PairsJudged:
    """The answers to all labelled pairs, and to the others by verdict (most are different, nobody says so)."""

    pairs: tuple[JudgedPair, ...]
    unlabelled: Mapping[Verdict, int]


def read_pairs(rows: Iterable[Row], file: str) -> PairFile:
    """The three kinds of rows (product, listing, pair), told from one another by `kind`.

    Raises Faulty with all rows of no such kind, pairs of a label that is none, and pairs that name what is not there.
    """
    products: dict[str, Row] = {}
    listings: dict[str, Row] = {}
    pairs: list[tuple[int, Pair]] = []
    faults: list[Fault] = []
    for number, row in enumerate(rows, 1):
        match row["kind"]:
            case "product":
                products[row["product_id"]] = row
            case "listing":
                listings[row["id"]] = row
            case "pair":
                pairs.append((number, Pair(row["product_id"], row["listing_id"], row["label"], row.get("why") or "")))
            case other:
                told = f'"{other}" is no kind of row'
                faults.append(Fault(told, Place(file=file, row=number), "product, listing or pair"))
    for number, pair in pairs:
        if wrong := _wrong(pair, products, listings):
            faults.append(Fault(wrong, Place(file=file, row=number), "same, maybe or different, of rows that are here"))
    if faults:
        raise Faulty(faults)
    return PairFile(products, listings, tuple(pair for _, pair in pairs))


def judge_pairs(file: PairFile, pack: Pack) -> PairsJudged:
    """Screens all listings once for each product, as an order that names it would."""
    batch = batch_of([_item(row) for row in file.listings.values()])
    labelled = {(pair.product, pair.listing): pair for pair in file.pairs}
    judged: list[JudgedPair] = []
    unlabelled = dict.fromkeys(Verdict, 0)
    for product, row in file.products.items():
        said = strictest(compile_plan([pack], [], products_of(row), [], _DAY).screen(batch).found)
        for listing in file.listings:
            verdict, rules = said.get(("listing", listing), (Verdict.NONE, ()))
            pair = labelled.get((product, listing))
            if pair is None:
                unlabelled[verdict] += 1
            else:
                judged.append(JudgedPair(pair, verdict, rules, _group(row, file.listings[listing])))
    return PairsJudged(tuple(judged), unlabelled)


def as_judged(judged: PairsJudged, file: PairFile) -> list[Judged]:
    """The answers as rows that `evaluate.score` counts: one for each pair, its id "product/listing"."""
    return [
        Judged(
            Labelled(
                id=f"{one.pair.product}/{one.pair.listing}",
                kind="listing",
                language=file.listings[one.pair.listing].get("language") or "",
                truth=one.pair.truth,
                title=f"{file.products[one.pair.product].get('name') or one.pair.product}: "
                f"{file.listings[one.pair.listing]['title']}",
                note=one.pair.why,
                group=one.group,
            ),
            one.verdict,
            one.rules,
        )
        for one in judged.pairs
    ]


def products_of(row: Row) -> list[Product]:
    """A product as an order names it: each model with each number."""
    gtins = [read_gtin(text) for text in row["gtins"] or ()]
    batches, name = tuple(row.get("batches") or ()), row.get("name") or ""
    return [Product(row["brand"] or "", model, gtin, batches, name)
            for model in row["models"] or [""] for gtin in gtins or [""]]  # fmt: skip


def _item(row: Row) -> dict[str, Any]:
    """A listing as an item: attributes as text."""
    stated = json.loads(row.get("attributes") or "{}")
    attributes = {str(name): str(value) for name, value in stated.items() if value not in (None, "")}
    return {**{name: row.get(name) or "" for name in _ITEM}, "kind": "listing", "attributes": attributes}


def _group(product: Row, listing: Row) -> str:
    what = {"true": "recall", "false": "catalogue article"}.get((product.get("recall_real") or "").lower(), "product")
    listed = "written" if listing.get("source") == WRITTEN else "real"
    batches = ", batches named" if product.get("batches") else ""
    return f"{what}, {listed} listing{batches}"


def _wrong(pair: Pair, products: Mapping[str, Row], listings: Mapping[str, Row]) -> str:
    if pair.label not in TRUTHS:
        return f'"{pair.label}" is no label of a pair'
    if pair.product not in products:
        return f'no product is called "{pair.product}"'
    return "" if pair.listing in listings else f'no listing is called "{pair.listing}"'
