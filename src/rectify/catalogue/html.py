"""HTML as a reader sees it, with a map back to what was written.

Tags vanish, entities become their signs, comments, scripts and styles are dropped. Text that a browser hides is kept
and flagged. The tokens are those of the HTML standard, with three turns to the safe side, for a host may show the same
text as it stands: a tag of no known element counts only if it is closed in the same text (so "<VPN> 15/month" stays),
a comment or script that never ends hides nothing, and a lone < or & is itself.
"""

from __future__ import annotations

import html
import re
import tomllib
from collections import Counter
from dataclasses import dataclass
from html.entities import html5
from importlib.resources import files

import numpy as np
import numpy.typing as npt

_TABLE = tomllib.loads((files("rectify.catalogue") / "elements.toml").read_text("utf-8"))
_BLOCK, _VOID, _INLINE, _CELLS, _RAW = (frozenset(_TABLE[k]) for k in ("block", "void", "inline", "cells", "raw"))
_KNOWN = _BLOCK | _VOID | _INLINE | _CELLS | _RAW
_ENDS_OPEN = {name: frozenset(enders) for name, enders in _TABLE["ended_by"].items()}
# What a reader sees in place of a tag: a new line, a gap between cells, or nothing.
_SIGNS = {name: "\n" if name in _BLOCK or name == "br" else " " if name in _CELLS else "" for name in _KNOWN}
PLAIN_TAGS = {name: sign for name, sign in _SIGNS.items() if name not in {*_RAW, "template"}}

_TOKEN = re.compile(
    r"""<(/?)([a-zA-Z][a-zA-Z0-9]{0,31}+)((?:[\s/](?:[^<>"'=]++|=\s*+(?:"[^"<>]*+"|'[^'<>]*+')?)*+)?)>"""
    r"""|&(?=[#a-zA-Z])(?:([#a-zA-Z0-9]{1,33}+;))?"""
)
_NEXT = re.compile(r"<(?:(/?)([a-zA-Z][^\s/>]{0,63})|(!--)|(!doctype|!\[|\?xml|\?php))|&(?=[#a-zA-Z])", re.IGNORECASE)
_REST = re.compile(r"""(?:[^>=]++|=\s*+(?:"[^"]*+"|'[^']*+'|))*+>""")
_ENTITY = re.compile(r"&(?:#([0-9]+)|#[xX]([0-9a-fA-F]+)|([a-zA-Z][a-zA-Z0-9]{0,31}));?")
_CLOSED = re.compile(r"</([a-zA-Z][^\s/>]{0,63})\s*+>")
_COMMENT_END = re.compile(r"--!?>")
_RAW_END = {name: re.compile(rf"</{name}[\s/>]", re.IGNORECASE) for name in _RAW}
_ATTRIBUTE = re.compile(r"""([^\s"'>/=]+)(?:\s*+=\s*+("[^"]*+"|'[^']*+'|[^\s>]*+))?""")
_HIDING = re.compile(
    r"(?:^|;)(?:display:none|visibility:(?:hidden|collapse)|(?:font-size|opacity):(?:0+(?:\.0*)?|\.0+)[a-z%]*)"
    r"(?:!important)?(?:;|$)"
)
_CSS_BLANK = re.compile(r"/\*(?:[^*]|\*(?!/))*+(?:\*/)?|\s+")
_MOST_ATTRIBUTES = 1 << 14  # signs of a tag that are searched for what hides


@dataclass(frozen=True, slots=True, eq=False)
class View:
    """A text as a reader sees it.

    `offsets` (len(text) + 1) maps each sign to the code point of the original where it is written, and the end to the
    original's end; `ends` (len(text)) to where its writing ends; `hidden` (len(text)) flags what a reader cannot see.
    """

    text: str
    offsets: npt.NDArray[np.int32]
    hidden: npt.NDArray[np.bool_]
    ends: npt.NDArray[np.int32]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Where text[start:end] stands in the original, without the tags that follow its last sign."""
        if start >= end:
            return int(self.offsets[start]), int(self.offsets[start])
        return int(self.offsets[start]), int(self.ends[end - 1])


def reader_view(text: str) -> View | None:
    """A text as a reader sees it; None where nothing in it is a tag, a comment or an entity. Never raises."""
    if "<" not in text and "&" not in text:
        return None
    dropped = _quick(text)
    if dropped is None:
        dropped = _Reading(text).read()
    return dropped.view() if dropped.begins else None


class _Dropped:
    """What a reader does not see as written: from where to where, the signs in its place, and what is hidden."""

    __slots__ = ("begins", "ends", "hidden", "last", "signs", "text")

    def __init__(self, text: str) -> None:
        self.text = text
        self.begins: list[int] = []
        self.ends: list[int] = []
        self.signs: list[str] = []
        self.hidden: list[tuple[bool, bool]] = []  # the text before, the signs; empty if nothing is
        self.last = ""  # the sign that was given out last

    def _last(self, at: int) -> str:
        return self.text[at - 1] if at > (self.ends[-1] if self.ends else 0) else self.last

    def parting(self, sign: str, at: int) -> str:
        """A sign that parts what is before `at` from what follows; never two in a row, none at the beginning."""
        last = self._last(at)
        return "" if not last or last == "\n" or last == sign else sign

    def drop(self, at: int, end: int, signs: str = "") -> None:
        """Takes what stands between `at` and `end` out of sight and puts `signs` in its place."""
        self.last = signs[-1] if signs else self._last(at)
        self.begins.append(at)
        self.ends.append(end)
        self.signs.append(signs)

    def view(self) -> View:
        """The view of the text without all this: runs of the original and our signs take turns."""
        text = self.text
        count = len(self.begins)
        begin = np.zeros(2 * count + 1, np.int64)
        end = np.full(2 * count + 1, len(text), np.int64)
        end[0::2][:count] = begin[1::2] = self.begins
        begin[2::2] = end[1::2] = self.ends
        size = end - begin
        size[1::2] = [len(signs) for signs in self.signs]
        parts = [part for at, done, signs in zip([0, *self.ends], self.begins, self.signs, strict=False)
                 for part in (text[at:done], signs)]  # fmt: skip
        first = np.cumsum(size) - size
        original = np.ones(len(size), np.int64)
        original[1::2] = 0
        within = np.arange(size.sum()) - np.repeat(first, size)
        written = np.repeat(original, size)
        offsets = np.repeat(begin, size) + within * written
        ends = np.where(written == 1, offsets + 1, np.repeat(end, size))
        hidden = np.zeros(len(offsets), np.bool_)
        if self.hidden:
            hidden = np.repeat(np.array([flag for pair in self.hidden for flag in pair][: len(size)], np.bool_), size)
        return View(
            "".join(parts) + text[self.ends[-1] :],
            np.append(offsets, len(text)).astype(np.int32),
            hidden,
            ends.astype(np.int32),
        )


def _quick(text: str) -> _Dropped | None:
    """Plain markup in one go: known tags and entities, nothing hidden or left open. None if there is more to it."""
    dropped = _Dropped(text)
    tags = 0
    for found in _TOKEN.finditer(text):
        name = found[2]
        at = found.start()
        if name is None:
            end, signs = _entity(text, at, found[4])
            if signs is not None:
                dropped.drop(at, end, signs)
            continue
        sign = PLAIN_TAGS.get(name) if name in PLAIN_TAGS else PLAIN_TAGS.get(name.lower())
        if sign is None or (found[3] and _hides(found[3])):
            return None
        tags += 1
        if sign and name.lower() != "br":
            sign = dropped.parting(sign, at)
        dropped.drop(at, found.end(), sign)
    return dropped if tags == text.count("<") else None


class _Reading:
    """One pass over a text, token by token as the HTML standard has them, with the open elements and what hides."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.dropped = _Dropped(text)
        self.open: list[str] = []
        self.count: Counter[str] = Counter()
        self.hidden_from = 0  # depth at which something hides; 0 = nothing does
        self.before = False  # whether something hid what stands before the token
        self.last_end = text.rfind(">")
        self.quotes = True
        self.comments = True
        self.endless: set[str] = set()  # script, style: no end tag follows any more
        self.closed: frozenset[str] | None = None

    def read(self) -> _Dropped:
        """What a reader does not see as written."""
        at = 0
        while found := _NEXT.search(self.text, at):
            self.before = bool(self.hidden_from)
            at = self._token(found)
        self.dropped.hidden.append((bool(self.hidden_from), False))
        return self.dropped

    def _token(self, found: re.Match[str]) -> int:
        """Takes a token if it is one; gives where to look next."""
        at = found.start()
        if self.text[at] == "&":
            end, signs = _entity(self.text, at, None)
            return self._drop(at, end, signs) if signs is not None else at + 1
        if found[3]:
            return self._comment(at)
        end = self._tag_end(found.end()) if at < self.last_end else 0
        if not end:
            return at + 1
        if found[4]:
            return self._drop(at, end)
        name = found[2].lower()
        if name not in _KNOWN and not self._pairs(name, bool(found[1])):
            return at + 1
        return self._end_tag(name, at, end) if found[1] else self._start_tag(name, at, found.end(), end)

    def _comment(self, at: int) -> int:
        ends = _COMMENT_END.search(self.text, at + 2) if self.comments else None
        if ends is None:
            self.comments = False
            return at + 4
        return self._drop(at, max(ends.end(), at + 5))

    def _tag_end(self, at: int) -> int:
        """Behind the > that ends a tag; 0 if none does. After one failure quotes no longer shield a >: linear time."""
        if self.quotes:
            if rest := _REST.match(self.text, at):
                return rest.end()
            self.quotes = False
        return self.text.find(">", at) + 1

    def _pairs(self, name: str, ending: bool) -> bool:
        if ending:
            return self.count[name] > 0
        if self.closed is None:
            self.closed = frozenset(found[1].lower() for found in _CLOSED.finditer(self.text))
        return name in self.closed

    def _start_tag(self, name: str, at: int, named: int, end: int) -> int:
        while self.open and name in _ENDS_OPEN.get(self.open[-1], ()):
            self._close()
        self._drop(at, end, self._parting(name, at))
        if name in _VOID:
            return end
        self.open.append(name)
        self.count[name] += 1
        if not self.hidden_from and (name == "template" or _hides(self.text[named:end])):
            self.hidden_from = len(self.open)
        return self._raw(name, end) if name in _RAW else end

    def _raw(self, name: str, at: int) -> int:
        """Drops a script or style up to its end tag; one without an end stays, flagged."""
        found = None if name in self.endless else _RAW_END[name].search(self.text, at)
        end = self.text.find(">", found.start()) + 1 if found else 0
        if not end:
            self.endless.add(name)
            self.hidden_from = self.hidden_from or len(self.open)
            return at
        self._close()
        return self._drop(at, end)

    def _end_tag(self, name: str, at: int, end: int) -> int:
        self._drop(at, end, self._parting(name, at))
        if self.count[name]:
            while self._close() != name:
                pass
        return end

    def _close(self) -> str:
        name = self.open.pop()
        self.count[name] -= 1
        if len(self.open) < self.hidden_from:
            self.hidden_from = 0
        return name

    def _parting(self, name: str, at: int) -> str:
        sign = _SIGNS.get(name, "")
        return self.dropped.parting(sign, at) if sign and name != "br" else sign

    def _drop(self, at: int, end: int, signs: str = "") -> int:
        self.dropped.drop(at, end, signs)
        self.dropped.hidden.append((self.before, bool(self.hidden_from)))
        return end


def _entity(text: str, at: int, whole: str | None) -> tuple[int, str | None]:
    """Where the entity that begins at & ends and what it stands for; None if it is none. `whole`: its name with ;."""
    if whole and (signs := html5.get(whole)):
        return at + 1 + len(whole), signs
    found = _ENTITY.match(text, at)
    if not found:
        return at + 1, None
    if found[3]:
        return _named(found[3], at, found.end(), text)
    digits = (found[1] or found[2]).lstrip("0")
    number = int(digits or "0", 10 if found[1] else 16) if len(digits) < 9 else 0x110000
    return found.end(), html.unescape(f"&#{number};")


def _named(name: str, at: int, end: int, text: str) -> tuple[int, str | None]:
    """The longest name of an entity that begins `name`, as the standard reads it: "&notit;" is "¬it;"."""
    if text[end - 1] == ";" and (signs := html5.get(name + ";")):
        return end, signs
    for length in range(min(len(name), 6), 1, -1):  # the names that stand without ; have at most six signs
        if signs := html5.get(name[:length]):
            return at + 1 + length, signs
    return end, None


def _hides(attributes: str) -> bool:
    low = attributes[:_MOST_ATTRIBUTES].lower()
    if "hidden" not in low and "style" not in low:
        return False
    for found in _ATTRIBUTE.finditer(low):
        name, value = found[1], (found[2] or "").strip("\"'")
        if name == "hidden" or (name == "aria-hidden" and value == "true"):
            return True
        if name == "style" and _HIDING.search(_CSS_BLANK.sub("", html.unescape(value))):
            return True
    return False
