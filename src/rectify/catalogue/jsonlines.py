"""JSON lines: one object a line. Clean plain lines go through Arrow, all others through Python, to the same result."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.json

from rectify.catalogue.blocks import TextBlocks
from rectify.catalogue.grid import Positions, find_lines
from rectify.catalogue.opening import PIECE, TextFile, faulty
from rectify.catalogue.reading import Block, Raw, cut
from rectify.catalogue.schema import ARROW_TYPES, ATTRIBUTES_UNREADABLE, REPAIRED
from rectify.catalogue.source import SetAside, excerpt
from rectify.catalogue.windows import Cutting, Window

_STRINGS = re.compile(rb'"(?:[^"\\]|\\.)*+"?', re.DOTALL)
_MOST_KEYS = 64  # attributes that are read as columns
_TOGETHER = 1_024  # lines that go through Python where one of them is not plain
_PRICE = re.compile(r"-?\d{1,14}(\.\d{1,4})?\Z")
_CUTTING = Cutting(find_lines, lambda piece: find_lines(piece, True))


class _Number(str):
    """A number as it was written."""

    __slots__ = ()


class _Object(dict[str, Any]):
    """An object that names some of its keys twice."""

    __slots__ = ("twice",)
    twice: frozenset[str]


class JsonLines:
    """One file of JSON lines. Raises `Faulty` for a file that is none."""

    def __init__(self, text: TextFile) -> None:
        self.text = text
        self._depth = text.caps.depth
        with text.open() as stream:
            head = stream.fill(PIECE)
        if not (first := head.lstrip()[:1]):
            raise faulty(text.name, "is empty")
        if first == b"[":
            raise faulty(text.name, "is one JSON array", 'write one object a line: jq -c ".[]" does it')
        lines = [line for line in head.split(b"\n")[:1000] if line.strip()]
        self._sample = [found for line in lines if isinstance(found := _parse(line, self._depth)[0], dict)]
        if not self._sample:
            raise faulty(text.name, "has no line that is a JSON object", "each line is one object")
        self.columns = _names(self._sample)
        self.notes: tuple[str, ...] = (text.encoding.said,) if text.encoding.said else ()
        self._blocks = TextBlocks(text, _CUTTING)

    def blocks(self) -> Iterator[Block]:
        """Blocks of about `caps.block_rows` rows; reads the whole file and takes its digest on the way."""
        return self._blocks.blocks()

    def digest(self) -> tuple[str, str]:
        """SHA-256 of the file's bytes and its stamp, once `blocks` has ended."""
        return self._blocks.digest()

    def read(self, block: Block, wanted: Mapping[str, str], stamp: str) -> Iterator[Raw]:
        """The rows of a block, in pieces of about a batch. Raises `Refused` where the file has changed."""
        plain = self._plain(wanted)
        for window, first in self._blocks.read(block, stamp):
            yield from self._raws(window, first, wanted, plain)

    def first_rows(self, wanted: Mapping[str, str]) -> Iterator[Raw]:
        """The rows from the beginning, without a digest."""
        for window, first in self._blocks.from_start():
            yield from self._raws(window, first, wanted, None)

    def natural(self, column: str) -> str:
        """The kind of field that a column could fill as it stands."""
        return "text"

    def _plain(self, wanted: Mapping[str, str]) -> pa.Schema | None:
        """The Arrow types of the wanted columns where the first lines show them plain; None where one is not."""
        types = {name: _plain_type([o.get(name) for o in self._sample], kind) for name, kind in wanted.items()}
        nested = any(name not in o and "." in name for name in wanted for o in self._sample)
        return None if nested or None in types.values() else pa.schema(list(types.items()))

    def _raws(self, window: Window, first: int, wanted: Mapping[str, str], plain: pa.Schema | None) -> Iterator[Raw]:
        grid = window.grid
        for part in cut(grid.ends - grid.starts, _TOGETHER):
            starts, ends = grid.starts[part], grid.ends[part]
            if window.loose:
                yield Raw({}, np.zeros(0, np.int64), [self._aside(first, window.text, window.why)])
                continue
            table = _by_arrow(window.text, starts, ends, plain, self._depth) if plain else None
            row = first + part.start
            if table is not None:
                columns = {name: table.column(name).combine_chunks() for name in wanted}
                yield Raw(columns, np.arange(row, row + len(starts), dtype=np.int64))
            else:
                lines = [window.text[b:e] for b, e in zip(starts.tolist(), ends.tolist(), strict=True)]
                yield self._by_python(lines, row, wanted)

    def _by_python(self, lines: list[bytes], first: int, wanted: Mapping[str, str]) -> Raw:
        aside: list[SetAside] = []
        rows: list[int] = []
        objects: list[dict[str, Any]] = []
        raw = Raw({}, np.zeros(0, np.int64), aside)
        for row, line in enumerate(lines, first):
            found, repaired = _parse(line, self._depth)
            why = found if isinstance(found, str) else _why_not(found, wanted)
            if why or isinstance(found, str):
                aside.append(self._aside(row, line, why))
                continue
            if repaired:
                raw.marks[len(rows)] = [REPAIRED]
            rows.append(row)
            objects.append(found)
        raw.rows = np.array(rows, np.int64)
        raw.columns = {name: _column(_reach(objects, name), kind, raw) for name, kind in wanted.items()}
        return raw

    def _aside(self, row: int, line: bytes, why: str) -> SetAside:
        return SetAside(self.text.name, row, why, excerpt(line[:800].decode("utf-8", "replace")))


def _twice_told(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) == len(pairs):
        return found
    names = [name for name, _ in pairs]
    odd = _Object(found)
    odd.twice = frozenset(name for name in found if names.count(name) > 1)
    return odd


_DECODER = json.JSONDecoder(
    parse_int=_Number, parse_float=_Number, parse_constant=_Number, object_pairs_hook=_twice_told
)


def _parse(line: bytes, depth: int) -> tuple[dict[str, Any] | str, bool]:
    """The object of a line, or why there is none; and whether its UTF-8 had to be mended."""
    if line.count(b"{") + line.count(b"[") > depth and _depth(line) > depth:
        return f"is nested deeper than {depth} levels", False
    repaired = False
    try:
        text = line.decode()
    except UnicodeDecodeError:
        text, repaired = line.decode("utf-8", "replace"), True
    try:
        found = _DECODER.decode(text)
    except json.JSONDecodeError as error:
        return f"is not JSON: {error.msg[:1].lower()}{error.msg[1:]} at column {error.colno}", False
    except RecursionError:
        return f"is nested deeper than {depth} levels", False
    return (found, repaired) if isinstance(found, dict) else ("is JSON but no object", False)


def _depth(line: bytes) -> int:
    bare = np.frombuffer(_STRINGS.sub(b"", line), np.uint8)
    steps = ((bare == 91) | (bare == 123)).astype(np.int64) - ((bare == 93) | (bare == 125))
    return int(np.cumsum(steps).max(initial=0))


def _why_not(found: dict[str, Any], wanted: Mapping[str, str]) -> str:
    twice = sorted(found.twice & wanted.keys()) if isinstance(found, _Object) else []
    return f'names "{twice[0]}" twice' if twice else ""


def _names(objects: Iterable[dict[str, Any]]) -> tuple[str, ...]:
    """All keys in the order seen; those of an object inside as "seller.id" beside "seller"."""
    names: dict[str, None] = {}
    for found in objects:
        for name, value in found.items():
            names[name] = None
            if isinstance(value, dict) and name != "attributes":
                names.update((f"{name}.{inner}", None) for inner in value)
    return tuple(names)


def _reach(objects: list[dict[str, Any]], name: str) -> list[Any]:
    """The value of a key in each object; "seller.id" reaches into an object where there is no such key."""
    if "." not in name:
        return [found.get(name) for found in objects]
    outer, inner = name.split(".", 1)
    return [
        found[name] if name in found else holder.get(inner) if isinstance(holder := found.get(outer), dict) else None
        for found in objects
    ]


def _plain_type(values: list[Any], kind: str) -> pa.DataType | None:
    there = [v for v in values if v is not None]
    if kind == "decimal" and all(isinstance(v, str) and _PRICE.match(v) for v in there):
        return ARROW_TYPES["decimal"]
    if kind == "attributes":
        keys = sorted({key for v in there if isinstance(v, dict) for key in v})
        plain = all(isinstance(v, dict) and all(type(x) is str for x in v.values()) for v in there)
        return pa.struct([(key, pa.string()) for key in keys]) if plain and 0 < len(keys) <= _MOST_KEYS else None
    if all(type(v) is str for v in there):
        return pa.string()
    if kind == "texts" and all(isinstance(v, list) and all(type(x) is str for x in v) for v in there):
        return ARROW_TYPES["texts"]
    if kind == "text" and all(isinstance(v, _Number) and len(v) < 18 and v.isdigit() for v in there):
        return pa.int64()
    return None


def _by_arrow(text: bytes, starts: Positions, ends: Positions, plain: pa.Schema, depth: int) -> pa.Table | None:
    """The lines as a table, if each is one object of the plain types; None if any is not, and Python has to look."""
    begin = int(starts[0])
    piece = text[begin : int(ends[-1])]
    data = np.frombuffer(piece, np.uint8)
    starts, ends = starts - begin, ends - begin
    last = ends - 1 - (data[ends - 1] == 13)
    if not (np.all(data[starts] == 123) and np.all(data[last] == 125)):
        return None  # a line that begins with { and ends with } and gives one row is one object
    opened = np.searchsorted(np.flatnonzero((data == 91) | (data == 123)), ends)
    if np.diff(opened, prepend=0).max() > depth:
        return None
    objects = [field.name for field in plain if pa.types.is_struct(field.type)]
    try:
        piece.decode()
        table = pyarrow.json.read_json(
            pa.BufferReader(piece),
            read_options=pyarrow.json.ReadOptions(use_threads=False, block_size=len(piece) + 1),
            parse_options=pyarrow.json.ParseOptions(
                explicit_schema=plain,
                unexpected_field_behavior="infer" if objects else "ignore",  # keys that the first lines did not show
            ),
        )
    except (pa.ArrowException, UnicodeDecodeError):
        return None
    return table if table.num_rows == len(starts) and all(_all_text(table.field(n).type) for n in objects) else None


def _all_text(kind: pa.StructType) -> bool:
    return kind.num_fields <= _MOST_KEYS and all(pa.types.is_string(field.type) for field in kind)


def _as_text(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list) and all(isinstance(v, str | bool | None) for v in value):
        return " | ".join(text.strip() for v in value if (text := _as_text(v)) and text.strip())
    return json.dumps(value, ensure_ascii=False)


def _column(values: list[Any], kind: str, raw: Raw) -> pa.Array:
    arrow = ARROW_TYPES[kind] if kind in ("texts", "attributes") else pa.string()
    if kind in ("texts", "attributes"):
        made = [_shaped(value, kind) for value in values]
    else:
        made = [value if value is None or type(value) is str else _as_text(value) for value in values]
    if kind == "attributes":
        for n, (value, shaped) in enumerate(zip(values, made, strict=True)):
            if value is not None and shaped is None:
                raw.marks.setdefault(n, []).append(ATTRIBUTES_UNREADABLE)
    try:
        return pa.array(made, arrow)
    except UnicodeEncodeError:  # "\ud800": half a character
        return pa.array([_whole(value, n, raw) for n, value in enumerate(made)], arrow)


def _shaped(value: Any, kind: str) -> Any:
    if kind == "attributes":
        return _pairs(value)
    value = value.split("|") if isinstance(value, str) else value
    return [_as_text(v) for v in value if v is not None] if isinstance(value, list) else None


def _pairs(value: Any) -> list[tuple[str, str]] | None:
    if isinstance(value, str):
        try:
            value = _DECODER.decode(value) if value.strip() else {}
        except (ValueError, RecursionError):
            return None
    if not isinstance(value, dict):
        return None
    return sorted((name, _as_text(v) or "") for name, v in value.items() if v is not None)


def _whole(value: Any, index: int, raw: Raw) -> Any:
    if isinstance(value, list):
        return [_whole(v, index, raw) for v in value]
    if isinstance(value, tuple):
        return tuple(_whole(v, index, raw) for v in value)
    if isinstance(value, str) and not value.isascii():
        mended = value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
        if mended != value and REPAIRED not in raw.marks.get(index, ()):
            raw.marks.setdefault(index, []).append(REPAIRED)
        return mended
    return value
