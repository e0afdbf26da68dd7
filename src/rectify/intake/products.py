"""Products as orders name them, with what is wrong with a GTIN told in a sentence."""

from __future__ import annotations

import re
import unicodedata

from rectify.documents import Node, Reading, shown
from rectify.intake.fields import keys
from rectify.terms.product import Product, check_digit, read_gtin

_LENGTHS = (8, 12, 13, 14)
_CHECK = "GS1 General Specifications 7.9"


def products(reading: Reading, node: Node | None) -> tuple[Product, ...]:
    """The products of a list, GTINs as 14 digits."""
    return tuple(_product(reading, item) for item in reading.items(node))


def _product(reading: Reading, node: Node) -> Product:
    fields = reading.mapping(node, keys("subject.products.*"))
    product = Product(
        brand=reading.line(fields.get("brand")),
        model=reading.line(fields.get("model")),
        gtin=_gtin(reading, fields.get("gtin")),
        batch=reading.texts(fields.get("batch")),
        name=reading.line(fields.get("name")),
    )
    if node.kind == "mapping" and "gtin" not in fields and not (product.brand and product.model):
        reading.fault(node, "a product is named by its gtin, or by its brand and its model")
    return product


def _gtin(reading: Reading, node: Node | None) -> str:
    text = reading.line(node)
    if node is None or not text:
        return ""
    gtin = read_gtin(text)
    if gtin:
        return gtin
    digits = re.sub(r"[\s\-]", "", unicodedata.normalize("NFKC", text))
    named = f'"{shown(text)}" is no GTIN'
    if not (digits.isascii() and digits.isdigit()) or len(digits) not in _LENGTHS:
        reading.fault(node, named, "a GTIN has 8, 12, 13 or 14 digits", _CHECK)
        return ""
    due = check_digit(digits[:-1])
    if due != digits[-1]:
        remedy = f"{digits[:-1]}{due} expected; compare it with the product or ask the authority"
        reading.fault(node, f"{named}: wrong check digit", remedy, _CHECK)
    else:
        remedy = "such numbers are given inside one shop, or for coupons; name brand and model"
        reading.fault(node, named, remedy, "GS1 General Specifications 1.4")
    return ""
