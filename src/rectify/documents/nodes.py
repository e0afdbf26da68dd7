"""From bytes to nodes: one strict YAML document, nothing typed, every node with its place.

`no`, `null`, dates and numbers stay the text that was written, so a GTIN keeps its zero. Refused, each with its place:
more than 256 KB or 20 levels, anchors, aliases, tags, merge keys, directives, several documents, keys that stand twice
or are no words, control signs, what is not UTF-8.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field, replace

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
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
from rectify.documents.source import MAX_FAULTS, UNPRINTABLE, Source
from rectify.documents.stumbles import stumbled
from rectify.terms.errors import Fault, Faulty, Place

__all__ = ["MAX_BYTES", "MAX_DEPTH", "UNPRINTABLE", "Node", "read_document", "shown"]

MAX_BYTES = 262_144
MAX_DEPTH = 20

_JSON_PAIR = re.compile(r"(?<!\\)((?:\\\\)*)(\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2})")


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
    source = Source(text, file)
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
        place = replace(Source(before, file).place(len(before)), excerpt="")
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

    def __init__(self, source: Source, max_depth: int) -> None:
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
            self.faults += stumbled(self.source, error, self.reached)
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
