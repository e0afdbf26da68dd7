"""A first map of a stranger's columns, from their names and from what stands in them. A person looks at it."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from rectify.catalogue.mapping import finds_by, unread_columns
from rectify.catalogue.values import read_price
from rectify.terms.item import Kind
from rectify.terms.product import read_gtin

_URL = re.compile(r"https?://[^\s/]+\.[^\s]+\Z", re.IGNORECASE)
_PICTURE = re.compile(r"\.(jpe?g|png|webp|gif|avif|svg)(\?|\Z)", re.IGNORECASE)
_MONEY = re.compile(r"\d[.,]\d\d\Z|[€$£¥元]")
_LIKELY = 0.8  # the share of values that must look alike
_FEW = 3  # values below which their looks say nothing


@dataclass(frozen=True, slots=True)
class Guess:
    """`map` is {column: field}, `reasons` says why of each column, mapped or not; `unknown` nobody reads."""

    map: Mapping[str, str]
    reasons: Mapping[str, str]
    kind: str  # what the catalogue hosts; empty where its rows say it or nothing does
    unknown: tuple[str, ...]
    wordless: bool = False  # no column is read in which words, brands or bar codes could stand


def guess_map(columns: Sequence[str], sample: Mapping[str, Sequence[str]]) -> Guess:
    """Guesses which column fills which field. `sample`: some values of each column, as text.

    Names come first (in several languages), then looks: GTINs, addresses, pictures, prices, ids that never repeat.
    """
    found: dict[str, str] = {}
    reasons: dict[str, str] = {}
    _by_name(columns, found, reasons)
    values = {c: [v.strip() for v in sample.get(c, ()) if v.strip()] for c in columns}
    _by_looks(columns, values, found, reasons)
    _longest(columns, values, found, reasons)
    mapped = set(found.values())
    for column in columns:
        if column not in found:
            reasons.setdefault(column, "no field goes by this name")
    ordered = {column: found[column] for column in columns if column in found}
    kind = "" if "kind" in mapped else _kind(columns)
    return Guess(ordered, reasons, kind, tuple(c for c in columns if c not in found))


def as_told(guess: Guess, columns: Sequence[str], told: Mapping[str, str]) -> Guess:
    """A guess with what a person said of some columns in front of it. Whether that can be is for who reads the file."""
    fields = set(told.values())
    kept = {column: field for column, field in guess.map.items() if column not in told and field not in fields}
    found = {**kept, **told}
    reasons = {**guess.reasons, **dict.fromkeys(told, "as it was said")}
    gone = {column: field for column, field in guess.map.items() if column not in found}
    for column, field in gone.items():
        other = next(name for name, to in told.items() if to == field)
        reasons[column] = f'would fill {field}, which "{other}" fills'
    unread = unread_columns(found, columns)
    wordless = not any(finds_by(field) for field in (*found.values(), *(set(columns) - set(found) - set(unread))))
    return Guess(found, reasons, "" if "kind" in found.values() else guess.kind, unread, wordless)


def _by_name(columns: Sequence[str], found: dict[str, str], reasons: dict[str, str]) -> None:
    """Each field takes the column whose name stands first in its row of the table; heads are looked through last."""
    for looked_through in (False, True):
        bare = {column: _bare(column, looked_through) for column in columns}
        for field, names in _table()["fields"].items():
            if field in found.values():
                continue
            ranks = {_bare(name): n for n, name in reversed(list(enumerate([field, *names])))}
            named = [column for column in columns if column not in found and bare[column] in ranks]
            if named:
                column = min(named, key=lambda c: ranks[bare[c]])
                found[column], reasons[column] = field, "by its name"
    for column in columns:
        name = _bare(column, True)
        field = next((f for f, names in _table()["fields"].items() if name in {_bare(n) for n in names}), "")
        if column not in found and field:
            other = next(c for c, f in found.items() if f == field)
            reasons[column] = f'would fill {field}, which "{other}" fills'


def _by_looks(
    columns: Sequence[str], values: Mapping[str, list[str]], found: dict[str, str], reasons: dict[str, str]
) -> None:
    looks = (
        ("attributes.gtin", "are GTINs", lambda v: bool(read_gtin(v))),
        ("pictures", "are addresses of pictures", lambda v: bool(_URL.match(v) and _PICTURE.search(v))),
        ("url", "are addresses", lambda v: bool(_URL.match(v))),
        ("kind", "are kinds of item", lambda v: v.lower() in list(Kind)),
        ("price", "are amounts of money", lambda v: bool(_MONEY.search(v)) and read_price(v) is not None),
    )
    for field, said, test in looks:
        for column in columns:
            if column in found or field in found.values() or len(values[column]) < _FEW:
                continue
            hits = sum(map(test, values[column]))
            if hits >= _LIKELY * len(values[column]):
                found[column] = field
                reasons[column] = f"{hits} of {len(values[column])} values {said}"
    if "id" not in found.values():
        for column in columns:
            if column not in found and len(values[column]) >= _FEW and _never_repeats(values[column]):
                found[column], reasons[column] = "id", "its values are short and never repeat"
                break


def _longest(
    columns: Sequence[str], values: Mapping[str, list[str]], found: dict[str, str], reasons: dict[str, str]
) -> None:
    """Prose: the longest column is the text, the next the title, where no name told them."""
    prose = {c: sum(map(len, v)) / len(v) for c, v in values.items() if c not in found and len(v) >= _FEW and _prose(v)}
    for field, least in (("text", 120.0), ("title", 6.0)):
        likely = [c for c in columns if c in prose and c not in found and prose[c] >= least]
        if field not in found.values() and likely:
            column = max(likely, key=lambda c: prose[c])
            found[column], reasons[column] = field, f"its values are prose of about {prose[column]:.0f} signs"


def _prose(values: Sequence[str]) -> bool:
    wordy = sum(1 for v in values if " " in v.strip() or any("\u3040" <= c <= "\u9fff" for c in v))
    return wordy >= _LIKELY * len(values) and len(set(values)) > len(values) / 2


def _never_repeats(values: Sequence[str]) -> bool:
    return len(set(values)) == len(values) and all(len(v) <= 64 and " " not in v for v in values)


def _kind(columns: Sequence[str]) -> str:
    bare = {_bare(column) for column in columns}
    score = {kind: len(bare & {_bare(w) for w in words}) for kind, words in _table()["kinds"].items()}
    best = max(score, key=lambda kind: score[kind])
    return best if score[best] else ""


def _bare(name: str, looked_through: bool = False) -> str:
    """Letters and digits only, without case; perhaps without a head such as "product"."""
    bare = "".join(c for c in unicodedata.normalize("NFKC", name).casefold() if c.isalnum())
    for head in _table()["heads"] if looked_through else ():
        if bare.startswith(head) and len(bare) > len(head):
            return bare.removeprefix(head)
    return bare


@cache
def _table() -> dict[str, Any]:
    return tomllib.loads((files("rectify.catalogue") / "columns.toml").read_text("utf-8"))
