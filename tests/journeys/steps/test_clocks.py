"""What the list of orders says of a deadline: time left, or that no clock runs, or how it was met."""

from __future__ import annotations

from datetime import timedelta

from rectify.cli.orders import _row_due
from rectify.steps import end, report
from rectify.steps.orders import row_of

from .house import BOOK, House


def said(house: House) -> str:
    return _row_due(row_of(house.workspace, BOOK), house.workspace.now)


def test_a_running_clock_says_what_is_left_and_when_it_is_over(accepted):
    assert said(accepted).startswith("4 d 13 h left, Tue 24 Nov 2026 23:59 Europe/Berlin")
    due = row_of(accepted.workspace, BOOK).due
    assert due
    accepted.clock[0] = due - timedelta(hours=3)
    assert said(accepted).startswith("!! 3 h 00 min left")
    accepted.clock[0] = due + timedelta(hours=2)
    assert said(accepted).startswith("!! overdue by 2 h 00 min; tell the authority why")


def test_no_clock_runs_for_an_order_that_is_over(accepted):
    end.annul(accepted.workspace, BOOK, "The court.", as_="awu")
    accepted.later(days=30)
    assert said(accepted) == "no clock runs: annulled 2026-11-20"


def test_a_final_report_stops_the_clock_and_says_how_it_was_met(done, tmp_path):
    decided = done
    for item in ("I3", "I4"):
        decided.decide(item)
    decided.carry_out()
    report.report(decided.workspace, BOOK, tmp_path, state="final", formats=["json"], leave="Asked about.", as_="awu")
    decided.later(days=30)
    assert said(decided) == "reported 4 d 13 h before the deadline"
    report.report(decided.workspace, BOOK, tmp_path / "2", formats=["json"], as_="awu")
    report.report(decided.workspace, BOOK, tmp_path / "3", state="corrected", formats=["json"], as_="awu")
    assert said(decided) == "reported 4 d 13 h before the deadline"
