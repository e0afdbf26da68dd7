"""What is given back says why; a final report is made once; nothing is done by a clock that went back."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.journeys.steps.small_world import ITEMS, accepted, acted, cases, letters, market, received, swept

from rectify.measures.records import load_book
from rectify.steps.decide import decide
from rectify.steps.end import annul
from rectify.steps.report import report
from rectify.steps.sweep import sweep
from rectify.steps.tell import tell
from rectify.terms.case import Judgement
from rectify.terms.errors import Refused
from rectify.terms.letter import Occasion
from rectify.workspace import Workspace


def taken_down(workspace: Workspace) -> str:
    """An order under which A-2 was removed, and its seller told."""
    book = swept(workspace)
    decide(workspace, cases(workspace, book)["A-2"].id, Judgement.VIOLATION, "It bears the number.", as_="blin")
    assert acted(workspace, book) == {"done": 1}
    tell(workspace, book, as_="kim")
    return book


def last_letter(workspace: Workspace, book: str) -> tuple[Occasion, str]:
    """Occasion and text of the letter that was written last."""
    letter = letters(workspace, book)[-1]
    return letter.occasion, letter.body


def test_who_gets_an_item_back_because_we_decided_otherwise_is_not_told_that_the_order_fell(tmp_path: Path) -> None:
    with market(tmp_path) as (workspace, clock):
        book = taken_down(workspace)
        clock.forward(hours=1)
        (tmp_path / "items.csv").write_text(ITEMS.replace("Pram as new", "Pram of another make"), encoding="utf-8")
        sweep(workspace, book, workers=0, as_="kim")
        decide(workspace, cases(workspace, book)["A-2"].id, Judgement.NO_VIOLATION, "A typing error.", as_="blin")
        assert acted(workspace, book) == {"done": 1}
        tell(workspace, book, as_="kim")
        occasion, text = last_letter(workspace, book)
        assert occasion is Occasion.RETURNED_DECIDED
        assert "annulled" not in text
        assert "decided otherwise" in text


def test_who_gets_an_item_back_because_the_order_was_annulled_is_told_so(tmp_path: Path) -> None:
    with market(tmp_path) as (workspace, clock):
        book = taken_down(workspace)
        clock.forward(hours=1)
        annul(workspace, book, "By the court.", as_="awu")
        assert acted(workspace, book) == {"done": 1}
        tell(workspace, book, as_="kim")
        occasion, text = last_letter(workspace, book)
        assert occasion is Occasion.RETURNED_ANNULLED
        assert "The order behind it was annulled." in text


def test_a_final_report_is_made_once_and_a_later_one_corrects_it(tmp_path: Path) -> None:
    with market(tmp_path) as (workspace, _):
        book = swept(workspace)
        for case in cases(workspace, book).values():
            decide(workspace, case.id, Judgement.NO_VIOLATION, "Another pram.", as_="blin")
        report(workspace, book, tmp_path / "one", state="final", formats=["json"], as_="awu")
        with pytest.raises(Refused, match="made already"):
            report(workspace, book, tmp_path / "two", state="final", formats=["json"], as_="awu")
        report(workspace, book, tmp_path / "two", state="corrected", formats=["json"], as_="awu")


def test_nothing_is_done_while_the_clock_stands_before_the_last_entry(tmp_path: Path) -> None:
    with market(tmp_path) as (workspace, clock):
        book = accepted(workspace)
        clock.forward(days=-400)
        with pytest.raises(Refused, match="nothing is done"):
            received(workspace, "XA-2")
        with pytest.raises(Refused, match="nothing is done"):
            annul(workspace, book, "By the court.", as_="awu")
        clock.forward(days=400, seconds=-30)  # less than a minute: clocks are set
        assert received(workspace, "XA-2") == "XA-2"


def test_a_question_about_an_edited_item_gives_nothing_back(tmp_path: Path) -> None:
    with market(tmp_path) as (workspace, clock):
        book = taken_down(workspace)
        clock.forward(hours=1)
        (tmp_path / "items.csv").write_text(ITEMS.replace("Pram as new", "Pram of another make"), encoding="utf-8")
        sweep(workspace, book, workers=0, as_="kim")
        case = cases(workspace, book)["A-2"].id
        decide(workspace, case, Judgement.ASKED, "Which pram is it?", as_="blin")
        assert acted(workspace, book) == {}
        with workspace.ledger.reading() as connection:
            assert [claim.reach for claim in load_book(connection).claims.values()] == [frozenset({"XA"})]
