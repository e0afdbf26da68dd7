"""The recalled products as sellers write of them, and what only looks like them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from rectify.example.draw import Draw
from rectify.example.people import pick
from rectify.example.rows import Account, Item, Truth
from rectify.example.words import words

PRAM_GTIN, ROUTER_GTIN = "9521234543213", "9521234500018"
PRAM = {"brand": "Kite", "model": "K3-2024", "gtin": PRAM_GTIN}
ROUTER = {"brand": "Kite", "model": "Nomad 2", "gtin": ROUTER_GTIN}
BATCHES, OTHER_BATCH = ("N2-2431", "N2-2432"), "N2-2518"
_MISTYPED = "9521234543214"  # the pram's number with a wrong check digit
_WHERE = ((("xa",), 45), (("xa", "xb"), 35), (("eu",), 12), (("xb",), 8))


def prams(seed: int, at: datetime, sellers: Sequence[Account]) -> Iterator[Item]:
    """Offers of the recalled pram: by bar code, by name, by a number in the text; twice each."""
    said = words("recall")["pram"]
    for way, each in (("by_code", 3), ("by_name", 2), ("in_text", 1)):
        for n, entry in enumerate(said[way]):
            for m in range(each):
                draw = Draw(seed, "pram", way, n, m)
                attributes = {"gtin": PRAM_GTIN} if way == "by_code" else {}
                if attributes and "K3" in entry["title"] and m:
                    attributes |= {"brand": "Kite", "model": "K3-2024"}
                yield _sold(draw, entry, said["says"], at, sellers, "Baby > Prams", attributes)
    draw = Draw(seed, "pram", "mistyped")
    entry = {"language": "en", "title": "Pram, grey, three wheels"}
    yield _sold(draw, entry, said["says"], at, sellers, "Baby > Prams", {"gtin": _MISTYPED}, Truth.ASK)


def routers(seed: int, at: datetime, sellers: Sequence[Account]) -> Iterator[Item]:
    """Offers of the recalled router: of a batch that the order names, and of another or none (the seller is asked)."""
    said = words("recall")["router"]
    for way, truth, each in (("by_code", Truth.RECALLED, 3), ("unsure", Truth.ASK, 2)):
        for n, entry in enumerate(said[way]):
            for m in range(each):
                draw = Draw(seed, "router", way, n, m)
                title = entry["title"].format(batch=draw.one(BATCHES), other=OTHER_BATCH)
                attributes = dict(ROUTER) if m else {"gtin": ROUTER_GTIN}
                yield _sold(draw, {**entry, "title": title}, said["says"], at, sellers, "Electronics > Network",
                            attributes, truth)  # fmt: skip


def nearby(seed: int, at: datetime, sellers: Sequence[Account]) -> Iterator[Item]:
    """Accessories, other models and years, manuals, people who look for one: none of it is recalled."""
    for n, entry in enumerate(words("recall")["nearby"]):
        for m, title in enumerate(entry["titles"] * 2):
            draw = Draw(seed, "nearby", n, m)
            says = {entry["language"]: words("goods")["adds"][entry["language"]]}
            yield _sold(draw, {**entry, "title": title}, says, at, sellers, entry["category"], {}, Truth.NEARBY)


def both(at: datetime, seller: Account) -> Item:
    """The listing that both orders meet on: a recalled router, sold with a lifetime plan of the service."""
    entry = words("recall")["both"]
    return Item(
        id="",
        kind="listing",
        account=seller.number,
        title=entry["title"].format(batch=BATCHES[0]),
        text=entry["text"],
        language=entry["language"],
        category="Electronics > Network",
        published=at - timedelta(days=40),
        storefronts=("xa", "xb"),
        price="59.00",
        currency="EUR",
        attributes=dict(ROUTER),
        truth=Truth.BOTH,
    )


def _sold(
    draw: Draw, entry: Mapping[str, Any], says: Mapping[str, Sequence[str]], at: datetime, sellers: Sequence[Account],
    category: str, attributes: Mapping[str, str], truth: Truth = Truth.RECALLED,
) -> Item:  # fmt: skip
    language = entry["language"]
    return Item(
        id="",
        kind="listing",
        account=pick(draw, sellers, language).number,
        title=entry["title"],
        text=entry.get("text") or " ".join(draw.some(says[language], 2)),
        language=language,
        category=category,
        published=at - timedelta(days=1 + draw.below(300), minutes=draw.below(1440)),
        storefronts=draw.weighted(_WHERE),
        price=f"{20 + draw.below(300)}.00",
        currency="EUR",
        attributes=dict(attributes),
        truth=truth,
    )
