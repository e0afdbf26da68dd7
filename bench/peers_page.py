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


Aim = tuple[str, Engine | None, Engine | None, float, float]  # name, ours, the other, asked, stretch (0: none)


def aims_of(engines: Sequence[Engine]) -> list[Aim]:
    """What the scan is to reach against which peer; without one, thousand listings a second."""
    raw, plain = fastest(engines, "raw"), fastest(engines, "plain")
    paths = {one["kind"] for one in engines if one["kind"].startswith("ours ")} - {f"ours {PORTABLE}", f"ours {PURE}"}
    made: list[Aim] = []
    for name, mine, factors in (("portable", fastest(engines, f"ours {PORTABLE}"), (1.0, 1.5, 12, 4.5)),
                                ("vector", fastest(engines, *paths), (1.7, 2.3, 20, 7))):  # fmt: skip
        if mine:
            made.append((f"{name} against raw hyperscan", mine, raw, factors[0], factors[1]))
            made.append((f"{name} against the fastest peer with equal recall", mine, equal_recall(engines, mine),
                         factors[2], 0))  # fmt: skip
            made.append((f"{name} against the fastest plain automaton, row by row", mine, plain, factors[3], 0))
            if name == "vector":
                made.append(("vector, thousand listings/s", mine, None, 1500, 0))
    made.append(("with 100 patterns, thousand listings/s", fastest(engines, "beside"), None, 700, 0))
    return made


def reached(aim: Aim) -> tuple[str, bool]:
    """What was measured of an aim, and whether that is what is asked."""
    _, mine, other, asked, _ = aim
    if mine is None:
        return "–", False
    if other is None:
        return number(speed(mine)), speed(mine) >= asked
    ratio = ratios(mine["microseconds"], other["microseconds"])
    return told(ratio), ratio[0] >= asked


def aims(engines: Sequence[Engine], again: Sequence[Engine]) -> Grid:
    """What is asked and what was measured, in the run of all engines and once more in another process."""
    rows = []
    for first, second in zip(aims_of(engines), aims_of(again), strict=True):
        name, _, other, asked, stretch = first
        both = reached(first), reached(second)
        want = f"{asked:,}" + (" ×" if other else "") + (f", stretch {stretch} ×" if stretch else "")
        met = "yes" if all(fit for _, fit in both) else "once" if any(fit for _, fit in both) else "no"
        rows.append((name, other["name"] if other else "–", want, both[0][0], both[1][0], met))
    return Grid(("aim", "against", "asked", "measured", "in a second run", "met"), tuple(rows))


def agree(engines: Sequence[Engine]) -> str:
    """Whether all engines of ours found the same of what was planted, and called as many other rows hit."""
    ours = [one for one in engines if one["kind"].startswith("ours ")]
    return "yes" if len({repr((one["forms"], one["extra"])) for one in ours}) == 1 else "NO"


def peers_shown(measured: Mapping[str, Any], again: Mapping[str, Any]) -> Figures:
    """The part of the page, of a run of all engines and of a second one."""
    engines: list[Engine] = measured["engines"]
    drawn = [(one["name"].replace("`", ""), speed(one), f"{number(speed(one))} k/s, finds {one['found']:.0%}",
              one["kind"].startswith(("ours", "beside")))
             for one in sorted(engines, key=speed, reverse=True)]  # fmt: skip
    says = "Thousand listings a second of each engine, with the share of planted terms that it finds"
    figures: Figures = {"listings": measured["rows"], "bytes a listing": round(measured["bytes a row"]),
                        "terms": measured["terms"], "rounds": measured["rounds"],
                        "terms planted": sum(planted for _, _, planted in engines[0]["forms"].values())}  # fmt: skip
    figures["our engines agree"] = agree(engines)
    for one in engines:
        if one["rows"] != measured["rows"]:
            figures[f"listings of {one['name']}"] = one["rows"]
    for name, why in measured["missing"].items():
        figures[f"not measured: {name}"] = why
    figures["picture"] = bars("peers", says, drawn, "thousand listings a second of one core")
    figures["Speed and what is found"] = speeds(engines, measured["bytes a row"])
    figures["Against the aims"] = aims(engines, again["engines"])
    figures["Planted terms found, by form"] = by_form(engines)
    return figures
