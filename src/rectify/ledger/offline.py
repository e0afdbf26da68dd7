"""Checks an exported book without the store: chain, proofs, signatures, opened parts, the reader's own checkpoint."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import rfc8785
from pydantic import BaseModel, ConfigDict, ValidationError

from rectify.ledger.checkpoint import Checkpoint, PublicKey, read_checkpoint, read_key, signed_by
from rectify.ledger.export import FORMAT
from rectify.ledger.tree import Tree, extends, includes
from rectify.ledger.verify import Chain, Stop, Verified
from rectify.store.sealed import Plain
from rectify.terms.errors import Broken, Fault, Faulty, Place

LIMIT = 512 << 20  # bytes of an export that are read
_ASK = "ask the operator for an export anew, and keep this one"


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class OpenedPart(_Strict):
    """A part that the reader may see; salt in base64."""

    salt: str
    value: Any


class Line(_Strict):
    """An entry of the book, its inclusion proof (base64, lowest first), its opened parts, names of erased ones."""

    entry: dict[str, Any]
    proof: list[str]
    opened: dict[str, OpenedPart]
    erased: list[str]


class Since(_Strict):
    """The checkpoint that the reader got before, and the proof that the tree begins with its tree."""

    checkpoint: str
    proof: list[str]


class Export(_Strict):
    """The file, format 1."""

    rectify_export: int
    book: str
    made: str
    key: str
    checkpoint: str
    book_checkpoint: str
    since: Since | None
    entries: list[Line]


def read_export(file: str | Path) -> Export:
    """The content of an exported book. Raises Faulty with all faults of its form, Broken for a newer format."""
    path = Path(file)
    try:
        if path.stat().st_size > LIMIT:
            raise Faulty([Fault(f"the file is larger than {LIMIT >> 20} MB", Place(str(path)))])
        data = json.loads(path.read_bytes(), object_pairs_hook=_once)
    except OSError as error:
        raise Faulty([Fault(f"the file cannot be read: {error.strerror}", Place(str(path)))]) from error
    except (ValueError, RecursionError) as error:
        raise Faulty([Fault(f"the file is no JSON: {error}", Place(str(path)))]) from error
    version = data.get("rectify_export") if isinstance(data, dict) else None
    if isinstance(version, int) and version > FORMAT:
        raise Broken(f"the export has format {version}; this program reads up to {FORMAT}", "install the newer version")
    try:
        return Export.model_validate(data)
    except ValidationError as error:
        places = [(".".join(str(step) for step in fault["loc"]), fault["msg"].lower()) for fault in error.errors()]
        raise Faulty(
            [Fault(f'"{where}": {said}', Place(str(path), path=where), _ASK) for where, said in places]
        ) from error


def verify_export(export: Export, checkpoint: str = "", key: str = "") -> Verified:
    """Checks a book. `checkpoint` is a note that the reader holds; `key` the line of the key that he trusts.

    Without `key` the file's own key is taken: then the result proves only what that key's holder says. Raises Faulty
    when `checkpoint` or `key` is of another form.
    """
    trusted = read_key(key or export.key)
    yours = read_checkpoint(checkpoint) if checkpoint else None
    leaves: list[bytes] = []
    compared: int | None = None
    stop: Stop | None = None
    try:
        signed = _signed(export.checkpoint, trusted, "the checkpoint")
        _entries(export, signed, leaves)
        _whole(export, signed, trusted, leaves)
        extended = _since(export, signed, trusted)
        if yours is not None:
            compared = _yours(yours, export, leaves, [signed, extended], trusted)
    except (Stop, Faulty) as error:
        stop = error if isinstance(error, Stop) else Stop(error.faults[0].text, None, _ASK)
    return Verified(
        entries=len(leaves),
        root=Tree(leaves).root(),
        fault=None if stop is None else stop.fault,
        first=None if stop is None else stop.sequence,
        yours=compared,
        parts=sum(len(line.opened) for line in export.entries),
        erased=sum(len(line.erased) for line in export.entries),
        origin=trusted.name,
    )


def verify_files(place: str | Path, checkpoint: str = "", key: str = "") -> list[tuple[Path, Verified]]:
    """The same for a file, or for every ".json" of a folder. Raises Faulty for a folder without any."""
    path = Path(place)
    files = sorted(path.glob("*.json")) if path.is_dir() else [path]
    if not files:
        raise Faulty([Fault("there is no exported book in the folder", Place(str(path)))])
    return [(file, verify_export(read_export(file), checkpoint, key)) for file in files]


def _signed(note: str, key: PublicKey, what: str) -> Checkpoint:
    signed = read_checkpoint(note)
    if not signed_by(signed, key):
        raise Stop(f"{what} is not signed by the key {key}", None, _ASK)
    return signed


def _entries(export: Export, signed: Checkpoint, leaves: list[bytes]) -> None:
    if signed.origin != read_key(export.key).name:
        raise Stop("the checkpoint is of another ledger than the key", None, _ASK)
    chain = Chain()
    for line in export.entries:
        sequence = line.entry.get("sequence")
        if not isinstance(sequence, int) or line.entry.get("book") != export.book:
            raise Stop(f"an entry of another book, or without a number, stands after {len(leaves)} entries", None, _ASK)
        try:
            data = rfc8785.dumps(line.entry)
        except (ValueError, RecursionError) as error:
            raise Stop(f"entry {sequence} is no entry: {error}", sequence, _ASK) from error
        entry, leaf = chain.take(data, sequence)
        if not includes(signed.root, signed.size, sequence, leaf, _hashes(line.proof)):
            raise Stop(f"entry {sequence} was changed, or never stood in the signed ledger", sequence, _ASK)
        _opened(line, entry, sequence)
        leaves.append(leaf)


def _opened(line: Line, entry: dict[str, Any], sequence: int) -> None:
    for name, part in line.opened.items():
        committed = entry["parts"].get(name)
        try:
            plain = Plain(base64.b64decode(part.salt, validate=True), rfc8785.dumps(part.value))
        except (ValueError, RecursionError, binascii.Error) as error:
            raise Stop(f'the part "{name}" of entry {sequence} cannot be read', sequence, _ASK) from error
        if committed is None or len(plain.salt) != 32 or committed["commit"] != plain.commit:
            raise Stop(f'the part "{name}" of entry {sequence} is not the one it was committed to', sequence, _ASK)


def _whole(export: Export, signed: Checkpoint, key: PublicKey, leaves: list[bytes]) -> None:
    over_book = _signed(export.book_checkpoint, key, "the checkpoint of the book")
    if over_book.origin != f"{signed.origin}/{export.book}":
        raise Stop("the checkpoint of the book is of another book", None, _ASK)
    if over_book.size != len(leaves) or over_book.root != Tree(leaves).root():
        raise Stop(f"the book has {over_book.size} entries, the file {len(leaves)}: the end was cut off", None, _ASK)


def _since(export: Export, signed: Checkpoint, key: PublicKey) -> Checkpoint | None:
    if export.since is None:
        return None
    earlier = _signed(export.since.checkpoint, key, "the earlier checkpoint")
    if not extends(earlier.root, earlier.size, signed.root, signed.size, _hashes(export.since.proof)):
        raise Stop(f"the ledger does not begin with the {earlier.size} entries of the earlier checkpoint", None, _ASK)
    return earlier


def _yours(
    yours: Checkpoint, export: Export, leaves: list[bytes], known: Sequence[Checkpoint | None], key: PublicKey
) -> int:
    """The size of the reader's checkpoint, of the ledger or of this book, if what he gets now begins with it."""
    of_book = f"{key.name}/{export.book}"
    if yours.origin not in (key.name, of_book) or not signed_by(yours, key):
        raise Stop("your checkpoint was not signed by this ledger", None, "check that it is of the same operator")
    if yours.origin == of_book:
        roots = [Tree(leaves).root(yours.size)] if yours.size <= len(leaves) else []
    else:
        roots = [signed.root for signed in known if signed is not None and signed.size == yours.size]
    if not roots:
        told = f"the file does not say how your checkpoint of {yours.size} entries became this one"
        raise Stop(told, None, f"ask for an export since your checkpoint of {yours.size} entries")
    if yours.root not in roots:
        raise Stop(f"the first {yours.size} entries are not those of your checkpoint", None, _ASK)
    return yours.size


def _hashes(path: Sequence[str]) -> list[bytes]:
    try:
        return [base64.b64decode(step, validate=True) for step in path]
    except (binascii.Error, ValueError):
        return []


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name stands twice in one place")
    return found
