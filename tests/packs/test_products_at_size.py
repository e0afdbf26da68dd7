"""An order of many products finds what its products find in a small one: by column as by pattern, with all evidence."""

from __future__ import annotations

from typing import Any

import pytest
from tests.packs.held_out import SETS, order_and_offers
from tests.packs.product_pairs import named_products, written_pairs
from tests.packs.shipped import shipped

from rectify.rules.products import CAP
from rectify.screening import products
from rectify.screening.products import patterns_for
from rectify.screening.trial import batch_of, trial_plan
from rectify.terms.finding import Evidence, Verdict
from rectify.terms.product import Product

Told = list[tuple[int, str, Verdict, tuple[Evidence, ...]]]
MORE = {"variants": ["Kite K3", "plain"], "attributes": {"model": "K 3", "brand": "KITE", "gtin": "9524107300128"}}


def told(named: tuple[Product, ...], items: list[dict[str, Any]]) -> Told:
    plan = trial_plan(shipped("identical-products"), named, ())
    found = plan.screen(batch_of([{"kind": "listing", **item} for item in items]))
    return [(row, one.rule, one.verdict, one.evidence) for row, one in zip(found.rows, found.found, strict=True)]


def by_column(monkeypatch: pytest.MonkeyPatch, named: tuple[Product, ...], items: list[dict[str, Any]]) -> Told:
    with monkeypatch.context() as patch:
        patch.setattr(products, "FEW", 0)
        return told(named, items)


def test_by_column_and_by_pattern_the_same_is_found(monkeypatch):
    pairs = written_pairs()
    for product, named in list(named_products().items())[::4]:
        items = [pair.item for pair in pairs if pair.product == product]
        items += [{"title": "<b>KITE</b> K3 &amp; more"}, {"title": "no such thing", **MORE}, {"title": ""}]
        assert by_column(monkeypatch, named, items) == told(named, items)


def test_nothing_is_found_where_rows_say_nothing(monkeypatch):
    named = named_products()["H01"]
    assert by_column(monkeypatch, named, [{"title": ""}]) == []
    assert by_column(monkeypatch, named, [{"title": "", "attributes": {"gtin": ""}}]) == []


def test_small_orders_are_sought_by_pattern_and_large_ones_are_not():
    named = tuple(product for of in named_products().values() for product in of)
    few = trial_plan(shipped("identical-products"), named[:2], ()).engine.outside.products
    many = trial_plan(shipped("identical-products"), named, ()).engine.outside.products
    assert patterns_for(few)
    assert not patterns_for(many)


def test_a_row_that_may_be_more_products_than_are_looked_at_is_marked_so():
    many = tuple(Product("Kite", f"K{n}-2024", name="folding travel pram") for n in range(CAP + 60))
    plan = trial_plan(shipped("identical-products"), many, ())
    found = plan.screen(
        batch_of([{"kind": "listing", "title": f"Kite {one}"} for one in ("folding travel pram", "K7-2024")])
    )
    assert [(one.verdict, one.marks) for one in found.found] == [(Verdict.REVIEW, ("capped",)), (Verdict.VIOLATION, ())]


@pytest.mark.parametrize("name", SETS)
def test_by_column_and_by_pattern_the_same_is_found_of_the_held_out_offers(monkeypatch, name):
    named, items = order_and_offers(name)
    by_pattern = told(named[: products.FEW], items)
    assert by_pattern
    assert by_column(monkeypatch, named[: products.FEW], items) == by_pattern
