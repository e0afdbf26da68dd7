"""Due work is done once, by whoever holds its lease; a stale fence changes nothing."""

from datetime import UTC, datetime, timedelta

import pytest

from rectify.store.due import DueWork
from rectify.terms.errors import Refused, Unknown

from ..stores import store_as_new  # noqa: TID252

NOW = datetime(2026, 11, 20, 8, tzinfo=UTC)
due = DueWork()


@pytest.fixture
def connection():
    with store_as_new().writing() as opened:
        yield opened


def lease(connection, now=NOW, limit=10, seconds=60):
    return due.lease(connection, "letter", now, seconds, limit)


def test_work_is_leased_when_it_is_due_earliest_first(connection):
    due.put(connection, "b", "letter", NOW, {"to": "x"})
    due.put(connection, "a", "letter", NOW - timedelta(microseconds=1), None)
    due.put(connection, "later", "letter", NOW + timedelta(microseconds=1), None)
    due.put(connection, "other", "sweep", NOW, None)
    assert [(work.key, work.payload, work.fence, work.attempts) for work in lease(connection)] == [
        ("a", None, 1, 1),
        ("b", {"to": "x"}, 1, 1),
    ]
    assert lease(connection) == []


def test_a_known_key_changes_nothing(connection):
    assert due.put(connection, "a", "letter", NOW, 1)
    assert not due.put(connection, "a", "letter", NOW + timedelta(days=1), 2)
    assert lease(connection)[0].payload == 1


def test_a_limit_leaves_the_rest(connection):
    for key in "abc":
        due.put(connection, key, "letter", NOW, None)
    assert [work.key for work in lease(connection, limit=2)] == ["a", "b"]
    assert [work.key for work in lease(connection, limit=2)] == ["c"]


def test_an_ended_lease_passes_on_and_the_sleeper_is_refused(connection):
    due.put(connection, "a", "letter", NOW, None)
    (first,) = lease(connection)
    (second,) = lease(connection, now=NOW + timedelta(seconds=61))
    assert (second.fence, second.attempts) == (2, 2)
    with pytest.raises(Refused, match=r"lease 1 .* has ended; the work is leased, lease 2"):
        due.done(connection, "a", first.fence)
    due.done(connection, "a", second.fence)
    assert due.get(connection, "a").state == "done"


def test_done_is_said_once(connection):
    due.put(connection, "a", "letter", NOW, None)
    (work,) = lease(connection)
    due.done(connection, "a", work.fence)
    with pytest.raises(Refused):
        due.done(connection, "a", work.fence)
    assert lease(connection, now=NOW + timedelta(days=9)) == []


def test_a_retry_waits_for_its_time_and_keeps_the_error(connection):
    due.put(connection, "a", "letter", NOW, None)
    (work,) = lease(connection)
    due.retry(connection, "a", work.fence, NOW + timedelta(hours=1), "451 try later")
    assert lease(connection, now=NOW + timedelta(minutes=59)) == []
    (again,) = lease(connection, now=NOW + timedelta(hours=1))
    assert (again.fence, again.attempts) == (2, 2)
    assert due.get(connection, "a").error == "451 try later"


def test_what_was_set_aside_is_left_to_a_person(connection):
    due.put(connection, "a", "letter", NOW, None)
    (work,) = lease(connection)
    due.set_aside(connection, "a", work.fence, "550 no such box")
    assert lease(connection, now=NOW + timedelta(days=9)) == []
    assert [work.key for work in due.list(connection, "letter", "set_aside")] == ["a"]
    assert due.list(connection, "letter", "waiting") == []


def test_an_extended_lease_stays_ours(connection):
    due.put(connection, "a", "letter", NOW, None)
    (work,) = lease(connection)
    due.extend(connection, "a", work.fence, NOW + timedelta(seconds=50), 60)
    assert lease(connection, now=NOW + timedelta(seconds=100)) == []


def test_withdrawn_work_is_over_for_its_holder_too(connection):
    due.put(connection, "a", "letter", NOW, None)
    (work,) = lease(connection)
    assert due.withdraw(connection, "a")
    assert not due.withdraw(connection, "a")
    with pytest.raises(Refused):
        due.done(connection, "a", work.fence)


def test_unknown_work_is_told(connection):
    with pytest.raises(Unknown, match="no work is known"):
        due.done(connection, "a", 1)
    assert due.get(connection, "a") is None
