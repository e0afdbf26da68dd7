"""Patterns rewritten for a text of one byte a character, so that each holds wherever the true one does.

ASCII stays as it is, each other character that a pattern names is a byte of its own, all the rest are 0xFF.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from rectify.screening.fold import Sort, fold_table, fold_text

_ANY, _REST, _FIRST = r"\x00-\xff", r"\x80-\xff", 0x80
_BEYOND_ASCII = frozenset(("Han", "Hiragana", "Katakana", "Hangul", "Bopomofo", "Cyrillic", "Greek", "Arabic", "Thai"))
_TOKEN = re.compile(
    r"""(?P<quoted>\\Q.*?(?:\\E|\Z)) | (?P<any>\\[pP](?:\{[^}]*\}|.)|\\C) | \\x(?:\{(?P<long>[0-9A-Fa-f]+)\}
    |(?P<code>[0-9A-Fa-f]{2})) | \\(?P<octal>0[0-7]{0,2}|[1-7][0-7]{1,2}) | (?P<anchor>\\[Az])
    | \\(?P<escaped>[^\x00-\x7f]) | (?P<raw>\\.) | (?P<open>\[\^?\]?) | (?P<char>.)""",
    re.VERBOSE | re.DOTALL,
)
_POSIX = re.compile(r"\[:\^?\w+:\]")


class Token(NamedTuple):
    """A piece of a pattern: `kind` is raw (kept as it is), char, any, or class with its items."""

    kind: str
    text: str
    items: tuple[tuple[str, str], ...] = ()  # of a class: (first, last) of a range, ("", raw) or ("any", "")


def tokens(pattern: str) -> Iterator[Token]:
    """The pieces of a pattern in re2's syntax."""
    at = 0
    while at < len(pattern):
        match = _TOKEN.match(pattern, at)
        assert match is not None
        at = match.end()
        if match["quoted"]:
            yield from (Token("char", sign) for sign in match["quoted"][2:].removesuffix("\\E"))
        elif match["open"]:
            token, at = _class(pattern, at, match["open"])
            yield token
        elif match["any"]:
            yield Token("any", match["any"])
        elif sign := _coded(match):
            yield Token("char", sign)
        elif match["anchor"]:
            yield Token("anchor", match["anchor"])
        elif match["char"] and match["char"].isascii():
            yield Token("raw", match["char"])
        else:
            yield Token("raw", match["raw"]) if match["raw"] else Token("char", match["escaped"] or match["char"])


def _coded(match: re.Match[str]) -> str:
    """The character that an escape gives by its number; empty for another token."""
    if code := match["long"] or match["code"]:
        return chr(int(code, 16))
    return chr(int(match["octal"], 8)) if match["octal"] else ""


def _class(pattern: str, at: int, opened: str) -> tuple[Token, int]:
    """A class in brackets, and where it ends."""
    items: list[tuple[str, str]] = []
    at -= opened.endswith("]")  # a bracket that stands first is a sign like others
    begin = at
    while at < len(pattern) and (pattern[at] != "]" or at == begin):
        posix = _POSIX.match(pattern, at)
        if posix:
            items.append(("", posix.group()))
            at = posix.end()
            continue
        first, at = _member(pattern, at)
        if pattern[at : at + 1] == "-" and pattern[at + 1 : at + 2] not in ("", "]") and len(first) == 1:
            last, at = _member(pattern, at + 1)
            items.append((first, last))
        else:
            kind = "any" if first[:2] in ("\\p", "\\P", "\\C") else ""
            items.append((first, first) if len(first) == 1 else (kind, first))
    return Token("class", "^" if "^" in opened else "", tuple(items)), at + 1


def _member(pattern: str, at: int) -> tuple[str, int]:
    """One character of a class, or an escape that stands for several; and where it ends."""
    match = _TOKEN.match(pattern, at)
    assert match is not None
    if sign := _coded(match):
        return sign, match.end()
    if match["open"]:
        return "[", at + 1
    raw = match["raw"]
    if raw and not raw[1].isalnum():
        return raw[1], match.end()
    if raw:
        simple = {"\\n": "\n", "\\t": "\t", "\\r": "\r", "\\f": "\f", "\\v": "\v"}.get(raw)
        return simple or raw, match.end()
    return match["escaped"] or match["char"] or match.group(), match.end()


def fold_pattern(pattern: str) -> str:
    """A pattern whose characters beyond ASCII are folded as the text is; ranges stay as they are."""
    out = []
    for token in tokens(pattern):
        if token.kind == "char":
            folded = fold_text(token.text) or token.text
            out.append(re.escape(folded) if len(folded) == 1 else f"(?:{re.escape(folded)})")
        elif token.kind == "class":
            out.append(f"[{token.text}{''.join(_folded_item(*item) for item in token.items)}]")
        else:
            out.append(token.text)
    return "".join(out)


def _folded_item(first: str, last: str) -> str:
    if first in ("", "any"):
        return last
    if first != last:
        return f"{_in_class(first)}-{_in_class(last)}"
    folded = fold_text(first) if not first.isascii() else first
    return _in_class(folded if len(folded) == 1 else first)


def _in_class(sign: str) -> str:
    return f"\\x{{{ord(sign):x}}}" if sign in "\\]^-[" or ord(sign) < 32 else sign


class Alphabet:
    """One byte for each character beyond ASCII that patterns name."""

    def __init__(self, patterns: Sequence[str]) -> None:
        named = {sign for text in patterns for token in tokens(text) for sign in _named(token)}
        room = 0xFF - _FIRST
        self._bytes = {sign: _FIRST + n % room for n, sign in enumerate(sorted(named))}
        self.table = _table(tuple(self._bytes.items()))

    def rewritten(self, pattern: str) -> bytes:
        """The pattern over these bytes, never narrower than the true one."""
        return "".join(self._token(token) for token in tokens(pattern)).encode("ascii")

    def _token(self, token: Token) -> str:
        if token.kind == "char":
            return self._byte(token.text) if not token.text.isascii() else _hex(token.text)
        if token.kind == "any":
            return f"[{_letters(token.text)}]"
        if token.kind == "anchor":
            return "^" if token.text == "\\A" else "$"
        if token.kind == "class":
            items = [self._item(first, last, bool(token.text)) for first, last in token.items]
            return f"[{token.text}{''.join(items)}]" if any(items) else f"[{_ANY}]"
        return token.text

    def _byte(self, sign: str) -> str:
        return f"\\x{self._bytes[sign]:02x}"

    def _item(self, first: str, last: str, negated: bool) -> str:
        if first == "any":
            return "" if negated else _letters(last)
        if first == "":
            return last
        if last.isascii():
            return _hex(first) if first == last else f"{_hex(first)}-{_hex(last)}"
        if negated:  # what it shuts out may share a byte with what it lets in
            return f"{_hex(first)}-\\x7f" if first.isascii() else ""
        low = f"{_hex(first)}-\\x7f" if first.isascii() else ""
        return self._byte(first) if first == last else low + _REST


@lru_cache(maxsize=4)  # most lists name no sign beyond ASCII, or the same ones
def _table(named: tuple[tuple[str, int], ...]) -> npt.NDArray[np.uint8]:
    """Code point -> byte."""
    fold = fold_table()
    byte = np.full(0x110000, 0xFF, np.uint8)
    byte[:128] = np.arange(128)
    for sign, value in named:
        byte[ord(sign)] = value
    table = byte[fold.fold]
    table[(fold.sort & (Sort.DROPPED | Sort.SPELLED)) > 0] = 0
    table[0xD800:0xE000] = 0  # bytes of a surrogate are no character
    table[0] = ord("\n")
    table.flags.writeable = False
    return table


def _letters(name: str) -> str:
    """The bytes that a Unicode class such as \\p{Han} may stand for."""
    return _REST if name.startswith("\\p") and name[2:].strip("{}") in _BEYOND_ASCII else _ANY


def _hex(sign: str) -> str:
    return f"\\x{ord(sign):02x}"


def _named(token: Token) -> Iterator[str]:
    if token.kind == "char" and not token.text.isascii():
        yield token.text
    yield from (first for first, last in token.items if first == last and not first.isascii())
