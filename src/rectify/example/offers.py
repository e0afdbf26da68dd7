"""Offers of the service that needs a licence, plain and disguised, and what only bears its name."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import cycle, islice
from typing import Any

from rectify.example.disguise import WAYS, chosen, fitting, write
from rectify.example.draw import Draw
from rectify.example.goods import remark
from rectify.example.people import pick
from rectify.example.rows import Account, Item, Truth
from rectify.example.words import words
from rectify.terms.finding import Disguise

_WHERE = ((("xa",), 58), (("xa", "xb"), 22), (("eu",), 10), (("xb",), 10))
_EACH = 4  # offers written in each class of disguise, at least


def listings(seed: int, count: int, at: datetime, sellers: Sequence[Account]) -> list[Item]:
    """So many offers among the listings: some of every class of disguise, the rest as it comes."""
    asked = [way for way in WAYS for _ in range(_EACH)]
    found = [_elsewhere(Draw(seed, "elsewhere", n), e, at, sellers) for n, e in enumerate(_twice())]
    for n in range(count - len(found)):
        draw = Draw(seed, "offer", n)
        way = asked[n] if n < len(asked) else None
        language, title = _titled(draw, way)
        way = way or chosen(draw, title)
        found.append(_listing(draw, write(title, way), language, at, sellers, way))
    return found


def _twice() -> list[dict[str, Any]]:
    return [entry for entry in words("offers")["listings"]["elsewhere"] for _ in range(2)]


def _titled(draw: Draw, way: Disguise | None) -> tuple[str, str]:
    """A language and a title; where a way is asked for, one that it fits."""
    said = words("offers")["listings"]
    while True:
        language = draw.weighted((("en", 50), ("zh", 40), ("de", 10)))
        title = draw.one(said[language]["titles"] + said[language]["long"])
        if way is None or way in fitting(title):
            return language, title


def _listing(
    draw: Draw, title: str, language: str, at: datetime, sellers: Sequence[Account], way: Disguise | None = None,
    text: str = "", variants: Sequence[str] = (), truth: Truth = Truth.OFFER,
) -> Item:  # fmt: skip
    says = words("offers")["listings"][language]["says"]
    return Item(
        id="",
        kind="listing",
        account=pick(draw, sellers, language).number,
        title=title,
        text=text or " ".join(draw.some(says, 3)),
        language=language,
        category="Digital > Codes",
        published=at - timedelta(days=1 + draw.below(200), minutes=draw.below(1440)),
        storefronts=draw.weighted(_WHERE),
        price=f"{3 + draw.below(90)}.{draw.one(('00', '90', '99'))}",
        currency="EUR",
        variants=tuple(variants),
        own="labelled" if draw.happens(5) else "visible",
        truth=truth,
        disguise=str(way or ""),
    )


def _elsewhere(draw: Draw, entry: dict[str, Any], at: datetime, sellers: Sequence[Account]) -> Item:
    variants = entry.get("variants", ())
    return _listing(draw, entry["title"], entry["language"], at, sellers, None, entry["text"], variants)


def innocent(seed: int, at: datetime, sellers: Sequence[Account]) -> Iterator[Item]:
    """Listings that bear the word and offer nothing of the kind, each title three times."""
    for n, entry in enumerate(words("innocent")["listings"]):
        for m, title in enumerate(islice(cycle(entry["titles"]), 3 * len(entry["titles"]))):
            draw = Draw(seed, "innocent", n, m)
            yield Item(
                id="",
                kind="listing",
                account=pick(draw, sellers, entry["language"]).number,
                title=title,
                text=entry["text"],
                language=entry["language"],
                category=entry["category"],
                published=at - timedelta(days=1 + draw.below(300), minutes=draw.below(1440)),
                storefronts=draw.weighted(_WHERE),
                price=f"{5 + draw.below(120)}.00",
                currency="EUR",
                truth=Truth.INNOCENT,
            )


def apps(seed: int, at: datetime, developers: Sequence[Account], each: int) -> Iterator[Item]:
    """Apps that are such a service, `each` of a name, and those that only mention it."""
    said = words("offers")["apps"]
    for n, name in enumerate(said["names"]):
        for m in range(each):
            draw = Draw(seed, "vpn app", n, m)
            way = None if m == 0 else chosen(draw, name)
            language = "en" if name.isascii() else "zh"
            account = pick(draw, developers, language)
            yield _app(draw, write(name, way), draw.one(said[language]), at, account, Truth.OFFER, way)
    for n, entry in enumerate(words("innocent")["apps"]):
        draw = Draw(seed, "innocent app", n)
        yield _app(draw, entry["name"], entry["text"], at, pick(draw, developers), Truth.INNOCENT, None)


def licensed_app(
    seed: int, entry: dict[str, Any], at: datetime, account: Account, truth: Truth = Truth.LICENSED
) -> Item:
    """The app of a provider on the register."""
    draw = Draw(seed, "licensed", entry["entry"])
    return _app(draw, write(entry["brand"], None), words("offers")["apps"]["en"][1], at, account, truth, None)


def _app(draw: Draw, name: str, text: str, at: datetime, account: Account, truth: Truth, way: Disguise | None) -> Item:
    return Item(
        id="",
        kind="app",
        account=account.number,
        title=name,
        text=text,
        language="en" if text.isascii() else "zh",
        category="Tools",
        published=at - timedelta(days=1 + draw.below(500)),
        storefronts=draw.weighted(((("xa",), 40), (("xa", "xb"), 60))),
        price="0.00",
        currency="EUR",
        truth=truth,
        disguise=str(way or ""),
    )


def licensed_listing(
    seed: int, entry: dict[str, Any], at: datetime, account: Account, truth: Truth = Truth.LICENSED
) -> Item:
    """A listing of a provider on the register."""
    draw = Draw(seed, "licensed listing", account.number)
    title = f"{write(entry['brand'], None)}, 12 months, five devices"
    return _listing(draw, title, "en", at, [account], truth=truth)


def talk(seed: int, at: datetime, authors: Sequence[Account]) -> Iterator[Item]:
    """Posts and comments that sell the service, and those that only speak of it."""
    said = words("talk")
    for truth, texts, each in ((Truth.OFFER, said["offers"], 2), (Truth.INNOCENT, said["innocent"], 3)):
        for language in ("en", "zh"):
            for n, text in enumerate(texts[language]):
                for m in range(each):
                    draw = Draw(seed, "remark", truth, language, n, m)
                    way = chosen(draw, text) if truth is Truth.OFFER and m else None
                    made = remark(draw, "", write(text, way), language, at, authors)
                    yield _marked(made, truth, way)


def _marked(item: Item, truth: Truth, way: Disguise | None) -> Item:
    return replace(item, truth=truth, disguise=str(way or ""))
