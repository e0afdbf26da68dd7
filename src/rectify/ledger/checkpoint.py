"""Signed checkpoints, to the letter of C2SP tlog-checkpoint and signed-note, with Ed25519.

    origin            one a ledger, for ever
    size              leaves of the tree
    base64 root
                      an empty line, then at least one signature:
    — name base64(key id of 4 bytes, signature of 64)

Public verifiers read it unchanged. Sources: https://c2sp.org/tlog-checkpoint, https://c2sp.org/signed-note.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from rectify.terms.errors import Fault, Faulty

_ED25519 = b"\x01"
_NAME = re.compile(r"[^\s+]+\Z")
_CONTROLS = re.compile(r"[\x00-\x09\x0b-\x1f]")
_SIZE = re.compile(r"(0|[1-9][0-9]{0,18})\Z")


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """What was signed: the ledger's origin, how many entries, the root (32 bytes), and the whole note as text."""

    origin: str
    size: int
    root: bytes
    note: str

    def __str__(self) -> str:
        return self.note


@dataclass(frozen=True, slots=True)
class PublicKey:
    """A key that verifies checkpoints: its name (the ledger's origin) and 32 bytes."""

    name: str
    raw: bytes

    @property
    def id(self) -> bytes:
        """First 4 bytes of SHA-256(name, newline, 0x01, key) (signed-note, "Signature types")."""
        return hashlib.sha256(self.name.encode() + b"\n" + _ED25519 + self.raw).digest()[:4]

    def __str__(self) -> str:
        """The key as one line of text: name+hash+base64 (signed-note, "Verifier keys")."""
        return f"{self.name}+{self.id.hex()}+{base64.b64encode(_ED25519 + self.raw).decode()}"


def read_key(line: str) -> PublicKey:
    """A key from its line "name+hash+base64". Raises Faulty when it is no Ed25519 key or its hash is not its own."""
    name, _, rest = line.strip().partition("+")
    digest, _, encoded = rest.partition("+")
    data = _decoded(encoded)
    key = PublicKey(name, data[1:])
    if not _NAME.match(name) or len(data) != 33 or data[:1] != _ED25519 or key.id.hex() != digest:
        told = f"{line.strip()!r} is no Ed25519 key of a checkpoint"
        raise Faulty([Fault(told, remedy="copy the whole line name+hash+key")])
    return key


def sign(origin: str, size: int, root: bytes, key: PublicKey, signer: Callable[[bytes], bytes]) -> Checkpoint:
    """A signed checkpoint. `signer` gives the Ed25519 signature (64 bytes) of the bytes it gets."""
    body = f"{origin}\n{size}\n{base64.b64encode(root).decode()}\n"
    signature = base64.b64encode(key.id + signer(body.encode())).decode()
    return Checkpoint(origin, size, root, f"{body}\n— {key.name} {signature}\n")


def read_checkpoint(note: str) -> Checkpoint:
    """The checkpoint of a note, its signatures not yet verified; a note quoted in a mail ("> ") is read through.

    Raises Faulty for a text of another form.
    """
    body, split, signatures = _pasted(note).rpartition("\n\n")
    lines = body.split("\n")
    fault = ""
    if not split or len(lines) < 3:
        fault = "three lines, an empty one and a signature are expected"
    elif _CONTROLS.search(body + signatures):
        fault = "it holds control characters"
    elif not lines[0]:
        fault = "the first line (the ledger's origin) is empty"
    elif not _SIZE.match(lines[1]):
        fault = f"the second line (the number of entries) is {lines[1][:40]!r}"
    elif len(_decoded(lines[2])) != 32:
        fault = "the third line is no root of 32 bytes in base64"
    elif not signatures.startswith("— "):
        fault = "it is not signed"
    if fault:
        remedy = "pass the checkpoint as it stands in the letter or report"
        raise Faulty([Fault(f"this is no checkpoint: {fault}", remedy=remedy)])
    return Checkpoint(lines[0], int(lines[1]), _decoded(lines[2]), f"{body}\n\n{signatures}")


def _pasted(note: str) -> str:
    lines = [line.rstrip() for line in note.replace("\r\n", "\n").strip().split("\n")]
    if all(line.startswith(">") for line in lines):
        lines = [line[1:].strip() for line in lines]
    return "\n".join(lines) + "\n"


def signed_by(checkpoint: Checkpoint, key: PublicKey) -> bool:
    """Whether a line of the note is a good signature by this key. Lines of unknown keys are passed over."""
    body, _, signatures = checkpoint.note.rpartition("\n\n")
    for line in signatures.split("\n"):
        mark, _, rest = line.partition(" ")
        name, _, encoded = rest.partition(" ")
        data = _decoded(encoded)
        if mark != "—" or name != key.name or len(data) != 68 or data[:4] != key.id:
            continue
        try:
            Ed25519PublicKey.from_public_bytes(key.raw).verify(data[4:], (body + "\n").encode())
        except (InvalidSignature, ValueError):
            return False
        return True
    return False


def _decoded(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return b""
