"""Tasks: opened with what is due, done with a word, the oldest shown as the oldest."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from rectify import steps
from rectify.cases import sorts, tasks
from rectify.letters.write import NO_ADDRESS, NOT_DELIVERED
from rectify.measures.plan import TASKS
from rectify.terms.errors import Refused, Unknown
from rectify.terms.measure import MEASURES
from rectify.terms.person import ALLOWED

from .desk import BOOK, T0, Desk


def test_each_sort_of_task_that_is_opened_asks_for_a_role_of_its_own() -> None:
    known = {
        NO_ADDRESS,
        NOT_DELIVERED,
        *TASKS,
        *MEASURES,
        sorts.IDENTITY,
        sorts.NOT_FOUND,
        sorts.SEND_ON,
        sorts.LEFT,
        "report",
    }
    said = "".join(path.read_text() for path in Path(*steps.__path__).glob("*.py"))  # the rest is worded in the steps
    assert [what for what in sorted(set(sorts.ACTS) - known) if f'"{what}"' not in said] == []
    assert set(sorts.ACTS.values()) <= set(ALLOWED)


def test_what_an_order_asks_in_its_own_words_is_for_legal() -> None:
    assert sorts.roles_for("name_accountable_person") == ("legal",)


@pytest.mark.parametrize(
    ("what", "roles"),
    [
        ("authority not in the register", ("administrator", "legal")), ("does not agree with the register", ("legal",)),
        (sorts.IDENTITY, ("legal",)), ("term is over", ("legal",)), ("report", ("lead", "legal")),
        ("whose hand", ("lead", "legal")), ("over-reach", ("lead", "legal")), ("outcome unknown", ("lead", "legal")),
        (sorts.SEND_ON, ("lead", "legal")), (sorts.NOT_FOUND, ("lead", "legal", "reviewer")),
        ("halt_registrations", ("lead", "legal")), ("letter not delivered", ("clerk", "lead", "legal", "reviewer")),
    ],
)  # fmt: skip
def test_who_may_say_that_a_task_is_done(what: str, roles: tuple[str, ...]) -> None:
    assert sorts.roles_for(what) == roles


def opened(
    desk: Desk, text: str = "call them", *, hours: float = 0, due: float | None = None, what: str = "call"
) -> str:
    with desk.at(hours) as writing:
        until = None if due is None else T0 + timedelta(hours=due)
        return tasks.open_task(writing, BOOK, what, text, about="case-1", due=until)


def test_the_oldest_task_clock_shows_the_oldest(desk: Desk) -> None:
    """By name from the list of what went wrong elsewhere: an "oldest task" clock that showed the newest."""
    opened(desk, hours=5, due=6)
    oldest = opened(desk, hours=1)
    opened(desk, hours=9, due=10)
    with desk.ledger.reading() as connection:
        assert tasks.oldest_open(connection) == T0 + timedelta(hours=1)
    with desk.at(10) as writing:
        tasks.close_task(writing, oldest, "done")
    with desk.ledger.reading() as connection:
        assert tasks.oldest_open(connection, book=BOOK) == T0 + timedelta(hours=5)
        assert tasks.oldest_open(connection, book="other") is None


def test_what_is_due_comes_first_then_the_oldest(desk: Desk) -> None:
    old, newer = opened(desk, hours=0), opened(desk, hours=1)
    soon, sooner = opened(desk, hours=2, due=30), opened(desk, hours=3, due=20)
    with desk.ledger.reading() as connection:
        assert [t.id for t in tasks.open_tasks(desk.ledger, connection)] == [sooner, soon, old, newer]
        assert tasks.all_tasks(desk.ledger, connection, book="other") == []
        assert [t.id for t in tasks.overdue(desk.ledger, connection, T0 + timedelta(hours=25))] == [sooner]


def test_a_task_is_done_with_a_word_and_once(desk: Desk) -> None:
    task = opened(desk, what="whose hand")
    with pytest.raises(Refused, match="with a word"), desk.at(1) as writing:
        tasks.close_task(writing, task, " ")
    with desk.at(2) as writing:
        tasks.close_task(writing, task, "the shop hid it", place=("item-1", "xa"), version="7", own="removed")
    with desk.ledger.reading() as connection:
        assert tasks.open_tasks(desk.ledger, connection) == []
        (done,) = tasks.all_tasks(desk.ledger, connection, what="whose hand")
    assert (done.text, done.answer, done.done_by) == ("call them", "the shop hid it", "person-lin")
    (entry,) = desk.ledger.entries(kinds=["task_done"])
    assert entry.body["place"] == ["item-1", "xa"]
    with pytest.raises(Refused, match="was done on 2026-11-20 at 10:00 UTC"), desk.at(3) as writing:
        tasks.close_task(writing, task, "again")
    with pytest.raises(Unknown), desk.at(3) as writing:
        tasks.close_task(writing, "task-x", "x")
    assert desk.ledger.differences() == []
