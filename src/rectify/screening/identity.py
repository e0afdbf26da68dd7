"""What makes a finding the same finding: a keyed digest over rule, meaning, item, and what the rule saw."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping
from json.encoder import encode_basestring as _text

from rectify.terms.entry import Json
from rectify.terms.item import ItemKey

# `screen` and `run` keep no workspace: their ids are comparable between machines and protect nobody's identity.
FIXED_KEY = b"rectify: findings without a workspace"


# One text for one value; only text, lists, objects and flags come here. Most of it is text, and written directly: an
# encoder is made anew for every value.
_ENCODE = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode


def _object(values: Mapping[str, Json]) -> str:
    if not values:
        return "{}"
    told = [
        f"{_text(name)}:{_text(value) if isinstance(value, str) else 'null' if value is None else _ENCODE(value)}"
        for name, value in sorted(values.items())
    ]
    return "{" + ",".join(told) + "}"


def seen_digest(fields: Mapping[str, Json], answers: Mapping[str, Json]) -> str:
    """Digest (32 hex) of the fields that a rule reads and of the answers it got, as canonical JSON.

    `answers` holds what `registered`, `product` and `provider` said; a field that the rule does not read is not in
    it, so a new price is the same look and an expired licence is another.
    """
    said = f'{{"answers":{_object(answers)},"fields":{_object(fields)}}}'
    return hashlib.sha256(said.encode("utf-8", "surrogatepass")).hexdigest()[:32]


class FindingIds:
    """Ids of the findings of one rule: 128 bits (32 hex) of HMAC-SHA256 over canonical JSON. `rule` is "pack/rule"."""

    __slots__ = ("_begun",)

    def __init__(self, id_key: bytes, order: str, rule: str, meaning: str) -> None:
        said = f"[{_text(order)},{_text(rule)},{_text(meaning)},["
        self._begun = hmac.new(id_key, said.encode("utf-8", "surrogatepass"), "sha256")

    def of(self, item: ItemKey, seen: str) -> str:
        """The id of what the rule found in an item, and what it saw there."""
        source, kind, number = item
        said = f"{_text(source)},{_text(kind)},{_text(number)}],{_text(seen)}]"
        made = self._begun.copy()
        made.update(said.encode("utf-8", "surrogatepass"))
        return made.hexdigest()[:32]
