"""A pack with more patterns than a machine makes ready in seconds is refused in seconds, with a sentence."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from rectify.rules import pattern_cost
from rectify.rules.reader import read_pack
from rectify.screening import patterns
from rectify.screening.patterns import Pattern, Patterns
from rectify.terms.errors import Faulty

PACK = """\
pack: dear
version: 1
title: {{en: Dear}}
acts: [sell]
kinds: [listing]
words:
{lists}
rules:
  - {{id: said, when: "{when}", verdict: review, measure: remove_item, why: "Said."}}
"""


def faults(folder: Path, *lists: list[str]) -> list[str]:
    """What is told of a pack with these lists of patterns."""
    names = [f"w{n}" for n in range(len(lists))]
    text = "\n".join(f"  {name}: {{patterns: {patterns}}}" for name, patterns in zip(names, lists, strict=True))
    (folder / "pack.yaml").write_text(PACK.format(lists=text, when=" or ".join(names[:10])), encoding="utf-8")
    with pytest.raises(Faulty) as caught:
        read_pack(folder)
    return [str(fault) for fault in caught.value.faults]


def dear(many: int, of: str = "a") -> list[str]:
    return [f"{of}{n}.{{0,200}}b{n}" for n in range(many)]


def test_a_pack_of_dear_patterns_is_told_once_and_at_once(tmp_path):
    begun = time.monotonic()
    told = [one for one in faults(tmp_path, dear(3000)) if "together" in one]
    assert time.monotonic() - begun < 20
    (one,) = told
    assert "a pack has at most 500 patterns of" not in one
    assert "a pack has at most 500 of 20,000 together" in one
    assert "pack.yaml:7:" in one


def test_what_is_spent_counts_over_all_lists_of_a_pack(tmp_path):
    told = faults(tmp_path, *(dear(4, of=f"x{n}") for n in range(6)))
    assert len([one for one in told if "together" in one]) == 1
    few = [[f"a{n} {m}" for m in range(100)] for n in range(6)]
    assert any("with it the pack has 501 patterns" in one for one in faults(tmp_path, *few))


def test_a_pattern_within_bounds_is_none_of_it():
    spent = pattern_cost.Spent()
    assert [spent.fault(text) for text in (r"\d+ eur", "a.{0,200}b", "包月.{0,9}元")] == ["", "", ""]
    assert spent.patterns == 3


def test_a_plan_of_many_packs_is_bounded_too(monkeypatch):
    monkeypatch.setattr(patterns, "MAX_STEPS", 3_000)
    Patterns([Pattern(0, 0, "a.{0,200}b", 0)])
    with pytest.raises(Faulty, match="the packs of this plan have more than"):
        Patterns([Pattern(0, n, f"a{n}.{{0,200}}b", 0) for n in range(3)])
