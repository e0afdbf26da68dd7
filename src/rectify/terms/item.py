"""What account holders publish or declare on the operator's own service: items, and the accounts behind them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from rectify.terms.territory import Territory


class Kind(StrEnum):
    """Kind of an item."""

    LISTING = "listing"
    APP = "app"
    RESOURCE = "resource"
    POST = "post"
    COMMENT = "comment"
    PAGE = "page"
    PROFILE = "profile"


# Kinds whose rules must rest on an offer (docs/limits.md: offers, not opinions).
SPEECH = frozenset({Kind.POST, Kind.COMMENT, Kind.PAGE, Kind.PROFILE})

# Column -> type: text, texts (list of text), decimal(18,4), attributes (map text -> text), instant. The order is the
# order of the Arrow schema. `row` is the row of the source file, counted from 1; `marks` is what reading had to mend.
ITEM_FIELDS: Mapping[str, str] = {
    "id": "text",
    "kind": "text",
    "account": "text",
    "title": "text",
    "text": "text",
    "variants": "texts",
    "shop": "text",
    "category": "text",
    "language": "text",
    "price": "decimal",
    "currency": "text",
    "storefronts": "texts",
    "url": "text",
    "pictures": "texts",
    "attributes": "attributes",
    "version": "text",
    "published": "instant",
}
# Fields that words are sought in, in the order of the report of evidence.
TEXT_FIELDS = ("title", "text", "variants")

ACCOUNT_FIELDS: Mapping[str, str] = {
    "id": "text",
    "kind": "text",
    "legal_person": "text",
    "contact.mail": "text",
    "contact.post": "text",
    "contact.inbox": "text",
    "language": "text",
    "country": "text",
    "licence": "text",
    "company_number": "text",
    "parent": "text",
    "status": "text",
    "version": "text",
}


class ItemKey(NamedTuple):
    """An item's identity: source (catalogue name), kind, id at the host."""

    source: str
    kind: str
    id: str


@dataclass(frozen=True, slots=True)
class Contact:
    """How an account holder is reached."""

    mail: str = ""
    post: str = ""
    inbox: str = ""


@dataclass(frozen=True, slots=True)
class Account:
    """A seller, developer, tenant or author. `source` is the catalogue it belongs to; `id` is the host's own."""

    source: str
    id: str
    kind: str = "unknown"  # business | private | unknown
    legal_person: str = ""
    contact: Contact = field(default_factory=Contact)
    language: str = ""
    country: str = ""
    licence: str = ""
    company_number: str = ""
    parent: str = ""
    status: str = "open"  # open | suspended | closed
    version: str = ""

    @property
    def key(self) -> str:
        """`source/id`, as registers name it."""
        return f"{self.source}/{self.id}"


@dataclass(frozen=True, slots=True)
class Item:
    """One row of a catalogue, as a person is shown it. Sweeps work on Arrow batches of `ITEM_FIELDS` instead."""

    key: ItemKey
    account: str = ""
    title: str = ""
    text: str = ""
    variants: tuple[str, ...] = ()
    language: str = ""
    category: str = ""
    price: str = ""
    currency: str = ""
    storefronts: Territory | None = None  # names of storefronts; None = unknown
    url: str = ""
    attributes: Mapping[str, str] = field(default_factory=dict)
    version: str = ""
    published: datetime | None = None
