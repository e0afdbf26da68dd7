"""Files that are no text in UTF-8: what they are, by their first bytes, so that one sentence can say it."""

from __future__ import annotations

from rectify.terms.errors import Fault, Place

_STARTS = (
    (b"%PDF-", "a PDF"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old Word or Excel file, or a mail of Outlook"),
    (b"\x89PNG\r\n\x1a\n", "a picture (PNG)"),
    (b"\xff\xd8\xff", "a picture (JPEG)"),
    (b"GIF8", "a picture (GIF)"),
    (b"II*\0", "a picture (TIFF)"),
    (b"MM\0*", "a picture (TIFF)"),
    (b"\x1f\x8b", "a packed file (gzip)"),
    (b"Rar!\x1a\x07", "an archive (RAR)"),
    (b"7z\xbc\xaf\x27\x1c", "an archive (7z)"),
    (b"{\\rtf", "a text with formats (RTF)"),
)
_ZIPPED = ((b"word/", "a Word file"), (b"xl/", "an Excel file"), (b"ppt/", "a PowerPoint file"),
           (b"opendocument.text", "an OpenDocument text"), (b"opendocument.", "an OpenDocument file"))  # fmt: skip
_PAGES = (b"<!doctype html", b"<html")
_LOOKED_AT = 65_536  # bytes


def other_form(data: bytes, file: str, page: str = "") -> Fault | None:
    """The fault of a file that is no text in UTF-8, where it can be told; `page` says how what it says is written."""
    if what := _what(data[:_LOOKED_AT]):
        how = (
            f"write what it says as a text file; how: {page}"
            if page
            else "a text file (YAML or JSON, UTF-8) is expected"
        )
        return Fault(f"this is {what}", Place(file), how)
    if name := _encoding(data[:_LOOKED_AT]):
        return Fault(f"this text is encoded in {name}", Place(file), "save it as UTF-8")
    return None


def _what(head: bytes) -> str:
    if head.startswith(b"PK\x03\x04"):
        return next((name for mark, name in _ZIPPED if mark in head), "a ZIP archive")
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "a picture (WebP)"
    if head[4:12] in (b"ftypheic", b"ftypheix", b"ftypmif1", b"ftypavif"):
        return "a picture (HEIF)"
    if head.lstrip(b"\xef\xbb\xbf \t\r\n")[:14].lower().startswith(_PAGES):
        return "a web page (HTML)"
    return next((name for start, name in _STARTS if head.startswith(start)), "")


def _encoding(head: bytes) -> str:
    """The name of another encoding that a text is surely in; empty where it is UTF-8 or nothing is sure."""
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "UTF-16"
    sides = [half.count(0) / max(len(half), 1) for half in (head[::2], head[1::2])]
    if max(sides) > 0.3 and min(sides) < 0.05:  # ASCII keys have a zero byte each, on one side
        return "UTF-16"
    return "" if _nearly_utf8(head) or not _chinese(head) else "GBK"


def _nearly_utf8(head: bytes) -> bool:
    """Whether it is UTF-8, be it with a spoilt byte here and there: those are told with their place."""
    signs = [sign for sign in head.decode("utf-8", "replace") if not sign.isascii()]
    return signs.count("\ufffd") <= len(signs) / 5


def _fits(head: bytes, encoding: str) -> bool:
    """Whether the bytes are of an encoding, but for a sign that was cut at their end."""
    try:
        head.decode(encoding)
    except UnicodeDecodeError as error:
        return error.start >= _LOOKED_AT - 4
    return True


def _chinese(head: bytes) -> bool:
    """Whether bytes read as GBK are Chinese words. Single accented letters of Latin-1 are not."""
    if not _fits(head, "gb18030"):
        return False
    signs = [sign for sign in head.decode("gb18030", "ignore") if not sign.isascii()]
    usual = sum("\u4e00" <= sign <= "\u9fff" or "\u3000" <= sign <= "\u303f" or "\uff00" <= sign <= "\uffef"
                for sign in signs)  # fmt: skip
    high = sum(byte >= 0x80 for byte in head)
    return usual >= 2 and usual >= 0.9 * len(signs) and high >= 1.6 * len(signs)
