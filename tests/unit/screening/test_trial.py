"""Trials say what came out; a text that is tried shows what the engine saw."""

from __future__ import annotations

from typing import Any

import pytest

from rectify.rules.trial import Trial
from rectify.screening.trial import run_trials, try_item, try_text
from rectify.terms.finding import Verdict
from rectify.terms.order import ProviderNamed
from rectify.terms.product import Product

from .packs_made import pack, words

PRAM = words("pram", "pram", not_in=("pram cover",))
KITE = Product(brand="Kite", model="K3-2024", gtin="09521234543213")


def trial(title: str, expect: str, **fields: Any) -> Trial:
    return Trial({"kind": "listing", "title": title}, fields.pop("registered", False), Verdict(expect), **fields)


def verdicts(held: Any, *trials: Trial) -> list[tuple[str, bool]]:
    return [(str(result.got), result.held) for result in run_trials(held, trials)]


def test_each_trial_says_what_came_out_and_whether_it_was_expected():
    held = pack(PRAM, when="pram")
    trials = (
        trial("pram", "violation"),
        trial("pram cover", "none"),
        trial("p.r-a m", "review"),
        trial("lamp", "violation"),
    )
    assert verdicts(held, *trials) == [("violation", True), ("none", True), ("review", True), ("none", False)]


def test_a_trial_is_of_the_rule_it_names_else_of_the_strictest():
    held = pack(
        PRAM, words("sale", "sale"), rules={"a": {"when": "pram", "verdict": Verdict.REVIEW}, "b": "pram and sale"}
    )
    trials = trial("pram sale", "review", rule="a"), trial("pram sale", "violation"), trial("pram", "none", rule="b")
    assert all(result.held for result in run_trials(held, trials))


def test_trials_are_registered_near_or_neither():
    held = pack(PRAM, when="pram and not registered", registers=("licensed",))
    trials = [
        trial("pram", "none", registered=True),
        trial("pram", "review", near_register=True),
        trial("pram", "violation"),
    ]
    assert all(result.held for result in run_trials(held, trials))


def test_trials_name_the_products_and_providers_of_their_order():
    held = pack(rules={"m": "product(model)", "p": "provider"}, name="identical")
    trials = [
        trial("Kite K3-2024", "violation", products=(KITE,)),
        trial("Kite K3-2024", "none"),
        trial("see kite.example", "violation", providers=(ProviderNamed(domain="kite.example"),), rule="p"),
    ]
    assert all(result.held for result in run_trials(held, trials))


def test_the_built_in_rule_for_providers_does_not_answer_for_a_pack():
    held = pack(PRAM, rules={"a": "pram", "p": {"when": "provider and pram"}})
    (result,) = run_trials(held, [trial("see kite.example", "none", providers=(ProviderNamed(domain="kite.example"),))])
    assert (result.held, result.findings) == (True, ())


def test_a_trial_that_fails_is_told_with_its_place_and_text():
    (result,) = run_trials(pack(PRAM, when="pram"), [trial("lamp", "violation")])
    assert str(result).endswith("expected violation, got none: lamp")


def test_a_text_that_is_tried_shows_hits_also_where_no_rule_holds():
    tried = try_text(pack(PRAM, words("sale", "sale"), when="pram and sale"), "ＰＲＡＭ of wood")
    assert (tried.verdict, tried.findings, tried.branches) == (Verdict.NONE, (), ())
    assert tried.folded == {"title": "pram of wood"}
    assert [(e.words, e.start, e.end) for e in tried.hits] == [("pram", 0, 4)]


def test_a_text_that_is_tried_tells_the_branch_that_held():
    tried = try_item(pack(PRAM, when="pram"), {"kind": "listing", "text": "x", "variants": ["red pram"]})
    assert tried.branches == ("recalls/rule 1: pram",)
    assert tried.folded == {"text": "x", "variants[0]": "red pram"}
    assert tried.verdict is Verdict.VIOLATION


@pytest.mark.parametrize(("registered", "verdict"), [(True, Verdict.NONE), (False, Verdict.VIOLATION)])
def test_a_text_may_be_tried_for_somebody_on_the_register(registered, verdict):
    held = pack(PRAM, when="pram and not registered", registers=("licensed",))
    assert try_text(held, "pram", registered=registered).verdict is verdict
