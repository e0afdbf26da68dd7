"""Days off, of a country (computed by the package `holidays`) or from a file of dates; until when they are published.

File of dates: {holidays: name, source: where they are published, published_until: day, days: {day: name},
working: {day: why}, weekend: [sat, sun]}.
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from typing import Any, Protocol

from rectify.documents import Node, Reading, read_document
from rectify.intake.data import table
from rectify.intake.instruments import Counting
from rectify.terms.entry import Json
from rectify.terms.errors import Unknown

_WEEK = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_FILE = ("holidays", "source", "published_until", "days", "working", "weekend")


class Calendar(Protocol):
    """Days off at one place. `published_until` is None where standing law fixes the holidays of every year."""

    @property
    def name(self) -> str: ...

    @property
    def published_until(self) -> date | None: ...

    @property
    def weekend(self) -> frozenset[int]: ...

    def holiday(self, day: date) -> str:
        """Name of a public holiday, or empty."""
        ...

    def made_up(self, day: date) -> bool:
        """Whether a day of the weekend was made a working day."""
        ...


@dataclass(frozen=True, slots=True)
class DatedCalendar:
    """A calendar from a file of dates."""

    name: str
    published_until: date
    days: Mapping[date, str] = field(default_factory=dict)
    working: Mapping[date, str] = field(default_factory=dict)
    weekend: frozenset[int] = frozenset({5, 6})
    source: str = ""

    def holiday(self, day: date) -> str:
        """Name of a public holiday, or empty."""
        return self.days.get(day, "")

    def made_up(self, day: date) -> bool:
        """Whether a day of the weekend was made a working day."""
        return day in self.working


@dataclass(frozen=True, slots=True)
class CountryCalendar:
    """The calendar of a country or a part of one, "DE" or "DE-BY"."""

    name: str
    published_until: date | None
    weekend: frozenset[int]
    table: Any = field(compare=False, repr=False)  # holidays.HolidayBase; it computes a year when first asked

    def holiday(self, day: date) -> str:
        """Name of a public holiday, or empty."""
        return str(self.table.get(day) or "")

    def made_up(self, day: date) -> bool:
        """Whether a day of the weekend was made a working day."""
        return day.weekday() in self.weekend and bool(self.table.is_working_day(day))


# Where nothing is known of a place: weekends only, and nothing of it is published.
NO_CALENDAR = DatedCalendar("none", date.min)


def works(calendar: Calendar, day: date, counting: Counting) -> bool:
    """Whether a day is a working day under a law of counting.

    Reg. (EEC, Euratom) No 1182/71 Art. 2(2): all days other than public holidays, Sundays and Saturdays. National
    counting takes the country's own weekend, and the days that it made working days.
    """
    if not counting.made_up_days:
        return day.weekday() < 5 and not calendar.holiday(day)
    if day.weekday() in calendar.weekend:
        return calendar.made_up(day)
    return not calendar.holiday(day)


def country_calendar(code: str) -> CountryCalendar:
    """The calendar of a code, "DE" or "DE-BY". Raises Unknown for a place that the package does not know."""
    import holidays  # slow to import, and most commands count no days

    country, _, part = code.partition("-")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of the package, on names that it will rename
            days = holidays.country_holidays(country, subdiv=part or None)
            if "en_US" in days.supported_languages:
                days = holidays.country_holidays(country, subdiv=part or None, language="en_US")
    except NotImplementedError:
        raise Unknown(f"the holidays of {code} are not known", "name a file of dates") from None
    return CountryCalendar(code, _published_until(country), frozenset(days.weekend), days)


@cache
def _published_until(country: str) -> date | None:
    data, reading = table("holidays.yaml").entries, Reading()
    if country in reading.texts(data["by_law"]):
        return None
    return reading.date(data["announced"].entries.get(country, data["otherwise"]))


def read_calendar(data: bytes, file: str) -> DatedCalendar:
    """The calendar of a file of dates. Raises Faulty with all its faults."""
    reading = Reading()
    calendar = calendar_of(reading, read_document(data, file))
    reading.done()
    return calendar


def calendar_of(reading: Reading, node: Node) -> DatedCalendar:
    """The calendar of a block of dates; its faults are taken down."""
    top = reading.mapping(node, _FILE, ("holidays", "published_until", "days"))
    weekend = reading.choices(top.get("weekend"), _WEEK) or ("sat", "sun")
    published = reading.date(top.get("published_until"))
    days, working = _dated(reading, top.get("days")), _dated(reading, top.get("working"))
    for day, name in days.items():
        if day in working:
            reading.fault(top["working"], f"{day} is a working day and a holiday ({name})")
        if published and day > published:
            reading.fault(top["days"], f"{day} ({name}) lies after published_until")
    for day in working:
        if _WEEK[day.weekday()] not in weekend:
            reading.fault(top["working"], f"{day} is no day of the weekend; only such a day is made up")
    if len(weekend) > 5:
        reading.fault(top["weekend"], "no working days are left")
    return DatedCalendar(
        name=reading.line(top.get("holidays")),
        published_until=published or date.min,
        days=days,
        working=working,
        weekend=frozenset(_WEEK.index(day) for day in weekend),
        source=reading.line(top.get("source")),
    )


def block_of(calendar: DatedCalendar) -> dict[str, Json]:
    """The block of dates that `calendar_of` reads."""
    return {
        "holidays": calendar.name,
        "source": calendar.source or None,
        "published_until": calendar.published_until.isoformat(),
        "days": {day.isoformat(): name for day, name in calendar.days.items()},
        "working": {day.isoformat(): why for day, why in calendar.working.items()} or None,
        "weekend": [_WEEK[day] for day in sorted(calendar.weekend)],
    }


def _dated(reading: Reading, node: Node | None) -> dict[date, str]:
    found: dict[date, str] = {}
    entries = reading.mapping(node, list(node.entries) if node else ())
    for text, child in entries.items():
        day = reading.date(Node("scalar", child.key or child.place, text))
        if day:
            found[day] = reading.line(child)
    return found
