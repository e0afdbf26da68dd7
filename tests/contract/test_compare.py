"""Two packs over the same rows: each finds what it finds alone, and the difference is told once."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.unit.screening.packs_made import pack, words

from rectify.rules.pack import Pack, digest_of, pack_json
from rectify.screening.compare import Change, Comparison, Sought, compile_both
from rectify.screening.compile import compile_plan
from rectify.terms.errors import Refused
from rectify.terms.finding import Verdict
from rectify.terms.product import Product
from rectify.workspace import one_pack

DAY = date(2026, 11, 20)
TERMS = ("pram", "lamp", "kite", "sofa")


def made(*terms: str, verdict: Verdict = Verdict.VIOLATION, name: str = "") -> Pack:
    one = pack(words("thing", *terms), when="thing", why="Is one.")
    one = replace(one, rules=tuple(replace(rule, verdict=verdict) for rule in one.rules), name=name or one.name)
    return replace(one, digest=digest_of(pack_json(one)))


def batch(*titles: str) -> pa.RecordBatch:
    return pa.RecordBatch.from_pylist([{"id": str(n), "kind": "listing", "title": t} for n, t in enumerate(titles)])


def compared(before: Pack, after: Pack, *titles: str) -> tuple[Comparison, dict[str, Change]]:
    comparison = Comparison(compile_both(before, after, Sought(DAY)))
    found = comparison.compare(batch(*titles), "x")
    return comparison, {titles[one.row]: one.change for one in found}


def test_each_row_is_new_gone_of_another_verdict_or_the_same():
    after = made("lamp", "kite")
    comparison, changes = compared(made("pram", "lamp"), after, "a pram", "a lamp", "a kite", "a sofa")
    assert changes == {"a pram": Change.GONE, "a lamp": Change.SAME, "a kite": Change.NEW}
    assert comparison.rows == 4
    (rule,) = comparison.rules.values()
    assert (rule.before, rule.after, rule.new, rule.gone, rule.changed) == (2, 2, 1, 1, 0)
    _, changes = compared(made("pram"), made("pram", verdict=Verdict.REVIEW), "a pram", "a lamp")
    assert changes == {"a pram": Change.CHANGED}


def test_packs_of_two_names_are_compared_too():
    _, changes = compared(made("pram"), made("lamp", name="others"), "a pram", "a lamp")
    assert changes == {"a pram": Change.GONE, "a lamp": Change.NEW}


def test_a_pack_is_the_same_as_itself():
    comparison, changes = compared(made("pram"), made("pram"), "a pram")
    assert changes == {"a pram": Change.SAME}
    assert comparison.changes == {Change.SAME: 1}


@settings(max_examples=30, deadline=None)
@given(st.sets(st.sampled_from(TERMS), min_size=1), st.sets(st.sampled_from(TERMS), min_size=1),
       st.lists(st.lists(st.sampled_from(TERMS), max_size=3).map(" and a ".join), min_size=1, max_size=6))  # fmt: skip
def test_either_finds_what_it_finds_alone(one, other, titles):
    before, after = made(*sorted(one)), made(*sorted(other), verdict=Verdict.REVIEW)
    found = Comparison(compile_both(before, after, Sought(DAY))).compare(batch(*titles), "x")
    for pack_, side in ((before, "before"), (after, "after")):
        alone = compile_plan([pack_], [], [], [], DAY).screen(batch(*titles), "x")
        here = [(one.row, f.rule, f.verdict, f.evidence) for one in found for f in getattr(one, side)]
        assert here == [(row, f.rule, f.verdict, f.evidence) for row, f in zip(alone.rows, alone.found, strict=True)]


def test_products_reach_a_pack_that_asks_for_them_and_stand_in_the_way_of_none():
    products = (Product("Kite", "K3-2024", "09521234543213"),)
    recall = one_pack("identical-products")
    sought = Sought(DAY, products=products)
    found = Comparison(compile_both(recall, made("sofa"), sought)).compare(batch("Kite K3-2024 pram", "a sofa"), "x")
    assert [one.change for one in found] == [Change.GONE, Change.NEW]
    found = Comparison(compile_both(made("sofa"), recall, sought)).compare(batch("Kite K3-2024 pram", "a sofa"), "x")
    assert [one.change for one in found] == [Change.NEW, Change.GONE]


def test_a_pack_whose_register_is_missing_is_refused_unless_said_otherwise():
    vpn = one_pack("unlicensed-vpn")
    with pytest.raises(Refused, match="register"):
        compile_both(vpn, vpn, Sought(DAY))
    plan = compile_both(vpn, vpn, Sought(DAY, without_registers=True))
    assert any("nobody counts as registered" in note for note in plan.notes)
