"""From rows as a file holds them to rows as the engine sees them: one schema, absent text empty, oddities marked."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from rectify.catalogue.mapping import ColumnMap
from rectify.catalogue.reading import Raw
from rectify.catalogue.schema import (
    ATTRIBUTES_UNREADABLE,
    GTIN_UNREADABLE,
    KIND_UNKNOWN,
    PRICE_UNREADABLE,
    PUBLISHED_UNREADABLE,
    REPAIRED,
    STATUS_UNKNOWN,
    STOREFRONT_UNKNOWN,
)
from rectify.catalogue.source import Batch, SetAside, excerpt
from rectify.catalogue.values import rounded, sizes, to_attributes, to_decimal, to_instant, to_text, to_texts
from rectify.terms.errors import nearest
from rectify.terms.item import Kind

Flags = npt.NDArray[np.bool_]
GTIN = "attributes.gtin"
_KINDS = pa.array([kind.value for kind in Kind])
_MARK_OF = {"text": REPAIRED, "texts": REPAIRED, "decimal": PRICE_UNREADABLE, "instant": PUBLISHED_UNREADABLE,
            "attributes": ATTRIBUTES_UNREADABLE}  # fmt: skip
_READ: Mapping[str, Callable[[pa.Array], tuple[pa.Array, Flags | None]]] = {
    "text": to_text, "texts": to_texts, "decimal": to_decimal, "instant": to_instant,
}  # fmt: skip


@dataclass(slots=True)
class Rows:
    """Rows while they are shaped: arrays by field, marks and reasons to set aside by index."""

    count: int
    arrays: dict[str, pa.Array] = field(default_factory=dict)
    marks: dict[int, list[str]] = field(default_factory=dict)
    aside: dict[int, str] = field(default_factory=dict)

    def mark(self, flags: Flags | None, name: str) -> None:
        """Notes a mark on the flagged rows, once each."""
        for n in np.flatnonzero(flags).tolist() if flags is not None else ():
            names = self.marks.setdefault(n, [])
            if name not in names:
                names.append(name)


@dataclass(frozen=True, slots=True)
class Shaper:
    """Shapes the rows of one file. `finish` checks what only items, or only accounts, have."""

    file: str
    schema: pa.Schema
    fields: Mapping[str, str]
    columns: ColumnMap
    cell: int
    finish: Callable[[Rows], None]

    def shape(self, raw: Raw) -> Batch:
        """A batch of the schema; rows that cannot be read are set aside with the reason."""
        rows = Rows(len(raw.rows), marks={n: list(names) for n, names in raw.marks.items()})
        self._weigh(raw, rows)
        self._fill(raw, rows)
        without = np.asarray(pc.equal(pc.utf8_trim_whitespace(rows.arrays["id"]), ""))
        for n in np.flatnonzero(without).tolist():
            rows.aside.setdefault(n, "has no id")
        self.finish(rows)
        return self._batch(raw, rows)

    def _weigh(self, raw: Raw, rows: Rows) -> None:
        for name, column in raw.columns.items():
            weight = sizes(column)
            for n in np.flatnonzero(weight > self.cell).tolist():
                rows.aside.setdefault(n, f"a cell of {weight[n]:,} bytes stands in {name}")

    def _fill(self, raw: Raw, rows: Rows) -> None:
        named: dict[str, pa.Array] = {}
        whole = None
        for name, column in raw.columns.items():
            to = self.columns.columns[name]
            if to.startswith("attributes."):
                named[to.removeprefix("attributes.")], wrong = to_text(column)
                rows.mark(wrong, REPAIRED)
                if to == GTIN:
                    rows.mark(rounded(named["gtin"]), GTIN_UNREADABLE)
            elif to == "attributes":
                whole = column
            else:
                kind = self.fields[to]
                rows.arrays[to], wrong = _READ[kind](column)
                rows.mark(wrong, _MARK_OF[kind])
        if named or whole is not None:
            rows.arrays["attributes"], wrong = to_attributes(named, whole)
            rows.mark(wrong, ATTRIBUTES_UNREADABLE)
        for name in self.fields:
            if name not in rows.arrays:
                rows.arrays[name] = absent(self.schema.field(name), rows.count)

    def _batch(self, raw: Raw, rows: Rows) -> Batch:
        arrays = [rows.arrays[name] for name in self.fields]
        arrays += [pa.array(raw.rows), _mark_lists(rows)]
        items = pa.RecordBatch.from_arrays(arrays, schema=self.schema)
        if not rows.aside:
            return Batch(items, raw.set_aside)
        kept = np.ones(rows.count, np.bool_)
        kept[list(rows.aside)] = False
        told = [
            SetAside(self.file, int(raw.rows[n]), why, _excerpt(rows, n, self.fields)) for n, why in rows.aside.items()
        ]
        return Batch(items.filter(pa.array(kept)), sorted([*raw.set_aside, *told], key=lambda aside: aside.row))


def absent(to: pa.Field, count: int) -> pa.Array:
    """So many rows of a field that no column fills: null where the schema allows it, else empty."""
    return _absent(to, 1 << max(count - 1, 0).bit_length()).slice(0, count)


@lru_cache(maxsize=64)
def _absent(to: pa.Field, count: int) -> pa.Array:
    if to.nullable:
        return pa.nulls(count, to.type)
    if pa.types.is_string(to.type):
        return pa.array([""], pa.string()).take(pa.array(np.zeros(count, np.int64)))
    zeros = pa.array(np.zeros(count + 1, np.int32))
    nothing = pa.array([], pa.string())
    if pa.types.is_map(to.type):
        return pa.MapArray.from_arrays(zeros, nothing, nothing)
    return pa.ListArray.from_arrays(zeros, nothing).cast(to.type)


def _mark_lists(rows: Rows) -> pa.Array:
    names = [rows.marks.get(n, []) for n in range(rows.count)] if rows.marks else None
    kind = pa.list_(pa.string())
    return absent(pa.field("marks", kind, nullable=False), rows.count) if names is None else pa.array(names, kind)


def _excerpt(rows: Rows, index: int, fields: Mapping[str, str]) -> str:
    parts = []
    for name, kind in fields.items():
        if kind == "text" and (text := rows.arrays[name][index].as_py()):
            parts.append(f"{name}={text[:120]}")
    return excerpt(" ".join(parts))


def finish_items(
    default_kind: str, storefronts: frozenset[str], default_storefronts: tuple[str, ...]
) -> Callable[[Rows], None]:
    """What items need: a kind that is known, storefronts that settings name. Empty cells take the defaults."""

    def finish(rows: Rows) -> None:
        _settle_kind(rows, default_kind)
        _settle_storefronts(rows, storefronts, default_storefronts)

    return finish


def _settle_kind(rows: Rows, default: str) -> None:
    kinds = pc.utf8_lower(pc.utf8_trim_whitespace(rows.arrays["kind"]))
    if default:
        kinds = pc.if_else(pc.equal(kinds, ""), default, kinds)
    rows.arrays["kind"] = kinds
    unknown = np.asarray(pc.invert(pc.is_in(kinds, _KINDS)))
    for n in np.flatnonzero(unknown).tolist():
        word = kinds[n].as_py()
        hint = nearest(word, [kind.value for kind in Kind])
        rows.aside.setdefault(n, f'is of kind "{word[:40]}", which is none ({hint})' if word else "has no kind")


def _settle_storefronts(rows: Rows, known: frozenset[str], default: tuple[str, ...]) -> None:
    """No storefront named: the default, else unknown (null), which is never everywhere."""
    column = rows.arrays["storefronts"]
    if column.null_count == rows.count and not default:
        return
    none = pc.equal(pc.fill_null(pc.list_value_length(column), 0), 0)
    usual = pa.scalar(list(default) or None, column.type)
    if pc.any(none).as_py():
        column = pc.if_else(none, usual, column)
    rows.arrays["storefronts"] = column
    if known:
        odd = np.asarray(pc.invert(pc.is_in(column.flatten(), pa.array(sorted(known)))))
        parents = np.asarray(pc.list_parent_indices(column))
        flags = np.zeros(rows.count, np.bool_)
        flags[parents[odd]] = True
        rows.mark(flags, STOREFRONT_UNKNOWN)


def finish_accounts(rows: Rows) -> None:
    """What accounts need: a kind and a status that are known; what is not is read as "unknown" and "open", marked."""
    for name, known, usual, mark in (
        ("kind", ["business", "private", "unknown"], "unknown", KIND_UNKNOWN),
        ("status", ["open", "suspended", "closed"], "open", STATUS_UNKNOWN),
    ):
        words = pc.utf8_lower(pc.utf8_trim_whitespace(rows.arrays[name]))
        good = pc.is_in(words, pa.array(known))
        rows.mark(np.asarray(pc.and_(pc.invert(good), pc.not_equal(words, ""))), mark)
        rows.arrays[name] = pc.if_else(good, words, usual)
