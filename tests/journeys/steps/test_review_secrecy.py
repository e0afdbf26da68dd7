"""Secrecy of an order keeps back every letter that would give it away, not only the first one."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from tests.journeys.steps.small_world import accepted, acted, cases, letters, market, swept

from rectify.steps.decide import decide
from rectify.steps.end import annul
from rectify.steps.hear import deny, record
from rectify.steps.tell import send, tell
from rectify.terms.case import Judgement
from rectify.terms.letter import Occasion

SECRET = "2027-01-31"
OPEN = datetime(2027, 1, 31, 23, tzinfo=UTC)  # midnight of the operator's next day


def test_letters_about_an_appeal_wait_until_secrecy_ends(tmp_path: Path) -> None:
    with market(tmp_path) as (workspace, clock):
        book = swept(workspace, confidential_until=SECRET)
        case = cases(workspace, book)["A-1"].id
        decide(workspace, case, Judgement.VIOLATION, "It bears the bar code.", as_="blin")
        appeal = record(workspace, case, "My listing has gone. Why?", as_="kim")
        deny(workspace, appeal, "It is the recalled pram.", as_="mroy")
        told = {x.occasion: x for x in letters(workspace, book)}
        assert told[Occasion.APPEAL_RECEIVED].not_before == OPEN
        assert told[Occasion.APPEAL_DENIED].not_before == OPEN
        assert told[Occasion.ACKNOWLEDGEMENT].not_before is None
        send(workspace, as_="kim")
        assert len(list((tmp_path / "letters").iterdir())) == 1  # to the authority, which knows its own order
        clock.at = OPEN
        send(workspace, as_="kim")
        assert len(list((tmp_path / "letters").iterdir())) == 3


def test_a_letter_that_names_another_order_waits_for_the_secrecy_of_that_one(tmp_path: Path) -> None:
    with market(tmp_path) as (workspace, _):
        first, second = swept(workspace, "XA-1"), swept(workspace, "XA-2", confidential_until=SECRET)
        for book in (first, second):
            decide(workspace, cases(workspace, book)["A-1"].id, Judgement.VIOLATION, "It bears it.", as_="blin")
        assert acted(workspace, first) == {"done": 1}
        tell(workspace, first, as_="kim")
        annul(workspace, first, "The wrong pram.", as_="awu")
        tell(workspace, first, as_="kim")
        (told,) = [x for x in letters(workspace, first) if x.occasion is Occasion.STILL_DOWN]
        assert "XA-2" in told.body
        assert told.not_before == OPEN


def test_an_order_without_secrecy_is_told_at_once(tmp_path: Path) -> None:
    with market(tmp_path) as (workspace, _):
        book = accepted(workspace)
        assert [x.not_before for x in letters(workspace, book)] == [None]
