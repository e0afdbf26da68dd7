"""A register of authorities for these tests; "XA" is a fictitious country with a file of dates."""

from __future__ import annotations

import base64

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from rectify.intake.authorities import Authority, read_authorities

SIGNING = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
PUBLIC = base64.b64encode(SIGNING.public_key().public_bytes_raw()).decode()

DAYS = b"""\
holidays: Xaland
source: Gazette of Xaland 2025/41
published_until: 2027-12-31
days: {2026-11-23: Day of the Kite, 2026-12-25: Winter Feast, 2027-01-01: New Year}
working: {2026-11-28: for the Day of the Kite}
"""

ENTRY = f"""\
  - id: pso
    name: Product Safety Office
    country: XA
    territory: [XA]
    zone: Europe/Berlin
    holidays: xa.yaml
    instruments: [gpsr-22, national]
    legal_bases: [General Product Safety Act]
    contact: {{mail: desk@pso.example, phone: "+99 1 234", noted_by: awu, noted_on: 2026-01-15}}
    domains: [pso.example]
    key: {PUBLIC}
    valid: {{from: 2026-01-01, until: 2027-12-31}}
"""
REGISTER = "authorities:\n" + ENTRY


def files(name: str) -> bytes:
    if name != "xa.yaml":
        raise FileNotFoundError(name)
    return DAYS


def authority(*changes: tuple[str, str]) -> Authority:
    text = REGISTER
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new, 1)
    return read_authorities(text.encode(), "authorities.yaml", files).entries[0]


def at(zone: str, holidays: str) -> Authority:
    """An authority of a place."""
    return authority(("Europe/Berlin", zone), ("xa.yaml", holidays))
