"""A host's answers that do not fit the changes are unknown, all of them, and say which key and why."""

from __future__ import annotations

import pytest

from rectify.measures.answers import fitting
from rectify.terms.claim import Effect
from rectify.terms.measure import Change, Outcome, OutcomeKind

CHANGES = [Change(key, "remove_item", "item", "GW-1", "xa", Effect.REMOVED, Effect.OPEN, "1") for key in ("s/0", "s/1")]
DONE = [Outcome("s/0", OutcomeKind.DONE, "2"), Outcome("s/1", OutcomeKind.REFUSED, "", "it moved")]


def test_answers_to_their_changes_stay_as_they_came():
    assert fitting(CHANGES, DONE) == fitting(CHANGES, tuple(DONE)) == DONE
    assert fitting([], []) == []


@pytest.mark.parametrize(
    ("answers", "why"),
    [
        (None, "the connector answered with nothing (None) instead of a list of outcomes"),
        ({}, "the connector answered with a dict instead of a list of outcomes"),
        (DONE[:1], "changes sent: 2; outcomes that came back: 1"),
        ([DONE[0], None], "outcome 2 of 2, to the key s/1: it is nothing (None), not an Outcome"),
        ([DONE[0], "done"], "outcome 2 of 2, to the key s/1: it is a str, not an Outcome"),
        (DONE[::-1], 'outcome 1 of 2, to the key s/0: it bears the key "s/1"; answer in the order of the changes'),
        ([DONE[0], Outcome("\x1b[2Js", OutcomeKind.DONE)],
         'outcome 2 of 2, to the key s/1: it bears the key "\ufffd[2Js"; answer in the order of the changes'),
        ([DONE[0], Outcome("s/1", OutcomeKind.MOOT)],
         'outcome 2 of 2, to the key s/1: its "what" is "moot", not one of done, refused, failed, unknown'),
        ([DONE[0], Outcome("s/1", "ok")],
         'outcome 2 of 2, to the key s/1: its "what" is "ok", not one of done, refused, failed, unknown'),
        ([DONE[0], Outcome("s/1", "failed")],
         'outcome 2 of 2, to the key s/1: its "what" is the text "failed"; write OutcomeKind.FAILED'),
        ([DONE[0], Outcome("s/1", OutcomeKind.DONE, 7)],
         "outcome 2 of 2, to the key s/1: its version and its note must be text"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_told_with_its_key(answers, why):
    told = fitting(CHANGES, answers)
    assert [(one.key, one.what) for one in told] == [("s/0", OutcomeKind.UNKNOWN), ("s/1", OutcomeKind.UNKNOWN)]
    assert {one.note for one in told} == {f"the answers do not fit the changes: {why}"}
