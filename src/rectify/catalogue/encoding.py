"""Which encoding the bytes of a text file are in. UTF-8 unless they plainly say otherwise, and then it is told."""

from __future__ import annotations

import codecs
import re
from collections.abc import Sequence
from dataclasses import dataclass

# What a transcoder writes where bytes stand for nothing: no UTF-8, so that the row is mended and marked like any other.
_FLAW = b"\xff"
_HIGH_RUN = re.compile(rb"[\x80-\xff]+")
_FEW = 4  # runs of bytes beyond ASCII: fewer than these say nothing about an encoding
_MARKS = (  # byte order marks, the longer first
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_SPOKEN = {
    "utf-16-le": "UTF-16",
    "utf-16-be": "UTF-16",
    "utf-32-le": "UTF-32",
    "utf-32-be": "UTF-32",
    "gb18030": "GB18030 (GBK)",
    "cp1252": "Windows-1252 (Latin-1)",
}


@dataclass(frozen=True, slots=True)
class Encoding:
    """A Python codec name, the bytes of a mark to skip at the start, and what to tell a person (empty for UTF-8)."""

    codec: str
    skip: int = 0
    said: str = ""


def _flaw(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return "\udcff", error.end


codecs.register_error("rectify.flaw", _flaw)


def recognise(samples: Sequence[bytes]) -> Encoding:
    """The encoding of a file from samples of it; the first is its head.

    A mark or the pattern of NULs settles UTF-16 and UTF-32. Without valid UTF-8 beyond ASCII in any sample, bytes in
    pairs that read as common Chinese characters are GB18030, single ones that read as letters Windows-1252. In doubt
    it stays UTF-8, and each row that is not is mended and marked.
    """
    head = samples[0]
    for mark, codec in _MARKS:
        if head.startswith(mark):
            return Encoding(codec, len(mark), _told(codec))
    if codec := _by_nuls(head[:4096]):
        return Encoding(codec, 0, _told(codec))
    high = b"\n".join(piece for sample in samples for piece in _lines_with_high(sample))
    if not high or _is_utf8(high):
        return Encoding("utf-8")
    codec = _by_runs(high)
    return Encoding(codec, 0, _told(codec))


def said_of_header(header: bytes) -> str:
    """A sentence on a header that is no UTF-8, read as UTF-8 all the same: its broken names, and what they could be."""
    try:
        header.decode("utf-8")
    except UnicodeDecodeError:
        pass
    else:
        return ""
    codecs_left = () if _is_utf8(header) else ("gb18030", "cp1252")
    likely = next((codec for codec in codecs_left if _reads(header, codec)), "")
    guess = ""
    if likely:
        names = [name.strip(' "\r\n') for name in re.split("[,;\t|]", header.decode(likely)) if not name.isascii()]
        guess = f"; it could be {_SPOKEN[likely]}: {', '.join(names[:3])}"
    return f"the header holds broken signs, for it is no UTF-8{guess}; save the file as UTF-8"


def _reads(header: bytes, codec: str) -> bool:
    """Whether bytes read as letters in an encoding; two that make a common Chinese character are one."""
    try:
        beyond = [c for c in header.decode(codec) if c > "\x7f"]
    except UnicodeDecodeError:
        return False
    if codec == "gb18030":
        return all(_common(c) for c in beyond)
    return all(c.isalpha() for c in beyond)


def _common(char: str) -> bool:
    return "\u4e00" <= char <= "\u9fff" and 0xB0 <= char.encode("gb18030")[0] <= 0xD7


def _told(codec: str) -> str:
    return f"read as {_SPOKEN[codec]}" if codec in _SPOKEN else ""


def _by_nuls(head: bytes) -> str:
    if len(head) < 8 or b"\0" not in head:
        return ""
    even, odd = head[0::2].count(0) * 2 / len(head), head[1::2].count(0) * 2 / len(head)
    if odd > 0.4 and even < 0.1:
        return "utf-16-le"
    if even > 0.4 and odd < 0.1:
        return "utf-16-be"
    return ""


def _lines_with_high(sample: bytes) -> list[bytes]:
    if sample.isascii():
        return []
    lines = sample.split(b"\n")
    return [line for line in (lines[:-1] or lines) if not line.isascii()]  # the last may be cut inside a character


def _is_utf8(high: bytes) -> bool:
    """Whether most of what is not ASCII is UTF-8: one broken row does not make a file something else."""
    good = sum(1 for c in high.decode("utf-8", "ignore") if c > "\x7f")
    bad = high.decode("utf-8", "replace").count("\ufffd")
    return good >= bad


def _by_runs(high: bytes) -> str:
    runs = [len(run) for run in _HIGH_RUN.findall(high)]
    if len(runs) < _FEW:
        return "utf-8"
    paired = sum(length for length in runs if length % 2 == 0) / sum(runs)
    single = sum(length for length in runs if length <= 2) / sum(runs)
    if paired > 0.8:
        read = [c for c in high.decode("gb18030", "replace") if c > "\x7f"]
        # Lead bytes 0xB0 to 0xD7 are the 3,755 characters of GB 2312 level 1, which make up nearly all Chinese text.
        common = sum(map(_common, read))
        signs = sum(1 for c in read if "\u3000" <= c <= "\u303f" or "\uff00" <= c <= "\uffef")
        if common + signs > 0.8 * len(read):
            return "gb18030"
    if single > 0.8:
        letters = [c for c in high.decode("cp1252", "replace") if c > "\x7f"]
        if sum(1 for c in letters if c.isalpha() or c in "€£°–—‘’“”•…«»½¼²³×®©™§") > 0.9 * len(letters):
            return "cp1252"
    return "utf-8"


class Transcoder:
    """Turns bytes of an encoding into UTF-8, piece by piece; what stands for nothing becomes the byte 0xFF."""

    def __init__(self, codec: str) -> None:
        self._decoder = codecs.getincrementaldecoder(codec)("rectify.flaw")

    def turn(self, piece: bytes, final: bool) -> bytes:
        """The UTF-8 of a piece; `final` with the last one."""
        return self._decoder.decode(piece, final).encode("utf-8", "surrogateescape")


def known_codec(name: str) -> str:
    """The codec that a person's word for an encoding stands for; empty if there is none for text."""
    try:
        found = codecs.lookup(name)
    except (LookupError, ValueError):
        return ""
    return found.name if found._is_text_encoding else ""
