"""Entries of the ledger, and what each kind of entry says (DESIGN.md §9, §14). The kinds stand in `kinds.py`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

Json = Any  # what RFC 8785 can write: None, bool, str, int below 2^53, list, dict. Never a float.
HOUSE = "house"  # the book that is the operator's own; every other book is an order's


@dataclass(frozen=True, slots=True)
class Private:
    """A personal or free-text part of an entry: kept sealed under the key of `subject`; the entry holds its commitment.

    `subject` is a surrogate ("account:…", "person:…", "order:…"): erasing it destroys the key of all its parts.
    """

    subject: str
    value: Json


@dataclass(frozen=True, slots=True)
class Draft:
    """An entry before it is appended. `body` carries surrogates, codes, counts and instants (RFC 3339 UTC text)."""

    kind: str
    book: str
    body: Mapping[str, Json]
    private: Mapping[str, Private] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Entry:
    """An appended entry. Its leaf in the tree is the RFC 8785 bytes of all fields but `hash`.

    `parts` maps the name of a private part to {"id", "subject", "commit"} (hex SHA-256).
    """

    sequence: int  # global, from 0
    book: str
    book_sequence: int  # from 0
    previous: str  # leaf hash of the previous entry in the book, hex; empty for the first
    at: datetime
    kind: str
    version: int
    actor: str  # surrogate of a person, or "system"
    body: Mapping[str, Json]
    parts: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Opened:
    """An entry with its private parts opened; a part that was erased is None."""

    entry: Entry
    private: Mapping[str, Json]

    @property
    def body(self) -> Mapping[str, Json]:
        return self.entry.body
