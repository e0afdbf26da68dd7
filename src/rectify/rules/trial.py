"""Trials: what a rule must find and must not find. The screening engine runs them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from rectify.terms.errors import Place
from rectify.terms.finding import Verdict
from rectify.terms.order import ProviderNamed
from rectify.terms.product import Product


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
