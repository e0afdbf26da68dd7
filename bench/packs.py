"""What a clerk waits for: all shipped packs read, compared with a changed version of themselves, and put on trial.

python -m bench.packs [--rows 22000]      CPU time of one process, after imports
"""

from __future__ import annotations

import argparse
import gc
import json
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from functools import partial
from typing import TypeVar

import pyarrow as pa

from bench.listings import corpus
from bench.whole import as_items
from rectify.rules.pack import Pack
from rectify.screening.compare import Comparison, Sought, compile_both
from rectify.screening.compile import seeks_only_named
from rectify.screening.trial import run_trials
from rectify.workspace import read_packs

DAY = date(2026, 11, 20)
T = TypeVar("T")


def spent(call: Callable[[], T]) -> tuple[T, float]:
    """What a call gives, and its CPU seconds."""
    began = time.process_time()
    given = call()
    return given, time.process_time() - began


def changed(pack: Pack) -> Pack:
    """The pack with one word fewer in its largest list."""
    name, words = max(pack.words.items(), key=lambda one: len(one[1].terms))
    return replace(pack, words={**pack.words, name: replace(words, terms=words.terms[1:])}, digest="changed")


def _compared(pack: Pack, sought: Sought, batches: list[pa.RecordBatch]) -> int:
    """How many rows a pack and its changed version find, compiled and compared."""
    comparison = Comparison(compile_both(pack, changed(pack), sought))
    return sum(len(comparison.compare(batch, "made")) for batch in batches)


def clerk(rows: int = 22_000) -> dict[str, object]:
    """Seconds of each step over all shipped packs, and their sum."""
    gc.set_threshold(100_000, 20, 100)  # as the command line does
    made = corpus(rows)
    batches = [as_items(batch, n * 1024) for n, batch in enumerate(made.batches)]
    packs, reading = spent(lambda: list(read_packs().values()))
    sought = Sought(DAY, without_registers=True)
    comparing = 0.0
    for pack in (one for one in packs if not seeks_only_named(one)):
        comparing += spent(partial(_compared, pack, sought, batches))[1]
    results, trying = spent(lambda: [one for pack in packs for one in run_trials(pack)])
    return {
        "packs": len(packs),
        "words": sum(len(words.terms) + len(words.not_in) for pack in packs for words in pack.words.values()),
        "trials": len(results),
        "read, s": round(reading, 2),
        "compile and diff over so many listings, s": {f"{rows:,}": round(comparing, 2)},
        "trials, s": round(trying, 2),
        "compile, diff and trial, s": round(comparing + trying, 2),
    }


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=22_000)
    print(json.dumps(clerk(parser.parse_args().rows), indent=1))
