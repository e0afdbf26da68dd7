"""A catalogue file from its bytes: unpacked, capped, as UTF-8, and known by its digest and its stamp."""

from __future__ import annotations

import hashlib
import os
import stat
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Protocol

import pyarrow as pa

from rectify.catalogue.encoding import Encoding, Transcoder, recognise
from rectify.catalogue.source import Caps
from rectify.terms.errors import Fault, Faulty, Place, Refused

PIECE = 1 << 20
_MAGIC = ((b"\x1f\x8b", "gzip"), (b"\x28\xb5\x2f\xfd", "zstd"))


class Digest(Protocol):
    """What is asked of a hash object of `hashlib`."""

    def update(self, data: bytes, /) -> None:
        """Takes more bytes."""
        ...


def faulty(name: str, text: str, remedy: str = "") -> Faulty:
    """The one fault of a file."""
    return Faulty([Fault(text, Place(file=name), remedy)])


def open_file(path: Path, name: str) -> IO[bytes]:
    """Opens a regular file for reading. Raises `Faulty` for what is missing, no file, or not readable."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK)  # a pipe must not hold us up
        file = os.fdopen(descriptor, "rb", buffering=0)
    except OSError as error:
        raise faulty(name, f"cannot be opened: {(error.strerror or str(error)).lower()}") from error
    if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
        file.close()
        raise faulty(name, "is not a regular file")
    return file


def stamp_of(file: IO[bytes]) -> str:
    """Which file this is and when it last changed: device, inode, size, times. Changes with every write."""
    s = os.fstat(file.fileno())
    return f"{s.st_dev}:{s.st_ino}:{s.st_size}:{s.st_mtime_ns}:{s.st_ctime_ns}"


def changed(name: str) -> Refused:
    """What to raise when a file is not, or is no longer, the one that was seen."""
    return Refused(f"{name} changed while it was read", "wait until it is written, or read from a copy, and start anew")


def digest_file(file: IO[bytes]) -> str:
    """SHA-256 of a whole file, hex."""
    digest = hashlib.sha256()
    file.seek(0)
    while piece := file.read(PIECE):
        digest.update(piece)
    return digest.hexdigest()


class Watched:
    """A file as Arrow reads it; each byte read, from first to last, also goes into a digest where one is given."""

    closed = False

    def __init__(self, file: IO[bytes], digest: Digest | None) -> None:
        self._file, self._digest = file, digest

    def read(self, size: int = -1) -> bytes:
        """Up to `size` bytes; empty at the end."""
        piece = self._file.read(size)
        if self._digest is not None:
            self._digest.update(piece)
        return piece

    def close(self) -> None:
        """Nothing: the stream that opened the file closes it."""


@dataclass(frozen=True, slots=True)
class TextFile:
    """A text file on disk: its path, the name people know it by, how it is packed and encoded."""

    path: Path
    name: str
    packing: str  # "" | gzip | zstd
    encoding: Encoding
    caps: Caps

    def open(self, digest: Digest | None = None) -> TextStream:
        """A stream of its UTF-8 bytes."""
        return TextStream(self, digest)


class TextStream:
    """The text of a file as UTF-8 bytes, from the first after a mark. What is no UTF-8 passes as it is.

    `read` raises `Faulty` where the packing is broken or unpacks beyond the caps.
    """

    def __init__(self, text: TextFile, digest: Digest | None = None) -> None:
        self.text = text
        self.file = open_file(text.path, text.name)
        self.stamp = stamp_of(self.file)
        self.position = 0
        self._size = max(os.fstat(self.file.fileno()).st_size, 1)
        self._unpacked = 0
        self._watched = Watched(self.file, digest)
        self._inner: Any = self._watched
        if text.packing:
            self._inner = pa.CompressedInputStream(pa.PythonFile(self._watched, "r"), text.packing)
        self._transcoder = None if text.encoding.codec == "utf-8" else Transcoder(text.encoding.codec)
        self._seekable = not text.packing and self._transcoder is None and digest is None
        self._rest, self._ended = b"", False
        self._skip(text.encoding.skip)

    def __enter__(self) -> TextStream:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, t: TracebackType | None) -> None:
        self.close()

    def __del__(self) -> None:
        if hasattr(self, "file"):
            self.file.close()

    def close(self) -> None:
        """Closes the file."""
        self.file.close()

    def read(self, size: int) -> bytes:
        """At most `size` bytes of text; none only at the end."""
        out = self._rest
        self._rest = b""
        while not out and not self._ended:
            piece = self._packed(size)
            self._ended = not piece
            out = self._transcoder.turn(piece, self._ended) if self._transcoder else piece
        if len(out) > size:
            out, self._rest = out[:size], out[size:]
        self.position += len(out)
        return out

    def move_to(self, position: int) -> None:
        """Goes forward to a position in the text; only a plain UTF-8 file without digest can do so without reading."""
        if position > self.position and self._seekable and not self._rest:
            self.file.seek(position + self.text.encoding.skip)
            self.position = position
        while self.position < position:
            if not self.read(min(PIECE, position - self.position)):
                raise changed(self.text.name)

    def fill(self, size: int) -> bytes:
        """So many bytes, or fewer where the text ends."""
        got = b""
        while len(got) < size and (piece := self.read(size - len(got))):
            got += piece
        return got

    def settled(self) -> str:
        """The stamp of the file if it is still the one that was opened. Raises `Refused` if it changed."""
        if stamp_of(self.file) != self.stamp:
            raise changed(self.text.name)
        return self.stamp

    def drain(self) -> None:
        """Reads to the end of the file's bytes, so that the digest covers all of them."""
        while self._watched.read(PIECE):
            pass

    def _skip(self, count: int) -> None:
        while count:
            count -= len(self._packed(count)) or count

    def _packed(self, size: int) -> bytes:
        try:
            piece = bytes(self._inner.read(size))
        except (OSError, pa.ArrowException) as error:
            text = f"its {self.text.packing} packing is broken: {error}" if self.text.packing else str(error)
            raise faulty(self.text.name, text, "was it written to the end?") from error
        self._unpacked += len(piece)
        caps = self.text.caps
        if self._unpacked > caps.unpacked or (
            self._unpacked > caps.ratio_from and self._unpacked > caps.ratio * self._size
        ):
            raise faulty(
                self.text.name,
                f"unpacks to more than {self._unpacked:,} bytes from {self._size:,}, beyond what is read",
                "unpack it yourself if this is right",
            )
        return piece


def head_of(path: Path, name: str, size: int = PIECE // 4) -> tuple[bytes, str]:
    """The first bytes of a file, unpacked, and its packing ("", "gzip", "zstd"), told by content, not by name."""
    with open_file(path, name) as file:
        first = file.read(size)
    packing = next((kind for magic, kind in _MAGIC if first.startswith(magic)), "")
    if not packing:
        return first, ""
    with TextFile(path, name, packing, Encoding("utf-8"), Caps()).open() as stream:
        return stream.fill(size), packing


def open_text(path: Path, name: str, caps: Caps, encoding: str = "") -> TextFile:
    """A text file with its packing and encoding recognised (`encoding`: a codec that a person named instead)."""
    head, packing = head_of(path, name)
    if encoding:
        said = recognise([head])
        skip = said.skip if said.codec == encoding else 0
        return TextFile(path, name, packing, Encoding(encoding, skip), caps)
    samples = [head]
    if not packing:
        samples += _spread(path, name)
    return TextFile(path, name, packing, recognise(samples), caps)


def _spread(path: Path, name: str) -> list[bytes]:
    """Samples from all over a file: the head of a catalogue may be plain ASCII where the rest is not."""
    with open_file(path, name) as file:
        size = os.fstat(file.fileno()).st_size
        if size <= PIECE // 4:
            return []
        found = []
        for n in range(1, 16):
            file.seek(size * n // 16)
            piece = file.read(1 << 14)
            found.append(piece[piece.find(b"\n") + 1 :])
        return found
