"""`rectify tasks`: what a person has to do."""

from __future__ import annotations

from typing import Annotated

import typer

from rectify.cli.opening import OneOrder, group, opened

tasks = group("What a person has to do.")


@tasks.command("list")
def tasks_list(context: typer.Context, order: OneOrder = "") -> None:
    """What a person has to do, and whose role is needed: what is due first, then the oldest."""
    from rectify.cases.sorts import roles_for
    from rectify.cases.tasks import open_tasks
    from rectify.steps.orders import book_of

    with opened(context) as (face, workspace):
        book = book_of(workspace, order) if order else ""
        with workspace.ledger.reading() as connection:
            found = open_tasks(workspace.ledger, connection, book=book)
        face.answer("tasks", {"tasks": [{"task": t.id, "order": t.order, "what": t.what, "text": t.text, "due": t.due,
                                         "roles": list(roles_for(t.what))} for t in found]})  # fmt: skip
        rows = [(t.id, t.order, t.what, ", ".join(roles_for(t.what)), f"{t.due:%Y-%m-%d %H:%M}" if t.due else "-",
                 t.text[:90]) for t in found]  # fmt: skip
        face.table(("TASK", "ORDER", "WHAT", "WHO MAY", "DUE (UTC)", "TEXT"), rows)


@tasks.command("done")
def tasks_done(
    context: typer.Context,
    task: Annotated[str, typer.Argument(metavar="TASK", help="Its id: rectify tasks list.")],
    answer: Annotated[str, typer.Option("--answer", help="What was done.")],
) -> None:
    """A task is done; each sort of task asks for a role of its own."""
    from rectify.steps.tasks import done

    with opened(context) as (face, workspace):
        done(workspace, task, answer, as_=face.acting)
        face.answer("task done", {"task": task})
        face.tell(f"Done  {task}")
