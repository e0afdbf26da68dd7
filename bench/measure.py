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
from bench.measurements.labelled import FILES, measure_file
from bench.measurements.page import FILES_READ, Everything, write_page
from bench.measurements.products import measure_products
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
    missing = [f"{name}.parquet" for name in FILES_READ if not (options.data / f"{name}.parquet").is_file()]
    if missing:
        print(f"error: {options.data} has no {', '.join(missing)}.", file=sys.stderr)
        print(
            "The data is not part of the project; its README says where it comes from. Nothing was written.",
            file=sys.stderr,
        )
        return 2
    options.out.write_text(write_page(measure_all(options.data, options.day)), encoding="utf-8")
    print(f"{options.out} is written.")
    return 0


def measure_all(folder: Path, day: str) -> Everything:
    """Everything that the page tells, of the data in a folder."""
    goods, licence = one_pack("identical-products"), one_pack("unlicensed-vpn")
    return Everything(
        day=day,
        packs=(goods, licence),
        digests={name: hashlib.sha256((folder / f"{name}.parquet").read_bytes()).hexdigest() for name in FILES_READ},
        products=measure_products(folder, goods),
        files=[measure_file(folder, name, licence) for name in FILES],
        swept=sweep_catalogue(folder, (goods, licence)),
        through=read_through(folder),
    )


if __name__ == "__main__":
    sys.exit(main())
