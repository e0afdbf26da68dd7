"""Words that a letter takes from us in its language: countries, kinds, fields, days. Data: `names.json`."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date, datetime
from functools import cache
from importlib.resources import files
from zoneinfo import ZoneInfo

from rectify.letters.facts import ItemTold
from rectify.letters.signs import Ready, one_line

LANGUAGES = ("en", "zh")
# Member states of the European Union, Greece as GR (formats.md A.3).
EU = frozenset({
    "AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU", "IE", "IT", "LT", "LU", "LV",
    "MT", "NL", "PL", "PT", "RO", "SE", "SI", "SK",
})  # fmt: skip
_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip


@cache
def _names() -> dict[str, dict[str, dict[str, str]]]:
    text = files("rectify.letters").joinpath("names.json").read_text(encoding="utf-8")
    found: dict[str, dict[str, dict[str, str]]] = json.loads(text)
    return found


def country(code: str, language: str) -> str:
    """A territory by name; "China (CN-SH)" for a part; the code itself where we have no name for it."""
    names = _names()["countries"].get(code[:2])
    if names is None:
        return code
    if len(code) == 2:
        return names[language]
    return f"{names[language]} ({code})" if language == "en" else f"{names[language]}（{code}）"


def countries(codes: Sequence[str], language: str) -> Ready:
    """Territories as a list in a sentence, by code. All 27 member states are "the European Union"."""
    left = set(codes)
    names = []
    if left >= EU:
        left -= EU
        names.append("the European Union" if language == "en" else "欧盟")
    names += [country(code, language) for code in sorted(left)]
    return joined(names, language)


def joined(names: Sequence[str], language: str) -> Ready:
    """Names as a list in a sentence: "A, B and C", "A、B和C"."""
    comma, last = (", ", " and ") if language == "en" else ("、", "和")
    head, tail = names[:-1], names[-1:]
    return one_line(comma.join(head) + (last if head else "") + "".join(tail))


def kind(name: str, language: str) -> str:
    """A kind of item as its owner calls it; "item" for a kind that we do not know."""
    return _names()["kinds"].get(name, {"en": "item", "zh": "内容"})[language]


def things(items: Sequence[ItemTold], language: str) -> str:
    """What the letter is about: "your listing", "3 of your listings", "3 of your items"."""
    kinds = {item.kind for item in items}
    word = kind(kinds.pop() if len(kinds) == 1 else "", language)
    if language == "zh":
        return f"您的{word}" if len(items) == 1 else f"您的{len(items)}项{word}"
    if len(items) == 1:
        return f"your {word}"
    return f"{len(items)} of your {word}s"


def field(name: str, language: str) -> str:
    """A field as a reader calls it: "Title", "Choice 3", "Bar code"; a field of the host's own by its own name."""
    head, _, rest = name.partition("[")
    names = _names()["fields"].get(head)
    if names is None:
        return head.removeprefix("attributes.")
    place = rest.rstrip("]")
    return f"{names[language]} {int(place) + 1}" if place.isdigit() else names[language]


def day(when: date | datetime, zone: str, language: str) -> Ready:
    """A day as people write it, in a zone: "20 November 2026", "2026年11月20日"."""
    local = when.astimezone(ZoneInfo(zone)).date() if isinstance(when, datetime) else when
    if language == "zh":
        return Ready(f"{local.year}年{local.month}月{local.day}日")
    return Ready(f"{local.day} {_MONTHS[local.month - 1]} {local.year}")


def moment(when: datetime, zone: str, language: str) -> Ready:
    """A day and time with the zone by name: "20 November 2026, 09:00 (Europe/Berlin)"."""
    local = when.astimezone(ZoneInfo(zone))
    if language == "zh":
        return Ready(f"{day(when, zone, language)} {local:%H:%M}（{zone}）")
    return Ready(f"{day(when, zone, language)}, {local:%H:%M} ({zone})")
