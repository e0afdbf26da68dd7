"""Instants are UTC text that reads back as it was written."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rectify.store.instants import instant, parse_instant, sortable
from rectify.terms.errors import Broken

instants = st.datetimes(
    min_value=datetime(1900, 1, 1),  # noqa: DTZ001
    max_value=datetime(2200, 1, 1),  # noqa: DTZ001
    timezones=st.sampled_from([UTC, timezone(timedelta(hours=5, minutes=45)), timezone(timedelta(hours=-9))]),
)


@given(instants)
def test_an_instant_reads_back(at):
    assert parse_instant(instant(at)) == at
    assert parse_instant(sortable(at)) == at
    assert instant(at).endswith("Z")


@given(instants, instants)
def test_sortable_text_sorts_as_time_does(one, other):
    assert (sortable(one) < sortable(other)) == (one < other)


def test_microseconds_stand_only_where_there_are_some():
    at = datetime(2026, 11, 20, 9, tzinfo=timezone(timedelta(hours=1)))
    assert instant(at) == "2026-11-20T08:00:00Z"
    assert instant(at.replace(microsecond=5)) == "2026-11-20T08:00:00.000005Z"
    assert sortable(at) == "2026-11-20T08:00:00.000000Z"


def test_a_time_without_a_zone_is_refused():
    with pytest.raises(Broken, match="without a zone"):
        instant(datetime(2026, 11, 20))  # noqa: DTZ001
    with pytest.raises(ValueError, match="not an instant in UTC"):
        parse_instant("2026-11-20T08:00:00+01:00")
