"""A small ledger, a room's tables, and drafts to put into it: for the tests of this folder and the contract suite."""

from datetime import UTC, datetime

from sqlalchemy import Column, Integer, MetaData, String, Table, Text, select, update

from rectify.ledger.keys import Keys
from rectify.ledger.ledger import Ledger
from rectify.store.connection import open_store
from rectify.terms.entry import Draft, Private

AT = datetime(2026, 11, 20, 8, tzinfo=UTC)


class Questions:
    """A room that keeps what was asked, and how often the authority answered."""

    name = "questions"
    kinds = frozenset({"asked", "answered"})

    def __init__(self):
        self.metadata = MetaData()
        self.asked = Table(
            "questions_asked",
            self.metadata,
            Column("sequence", Integer, primary_key=True),
            Column("book", String),
            Column("question", Text),
            Column("answers", Integer),
        )

    def apply(self, connection, opened):
        if opened.entry.kind == "asked":
            row = {"sequence": opened.entry.sequence, "book": opened.entry.book, "answers": 0}
            connection.execute(self.asked.insert().values(question=opened.private.get("question"), **row))
        else:
            same = self.asked.c.book == opened.entry.book
            connection.execute(update(self.asked).where(same).values(answers=self.asked.c.answers + 1))

    def rows(self, ledger):
        with ledger.reading() as connection:
            return [tuple(row) for row in connection.execute(select(self.asked).order_by(self.asked.c.sequence))]


def ask(book="order-1", question="Which batch?", subject="order:order-1"):
    return Draft("asked", book, {}, {"question": Private(subject, question)})


def answer(book="order-1", text="All of them.", subject="authority:xa-ps"):
    return Draft("answered", book, {}, {"answer": Private(subject, text)})


def task(book="order-1", number=0):
    return Draft("task_done", book, {"task": f"task-{number}"})


class World:
    """A ledger in memory with its keys and one room."""

    def __init__(self, url="sqlite://", keys=None, store=None):
        self.url, self.store, self.room = url, store or open_store(url), Questions()
        self.keys = keys or Keys.generate()
        self.ledger = Ledger(self.store, self.keys, [self.room])

    def append(self, *drafts):
        with self.ledger.writing(AT, "person-1") as writing:
            return [writing.append(draft) for draft in drafts]

    def again(self):
        """The same store opened anew, as another process would."""
        self.ledger = Ledger(self.store, self.keys, [self.room])
        return self.ledger
