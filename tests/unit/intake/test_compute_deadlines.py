"""Deadlines are counted by Reg. (EEC, Euratom) No 1182/71 or by national counting, in the authority's zone and days."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rectify.intake.authorities import Authority
from rectify.intake.calendars import country_calendar, works
from rectify.intake.deadlines import check_due, compute, own_target
from rectify.intake.instruments import instrument_named
from rectify.intake.orders import read_order
from rectify.terms.errors import Faulty, Refused
from rectify.terms.order import Deadline, DeadlineStated, Order, Served

from .authority_entries import at, authority
from .orders import NOW, RECALL

GPSR, DSA, NATIONAL = (instrument_named(name) for name in ("gpsr-22", "dsa-9", "national"))
ORDER = read_order(RECALL.encode(), "order.yaml", now=NOW)
BERLIN = at("Europe/Berlin", "DE")
SHANGHAI = at("Asia/Shanghai", "CN")


def order(served: str, **stated: object) -> Order:
    deadline = DeadlineStated(**stated)  # type: ignore[arg-type]
    return replace(ORDER, served=Served(datetime.fromisoformat(served), "mail"), deadline=deadline)


def due(deadline: Deadline, zone: str = "Europe/Berlin") -> str:
    assert deadline.due is not None
    assert deadline.due.tzinfo is UTC
    return deadline.due.astimezone(ZoneInfo(zone)).strftime("%a %Y-%m-%d %H:%M:%S")


@pytest.mark.parametrize(
    ("served", "stated", "expected"),
    [
        # working days: the day of receipt is not counted, the last one ends with its last second
        ("2026-11-20T09:00+01:00", {"working_days": 2}, "Tue 2026-11-24 23:59:59"),
        ("2026-11-16T00:00+01:00", {"working_days": 2}, "Wed 2026-11-18 23:59:59"),
        ("2026-11-15T23:59+01:00", {"working_days": 2}, "Tue 2026-11-17 23:59:59"),  # a Sunday
        ("2026-12-23T10:00+01:00", {"working_days": 2}, "Mon 2026-12-28 23:59:59"),  # Christmas, both days
        ("2026-11-15T23:30+00:00", {"working_days": 1}, "Tue 2026-11-17 23:59:59"),  # Monday already, in Berlin
        # days: days off count, but the last day moves, and two days include two working days (Art. 3(4), (5))
        ("2026-11-16T09:00+01:00", {"days": 1}, "Tue 2026-11-17 23:59:59"),
        ("2026-11-20T09:00+01:00", {"days": 1}, "Mon 2026-11-23 23:59:59"),
        ("2026-11-19T09:00+01:00", {"days": 2}, "Mon 2026-11-23 23:59:59"),
        ("2026-11-16T09:00+01:00", {"days": 5}, "Mon 2026-11-23 23:59:59"),
        ("2026-11-20T09:00+01:00", {"days": 10}, "Mon 2026-11-30 23:59:59"),
        ("2028-02-28T09:00+01:00", {"days": 1}, "Tue 2028-02-29 23:59:59"),
        # hours: the hour of receipt is not counted (Art. 3(1)); days off count
        ("2026-11-20T09:00+01:00", {"hours": 24}, "Sat 2026-11-21 10:00:00"),
        ("2026-11-20T09:59:59+01:00", {"hours": 24}, "Sat 2026-11-21 10:00:00"),
        ("2026-11-20T10:00+01:00", {"hours": 1}, "Fri 2026-11-20 12:00:00"),
        # clocks: set back on 25 October 2026, forward on 28 March 2027; hours are hours that pass
        ("2026-10-24T12:00+02:00", {"hours": 24}, "Sun 2026-10-25 12:00:00"),
        ("2027-03-27T12:00+01:00", {"hours": 24}, "Sun 2027-03-28 14:00:00"),
        ("2026-10-23T12:00+02:00", {"working_days": 1}, "Mon 2026-10-26 23:59:59"),
        ("2026-11-20T09:00+01:00", {"at": datetime(2026, 12, 1, 17, tzinfo=UTC)}, "Tue 2026-12-01 18:00:00"),
    ],
)  # fmt: skip
def test_union_law_counts(served: str, stated: dict[str, object], expected: str) -> None:
    given_order = order(served, **stated)
    assert due(compute(given_order, DSA, BERLIN, given_order.served.at)) == expected


@pytest.mark.parametrize(
    ("served", "stated", "expected"),
    [
        ("2026-09-30T09:00+08:00", {"hours": 24}, "Thu 2026-10-01 09:00:00"),  # to the second
        # National Day 2026: off from 1 to 7 October; Saturday 10 October was made a working day
        ("2026-09-30T09:00+08:00", {"working_days": 3}, "Sat 2026-10-10 23:59:59"),
        ("2026-09-30T09:00+08:00", {"days": 1}, "Thu 2026-10-08 23:59:59"),
        ("2026-09-25T09:00+08:00", {"days": 2}, "Mon 2026-09-28 23:59:59"),
    ],
)
def test_national_law_counts_made_up_working_days(served: str, stated: dict[str, object], expected: str) -> None:
    given_order = order(served, **stated)
    assert due(compute(given_order, NATIONAL, SHANGHAI, given_order.served.at), "Asia/Shanghai") == expected


def test_union_law_never_counts_a_saturday_and_says_so() -> None:
    given_order = order("2026-09-30T09:00+08:00", working_days=3)
    deadline = compute(given_order, DSA, SHANGHAI, given_order.served.at)
    assert due(deadline, "Asia/Shanghai") == "Mon 2026-10-12 23:59:59"
    assert any("2026-10-10 was made a working day in CN; it counts as none" in text for text in deadline.warnings)


def test_holidays_that_were_skipped_are_named() -> None:
    deadline = compute(order("2026-12-23T10:00+01:00", working_days=3), DSA, BERLIN, NOW + timedelta(days=60))
    assert deadline.skipped == ("2026-12-25 Christmas Day",)  # the 26th is a Saturday anyway


def test_a_file_of_dates_counts_for_a_country_without_a_table() -> None:
    received = datetime.fromisoformat("2026-11-20T09:00+01:00")
    deadline = compute(order("2026-11-20T09:00+01:00", working_days=2), GPSR, authority(), received)
    assert due(deadline) == "Wed 2026-11-25 23:59:59"
    assert deadline.skipped == ("2026-11-23 Day of the Kite",)
    assert not deadline.provisional
    assert deadline.rule == (
        "2 working days from claimed service (Reg. (EEC, Euratom) No 1182/71 Art. 2, 3), Europe/Berlin"
    )
    friday = order("2026-11-27T09:00+01:00", working_days=1)
    national = compute(friday, NATIONAL, authority(), friday.served.at)
    assert due(national) == "Sat 2026-11-28 23:59:59"


def test_a_deadline_beyond_the_published_holidays_is_provisional() -> None:
    inside = compute(order("2026-12-28T09:00+08:00", working_days=2), NATIONAL, SHANGHAI, NOW + timedelta(days=90))
    beyond = compute(order("2026-12-30T09:00+08:00", working_days=2), NATIONAL, SHANGHAI, NOW + timedelta(days=90))
    by_law = compute(order("2099-12-28T09:00+01:00", working_days=9), DSA, BERLIN, NOW + timedelta(days=36500))
    assert (inside.provisional, beyond.provisional, by_law.provisional) == (False, True, False)
    assert any("published until 2026-12-31" in text for text in beyond.warnings)


def test_the_earlier_of_claimed_service_and_own_receipt_counts() -> None:
    claimed = order("2026-11-16T09:00+01:00", working_days=2)
    late = datetime.fromisoformat("2026-11-18T09:00+01:00")
    early = datetime.fromisoformat("2026-11-13T09:00+01:00")
    assert compute(claimed, DSA, BERLIN, late).counted_from == claimed.served.at
    assert compute(claimed, DSA, BERLIN, early).counted_from == early
    assert compute(claimed, DSA, BERLIN, early).rule.startswith("2 working days from receipt (")
    assert any("2 days before the order came in" in text for text in compute(claimed, DSA, BERLIN, late).warnings)


def test_where_no_time_is_stated_the_instrument_s_own_counts() -> None:
    silent = order("2026-11-20T09:00+01:00")
    gpsr = compute(silent, GPSR, BERLIN, silent.served.at)
    assert due(gpsr) == "Tue 2026-11-24 23:59:59"
    assert "Reg. (EU) 2023/988 Art. 22(4)" in gpsr.rule
    dsa = compute(silent, DSA, BERLIN, silent.served.at)
    assert (dsa.due, dsa.rule) == (None, "without undue delay (Reg. (EU) 2022/2065 Art. 9(1))")


def test_a_stated_time_longer_than_the_law_s_own_is_warned_of() -> None:
    served = "2026-11-16T09:00+01:00"
    longer = compute(order(served, working_days=5), GPSR, BERLIN, NOW)
    assert due(longer) == "Mon 2026-11-23 23:59:59"
    assert [text for text in longer.warnings if "own time ends earlier, 2026-11-18 23:59" in text]
    assert not [t for t in compute(order(served, working_days=1), GPSR, BERLIN, NOW).warnings if "own time" in t]


def test_an_authority_outside_the_register_is_counted_in_utc_and_provisional() -> None:
    deadline = compute(order("2026-11-20T09:00+01:00", working_days=2), GPSR, None, NOW)
    assert due(deadline, "UTC") == "Tue 2026-11-24 23:59:59"
    assert deadline.provisional
    assert "not in the register" in deadline.warnings[0]


def test_a_claim_that_puts_the_deadline_in_the_past_is_a_fault() -> None:
    claimed = order("2026-11-16T09:00+01:00", working_days=2)
    received = datetime.fromisoformat("2026-11-19T09:00+01:00")
    deadline = compute(claimed, DSA, BERLIN, received)
    with pytest.raises(Faulty) as told:
        check_due(claimed, deadline, received)
    fault = told.value.faults[0]
    assert (fault.text, fault.remedy) == ("the deadline lies before the order came in", "ask the authority")
    assert fault.place is not None
    assert fault.place.path == "served.at"
    check_due(claimed, deadline, claimed.served.at)
    check_due(claimed, replace(deadline, due=None), received)


def test_our_own_target_is_no_later_than_the_law() -> None:
    silent = order("2026-11-20T09:00+01:00")
    none = compute(silent, DSA, BERLIN, NOW)
    target = own_target(none, NOW + timedelta(days=3), NOW)
    assert target.due == NOW + timedelta(days=3)
    assert target.rule.startswith("own target; without undue delay")
    with pytest.raises(Refused, match="after the deadline"):
        own_target(compute(silent, GPSR, BERLIN, NOW), NOW + timedelta(days=30), NOW)
    with pytest.raises(Refused, match="past"):
        own_target(none, NOW, NOW)


PLACES = [BERLIN, SHANGHAI, at("America/New_York", "US"), at("Asia/Kathmandu", "xa.yaml"), at("Pacific/Auckland", "NZ")]
instants = st.timedeltas(timedelta(0), timedelta(days=730)).map(lambda since: datetime(2026, 1, 1, tzinfo=UTC) + since)
periods = st.one_of(
    st.integers(1, 100).map(lambda n: {"hours": n}),
    st.integers(1, 40).map(lambda n: {"days": n}),
    st.integers(1, 25).map(lambda n: {"working_days": n}),
)


@given(instants, periods, st.sampled_from(PLACES), st.sampled_from([DSA, NATIONAL]))
def test_a_deadline_is_never_early_and_ends_as_the_law_says(
    start: datetime, stated: dict[str, int], place: Authority, instrument: object
) -> None:
    given_order = replace(ORDER, served=Served(start, "mail"), deadline=DeadlineStated(**stated))
    deadline = compute(given_order, instrument, place, start)  # type: ignore[arg-type]
    assert deadline.due is not None
    unit, n = next(iter(stated.items()))
    if unit == "hours":
        assert timedelta(hours=n) <= deadline.due - start <= timedelta(hours=n + 1)
        return
    zone = ZoneInfo(place.zone)
    first, last = start.astimezone(zone).date(), deadline.due.astimezone(zone).date()
    assert deadline.due.astimezone(zone).strftime("%H:%M:%S") == "23:59:59"
    counting = instrument.counting  # type: ignore[attr-defined]
    working = [d for d in _days(first, last) if works(place.calendar, d, counting)]
    assert works(place.calendar, last, counting)
    assert (last - first).days >= n
    if unit == "working_days":
        assert len(working) == n
    elif counting.two_working_days and n >= 2:
        assert len(working) >= 2


@given(instants, st.timedeltas(timedelta(0), timedelta(days=9)), periods, st.sampled_from(PLACES))
def test_a_later_receipt_or_a_longer_time_never_ends_earlier(
    start: datetime, later: timedelta, stated: dict[str, int], place: Authority
) -> None:
    def end(at_: datetime, more: int = 0) -> datetime:
        period = {unit: n + more for unit, n in stated.items()}
        given_order = replace(ORDER, served=Served(at_, "mail"), deadline=DeadlineStated(**period))
        found = compute(given_order, DSA, place, at_).due
        assert found is not None
        return found

    assert end(start) <= end(start + later)
    assert end(start) <= end(start, 1)


def _days(first: date, last: date) -> list[date]:
    return [first + timedelta(days=n) for n in range(1, (last - first).days + 1)]


def test_a_part_of_a_country_has_its_own_holidays() -> None:
    epiphany = date(2027, 1, 6)
    assert country_calendar("DE-BY").holiday(epiphany)
    assert not country_calendar("DE-HH").holiday(epiphany)
