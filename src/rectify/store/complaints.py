"""What a database complains of, as a sentence and a remedy."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from rectify.terms.errors import Broken

# SQLite result code (its low byte) -> sentence and remedy. Source: https://sqlite.org/rescode.html
_SENTENCES: dict[int, tuple[str, str]] = {
    sqlite3.SQLITE_BUSY: (
        "the store {0} is busy: another program has been writing to it for too long",
        "wait for it to end, or look which program holds the store",
    ),
    sqlite3.SQLITE_LOCKED: ("the store {0} is busy: a part of it is locked by another use", "try again"),
    sqlite3.SQLITE_READONLY: (
        "the store {0} can be read but not written",
        "check the rights of the file, its folder and the disk",
    ),
    sqlite3.SQLITE_PERM: ("the store {0} may not be opened", "check the rights of the file and its folder"),
    sqlite3.SQLITE_CANTOPEN: ("the store {0} cannot be opened", "check that its folder exists and may be written"),
    sqlite3.SQLITE_NOTADB: ("{0} is not a Rectify store", "correct `store` in the settings"),
    sqlite3.SQLITE_CORRUPT: (
        "the store {0} is damaged",
        "stop, keep the file, put back the last backup and run `rectify ledger verify`",
    ),
    sqlite3.SQLITE_FULL: (
        "the disk of the store {0} is full; nothing of this step was written",
        "make room and do the step again",
    ),
    sqlite3.SQLITE_IOERR: (
        "the disk of the store {0} gave an error; nothing of this step was answered as done",
        "check the disk, run `rectify ledger verify`, then do the step again",
    ),
}


def complaint(error: BaseException, file: Path | None) -> Broken | None:
    """The sentence for what the database said, or None where it is not about the state of the store."""
    code = getattr(error, "sqlite_errorcode", None)
    told = _SENTENCES.get(code & 0xFF) if isinstance(code, int) else None
    if told is None:
        return None
    return Broken(told[0].format(file or "in memory"), told[1])
