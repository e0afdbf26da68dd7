"""Writes a letter into the ledger, with the work of delivering it in the same transaction.

A letter is written also where nobody knows how to reach its addressee: it waits in the folder, and a person gets a
task. Confidentiality delays a letter (`not_before`), it never deletes one.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select

from rectify.ledger.ledger import Writing
from rectify.letters.compose import Composed
from rectify.letters.records import letters
from rectify.letters.signs import has_control
from rectify.store.instants import instant
from rectify.terms.entry import Draft, Json, Private
from rectify.terms.errors import Broken, Refused, Unknown

DUE = "letter"  # kind of due work
NO_ADDRESS = "letter without address"
NOT_DELIVERED = "letter not delivered"
LEVELS = ("read", "inbox", "registered post", "handed over in person", "published", "deemed")
ADDRESS_LENGTH = 254  # RFC 5321 4.5.3.1.3
_ATOM = re.compile(r"[^\x00-\x20\x7f()<>\[\]:;@\\,.\"]+\Z")  # RFC 5322 3.2.3, and beyond ASCII RFC 6531
_LABEL = re.compile(r"(?!-)[\w-]{1,63}(?<!-)\Z")


def write_letter(
    writing: Writing, composed: Composed, *, book: str, to: str, address: str, claims: Sequence[str] = (),
    not_before: datetime | None = None,
) -> str:  # fmt: skip
    """Writes a letter down, puts its delivery into due work, and gives its id.

    `to` is the surrogate of an account or "authority:ID"; `address` a mail address, or empty. Without an address that
    can be used a task is opened for a person; the letter is written all the same.
    """
    letter = writing.surrogate("letter")
    key = subject_of(to)
    usable = usable_address(address)
    body: dict[str, Json] = {
        "letter": letter, "occasion": str(composed.occasion), "to": to, "languages": list(composed.languages),
        "claims": list(claims),
    }  # fmt: skip
    if not_before is not None:
        body["not_before"] = instant(not_before)
    private = {
        "address": Private(key, address if usable else ""),
        "subject": Private(key, composed.subject),
        "text": Private(key, composed.text),
    }
    writing.append(Draft("letter_written", book, body, private))
    if not usable:
        told = "Its mail address cannot be used. " if address else "No mail address is known. "
        open_task(writing, book, NO_ADDRESS, told + "Find a way to deliver the letter.", letter=letter, key=key)
    due = writing.at if not_before is None else max(not_before, writing.at)
    writing.due(f"letter:{letter}", DUE, due, {"letter": letter, "book": book})
    return letter


def record_delivery(writing: Writing, letter: str, level: str) -> None:
    """Records proof that a letter arrived, of a level of `LEVELS`: grace starts at the level that settings ask for."""
    if level not in LEVELS:
        raise Refused(f'no proof of delivery is called "{level}"', "known: " + ", ".join(LEVELS))
    book = writing.connection.execute(select(letters.c.book).where(letters.c.letter == letter)).scalar()
    if book is None:
        raise Unknown(f'no letter is called "{letter}"')
    writing.append(Draft("letter_delivered", book, {"letter": letter, "level": level}))


def subject_of(to: str) -> str:
    """Under whose key a letter is sealed: the account's or the authority's."""
    if not to:
        raise Broken("a letter to nobody")
    return to if to.startswith("authority:") else f"account:{to}"


def usable_address(address: str) -> bool:
    """Whether this is one plain mail address: no display name, no second one, no control sign (header injection)."""
    if not address or len(address) > ADDRESS_LENGTH or has_control(address) or address != address.strip():
        return False
    name, _, domain = address.rpartition("@")
    if len(name.encode()) > 64 or not all(_ATOM.match(part) for part in name.split(".")):
        return False
    return "." in domain and all(_LABEL.match(label) for label in domain.split("."))


def open_task(writing: Writing, book: str, what: str, text: str, *, letter: str, key: str) -> None:
    """Opens a task about a letter. Its text is sealed under the addressee's key."""
    body = {"task": writing.surrogate("task"), "what": what, "about": letter}
    writing.append(Draft("task_opened", book, body, {"text": Private(key, text)}))
