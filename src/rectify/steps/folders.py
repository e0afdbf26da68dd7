"""Names of folders: of each book one of its own, on every file system, and still readable."""

from __future__ import annotations

import hashlib
import re

# As it is: no small letter, so that two names never differ by case alone, and no `_`, which begins the digest below.
_PLAIN = re.compile(r"[A-Z0-9](?:[A-Z0-9.-]{0,98}[A-Z0-9])?")
_DEVICE = re.compile(r"(?:CON|PRN|AUX|NUL|COM[0-9]|LPT[0-9])(?:\..*)?")  # no files on Windows
_OTHER = re.compile(r"[^A-Za-z0-9-]+")


def folder_name(book: str) -> str:
    """A book as the name of a folder: no two books share one, and none leads out of the folder that it is in.

    What cannot stand as it is gets a digest: "XA-1:2" is XA-1_2_6f1c….
    """
    if _PLAIN.fullmatch(book) and not _DEVICE.fullmatch(book):
        return book
    readable = _OTHER.sub("_", book)[:60].strip("_-") or "order"
    return f"{readable}_{hashlib.sha256(book.encode('utf-8', 'surrogatepass')).hexdigest()[:16]}"


def former_name(book: str) -> str:
    """The name that the folder of a book had before: two books could share it."""
    return book.replace("/", "_").replace(":", "_")
