"""docs/measurements.md is of the packs as they are shipped, and was read for them."""

from __future__ import annotations

from pathlib import Path

import pytest

from .shipped import NAMES, shipped

PAGE = Path(__file__).parents[2] / "docs" / "measurements.md"
REFERENCE = Path(__file__).parents[2] / "docs" / "reference" / "packs.md"


@pytest.mark.parametrize("name", NAMES)
def test_the_page_is_of_this_very_pack(name: str) -> None:
    digest = shipped(name).digest
    assert f"`{digest}`" in PAGE.read_text(encoding="utf-8"), "measure again: python -m bench.measure --data FOLDER"


def test_what_was_missed_and_what_was_a_false_alarm_was_read_for_these_packs() -> None:
    assert "to be read again" not in PAGE.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", NAMES)
def test_every_rule_has_its_place_in_the_reference(name: str) -> None:
    text = REFERENCE.read_text(encoding="utf-8")
    assert f"## {name}" in text
    assert [rule.id for rule in shipped(name).rules if f"`{rule.id}`" not in text] == []
