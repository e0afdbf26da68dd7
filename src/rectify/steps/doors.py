"""What stands at the five doors, for `rectify doctor`: each offer, from which package, and whether it loads."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from importlib import resources
from importlib.metadata import EntryPoint, entry_points

from rectify.plugins import DOORS


@dataclass(frozen=True, slots=True)
class Offer:
    """Something that a package offers at a door. `wrong` says why it cannot be used; empty where it can."""

    door: str
    name: str
    value: str  # where it is, "package.module:Class"
    package: str  # and its version
    wrong: str = ""

    def __str__(self) -> str:
        told = f"{self.value} of {self.package}"
        return f"{told} does not load: {self.wrong}" if self.wrong else told


def offers() -> list[Offer]:
    """Everything that stands at the doors, tried. Raises nothing, whatever a package does when it is loaded."""
    found = []
    for door in DOORS:
        points = sorted(entry_points(group=f"rectify.{door}"), key=lambda point: (point.name, point.value))
        different = Counter(name for name, _ in {(point.name, point.value) for point in points})
        for point in points:
            twice = "another package offers this name too; remove one of them" if different[point.name] > 1 else ""
            found.append(Offer(door, point.name, point.value, _package(point), twice or _wrong(door, point)))
    return found


def _package(point: EntryPoint) -> str:
    return f"{point.dist.name} {point.dist.version}" if point.dist else "an unknown package"


def _wrong(door: str, point: EntryPoint) -> str:
    """Why an offer cannot be used; empty where it can."""
    try:
        if door == "packs":
            inside = resources.files(point.value).iterdir()
            there = any(folder.joinpath("pack.yaml").is_file() for folder in inside if folder.is_dir())
            return "" if there else "no folder in it has a pack.yaml"
        return "" if callable(point.load()) else "it is nothing that can be called"
    except (Exception, SystemExit) as error:  # it is a stranger's: whatever it raises is told
        return " ".join(f"{type(error).__name__}: {error}".split())[:300]
