"""What makes a finding the same finding: a keyed digest over rule, meaning, item, and what the rule saw."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable, Sequence
from json.encoder import encode_basestring

from rectify.screening.cells import canonical
from rectify.terms.item import ItemKey

# `screen` and `run` keep no workspace: their ids are comparable between machines and protect nobody's identity.
FIXED_KEY = b"rectify: findings without a workspace"


class SeenDigests:
    """Digests of the fields that a rule reads and of the answers it got: 32 hex of SHA-256 over canonical JSON.

    Answers are what `registered`, `product` and `provider` said; a field that the rule does not read is not in it, so
    a new price is the same look and an expired licence is another.
    """

    __slots__ = ("_form",)

    def __init__(self, asked: Iterable[str], fields: Iterable[str]) -> None:
        self._form = b'{"answers":%b,"fields":%b}' % (_form(asked), _form(fields))

    def of(self, values: Sequence[bytes]) -> str:
        """The digest for the JSON of each answer and then of each field, both in the order of their names."""
        return hashlib.sha256(self._form % tuple(values)).hexdigest()[:32]


def _form(names: Iterable[str]) -> bytes:
    """An object with a place for each value."""
    return b"{%b}" % b",".join(b"%b:%%b" % canonical(name).replace(b"%", b"%%") for name in sorted(names))


class FindingIds:
    """Ids of the findings of one rule: 128 bits (32 hex) of HMAC-SHA256 over canonical JSON. `rule` is "pack/rule"."""

    __slots__ = ("_begun",)

    def __init__(self, id_key: bytes, order: str, rule: str, meaning: str) -> None:
        said = b"[%b,%b,%b," % (canonical(order), canonical(rule), canonical(meaning))
        self._begun = hmac.new(id_key, said, "sha256")

    def of(self, item: ItemKey, seen: str) -> str:
        """The id of what the rule found in an item, and what it saw there."""
        said = f"[{','.join(map(encode_basestring, item))}],{encode_basestring(seen)}]"
        made = self._begun.copy()
        made.update(said.encode("utf-8", "surrogatepass"))
        return made.hexdigest()[:32]
