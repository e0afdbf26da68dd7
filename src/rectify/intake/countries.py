"""Countries and territories as codes: which exist, and which was meant (data/countries.yaml, parts.yaml)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache

from rectify.documents import Node, Reading, shown
from rectify.intake.data import table
from rectify.terms.errors import nearest
from rectify.terms.territory import CODE, Territory


@cache
def _names() -> Mapping[str, str]:
    return {code: node.text for code, node in table("countries.yaml").entries["codes"].entries.items()}


@cache
def _user_assigned() -> re.Pattern[str]:
    ranges = (node.text for node in table("countries.yaml").entries["user_assigned"].items)
    return re.compile("|".join(f"{r[0]}[{r[1]}-{r[4]}]" if "-" in r else r for r in ranges))


def known(code: str) -> bool:
    """Whether a code of two letters is a country's, or left to users ("XA" of the examples)."""
    return code in _names() or left_to_users(code)


def left_to_users(code: str) -> bool:
    """Whether a code of two letters is one that ISO 3166-1 gives to nobody, as "XA" or "ZZ"."""
    return bool(_user_assigned().fullmatch(code))


@cache
def _parts() -> Mapping[str, frozenset[str]]:
    return {code: frozenset(node.text.split()) for code, node in table("parts.yaml").entries["parts"].entries.items()}


def known_part(code: str) -> bool:
    """Whether a part of a country is one that ISO 3166-2 has or had ("CN-31", "CN-SH"); of "XA" every part is."""
    home, _, part = code.partition("-")
    return not part or left_to_users(home) or part in _parts().get(home, frozenset())


def country(reading: Reading, node: Node | None) -> str:
    """A country's code; a fault names the one that was meant."""
    text = reading.line(node)
    if node is None or not text or known(text):
        return text
    reading.misread(node, f'"{shown(text)}" is no country', _meant(text))
    return ""


def territory(reading: Reading, node: Node | None) -> Territory:
    """A list of countries and parts of countries; faults name what was meant."""
    codes = reading.texts(node)
    for item in node.items if node is not None else ():
        text = item.text
        if text.strip() and not item.null and not _is_territory(text):
            reading.misread(item, f'"{shown(text)}" is no territory', _meant(text))
    return frozenset(code for code in codes if _is_territory(code))


def _is_territory(code: str) -> bool:
    return bool(CODE.match(code)) and known(code[:2])


def _meant(text: str) -> str:
    meant = table("countries.yaml").entries["meant"].entries.get(text.upper())
    if meant:
        return f'did you mean "{meant.text}"?' if known(meant.text) else f"name {meant.text}"
    codes = {name.casefold(): code for code, name in _names().items()}
    close = nearest(text[:60].casefold(), codes).removeprefix('did you mean "').removesuffix('"?')
    if close in codes:
        return f'did you mean "{codes[close]}"?'
    upper = text.upper()
    if _is_territory(upper):
        return f'did you mean "{upper}"?'
    return "a code of ISO 3166, as XA for a country or CN-31 for a part of one"
