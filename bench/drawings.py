"""The drawings of the benchmarks: Vega-Lite specs drawn to SVG in docs/pictures, readable on white and on black."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import vl_convert

from bench.shown import Picture

DOCS = Path(__file__).resolve().parent.parent / "docs"
VEGA_LITE = "5.21"
INK, LINE = "#808080", "#80808050"  # as far from white as from black
OURS, OTHERS = "#2F80C9", "#9A8F80"
SERIES = (
    (OTHERS, "circle"),
    (OURS, "square"),
    ("#0F9D8A", "diamond"),
    ("#8B5CD6", "triangle-up"),
    ("#B7791F", "cross"),
)
POWERS = [10**n for n in range(9)]
AXIS = {"labelColor": INK, "titleColor": INK, "domainColor": INK, "tickColor": INK, "gridColor": LINE,
        "labelFontSize": 12, "titleFontSize": 12, "titleFontWeight": "normal", "labelLimit": 340,
        "labelPadding": 5}  # fmt: skip
LEGEND = {"labelColor": INK, "labelFontSize": 12, "labelLimit": 300, "title": None, "orient": "top",
          "columnPadding": 40}  # fmt: skip
ROOM = {"left": 50, "right": 50, "top": 5, "bottom": 5}  # a reader's sans-serif may be wider than the one laid out with
CONFIG = {"background": None, "padding": ROOM, "font": "sans-serif", "view": {"stroke": None}, "axis": AXIS,
          "legend": LEGEND, "text": {"color": INK, "fontSize": 12}}  # fmt: skip
NAMES = {"title": None, "ticks": False, "domain": False}


def draw(name: str, says: str, spec: Mapping[str, Any]) -> Picture:
    """Write docs/pictures/bench-NAME.svg."""
    whole = {"$schema": "https://vega.github.io/schema/vega-lite/v5.json", "config": CONFIG, **spec}
    svg: str = vl_convert.vegalite_to_svg(whole, vl_version=VEGA_LITE, allowed_base_urls=[])
    seen: dict[str, str] = {}  # the library numbers its ids through the life of the process
    svg = re.sub(r"\b(clip|gradient_?)\d+\b", lambda m: seen.setdefault(m.group(0), f"{name}-{len(seen)}"), svg)
    path = f"pictures/bench-{name}.svg"
    (DOCS / path).write_text(svg + "\n", encoding="utf-8")
    return Picture(path, says)


def _number(field: str, log: bool = True, axis: Mapping[str, Any] | None = None, **scale: Any) -> dict[str, Any]:
    """An axis of numbers, by powers of ten or not."""
    how = {"type": "log", **scale} if log else scale
    return {"field": field, "type": "quantitative", "scale": how, "axis": {"format": "~s", **(axis or {})}}


def _series(engines: Sequence[str]) -> dict[str, Any]:
    colours, shapes = zip(*(SERIES[n % len(SERIES)] for n in range(len(engines))), strict=True)
    ranges = {"color": colours, "shape": shapes}
    return {
        channel: {"field": "engine", "type": "nominal", "scale": {"domain": list(engines), "range": list(values)}}
        for channel, values in ranges.items()
    }


def bars(name: str, says: str, rows: Sequence[tuple[str, float, str, bool]], title: str) -> Picture:
    """Horizontal bars (what, how much, what stands at its end, whether it is ours) in the order given."""
    values = [{"what": what, "n": n, "label": label, "ours": ours} for what, n, label, ours in rows]
    y = {"field": "what", "type": "nominal", "sort": None, "axis": NAMES}
    longest = max(n for _, n, _, _ in rows)
    x = _number(
        "n", log=False, axis={"title": title, "tickCount": 6, "grid": False, "format": ",~r"}, domainMax=longest * 1.3
    )
    hue = {
        "field": "ours",
        "type": "nominal",
        "legend": None,
        "scale": {"domain": [True, False], "range": [OURS, OTHERS]},
    }
    layers = [
        {"mark": {"type": "bar", "height": 15}, "encoding": {"color": hue}},
        {"mark": {"type": "text", "align": "left", "dx": 6}, "encoding": {"text": {"field": "label"}}},
    ]
    return draw(name, says, {"width": 470, "height": {"step": 22}, "data": {"values": values},
                             "encoding": {"x": x, "y": y}, "layer": layers})  # fmt: skip


Panel = tuple[str, Mapping[str, Mapping[float, float]]]  # title of x, {engine: {x: y}}


def lines(name: str, says: str, panels: Sequence[Panel], title: str) -> Picture:
    """Panels side by side, both axes by powers of ten."""
    made = []
    for n, (x_title, engines) in enumerate(panels):
        values = [{"engine": one, "x": x, "y": y} for one, points in engines.items() for x, y in points.items()]
        places = sorted({x for points in engines.values() for x in points})
        marks = {"title": x_title, "values": places, "labelOverlap": True, "grid": False}
        x = _number("x", axis=marks | {"format": "~s" if places[0] >= 1 else "~g"}, nice=False)
        y = _number("y", axis={"title": None if n else title, "values": POWERS})
        mark = {"type": "line", "point": {"filled": True, "size": 45}, "strokeWidth": 2}
        made.append({"width": 255, "height": 230, "data": {"values": values}, "mark": mark,
                     "encoding": {"x": x, "y": y, **_series(list(engines))}})  # fmt: skip
    shared = {"scale": dict.fromkeys(("color", "shape", "y"), "shared")}
    return draw(name, says, {"hconcat": made, "resolve": shared})


def dots(name: str, says: str, rows: Mapping[str, Mapping[str, float]], title: str, aim: float) -> Picture:
    """A line a thing, with a mark for each engine at its figure (by powers of ten), and a rule at the aim."""
    values = [{"what": what, "engine": one, "n": n} for what, figures in rows.items() for one, n in figures.items()]
    engines = list(dict.fromkeys(value["engine"] for value in values))
    y = {"field": "what", "type": "nominal", "sort": None, "axis": {**NAMES, "grid": True}}
    x = _number("n", axis={"title": title, "values": POWERS, "grid": False})
    rule = {"mark": {"type": "rule", "strokeDash": [5, 4], "color": INK}, "data": {"values": [{"n": aim}]},
            "encoding": {"x": x}}  # fmt: skip
    points = {"mark": {"type": "point", "filled": True, "size": 60, "opacity": 1}, "data": {"values": values},
              "encoding": {"x": x, "y": y, **_series(engines)}}  # fmt: skip
    return draw(name, says, {"width": 430, "height": {"step": 18}, "layer": [rule, points]})
