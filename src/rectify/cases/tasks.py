"""Tasks: what a person has to do, opened with what is due, done with an answer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, func, select

from rectify.cases.tables import tasks
from rectify.ledger.ledger import Ledger, Writing
from rectify.store.instants import instant, parse_instant, sortable
from rectify.terms.entry import Draft, Json, Private
from rectify.terms.errors import Refused, Unknown


@dataclass(frozen=True, slots=True)
class Task:
    """A task. `about` is the id of what it is about (a case, a letter, a claim); texts are empty once erased."""

    id: str
    order: str
    what: str
    about: str
    opened: datetime
    due: datetime | None = None
    done: datetime | None = None
    done_by: str = ""
    text: str = ""
    answer: str = ""


def open_task(
    writing: Writing,
    book: str,
    what: str,
    text: str,
    *,
    about: str = "",
    due: datetime | None = None,
    subject: str = "",
) -> str:
    """Opens a task and gives its id. `text` is sealed under `subject`, or under the order."""
    task = writing.surrogate("task")
    body: dict[str, Json] = {"task": task, "what": what}
    if about:
        body["about"] = about
    if due is not None:
        body["due"] = instant(due)
    writing.append(Draft("task_opened", book, body, {"text": Private(subject or f"order:{book}", text)}))
    return task


def close_task(
    writing: Writing, task: str, answer: str, *, place: tuple[str, str] | None = None, version: str = "",
    own: str = "", subject: str = "",
) -> None:  # fmt: skip
    """A task is done. `place`, `version` and `own` tell what the host itself had chosen there (task `whose hand`).

    Raises Unknown, and Refused for a task that is done or an answer that says nothing.
    """
    row = writing.connection.execute(select(tasks).where(tasks.c.task == task)).first()
    if row is None:
        raise Unknown(f'no task is called "{task}"')
    if row.done:
        raise Refused(f"the task {task} was done on {parse_instant(row.done):%Y-%m-%d at %H:%M} UTC by {row.done_by}")
    if not answer.strip():
        raise Refused("a task is done with a word on what was done", "add it")
    body: dict[str, Json] = {"task": task}
    if place is not None:
        body |= {"place": list(place), "version": version, "own": own}
    private = {"text": Private(subject or f"order:{row.book}", answer.strip())}
    writing.append(Draft("task_done", row.book, body, private))


def what_of(connection: Connection, task: str) -> str:
    """The sort of a task. Raises Unknown."""
    what = connection.execute(select(tasks.c.what).where(tasks.c.task == task)).scalar()
    if what is None:
        raise Unknown(f'no task is called "{task}"', "rectify tasks list")
    return str(what)


def open_tasks(ledger: Ledger, connection: Connection, *, book: str = "", what: str = "") -> list[Task]:
    """Open tasks: what is due first, then the oldest."""
    return _tasks(ledger, connection, _of(book, what).where(tasks.c.done.is_(None)))


def all_tasks(ledger: Ledger, connection: Connection, *, book: str = "", what: str = "") -> list[Task]:
    """Tasks, open and done: what is due first, then the oldest."""
    return _tasks(ledger, connection, _of(book, what))


def overdue(ledger: Ledger, connection: Connection, now: datetime, *, book: str = "") -> list[Task]:
    """Open tasks whose time has passed, the longest first."""
    late = _of(book, "").where(tasks.c.done.is_(None), tasks.c.due.is_not(None), tasks.c.due < sortable(now))
    return _tasks(ledger, connection, late)


def oldest_open(connection: Connection, *, book: str = "") -> datetime | None:
    """When the oldest open task was opened; None when none is open."""
    query = select(func.min(tasks.c.opened)).where(tasks.c.done.is_(None))
    since = connection.execute(query.where(tasks.c.book == book) if book else query).scalar()
    return parse_instant(since) if since else None


def _of(book: str, what: str) -> Select[Any]:
    query = select(tasks).order_by(tasks.c.due.is_(None), tasks.c.due, tasks.c.opened, tasks.c.task)
    if book:
        query = query.where(tasks.c.book == book)
    return query.where(tasks.c.what == what) if what else query


def _tasks(ledger: Ledger, connection: Connection, query: Select[Any]) -> list[Task]:
    rows = connection.execute(query).all()
    plain = ledger.sealed.open_all(connection, [part for row in rows for part in (row.text, row.answer) if part])
    texts = {part: str(opened.value) for part, opened in plain.items()}
    return [
        Task(row.task, row.book, row.what, row.about, parse_instant(row.opened),
             parse_instant(row.due) if row.due else None, parse_instant(row.done) if row.done else None,
             row.done_by, texts.get(row.text, ""), texts.get(row.answer, ""))
        for row in rows
    ]  # fmt: skip
