"""From a host's column to the kind of a field: text, texts, decimal, attributes, instant. All by column."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.types as pt

from rectify.catalogue.schema import ARROW_TYPES

Flags = npt.NDArray[np.bool_]
_DECIMAL, _INSTANT, _TEXTS = ARROW_TYPES["decimal"], ARROW_TYPES["instant"], ARROW_TYPES["texts"]
_PLAIN_PRICE = r"^-?[0-9]{1,14}(\.[0-9]{1,4})?$"
_CENT = Decimal("0.0001")
_MOST = Decimal(10) ** 14
_CURRENCY = re.compile(r"^[^\d\s.,+\-]{1,4}\s*|\s*[^\d\s.,]{1,4}$")
_SPACED = re.compile(r"(?<=\d)[ '\u2019\u00a0\u202f](?=\d{3}(\D|$))")
_GROUPED = re.compile(r"-?\d{1,3}([.,])\d{3}(\1\d{3})*\Z")
_NUMBER = re.compile(r"[+-]?\d+(\.\d+)?([eE][+-]?\d{1,3})?\Z")
_DATED = re.compile(r"\d{4}-\d|\d{8}\Z")
# As a spreadsheet shows it, or written out again with zeros for what was lost (one bar code in a million ends so).
_ROUNDED = r"^\s*([0-9]([.,][0-9]+)?[eE]\+?[0-9]{1,2}|[1-9][0-9]{5,7}0{6})\s*$"
_EXACT = 1 << 53  # whole numbers below it are exact as floats
_BINARY = (pt.is_binary, pt.is_large_binary, pt.is_binary_view, pt.is_fixed_size_binary)
_STRING = (pt.is_string, pt.is_large_string, pt.is_string_view)
_OFFSETS = {pa.string(): np.int32, pa.binary(): np.int32, pa.large_string(): np.int64, pa.large_binary(): np.int64}


def is_texty(kind: pa.DataType) -> bool:
    """Whether one cell of this Arrow type can be written as text."""
    if pt.is_dictionary(kind):
        return is_texty(kind.value_type)
    return not pt.is_nested(kind) and not isinstance(kind, pa.BaseExtensionType)


def is_list(kind: pa.DataType) -> bool:
    """Whether this Arrow type is a list of any form."""
    return bool(pt.is_list(kind) or pt.is_large_list(kind) or pt.is_fixed_size_list(kind))


def to_text(column: pa.Array) -> tuple[pa.Array, Flags | None]:
    """Text without nulls (absent = empty), and which rows had bytes that are no UTF-8; None if none had.

    A list of text becomes one text with " | " between.
    """
    kind = column.type
    if is_list(kind):
        lists, broken = to_texts(column)
        return pc.binary_join(lists, " | "), broken
    if pt.is_dictionary(kind):
        return to_text(column.cast(kind.value_type))
    if any(test(kind) for test in _BINARY):
        return _decoded(column.cast(pa.binary()))
    if any(test(kind) for test in _STRING):
        try:
            column = column.cast(pa.string())
            column.validate(full=True)  # Parquet's own strings are taken on trust by Arrow
        except pa.ArrowInvalid:
            return _decoded(column.cast(pa.large_binary()).cast(pa.binary()))
        return _filled(column, ""), None
    if pt.is_null(kind):
        return pa.array([""] * len(column), pa.string()), None
    return _filled(_whole(column) if pt.is_floating(kind) else column.cast(pa.string()), ""), None


def _whole(column: pa.Array) -> pa.Array:
    """Numbers as text; a whole one with all its digits, for ids and bar codes that came as 9.521234543213e+12."""
    text = column.cast(pa.string())
    wide = column.cast(pa.float64())
    exact = pc.and_(pc.equal(pc.floor(wide), wide), pc.less(pc.abs(wide), float(_EXACT)))
    exact = pc.and_(exact, pc.match_substring(text, "e+")).fill_null(False)
    if not pc.any(exact).as_py():
        return text
    whole = pc.if_else(exact, wide, 0.0).cast(pa.int64()).cast(pa.string())
    return pc.if_else(exact, whole, text)


def rounded(text: pa.Array) -> Flags | None:
    """Which rows hold a bar code that a spreadsheet has rounded (9.52123E+12, 9521230000000); None if none does."""
    flags = np.asarray(pc.match_substring_regex(text, _ROUNDED))
    return flags if flags.any() else None


def _filled(column: pa.Array, value: str) -> pa.Array:
    return column.fill_null(value) if column.null_count else column


def _decoded(column: pa.Array) -> tuple[pa.Array, Flags | None]:
    try:
        return _filled(column.cast(pa.string()), ""), None
    except pa.ArrowInvalid:
        values = [value or b"" for value in column.to_pylist()]
    texts = [value.decode("utf-8", "replace") for value in values]
    broken = np.array([text.encode() != value for text, value in zip(texts, values, strict=True)], np.bool_)
    return pa.array(texts, pa.string()), broken


def sizes(column: pa.Array) -> npt.NDArray[np.int64]:
    """The bytes of each row of text, texts or attributes; 0 for all else."""
    kind = column.type
    wide = _OFFSETS.get(kind)
    if wide is not None and not column.null_count and len(column):
        offsets = np.frombuffer(column.buffers()[1], wide)[column.offset : column.offset + len(column) + 1]
        return np.diff(offsets).astype(np.int64)
    if is_list(kind) or pt.is_map(kind):
        column = column if pt.is_map(kind) else column.cast(pa.list_(kind.value_type))
        inner = [column.keys, column.items] if pt.is_map(kind) else [column.values]
        total = np.zeros(len(inner[0]) + 1, np.int64)
        for child in inner:
            total[1:] += np.cumsum(sizes(child))
        offsets = np.asarray(column.offsets)
        return np.asarray(total[offsets[1:]] - total[offsets[:-1]])
    if pt.is_struct(kind):
        return sum((sizes(child) for child in column.flatten()), np.zeros(len(column), np.int64))
    if pt.is_dictionary(kind):
        each = np.concatenate((sizes(column.dictionary), [0]))
        return np.asarray(each[np.asarray(column.indices.fill_null(len(each) - 1))])
    if pt.is_string_view(kind) or pt.is_binary_view(kind):  # sixteen bytes each, the length in the first four
        views = np.frombuffer(column.buffers()[1], np.int32)[4 * column.offset : 4 * (column.offset + len(column)) : 4]
        return np.where(np.asarray(column.is_valid()), views, 0).astype(np.int64)
    if any(test(kind) for test in (*_STRING, *_BINARY)):
        return np.asarray(pc.binary_length(column).fill_null(0), np.int64)
    return np.zeros(len(column), np.int64)


def to_decimal(column: pa.Array) -> tuple[pa.Array, Flags | None]:
    """decimal(18,4), rounded, null where absent; and which rows hold something that is no amount of money."""
    kind = column.type
    if pt.is_null(kind):
        return pa.nulls(len(column), _DECIMAL), None
    if not (pt.is_integer(kind) or pt.is_floating(kind) or pt.is_decimal(kind)):
        column, _ = to_text(column)
        column = pc.utf8_trim_whitespace(column)
        empty = pc.equal(column, "")
        plain = pc.match_substring_regex(column, _PLAIN_PRICE)
        if pc.all(pc.or_(plain, empty)).as_py() is not False:
            return pc.if_else(empty, pa.scalar(None, pa.string()), column).cast(_DECIMAL), None
        return _by_value(column, read_price, _DECIMAL)
    try:
        return (pc.round(column, 4) if pt.is_floating(kind) else column).cast(_DECIMAL), None
    except pa.ArrowInvalid:
        return _by_value(column.cast(pa.string()).fill_null(""), read_price, _DECIMAL)


def read_price(text: str) -> Decimal | None:
    """An amount with at most four decimals from text; None for what is none, or could be read two ways (1,234).

    A currency sign or code may stand on one side. With a point and a comma, the later one parts the decimals.
    """
    if len(text) > 64:
        return None
    bare = _SPACED.sub("", _CURRENCY.sub("", text.strip()).strip())
    if grouped := _GROUPED.match(bare):
        sign, more = grouped[1], grouped[2]
        if sign == "," and not more:
            return None
        bare = bare.replace(sign, "") if more else bare
    elif "," in bare:
        bare = _one_point(bare)
    if not _NUMBER.match(bare):
        return None
    value = Decimal(bare)
    return value.quantize(_CENT) if abs(value) < _MOST else None


def _one_point(text: str) -> str:
    point, comma = text.rfind("."), text.rfind(",")
    if comma > point:
        return text.replace(".", "").replace(",", ".") if text.count(",") == 1 else ""
    return text.replace(",", "") if text.count(".") == 1 else ""


def to_instant(column: pa.Array) -> tuple[pa.Array, Flags | None]:
    """An instant in UTC, null where absent; and which rows hold something that is none. Without a zone: UTC."""
    kind = column.type
    if pt.is_null(kind):
        return pa.nulls(len(column), _INSTANT), None
    try:
        if pt.is_timestamp(kind):
            column = column.cast(pa.timestamp("us", kind.tz), safe=kind.unit != "ns")
            return (column if kind.tz else pc.assume_timezone(column, "UTC")).cast(_INSTANT), None
        if pt.is_date(kind):
            return column.cast(pa.timestamp("us")).cast(_INSTANT), None
    except pa.ArrowInvalid:
        column = column.cast(pa.string())
    text, _ = to_text(column)
    if pc.all(pc.equal(text, "")).as_py() is not False:
        return pa.nulls(len(column), _INSTANT), None
    try:
        return text.cast(_INSTANT), None
    except pa.ArrowInvalid:
        return _by_value(text, read_instant, _INSTANT)


def read_instant(text: str) -> datetime | None:
    """An ISO 8601 date or instant; without a zone it is taken as UTC. None for all else."""
    text = text.strip()
    if not _DATED.match(text):
        return None
    try:
        value = datetime.fromisoformat(text)
        return value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return None


def _by_value(text: pa.Array, read: Callable[[str], Any], kind: pa.DataType) -> tuple[pa.Array, Flags | None]:
    coded = text.dictionary_encode()
    values = [read(value) if value.strip() else None for value in coded.dictionary.to_pylist()]
    found = pa.array(values, kind).take(coded.indices)
    wrong = np.array([v is None and bool(t.strip()) for v, t in zip(values, coded.dictionary.to_pylist(), strict=True)])
    flags = wrong[np.asarray(coded.indices)] if len(wrong) else np.zeros(len(text), np.bool_)
    return found, flags if flags.any() else None


def to_texts(column: pa.Array) -> tuple[pa.Array, Flags | None]:
    """Lists of text without nulls or blanks, from lists or from text with | between; absent = no entry."""
    kind = column.type
    if not is_list(kind):
        text, broken = to_text(column)
        column = pc.split_pattern(text, "|")
    else:
        broken = None
        column = column.cast(pa.list_(kind.value_type))
    offsets = np.asarray(column.offsets, np.int64)
    inner, odd = to_text(column.values)
    if odd is not None:
        broken = np.add.reduceat(np.append(odd, False), np.minimum(offsets[:-1], len(odd))).astype(np.bool_)
        broken &= offsets[1:] > offsets[:-1]
    inner = pc.utf8_trim_whitespace(inner)
    kept = np.asarray(pc.not_equal(inner, ""))
    if column.null_count:  # a null list may still span entries
        kept = kept.copy()
        for n in np.flatnonzero(np.asarray(column.is_null())).tolist():
            kept[offsets[n] : offsets[n + 1]] = False
    total = np.concatenate((np.zeros(1, np.int64), np.cumsum(kept)))
    fresh = (total[offsets]).astype(np.int32)
    begin = fresh[0]
    made = inner.filter(pa.array(kept))
    return pa.ListArray.from_arrays(pa.array(fresh - begin), made.slice(int(begin))).cast(_TEXTS), broken


def to_attributes(named: dict[str, pa.Array], whole: pa.Array | None) -> tuple[pa.Array, Flags | None]:
    """A map from columns `attributes.NAME` (text, empty = absent) and perhaps one of maps, objects or JSON text.

    A named column wins over the same name in `whole`. The flags tell rows where `whole` could not be read.
    """
    if whole is None or pt.is_null(whole.type):
        return _woven(named), None
    if pt.is_struct(whole.type):
        parts = {f.name: to_text(pc.struct_field(whole, n))[0] for n, f in enumerate(whole.type)}
        return _woven(dict(sorted((parts | named).items()))), None
    if pt.is_map(whole.type):
        whole = _tidy(whole)
        if not named:
            return whole, None
    rows = whole.to_pylist() if pt.is_map(whole.type) else to_text(whole)[0].to_pylist()
    extra = [column.to_pylist() for column in named.values()]
    made, wrong = [], np.zeros(len(rows), np.bool_)
    for n, row in enumerate(rows):
        found = _object(row)
        wrong[n] = found is None
        own = {name: column[n] for name, column in zip(named, extra, strict=True) if column[n]}
        made.append(list(((found or {}) | own).items()))
    return pa.array(made, ARROW_TYPES["attributes"]), wrong if wrong.any() else None


def _tidy(column: pa.Array) -> pa.Array:
    """A map of any text types as one of plain text; an absent map is empty."""
    offsets = np.asarray(column.offsets, np.int32)
    keys, items = to_text(column.keys)[0], to_text(column.items)[0]
    kept = np.asarray(pc.not_equal(items, ""))
    if column.null_count:
        kept = kept.copy()
        for n in np.flatnonzero(np.asarray(column.is_null())).tolist():
            kept[offsets[n] : offsets[n + 1]] = False
    total = np.concatenate((np.zeros(1, np.int32), np.cumsum(kept, dtype=np.int32)))[offsets]
    mask = pa.array(kept)
    return pa.MapArray.from_arrays(
        pa.array(total - total[0]), keys.filter(mask).slice(int(total[0])), items.filter(mask).slice(int(total[0]))
    )


def _object(row: Any) -> dict[str, str] | None:
    if isinstance(row, str):
        try:
            row = json.loads(row, parse_int=str, parse_float=str) if row.strip() else {}
        except (ValueError, RecursionError):
            return None
        if not isinstance(row, dict):
            return None
        row = list(row.items())
    return {_clean(name): text for name, value in row or () if (text := _clean(value))}


def _clean(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text.encode("utf-8", "replace").decode() if not text.isascii() else text


def _woven(named: dict[str, pa.Array]) -> pa.Array:
    if not named:
        return pa.array([], ARROW_TYPES["attributes"])
    rows = len(next(iter(named.values())))
    names = pa.array(list(named), pa.string())
    flat = pa.concat_arrays([column.cast(pa.string()) for column in named.values()])
    order = np.arange(rows * len(names)).reshape(len(names), rows).T.reshape(-1)  # row by row
    items = flat.take(pa.array(order))
    kept = np.asarray(pc.not_equal(items, ""))
    count = kept.reshape(rows, len(names)).sum(axis=1)
    offsets = np.concatenate((np.zeros(1, np.int32), np.cumsum(count, dtype=np.int32)))
    keys = names.take(pa.array(np.tile(np.arange(len(names)), rows)[kept]))
    return pa.MapArray.from_arrays(pa.array(offsets), keys, items.filter(pa.array(kept)))
