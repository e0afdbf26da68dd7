"""The words of a report in each language, from data; a word that is missing stops the report, not the reader."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import lru_cache
from importlib import resources
from typing import Any
from zoneinfo import ZoneInfo

from rectify.terms.errors import Unknown, nearest


@lru_cache(maxsize=1)
def _all() -> dict[str, dict[str, str]]:
    text = resources.files("rectify.reports").joinpath("words.json").read_text(encoding="utf-8")
    found: dict[str, dict[str, str]] = json.loads(text)
    return found


def languages() -> list[str]:
    """Languages that a report can be written in."""
    return sorted(_all())


def words_of(language: str) -> Mapping[str, str]:
    """Words by name. Raises Unknown for a language that is not there."""
    if language not in _all():
        raise Unknown(f'there are no reports in the language "{language}"', nearest(language, _all()))
    return _all()[language]


def word(words: Mapping[str, str], name: str) -> str:
    """The word for a code, or the code itself where a language has none of its own."""
    return words.get(name, name)


def task_word(words: Mapping[str, str], name: str) -> str:
    """The word for a task: an order's task `report` is not the report itself."""
    return words.get(f"{name}_task", word(words, name))


_PERIOD = re.compile(r"(\d+) (working day|day|hour)s? from (claimed service|receipt) \((.*)\), (\S+)")


def rule_words(words: Mapping[str, str], rule: str) -> str:
    """How a deadline is counted, in a language; the law's own names stay, and so does what has no form of its own."""
    target, own, rest = rule.partition("own target; ")
    if own and not target and "own target" in words:
        return f"{words['own target']}；{rule_words(words, rest)}"
    period = _PERIOD.fullmatch(rule)
    if period and "period" in words:
        n, unit, event, source, zone = period.groups()
        return words["period"].format(n=n, unit=words[unit], event=words[event], source=source, zone=zone)
    said, bracket, source = rule.partition(" (")
    return f"{words[said]}（{source[:-1]}）" if bracket and said in words else word(words, rule)


def seen_words(words: Mapping[str, str], seen: Mapping[str, Any]) -> str:
    """How many rows were seen, as a sentence without its end."""
    said = words["seen says"].format(
        rows=f"{seen['rows']:,}", screened=f"{seen['screened']:,}", aside=f"{seen['set_aside']:,}"
    )
    return said + (words["seen twice"].format(n=f"{seen['duplicates']:,}") if seen["duplicates"] else "")


def moment(words: Mapping[str, str], instant: str, zone: str) -> str:
    """An instant (RFC 3339 UTC text) as a reader in a zone writes it, with the zone's name."""
    at = datetime.strptime(instant, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC).astimezone(ZoneInfo(zone))
    month = words["months"].split()[at.month - 1]
    return words["moment"].format(d=at.day, m=at.month, month=month, y=at.year, h=at.strftime("%H:%M"), zone=zone)
