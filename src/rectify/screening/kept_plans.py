"""Compiled plans kept between runs: the arrays of the kernel in one file, by the digest of all that they follow from.

All processes read a file from the same pages of memory. One that is torn, changed, of another version or another
user's is never used. Nothing fails for want of a file: what cannot be kept is compiled anew.
"""

from __future__ import annotations

import fcntl
import hashlib
import mmap
import os
import stat
import struct
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cache
from importlib import metadata
from importlib.resources import files
from pathlib import Path

import numpy as np
import numpy.typing as npt

from rectify import __version__
from rectify.terms.finding import Disguise

Bytes = npt.NDArray[np.uint8]
Arrays = tuple[Bytes, ...]
VARIABLE = "RECTIFY_KEPT_PLANS"
NONE = "none"  # what turns it off
MOST_FILES, MOST_BYTES = 64, 1 << 28  # in a folder
_MAGIC, _FORMAT = b"RECTPLAN", 1
_HEADER = struct.Struct("<8sQ32s32s")  # magic, format, key, digest of the key and of all that follows
_ALIGNED = 64
_WRITABLE_BY_OTHERS = stat.S_IWGRP | stat.S_IWOTH
_ABANDONED = 3600  # seconds after which a half-written file is nobody's
_PLAN, _PART, _LOCK = ".plan", ".part", ".lock"
_LONGEST_WAIT, _PAUSE = 30.0, 0.02  # seconds for another process that makes the same plan


@dataclass(frozen=True, slots=True)
class KeptPlans:
    """A folder of compiled plans, of its owner alone; those that were used last stay."""

    folder: Path
    most_files: int = MOST_FILES
    most_bytes: int = MOST_BYTES

    def read(self, key: bytes) -> Arrays | None:
        """The arrays kept by a key, as bytes; None where there are none that are whole and ours."""
        path = self._path(key)
        try:
            self._check_folder()
            with open(path, "rb", opener=_without_links) as file:
                _check(os.fstat(file.fileno()), stat.S_ISREG)
                data = np.frombuffer(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ), np.uint8)
            found = _arrays(data, key)
        except (OSError, ValueError, struct.error):
            return None
        with suppress(OSError):
            os.utime(path)
        return found

    def keep(self, key: bytes, arrays: Sequence[npt.NDArray[np.generic]]) -> None:
        """Keep arrays by a key, where that is possible."""
        pieces = _pieces(key, arrays)
        if sum(map(len, pieces)) > self.most_bytes:
            return
        with suppress(OSError):
            handle, name = tempfile.mkstemp(_PART, dir=self.folder)  # read and written by its owner alone
            try:
                with open(handle, "wb") as file:
                    file.writelines(pieces)
                os.replace(name, self._path(key))
            except BaseException:
                os.unlink(name)
                raise
            self._forget_oldest(self._path(key))

    @contextmanager
    def alone(self, key: bytes) -> Iterator[None]:
        """Wait while another process makes the plan of this key, but not for one that is stuck."""
        file = None
        with suppress(OSError):
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._check_folder()
            file = open(self._path(key).with_suffix(_LOCK), "w", opener=_without_links)  # noqa: SIM115  (closed below)
        until = time.monotonic() + _LONGEST_WAIT
        try:
            while file is not None and time.monotonic() < until:
                with suppress(BlockingIOError):
                    fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    break
                time.sleep(_PAUSE)
            yield
        finally:
            if file is not None:
                file.close()  # and the lock goes

    def size(self) -> tuple[int, int]:
        """How many plans are kept, and their bytes."""
        sizes = [size for _, size, _ in self._kept()]
        return len(sizes), sum(sizes)

    def _path(self, key: bytes) -> Path:
        return self.folder / f"{key.hex()}{_PLAN}"

    def _check_folder(self) -> None:
        _check(os.stat(self.folder), stat.S_ISDIR)

    def _kept(self) -> list[tuple[float, int, Path]]:
        """(when it was last used, bytes, path) of each file, the newest first."""
        found = []
        with suppress(OSError):
            for path in self.folder.glob(f"*{_PLAN}"):
                with suppress(OSError):  # another process forgot it
                    told = path.stat()
                    found.append((told.st_mtime, told.st_size, path))
        return sorted(found, reverse=True)

    def _forget_oldest(self, own: Path) -> None:
        """Forget what is over the bounds, but for the file just written; who reads one still has its pages."""
        bytes_left, files_left = self.most_bytes - own.stat().st_size, self.most_files - 1
        for _, size, path in self._kept():
            if path == own:
                continue
            bytes_left, files_left = bytes_left - size, files_left - 1
            if bytes_left < 0 or files_left < 0:
                path.unlink(missing_ok=True)
        for path in (*self.folder.glob(f"*{_PART}"), *self.folder.glob(f"*{_LOCK}")):
            with suppress(OSError):
                if path.stat().st_mtime < time.time() - _ABANDONED:
                    path.unlink()


def kept_plans(beside: Path | None = None) -> KeptPlans | None:
    """The plans kept in a folder, or else for this user: in the folder that RECTIFY_KEPT_PLANS names, or among the
    user's caches. None where that variable says `none`, or where the user has no folder.
    """
    named = os.environ.get(VARIABLE, "")
    folder = str(beside or named or _caches())
    return None if named == NONE or not folder else KeptPlans(Path(folder))


def _caches() -> str:
    """Where this user's caches of Rectify lie, by the rules of the system."""
    home = os.path.expanduser("~")
    if sys.platform == "darwin":
        above = os.path.join(home, "Library", "Caches")
    else:
        above = os.environ.get("XDG_CACHE_HOME", "")
        above = above if os.path.isabs(above) else os.path.join(home, ".cache")  # a relative one is to be ignored
    return os.path.join(above, "rectify", "plans") if os.path.isabs(above) else ""


@cache
def program_digest() -> bytes:
    """SHA-256 of what arrays follow from besides word lists: the code and tables of screening, and what they run on."""
    on = (__version__, sys.byteorder, np.__version__, metadata.version("google-re2"), *Disguise)
    told = hashlib.sha256(" ".join(on).encode())
    here = files("rectify.screening")
    for folder, ending in ((here, ".py"), (here / "tables", "")):
        for file in sorted(folder.iterdir(), key=lambda one: one.name):
            if file.is_file() and file.name.endswith(ending):
                told.update(b"%b %b " % (file.name.encode(), hashlib.sha256(file.read_bytes()).digest()))
    return told.digest()


def _without_links(path: str, flags: int) -> int:
    return os.open(path, flags | os.O_NOFOLLOW, 0o600)


def _check(told: os.stat_result, is_kind: Callable[[int], bool]) -> None:
    """Raises PermissionError for what another could have written."""
    if not is_kind(told.st_mode) or told.st_uid != os.geteuid() or told.st_mode & _WRITABLE_BY_OTHERS:
        raise PermissionError


def _pieces(key: bytes, arrays: Sequence[npt.NDArray[np.generic]]) -> list[bytes | memoryview]:
    """A file: header, how many arrays, the bytes of each, and the arrays, each from a multiple of 64 bytes on."""
    lengths = np.array([len(arrays), *(array.nbytes for array in arrays)], "<u8").tobytes()
    pieces: list[bytes | memoryview] = [lengths]
    at = _HEADER.size + len(lengths)
    for array in arrays:
        pieces.append(bytes(-at % _ALIGNED))
        pieces.append(np.ascontiguousarray(array).reshape(-1).view(np.uint8).data)
        at += len(pieces[-2]) + array.nbytes
    digest = hashlib.sha256(key)
    for piece in pieces:
        digest.update(piece)
    return [_HEADER.pack(_MAGIC, _FORMAT, key, digest.digest()), *pieces]


def _arrays(data: Bytes, key: bytes) -> Arrays:
    """The arrays of a file. Raises ValueError or struct.error where it is torn, changed or not this one."""
    magic, form, own, digest = _HEADER.unpack_from(data.data)
    if (magic, form, own) != (_MAGIC, _FORMAT, key):
        raise ValueError("another file")
    told = hashlib.sha256(key)
    told.update(data[_HEADER.size :].data)
    if told.digest() != digest:
        raise ValueError("a torn or changed file")
    count, found = int(np.frombuffer(data, "<u8", 1, _HEADER.size)[0]), []
    at = _HEADER.size + 8 * (count + 1)
    for length in np.frombuffer(data, "<u8", count, _HEADER.size + 8).tolist():
        at += -at % _ALIGNED
        found.append(data[at : at + length])
        at += length
    return tuple(found)
