"""`rectify tasks`: what a person has to do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from rectify.cases.sorts import roles_for
from rectify.cli.cut import shortened
from rectify.cli.opening import OneOrder, group, opened
from rectify.cli.show import safe

if TYPE_CHECKING:
    from rectify.steps.tasks import Told

tasks = group("What a person has to do.")
TaskName = Annotated[str, typer.Argument(metavar="TASK", help="Its id: rectify tasks list.")]


@tasks.command("list")
def tasks_list(context: typer.Context, order: OneOrder = "") -> None:
    """What a person has to do, and whose role is needed: what is due first, then the oldest."""
    from rectify.cases.tasks import open_tasks
    from rectify.steps.orders import book_of
    from rectify.steps.tasks import told

    with opened(context) as (face, workspace):
        book = book_of(workspace, order) if order else ""
        with workspace.ledger.reading() as connection:
            tasks = open_tasks(workspace.ledger, connection, book=book)
        found = told(workspace, tasks)
        face.answer("tasks", {"tasks": [_as_json(one) for one in found]})
        rows = [(one.task.id, one.task.order, one.task.what, ", ".join(roles_for(one.task.what)), _due(one),
                 shortened(one.text, 90)) for one in found]  # fmt: skip
        face.table(("TASK", "ORDER", "WHAT", "WHO MAY", "DUE (UTC)", "TEXT"), rows)
        if found:
            face.tell(f"Next  rectify tasks show {found[0].task.id}")


@tasks.command("show")
def tasks_show(context: typer.Context, task: TaskName) -> None:
    """One task with its whole text, what it is about, and the command that shows that."""
    from rectify.steps.tasks import task_told

    with opened(context) as (face, workspace):
        one = task_told(workspace, task)
        face.answer("task", _as_json(one))
        state = f"done {one.task.done:%Y-%m-%d %H:%M} UTC" if one.task.done else "open"
        face.tell(f"{one.task.id}  {state}  of {one.task.order}", "bold")
        face.tell(f"What      {safe(one.task.what)}, for {', '.join(roles_for(one.task.what))}")
        face.tell(f"Due       {_due(one)}")
        face.tell(f"Text      {safe(one.text)}")
        if one.task.answer:
            face.tell(f"Answer    {safe(one.task.answer)}")
        if one.command:
            face.tell(f"See       {one.command}")
        if not one.task.done:
            face.tell(f"Next      rectify tasks done {one.task.id} --answer ...")


def _due(one: Told) -> str:
    return f"{one.task.due:%Y-%m-%d %H:%M}" if one.task.due else "-"


def _as_json(one: Told) -> dict[str, object]:
    task = one.task
    return {
        "task": task.id, "order": task.order, "what": task.what, "text": task.text, "due": task.due,
        "about": task.about, "roles": list(roles_for(task.what)), "done": task.done, "command": one.command,
    }  # fmt: skip


@tasks.command("done")
def tasks_done(
    context: typer.Context,
    task: TaskName,
    answer: Annotated[str, typer.Option("--answer", help="What was done.")],
) -> None:
    """A task is done; each sort of task asks for a role of its own."""
    from rectify.steps.tasks import done

    with opened(context) as (face, workspace):
        done(workspace, task, answer, as_=face.acting)
        face.answer("task done", {"task": task})
        face.tell(f"Done  {task}")
