"""The blocks of a text file: found in one pass with its digest, each read alone afterwards with the same result."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from itertools import pairwise

from rectify.catalogue.opening import TextFile, TextStream, changed
from rectify.catalogue.reading import Block
from rectify.catalogue.windows import Cutting, Window, windows


class TextBlocks:
    """The records of a text file from `start` on (behind its header)."""

    def __init__(self, text: TextFile, cutting: Cutting, start: int = 0) -> None:
        self._text, self._cutting, self._start = text, cutting, start
        self._digest = ("", "")
        self._kept: TextStream | None = None

    def blocks(self) -> Iterator[Block]:
        """Blocks of about `caps.block_rows` rows; reads the whole file and takes its digest on the way."""
        digest = hashlib.sha256()
        with self._text.open(digest) as stream:
            stream.move_to(self._start)
            yield from self._count(stream)
            stream.drain()
            self._digest = (digest.hexdigest(), stream.settled())

    def digest(self) -> tuple[str, str]:
        """SHA-256 of the file's bytes and its stamp, once `blocks` has ended."""
        return self._digest

    def read(self, block: Block, stamp: str) -> Iterator[tuple[Window, int]]:
        """The windows of a block, each with the number of its first row. Raises `Refused` if the file changed."""
        stream = self._stream(block, stamp)
        try:
            stream.move_to(block.start)
            row = block.first
            for window in windows(stream, self._cutting, block.end):
                yield window, row
                row += len(window.grid.first)
            stream.settled()
            if row - block.first != block.rows:
                raise changed(self._text.name)
            self._kept, stream = stream, self._kept
        finally:
            if stream is not None:
                stream.close()

    def _stream(self, block: Block, stamp: str) -> TextStream:
        """A stream at or before a block: the one that the last block left, so that what is packed is unpacked once."""
        kept, self._kept = self._kept, None
        if kept is not None and kept.stamp == stamp and kept.position <= block.start:
            return kept
        if kept is not None:
            kept.close()
        stream = self._text.open()
        if stream.stamp != stamp:
            stream.close()
            raise changed(self._text.name)
        return stream

    def from_start(self) -> Iterator[tuple[Window, int]]:
        """The windows from the beginning, without a digest."""
        with self._text.open() as stream:
            stream.move_to(self._start)
            row = 1
            for window in windows(stream, self._cutting, None):
                yield window, row
                row += len(window.grid.first)

    def _count(self, stream: TextStream) -> Iterator[Block]:
        """Cuts blocks at records, never inside a loose window, whose lines cannot be found again from the middle."""
        most = self._text.caps.block_rows
        block = Block(0, 0, 1, self._start, self._start)
        for window in windows(stream, self._cutting, None):
            rows = len(window.grid.first)
            places = [0, rows] if window.loose else [0, *range(most - block.rows, rows, most), rows]
            for begin, end in pairwise(places):
                at = window.end if end == rows else window.start + int(window.grid.begins[end])
                block = block._replace(rows=block.rows + end - begin, end=at)
                if block.rows >= most:
                    yield block
                    block = Block(block.group + 1, 0, block.first + block.rows, block.end, block.end)
        if block.rows:
            yield block
