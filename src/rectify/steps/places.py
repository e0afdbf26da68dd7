"""Where a person wants something written: made ready, or told in a sentence before any work begins."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from rectify.terms.errors import Fault, Faulty, Place


def folder_for(path: Path) -> Path:
    """A folder to write into, made with those above it. Raises Faulty where it cannot be made or written to."""
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise _faulty(path, f"cannot be made a folder: {(error.strerror or str(error)).lower()}") from None
    if not os.access(path, os.W_OK | os.X_OK):
        raise _faulty(path, "cannot be written to: permission denied")
    return path


def file_for(path: Path, reads: Iterable[Path] = ()) -> Path:
    """A file to write, its folder made. Raises Faulty for what is a folder, lies where nothing can be written, or is
    one of the files that are read.
    """
    apart([path], reads)
    if path.is_dir():
        raise _faulty(path, "is a folder; a file is needed")
    folder_for(path.parent)
    return path


def apart(writes: Iterable[Path], reads: Iterable[Path]) -> None:
    """Raises Faulty for each file to be written that is one of those that are read, by whatever name or link."""
    read = [path for path in reads if path.is_file()]
    faults = [
        Fault(f"would overwrite {one}, which is read", Place(file=str(path)), "choose another place")
        for path in writes
        if path.is_file() and (one := next((one for one in read if path.samefile(one)), None))
    ]
    if faults:
        raise Faulty(faults)


def _faulty(path: Path, text: str) -> Faulty:
    return Faulty([Fault(text, Place(file=str(path)), "choose another place")])
