"""Ordinary listings, apps, posts and comments: nothing that any order asks for."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from rectify.example.draw import Draw
from rectify.example.people import LANGUAGES, pick
from rectify.example.rows import Account, Item
from rectify.example.words import words
from rectify.terms.product import check_digit

STOREFRONTS = ((("xa",), 45), (("xb",), 20), (("xa", "xb"), 18), (("eu",), 17))
_MODELS = "ABCDEFGHJLMNPRSTUW"


def listing(seed: int, n: int, at: datetime, sellers: Sequence[Account]) -> Item:
    """An ordinary listing; its id is set later."""
    draw = Draw(seed, "listing", n)
    kind = draw.one(words("goods")["goods"])
    language = draw.weighted([(name, weight) for name, weight in LANGUAGES if name in kind])
    said = kind[language]
    brand = draw.one(words("goods")["brands"]) if kind.get("branded") and draw.happens(75) else ""
    noun, traits = draw.one(said["nouns"]), draw.some(said["traits"], 1 + draw.below(2))
    model = _model(draw) if brand and draw.happens(50) else ""
    attributes = {"brand": brand, "model": model, "gtin": _gtin(draw) if brand and draw.happens(60) else ""}
    low, high = kind["price"]
    return Item(
        id="",
        kind="listing",
        account=pick(draw, sellers, language).number,
        title=_title(draw, language, brand, noun, model, traits),
        text=_text(draw, said["says"], words("goods")["adds"][language]),
        language=language,
        category=kind["category"],
        published=at - timedelta(days=1 + draw.below(420), minutes=draw.below(1440)),
        storefronts=draw.weighted(STOREFRONTS),
        price=f"{low + draw.below(high - low + 1)}.{draw.one(('00', '00', '50', '90'))}",
        currency="EUR",
        variants=tuple(draw.some(traits, 2)) if draw.happens(8) else (),
        attributes={name: value for name, value in attributes.items() if value},
        own=draw.weighted((("visible", 96), ("labelled", 2), ("restricted", 1), ("removed", 1))),
    )


def app(seed: int, n: int, at: datetime, developers: Sequence[Account]) -> Item:
    """An ordinary app."""
    draw = Draw(seed, "app", n)
    kind = draw.one(words("apps")["apps"])
    language = draw.weighted((("en", 65), ("zh", 35)))
    said = kind[language]
    name = draw.one(words("apps")["names" if language == "en" else "names_zh"])
    noun = draw.one(said["nouns"])
    return Item(
        id="",
        kind="app",
        account=pick(draw, developers, language).number,
        title=f"{name} {noun}" if language == "en" else f"{name}{noun}",
        text=" ".join(draw.some(said["says"], 2 + draw.below(2))),
        language=language,
        category=kind["category"],
        published=at - timedelta(days=1 + draw.below(900)),
        storefronts=draw.weighted(((("xa",), 20), (("xb",), 15), (("xa", "xb"), 65))),
        price=draw.weighted((("0.00", 80), ("2.99", 12), ("4.99", 8))),
        currency="EUR",
    )


def talk(seed: int, n: int, at: datetime, authors: Sequence[Account]) -> Item:
    """A post or a comment of no interest to anybody's order."""
    draw = Draw(seed, "talk", n)
    language = draw.weighted((("en", 60), ("zh", 40)))
    said = draw.one(words("talk")["plain"][language])
    return remark(draw, "", said, language, at, authors)


def remark(draw: Draw, name: str, text: str, language: str, at: datetime, authors: Sequence[Account]) -> Item:
    """A post or comment with a text."""
    return Item(
        id=name,
        kind=draw.weighted((("comment", 75), ("post", 25))),
        account=pick(draw, authors, language).number,
        title="",
        text=text,
        language=language,
        category="Community",
        published=at - timedelta(hours=1 + draw.below(3000)),
        storefronts=draw.weighted(((("xa",), 60), (("xb",), 25), (("xa", "xb"), 15))),
    )


def _title(draw: Draw, language: str, brand: str, noun: str, model: str, traits: Sequence[str]) -> str:
    if language == "zh":
        return " ".join(part for part in (brand, noun, model, *traits) if part)
    head = " ".join(part for part in (brand, noun, model) if part)
    head = head if brand else head[0].upper() + head[1:]
    return f"{head}, {', '.join(traits)}" if draw.happens(80) else f"{head} {traits[0]}"


def _text(draw: Draw, says: Sequence[str], adds: Sequence[str]) -> str:
    told = draw.some(says, 2 + draw.below(3)) + draw.some(adds, 1 + draw.below(4))
    if draw.happens(15):
        return "<p>" + told[0] + "</p><ul>" + "".join(f"<li>{one}</li>" for one in told[1:]) + "</ul>"
    return " ".join(told)


def _model(draw: Draw) -> str:
    return f"{draw.one(_MODELS)}{draw.one(_MODELS)}-{100 + draw.below(890)}"


def _gtin(draw: Draw) -> str:
    """A number under 952, which GS1 keeps for examples; one of a hundred bears a wrong check digit."""
    digits = "952" + "".join(str(draw.below(10)) for _ in range(9))
    digit = check_digit(digits)
    return digits + (str((int(digit) + 1) % 10) if draw.happens(1) else digit)
