"""The name of an order's book: the authority's reference, fit for a command line, and never that of another one.

A reference of ASCII letters, digits, `.`, `_` and `-` is its own name. Of any other something is lost on the way, so a
mark made from the whole reference follows: `4 K 12/26` is `4-K-12-26-5f0c`. Where words are lost, the authority's id
stands for them: `沪市监〔2026〕12号` is `shanghai-2026-12-8a1e`.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Collection

from sqlalchemy import Connection

from rectify.intake.records import orders, same_reference
from rectify.terms.entry import HOUSE
from rectify.terms.order import Order

MOST = 80  # characters of a name, without its mark
_OWN = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]{0,78}[A-Za-z0-9_])?")
_OTHER = re.compile(r"[^A-Za-z0-9._]+")
_DIGITS = {sign: value for signs in ("零一二三四五六七八九", "〇壹贰叁肆伍陆柒捌玖", "０１２３４５６７８９")
           for value, sign in enumerate(signs)} | {"两": 2, "○": 0}  # fmt: skip
_TENS = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000}
_NUMERAL = re.compile(f"[{''.join([*_DIGITS, *_TENS])}]+")


def book_name(order: Order, authority: str, taken: Collection[str] = (), *, prefix: str = "") -> str:
    """The name of the book of an order. `authority` is its id in the register, empty where it is not there.

    `taken` are books of other references, `prefix` the operator where the order is for several here. Books of the same
    reference are told apart by whoever asks, with `:2`.
    """
    reference = order.reference
    if _OWN.fullmatch(reference) and reference != HOUSE:
        found, length = reference, 0
    else:
        found, length = _readable(order, authority), 4
    head = f"{prefix}/" if prefix else ""
    while True:  # two marks of four signs can be the same, once in 65,536
        name = head + found + (f"-{mark(reference, length)}" if length else "")
        if name not in taken:
            return name
        length += 4


def new_book(connection: Connection, order: Order, *, operator: str, authority: str, several: bool) -> tuple[str, str]:
    """The name of the book of an order that comes in, and the book that has its reference with other bytes, if any.

    `authority` is as for `book_name`; `several`: the order is for more than one operator here.
    """
    rows = orders(connection)
    others = {row.book for row in rows if row.reference != order.reference}
    plain = book_name(order, authority, others, prefix=operator if several else "")
    name, number, taken = plain, 2, {row.book for row in rows}
    while name in taken:  # another authority's order, or other bytes, under the same reference
        name, number = f"{plain}:{number}", number + 1
    same = same_reference(connection, order.reference, operator)
    return name, same[-1].book if same else ""


def mark(reference: str, length: int = 4) -> str:
    """Signs that tell references apart, made from the whole of one."""
    return hashlib.sha256(reference.encode("utf-8", "surrogatepass")).hexdigest()[:length]


def _readable(order: Order, authority: str) -> str:
    """What of a reference can stand on a command line; where words are lost, whose it is, and the year if no number."""
    text = _ascii(order.reference)
    lost = any(unicodedata.category(sign)[0] == "L" for sign in text if not sign.isascii())
    plain = _slug(text)[:MOST].rstrip("-._")
    if lost or not plain:
        if not re.search(r"\d", plain):
            plain = f"{plain}-{order.served.at.year}".lstrip("-")
        whose = _slug(_ascii(authority)) or order.authority.country
        plain = f"{whose[:30]}-{plain}"[:MOST].rstrip("-._")
    return f"order-{plain}" if plain == HOUSE else plain


def _ascii(text: str) -> str:
    """Numerals as digits, letters without accents, full-width signs as plain ones."""
    split = unicodedata.normalize("NFKD", _NUMERAL.sub(lambda found: _number(found[0]), text))
    return "".join(sign for sign in split if not unicodedata.combining(sign))


def _slug(text: str) -> str:
    return _OTHER.sub("-", text).strip("-._")


def _number(numeral: str) -> str:
    """A Chinese numeral in digits: 二〇二六 is 2026, 十二 is 12, 二百零五 is 205."""
    if not any(sign in _TENS for sign in numeral):
        return "".join(str(_DIGITS[sign]) for sign in numeral)
    total, last = 0, None
    for sign in numeral:
        if sign in _TENS:
            total += (1 if last is None else last) * _TENS[sign]
            last = None
        else:
            last = _DIGITS[sign] or None
    return str(total + (last or 0))
