"""A task is done: by somebody whose role its sort asks for, with a word on what was done."""

from __future__ import annotations

from rectify.cases.sorts import act_for
from rectify.cases.tasks import close_task, what_of
from rectify.workspace import Workspace


def done(workspace: Workspace, task: str, answer: str, *, as_: str = "") -> None:
    """Says that a task is done, and how.

    Raises Unknown, and Refused for a person whose roles do not allow it (`cases.sorts`), for a task that is done, and
    for an answer that says nothing.
    """
    with workspace.ledger.reading() as connection:
        what = what_of(connection, task)
    person = workspace.person(act_for(what), as_)
    with workspace.ledger.writing(workspace.now, person.surrogate) as writing:
        close_task(writing, task, answer)
