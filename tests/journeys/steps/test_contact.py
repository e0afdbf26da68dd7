"""A letter to somebody we act against names where to answer, or is not written."""

from __future__ import annotations

from dataclasses import replace

import pytest

from rectify.steps import tell
from rectify.terms.errors import Refused
from rectify.terms.letter import Occasion

from .house import BOOK
from .small_world import letters


def test_without_a_contact_nobody_is_told_and_the_settings_are_named(gathered):
    gathered.decide("I1")
    gathered.carry_out()
    (market,) = gathered.workspace.settings.operators.values()
    gathered.set(operators={"market": replace(market, contact="")})
    before = gathered.kinds(BOOK)
    with pytest.raises(Refused, match="nobody to write to") as told:
        tell.tell(gathered.workspace, BOOK, as_="kim")
    assert "operators.market.contact" in told.value.remedy
    assert gathered.kinds(BOOK) == before


def test_an_authority_is_answered_all_the_same(gathered):
    (letter,) = [one for one in letters(gathered.workspace) if one.occasion is Occasion.ACKNOWLEDGEMENT]
    assert "contact point of" not in letter.body
