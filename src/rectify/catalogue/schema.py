"""The Arrow schemas of items and accounts, made from the field lists of `terms.item`."""

from __future__ import annotations

from collections.abc import Mapping

import pyarrow as pa

from rectify.terms.item import ACCOUNT_FIELDS, ITEM_FIELDS

ARROW_TYPES: Mapping[str, pa.DataType] = {
    "text": pa.string(),
    "texts": pa.list_(pa.string()),
    "decimal": pa.decimal128(18, 4),
    "attributes": pa.map_(pa.string(), pa.string()),
    "instant": pa.timestamp("us", "UTC"),
}
# What stands beside the fields: the row of the file, from 1, and what reading had to mend.
ROW = pa.field("row", pa.int64(), nullable=False)
MARKS = pa.field("marks", pa.list_(pa.string()), nullable=False)

# What reading may note about a row. Screening and accounts add no others here.
REPAIRED = "repaired_utf8"  # bytes that are no UTF-8 became U+FFFD
PRICE_UNREADABLE = "price_unreadable"  # the price is null
PUBLISHED_UNREADABLE = "published_unreadable"  # the instant is null
GTIN_UNREADABLE = "gtin_unreadable"  # a spreadsheet rounded the bar code: 9.52123E+12
ATTRIBUTES_UNREADABLE = "attributes_unreadable"  # the attributes are empty
STOREFRONT_UNKNOWN = "storefront_unknown"  # a storefront that settings do not name: its reach is unknown
KIND_UNKNOWN = "kind_unknown"  # accounts only: read as kind "unknown"
STATUS_UNKNOWN = "status_unknown"  # accounts only: read as status "open"


def _schema(fields: Mapping[str, str]) -> pa.Schema:
    return pa.schema(
        [pa.field(name, ARROW_TYPES[kind], nullable=kind in NULLABLE or name == "storefronts")
         for name, kind in fields.items()]
        + [ROW, MARKS]
    )  # fmt: skip


# Absent text is the empty string, absent lists and maps are empty: only these kinds, and `storefronts`, hold nulls.
NULLABLE = frozenset({"decimal", "instant"})
ITEM_SCHEMA = _schema(ITEM_FIELDS)
ACCOUNT_SCHEMA = _schema(ACCOUNT_FIELDS)


def kind_of(field: str, fields: Mapping[str, str]) -> str:
    """The kind of a field ("text", "texts" ...); "text" for `attributes.gtin` and the like. KeyError if unknown."""
    if field.startswith("attributes.") and len(field) > len("attributes.") and "attributes" in fields:
        return "text"
    return fields[field]
