"""The five doors: catalogue source, matcher, connector, report format, pack. Built-ins come in the same way.

A door is an entry-point group `rectify.<door>`; what stands there is loaded when it is first asked for by name.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib.metadata import EntryPoint, entry_points
from typing import Any

from rectify.terms.errors import Broken, Unknown, nearest

DOORS = ("sources", "matchers", "connectors", "reports", "packs")


def offered(door: str) -> Mapping[str, EntryPoint]:
    """Name -> entry point of everything that stands at a door. A name that stands there twice is refused."""
    found: dict[str, EntryPoint] = {}
    for point in entry_points(group=f"rectify.{door}"):
        if point.name in found and found[point.name].value != point.value:
            raise Broken(
                f'two packages offer "{point.name}" at the door {door}: {found[point.name].value} and {point.value}',
                "remove one of them",
            )
        found[point.name] = point
    return found


def load(door: str, name: str) -> Any:
    """What stands at a door under a name. Raises Unknown with the nearest name, or Broken where it does not load."""
    points = offered(door)
    if name not in points:
        raise Unknown(f'nothing called "{name}" at the door {door}', nearest(name, points))
    try:
        return points[name].load()
    except ImportError as error:
        raise Broken(f'"{name}" ({points[name].value}) does not load: {error}', "reinstall the package") from error
