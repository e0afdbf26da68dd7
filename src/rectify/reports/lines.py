"""The report as JSON with a published schema, and its annex as CSV: one line a case, no account and no reviewer."""

from __future__ import annotations

import csv
import io
import json
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from functools import lru_cache
from importlib import resources
from types import MappingProxyType
from typing import Any

from rectify.reports.waiting import NOTHING, TOO_LATE, UNDECIDED, ClaimsSeen
from rectify.terms.cell import formula_safe
from rectify.terms.entry import Json, Opened
from rectify.terms.report import RectificationReport

NONE: Mapping[str, str] = MappingProxyType({})
SCHEMA = "report-1.schema.json"
# Accounts are no column: an authority gets no identity with a report (docs/limits.md).
COLUMNS = (
    "case", "kind", "item", "url", "title", "verdict", "rules", "decision", "by", "measures", "reach", "left",
)  # fmt: skip


def report_json(report: RectificationReport) -> dict[str, Json]:
    """The report as the object that the schema describes."""
    return {"rectify_report": 1, **asdict(report)}


def write_json(report: RectificationReport) -> bytes:
    """The report as JSON text in UTF-8, keys in the order of the schema."""
    return (json.dumps(report_json(report), ensure_ascii=False, indent=1) + "\n").encode()


def schema() -> dict[str, Any]:
    """The JSON Schema of the report (2020-12)."""
    text = resources.files("rectify.reports").joinpath(SCHEMA).read_text(encoding="utf-8")
    found: dict[str, Any] = json.loads(text)
    return found


@dataclass(slots=True)
class _Line:
    """What the annex says of a case."""

    key: Sequence[str] | None  # source, kind, id at the host
    title: str
    url: str
    verdict: str
    rules: str
    target: str
    decision: str = "open"
    by: str = ""
    measures: Mapping[str, str] = field(default_factory=lambda: NONE)  # "remove_item xa" -> what became of it
    reach: frozenset[str] = frozenset()


def annex(entries: Iterable[Opened], at_host: Mapping[str, str] | None = None) -> Iterator[dict[str, str]]:
    """The lines of the annex, in the order of the cases; what was erased is empty.

    `left` says why nothing was done about a violation; `at_host` as in `ClaimsSeen.why`.
    """
    waiting, over = ClaimsSeen(), False
    lines: dict[str, _Line] = {}
    claims: dict[str, str] = {}  # claim -> case
    sets: dict[str, list[Mapping[str, Json]]] = {}
    for opened in entries:
        body, kind = opened.body, opened.entry.kind
        waiting.take(opened)
        over |= kind in ("annulled", "ended")
        if kind == "gathered":
            rows = opened.private.get("snapshot") or [{}]
            title, url = str(opened.private.get("title") or ""), str(rows[0].get("url") or "")
            rules = sys.intern(" ".join(body["rules"]))  # many cases say the same
            lines[body["case"]] = _Line(opened.private.get("key"), title, url, sys.intern(body["verdict"]), rules,
                                        body["target"])  # fmt: skip
        elif kind == "decided" and body["case"] in lines:
            line = lines[body["case"]]
            line.decision, line.by = sys.intern(body["judgement"]), "software" if body["machine"] else "a person"
        elif kind == "claimed" and body.get("case") in lines:
            claims[body["claim"]] = body["case"]
            line = lines[body["case"]]
            line.reach = _same(line.reach.union(body["territories"]))
        elif kind == "rehearsed":
            sets[body["set"]] = body["measures"]
        elif kind in ("attempted", "outcome"):
            _acted(lines, claims, sets, body["key"], body.get("what", "unknown"))
    why = {target: reason for reason, targets in waiting.why(at_host).items() for target in targets}
    why |= dict.fromkeys((lines[case].target for case in waiting.bare if case in lines), NOTHING)
    return (_row(case, line, _left(line, why, over=over)) for case, line in lines.items())


def _left(line: _Line, why: Mapping[str, str], *, over: bool) -> str:
    """Why nothing was done about an item that is open or a violation; empty where something was, or need not be."""
    if line.decision == "open":
        return TOO_LATE if over else UNDECIDED
    if line.decision != "violation" or set(line.measures.values()) & {"done", "moot"}:
        return ""
    return why.get(line.target, "") or "; ".join(sorted(set(line.measures.values())))


@lru_cache(maxsize=1024)
def _same(codes: frozenset[str]) -> frozenset[str]:
    """One set for all lines that say the same."""
    return codes


def _acted(
    lines: Mapping[str, _Line],
    claims: Mapping[str, str],
    sets: Mapping[str, list[Mapping[str, Json]]],
    key: str,
    what: str,
) -> None:
    name, _, number = key.rpartition("/")
    if not number.isdigit() or name not in sets:
        return
    measure = sets[name][int(number)]
    for claim in measure["claims"]:
        if claim in claims:
            line = lines[claims[claim]]
            line.measures = {**line.measures, f"{measure['measure']} {measure['place'][1]}": what}


def _row(case: str, line: _Line, left: str) -> dict[str, str]:
    _, kind, item = line.key or ("", "", "")
    measures = "; ".join(f"{name}: {what}" for name, what in sorted(line.measures.items()))
    values = (case, kind, item, line.url, line.title, line.verdict, line.rules, line.decision, line.by,
              measures, " ".join(sorted(line.reach)), left)  # fmt: skip
    return dict(zip(COLUMNS, map(str, values), strict=True))


def write_csv(rows: Iterable[Mapping[str, str]]) -> bytes:
    """The annex as CSV (RFC 4180, UTF-8); no cell can be read as a formula by a spreadsheet."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    writer.writerows([formula_safe(row[name]) for name in COLUMNS] for row in rows)
    return text.getvalue().encode()
