"""The figures of the held-out offers: both halves hold the floors that the project set itself."""

from __future__ import annotations

import pytest
from tests.packs.held_out import judged

from rectify.terms.finding import Verdict

FLAGGED = (Verdict.VIOLATION, Verdict.REVIEW)


@pytest.mark.parametrize("half", ["development", "test"])
def test_a_violation_is_an_offer_of_the_product_and_most_offers_are_found(half: str) -> None:
    told = judged(half)
    assert told.precision(Verdict.VIOLATION) >= 0.99
    assert told.recall(Verdict.VIOLATION) >= 0.92


@pytest.mark.parametrize("half", ["development", "test"])
def test_what_is_flagged_misses_few_and_is_mostly_right(half: str) -> None:
    """The rest of the alarms are those that are for a person by design: another batch, a rental, two models."""
    told = judged(half)
    assert told.recall(*FLAGGED) >= 0.98
    assert told.precision(*FLAGGED) >= 0.92
