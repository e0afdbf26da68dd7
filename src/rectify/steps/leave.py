"""Violations that stay on sale though somebody here could act: a final report needs a person's reason for them.

The reason is kept as a task that is opened and done in the transaction of the report: sealed with the order, and given
to its authority with the order's book.
"""

from __future__ import annotations

from rectify.cases.sorts import LEFT
from rectify.cases.tasks import close_task, open_task
from rectify.ledger.ledger import Writing
from rectify.reports.waiting import BEYOND, ON_SALE
from rectify.steps.in_the_way import Obstacle
from rectify.terms.report import RectificationReport
from rectify.workspace import Workspace


def on_sale(made: RectificationReport) -> dict[str, int]:
    """Reason -> number of what a report leaves on sale, and somebody here could still take down."""
    return {str(line["reason"]): int(line["n"]) for line in made.left if line["reason"] in ON_SALE}


def held(book: str, made: RectificationReport) -> list[Obstacle]:
    """What holds a final report until it is taken down, or left with a reason; empty where nothing does."""
    left = on_sale(made)
    if not left:
        return []
    told = "; ".join(f"{reason}: {n:,}" for reason, n in left.items())
    act = f"rectify measures rehearse {book}" if BEYOND in left else "state the storefronts in the catalogue"
    leave = f"leave them on purpose:  rectify report {book} --state final --leave REASON"
    return [Obstacle(f"decided violations are still on sale ({told})", f"{act}   or {leave}")]


def keep_reason(writing: Writing, book: str, reason: str) -> None:
    """Keeps why they are left."""
    task = open_task(writing, book, LEFT, "Decided violations stay on sale, and somebody here could act.")
    close_task(writing, task, reason)


def left_on_purpose(workspace: Workspace, book: str) -> str:
    """The reason that was given last; empty where none was."""
    reason, mine = "", set()
    for opened in workspace.ledger.opened(book=book, kinds=["task_opened", "task_done"]):
        if opened.entry.kind == "task_opened" and opened.body["what"] == LEFT:
            mine.add(opened.body["task"])
        elif opened.body["task"] in mine:
            reason = str(opened.private.get("text") or "")
    return reason
