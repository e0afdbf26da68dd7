"""Everyone of whom something is asked gets the question."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.journeys.steps.small_world import acted, cases, letters, market, swept

from rectify.steps import questions
from rectify.steps import tell as steps
from rectify.steps.decide import decide, decide_lot
from rectify.terms.case import Judgement
from rectify.terms.errors import Refused
from rectify.terms.letter import Occasion


def test_all_cases_in_which_it_was_decided_to_ask_are_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(questions, "PAGE", 1)
    with market(tmp_path) as (workspace, _):
        book = swept(workspace)
        for name in ("A-1", "A-2"):
            decide(workspace, cases(workspace, book)[name].id, Judgement.ASKED, "Which batch is it?", as_="blin")
        assert len(steps.tell(workspace, book, as_="kim")) == 2
        asked = [x for x in letters(workspace, book) if x.occasion is Occasion.SELLER_ASKED]
        assert len({x.to for x in asked}) == 2
        assert steps.tell(workspace, book, as_="kim") == []


def test_a_question_that_no_letter_can_put_is_refused_at_once(tmp_path: Path) -> None:
    with market(tmp_path) as (workspace, _):
        book = swept(workspace)
        found = cases(workspace, book)
        decide(workspace, found["A-1"].id, Judgement.VIOLATION, "It bears it.", as_="blin")
        acted(workspace, book)
        question = "Please write to blin which batch it is."  # a reviewer stays unnamed
        with pytest.raises(Refused, match="unnamed"):
            decide(workspace, found["A-2"].id, Judgement.ASKED, question, as_="blin")
        with pytest.raises(Refused, match="unnamed"):
            decide_lot(workspace, {found["A-2"].id: found["A-2"].seen}, Judgement.ASKED, question, as_="mroy")
        steps.tell(workspace, book, as_="kim")
        assert Occasion.REMOVED in {x.occasion for x in letters(workspace, book)}
