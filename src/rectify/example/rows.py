"""The rows of the example world as frozen records, and what each of them is in truth."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class Truth(StrEnum):
    """What a row is, as its maker knows: whoever plays a person in the demo decides by it."""

    PLAIN = "plain"
    OFFER = "offer"  # of the service that needs a licence
    LICENSED = "licensed"  # such an offer by a provider on the register
    INNOCENT = "innocent"  # bears the word, and offers nothing of the kind
    MISTAKEN = "mistaken"  # looks like an offer to everybody; an appeal will tell
    RECALLED = "recalled"
    ASK = "ask"  # the recalled product, and its batch is not known
    NEARBY = "nearby"  # an accessory, another model, a manual
    BOTH = "both"  # a recalled product sold with an offer


@dataclass(frozen=True, slots=True)
class Account:
    """A seller, developer or author. `known` False: the host has no row of it, only the number on its items."""

    number: str
    kind: str
    name: str
    mail: str
    post: str
    language: str
    country: str
    licence: str = ""
    company_number: str = ""
    status: str = "open"
    known: bool = True


@dataclass(frozen=True, slots=True)
class Item:
    """A listing, an app, a post or a comment as the shop keeps it. `state` is the host's own choice, by storefront."""

    id: str
    kind: str
    account: str
    title: str
    text: str
    language: str
    category: str
    published: datetime
    storefronts: tuple[str, ...]
    price: str = ""
    currency: str = ""
    url: str = ""
    variants: tuple[str, ...] = ()
    attributes: Mapping[str, str] = field(default_factory=dict)  # gtin, brand, model, batch
    own: str = "visible"
    truth: Truth = Truth.PLAIN
    disguise: str = ""  # the class of disguise that its word was written in; empty = none


@dataclass(frozen=True, slots=True)
class World:
    """All rows, and the few that the story calls by name (`named`: "both" -> an id)."""

    at: datetime
    sellers: Sequence[Account]
    developers: Sequence[Account]
    authors: Sequence[Account]
    listings: Sequence[Item]
    apps: Sequence[Item]
    talk: Sequence[Item]
    named: Mapping[str, str]

    @property
    def rows(self) -> int:
        """How many rows there are in all."""
        accounts = len(self.sellers) + len(self.developers) + len(self.authors)
        return accounts + len(self.listings) + len(self.apps) + len(self.talk)

    def truths(self) -> Mapping[tuple[str, str], Truth]:
        """What every item is in truth, by kind and id."""
        return {(item.kind, item.id): item.truth for item in (*self.listings, *self.apps, *self.talk)}
