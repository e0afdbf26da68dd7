"""The papers of the example: orders, registers, settings and what parties write, dated from a given instant."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from importlib import resources
from pathlib import Path
from string import Template
from zoneinfo import ZoneInfo

from rectify.example.recall import BATCHES, PRAM_GTIN, ROUTER_GTIN
from rectify.example.rows import World

ZONE = ZoneInfo("Europe/Berlin")  # of the authorities of XA
# Public holidays of XA, month and day: an invented country has invented ones.
DAYS_OFF = {"01-01": "New Year", "03-21": "Day of the Rivers", "06-24": "Midsummer", "10-05": "Founding Day",
            "12-25": "Midwinter", "12-26": "Second day of Midwinter"}  # fmt: skip
ORDERS = ("recall", "licence", "forged")


@dataclass(frozen=True, slots=True)
class Served:
    """When each order was served, as it claims."""

    recall: datetime
    licence: datetime
    forged: datetime


def write_papers(world: World, folder: Path, served: Served, key: str) -> None:
    """Writes orders, registers, days off, settings and appeals into a folder.

    `key` is the public key (Ed25519, base64) of the Product Safety Office. The instants of the orders are those of
    `served`; a deadline may reach into the year after.
    """
    today = served.recall.astimezone(ZONE).date()
    given = {
        **world.named,
        **{name: getattr(served, name).astimezone(ZONE).isoformat(timespec="seconds") for name in ORDERS},
        "year": today.year,
        "batch_1": BATCHES[0],
        "batch_2": BATCHES[1],
        "pram_gtin": PRAM_GTIN,
        "router_gtin": ROUTER_GTIN,
        "rival": next(item.id for item in world.listings if "kettle" in item.title.lower()),
        "in_a_year": _later(today, 365),
        "noted": _later(today, -200),
        "as_of": _later(today, -9),
        "ended": _later(today, -120),
        "pso_key": key,
        "heron_seller": world.sellers[0].number,
        "heron_developer": world.developers[0].number,
        "quayside_developer": world.developers[1].number,
    }
    for name in ORDERS:
        _write(folder / "orders" / f"{name}.yaml", f"{name}.yaml", {**given, "served": given[name]})
    _write(folder / "authorities.yaml", "authorities.yaml", given)
    _write(folder / "registers" / "licensed-vpn-providers.yaml", "licensed-vpn-providers.yaml", given)
    _write(folder / "rectify.yaml", "rectify.yaml", given)
    for name in ("guide", "repaired"):
        _write(folder / "appeals" / f"{name}.txt", f"{name}.txt", given)
    (folder / "holidays-xa.yaml").write_text(holidays(today.year), encoding="utf-8")


def holidays(year: int) -> str:
    """The days off of XA from a year before to a year after, as a file of dates."""
    days = [f'  "{y}-{day}": {name}' for y in (year - 1, year, year + 1) for day, name in DAYS_OFF.items()]
    head = ["holidays: XA", "source: Official gazette of XA", f"published_until: {year + 1}-12-31", "days:"]
    return "\n".join([*head, *days]) + "\n"


def paper(name: str, given: dict[str, object]) -> str:
    """A paper with its blanks filled. Raises KeyError for a blank that nothing fills."""
    text = resources.files(__package__).joinpath("papers", name).read_text(encoding="utf-8")
    return Template(text).substitute(given)


def _write(path: Path, name: str, given: dict[str, object]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(paper(name, given), encoding="utf-8")


def _later(day: date, days: int) -> str:
    return (day + timedelta(days=days)).isoformat()
