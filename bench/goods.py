"""Recalled products and a catalogue of their brands, always the same: made-up brands, models, names and numbers.

A few brands have very many products, most have some. One listing in four is of such a brand: an offer of a product that
the order names (its id begins with o), another model of the brand (s), or a part or accessory of a named one (p).
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bench.listings import SYLLABLES
from rectify.terms.product import Product, check_digit

KINDS = (
    "folding pram", "child car seat", "high chair", "travel cot", "baby monitor", "bicycle helmet", "electric scooter",
    "cordless drill", "angle grinder", "hair dryer", "fan heater", "pressure cooker", "air fryer", "wall charger",
    "power bank", "smoke alarm", "string lights", "camping stove", "garden swing", "trampoline", "dog harness",
    "wireless router", "security camera", "inkjet printer", "electric kettle", "toaster oven", "table lamp", "bunk bed",
    "chest of drawers", "inflatable kayak", "life jacket", "ski helmet", "crossbow", "camera drone", "tablet computer",
    "electric toothbrush", "blood pressure monitor", "sleeping bag", "folding ladder", "pool ladder",
)  # fmt: skip
PARTS = ("cover for {name}", "{name} battery", "{name} user manual", "spare wheel {name}",
         "charger suitable for {name}", "{name} replacement strap", "empty box {name}", "wanted: {name}")  # fmt: skip
SALES = ("", "", "new ", "like new ", "used ", "original ", "For sale: ")
TAILS = ("", "", " black", " white", ", never used", " 2 pcs", " with bag", " - free shipping")


@dataclass(frozen=True, slots=True)
class Planted:
    """A listing: what it is (o, s, p), its title, its text, the number in its attributes."""

    sort: str
    title: str
    text: str = ""
    gtin: str = ""


def products(count: int, seed: int = 3) -> list[Product]:
    """That many products; one brand in about fifty of them, the largest with a hundredth of all."""
    draw = random.Random(seed)
    brands = _brands(draw, max(1, count // 50))
    weights = [1 / (n + 8) ** 0.8 for n in range(len(brands))]
    made: dict[tuple[str, str], Product] = {}
    while len(made) < count:
        brand = draw.choices(brands, weights)[0]
        model, kind = _model(draw), draw.choice(KINDS)
        if (brand, model) not in made:
            gtin = _gtin(len(made)) if draw.random() < 0.6 else ""
            made[brand, model] = Product(brand, model, gtin, (), f"{kind} {model}" if draw.random() < 0.1 else kind)
    return list(made.values())


def catalogue(named: Sequence[Product], rows: int, seed: int = 4) -> Iterator[Planted | None]:
    """That many listings; None for one that is of no such brand."""
    draw = random.Random(seed)
    taken = {(one.brand, one.model) for one in named}
    for _ in range(rows):
        chance = draw.random()
        if chance > 0.25:
            yield None
            continue
        one = named[draw.randrange(len(named))]
        if chance < 0.005:
            yield _offer(draw, one)
        elif chance < 0.01:
            yield Planted("p", draw.choice(PARTS).format(name=f"{one.brand} {one.model}"))
        else:
            model = _model(draw)
            while (one.brand, model) in taken:
                model = _model(draw)
            text = f"{one.brand} {one.name.split()[0]} {draw.randint(1, 900)} x {draw.randint(1, 900)} mm"
            yield Planted(
                "s", f"{draw.choice(SALES)}{one.brand} {model} {draw.choice(KINDS)}{draw.choice(TAILS)}", text
            )


def _offer(draw: random.Random, one: Product) -> Planted:
    if one.gtin and draw.random() < 0.2:
        bare = one.gtin.lstrip("0").rjust(13, "0")
        return Planted("o", f"{draw.choice(SALES)}{one.name}", "", bare) if draw.random() < 0.5 else Planted(
            "o", f"{draw.choice(SALES)}{one.name}", f"EAN {bare[0]} {bare[1:7]} {bare[7:]}")  # fmt: skip
    kind = next((kind for kind in KINDS if one.name.startswith(kind)), one.name)
    model = _spelled(draw, one.model)
    return Planted("o", f"{draw.choice(SALES)}{one.brand} {model} {kind}{draw.choice(TAILS)}")


def _spelled(draw: random.Random, model: str) -> str:
    way = draw.randrange(4)
    return (
        model,
        model.lower(),
        model.replace("-", " "),
        model.replace("-", "") if any(map(str.isdigit, model)) else model,
    )[way]


def _brands(draw: random.Random, count: int) -> list[str]:
    seen: dict[str, None] = {}
    while len(seen) < count:
        word = "".join(draw.choices(SYLLABLES, k=draw.choice((2, 3, 3, 4)))).capitalize()
        if len(word) > 3:
            seen[
                word if draw.random() < 0.8 else f"{word} {draw.choice(('Home', 'Baby', 'Tools', '& Co', 'Sport'))}"
            ] = None
    return list(seen)


def _model(draw: random.Random) -> str:
    """Most are codes; some are a word with a number, a number, or a plain word."""
    letters = "".join(draw.choices("ABCDEFGHKLMNPRSTVXZ", k=draw.choice((1, 2, 2, 3))))
    chance = draw.random()
    if chance < 0.7:
        return f"{letters}-{draw.randint(10, 9999)}{draw.choice(('', '', 'B', 'X'))}"
    word = "".join(draw.choices(SYLLABLES, k=draw.choice((2, 3)))).capitalize()
    return f"{word} {draw.randint(2, 900)}" if chance < 0.9 else str(draw.randint(100, 9999)) if chance < 0.95 else word


def _gtin(number: int) -> str:
    inner = f"0952{number:09d}"
    return inner + check_digit(inner)
