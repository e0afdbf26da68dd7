"""The charts of a report: funnel, findings by rule, deadline. Vega-Lite specs drawn to SVG here, no script in the page.

Colours are the names of the page's own variables, so one drawing serves light and dark; the PDF puts plain ones in.
Under every chart stands a table of the same numbers.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from importlib import resources
from math import sqrt
from typing import Any
from zoneinfo import ZoneInfo

from rectify.reports.words import moment
from rectify.terms.entry import Json
from rectify.terms.errors import Missing
from rectify.terms.report import RectificationReport

VEGA_LITE = "5.21"  # pinned: the same data gives the same drawing
# Names of the page's variables, and their values on white paper (docs: the tokens of the console).
INK = {
    "--text": "#1B1A18", "--quiet": "#5B5750", "--line": "#C9C3B8", "--violation": "#A3260B", "--review": "#5B3FA8",
    "--clear": "#00665E", "--bar": "#0B5394", "--soon": "#7A4B00",
}  # fmt: skip
WIDTH = 560


@dataclass(frozen=True, slots=True)
class Chart:
    """A drawing (SVG), what it shows in a sentence, and its numbers as a table (first row: heads)."""

    svg: str
    says: str
    table: tuple[tuple[str, ...], ...]


def on_paper(svg: str) -> str:
    """The drawing with plain colours in place of the page's variables."""
    return re.sub(r"var\((--[a-z]+)\)", lambda m: INK[m.group(1)], svg)


def _colour(name: str) -> str:
    return f"var({name})"


@lru_cache(maxsize=1)
def _drawing() -> Any:
    try:
        import vl_convert
    except ImportError:
        raise Missing("charts need an extra that is not installed", "pip install 'rectify-orders[charts]'") from None
    # Texts are measured with the fonts that the print carries; with others, labels are cut.
    with resources.as_file(resources.files("rectify.reports").joinpath("fonts")) as fonts:
        vl_convert.register_font_directory(str(fonts))
    return vl_convert


def _draw(name: str, spec: Mapping[str, Any]) -> str:
    config = {
        "background": None,
        "font": "Noto Sans, Noto Sans CJK SC, sans-serif",
        "view": {"stroke": None},
        "axis": {
            "labelColor": _colour("--text"), "titleColor": _colour("--quiet"), "domainColor": _colour("--line"),
            "tickColor": _colour("--line"), "gridColor": _colour("--line"), "labelFontSize": 12, "titleFontSize": 12,
            "titleFontWeight": "normal", "labelLimit": 260, "labelPadding": 8,
        },
        "legend": {"labelColor": _colour("--text"), "titleColor": _colour("--quiet"), "labelFontSize": 12},
        "text": {"color": _colour("--text"), "fontSize": 12},
    }  # fmt: skip
    whole = {"$schema": "https://vega.github.io/schema/vega-lite/v5.json", "config": config, **spec}
    svg: str = _drawing().vegalite_to_svg(whole, vl_version=VEGA_LITE, allowed_base_urls=[])
    # The library numbers its ids through the life of the process: the same data must give the same bytes, and two
    # charts on a page must not share an id.
    seen: dict[str, str] = {}
    svg = re.sub(r"\b(clip|gradient_?)\d+\b", lambda m: seen.setdefault(m.group(0), f"{name}-{len(seen)}"), svg)
    return _hatched(name, svg)


def _hatched(name: str, svg: str) -> str:
    """What is for review is filled with slanted lines: told from a violation without any colour."""
    plain = f'fill="{_colour("--review")}"'
    if plain not in svg:
        return svg
    pattern = (
        f'<defs><pattern id="{name}-slanted" width="6" height="6" patternUnits="userSpaceOnUse" '
        f'patternTransform="rotate(45)"><rect width="2.5" height="6" {plain}/></pattern></defs>'
    )
    outlined = f'fill="url(#{name}-slanted)" stroke="{_colour("--review")}"'
    head, mark, body = svg.partition(">")  # the pattern goes behind the opening of the drawing
    return head + mark + pattern + body.replace(plain, outlined)


def _n(number: int) -> str:
    return f"{number:,}"


def funnel(report: RectificationReport, words: Mapping[str, str]) -> Chart:
    """How many items each step leaves; bars on a square-root scale, numbers at each bar."""
    found = sum(line["n"] for line in report.findings)
    decided = report.cases["all"] - report.cases["open"]
    done = sum(line["done"] for line in report.measures)
    told = report.told["letters"]
    steps = [("seen", report.seen["screened"]), ("findings", found), ("cases", report.cases["all"]),
             ("decided", decided), ("done", done), ("told", told)]  # fmt: skip
    rows = [{"step": words[name], "n": n, "root": sqrt(n), "label": _n(n)} for name, n in steps]
    order = [row["step"] for row in rows]
    y = {"field": "step", "type": "nominal", "sort": order, "axis": {"title": None, "ticks": False, "domain": False}}
    x = {"field": "root", "type": "quantitative", "axis": None}
    bars = {"mark": {"type": "bar", "color": _colour("--bar"), "height": 18, "cornerRadiusEnd": 2}}
    texts = {"mark": {"type": "text", "align": "left", "dx": 6},
             "encoding": {"text": {"field": "label"}}}  # fmt: skip
    spec = {"width": WIDTH, "height": {"step": 28}, "data": {"values": rows}, "encoding": {"y": y, "x": x},
            "layer": [bars, texts]}  # fmt: skip
    says = words["funnel says"].format(seen=_n(steps[0][1]), cases=_n(steps[2][1]), open=_n(report.cases["open"]))
    table = ((words["step"], words["number"]), *((row["step"], row["label"]) for row in rows))
    return Chart(_draw("funnel", spec), says, tuple((str(a), str(b)) for a, b in table))


def by_rule(report: RectificationReport, words: Mapping[str, str]) -> Chart:
    """Findings by rule, sorted, linear from zero; verdicts stacked: plain, or slanted lines, and a word at the bar."""
    rows = [{**line, "word": words[line["verdict"]]} for line in _summed(report.findings)]
    rules = list(dict.fromkeys(row["rule"] for row in rows))
    bars = [{**row, "order": ("violation", "review").index(row["verdict"])} for row in rows]
    ends = [_end(rule, _stacked(rows, rule)) for rule in rules]
    ends.sort(key=lambda end: (-end["n"], end["rule"]))
    colours = {"domain": ["violation", "review"], "range": [_colour("--violation"), _colour("--review")]}
    y = {"field": "rule", "type": "nominal", "sort": [end["rule"] for end in ends],
         "axis": {"title": None, "ticks": False, "domain": False}}  # fmt: skip
    x = {"field": "n", "type": "quantitative", "axis": None, "scale": {"zero": True}}
    legend = {"title": None, "orient": "top", "symbolType": "square", "symbolStrokeWidth": 1,
              "labelExpr": f"datum.value == 'violation' ? '{words['violation']}' : '{words['review']}'"}  # fmt: skip
    colour = {"field": "verdict", "type": "nominal", "scale": colours, "legend": legend}
    stacks = {"data": {"values": bars}, "mark": {"type": "bar", "height": 16},
              "encoding": {"x": x, "color": colour, "order": {"field": "order", "type": "quantitative"}}}  # fmt: skip
    texts = {"data": {"values": ends}, "mark": {"type": "text", "align": "left", "dx": 6},
             "encoding": {"x": x, "text": {"field": "label"}}}  # fmt: skip
    spec = {"width": WIDTH - 200, "height": {"step": 26}, "encoding": {"y": y}, "layer": [stacks, texts]}
    says = words["rules says"].format(n=_n(sum(r["n"] for r in rows)), rules=len(rules))
    table = [(words["rule"], words["verdict"], words["number"])]
    table += [(r["rule"], r["word"], _n(r["n"])) for end in ends for r in _stacked(rows, end["rule"])]
    return Chart(_draw("rules", spec) if rows else "", says, tuple(table))


def _end(rule: str, stack: Sequence[Mapping[str, Json]]) -> dict[str, Json]:
    """Where the bar of a rule ends, and what stands there."""
    label = " · ".join(f"{_n(row['n'])} {row['word']}" for row in stack)
    return {"rule": rule, "n": sum(row["n"] for row in stack), "label": label}


def _stacked(rows: Sequence[Mapping[str, Json]], rule: str) -> list[Mapping[str, Json]]:
    """The verdicts of a rule as they are stacked: what is a violation first."""
    return sorted((row for row in rows if row["rule"] == rule), key=lambda row: row["verdict"] == "review")


def _summed(findings: Sequence[Mapping[str, Json]]) -> list[dict[str, Json]]:
    sums: dict[tuple[str, str], int] = {}
    for line in findings:
        key = line["rule"], line["verdict"]
        sums[key] = sums.get(key, 0) + line["n"]
    return [{"rule": rule, "verdict": verdict, "n": n} for (rule, verdict), n in sorted(sums.items())]


def deadline(report: RectificationReport, steps: Sequence[tuple[str, int]], words: Mapping[str, str]) -> Chart | None:
    """Open cases over time as steps against a straight line to zero at the deadline, which has a rule.

    None where no instant is due or no case was opened.

    `steps`: instants (RFC 3339 UTC) and how many cases were open from then on.
    """
    due = report.deadline["due"]
    if due is None or not steps:
        return None
    zone = report.deadline["zone"]
    ends = [*steps, (report.made["clock"], steps[-1][1])]
    local = [(_wall(at, zone), n) for at, n in ends]
    rows = [{"at": at, "n": n} for at, n in local]
    x = {"field": "at", "type": "temporal", "axis": {"title": None, "format": words["axis"], "grid": False,
         "labelOverlap": True, "tickCount": 5}, "scale": {"type": "utc"}}  # fmt: skip
    y = {"field": "n", "type": "quantitative", "axis": {"title": words["open cases"], "tickMinStep": 1}}
    line = {"data": {"values": rows}, "mark": {"type": "line", "interpolate": "step-after", "strokeWidth": 2,
            "color": _colour("--bar")}, "encoding": {"x": x, "y": y}}  # fmt: skip
    last = {"data": {"values": [{"at": _wall(due, zone), "label": words["due"]}]}}
    rule = {**last, "mark": {"type": "rule", "color": _colour("--soon"), "strokeWidth": 2, "strokeDash": [6, 3]},
            "encoding": {"x": x}}  # fmt: skip
    text = {**last, "mark": {"type": "text", "align": "right", "dx": -6, "color": _colour("--soon")},
            "encoding": {"x": x, "y": {"value": 8}, "text": {"field": "label"}}}  # fmt: skip
    pace = _pace(local, _wall(due, zone), words, {"x": x, "y": y})
    spec = {"width": WIDTH, "height": 160, "layer": [*pace, line, rule, text]}
    says = words["deadline says"].format(open=_n(report.cases["open"]), due=moment(words, due, report.deadline["zone"]))
    timed = [(moment(words, at, zone), _n(n)) for at, n in ends]
    of_minute = dict(timed[1:])  # what each ended with; what it began with stands before them all
    shown = [timed[0], *((at, n) for at, n in of_minute.items() if (at, n) != timed[0])]
    table = ((words["instant"], words["open cases"]), *shown[: -1 : max(1, len(shown) // 12)], shown[-1])
    return Chart(_draw("deadline", spec), says, table)


def _pace(
    ends: Sequence[tuple[str, int]], due: str, words: Mapping[str, str], axes: Mapping[str, Any]
) -> list[dict[str, Any]]:
    """The straight line from the most that was open to zero at the deadline; none where it would run backwards."""
    most = max(n for _, n in ends)
    begin = next(at for at, n in ends if n == most)
    if not most or begin >= due:
        return []
    ink = {"color": _colour("--quiet"), "strokeWidth": 1, "strokeDash": [2, 3]}
    line = {"data": {"values": [{"at": begin, "n": most}, {"at": due, "n": 0}]}, "mark": {"type": "line", **ink},
            "encoding": axes}  # fmt: skip
    middle = [{"at": _halfway(begin, due), "n": most / 2, "label": words["even pace"]}]
    text = {"data": {"values": middle}, "mark": {"type": "text", "align": "left", "dx": 8, "dy": -6,
            "color": _colour("--quiet")}, "encoding": {**axes, "text": {"field": "label"}}}  # fmt: skip
    return [line, text]


def _wall(at: str, zone: str) -> str:
    """An instant as the clock on the authority's wall shows it, written as if it were UTC: so the axis reads."""
    return f"{datetime.fromisoformat(at).astimezone(ZoneInfo(zone)):%Y-%m-%dT%H:%M:%SZ}"


def _halfway(begin: str, end: str) -> str:
    first, last = datetime.fromisoformat(begin), datetime.fromisoformat(end)
    return (first + (last - first) / 2).strftime("%Y-%m-%dT%H:%M:%SZ")
