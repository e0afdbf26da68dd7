"""An item beside products: what its texts and attributes state."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from functools import cached_property
from typing import NamedTuple

from rapidfuzz.distance import OSA

from rectify.rules.product_brand import DASHES, Brand, key
from rectify.rules.product_codes import CODE, stems, upright

GTIN_KEYS = ("gtin", "ean", "upc", "barcode", "isbn", "jan", "gtin8", "gtin12", "gtin13", "gtin14", "ean13")
BATCH_KEYS = ("batch", "lot", "serial", "charge")
_LEAST_CODE = 4  # signs
_CODE_OF_ITS_OWN = re.compile(r"(?:[a-z]\d+|\d{4,}[a-oq-ux-z])\Z")
_NUMBERED = re.compile(r"(?<=[a-z] )(\d{3,5})(?= [a-z]{3}|\Z)")
MODEL_KEYS = ("model", "mpn", "model_number", "part_number")
# A year, or an amount with its unit, is no model.
NO_MODEL = re.compile(
    r"(19|20)\d\d\Z|\d+(x|w|kw|v|a|ah|mah|wh|k?hz|[mg]hz|[mk]?g|lbs?|oz|[mc]?l|[cmk]?m|in|inch|ft|[kmgt]b|k|p|mp|fps|rpm|psi|bar|nm"
    r"|hp|ps|cc|ct|pcs?|pk|er|st|nd|rd|th|d|h|min|yrs?|months?|years?)\Z"
)


class Grade(IntEnum):
    """How certain it is that an item is a product."""

    NO = 0
    POSSIBLE = 1
    SURE = 2


class Seen(NamedTuple):
    """What speaks for a product: a field, and where in its folded text (in an attribute: the whole value)."""

    number: int  # of the product
    field: str
    start: int
    end: int


class Judged(NamedTuple):
    """A grade and what it rests on."""

    grade: Grade
    seen: tuple[Seen, ...] = ()


@dataclass(frozen=True)
class Row:
    """An item, its texts and attributes folded."""

    title: str
    text: str
    variants: tuple[str, ...] = ()
    attributes: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def texts(self) -> tuple[tuple[str, str], ...]:
        """Fields and texts, the title first."""
        variants = ((f"variants[{number}]", text) for number, text in enumerate(self.variants))
        return (("title", self.title), *variants, ("text", self.text))

    @cached_property
    def gtins(self) -> tuple[tuple[str, str], ...]:
        """(attribute, digits) of every number stated, as written but for blanks and hyphens."""
        found = []
        for name in GTIN_KEYS:
            value = self.attributes.get(name, "")
            whole = re.sub(rf"[\s{DASHES}]", "", value)
            parts = [whole] if whole.isdecimal() and len(whole) <= 14 else re.split(rf"[^\d{DASHES}]+", value)
            found += [(name, re.sub(r"\D", "", part)) for part in parts if len(re.sub(r"\D", "", part)) >= 8]
        return tuple(dict.fromkeys(found))

    @cached_property
    def codes(self) -> tuple[str, ...]:
        """Keys of what in the title looks like a model number."""
        keys = (key(match[0]) for match in CODE.finditer(self.title))
        return tuple(k for k in dict.fromkeys(keys) if any(c.isdigit() for c in k))

    @cached_property
    def own_codes(self) -> tuple[str, ...]:
        """Codes of letters and digits that the item is called by: of the title, and models that are stated."""
        codes = [k for k in (*self.codes, *self.model_keys) if not k.isdigit()]
        own = (k for k in codes if _CODE_OF_ITS_OWN.match(k) or (len(k) >= _LEAST_CODE and not NO_MODEL.match(k)))
        return (*own, *self._own_numbers)

    @cached_property
    def _own_numbers(self) -> tuple[str, ...]:
        """Numbers behind a word of the title that are no year, price, count or measure: Fusion 300."""
        return tuple(match[1] for match in _NUMBERED.finditer(self.title) if not NO_MODEL.match(match[1]))

    @cached_property
    def spelled(self) -> tuple[tuple[str, re.Match[str]], ...]:
        """Codes of the title as `upright` reads them, and where they stand."""
        return tuple((upright(key(match[0])), match) for match in CODE.finditer(self.title))

    @cached_property
    def said(self) -> frozenset[str]:
        """Stems of the words of the title."""
        return stems(self.title)

    @cached_property
    def brand(self) -> str:
        return " ".join(self.attributes.get("brand", "").split())

    def misspells(self, brand: Brand) -> bool:
        """Whether words of the title, or the stated brand, are the brand but for a letter (two of a long one)."""
        slips = len(brand.key) // 4 if len(brand.key) < 12 else 3
        if not slips:
            return False
        size = len(brand.name.split())
        spans = {*self._spans(size), *self._spans(size + 1), key(self.brand)} - {""}
        return any(OSA.distance(span, brand.key, score_cutoff=slips) <= slips for span in spans)

    def _spans(self, size: int) -> list[str]:
        words = re.findall(r"[^\W_]+", self.title)
        return ["".join(words[n : n + size]) for n in range(len(words))]

    @cached_property
    def model_keys(self) -> dict[str, str]:
        """Keys of the models stated, each with its attribute."""
        stated = ((name, part) for name in MODEL_KEYS for part in re.split(r"[,;|]", self.attributes.get(name, "")))
        return {key(part): name for name, part in stated if key(part)}
