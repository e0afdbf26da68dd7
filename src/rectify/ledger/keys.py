"""The three keys of a workspace, and the last checkpoint that was signed with them. Never in the store or repository.

checkpoint         signs checkpoints (Ed25519)
id_key             keys the digests that name findings
master             wraps the keys of sealed parts
last-checkpoint    so that an older store put back, or another one, is noticed at the start
"""

from __future__ import annotations

import base64
import binascii
import os
import secrets
import stat
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from rectify.terms.errors import Broken

_NAMES = ("checkpoint", "id_key", "master")
_LAST = "last-checkpoint"


class Keys:
    """Keys in memory, 32 bytes each. Made by `generate` (for tests) or `at` (a folder)."""

    def __init__(self, checkpoint: bytes, id_key: bytes, master: bytes, folder: Path | None = None) -> None:
        self._signing = Ed25519PrivateKey.from_private_bytes(checkpoint)
        self.id_key, self.master, self.folder = id_key, master, folder
        self._last = ""

    def __repr__(self) -> str:
        return f"Keys({str(self.folder) if self.folder else 'in memory'!r})"

    @classmethod
    def generate(cls) -> Keys:
        """New keys that are nowhere but in memory."""
        return cls(secrets.token_bytes(32), secrets.token_bytes(32), secrets.token_bytes(32))

    @classmethod
    def at(cls, folder: str | Path) -> Keys:
        """The keys of a folder; a folder without any gets new ones, readable for its owner only.

        Raises Broken when others may read a key file, when one of them is missing or is no key.
        """
        place = Path(folder)
        there = [name for name in _NAMES if (place / name).exists()]
        if not there:
            _make(place)
        elif missing := sorted(set(_NAMES) - set(there)):
            remedy = "put it back from its backup; a new one cannot take its place"
            raise Broken(f"the key {place / missing[0]} is missing", remedy)
        checkpoint, id_key, master = (_read(place / name) for name in _NAMES)
        return cls(checkpoint, id_key, master, place)

    @property
    def public(self) -> bytes:
        """The public half of the key that signs checkpoints, 32 bytes."""
        return self._signing.public_key().public_bytes_raw()

    def sign(self, data: bytes) -> bytes:
        """The Ed25519 signature (64 bytes) of the checkpoint key."""
        return self._signing.sign(data)

    def last_checkpoint(self) -> str:
        """The note that was signed last, or empty."""
        if self.folder is None:
            return self._last
        file = self.folder / _LAST
        return file.read_text(encoding="utf-8") if file.exists() else ""

    def keep_checkpoint(self, note: str) -> None:
        """Keeps the note that was signed last. It is on the disk when this returns."""
        self._last = note
        if self.folder is not None:
            _replace(self.folder / _LAST, note.encode())


def _make(folder: Path) -> None:
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for name in _NAMES:
            _replace(folder / name, base64.b64encode(secrets.token_bytes(32)) + b"\n")
        _onto_disk(folder.parent)
    except OSError as error:
        raise Broken(f"the keys cannot be made in {folder}: {error.strerror}", "check who may write there") from error


def _read(file: Path) -> bytes:
    with file.open("rb") as opened:
        mode = stat.S_IMODE(os.fstat(opened.fileno()).st_mode)
        text = opened.read(4096)
    if mode & 0o077:
        raise Broken(f"others may read the key {file} (its mode is {mode:o})", f"chmod 600 {file}")
    try:
        data = base64.b64decode(text.strip(), validate=True)
    except binascii.Error:
        data = b""
    if len(data) != 32:
        raise Broken(f"{file} is no key of 32 bytes in base64", "put it back from its backup")
    return data


def _replace(file: Path, data: bytes) -> None:
    """Puts a file in place whole or not at all, for its owner only, and onto the disk."""
    draft = file.with_name(file.name + ".new")
    handle = os.open(draft, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600)
    with open(handle, "wb") as opened:
        opened.write(data)
        opened.flush()
        os.fsync(opened.fileno())
    draft.replace(file)
    _onto_disk(file.parent)


def _onto_disk(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
