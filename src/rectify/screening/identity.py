"""What makes a finding the same finding: a keyed digest over rule, meaning, item, and what the rule saw."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping

from rectify.terms.entry import Json
from rectify.terms.item import ItemKey

# `screen` and `run` keep no workspace: their ids are comparable between machines and protect nobody's identity.
FIXED_KEY = b"rectify: findings without a workspace"


_ENCODE = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode


def _canonical(value: Json) -> bytes:
    """One text for one value; only text, lists, objects and flags come here."""
    return _ENCODE(value).encode("utf-8", "surrogatepass")


def seen_digest(fields: Mapping[str, Json], answers: Mapping[str, Json]) -> str:
    """Digest (32 hex) of the fields that a rule reads and of the answers it got.

    `answers` holds what `registered`, `product` and `provider` said; a field that the rule does not read is not in
    it, so a new price is the same look and an expired licence is another.
    """
    return hashlib.sha256(_canonical({"fields": dict(fields), "answers": dict(answers)})).hexdigest()[:32]


def finding_id(id_key: bytes, order: str, rule: str, meaning: str, item: ItemKey, seen: str) -> str:
    """The id of a finding: 128 bits (32 hex) of HMAC-SHA256 over canonical JSON. `rule` is "pack/rule"."""
    return hmac.digest(id_key, _canonical([order, rule, meaning, list(item), seen]), "sha256").hex()[:32]
