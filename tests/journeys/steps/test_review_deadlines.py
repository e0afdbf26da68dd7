"""A provisional deadline is counted anew when what was missing is known; days end where the operator is."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from tests.journeys.steps.small_world import AT, HOLIDAYS, accepted, cases, confirmed, known, market, received, swept

from rectify.measures.records import load_book
from rectify.steps.accept import accept
from rectify.steps.decide import decide
from rectify.steps.orders import row_of
from rectify.terms.case import Judgement

BERLIN = datetime(2026, 11, 27, 22, 59, 59, tzinfo=UTC)  # the last second of the fifth working day there
SHORT = HOLIDAYS.replace("2090-12-31", "2026-11-22").replace("2026-12-25", "2026-01-01")
HOLIDAY = HOLIDAYS.replace('"2026-12-25": Midwinter', '"2026-11-24": Founding day')


def test_a_deadline_is_counted_anew_once_the_authority_is_in_the_register(tmp_path: Path) -> None:
    with market(tmp_path, authority=False) as (workspace, _):
        book = received(workspace)
        before = row_of(workspace, book)
        assert before.provisional
        assert before.zone == "UTC"
        known(workspace)
        after = row_of(workspace, book)
        assert (after.due, after.zone, after.provisional) == (BERLIN, "Europe/Berlin", False)
        confirmed(workspace, book)
        assert [e.kind for e in workspace.ledger.entries(book=book, kinds=["deadline_set"])] == ["deadline_set"] * 2


def test_a_deadline_is_counted_anew_once_holidays_are_published(tmp_path: Path) -> None:
    with market(tmp_path, authority=False) as (workspace, _):
        (tmp_path / "holidays-xa.yaml").write_text(SHORT, encoding="utf-8")
        known(workspace)
        book = accepted(workspace)
        assert row_of(workspace, book).provisional
        (tmp_path / "holidays-xa.yaml").write_text(HOLIDAY, encoding="utf-8")
        known(workspace)
        after = row_of(workspace, book)
        assert after.due == datetime(2026, 11, 30, 22, 59, 59, tzinfo=UTC)
        assert not after.provisional


def test_a_target_of_our_own_is_not_counted_away(tmp_path: Path) -> None:
    with market(tmp_path, authority=False) as (workspace, _):
        (tmp_path / "holidays-xa.yaml").write_text(SHORT, encoding="utf-8")
        known(workspace)
        book = received(workspace)
        confirmed(workspace, book)
        target = AT.replace(day=25)
        accept(workspace, book, target=target, as_="awu")
        (tmp_path / "holidays-xa.yaml").write_text(HOLIDAY, encoding="utf-8")
        known(workspace)
        assert row_of(workspace, book).due == target


def test_what_stays_down_until_a_day_stays_down_until_that_day_ends_where_the_operator_is(tmp_path: Path) -> None:
    with market(tmp_path) as (workspace, _):
        book = swept(workspace, stays_down_until="2026-12-31")
        decide(workspace, cases(workspace, book)["A-1"].id, Judgement.VIOLATION, "It bears it.", as_="blin")
        with workspace.ledger.reading() as connection:
            (claim,) = load_book(connection).claims.values()
        assert claim.until == datetime(2026, 12, 31, 22, 59, 59, tzinfo=UTC)  # the last second of that day in Berlin
