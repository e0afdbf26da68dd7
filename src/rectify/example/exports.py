"""What the shop exports, in columns of its own: listings as Parquet and CSV, apps as JSON lines, the rest as CSV."""

from __future__ import annotations

import csv
import json
from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from rectify.example.rows import Account, Item, World

BULK = 10_000  # listings in the Parquet file; the later ones are in the CSV
_TEXTS = pa.list_(pa.string())
LISTING = pa.schema(
    [(name, pa.string()) for name in ("sku", "seller", "title", "description")]
    + [("options", _TEXTS), ("department", pa.string()), ("lang", pa.string()), ("price", pa.decimal128(18, 4))]
    + [("currency", pa.string()), ("sold_in", _TEXTS), ("link", pa.string())]
    + [(name, pa.string()) for name in ("gtin", "brand", "model", "batch", "rev")]
    + [("listed", pa.timestamp("us", "UTC"))]
)
ACCOUNT = ("number", "type", "name", "mail", "post", "lang", "country", "licence", "company_no", "status")
TALK = ("number", "sort", "author", "text", "lang", "sold_in", "link", "posted")
# Rows that no reader can use: cut off in the middle, without a number, of one cell too many.
BROKEN = (
    'GW-99001,S-1009,"Bread knife, large"\n',
    ",S-1010,Oak table,Bring two people.,,Home > Furniture,en,120.00,EUR,xa,,,,,,1,\n",
    "GW-99003,S-1011,Radio,Plays,for,twenty,hours,Electronics > Sound,en,20.00,EUR,xa,,,,,,1,,\n",
)


def write_exports(world: World, folder: Path) -> None:
    """Writes the files of all catalogues and accounts into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    bulk = min(BULK, len(world.listings) // 2)
    _parquet(world.listings[:bulk], folder / "listings-1.parquet")
    _listings(world.listings[bulk:], folder / "listings-2.csv")
    _apps(world.apps, folder / "apps.jsonl")
    _talk(world.talk, folder / "talk.csv")
    for name, accounts in (
        ("sellers", world.sellers), ("developers", world.developers), ("authors", world.authors),
    ):  # fmt: skip
        _accounts(accounts, folder / f"{name}.csv")


def _row(item: Item) -> dict[str, object]:
    stated = {name: item.attributes.get(name, "") for name in ("gtin", "brand", "model", "batch")}
    return {
        "sku": item.id, "seller": item.account, "title": item.title, "description": item.text,
        "options": list(item.variants), "department": item.category, "lang": item.language, "price": item.price,
        "currency": item.currency, "sold_in": list(item.storefronts), "link": item.url, **stated, "rev": "1",
        "listed": item.published,
    }  # fmt: skip


def _parquet(items: Sequence[Item], path: Path) -> None:
    rows = [_row(item) for item in items]
    columns = [[row[field.name] for row in rows] for field in LISTING]
    arrays = [
        pa.array(column, pa.string()).cast(field.type) if pa.types.is_decimal(field.type)
        else pa.array(column, field.type)
        for column, field in zip(columns, LISTING, strict=True)
    ]  # fmt: skip
    pq.write_table(pa.Table.from_arrays(arrays, schema=LISTING), path, row_group_size=2_500, compression="zstd")


def _listings(items: Sequence[Item], path: Path) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, LISTING.names, lineterminator="\n")
        writer.writeheader()
        for item in items:
            row = _row(item)
            row |= {name: "|".join(row[name]) for name in ("options", "sold_in")}  # type: ignore[arg-type]
            writer.writerow(row | {"listed": item.published.isoformat()})
        file.writelines(BROKEN)


def _apps(items: Sequence[Item], path: Path) -> None:
    with path.open("w", encoding="utf-8") as file:
        for item in items:
            row = {"app": item.id, "developer": item.account, "name": item.title, "about": item.text,
                   "shelf": item.category, "lang": item.language, "stores": list(item.storefronts),
                   "page": item.url, "rev": "1", "released": item.published.isoformat()}  # fmt: skip
            file.write(json.dumps(row, ensure_ascii=False) + "\n")


def _talk(items: Sequence[Item], path: Path) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(TALK)
        for item in items:
            writer.writerow((item.id, item.kind, item.account, item.text, item.language, "|".join(item.storefronts),
                             item.url, item.published.isoformat()))  # fmt: skip


def _accounts(accounts: Sequence[Account], path: Path) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(ACCOUNT)
        for one in accounts:
            if one.known:
                writer.writerow((one.number, one.kind, one.name, one.mail, one.post, one.language, one.country,
                                 one.licence, one.company_number, one.status))  # fmt: skip
