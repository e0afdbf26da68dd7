"""The packs in the wheel, read once, and what their rules say of items."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Any

from rectify.rules.pack import Pack
from rectify.rules.reader import read_pack
from rectify.screening.plan import Plan
from rectify.screening.trial import batch_of, trial_plan
from rectify.terms.finding import Verdict
from rectify.terms.product import Product

NAMES = tuple(sorted(one.name for one in files("rectify.packs").iterdir() if one.joinpath("pack.yaml").is_file()))


@cache
def shipped(name: str) -> Pack:
    """A pack of the wheel."""
    return read_pack(files("rectify.packs").joinpath(name))


@cache
def _plan(name: str, products: tuple[Product, ...]) -> Plan:
    return trial_plan(shipped(name), products, ())


def verdicts(name: str, items: Sequence[Mapping[str, Any]], products: tuple[Product, ...] = ()) -> list[Verdict]:
    """The strictest verdict of a pack on each item (a listing unless it says otherwise) of an unknown account."""
    if not items:
        return []
    said = [Verdict.NONE] * len(items)
    told = _plan(name, products).screen(batch_of([{"kind": "listing", **item} for item in items]))
    for row, finding in zip(told.rows, told.found, strict=True):
        said[row] = Verdict.VIOLATION if Verdict.VIOLATION in (said[row], finding.verdict) else Verdict.REVIEW
    return said
