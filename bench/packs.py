"""What a clerk waits for: all shipped packs read, compared with a changed version of themselves, and put on trial.

python -m bench.packs [--rows 22000]      CPU time of one process, after imports
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from functools import partial
from typing import TypeVar
from unittest.mock import patch

import pyarrow as pa

from bench.listings import corpus
from bench.whole import as_items
from rectify.rules.pack import Pack
from rectify.screening.compare import Comparison, Sought, compile_both
from rectify.screening.compile import seeks_only_named
from rectify.screening.kept_plans import VARIABLE
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


@contextmanager
def plans_kept_in(folder: str) -> Iterator[None]:
    """Compiled plans are kept in this folder, or nowhere for "none", whatever this user has."""
    with patch.dict(os.environ, {VARIABLE: folder}):
        yield


def clerk(rows: int = 22_000) -> dict[str, object]:
    """Seconds of each step over all shipped packs, and their sum: at first, and again with the plans that were kept."""
    gc.set_threshold(100_000, 20, 100)  # as the command line does
    made = corpus(rows)
    batches = [as_items(batch, n * 1024) for n, batch in enumerate(made.batches)]
    packs, reading = spent(lambda: list(read_packs().values()))
    with tempfile.TemporaryDirectory() as folder, plans_kept_in(folder):
        first, again = _waits(packs, batches), _waits(packs, batches)
    return {
        "packs": len(packs),
        "words": sum(len(words.terms) + len(words.not_in) for pack in packs for words in pack.words.values()),
        "trials": sum(len(pack.trials) for pack in packs),
        "read, s": round(reading, 2),
        "listings": rows,
        **{f"{name}, s": seconds for name, seconds in first.items()},
        **{f"{name}, again, s": seconds for name, seconds in again.items()},
    }


def _waits(packs: Sequence[Pack], batches: list[pa.RecordBatch]) -> dict[str, float]:
    sought = Sought(DAY, without_registers=True)
    comparing = 0.0
    for pack in (one for one in packs if not seeks_only_named(one)):
        comparing += spent(partial(_compared, pack, sought, batches))[1]
    _, trying = spent(lambda: [one for pack in packs for one in run_trials(pack)])
    told = {"compile and diff": comparing, "trials": trying, "compile, diff and trial": comparing + trying}
    return {name: round(seconds, 2) for name, seconds in told.items()}


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=22_000)
    print(json.dumps(clerk(parser.parse_args().rows), indent=1))
