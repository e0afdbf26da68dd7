"""Measures the shipped packs on the public data and writes docs/measurements.md: no figure by hand.

python -m bench.measure --data FOLDER [--out docs/measurements.md] [--day 2026-11-21]
"""

from __future__ import annotations

import argparse
import hashlib
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from bench.measurements.disguises import read_through
from bench.measurements.labelled import FILES, TOPICS, measure_file
from bench.measurements.own_texts import UNSEEN, UNSEEN_INNOCENT, measure_later, measure_negatives, measure_offers
from bench.measurements.page import FILES_READ, Everything, write_page
from bench.measurements.products import measure_products
from bench.measurements.real_disguises import measure_costs, measure_real_disguises
from bench.measurements.sweeps import sweep_catalogue
from rectify.workspace import one_pack

PAGE = Path(__file__).resolve().parent.parent / "docs" / "measurements.md"


def main(words: Sequence[str] | None = None) -> int:
    """0 where the page was written, 2 where the data is not there."""
    given = argparse.ArgumentParser(prog="python -m bench.measure", description=(__doc__ or "").split("\n")[0])
    given.add_argument("--data", type=Path, required=True, help="folder with the Parquet files")
    given.add_argument("--out", type=Path, default=PAGE, help="the page to write")
    given.add_argument("--day", default=f"{datetime.now(UTC):%Y-%m-%d}", help="the day that the page names")
    options = given.parse_args(words)
    missing = [name for name in FILES_READ if not _file(options.data, name).is_file()]
    if len(missing) == len(FILES_READ) or (missing and options.out == PAGE):
        print(f"error: {options.data} has no {', '.join(f'{name}.parquet' for name in missing)}.", file=sys.stderr)
        print("The data is not part of the project; its README says where it comes from. Nothing was written.\n"
              "With --out, what is there is measured.", file=sys.stderr)  # fmt: skip
        return 2
    if missing:
        print(f"Not there, not measured: {', '.join(missing)}.", file=sys.stderr)
    options.out.write_text(write_page(measure_all(options.data, options.day)), encoding="utf-8")
    print(f"{options.out} is written.")
    return 0


def measure_all(folder: Path, day: str) -> Everything:
    """Everything that the page tells, of the data that is in a folder."""
    goods, *topical = packs = [one_pack(name) for name in ("identical-products", *TOPICS)]
    own = dict(zip(("medicines", "wildlife", "counterfeits"), topical, strict=False))
    there = {name: _file(folder, name) for name in FILES_READ if _file(folder, name).is_file()}
    return Everything(
        day=day,
        packs=packs,
        digests={name: hashlib.sha256(path.read_bytes()).hexdigest() for name, path in there.items()},
        products=measure_products(folder, goods) if "product_examples" in there else None,
        files=[measure_file(folder, name, pack) for pack in topical for name in FILES if name in there],
        negatives=measure_negatives(topical),
        offers=measure_offers(own),
        later=measure_later(own),
        unseen=measure_offers(own, UNSEEN),
        unseen_innocent=measure_negatives(topical, UNSEEN_INNOCENT),
        swept=sweep_catalogue(folder, packs) if {"product_examples", "catalogue"} <= there.keys() else None,
        through=read_through(folder) if "obfuscation_pairs_zh" in there else None,
        disguises=(measure_real_disguises(folder), measure_costs(folder, topical))
        if {"obfuscation_pairs_zh", "catalogue", "comments"} <= there.keys()
        else None,
    )


def _file(folder: Path, name: str) -> Path:
    return folder / f"{name}.parquet"


if __name__ == "__main__":
    sys.exit(main())
