"""From the deadline as stated to an instant: rule of counting by instrument, zone and holidays by authority.

Reg. (EEC, Euratom) No 1182/71: the hour or day of the event is not counted (Art. 3(1)); a period ends with the expiry
of its last hour (Art. 3(2)); days off count unless working days are meant (Art. 3(3)); a period in days that ends on a
day off ends with the next working day (Art. 3(4)); two days or more include two working days (Art. 3(5)). Public
holidays are those of the place where action is to be taken (Art. 2(1)).
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from zoneinfo import ZoneInfo

from rectify.intake.authorities import Authority
from rectify.intake.calendars import NO_CALENDAR, Calendar, works
from rectify.intake.instruments import UNITS, Counting, Instrument
from rectify.terms.errors import Fault, Faulty, Place, Refused
from rectify.terms.order import Deadline, DeadlineStated, Order

_DAY = timedelta(days=1)
_LAST_SECOND = time(23, 59, 59)  # never "midnight"


def compute(order: Order, instrument: Instrument, authority: Authority | None, received: datetime) -> Deadline:
    """The instant by which to report, in UTC, with the rule that gave it. Not raised but told: what is doubtful.

    Counted from the earlier of claimed service and our own receipt (`received`). `authority` None (not in the
    register): counted in UTC and without holidays, provisional.
    """
    counted_from = min(order.served.at, received).astimezone(UTC)
    days = _Days(instrument.counting, authority.calendar if authority else NO_CALENDAR)
    zone = ZoneInfo(authority.zone) if authority else UTC
    own = not order.deadline.stated
    stated = instrument.own_time if own else order.deadline
    due = _due(stated, counted_from, zone, days)
    if authority is None:
        days.warnings.append("the authority is not in the register: counted in UTC, holidays are not known")
    if order.served.at < received - _DAY:
        late = (received - order.served.at).days
        days.warnings.append(f"service is claimed {late} day{'s' * (late > 1)} before the order came in; that counts")
    legal = None if own else _due(instrument.own_time, counted_from, zone, _Days(days.counting, days.calendar))
    if due and legal and legal < due:
        local = legal.astimezone(zone).strftime("%Y-%m-%d %H:%M")
        days.warnings.append(f"the law's own time ends earlier, {local} ({instrument.own_time_source})")
    return Deadline(
        due=due,
        rule=_rule(stated, own, instrument, order.served.at <= received, str(zone)),
        counted_from=counted_from,
        zone=str(zone),
        provisional=due is not None and stated.at is None and (authority is None or days.unpublished),
        skipped=tuple(days.skipped),
        warnings=tuple(days.warnings),
    )


def check_due(order: Order, deadline: Deadline, received: datetime) -> None:
    """Raises Faulty where a claimed instant puts the deadline before our own receipt: the authority is asked back."""
    if deadline.due is None or deadline.due > received:
        return
    path = "deadline.at" if order.deadline.at else "served.at"
    text = "the deadline lies before the order came in"
    beside = f"due {deadline.due.isoformat(timespec='seconds')}, came in {received.isoformat(timespec='seconds')}"
    raise Faulty([Fault(text, Place(path=path), "ask the authority", deadline.rule, beside)])


def own_target(deadline: Deadline, at: datetime, now: datetime) -> Deadline:
    """The deadline with our own target, set at acceptance where the law names no instant.

    Raises Refused where there is one and the target lies after it, or where the target has passed.
    """
    if at <= now:
        raise Refused("the target lies in the past")
    if deadline.due is not None and at > deadline.due:
        raise Refused("the target lies after the deadline", f"due {deadline.due.isoformat(timespec='seconds')}")
    return replace(deadline, due=at.astimezone(UTC), rule=f"own target; {deadline.rule}", provisional=False)


@dataclass(slots=True)
class _Days:
    """Counts days by a law and a calendar, and takes down what it met on the way."""

    counting: Counting
    calendar: Calendar
    skipped: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    unpublished: bool = False

    def works(self, day: date) -> bool:
        return works(self.calendar, day, self.counting)

    def end(self, first: date, days: int, working_days: int) -> date:
        """The last day of a period that an event on `first` begins."""
        last, left = first, working_days
        while left:
            last += _DAY
            left -= self.works(last)
        last += timedelta(days=days)
        if days >= 2 and self.counting.two_working_days:
            while sum(self.works(day) for day in _between(first, last)) < 2:
                last += _DAY
        if days and self.counting.last_day_moves:
            while not self.works(last):
                last += _DAY
        self._take_down(first, last)
        return last

    def _take_down(self, first: date, last: date) -> None:
        for day in _between(first, last):
            name = self.calendar.holiday(day)
            weekend = day.weekday() in (self.calendar.weekend if self.counting.made_up_days else (5, 6))
            if name and not weekend and not self.works(day):
                self.skipped.append(f"{day} {name}")
            if self.calendar.made_up(day) and weekend:
                counts = "counts as one" if self.counting.made_up_days else f"counts as none ({self.counting.rule})"
                self.warnings.append(f"{day} was made a working day in {self.calendar.name}; it {counts}")
        until = self.calendar.published_until
        if until and last > until and self.calendar is not NO_CALENDAR:
            self.unpublished = True
            self.warnings.append(f"holidays in {self.calendar.name} are published until {until}; "
                                 "the deadline is counted anew when later ones are")  # fmt: skip


def _between(first: date, last: date) -> list[date]:
    """The days after `first`, up to `last`."""
    return [first + timedelta(days=n) for n in range(1, (last - first).days + 1)]


def _due(stated: DeadlineStated, counted_from: datetime, zone: tzinfo, days: _Days) -> datetime | None:
    if stated.at:
        return stated.at.astimezone(UTC)
    if stated.hours:
        return _hours(stated.hours, counted_from, zone, days.counting)
    if not (stated.days or stated.working_days):
        return None
    last = days.end(counted_from.astimezone(zone).date(), stated.days or 0, stated.working_days or 0)
    # of two such seconds (clocks set back) the later: the period ends with the expiry of the day
    return datetime.combine(last, _LAST_SECOND, zone).replace(fold=1).astimezone(UTC)


def _hours(hours: int, counted_from: datetime, zone: tzinfo, counting: Counting) -> datetime:
    """Hours are counted as time that passes, whatever clocks do."""
    if counting.hours_from == "the moment":
        return counted_from + timedelta(hours=hours)
    local = counted_from.astimezone(zone)
    begun = timedelta(minutes=local.minute, seconds=local.second, microseconds=local.microsecond)
    return counted_from - begun + timedelta(hours=hours + 1)


def _rule(stated: DeadlineStated, own: bool, instrument: Instrument, claimed: bool, zone: str) -> str:
    if stated.at:
        return "the instant that the order names"
    source = f"{instrument.own_time_source}; " if own else ""
    for unit in UNITS:
        n = getattr(stated, unit)
        if n:
            period = f"{n} {unit.replace('_', ' ')}" if n > 1 else f"1 {unit.replace('_', ' ').removesuffix('s')}"
            event = "claimed service" if claimed else "receipt"
            return f"{period} from {event} ({source}{instrument.counting.rule}), {zone}"
    return f"{instrument.own_time_says} ({instrument.own_time_source})"
