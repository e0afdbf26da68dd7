"""The report as PDF, set with typst. Data goes in as JSON, never as source; only the fonts in `fonts/` are used."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from datetime import UTC, datetime
from importlib import resources
from typing import Any

from rectify.reports.charts import Chart, on_paper
from rectify.reports.compile import TOLD
from rectify.reports.page import MEASURE_COLUMNS, Shown, number
from rectify.reports.words import moment, rule_words, seen_words, task_word, word
from rectify.terms.errors import Broken, Missing

POINTS_A_PIXEL = 0.75
WIDEST = 460.0  # points between the margins


def write_pdf(shown: Shown) -> bytes:
    """The PDF. The same report gives the same bytes. Raises Missing without the extra, Broken where typst fails."""
    try:
        import typst
    except ImportError:
        raise Missing("a PDF needs an extra that is not installed", "pip install 'rectify-orders[pdf]'") from None
    folder = resources.files("rectify.reports")
    with resources.as_file(folder.joinpath("fonts")) as fonts:
        source = folder.joinpath("templates", "report.typ").read_bytes()
        data = json.dumps(_data(shown), ensure_ascii=False)
        try:
            made: bytes = typst.compile(  # type: ignore[call-overload]  # its stub takes no list of paths
                source,
                font_paths=[fonts],
                ignore_system_fonts=True,
                sys_inputs={"data": data},
                format="pdf",
                timestamp=_clock(shown),
            )
        except typst.TypstError as error:
            raise Broken(f"the PDF could not be set: {error}", "please report this") from error
    return made


def _clock(shown: Shown) -> datetime:
    return datetime.strptime(shown.report.made["clock"], "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)


def _at(shown: Shown, instant: str) -> str:
    return moment(shown.words, instant, shown.report.deadline["zone"])


def _data(shown: Shown) -> dict[str, Any]:
    r, w = shown.report, shown.words
    return {
        "lang": r.made["locale"],
        "words": w,
        "report": {"order": r.order, "state": r.state, "made": {"clock": _at(shown, r.made["clock"])}},
        "charts": {name: _chart(c) for name, c in shown.charts.items() if c.svg},
        "deadline": _deadline(shown),
        "ordered": _ordered(shown),
        "seen": _seen(shown),
        "cases": [[w["cases"], w["number"]], *([_case(shown, k), number(r.cases[k])] for k in _CASES)],
        "measures": [
            [w["measure"], w["territory"], *(w[c] for c in MEASURE_COLUMNS)],
            *([word(w, x["measure"]), x["territory"], *(number(x[c]) for c in MEASURE_COLUMNS)] for x in r.measures),
        ],
        "undone": _undone(shown),
        "left": _rows((w["reason"], w["number"]), ((word(w, x["reason"]), number(x["n"])) for x in r.left)),
        "on_purpose": [f"{w['on purpose']}: {said}" for said in {x.get("on_purpose", "") for x in r.left} - {""}],
        "told": _rows(
            (w["occasion"], *(w[state] for state in TOLD)),
            ((word(w, x["occasion"]), *(number(x[state]) for state in TOLD)) for x in r.told["by_occasion"]),
        ),
        "appeals": " · ".join(f"{w[k]} {r.appeals[k]}" for k in ("open", "granted", "denied")),
        "tasks": _rows(
            (w["what"], w["due"], w["number"]),
            ((task_word(w, x["what"]), x["due"] and _at(shown, x["due"]), number(x["n"])) for x in r.tasks),
        ),
        "changed": _rows(
            (w["what"], w["before"], w["now"]), ((x["what"], number(x["before"]), number(x["now"])) for x in r.changed)
        ),
        "made": _made(shown),
    }


_CASES = ("all", "open", "violation", "no_violation", "outside", "asked", "decided_by_machine")


def _case(shown: Shown, name: str) -> str:
    return shown.words[{"all": "cases", "decided_by_machine": "by machine"}.get(name, name)]


def _rows(heads: Sequence[str], rows: Any) -> list[list[str]]:
    return [list(heads), *(list(row) for row in rows)]


def _chart(chart: Chart) -> dict[str, Any]:
    found = re.search(r'width="([\d.]+)"', chart.svg)
    width = float(found.group(1)) * POINTS_A_PIXEL if found else WIDEST
    rows = [list(row) for row in chart.table]
    return {"svg": on_paper(chart.svg), "says": chart.says, "width": min(width, WIDEST), "table": rows}


def _deadline(shown: Shown) -> list[list[str]]:
    w, d = shown.words, shown.report.deadline
    due = _at(shown, d["due"]) if d["due"] else w["not computed"]
    if d["met"] is not None:
        due += f" · {w['met']}: {w['yes'] if d['met'] else w['no']}"
    if d["provisional"]:
        due += f" · {w['provisional']}"
    rows = [
        [w["due"], due],
        [w["rule"], rule_words(w, d["rule"])],
        *([w[k], _at(shown, d[k])] for k in ("served", "received")),
    ]
    return [*rows, [w["skipped"], ", ".join(d["skipped"])]] if d["skipped"] else rows


def _ordered(shown: Shown) -> list[list[str]]:
    w, order, accepted = shown.words, shown.report.order, shown.report.acceptance
    rows = [
        [w["instrument"], f"{order['instrument']} · {word(w, order['act'])}"],
        [w["territory"], ", ".join(order["territory"])],
        [w["reasons"], order["reasons"]],
    ]
    rows += [[w["legal basis"], basis["text"]] for basis in order["legal_basis"]]
    products = order["subject"].get("products", [])
    rows += [[w["products"], " · ".join(filter(None, (p["brand"], p["model"], p["gtin"])))] for p in products]
    if accepted:
        how = w["whole"] if accepted["whole"] else w["part"]
        said = f"{how} · {', '.join(accepted['territory'])} · {', '.join(word(w, m) for m in accepted['measures'])}"
    else:
        said = w["not accepted"]
    return [*rows, [w["accepted"], said], [w["digest"], order["digest"]]]


def _seen(shown: Shown) -> str:
    w, seen = shown.words, shown.report.seen
    told = seen_words(w, seen)
    return told + (f". {w['not found']}: {', '.join(seen['not_found'])}" if seen["not_found"] else "")


def _undone(shown: Shown) -> str:
    w, undone = shown.words, shown.report.undone
    if not undone["grounds"] and not undone["done"]:
        return w["nothing"]
    return " · ".join(
        [f"{number(undone['done'])} {w['done']}", *(f"{w[g['what']]} {_at(shown, g['at'])}" for g in undone["grounds"])]
    )


def _made(shown: Shown) -> list[list[str]]:
    w, made = shown.words, shown.report.made
    rows = [[w["version"], f"{made['version']} · {made['locale']}"], [w["clock"], made["clock"]]]
    rows += [[w["plan"], f"{made['plan']} · {made['as_of']}"]]
    rows += [[w["packs"], " ".join(map(str, pack))] for pack in made["packs"]]
    rows += [[w["registers"], " ".join(map(str, register))] for register in made["registers"]]
    rows += [
        [w["file"], f"{f['name']} · {w['rows n'].format(n=number(f['rows']))}\n{f['digest']}"] for f in made["files"]
    ]
    rows += [
        [w["completeness"], f"{x['source']} {' '.join(map(str, x['sums']))}"] for x in shown.report.seen["completeness"]
    ]
    return [*rows, [w["checkpoint"], made["checkpoint"].strip()]] if made["checkpoint"] else rows
