"""Trials: what a rule must find and must not find. The screening engine runs them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from rectify.documents import Node, Reading, shown
from rectify.terms.errors import Place
from rectify.terms.finding import Verdict
from rectify.terms.item import ITEM_FIELDS, Kind
from rectify.terms.order import ProviderNamed
from rectify.terms.product import Product, read_gtin

KEYS = ("text", "item", "registered", "expect", "rule", "why", "products", "providers")
REGISTERED = ("true", "false", "near")


@dataclass(frozen=True, slots=True)
class Trial:
    """An item, who offers it, what the order names, and the verdict expected.

    `item` maps names of item fields to text, list of text (variants) or map (attributes); `kind` is always there.
    `rule` empty = the pack's strictest verdict. `near_register`: like an entry of a register, but not bound to it.
    """

    item: Mapping[str, object]
    registered: bool
    expect: Verdict
    rule: str = ""
    why: str = ""
    near_register: bool = False
    products: tuple[Product, ...] = ()
    providers: tuple[ProviderNamed, ...] = ()
    place: Place = field(default_factory=Place, compare=False)


def read_trials(node: Node, rules: Collection[str], reading: Reading) -> list[Trial]:
    """The trials of one file: a list, or `{products, providers, trials}` where the named ones hold for all of them."""
    products: tuple[Product, ...] = ()
    providers: tuple[ProviderNamed, ...] = ()
    if node.kind == "mapping":
        values = reading.mapping(node, ("products", "providers", "trials"), ("trials",))
        products = read_products(values.get("products"), reading)
        providers = read_providers(values.get("providers"), reading)
        node = values.get("trials", node)
        if node.kind == "mapping":
            return []
    trials = [_trial(item, rules, reading, products, providers) for item in reading.items(node)]
    return [trial for trial in trials if trial is not None]


def _trial(
    node: Node,
    rules: Collection[str],
    reading: Reading,
    products: tuple[Product, ...],
    providers: tuple[ProviderNamed, ...],
) -> Trial | None:
    values = reading.mapping(node, KEYS, ("expect",))
    if not values:
        return None
    if ("text" in values) == ("item" in values):
        reading.fault(node, "a trial has a text or an item, one of them", "text: title of a listing")
    item = _item(values["item"], reading) if "item" in values else {"title": reading.text(values.get("text"))}
    expect = reading.choice(values.get("expect"), [v.value for v in Verdict])
    registered = reading.choice(values.get("registered"), REGISTERED)
    trial = Trial(
        {"kind": Kind.LISTING.value, **item},
        registered == "true",
        Verdict(expect or Verdict.NONE),
        reading.choice(values.get("rule"), rules),
        reading.text(values.get("why")),
        registered == "near",
        read_products(values.get("products"), reading) or products,
        read_providers(values.get("providers"), reading) or providers,
        node.place,
    )
    return trial if expect else None


def _item(node: Node, reading: Reading) -> dict[str, object]:
    item: dict[str, object] = {}
    for name, value in reading.mapping(node, tuple(ITEM_FIELDS)).items():
        match ITEM_FIELDS[name]:
            case "texts":
                item[name] = reading.texts(value)
            case "attributes":
                names = value.entries if value.kind == "mapping" else {}
                item[name] = {key: reading.text(child) for key, child in reading.mapping(value, tuple(names)).items()}
            case "decimal":
                item[name] = str(reading.decimal(value) or 0)
            case _:
                item[name] = reading.text(value)
    if "kind" in item:
        item["kind"] = reading.choice(node.entries["kind"], [kind.value for kind in Kind]) or Kind.LISTING.value
    return item


def read_products(node: Node | None, reading: Reading) -> tuple[Product, ...]:
    """Products as an order names them, in a trial."""
    products = []
    for item in reading.items(node):
        values = reading.mapping(item, ("brand", "model", "gtin", "batch", "name"))
        written = reading.text(values.get("gtin"))
        gtin = read_gtin(written)
        if written and not gtin:
            reading.fault(
                values["gtin"], f'"{shown(written)}" is no GTIN', "8, 12, 13 or 14 digits with their check digit"
            )
        texts = {name: reading.text(values.get(name)) for name in ("brand", "model", "name")}
        products.append(Product(gtin=gtin, batch=reading.texts(values.get("batch")), **texts))
    return tuple(products)


def read_providers(node: Node | None, reading: Reading) -> tuple[ProviderNamed, ...]:
    """Entries of a negative list, in a trial."""
    found = []
    for item in reading.items(node):
        values = reading.mapping(item, ("account", "domain", "app"))
        found.append(ProviderNamed(**{name: reading.text(value) for name, value in values.items()}))
    return tuple(found)
