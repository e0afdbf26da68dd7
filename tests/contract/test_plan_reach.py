"""Which rules of a pack enter a plan, and what stands in the way of one."""

from __future__ import annotations

from datetime import timedelta

import pytest
from tests.unit.screening.packs_made import DAY, items, pack, register, words

from rectify.screening.compile import OrderScope, compile_plan, provider_pack
from rectify.screening.plan import Plan
from rectify.terms.errors import Refused
from rectify.terms.finding import Verdict
from rectify.terms.order import ProviderNamed
from rectify.terms.product import Product

PRAM = words("pram", "pram")
RULES = {
    "sold": {"when": "pram", "acts": ("sell", "give")},
    "set-up": {"when": "pram", "acts": ("set_up",), "kinds": ("page",)},
    "used": {"when": "pram", "acts": ("use", "sell"), "kinds": ("listing", "app")},
}


def scope(
    acts: tuple[str, ...], kinds: tuple[str, ...] = ("listing", "page"), instrument: str = "national"
) -> OrderScope:
    return OrderScope("XA-1", instrument, acts, kinds)


def compiled(*packs: object, **fields: object) -> Plan:
    given = {"registers": [], "products": [], "providers": [], "as_of": DAY} | fields
    return compile_plan(packs or (pack(PRAM, rules=RULES),), **given)


def entered(plan: Plan) -> list[tuple[str, tuple[str, ...], bool]]:
    return [(run.rule.id, run.kinds, run.only_review) for run in plan.runs]


def test_without_an_order_every_rule_enters():
    assert [name for name, *_ in entered(compiled())] == ["sold", "set-up", "used"]


def test_a_rule_enters_where_it_shares_an_act_and_a_kind_with_the_order():
    plan = compiled(order=scope(("give", "set_up")))
    assert entered(plan) == [("sold", ("listing",), False), ("set-up", ("page",), False)]
    assert [(one.rule, one.reason) for one in plan.left_out] == [
        ("recalls/used", "it is about use, sell, and the order is not"),
    ]  # fmt: skip


def test_what_was_accepted_narrows_what_was_ordered():
    assert [name for name, *_ in entered(compiled(order=scope(("sell", "set_up")), acts=("set_up",)))] == ["set-up"]
    assert entered(compiled(order=scope(("sell",), ("listing", "app")), kinds=("app",))) == [("used", ("app",), False)]


def test_using_something_is_only_ever_for_a_person():
    plan = compiled(order=scope(("use",)))
    assert entered(plan) == [("used", ("listing",), True)]
    (found,) = plan.screen(items("pram")).found
    assert found.verdict is Verdict.REVIEW


def test_under_gpsr_22_only_what_the_order_names_is_sought():
    packs = (pack(PRAM, when="pram"), pack(rules={"same-gtin": "product(gtin)"}, name="identical"))
    plan = compiled(*packs, products=[Product(gtin="09521234543213")], order=scope(("sell",), instrument="gpsr-22"))
    assert [run.name for run in plan.runs] == ["identical/same-gtin"]
    assert [one.reason for one in plan.left_out] == ["under gpsr-22 only what the order names is sought"]


def test_a_plan_that_would_look_for_nothing_is_refused():
    with pytest.raises(Refused, match="nothing is left to look for: recalls/sold: it is about sell, give"):
        compiled(order=scope(("recommend",)))


def test_products_and_providers_that_no_rule_looks_for_are_refused():
    with pytest.raises(Refused, match="names products, and no rule"):
        compiled(products=[Product(gtin="09521234543213")])
    with pytest.raises(Refused, match="names providers, and no rule"):
        compiled(providers=[ProviderNamed(account="a1")], order=scope(("set_up",), ("page",)))


def test_the_built_in_rule_for_providers_judges_no_speech():
    assert set(provider_pack().kinds) == {"listing", "app", "resource"}
    assert "use" not in provider_pack().acts


def asking() -> object:
    return pack(PRAM, when="pram and not registered", registers=("licensed",))


def test_a_sweep_needs_its_register():
    with pytest.raises(Refused, match="the register licensed is missing"):
        compiled(asking())


def test_a_screen_without_a_register_says_so_and_nobody_is_registered():
    plan = compiled(asking(), without_registers=True)
    assert plan.notes == ("Without the register licensed nobody counts as registered.",)
    assert len(plan.screen(items({"title": "pram", "account": "a1"})).found) == 1


@pytest.mark.parametrize("without", [True, False])
def test_an_outdated_register_is_refused_from_the_day_after_its_last(without):
    held = register(as_of=DAY - timedelta(days=30), stale_after_days=30)
    assert compiled(asking(), registers=[held], without_registers=without).registers == (held,)
    with pytest.raises(Refused, match="was good until 2026-11-20; the plan is of 2026-11-21"):
        compiled(asking(), registers=[held], as_of=DAY + timedelta(days=1), without_registers=without)


def test_a_register_that_no_rule_asks_for_is_not_in_the_plan():
    assert compiled(registers=[register(as_of=DAY - timedelta(days=900))]).registers == ()


def test_the_order_is_in_the_ids_of_findings():
    plans = [compiled(order=OrderScope(name, "national", ("sell",), ("listing",))) for name in ("XA-1", "XA-2")]
    found = [plan.screen(items("pram")).found[0] for plan in plans]
    assert [one.order for one in found] == ["XA-1", "XA-2"]
    assert found[0].id != found[1].id
