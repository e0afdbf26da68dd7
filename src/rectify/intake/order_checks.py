"""What must hold between the fields of an order: instants in order, the instrument's own conditions."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta

from rectify.documents import Node, Reading
from rectify.intake.instruments import Instrument
from rectify.terms.errors import Place, nearest
from rectify.terms.order import Order

CLOCKS_DIFFER = timedelta(minutes=5)  # claimed service may lie this far ahead of our own clock
_MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
           "November", "December")  # fmt: skip
_ASK = "ask the authority"


def check_order(
    reading: Reading, top: Mapping[str, Node], order: Order, instrument: Instrument | None, now: datetime
) -> None:
    """Takes down what does not fit together. Fields that could not be read are left alone."""
    served = order.served.at if order.served.at.tzinfo else None
    at = _under(top, "served", "at")
    if served and served > now + CLOCKS_DIFFER:
        reading.fault(at, "the order claims to be served in the future", _ASK, beside=f"now {_text(now)}")
    if served:
        _dates(reading, top, order, served.date())
    _deadline(reading, top, order, served, now)
    _sought(reading, top, order)
    if instrument:
        _instrument(reading, top, order, instrument, served)


def _under(top: Mapping[str, Node], *steps: str) -> Node | None:
    node = top.get(steps[0])
    for step in steps[1:]:
        node = node.entries.get(step) if node else None
    return node


def _dates(reading: Reading, top: Mapping[str, Node], order: Order, served: date) -> None:
    bases = top["legal_basis"].items if "legal_basis" in top else ()
    for node, basis in zip(bases, order.legal_basis, strict=False):
        if basis.in_force_from and basis.in_force_from > served:
            reading.fault(
                node.entries["in_force_from"], "the legal basis was not in force when the order was served", _ASK,
                beside=f"served {served}",
            )  # fmt: skip
    search, stays = _under(top, "search", "until"), top.get("stays_down_until")
    if search and order.search.until and order.search.until < served:
        reading.fault(search, "the search ends before the order was served", _ASK, beside=f"served {served}")
    if stays and order.stays_down_until and order.stays_down_until < served:
        reading.fault(stays, "items would stay down until a day before the order was served", _ASK,
                      beside=f"served {served}")  # fmt: skip


def _deadline(reading: Reading, top: Mapping[str, Node], order: Order, served: datetime | None, now: datetime) -> None:
    at = order.deadline.at
    if at:
        node = _under(top, "deadline", "at")
        if served and at <= served:
            remedy = f"{_meant(at, served)}if the date is theirs, {_ASK}"
            reading.fault(node, "the deadline lies before the order was received", _capital(remedy),
                          beside=f"received {_text(served)}")  # fmt: skip
        elif at <= now:
            remedy = f"{_meant(at, now)}if the date is theirs, {_ASK}"
            reading.fault(node, "the deadline has passed", _capital(remedy), beside=f"now {_text(now)}")
    # whatever the rule of counting, hours end within the hour that follows
    elif served and order.deadline.hours and served + timedelta(hours=order.deadline.hours + 1) <= now:
        beside = f"served {_text(served)}, now {_text(now)}"
        reading.fault(_under(top, "deadline", "hours"), "the deadline has passed", _ASK, beside=beside)


def _meant(at: datetime, after: datetime) -> str:
    """A month or a year that may have been meant, as a question; empty where none is near."""
    for months in (1, 2):
        year, month = at.year + (at.month - 1 + months) // 12, (at.month - 1 + months) % 12
        if _moved(at, year, month + 1) > after:
            return f"was {_MONTHS[month]} meant? " if year == at.year else f"was {_MONTHS[month]} {year} meant? "
    return f"was {at.year + 1} meant? " if _moved(at, at.year + 1, at.month) > after else ""


def _moved(at: datetime, year: int, month: int) -> datetime:
    try:
        return at.replace(year=year, month=month)
    except ValueError:  # there is no such day
        return at


def _capital(text: str) -> str:
    """After a question a sentence begins."""
    return text.replace("? if", "? If")


def _sought(reading: Reading, top: Mapping[str, Node], order: Order) -> None:
    subject = order.subject
    node = top.get("subject")
    if node is None or node.kind != "mapping":
        return
    if not any(node.entries.get(key) for key in ("items", "packs", "products", "providers")):
        reading.fault(node.key, "the order names nothing to look for", "items, products, providers or packs")
    if "identical-products" in subject.packs and "products" not in node.entries:
        place = next(item for item in node.entries["packs"].items if item.text == "identical-products")
        reading.fault(place, "identical-products looks for products, and none is named", "name them under products")


def _instrument(
    reading: Reading, top: Mapping[str, Node], order: Order, instrument: Instrument, served: datetime | None
) -> None:
    name = instrument.name
    if "act" in top and top["act"].text == order.act and order.act not in instrument.acts:
        remedy = f"{', '.join(instrument.acts)}; anything else comes under national"
        reading.fault(top["act"], f"{name} knows no {order.act}", remedy, instrument.source)
    if served and instrument.applies_from and served.date() < instrument.applies_from:
        reading.fault(top["instrument"], f"{name} applies from {instrument.applies_from}", _ASK, instrument.source,
                      beside=f"served {served.date()}")  # fmt: skip
    if instrument.search_until and order.search.identical and not _under(top, "search", "until"):
        place: Node | Place | None = _under(top, "search", "identical")
        reading.fault(place, "identical content is sought, and no end of the search is named",
                      "add until, the last day of the search", instrument.search_until)  # fmt: skip
    if instrument.packs and "subject" in top:
        packs = top["subject"].entries.get("packs")
        for item in packs.items if packs else ():
            if item.text in order.subject.packs and item.text not in instrument.packs:
                remedy = nearest(item.text[:60], instrument.packs) or f"only {', '.join(instrument.packs)}"
                reading.fault(item, f"{name} looks only for what the order names", remedy, instrument.packs_source)


def _text(at: datetime) -> str:
    return at.isoformat(timespec="seconds")
