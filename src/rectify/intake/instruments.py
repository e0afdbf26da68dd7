"""Instruments as data: what an order under each law must contain, and how time is counted (data/instruments/*.yaml)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from types import MappingProxyType

from rectify.documents import Node, Reading
from rectify.intake.data import names, table
from rectify.terms.errors import Unknown, nearest
from rectify.terms.order import Act, DeadlineStated

UNITS = ("hours", "days", "working_days")


@dataclass(frozen=True, slots=True)
class Counting:
    """How periods are counted. `rule` and `eli` name the law of counting."""

    rule: str
    eli: str
    hours_from: str  # "next hour": the hour of the event is not counted; "the moment": to the second
    last_day_moves: bool  # a period in days that ends on a day off ends with the next working day
    two_working_days: bool  # a period of two days or more includes at least two working days
    made_up_days: bool  # a Saturday or Sunday that a country has made a working day counts as one


@dataclass(frozen=True, slots=True)
class Instrument:
    """A law that orders come under. `required` maps a field of the order file to the provision that asks for it."""

    name: str
    title: str
    source: str
    eli: str
    applies_from: date | None
    acts: tuple[Act, ...]
    required: Mapping[str, str]
    own_time: DeadlineStated  # counts where the order states none
    own_time_says: str
    own_time_source: str
    counting: Counting
    search_until: str  # the provision that asks for an end of the search for identical content, or empty
    packs: tuple[str, ...]  # the only packs that may seek, or empty for any
    packs_source: str


@cache
def instruments() -> Mapping[str, Instrument]:
    """All instruments by name."""
    return MappingProxyType({name: _read(table(f"instruments/{name}.yaml")) for name in names("instruments")})


def instrument_named(name: str) -> Instrument:
    """One instrument. Raises Unknown with the nearest name."""
    try:
        return instruments()[name]
    except KeyError:
        raise Unknown(f'there is no instrument "{name}"', nearest(name, instruments())) from None


def _read(node: Node) -> Instrument:
    reading = Reading()
    fields = node.entries
    own = reading.mapping(fields["own_time"], UNITS)
    instrument = Instrument(
        name=reading.text(fields["instrument"]),
        title=reading.text(fields["title"]),
        source=reading.text(fields["source"]),
        eli=reading.text(fields["eli"]),
        applies_from=reading.date(fields["applies_from"]),
        acts=tuple(Act(act) for act in reading.choices(fields["acts"], list(Act))),
        required={path: reading.text(child) for path, child in fields["required"].entries.items()},
        own_time=DeadlineStated(None, *(reading.integer(own.get(unit)) for unit in UNITS)),
        own_time_says=reading.text(fields["own_time_says"]),
        own_time_source=reading.text(fields["own_time_source"]),
        counting=_counting(reading, fields["counting"].entries),
        search_until=reading.text(fields.get("search_until")),
        packs=reading.texts(fields.get("packs")),
        packs_source=reading.text(fields.get("packs_source")),
    )
    reading.done()
    return instrument


def _counting(reading: Reading, fields: Mapping[str, Node]) -> Counting:
    return Counting(
        rule=reading.text(fields["rule"]),
        eli=reading.text(fields["eli"]),
        hours_from=reading.choice(fields["hours_from"], ("next hour", "the moment")),
        last_day_moves=reading.boolean(fields["last_day_moves"]),
        two_working_days=reading.boolean(fields["two_working_days"]),
        made_up_days=reading.boolean(fields["made_up_days"]),
    )
