"""A pack in shadow finds beside those in force and changes nothing that they find."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.screening.packs_made import DAY, items, pack, register, words

from rectify.rules.pack import Pack
from rectify.screening.compile import compile_plan
from rectify.screening.duplicates import DUPLICATE, Repeats
from rectify.screening.plan import Plan
from rectify.terms.errors import Refused
from rectify.terms.finding import SHADOW, Finding, Verdict
from rectify.terms.item import Account

PRAM, SALE = words("pram", "pram", not_in=("pram cover",)), words("sale", "for sale", "sell")
WIDER = words("pram", "pram", "pushchair")
NOW = pack(PRAM, SALE, when="near(pram, sale, 20)")
LATER = replace(pack(WIDER, SALE, when="pram"), version=2)


def plan_of(*packs: Pack, shadow: tuple[Pack, ...] = (), **fields: object) -> Plan:
    told = {"registers": [], "products": [], "providers": [], "as_of": DAY} | fields
    return compile_plan(packs, shadow=shadow, **told)


def in_force(found: tuple[Finding, ...]) -> list[Finding]:
    """Findings in force, without the digest of the plan, which names what is tried too."""
    return [replace(one, plan="") for one in found if SHADOW not in one.marks]


TEXTS = st.lists(
    st.sampled_from(["pram", "pushchair", "pram cover", "for sale", "sell", "p-r-a-m", "blue"]), max_size=5
)


@given(st.lists(TEXTS.map(" ".join), min_size=1, max_size=6))
def test_what_is_in_force_finds_the_same_with_and_without_shadow(titles: list[str]):
    alone, beside = plan_of(NOW).screen(items(*titles)), plan_of(NOW, shadow=(LATER,)).screen(items(*titles))
    assert in_force(beside.found) == in_force(alone.found)
    tried = plan_of(LATER).screen(items(*titles))
    marked = [(row, one.rule, one.verdict, one.evidence) for row, one in zip(beside.rows, beside.found, strict=True)
              if SHADOW in one.marks]  # fmt: skip
    assert marked == [
        (row, one.rule, one.verdict, one.evidence) for row, one in zip(tried.rows, tried.found, strict=True)
    ]


def test_findings_in_force_come_first_in_a_row_and_every_id_is_another():
    found = plan_of(NOW, shadow=(NOW,)).screen(items("pram for sale", "book", "sell a pram"))
    assert [(row, one.marks) for row, one in zip(found.rows, found.found, strict=True)] == [
        (0, ()), (0, (SHADOW,)), (2, ()), (2, (SHADOW,)),
    ]  # fmt: skip
    assert len({one.id for one in found.found}) == 4


def test_a_plan_without_shadow_is_the_plan_it_was():
    bare = plan_of(NOW)
    assert b"shadow" not in bare.to_bytes()
    assert bare.digest != plan_of(NOW, shadow=(LATER,)).digest
    assert bare.state != plan_of(NOW, shadow=(LATER,)).state
    assert plan_of(NOW, shadow=(LATER,)).digest != plan_of(NOW, shadow=(NOW,)).digest


def test_a_plan_with_shadow_comes_back_from_its_bytes():
    plan = plan_of(NOW, shadow=(LATER,))
    again = Plan.from_bytes(plan.to_bytes())
    assert (again.digest, again.state) == (plan.digest, plan.state)
    assert [(run.name, run.shadow, run.pack.version) for run in again.runs] == [
        ("recalls/rule", False, 1), ("recalls/rule", True, 2),
    ]  # fmt: skip
    assert again.screen(items("pushchair")).found == plan.screen(items("pushchair")).found


def test_shadow_alone_is_nothing_to_look_for():
    with pytest.raises(Refused, match="nothing is left to look for"):
        plan_of(shadow=(LATER,))


def test_two_packs_of_one_name_are_refused_on_either_side_and_the_same_one_counts_once():
    assert len(plan_of(NOW, NOW).runs) == 1
    for packs, shadow in (((NOW, LATER), ()), ((NOW,), (LATER, NOW))):
        with pytest.raises(Refused, match="two packs are called recalls"):
            plan_of(*packs, shadow=shadow)


def test_a_pack_in_shadow_without_its_register_stands_in_nobodys_way():
    asks = pack(PRAM, when="pram and not registered", registers=("licensed",))
    plan = plan_of(NOW, shadow=(asks,))
    assert (plan.shadow, [run.shadow for run in plan.runs]) == ((), [False])
    assert plan.notes == ("The pack recalls in shadow is not tried: the register licensed is missing.",)
    old = register(as_of=DAY - timedelta(days=400))
    assert "of 2025-10-16" in plan_of(NOW, shadow=(asks,), registers=[old]).notes[0]


def test_each_version_asks_its_own_registers():
    one = pack(PRAM, when="pram and not registered", registers=("first",))
    other = pack(PRAM, when="pram and not registered", registers=("second",))
    registers = [register("first", accounts=("catalogue/a",)), register("second", accounts=("catalogue/b",))]
    plan = plan_of(one, shadow=(other,), registers=registers)
    rows = items({"title": "pram", "account": "a"}, {"title": "pram", "account": "b"})
    found = plan.screen(rows, accounts=lambda ids: [Account("catalogue", one) for one in ids]).found
    assert [(one.item.id, SHADOW in one.marks) for one in found] == [("1", True), ("2", False)]


def test_rules_in_shadow_that_do_not_fit_the_order_are_told_as_such():
    other = pack(PRAM, when="pram", kinds=("app",))
    plan = plan_of(NOW, shadow=(other,), kinds=("listing",))
    assert [one.rule for one in plan.left_out] == ["recalls shadow/rule"]


def test_repeated_ids_are_settled_apart_in_shadow():
    """A version in force that looks the same in both rows is not sent to a person because the other one does not."""
    looks = plan_of(pack(PRAM, when="pram in (title)"), shadow=(pack(PRAM, when="pram in (title, text)"),))
    rows = items({"id": "1", "title": "pram", "text": "a"}, {"id": "1", "title": "pram", "text": "b"})
    found = looks.screen(rows).found
    repeats = Repeats({7: 2})
    repeats.add((7, one) for one in found)
    settled = [one for one in (repeats.settle(7, one) for one in found) if one]
    assert [(one.verdict, one.marks) for one in settled if SHADOW not in one.marks] == [(Verdict.VIOLATION, ())]
    assert [one.marks for one in settled if SHADOW in one.marks] == [(SHADOW, DUPLICATE)] * 2


def test_settled_counts_tell_shadow_apart(tmp_path: Path):
    from rectify.screening.findings import write_parquet
    from rectify.screening.settle import Counts
    from rectify.screening.splits import FileMade, SplitFolder

    found = plan_of(NOW, shadow=(LATER,)).screen(items("pram for sale", "pushchair")).found
    counts = Counts()
    counts.add(SplitFolder(tmp_path), FileMade("a.parquet", write_parquet(tmp_path / "a.parquet", iter(found))))
    assert dict(counts.in_force) == {("recalls/rule", "listing", "violation"): 1}
    assert dict(counts.shadow) == {("recalls/rule", "listing", "violation"): 2}
    assert not counts.marks
