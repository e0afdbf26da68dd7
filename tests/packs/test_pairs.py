"""Pairs of product and listing: who is positive, who is told apart, and what a file at fault is told."""

from __future__ import annotations

import pytest

from rectify.rules.pack import Pack
from rectify.screening.evaluate import Truth, score
from rectify.screening.pairs import Pair, as_judged, judge_pairs, products_of, read_pairs
from rectify.terms.errors import Faulty
from rectify.terms.finding import Verdict
from rectify.workspace import one_pack

PRODUCT = {"kind": "product", "product_id": "P", "name": "Pram", "brand": "Kite", "models": ["K3-2024"],
           "gtins": ["9521234543213"], "batches": [], "recall_real": "true"}  # fmt: skip


def listing(name: str, title: str, **more: str) -> dict[str, object]:
    return {"kind": "listing", "id": name, "title": title, "language": "en", **more}


def pair(name: str, label: str, why: str = "") -> dict[str, object]:
    return {"kind": "pair", "product_id": "P", "listing_id": name, "label": label, "why": why}


ROWS = [
    PRODUCT, listing("A", "Kite K3-2024 pram"), listing("B", "Kite K4 pram", source="written"),
    listing("C", "pram", attributes='{"gtin": "9521234543213", "mass": 7, "colour": null}'), listing("D", "Two prams"),
    listing("E", "Wheel for Kite K3-2024"), pair("A", "same"), pair("B", "different"), pair("C", "same"),
    pair("D", "different", "bundle of two"),
]  # fmt: skip


@pytest.fixture(scope="module")
def goods() -> Pack:
    return one_pack("identical-products")


@pytest.mark.parametrize(
    ("label", "why", "truth"),
    [("same", "", Truth.POSITIVE), ("different", "other model", Truth.NEGATIVE), ("maybe", "", Truth.BORDERLINE),
     ("different", "bundle: two prams", Truth.BORDERLINE)],
)  # fmt: skip
def test_lots_and_what_a_person_must_decide_are_told_apart(label, why, truth):
    assert Pair("P", "L", label, why).truth is truth


def test_each_pair_gets_the_answer_of_an_order_that_names_its_product(goods):
    file = read_pairs(ROWS, "pairs.parquet")
    judged = judge_pairs(file, goods)
    assert {one.pair.listing: one.verdict for one in judged.pairs} == {
        "A": Verdict.VIOLATION, "B": Verdict.NONE, "C": Verdict.VIOLATION, "D": Verdict.NONE,
    }  # fmt: skip
    assert judged.unlabelled == {Verdict.VIOLATION: 0, Verdict.REVIEW: 0, Verdict.NONE: 1}
    assert {one.group for one in judged.pairs} == {"recall, real listing", "recall, written listing"}
    (everything, *_) = score(as_judged(judged, file), topic="same product").groups
    assert (everything.violation.precision.part, everything.violation.recall.whole) == (2, 2)
    assert everything.violation.negatives == 1


def test_a_product_is_named_by_each_model_with_each_number():
    row = {"brand": "Kite", "models": ["K3", "K4"], "gtins": ["9521234543213", "9521234500018"], "name": "Pram"}
    named = products_of(row)
    assert len(named) == 4
    assert {one.model for one in named} == {"K3", "K4"}
    assert products_of({**row, "models": [], "gtins": ["12"]}) == [type(named[0])("Kite", "", "", (), "Pram")]


def test_all_rows_at_fault_are_told_at_once():
    rows = [*ROWS, {"kind": "shop"}, pair("Z", "same"), pair("A", "equal"), {**pair("A", "same"), "product_id": "Q"}]
    with pytest.raises(Faulty) as told:
        read_pairs(rows, "pairs.parquet")
    assert [str(fault.place) for fault in told.value.faults] == [
        "pairs.parquet:row 11", "pairs.parquet:row 12", "pairs.parquet:row 13", "pairs.parquet:row 14",
    ]  # fmt: skip
    assert [fault.text for fault in told.value.faults] == [
        '"shop" is no kind of row', 'no listing is called "Z"', '"equal" is no label of a pair',
        'no product is called "Q"',
    ]  # fmt: skip


def test_products_of_named_batches_are_a_group_of_their_own(goods):
    file = read_pairs([{**PRODUCT, "batches": ["A12"]}, listing("A", "Kite K3-2024 pram"), pair("A", "same")], "p.csv")
    (one,) = judge_pairs(file, goods).pairs
    assert (one.verdict, one.group) == (Verdict.REVIEW, "recall, real listing, batches named")
