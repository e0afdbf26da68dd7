"""The packs with words on labelled files: what `rectify eval` says; of the licence pack, where the word stands."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pyarrow.parquet as pq

from rectify.rules.pack import Pack
from rectify.screening.evaluate import EvalResult, Judged, Share, Truth, truth_of
from rectify.screening.match import fold_text
from rectify.steps.measure import measure
from rectify.terms.finding import Verdict

FILES = ("adverts", "apps", "catalogue", "comments", "resources")
TOPICS = {
    "unlicensed-medicines": "medicine",
    "wildlife-trade": "wildlife",
    "counterfeit-offers": "counterfeit",
    "unlicensed-vpn": "vpn",
}  # pack -> topic of the data
VERDICTS = ("violation", "review", "none")
_SERVICE = ("vpn", "翻墙", "科学上网", "虚拟专用网", "virtual private network")


@dataclass(frozen=True)
class Measured:
    """One file and pack: what `rectify eval` says of it, and positives and borderline rows by class and verdict."""

    pack: str
    name: str
    rows: int
    result: EvalResult
    classes: Mapping[str, Counter[str]]  # class of positives -> verdicts
    borderline: Counter[str]
    clean: Counter[str]  # verdicts of rows labelled clean


def measure_file(folder: Path, name: str, pack: Pack) -> Measured:
    """Runs what `rectify eval FILE --pack PACK --topic TOPIC` runs."""
    path, topic = folder / f"{name}.parquet", TOPICS[pack.name]
    result = measure(path, pack, topic)
    rows = pq.read_table(path, columns=["id", "title", "text", "label", "topic", "note"]).to_pylist()
    said = verdicts(result)
    classes: dict[str, Counter[str]] = {}
    borderline: Counter[str] = Counter()
    clean: Counter[str] = Counter()
    for row in rows:
        truth, verdict = truth_of(row["label"], row["topic"], topic), said.get(row["id"], Verdict.NONE.value)
        if truth is Truth.POSITIVE:
            verdict = verdict if row["id"] in said else Verdict.VIOLATION.value
            if topic == "vpn":
                classes.setdefault(class_of(row), Counter())[verdict] += 1
        elif truth is Truth.BORDERLINE:
            borderline[verdict] += 1
        if row["label"] == "clean":
            clean[verdict] += 1
    return Measured(pack.name, name, len(rows), result, classes, borderline, clean)


def verdicts(result: EvalResult) -> dict[str, str]:
    """Item id -> verdict of all rows that a result lists: what it does not list is a positive called a violation, or
    a row called nothing.
    """
    listed: list[Judged] = [*result.misses, *result.only_review, *result.alarms, *result.borderline]
    return {one.row.id: str(one.verdict) for one in listed}


def class_of(row: Mapping[str, str]) -> str:
    """Where a row says what it is: in its title, only in its text, or nowhere; and whether it has a text at all."""
    title, text = fold_text(row["title"] or ""), fold_text(row["text"] or "")
    if any(word in title for word in _SERVICE):
        place = "the word stands in the title"
    elif any(word in text for word in _SERVICE):
        place = "the word stands in the text only"
    else:
        place = "the word stands nowhere (names of protocols, coined names)"
    return f"{place}; name only, no text stored" if "name only" in (row["note"] or "") else place


def one_in(alarms: int, rows: int, aim: int) -> tuple[Share, bool]:
    """The share of alarms, and whether it is at most one in `aim` rows."""
    return Share(alarms, rows), alarms * aim <= rows
