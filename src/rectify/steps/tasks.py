"""Tasks as a person is told them, and done by somebody whose role their sort asks for, with a word on what was done."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from rectify.cases.show import listed
from rectify.cases.sorts import act_for
from rectify.cases.tasks import Task, all_tasks, close_task, what_of
from rectify.letters.records import letter
from rectify.letters.write import NO_ADDRESS, NOT_DELIVERED
from rectify.terms.errors import Unknown
from rectify.workspace import Workspace

_LETTERS = (NO_ADDRESS, NOT_DELIVERED)


@dataclass(frozen=True, slots=True)
class Told:
    """A task with what it is about in names, and the command that shows that; both empty where nothing is."""

    task: Task
    about: str = ""
    command: str = ""

    @property
    def text(self) -> str:
        """The whole sentence."""
        return f"{self.about}: {self.task.text}" if self.about else self.task.text


def told(workspace: Workspace, tasks: Iterable[Task]) -> list[Told]:
    """Tasks with what they are about: of a letter its id, its occasion and the account that it goes to."""
    accounts: dict[str, str] = {}
    return [_told(workspace, task, accounts) for task in tasks]


def task_told(workspace: Workspace, name: str) -> Told:
    """A task by its id, open or done. Raises Unknown."""
    with workspace.ledger.reading() as connection:
        found = [task for task in all_tasks(workspace.ledger, connection) if task.id == name]
    if not found:
        raise Unknown(f'no task is called "{name}"', "rectify tasks list")
    return told(workspace, found)[0]


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


def _told(workspace: Workspace, task: Task, accounts: dict[str, str]) -> Told:
    if task.what not in _LETTERS or not task.about:
        return Told(task)
    with workspace.ledger.reading() as connection:
        found = letter(workspace.ledger, connection, task.about)
        if found.to not in accounts:
            cases = listed(workspace.ledger, connection, account=found.to, limit=1)
            known = cases[0].account_id if cases else ""
            accounts[found.to] = f"account {known}" if known else found.to.replace(":", " ", 1)
    return Told(task, f"{found.id} ({found.occasion}) to {accounts[found.to]}", f"rectify letters show {found.id}")
