"""The report as one HTML page: no script, nothing fetched, foreign text as text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from rectify.reports import charts
from rectify.reports.words import moment, rule_words, seen_words, task_word, word, words_of
from rectify.terms.report import RectificationReport

MEASURE_COLUMNS = ("approved", "done", "moot", "failed", "refused", "unknown", "left_out")


@dataclass(frozen=True, slots=True)
class Shown:
    """A report with its charts and words, ready for a page or a print."""

    report: RectificationReport
    words: Mapping[str, str]
    charts: Mapping[str, charts.Chart]


def show(report: RectificationReport, steps: Sequence[tuple[str, int]]) -> Shown:
    """Draw the charts of a report. `steps`: instants and how many cases were open from then on."""
    words = words_of(report.made["locale"])
    drawn = {"funnel": charts.funnel(report, words)}
    if report.findings:
        drawn["rules"] = charts.by_rule(report, words)
    if (timed := charts.deadline(report, steps, words)) is not None:
        drawn["deadline"] = timed
    return Shown(report, words, drawn)


@lru_cache(maxsize=1)
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("rectify.reports", "templates"), autoescape=True, undefined=StrictUndefined,
        trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip


def number(value: int) -> str:
    """A whole number with commas between thousands."""
    return f"{value:,}"


def context(shown: Shown) -> dict[str, Any]:
    """What the templates may use."""
    return {
        "r": shown.report,
        "w": shown.words,
        "columns": MEASURE_COLUMNS,
        "number": number,
        "word": partial(word, shown.words),
        "task": partial(task_word, shown.words),
        "rule": partial(rule_words, shown.words),
        "seen": seen_words(shown.words, shown.report.seen),
        "moment": lambda at: moment(shown.words, at, shown.report.deadline["zone"]),
        "lang": "zh-Hans" if shown.report.made["locale"] == "zh" else "en",
    }


def write_html(shown: Shown) -> bytes:
    """The page in UTF-8. The charts are our own drawings; every other text is escaped."""
    drawn = {name: {"svg": Markup(c.svg), "says": c.says, "table": c.table} for name, c in shown.charts.items()}  # noqa: S704
    return _environment().get_template("report.html.j2").render(**context(shown), charts=drawn).encode()
