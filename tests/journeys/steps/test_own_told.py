"""`rectify measures own` reads a place, a state and a reason, and says in words what it does not know."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pytest
from tests.journeys.steps.calling import called

from rectify.steps import own
from rectify.terms.claim import Effect


def call(monkeypatch: pytest.MonkeyPatch, folder: Path, *words: str) -> int:
    return called(monkeypatch, folder, "mroy", "measures", "own", *words)


def test_a_place_that_nobody_knows_is_told_with_the_form_that_is_meant(folder, monkeypatch, capsys):
    assert call(monkeypatch, folder, "GW-9@xa", "visible", "--reason", "Its log.") == 1
    told = capsys.readouterr().err
    assert 'no place is called "GW-9@xa" where anything was decided' in told
    assert "ID@STOREFRONT" in told


def test_it_is_wrong_usage_without_a_reason(folder, monkeypatch, capsys):
    assert call(monkeypatch, folder, "GW-9@xa", "visible") == 2
    assert "--reason" in capsys.readouterr().err


def test_what_was_stated_is_said_with_the_next_command(folder, monkeypatch, capsys):
    given = []

    def stated(workspace, *words, **more):
        given.append((words, more))
        return SimpleNamespace(order="XA-1", kind="item", own=Effect.OPEN, version="7")

    monkeypatch.setattr(own, "own", stated)
    assert call(monkeypatch, folder, "GW-9@xa", "visible", "-r", "Its log.", "--version", "7") == 0
    assert given == [(("GW-9@xa", "visible", "Its log."), {"version": "7", "as_": "mroy"})]
    told = capsys.readouterr().out
    assert "the host itself had chosen visible, in version 7" in told
    assert "rectify measures rehearse XA-1" in told
