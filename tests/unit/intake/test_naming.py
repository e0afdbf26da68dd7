"""A book's name is its order's reference, readable on any command line, and never looks like that of another order."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rectify.intake.naming import book_name, mark
from rectify.intake.orders import read_order
from rectify.ledger.entry import check
from rectify.terms.entry import HOUSE, Draft
from rectify.terms.errors import Broken

from .orders import NOW, RECALL

ORDER = read_order(RECALL.encode(), "order.yaml", now=NOW)


def named(reference: str, authority: str = "pso", taken: tuple[str, ...] = (), prefix: str = "") -> str:
    return book_name(replace(ORDER, reference=reference), authority, taken, prefix=prefix)


@pytest.mark.parametrize("reference", ["XA-PS-2026-0412", "2026_12", "a.b-c", "7"])
def test_a_reference_that_can_stand_on_a_command_line_is_its_own_name(reference: str) -> None:
    assert named(reference) == reference
    assert named(reference, prefix="market") == f"market/{reference}"


@pytest.mark.parametrize(
    ("reference", "authority", "name"),
    [
        ("沪市监〔2026〕12号", "shanghai", "shanghai-2026-12"),
        ("京市监〔2026〕12号", "beijing", "beijing-2026-12"),
        ("沪市监发〔二〇二六〕第十二号", "shanghai", "shanghai-2026-12"),
        ("沪市监〔2026〕第二百零五号", "shanghai", "shanghai-2026-205"),
        ("沪市监〔2026〕12号", "", "XA-2026-12"),
        ("沪市监〔2026〕12号", "上海", "XA-2026-12"),
        ("通知", "pso-xa", "pso-xa-2026"),
        ("4 K 12/26", "pso", "4-K-12-26"),
        ("Verfügung 12", "pso", "Verfugung-12"),
        ("Приказ 7", "pso", "pso-7"),
        ("ＸＡ－１", "pso", "XA-1"),
        (".XA-1", "pso", "XA-1"),
        ("house", "pso", "order-house"),
    ],
)
def test_any_other_is_readable_and_bears_a_mark(reference: str, authority: str, name: str) -> None:
    expected = "order-house" if reference == HOUSE else name
    assert named(reference, authority) == f"{expected}-{mark(reference)}"


def test_references_that_look_alike_without_their_words_do_not_as_names() -> None:
    alike = [
        "沪市监〔2026〕12号",
        "沪市监发〔2026〕12号",
        "京市监〔2026〕12号",
        "2026-12",
        "2026/12",
        "2026 12",
        "2026·12",
    ]
    assert len({named(reference) for reference in alike}) == len(alike)


def test_a_name_that_another_reference_has_gets_a_longer_mark() -> None:
    first = named("2026/12")
    assert named("2026/12", taken=(first,)) == f"2026-12-{mark('2026/12', 8)}"
    assert named("2026-12", taken=("2026-12",)) == f"2026-12-{mark('2026-12')}"


@given(st.text(min_size=1, max_size=300), st.text(max_size=60), st.sampled_from(["", "market"]))
def test_every_reference_gives_a_name_that_the_ledger_takes(reference: str, authority: str, prefix: str) -> None:
    name = named(reference, authority, prefix=prefix)
    assert re.fullmatch(r"[A-Za-z0-9._/-]+", name)
    assert name != HOUSE
    with pytest.raises(Broken, match="lacks"):  # the name is looked at before what the entry holds
        check(Draft("received", name, {}))


@given(st.text(min_size=1, max_size=20), st.text(min_size=1, max_size=20))
def test_two_references_never_have_one_name(one: str, other: str) -> None:
    assert one == other or named(one) != named(other)
