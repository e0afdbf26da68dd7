"""What the page says of the scan and its peers: the figures of bench/peers.py as tables, ratios and a drawing."""

from __future__ import annotations

import statistics
from collections.abc import Mapping, Sequence
from typing import Any

from bench.drawings import bars
from bench.ours import PORTABLE, PURE
from bench.peers import ratios
from bench.shown import Figures, Grid, number, share

Engine = Mapping[str, Any]  # a Timed of bench/peers.py as JSON has it
ALIKE = 0.01  # recall that is equal: no further apart than so


def speed(one: Engine) -> float:
    """Thousand listings a second of CPU time."""
    return 1e3 / statistics.median(one["microseconds"])


def told(ratio: tuple[float, float, float]) -> str:
    """A ratio with its lowest and its highest round."""
    return "{} ({}–{})".format(*(f"{one:.2f}" if one >= 0.1 else f"{one:.2g}" for one in ratio))


def fastest(engines: Sequence[Engine], *kinds: str) -> Engine | None:
    """The fastest of these kinds, or None."""
    return max((one for one in engines if one["kind"] in kinds), key=speed, default=None)


def equal_recall(engines: Sequence[Engine], ours: Engine) -> Engine | None:
    """The fastest peer that finds as much as ours."""
    peers = [one for one in engines if not one["kind"].startswith(("ours", "beside"))]
    return max((one for one in peers if one["found"] >= ours["found"] - ALIKE), key=speed, default=None)


def speeds(engines: Sequence[Engine], size: float) -> Grid:
    """All engines, the fastest first."""
    raw = fastest(engines, "raw")
    rows = []
    for one in sorted(engines, key=speed, reverse=True):
        name = f"**{one['name']}**" if one["kind"].startswith(("ours", "beside")) else one["name"]
        ratio = told(ratios(one["microseconds"], raw["microseconds"])) if raw else "–"
        exact = share(one["exact"]) if one["tells"] == "place" else f"tells the {one['tells']} only"
        rows.append((name, one["needs"] or "–", number(speed(one)), number(speed(one) * size / 1e3), ratio,
                     share(one["found"]), exact, number(one["extra"]), f"{one['setup']:.3f}"))  # fmt: skip
    head = ("engine", "of", "thousand listings/s", "MB/s", "× raw hyperscan (lowest–highest round)", "planted found",
            "in their exact place", "other rows hit, of 10,000", "made ready, s")  # fmt: skip
    return Grid(head, tuple(rows))


def by_form(engines: Sequence[Engine]) -> Grid:
    """Planted terms found, by form; engines that find the same stand in one row."""
    forms = list(engines[0]["forms"])
    rows: dict[tuple[str, ...], list[str]] = {}
    for one in engines:
        counts = [one["forms"][form] for form in forms]
        rows.setdefault(tuple(share(found / planted) for found, _, planted in counts), []).append(one["name"])
    planted = tuple(f"{form} ({engines[0]['forms'][form][2]})" for form in forms)
    return Grid(("engine", *planted), tuple(("; ".join(names), *found) for found, names in rows.items()))


def aims(engines: Sequence[Engine]) -> Grid:
    """What the scan is to reach, and what it reached, as ratios of the same rounds."""
    rows: list[tuple[object, ...]] = []

    def add(what: str, asked: float, stretch: float, mine: Engine | None, other: Engine | None) -> None:
        if mine and other:
            ratio = ratios(mine["microseconds"], other["microseconds"])
            rows.append((what, other["name"], f"{asked} ×" + (f", stretch {stretch} ×" if stretch else ""),
                         told(ratio), "yes" if ratio[0] >= asked else "no"))  # fmt: skip

    raw, plain = fastest(engines, "raw"), fastest(engines, "plain")
    paths = {one["kind"] for one in engines if one["kind"].startswith("ours ")} - {f"ours {PORTABLE}", f"ours {PURE}"}
    portable, vector = fastest(engines, f"ours {PORTABLE}"), fastest(engines, *paths)
    for name, mine, factors in (("portable", portable, (1.0, 1.5, 12, 4.5)), ("vector", vector, (1.7, 2.3, 20, 7))):
        if mine:
            add(f"{name} against raw hyperscan", factors[0], factors[1], mine, raw)
            add(f"{name} against the fastest peer with equal recall", factors[2], 0, mine, equal_recall(engines, mine))
            add(f"{name} against the fastest plain automaton, row by row", factors[3], 0, mine, plain)
    for name, mine, asked in (("vector", vector, 1500), ("with 100 patterns", fastest(engines, "beside"), 700)):
        if mine:
            rows.append((f"{name}, thousand listings/s", "–", f"{asked:,}", number(speed(mine)),
                         "yes" if speed(mine) >= asked else "no"))  # fmt: skip
    return Grid(("aim", "against", "asked", "measured", "met"), tuple(rows))


def peers_shown(measured: Mapping[str, Any]) -> Figures:
    """The part of the page."""
    engines: list[Engine] = measured["engines"]
    drawn = [(one["name"].replace("`", ""), speed(one), f"{number(speed(one))} k/s, finds {one['found']:.0%}",
              one["kind"].startswith(("ours", "beside")))
             for one in sorted(engines, key=speed, reverse=True)]  # fmt: skip
    says = "Thousand listings a second of each engine, with the share of planted terms that it finds"
    figures: Figures = {"listings": measured["rows"], "bytes a listing": round(measured["bytes a row"]),
                        "terms": measured["terms"], "rounds": measured["rounds"],
                        "terms planted": sum(planted for _, _, planted in engines[0]["forms"].values())}  # fmt: skip
    for one in engines:
        if one["rows"] != measured["rows"]:
            figures[f"listings of {one['name']}"] = one["rows"]
    for name, why in measured["missing"].items():
        figures[f"not measured: {name}"] = why
    figures["picture"] = bars("peers", says, drawn, "thousand listings a second of one core")
    figures["Speed and what is found"] = speeds(engines, measured["bytes a row"])
    figures["Against the aims"] = aims(engines)
    figures["Planted terms found, by form"] = by_form(engines)
    return figures
