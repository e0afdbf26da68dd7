"""An order as plain JSON and back: the sealed part "order" of the entry `received` (terms/kinds.py)."""

from __future__ import annotations

from dataclasses import fields
from datetime import date, datetime
from typing import Any

from rectify.terms.entry import Json
from rectify.terms.order import (
    Act,
    Addressee,
    AuthorityNamed,
    DeadlineStated,
    ItemNamed,
    LegalBasis,
    Order,
    ProviderNamed,
    Search,
    Served,
    Subject,
    SubjectAct,
)
from rectify.terms.product import Product


def to_json(order: Order) -> dict[str, Json]:
    """The order as texts, numbers, lists and dicts; `from_json` gives an equal order back."""
    return {f.name: _plain(getattr(order, f.name)) for f in fields(order)}


def _plain(value: Any) -> Json:
    if isinstance(value, (date, datetime)):
        return value.isoformat()
    if isinstance(value, frozenset):
        return sorted(value)
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    if hasattr(value, "__dataclass_fields__"):
        return {f.name: _plain(getattr(value, f.name)) for f in fields(value)}
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    return value if value is None or isinstance(value, (bool, int)) else str(value)


def from_json(data: Json) -> Order:
    """The order that `to_json` wrote. Raises KeyError, ValueError or TypeError for anything else."""
    return Order(
        reference=data["reference"],
        act=Act(data["act"]),
        instrument=data["instrument"],
        authority=AuthorityNamed(**data["authority"]),
        language=data["language"],
        served=Served(datetime.fromisoformat(data["served"]["at"]), data["served"]["by"]),
        legal_basis=tuple(LegalBasis(b["text"], _date(b["in_force_from"])) for b in data["legal_basis"]),
        reasons=data["reasons"],
        territory=frozenset(data["territory"]),
        deadline=_deadline(data["deadline"]),
        addressees=tuple(_addressee(item) for item in data["addressees"]),
        subject=_subject(data["subject"]),
        search=Search(data["search"]["identical"], _date(data["search"]["until"])),
        stays_down_until=_date(data["stays_down_until"]),
        identity_of_accounts=data["identity_of_accounts"],
        confidential_until=_date(data["confidential_until"]),
        redress=data["redress"],
        digest=data["digest"],
    )


def _date(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _deadline(data: Json) -> DeadlineStated:
    at = datetime.fromisoformat(data["at"]) if data["at"] else None
    return DeadlineStated(at, data["hours"], data["days"], data["working_days"])


def _addressee(data: Json) -> Addressee:
    return Addressee(data["operator"], tuple(data["measures"]), tuple(data["tasks"]), dict(data.get("words", {})))


def _subject(data: Json) -> Subject:
    return Subject(
        acts=tuple(SubjectAct(act) for act in data["acts"]),
        kinds=tuple(data["kinds"]),
        items=tuple(ItemNamed(**item) for item in data["items"]),
        packs=tuple(data["packs"]),
        products=tuple(Product(**{**item, "batch": tuple(item["batch"])}) for item in data["products"]),
        providers=tuple(ProviderNamed(**item) for item in data["providers"]),
    )
