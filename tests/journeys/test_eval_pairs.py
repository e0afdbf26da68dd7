"""`rectify eval` on a file of products, listings and pairs, in each kind of file that can hold them."""

from __future__ import annotations

import csv
import json
import os
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from tests.journeys.kettle import warm

COLUMNS = ("kind", "product_id", "name", "brand", "models", "gtins", "batches", "id", "title", "text", "attributes",
           "language", "listing_id", "label", "why", "source")  # fmt: skip
ROWS = [
    {"kind": "product", "product_id": "P", "name": "Pram", "brand": "Kite", "models": ["K3-2024", "K3-2025"]},
    {"kind": "listing", "id": "1", "title": "Kite K3-2025 pram", "language": "en"},
    {"kind": "listing", "id": "2", "title": "Kite K9-1000 pram", "language": "en"},
    {"kind": "pair", "product_id": "P", "listing_id": "1", "label": "same"},
    {"kind": "pair", "product_id": "P", "listing_id": "2", "label": "different", "why": "other model"},
]
LISTS = ("models", "gtins", "batches")


def as_parquet(path: Path) -> None:
    lists = pa.list_(pa.string())
    columns = {name: pa.array([row.get(name, [] if name in LISTS else "") for row in ROWS],
                              lists if name in LISTS else pa.string()) for name in COLUMNS}  # fmt: skip
    pq.write_table(pa.table(columns), path)


def as_csv(path: Path) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS)
        writer.writeheader()
        for row in ROWS:
            writer.writerow(
                {name: "|".join(value) if isinstance(value, list) else value for name, value in row.items()}
            )


def as_lines(path: Path) -> None:
    path.write_text("".join(json.dumps({name: row.get(name) for name in COLUMNS}) + "\n" for row in ROWS))


def run(folder: Path, *words: str) -> tuple[int, str, str]:
    return warm([*words], folder, {"PATH": os.environ["PATH"], "LANG": "C.UTF-8"})


@pytest.mark.parametrize(("name", "write"), [("p.parquet", as_parquet), ("p.csv", as_csv), ("p.jsonl", as_lines)])
def test_pairs_are_scored_from_any_table(tmp_path, name, write):
    write(tmp_path / name)
    code, out, _ = run(tmp_path, "--json", "eval", name, "--pack", "identical-products")
    assert code == 0
    told = json.loads(out)
    everything = told["groups"][0]
    assert everything["violation"]["precision"]["of"] == everything["violation"]["recall"]["of"] == 1
    assert everything["violation"]["alarms"] == 0
    assert told["unlabelled"] == {"violation": 0, "review": 0, "none": 0}


def test_labelled_items_without_a_topic_are_not_scored(tmp_path):
    (tmp_path / "items.csv").write_text("id,title,label,topic\n1,vpn,violation,vpn\n")
    code, out, err = run(tmp_path, "eval", "items.csv", "--pack", "unlicensed-vpn")
    assert (code, out) == (1, "")
    assert "no topic is named" in err
    assert "--topic" in err
