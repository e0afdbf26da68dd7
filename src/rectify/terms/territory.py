"""Territories and storefronts.

A territory is a country (ISO 3166-1, "XA" in the examples) or a part of one (ISO 3166-2, "CN-31"). A country covers
its parts. A storefront whose territories are `None` is of unknown reach: never everywhere, never nowhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

CODE = re.compile(r"[A-Z]{2}(-[A-Z0-9]{1,3})?\Z")

Territory = frozenset[str]
NOWHERE: Territory = frozenset()


def lies_in(code: str, territory: Territory) -> bool:
    """Whether one code lies in a territory: itself or its country is named."""
    return code in territory or code[:2] in territory


def meet(one: Territory, other: Territory) -> Territory:
    """What two territories share; a country and a part of it share the part."""
    return frozenset(c for c in one if lies_in(c, other)) | frozenset(c for c in other if lies_in(c, one))


def covers(reach: Territory, sells: Iterable[str]) -> bool:
    """Whether all of `sells` lies in `reach`. A list of parts never covers their whole country."""
    return all(lies_in(code, reach) for code in sells)


@dataclass(frozen=True, slots=True)
class Storefront:
    """A shop front and the territories that it sells into (`None` = unknown)."""

    name: str
    territories: Territory | None
