"""Each shipped pack does what its trials say, and every rule is tried both ways."""

from __future__ import annotations

from collections import Counter

import pytest

from rectify.rules.check import needs_trials
from rectify.screening.trial import run_trials
from rectify.terms.finding import Disguise, Verdict

from .shipped import NAMES, shipped


def test_the_packs_of_the_reference_are_shipped() -> None:
    assert {"identical-products", "unlicensed-medicines", "unlicensed-vpn"} <= set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_every_trial_comes_out_as_it_says(name: str) -> None:
    wrong = [str(result) for result in run_trials(shipped(name)) if not result.held]
    assert wrong == []


@pytest.mark.parametrize("name", NAMES)
def test_every_rule_is_tried_both_ways(name: str) -> None:
    pack = shipped(name)
    assert needs_trials(pack) == []
    for rule in pack.rules:
        expected = {trial.expect for trial in pack.trials if trial.rule == rule.id}
        assert Verdict.NONE in expected, f"{rule.id} has no trial of its own that it must not find"
        assert expected - {Verdict.NONE}, f"{rule.id} has no trial of its own that it must find"


@pytest.mark.parametrize("name", NAMES)
def test_no_trial_is_written_twice(name: str) -> None:
    told = Counter((str(sorted(t.item.items())), t.rule, t.registered, t.near_register, t.products)
                   for t in shipped(name).trials)  # fmt: skip
    assert [one for one, times in told.items() if times > 1] == []


@pytest.mark.parametrize("name", NAMES)
def test_a_pack_has_a_title_in_both_languages(name: str) -> None:
    assert {"en", "zh"} <= set(shipped(name).title)


def test_a_finding_through_a_disguise_names_it_and_where_it_stands_in_what_was_written() -> None:
    pack = shipped("unlicensed-vpn")
    (result,) = run_trials(pack, [t for t in pack.trials if t.item.get("title") == "V-P-N 包月 15元/月"])
    (finding,) = result.findings
    service = next(one for one in finding.evidence if one.words == "service")
    assert (service.field, service.start, service.end) == ("title", 0, 5)
    assert Disguise.SPACED in service.disguise
