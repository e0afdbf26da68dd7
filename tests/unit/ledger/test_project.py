"""Tables of rooms can be thrown away, filled anew, added later, and changed in shape."""

import pytest
from sqlalchemy import Column, Integer, MetaData, Table, text

from rectify.ledger.ledger import Ledger
from rectify.terms.errors import Broken

from .world import AT, Questions, answer, ask


class Counts:
    """A room that counts entries, and would tell if one came twice."""

    name = "counts"
    kinds = frozenset({"asked", "answered"})

    def __init__(self, *columns):
        self.metadata = MetaData()
        self.table = Table("counts", self.metadata, Column("sequence", Integer, primary_key=True), *columns)

    def apply(self, connection, opened):
        connection.execute(self.table.insert().values(sequence=opened.entry.sequence))

    def rows(self, ledger):
        with ledger.reading() as connection:
            return [row[0] for row in connection.execute(self.table.select().order_by(self.table.c.sequence))]


def test_rebuilt_tables_are_the_live_ones(world):
    world.append(ask(), answer(), ask("order-2", "Why?"))
    live = world.room.rows(world.ledger)
    world.ledger.rebuild()
    assert world.room.rows(world.ledger) == live
    assert world.ledger.differences() == []


def test_a_changed_table_is_told_and_mended_by_a_rebuild(world):
    world.append(ask(), answer())
    with world.store.writing() as connection:
        connection.execute(text("UPDATE questions_asked SET answers = 7"))
    assert world.ledger.differences() == ["questions_asked"]
    assert world.room.rows(world.ledger)[0][3] == 7, "telling changes nothing"
    world.ledger.rebuild()
    assert world.room.rows(world.ledger)[0][3] == 1


def test_a_room_that_comes_later_is_filled_from_the_first_entry(world):
    world.append(ask(), answer())
    counts = Counts()
    ledger = Ledger(world.store, world.keys, [Questions(), counts])
    assert counts.rows(ledger) == [2, 3]


def test_a_room_that_was_away_catches_up_once(world):
    counts = Counts()
    Ledger(world.store, world.keys, [counts])
    world.append(ask(), answer())
    ledger = Ledger(world.store, world.keys, [counts])
    assert counts.rows(ledger) == [2, 3]
    with ledger.writing(AT, "system") as writing:
        writing.append(ask())
    assert counts.rows(ledger) == [2, 3, 4]


def test_tables_of_another_shape_are_filled_anew(world):
    Ledger(world.store, world.keys, [Counts()])
    world.append(ask())
    wider = Counts(Column("more", Integer))
    ledger = Ledger(world.store, world.keys, [wider])
    with ledger.reading() as connection:
        assert connection.execute(text("SELECT sequence, more FROM counts")).all() == [(2, None)]


def test_a_table_outside_its_rooms_name_is_refused(world):
    counts = Counts()
    counts.name = "tallies"
    with pytest.raises(Broken, match='"counts" of the projection "tallies" does not begin with its name'):
        Ledger(world.store, world.keys, [counts])


def test_two_rooms_of_one_name_are_refused(world):
    with pytest.raises(Broken, match="two projections are called"):
        Ledger(world.store, world.keys, [Counts(), Counts()])


def test_a_failing_refill_leaves_the_tables_as_they_were(world):
    world.append(ask(), answer())
    live = world.room.rows(world.ledger)
    world.room.apply = lambda connection, opened: 1 / 0
    with pytest.raises(ZeroDivisionError):
        world.ledger.rebuild()
    assert world.room.rows(world.ledger) == live
