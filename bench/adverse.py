"""How fast texts are scanned that were made to be slow (bench/worst.py), short ones and one long one of each kind.

python -m bench.adverse [--rows 4096] [--rounds 3]      prints one JSON object
"""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict
from typing import Any

from bench.beside import Engines
from bench.listings import corpus
from bench.rivals import one_thread
from bench.worst import KINDS, TERMS, texts

BYTES, LONG = 600, 100_000
_FEW = 16  # the pure engine reads one row of so many


def measure(rows: int, rounds: int) -> dict[str, Any]:
    """By kind: figures of so many texts of 600 bytes, and of one written over 100,000 letters."""
    engines = Engines([*corpus(1).terms, *TERMS])
    made = {}
    for kind in KINDS:
        short = [["", text.encode()[:BYTES].decode(errors="ignore")] for text in texts(kind, rows, BYTES)]
        long = [["", text] for text in texts(kind, 1, LONG)]
        made[kind] = {"short": asdict(engines.over(short, rounds, fewer=_FEW)),
                      "long": asdict(engines.over(long, 1)), "letters": len(long[0][1])}  # fmt: skip
    return made


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=4096)
    parser.add_argument("--rounds", type=int, default=3)
    given = parser.parse_args()
    one_thread()
    print(json.dumps(measure(given.rows, given.rounds)))


if __name__ == "__main__":
    main()
