"""Products as orders name them, and the one form of a GTIN."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

_LENGTHS = frozenset({8, 12, 13, 14})
# GS1 General Specifications 1.4 and 2.1.11: numbers for use inside one company or shop, coupons; never a product.
_IN_STORE_13 = ("02", "04", "05", "2", "981", "982", "983", "984", "99")


@dataclass(frozen=True, slots=True)
class Product:
    """A product that an order names. `gtin` is 14 digits or empty; `batch` empty = every batch."""

    brand: str = ""
    model: str = ""
    gtin: str = ""
    batch: tuple[str, ...] = ()
    name: str = ""


def check_digit(digits: str) -> str:
    """The GS1 check digit (mod 10, weights 3 and 1 from the right) of the digits without it."""
    total = sum(int(d) * (3 if n % 2 == 0 else 1) for n, d in enumerate(reversed(digits)))
    return str(-total % 10)


def read_gtin(text: str) -> str:
    """A GTIN-8/12/13/14 as 14 digits. Blanks, hyphens and full-width digits are read through.

    Empty for anything else: wrong length, wrong check digit, in-store and coupon ranges, all zeros.
    Source: GS1 General Specifications 7.9 (check digit), 1.4 (prefixes).
    """
    digits = re.sub(r"[\s\-]", "", unicodedata.normalize("NFKC", text))
    if len(digits) not in _LENGTHS or not digits.isascii() or not digits.isdigit() or not digits.strip("0"):
        return ""
    if check_digit(digits[:-1]) != digits[-1]:
        return ""
    if len(digits) == 8 and digits[0] in "02":  # GTIN-8: 0 = velocity codes, 2 = in store
        return ""
    full = digits.zfill(14)
    if len(digits) != 8 and full[1:].startswith(_IN_STORE_13):
        return ""
    return full


def unit_gtin(gtin14: str) -> str:
    """The GTIN of the unit inside a carton's GTIN-14 (indicator 1 to 8); the same GTIN for a unit. Empty for 9."""
    if gtin14[0] == "0":
        return gtin14
    if gtin14[0] == "9":  # variable measure
        return ""
    inner = "0" + gtin14[1:13]
    return inner + check_digit(inner)
