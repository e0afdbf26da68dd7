"""Writes one book as a file that anybody can check without the store. Format 1: docs/why/store.md.

It holds the book's entries, each with the proof that it stands in the signed tree; the signed checkpoint; a second one
over the book's own entries, so that nothing can be left off its end unseen; the proof that the tree begins with the one
that the reader got before; and, opened, only the parts of the subjects that are named.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from rectify.ledger import log
from rectify.ledger.checkpoint import Checkpoint, read_checkpoint, sign
from rectify.ledger.entry import fields, instant
from rectify.ledger.ledger import Ledger
from rectify.ledger.tree import Tree
from rectify.store.sealed import Plain
from rectify.terms.entry import Json
from rectify.terms.errors import Refused, Unknown

FORMAT = 1


def export_book(
    ledger: Ledger, book: str, at: datetime, *, subjects: Collection[str] = (), since: str = ""
) -> dict[str, Json]:
    """The file's content for one book: all of it up to a checkpoint that is signed now.

    `subjects` are those whose parts are opened ("order:BOOK" and others of the addressee); `since` is the checkpoint
    that the reader got before. Raises Unknown for a book without entries, Refused for a `since` that this ledger did
    not sign.
    """
    signed = ledger.checkpoint(at)
    earlier = read_checkpoint(since) if since else None
    with ledger.reading() as connection:
        rows = list(log.rows(connection, 0, signed.size, book=book))
        if not rows:
            raise Unknown(f'the ledger has no book "{book}"')
        tree = Tree(list(log.leaves(connection, 0, signed.size)))
        entries = [fields(row.entry) for row in rows]
        parts = [part for entry in entries for part in entry["parts"].values() if part["subject"] in subjects]
        plain = ledger.sealed.open_all(connection, [part["id"] for part in parts])
    proofs = [_encoded(tree.inclusion(row.sequence, signed.size)) for row in rows]
    lines = [_line(entry, proof, subjects, plain) for entry, proof in zip(entries, proofs, strict=True)]
    own = Tree([row.leaf for row in rows])
    over_book = sign(f"{signed.origin}/{book}", len(rows), own.root(), ledger.key, ledger.keys.sign)
    return {
        "rectify_export": FORMAT,
        "book": book,
        "made": instant(at),
        "key": str(ledger.key),
        "checkpoint": signed.note,
        "book_checkpoint": over_book.note,
        "since": None if earlier is None else _since(tree, earlier, signed),
        "entries": lines,
    }


def write_export(content: dict[str, Json], file: str | Path) -> None:
    """Writes the content of `export_book` as JSON: UTF-8, sorted names, one blank of indent."""
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, indent=1)
    Path(file).write_text(text + "\n", encoding="utf-8", newline="\n")


def proof_text(index: int, path: Sequence[str], checkpoint: str) -> str:
    """One entry's proof in the form of C2SP tlog-proof, for other verifiers. `path` is base64, lowest first."""
    return "\n".join(["c2sp.org/tlog-proof@v1", f"index {index}", *path, "", checkpoint])


def _line(
    entry: dict[str, Any], proof: list[str], subjects: Collection[str], plain: Mapping[str, Plain]
) -> dict[str, Any]:
    wanted = {name: part["id"] for name, part in entry["parts"].items() if part["subject"] in subjects}
    opened = {name: plain[part] for name, part in wanted.items() if part in plain}
    return {
        "entry": entry,
        "proof": proof,
        "opened": {name: {"salt": _base64(part.salt), "value": part.value} for name, part in opened.items()},
        "erased": sorted(wanted.keys() - opened.keys()),
    }


def _since(tree: Tree, earlier: Checkpoint, signed: Checkpoint) -> dict[str, Json]:
    if earlier.origin != signed.origin or earlier.size > signed.size or tree.root(earlier.size) != earlier.root:
        raise Refused(
            "the earlier checkpoint is not one of this ledger", "pass the one that the reader got with the last export"
        )
    return {"checkpoint": earlier.note, "proof": _encoded(tree.consistency(earlier.size, signed.size))}


def _encoded(hashes: Sequence[bytes]) -> list[str]:
    return [_base64(step) for step in hashes]


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode()
