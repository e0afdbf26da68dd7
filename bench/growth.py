"""How speed grows with the number of words, the share of rows that are hit, and the length of a text; and other texts.

python -m bench.growth [--rows 20000] [--rounds 3]      prints one JSON object
"""

from __future__ import annotations

import argparse
import json
import random
import subprocess
import sys
import time
from dataclasses import asdict
from pathlib import Path
from typing import Any

from bench.beside import Beside, Engines
from bench.kinds import of_kinds
from bench.listings import Vocabulary, Writer, cells_of, corpus
from bench.ours import matcher, ways
from bench.rivals import one_thread
from bench.shares import hit_listings
from bench.texts import WIDE

ROOT = Path(__file__).resolve().parent.parent
TERMS = 3000
WORDS = (100, 1_000, 3_000, 10_000, 30_000, 100_000)
SHARES = (0.001, 0.01, 0.1, 1.0)
LENGTHS = (20, 200, 600, 6_000, 100_000)
_LETTERS_A_BATCH = 4_000_000


def by_words(rows: int, rounds: int) -> dict[str, Beside]:
    """The same listings; the first so many of the same terms, half of them Latin."""
    listings = corpus(rows, WORDS[-1])
    cells, half = cells_of(listings.batches), WORDS[-1] // 2
    latin, chinese = listings.terms[:half], listings.terms[half:]
    return {f"{n:,}": Engines(latin[: n // 2] + chinese[: n // 2]).over(cells, rounds) for n in WORDS}


def by_share(rows: int, rounds: int) -> dict[str, Beside]:
    """3,000 terms; so many of the listings hold one of them, the others none."""
    made = {}
    for share in SHARES:
        listings = hit_listings(rows, TERMS, share)
        made[f"{share:.1%}"] = Engines(listings.terms).over(cells_of(listings.batches), rounds)
    return made


def by_length(rows: int, rounds: int) -> dict[str, Beside]:
    """3,000 terms; as many letters each time, in texts of so many."""
    draw = random.Random(3)
    vocabulary = Vocabulary(draw, TERMS)
    writer = Writer(draw, vocabulary)
    engines = Engines(vocabulary.latin_terms + vocabulary.chinese_terms)
    made = {}
    for letters in LENGTHS:
        count = max(8, rows * 330 // letters)
        cells = [["", (writer.english, writer.chinese_text)[n % 2](letters, False)] for n in range(count)]
        size = min(WIDE, max(1, _LETTERS_A_BATCH // letters))
        made[f"{letters:,}"] = engines.over(cells, rounds, size)
    return made


def compiling() -> dict[str, float]:
    """CPU seconds to make a matcher ready, each in a process that compiled nothing before."""
    made = {}
    for words in WORDS:
        command = [sys.executable, "-m", "bench.growth", "--compile", str(words)]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
        made[f"{words:,}"] = float(done.stdout)
    return made


def compiled(words: int) -> float:
    """CPU seconds of compiling so many words; tables of signs are read before."""
    terms = corpus(1, words).terms
    matcher(terms[:1], ways()[0])
    began = time.process_time()
    matcher(terms, ways()[0])
    return time.process_time() - began


def measure(rows: int, rounds: int) -> dict[str, Any]:
    """All three, and texts of other kinds, as plain figures."""
    took = compiling()
    parts = {"words": by_words(rows, rounds), "share": by_share(rows, rounds), "length": by_length(rows, rounds),
             "kinds": of_kinds(rows, rounds)}  # fmt: skip
    made = {name: {at: asdict(one) for at, one in part.items()} for name, part in parts.items()}
    return {**made, "compiling": took}


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=20_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--compile", type=int, metavar="WORDS", help="only compile so many, and tell the seconds")
    given = parser.parse_args()
    one_thread()
    if given.compile:
        print(compiled(given.compile))
        return
    print(json.dumps(measure(given.rows, given.rounds)))


if __name__ == "__main__":
    main()
