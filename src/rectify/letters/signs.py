"""Foreign text in a letter is data: shown as it is where it is plain, as marks where a reader could be deceived.

Nothing foreign can start a line of its own, hide a sign, or turn the direction of our own words. Source of the marks:
Unicode Standard Annex #9 (directional formatting), general categories Cc, Cf, Cs, Co, Cn, Zl, Zp.
"""

from __future__ import annotations

import re
import unicodedata

FIRST_STRONG, POP = "\u2068", "\u2069"  # an isolate that takes its direction from what stands inside
TITLE_LENGTH = 200
_NAMES = {
    "\n": "LF", "\r": "CR", "\t": "TAB", "\x00": "NUL", "\x1b": "ESC", "\xad": "SHY", "\u200b": "ZWSP",
    "\u200c": "ZWNJ", "\u200d": "ZWJ", "\u200e": "LRM", "\u200f": "RLM", "\u202a": "LRE", "\u202b": "RLE",
    "\u202c": "PDF", "\u202d": "LRO", "\u202e": "RLO", "\u2060": "WJ", "\u2066": "LRI", "\u2067": "RLI",
    "\u2068": "FSI", "\u2069": "PDI", "\ufeff": "BOM", "\u2028": "LS", "\u2029": "PS",
}  # fmt: skip
_DECEIVING = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_FILLERS = frozenset("\u115f\u1160\u2800\u3164\uffa0")  # letters and signs by category, and nothing to see
_RIGHT = frozenset({"R", "AL", "AN"})
_LINE = re.compile(r"\r\n|[\n\r\v\f\x1c\x1d\x1e\x85\u2028\u2029]")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")


class Ready(str):
    """Text that is safe in its place already: our own words, or foreign text that went through this file."""

    __slots__ = ()


def has_control(text: str) -> bool:
    """Whether a text holds a control sign or a line break of any kind: refused in headers, addresses, file names."""
    return _CONTROL.search(text) is not None


def one_line(text: str) -> Ready:
    """Foreign text on one line: deceiving signs as marks ("[RLO]", "[U+E0041]"), right-to-left text isolated."""
    if isinstance(text, Ready):
        return text
    shown = text if text.isascii() and text.isprintable() else "".join(map(_mark, _windows(text)))
    if any(unicodedata.bidirectional(sign) in _RIGHT for sign in shown):
        shown = f"{FIRST_STRONG}{shown}{POP}"
    return Ready(shown)


def short(text: str, length: int = TITLE_LENGTH) -> Ready:
    """A title on one line, cut at `length` signs with "…"."""
    return one_line(text if len(text) <= length else text[: length - 1] + "…")


def block(text: str) -> Ready:
    """Foreign text of several lines, each behind "> ": it can never be taken for a line of the letter itself."""
    return Ready("\n".join(f"> {one_line(line)}".rstrip() for line in _LINE.split(text.strip())))


def _windows(text: str) -> list[str]:
    """Each sign with its neighbours ("\\0" beyond the ends), as strings of three."""
    padded = f"\0{text}\0"
    return [padded[n : n + 3] for n in range(len(text))]


def _mark(window: str) -> str:
    before, sign, after = window[0], window[1], window[2]
    if sign in "\u200c\u200d" and _joins(before) and _joins(after):
        return sign
    if unicodedata.category(sign) not in _DECEIVING and sign not in _FILLERS:
        return sign
    return f"[{_NAMES.get(sign, f'U+{ord(sign):04X}')}]"


def _joins(sign: str) -> bool:
    """Whether a joiner beside this sign is how people write: Arabic to Sinhala scripts, and pictures."""
    return 0x0600 <= ord(sign) <= 0x0DFF or sign == "\ufe0f" or unicodedata.category(sign) == "So"
