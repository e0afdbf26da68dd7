"""Is an order genuine? Shown over a contact that the register knows, never over one that the order gives.

Three ways: a token signed with the authority's key; a code that was sent to the known mail address and came back; a
person's call to a known contact. A mail from the right domain, DKIM or not, is none of them (SECURITY.md §3).
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from datetime import datetime

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from rectify.intake.authorities import Authority
from rectify.terms.errors import Fault, Faulty, Refused
from rectify.terms.order import Order


def token_for(authority_id: str, reference: str, digest: str) -> bytes:
    """What an authority signs with Ed25519 to confirm one order: four lines, UTF-8, each ended by a line feed.

    The signature, in base64, is the token. It is bound to the authority, the reference and the order's exact bytes.
    """
    return f"rectify/confirm-1\n{authority_id}\n{reference}\n{digest}\n".encode()


def check_token(authority: Authority, order: Order, token: str) -> bool:
    """Whether a token is the authority's signature for exactly this order. False too where it has no key."""
    if not authority.key or "\n" in authority.id + order.reference + order.digest:
        return False
    try:
        signature = base64.b64decode(token.strip(), validate=True)
        key = Ed25519PublicKey.from_public_bytes(base64.b64decode(authority.key, validate=True))
        key.verify(signature, token_for(authority.id, order.reference, order.digest))
    except (InvalidSignature, binascii.Error, ValueError):
        return False
    return True


def code_for(secret: bytes, authority: Authority, order: Order) -> str:
    """The code that is sent to the register's mail address and has to come back: 128 bits, base32, in groups of four.

    `secret` is a key of the workspace; the code is bound to it, the authority, its address and the order's bytes.
    Raises Refused where the register knows no mail address.
    """
    if not authority.contact.mail:
        raise Refused(f"the register knows no mail address of {authority.name}", "call its contact instead")
    bound = "\n".join(("rectify/answer-1", authority.id, authority.contact.mail, order.reference, order.digest))
    code = base64.b32encode(hmac.new(secret, bound.encode(), hashlib.sha256).digest()[:16]).decode().rstrip("=")
    return "-".join(code[n : n + 4] for n in range(0, len(code), 4))


def check_code(secret: bytes, authority: Authority, order: Order, code: str) -> bool:
    """Whether a code that came back is the one that was sent to the known address for exactly this order."""
    if not authority.contact.mail:
        return False
    given, due = (text.replace("-", "").strip().upper() for text in (code, code_for(secret, authority, order)))
    return hmac.compare_digest(given.encode(), due.encode())


def note_of_call(
    authority: Authority, contact: str, with_whom: str, at: datetime, now: datetime, *, received: datetime
) -> str:
    """The note of a person's call to a known contact. Raises Refused for a contact that the register does not know.

    Raises Faulty where nobody was reached, and where the call lies in the future or before the order was received:
    nobody can have been asked about an order that was not there.
    """
    if contact.strip() not in authority.contact.ways:
        known = ", ".join(authority.contact.ways)
        raise Refused(f"{contact} is no contact of {authority.name} in the register", f"known: {known}")
    faults = [] if with_whom.strip() else [Fault("it is not said with whom the call was", remedy="a name or an office")]
    if at > now:
        faults.append(Fault("the call lies in the future"))
    if at < received:
        told = f"the call lies before the order, which came in at {received.isoformat(timespec='seconds')}"
        faults.append(Fault(told, remedy="call the contact about this order, and say when that was"))
    if faults:
        raise Faulty(faults)
    return f"Called {contact.strip()} at {at.isoformat(timespec='minutes')}, spoke with {with_whom.strip()}."
