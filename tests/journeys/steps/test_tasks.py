"""A task is done by a role that its sort asks for; whose identity an order asks for is a person's matter."""

from __future__ import annotations

import pytest

from rectify.cases.sorts import IDENTITY
from rectify.cases.tasks import Task, all_tasks, open_task
from rectify.ledger.export import export_book
from rectify.steps import accept, tasks
from rectify.steps.orders import row_of
from rectify.terms.errors import Refused, Unknown

from .house import BOOK, House

ASKED = "O-2"


def tasks_of(house: House, book: str = BOOK) -> dict[str, Task]:
    with house.ledger.reading() as connection:
        return {task.what: task for task in all_tasks(house.ledger, connection, book=book)}


def opened(house: House, what: str) -> str:
    with house.ledger.writing(house.workspace.now, "system") as writing:
        return open_task(writing, BOOK, what, "Do it.")


@pytest.mark.parametrize(
    ("what", "may", "may_not"),
    [
        (IDENTITY, "awu", ("kim", "rob", "blin", "mroy", "ada")),
        ("authority not in the register", "ada", ("kim", "rob", "mroy")),
        ("name_accountable_person", "awu", ("kim", "rob", "mroy", "ada")),
        ("a named place was not found", "rob", ("kim", "ada")),
        ("whose hand", "mroy", ("kim", "rob", "ada")),
        ("letter not delivered", "kim", ("ada",)),
    ],
)
def test_a_task_is_done_by_a_role_that_its_sort_asks_for(accepted, what, may, may_not):
    task = opened(accepted, what)
    for person in may_not:
        size = accepted.ledger.size()
        with pytest.raises(Refused, match=f"{person} .* may not do this") as caught:
            tasks.done(accepted.workspace, task, "Done.", as_=person)
        assert may in caught.value.remedy
        assert accepted.ledger.size() == size
    tasks.done(accepted.workspace, task, "Done.", as_=may)
    assert tasks_of(accepted)[what].answer == "Done."


def test_a_task_that_is_not_there_is_unknown(accepted):
    with pytest.raises(Unknown, match="no task is called"):
        tasks.done(accepted.workspace, "task-none", "Done.", as_="awu")


def asked(house: House) -> Task:
    house.receive(ASKED, identity_of_accounts="asked")
    house.confirm(ASKED)
    assert IDENTITY not in tasks_of(house, ASKED)  # nothing before a legal person has accepted
    accept.accept(house.workspace, ASKED, as_="awu")
    return tasks_of(house, ASKED)[IDENTITY]


def test_no_identities_handed_out(begun):
    """An order that asks for identities gives a person a task, due by the deadline, and the machine releases nothing."""
    task = asked(begun)
    assert task.due == row_of(begun.workspace, ASKED).due
    assert "release or refuse" in task.text
    assert "This program hands none out" in task.text
    tasks.done(begun.workspace, task.id, "Refused: the order names no ground for it.", as_="awu")
    assert "identity_released" not in begun.kinds()
    content = export_book(begun.ledger, ASKED, begun.workspace.now, subjects=[f"order:{ASKED}"])
    assert "V71" not in str(content)


def test_an_order_that_does_not_ask_for_identities_gives_no_such_task(accepted):
    assert IDENTITY not in tasks_of(accepted)


def test_the_task_is_due_by_our_own_target_where_one_was_set(begun):
    begun.receive(ASKED, identity_of_accounts="asked")
    begun.confirm(ASKED)
    target = begun.workspace.now.replace(hour=20)
    accept.accept(begun.workspace, ASKED, target=target, as_="awu")
    assert tasks_of(begun, ASKED)[IDENTITY].due == target
