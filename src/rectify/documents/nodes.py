"""From bytes to nodes: one strict YAML document, nothing typed, every node with its place.

`no`, `null`, dates and numbers stay the text that was written, so a GTIN keeps its zero. Refused, each with its place:
more than 256 KB or 20 levels, anchors, aliases, tags, merge keys, directives, several documents, keys that stand twice
or are no words, control signs, what is not UTF-8.
"""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, StreamMark, YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    CollectionEndEvent,
    CollectionStartEvent,
    DocumentStartEvent,
    Event,
    MappingStartEvent,
    NodeEvent,
    ScalarEvent,
)

from rectify.documents.forms import other_form
from rectify.documents.signs import wrong_signs
from rectify.terms.errors import Fault, Faulty, Place

MAX_BYTES = 262_144
MAX_DEPTH = 20
MAX_FAULTS = 100
MAX_EXCERPT = 240  # characters of a line that a caret can stand under; a longer line is not quoted

# Signs that YAML 1.2 does not call printable, and the three rare line ends, which would be read as a blank.
UNPRINTABLE = re.compile("[^\t\n\r\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_LINE_END = re.compile(r"\r\n|\r|\n")
_JSON_PAIR = re.compile(r"(?<!\\)((?:\\\\)*)(\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2})")
_UNCLOSED = re.compile(r"expected ',' or '[]}]'")
_REMEDIES = {  # part of the parser's words -> what a person can do
    "mapping values are not allowed": 'a text that holds ": " needs quotes around it; else look at the indentation',
    "found character '\\t'": "indent with blanks, not with tabs",
    "cannot start any token": "put quotes around a text that begins with such a sign",
    "could not find expected ':'": 'a key is followed by ": "; else look at the indentation',
    "unexpected end of stream": "a quote or a bracket is not closed",
    "but found '<stream end>'": "a quote or a bracket is not closed",
    "expected ',' or": "a comma is missing before it, or quotes around a text that holds a colon",
    "expected <block end>": "look at the indentation: the lines of one block begin in the same column",
    "unknown escape": "use single quotes around a text with backslashes",
}


@dataclass(frozen=True, slots=True)
class Node:
    """A mapping, sequence or scalar, with its place. `key` is the place of the key that it stands under.

    `value` is a dict of nodes, a tuple of nodes or the text as written; `quoted` is true of quoted and block scalars.
    """

    kind: str  # mapping | sequence | scalar
    place: Place
    value: str | tuple[Node, ...] | dict[str, Node]
    quoted: bool = False
    key: Place | None = None

    @property
    def entries(self) -> dict[str, Node]:
        """Nodes by key; empty for what is no mapping."""
        return self.value if isinstance(self.value, dict) else {}

    @property
    def items(self) -> tuple[Node, ...]:
        """Nodes in order; empty for what is no sequence."""
        return self.value if isinstance(self.value, tuple) else ()

    @property
    def text(self) -> str:
        """The text as written; empty for what is no scalar."""
        return self.value if isinstance(self.value, str) else ""

    @property
    def null(self) -> bool:
        """Whether nothing was written: an empty scalar, `null` or `~`, without quotes."""
        return self.kind == "scalar" and not self.quoted and self.value in ("", "~", "null", "Null", "NULL")


def read_document(
    data: bytes | str, file: str, *, max_bytes: int = MAX_BYTES, max_depth: int = MAX_DEPTH, page: str = ""
) -> Node:
    """The tree of one document. Raises Faulty with everything that the form forbids, each with its place.

    `page` names the page that says how such a document is written, for those who give a PDF instead.
    """
    text = _decoded(data, file, max_bytes, page)
    source = _Source(text, file)
    unfit = source.unfit_signs()
    if unfit:
        raise Faulty(unfit)
    return _Builder(source, max_depth).read(*_json_made_plain(text))


def _decoded(data: bytes | str, file: str, max_bytes: int, page: str) -> str:
    if isinstance(data, bytes) and (other := other_form(data, file, page)):
        raise Faulty([other])
    size = len(data) if isinstance(data, bytes) else len(data.encode("utf-8", "surrogatepass"))
    if size > max_bytes:
        remedy = f"at most {max_bytes:,} bytes"
        raise Faulty([Fault(f"the file has {size:,} bytes", Place(file), remedy)])
    if isinstance(data, str):
        return data.removeprefix("\ufeff")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = data[: error.start].decode("utf-8-sig")
        place = replace(_Source(before, file).place(len(before)), excerpt="")
        text = f"the byte 0x{data[error.start]:02X} is not UTF-8"
        raise Faulty([Fault(text, place, "save the file as UTF-8")]) from None


def _json_made_plain(text: str) -> tuple[str, str]:
    """JSON that YAML cannot take as it stands (tabs between tokens, surrogate pairs), with every sign in its place.

    The second text is a sign that was put in to keep the places, and has to be taken out of what is read.
    """
    if not text.lstrip().startswith(("{", "[")) or ("\t" not in text and not _JSON_PAIR.search(text)):
        return text, ""
    try:
        json.loads(text, parse_int=str, parse_float=str, parse_constant=str)
    except (ValueError, RecursionError):
        return text, ""
    filler = next(sign for sign in map(chr, range(0xE000, 0xF8FF)) if sign not in text)

    def joined(match: re.Match[str]) -> str:
        pair = str(json.loads(f'"{match[2]}"'))
        return match[1] + pair + filler * (len(match[2]) - len(pair))

    return _JSON_PAIR.sub(joined, text.replace("\t", " ")), filler


class _Source:
    """A text, and the places of its signs. Lines end as an editor ends them, columns count code points from 1."""

    def __init__(self, text: str, file: str) -> None:
        self.text, self.file = text, file
        self.starts = [0, *(match.end() for match in _LINE_END.finditer(text))]

    def place(self, start: int, end: int = 0, path: str = "") -> Place:
        """The place of what stands from `start` to `end`, as far as it stands on its first line."""
        line = bisect_right(self.starts, start) - 1
        first = self.starts[line]
        last = self.starts[line + 1] if line + 1 < len(self.starts) else len(self.text)
        excerpt = self.text[first:last].rstrip("\r\n")
        length = len(self.text[start : min(end, first + len(excerpt))].rstrip())
        if len(excerpt) > MAX_EXCERPT:
            excerpt = ""
        return Place(
            self.file, line + 1, start - first + 1, max(length, 1), UNPRINTABLE.sub("\ufffd", excerpt), path=path
        )

    def unfit_signs(self) -> list[Fault]:
        """A fault for each control sign (at most ten), so that none reaches the parser or a terminal."""
        faults = []
        for match in list(UNPRINTABLE.finditer(self.text))[:10]:
            remedy = "take it out; write a plain line end" if match[0] in "\x85\u2028\u2029" else "take it out"
            sign = f"the control sign U+{ord(match[0]):04X}"
            faults.append(Fault(f"{sign} may not stand in a document", self.place(match.start()), remedy))
        return faults


@dataclass(slots=True)
class _Frame:
    """A collection that is being read."""

    mapping: bool
    start: int
    path: str
    key: Place | None
    entries: dict[str, Node] = field(default_factory=dict)
    items: list[Node] = field(default_factory=list)
    name: str | None = None  # the key whose value comes next; None: a key comes next
    named_at: Place | None = None
    dropped: bool = False  # the key may not stand there: its value is read and left out

    def path_of_next(self) -> str:
        step = (self.name or "") if self.mapping else str(len(self.items))
        return f"{self.path}.{step}" if self.path else step


class _Stop(Exception):
    """Reading on would make no sense."""


class _Builder:
    """Builds nodes from the parser's events, without recursion, and takes down what the form forbids."""

    def __init__(self, source: _Source, max_depth: int) -> None:
        self.source, self.max_depth = source, max_depth
        self.faults: list[Fault] = []
        self.stack: list[_Frame] = []
        self.root: Node | None = None
        self.filler = ""
        self.reached = 0

    def read(self, text: str, filler: str) -> Node:
        """The root node. Raises Faulty."""
        self.filler = filler
        try:
            for event in YAML(typ="safe", pure=True).parse(text):
                self.take(event)
                self.reached = event.end_mark.index
        except _Stop:
            pass
        except MarkedYAMLError as error:
            self.unreadable(error)
        except (YAMLError, ValueError, OverflowError):  # an escape that stands for no sign
            self.fault(self.reached, self.reached, "what follows here cannot be read", "look at its escapes")
        if not self.faults and self.root is None:
            self.fault(0, 0, "the file is empty")
        if self.root is None or self.faults:
            raise Faulty(self.faults)
        return self.root

    def fault(self, start: int, end: int, text: str, remedy: str = "") -> None:
        path = self.stack[-1].path_of_next() if self.stack else ""
        self.faults.append(Fault(text, self.source.place(start, end, path), remedy))
        if len(self.faults) >= MAX_FAULTS:
            raise _Stop

    def unreadable(self, error: MarkedYAMLError) -> None:
        problem = str(error.problem or error.context or "it is not YAML").replace("\n", " ")
        remedy = next((remedy for words, remedy in _REMEDIES.items() if words in problem), "")
        marks = (error.context_mark, error.problem_mark)
        if self.other_signs(marks) or self.unclosed(problem, *marks):
            return
        # what was never closed is told where it opens
        mark = next((m for m in (marks if "stream" in problem else reversed(marks)) if m is not None), None)
        at = mark.index if mark else self.reached
        self.faults.append(Fault(f"this cannot be read: {problem}", self.source.place(at), remedy))

    def other_signs(self, marks: Sequence[StreamMark | None]) -> bool:
        """Takes down the full-width signs that the parser stumbled over."""
        at = max((mark.line for mark in marks if mark is not None), default=0)
        found = wrong_signs(_LINE_END.split(self.source.text), at, self.source.file)[:MAX_FAULTS]
        self.faults += found
        return bool(found)

    def unclosed(self, problem: str, opened: StreamMark | None, at: StreamMark | None) -> bool:
        """Takes down a bracket whose end did not come before the next line, where it opens."""
        if not _UNCLOSED.match(problem) or opened is None or at is None:
            return False
        if at.line == opened.line and "stream" not in problem:
            return False  # on its own line a comma is missing, rather
        sign = self.source.text[opened.index]
        remedy = f"write {'}' if sign == '{' else ']'} at its end"
        self.faults.append(Fault(f"the {sign} here is not closed", self.source.place(opened.index), remedy))
        return True

    def take(self, event: Event) -> None:
        start, end = event.start_mark.index, event.end_mark.index
        if isinstance(event, DocumentStartEvent):
            if self.root is not None:
                self.fault(start, end, "a second document begins here", "one file holds one document")
                raise _Stop
            if event.version or event.tags:
                self.fault(0, 0, "directives (%YAML, %TAG) are not read", "take the line out")
        elif isinstance(event, CollectionEndEvent):
            self.close(end)
        elif isinstance(event, NodeEvent):
            self.forbidden(event, start, end)
            if isinstance(event, CollectionStartEvent):
                self.open(isinstance(event, MappingStartEvent), start, end)
            else:
                self.scalar(event, start, end)

    def forbidden(self, event: NodeEvent, start: int, end: int) -> None:
        if isinstance(event, AliasEvent):
            self.fault(start, end, f"an alias (*{shown(event.anchor)}) is not read", "write the value out")
        elif event.anchor:
            self.fault(start, end, f"an anchor (&{shown(event.anchor)}) is not read", "take it out")
        if getattr(event, "tag", None):
            self.fault(start, end, "a tag (!) is not read", "take it out, or put quotes around the text")

    def open(self, mapping: bool, start: int, end: int) -> None:
        if self.stack and self.stack[-1].mapping and self.stack[-1].name is None:
            self.fault(start, end, "a key must be a word", "put quotes around a text with brackets")
            raise _Stop
        if len(self.stack) >= self.max_depth:
            self.fault(start, end, f"nested deeper than {self.max_depth} levels")
            raise _Stop
        above = self.stack[-1] if self.stack else None
        self.stack.append(
            _Frame(mapping, start, above.path_of_next() if above else "", above.named_at if above else None)
        )

    def close(self, end: int) -> None:
        frame = self.stack.pop()
        place = self.source.place(frame.start, end, frame.path)
        if frame.mapping:
            self.put(Node("mapping", place, frame.entries, key=frame.key))
        else:
            self.put(Node("sequence", place, tuple(frame.items), key=frame.key))

    def scalar(self, event: NodeEvent, start: int, end: int) -> None:
        text, quoted = "", False
        if isinstance(event, ScalarEvent):
            text = event.value.replace(self.filler, "") if self.filler else event.value
            quoted = bool(event.style)
        unfit = UNPRINTABLE.search(text) if quoted else None
        if unfit:
            self.fault(start, end, f"the control sign U+{ord(unfit[0]):04X} may not stand in a text", "take it out")
        above = self.stack[-1] if self.stack else None
        if above and above.mapping and above.name is None:
            self.key(above, text, start, end)
            return
        path = above.path_of_next() if above else ""
        key = above.named_at if above else None
        self.put(Node("scalar", self.source.place(start, end, path), text, quoted, key))

    def key(self, frame: _Frame, text: str, start: int, end: int) -> None:
        frame.dropped = True
        if text in frame.entries:
            first = frame.entries[text].key
            where = f", first in line {first.line}" if first else ""
            self.fault(start, end, f'the key "{shown(text)}" stands twice{where}', "keep one of them")
        elif text == "<<":
            self.fault(start, end, "a merge key (<<) is not read", "write the keys out")
        elif not text:
            self.fault(start, end, "a key is empty")
        else:
            frame.dropped = False
        frame.name = text
        frame.named_at = self.source.place(start, end, frame.path_of_next())

    def put(self, node: Node) -> None:
        if not self.stack:
            self.root = node
            return
        above = self.stack[-1]
        if not above.mapping:
            above.items.append(node)
            return
        if not above.dropped and above.name is not None:
            above.entries[above.name] = node
        above.name = above.named_at = None


def shown(text: object, most: int = 60) -> str:
    """A foreign text as a fault may quote it: one line, cut, without signs that a terminal obeys."""
    line = UNPRINTABLE.sub("\ufffd", re.sub(r"[\n\r\t]", " ", str(text)[: most + 1]))
    return line if len(line) <= most else line[: most - 1] + "…"
