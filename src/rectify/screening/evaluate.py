"""How good a pack is on labelled rows: precision and recall with intervals, misses and alarms by name. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import sqrt
from typing import Any

from rectify.terms.finding import Finding, Verdict

Z95 = 1.959963984540054  # the 97.5 % point of the normal distribution
_STRICTNESS = {Verdict.NONE: 0, Verdict.REVIEW: 1, Verdict.VIOLATION: 2}
LABELS = ("violation", "clean", "borderline")


class Truth(StrEnum):
    """What a labelled row is for one topic."""

    POSITIVE = "positive"
    NEGATIVE = "negative"
    BORDERLINE = "borderline"  # told apart: neither a miss nor an alarm


@dataclass(frozen=True, slots=True)
class Labelled:
    """A row that somebody labelled. `group` is a further class to count by ("name only"), empty for none."""

    id: str
    kind: str
    language: str
    truth: Truth
    title: str = ""
    note: str = ""
    group: str = ""


@dataclass(frozen=True, slots=True)
class Judged:
    """A labelled row and what the machine said of it: the strictest verdict, and the rules that gave a verdict."""

    row: Labelled
    verdict: Verdict
    rules: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Share:
    """`part` of `whole` with its 95 % Wilson interval; value and interval are None where `whole` is 0.

    Source: Wilson (1927), Probable inference, JASA 22:209-212.
    """

    part: int
    whole: int

    @property
    def value(self) -> float | None:
        """The share, or None."""
        return self.part / self.whole if self.whole else None

    @property
    def interval(self) -> tuple[float, float] | None:
        """Lower and upper bound in [0, 1], or None."""
        return wilson(self.part, self.whole)

    def to_json(self) -> dict[str, Any]:
        """`of`, `n`, `value`, `low`, `high`; the last three are None where there is nothing to divide by."""
        low, high = self.interval or (None, None)
        return {"of": self.part, "n": self.whole, "value": self.value, "low": low, "high": high}


def wilson(part: int, whole: int, z: float = Z95) -> tuple[float, float] | None:
    """The Wilson score interval of a share; None for none of none."""
    if not whole:
        return None
    share, square = part / whole, z * z / whole
    middle = share + square / 2
    width = z * sqrt(share * (1 - share) / whole + square / (4 * whole))
    low, high = (middle - width) / (1 + square), (middle + width) / (1 + square)
    # At the ends the bound is exact; rounding must not move it past the share itself.
    return (0.0 if part == 0 else max(0.0, low), 1.0 if part == whole else min(1.0, high))


@dataclass(frozen=True, slots=True)
class Rates:
    """Counts of one group of rows under one reading of "flagged"."""

    positives: int
    negatives: int
    found: int  # positives that were flagged
    alarms: int  # negatives that were flagged

    @property
    def precision(self) -> Share:
        """Of what was flagged, the share that is positive."""
        return Share(self.found, self.found + self.alarms)

    @property
    def recall(self) -> Share:
        """Of what is positive, the share that was flagged."""
        return Share(self.found, self.positives)

    @property
    def alarm_rate(self) -> Share:
        """Of what is negative, the share that was flagged."""
        return Share(self.alarms, self.negatives)

    def to_json(self) -> dict[str, Any]:
        """Counts and the three shares."""
        return {
            "positives": self.positives,
            "negatives": self.negatives,
            "found": self.found,
            "alarms": self.alarms,
            "precision": self.precision.to_json(),
            "recall": self.recall.to_json(),
            "alarm_rate": self.alarm_rate.to_json(),
        }


@dataclass(frozen=True, slots=True)
class GroupRates:
    """One line of the table: `by` is all, language, kind, language and kind, or group; `name` the group's name."""

    by: str
    name: str
    violation: Rates  # flagged = violation
    flagged: Rates  # flagged = violation or review
    borderline: Mapping[str, int]  # verdict -> rows


@dataclass(frozen=True, slots=True)
class EvalResult:
    """What `eval` says: a line a group, then the rows to look at."""

    topic: str
    pack: str
    digest: str
    groups: tuple[GroupRates, ...]
    misses: tuple[Judged, ...]  # positive, and neither violation nor review
    only_review: tuple[Judged, ...]  # positive, and only review
    alarms: tuple[Judged, ...]  # negative, and violation or review; violations first
    borderline: tuple[Judged, ...]  # borderline, and violation or review
    notes: tuple[str, ...] = ()  # what to know before the figures are believed

    def to_json(self) -> dict[str, Any]:
        """The result as one object, for `--json`."""
        return {
            "topic": self.topic,
            "pack": self.pack,
            "digest": self.digest,
            "notes": list(self.notes),
            "groups": [
                {
                    "by": line.by,
                    "name": line.name,
                    "violation": line.violation.to_json(),
                    "violation_or_review": line.flagged.to_json(),
                    "borderline": dict(line.borderline),
                }
                for line in self.groups
            ],
            **{
                name: [_judged_json(one) for one in rows]
                for name, rows in (
                    ("misses", self.misses),
                    ("only_review", self.only_review),
                    ("alarms", self.alarms),
                    ("borderline", self.borderline),
                )
            },
        }

    def rows(self) -> list[tuple[str, ...]]:
        """The table as text: by, name, flagged as, positives, negatives, precision, recall (with intervals), alarms."""
        lines: list[tuple[str, ...]] = []
        for line in self.groups:
            for reading, rates in (("violation", line.violation), ("violation or review", line.flagged)):
                shares = (_share_text(rates.precision), _share_text(rates.recall), _share_text(rates.alarm_rate))
                lines.append((line.by, line.name, reading, str(rates.positives), str(rates.negatives), *shares))
        return lines


def _judged_json(one: Judged) -> dict[str, Any]:
    row = one.row
    return {
        "item": row.id,
        "kind": row.kind,
        "language": row.language,
        "verdict": str(one.verdict),
        "rules": list(one.rules),
        "title": row.title,
        "note": row.note,
    }


def _share_text(share: Share) -> str:
    interval = share.interval
    if interval is None:
        return f"- ({share.part}/{share.whole})"
    return f"{share.part / share.whole:.3f} [{interval[0]:.3f}, {interval[1]:.3f}] ({share.part}/{share.whole})"


def truth_of(label: str, topic_of_row: str, topic: str) -> Truth:
    """Positive = label violation with the topic; borderline of any topic is told apart; all others are negative."""
    if label == "borderline":
        return Truth.BORDERLINE
    return Truth.POSITIVE if label == "violation" and topic_of_row == topic else Truth.NEGATIVE


def strictest(found: Iterable[Finding]) -> dict[tuple[str, str], tuple[Verdict, tuple[str, ...]]]:
    """(kind, item id) -> the strictest verdict of its findings, and the rules ("pack/rule") behind any verdict."""
    said: dict[tuple[str, str], tuple[Verdict, tuple[str, ...]]] = {}
    for finding in found:
        key, rule = (finding.item.kind, finding.item.id), f"{finding.pack}/{finding.rule}"
        verdict, rules = said.get(key, (Verdict.NONE, ()))
        worse = max(verdict, finding.verdict, key=_STRICTNESS.__getitem__)
        said[key] = (worse, rules if rule in rules else (*rules, rule))
    return said


def evaluate(
    found: Iterable[Finding], labels: Sequence[Labelled], *, topic: str, pack: str = "", digest: str = ""
) -> EvalResult:
    """Scores findings against labelled rows; a row without a finding was judged `none`."""
    said = strictest(found)
    judged = [Judged(row, *said.get((row.kind, row.id), (Verdict.NONE, ()))) for row in labels]
    return score(judged, topic=topic, pack=pack, digest=digest)


def score(judged: Sequence[Judged], *, topic: str, pack: str = "", digest: str = "") -> EvalResult:
    """Scores judged rows: all together, by language, by kind, by both, and by group where rows name one."""
    negatives = [one for one in judged if one.row.truth is Truth.NEGATIVE and one.verdict is not Verdict.NONE]
    positives = [one for one in judged if one.row.truth is Truth.POSITIVE]
    return EvalResult(
        topic=topic,
        pack=pack,
        digest=digest,
        groups=tuple(_groups(judged)),
        misses=tuple(one for one in positives if one.verdict is Verdict.NONE),
        only_review=tuple(one for one in positives if one.verdict is Verdict.REVIEW),
        alarms=tuple(sorted(negatives, key=lambda one: -_STRICTNESS[one.verdict])),
        borderline=tuple(
            one for one in judged if one.row.truth is Truth.BORDERLINE and one.verdict is not Verdict.NONE
        ),
    )


def _groups(judged: Sequence[Judged]) -> Iterable[GroupRates]:
    classes: dict[tuple[str, str], list[Judged]] = {("all", "all"): list(judged)}
    kinds = len({one.row.kind for one in judged})
    for by in ("language", "kind", "language and kind", "group"):
        if by == "language and kind" and kinds < 2:
            continue  # it would say again what "language" says
        named: dict[tuple[str, str], list[Judged]] = {}
        for one in judged:
            named.setdefault((by, _name(by, one.row)), []).append(one)
        if len(named) > 1:  # one class alone says what "all" says
            classes |= dict(sorted(named.items()))
    for (by, name), rows in classes.items():
        yield GroupRates(by, name, _rates(rows, 2), _rates(rows, 1), _borderline(rows))


def _name(by: str, row: Labelled) -> str:
    names = {
        "language": row.language or "not stated",
        "kind": row.kind,
        "language and kind": f"{row.language or 'not stated'} {row.kind}",
        "group": row.group or "others",
    }
    return names[by]


def _rates(rows: Iterable[Judged], from_strictness: int) -> Rates:
    counts = {Truth.POSITIVE: [0, 0], Truth.NEGATIVE: [0, 0], Truth.BORDERLINE: [0, 0]}
    for one in rows:
        counts[one.row.truth][_STRICTNESS[one.verdict] >= from_strictness] += 1
    missed, found = counts[Truth.POSITIVE]
    quiet, alarms = counts[Truth.NEGATIVE]
    return Rates(positives=missed + found, negatives=quiet + alarms, found=found, alarms=alarms)


def _borderline(rows: Iterable[Judged]) -> dict[str, int]:
    said = {str(verdict): 0 for verdict in Verdict}
    for one in rows:
        if one.row.truth is Truth.BORDERLINE:
            said[str(one.verdict)] += 1
    return said
