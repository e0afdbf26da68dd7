"""A host's answers, held against the changes that were sent: what does not fit is not sure, and says why."""

from __future__ import annotations

from collections.abc import Sequence

from rectify.documents import shown
from rectify.terms.measure import Change, Outcome, OutcomeKind

ANSWERS = (OutcomeKind.DONE, OutcomeKind.REFUSED, OutcomeKind.FAILED, OutcomeKind.UNKNOWN)  # what a host can say


def fitting(changes: Sequence[Change], answers: object) -> list[Outcome]:
    """One outcome a change: the answers as they came, where each is the answer to its change.

    Where one is not, nobody knows which change any of them speaks of: all are `unknown`, and the note names the key.
    """
    if not isinstance(answers, (list, tuple)):
        return _unknown(changes, f"the connector answered with {_a(answers)} instead of a list of outcomes")
    if len(answers) != len(changes):
        return _unknown(changes, f"changes sent: {len(changes)}; outcomes that came back: {len(answers)}")
    for number, (change, answer) in enumerate(zip(changes, answers, strict=True), 1):
        if wrong := _wrong(change, answer):
            return _unknown(changes, f"outcome {number} of {len(changes)}, to the key {change.key}: {wrong}")
    return list(answers)


def _wrong(change: Change, answer: object) -> str:
    """Why an answer is none to a change; empty where it is one."""
    if not isinstance(answer, Outcome):
        return f"it is {_a(answer)}, not an Outcome"
    if answer.key != change.key:
        return f'it bears the key "{shown(answer.key)}"; answer in the order of the changes'
    if not isinstance(answer.what, OutcomeKind) and answer.what in ANSWERS:
        return f'its "what" is the text "{answer.what}"; write OutcomeKind.{answer.what.upper()}'
    if answer.what not in ANSWERS:
        return f'its "what" is "{shown(answer.what)}", not one of {", ".join(ANSWERS)}'
    if not isinstance(answer.version, str) or not isinstance(answer.note, str):
        return "its version and its note must be text"
    return ""


def _unknown(changes: Sequence[Change], why: str) -> list[Outcome]:
    note = f"the answers do not fit the changes: {why}"
    return [Outcome(change.key, OutcomeKind.UNKNOWN, "", note) for change in changes]


def _a(answer: object) -> str:
    return "nothing (None)" if answer is None else f"a {type(answer).__name__}"
