"""How fast listings are scanned: python bench/engine.py [--rows 100000] [--terms 3000] [--rounds 5].

Times are CPU time of one process. The raw scan of hyperscan over the same bytes and terms, without folding, boundaries
or spans, runs in the same rounds: on a shared machine only the ratio is to be trusted.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

import hyperscan
import pyarrow as pa

sys.path.insert(0, str(Path(__file__).resolve().parent))
sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "src"))

from listings import Corpus, corpus

from rectify.rules.pack import Term
from rectify.screening.match import Matcher, WordList
from rectify.screening.text import TextColumns

PATTERNS = (r"\d+\s*(元|¥|usd|\$)\s*/\s*(月|month|mo)", r"(¥|\$)\s*\d+\s*/\s*(月|month|mo)")


def raw_scan(listings: Corpus) -> Callable[[], int]:
    """A plain scan of the bytes of all texts by hyperscan, with a callback that counts."""
    database = hyperscan.Database(mode=hyperscan.HS_MODE_BLOCK)
    terms = [term.encode() for term in listings.terms]
    database.compile(expressions=terms, ids=list(range(len(terms))), elements=len(terms),
                     flags=[hyperscan.HS_FLAG_CASELESS] * len(terms), literal=True)  # fmt: skip
    joined = [
        "".join(t + d for t, d in zip(*batch.to_pydict().values(), strict=True)).encode() for batch in listings.batches
    ]

    def scan() -> int:
        seen: list[int] = []
        for data in joined:
            database.scan(data, match_event_handler=lambda number, *_: seen.append(number))
        return len(seen)

    return scan


def engine(listings: Corpus, matcher: Matcher) -> Callable[[], int]:
    """The whole way from Arrow to hits."""
    return lambda: sum(len(matcher.scan(TextColumns.of(batch))) for batch in listings.batches)


def columns(listings: Corpus) -> Callable[[], int]:
    """Only the decoding."""
    return lambda: sum(len(TextColumns.of(batch).codes) for batch in listings.batches)


def found(listings: Corpus, matcher: Matcher) -> dict[str, list[int]]:
    """Planted terms by form: [found with exact spans, planted]."""
    spans: set[tuple[int, int, str, int, int]] = set()
    row = 0
    for batch in listings.batches:
        hits = matcher.scan(TextColumns.of(batch))
        names = [listings.terms[term] for term in hits.term]
        spans.update(zip((hits.row + row).tolist(), hits.field.tolist(), names, hits.start.tolist(), hits.end.tolist(),
                         strict=True))  # fmt: skip
        row += batch.num_rows
    result: dict[str, list[int]] = {}
    for at, field, form, term, start, end in listings.planted:
        count = result.setdefault(form, [0, 0])
        count[0] += (at, field, term, start, end) in spans
        count[1] += 1
    return result


def main() -> None:
    """Run the rounds and print the figures as JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--terms", type=int, default=3000)
    parser.add_argument("--rounds", type=int, default=5)
    given = parser.parse_args()
    listings = corpus(given.rows, given.terms)
    rows = sum(batch.num_rows for batch in listings.batches)
    terms = tuple(Term(term, "") for term in listings.terms)
    began = time.process_time()
    matcher = Matcher.compile([WordList("bench/terms", terms)])
    compiled = time.process_time() - began
    with_patterns = Matcher.compile([WordList("bench/terms", terms, patterns=PATTERNS)])
    runs = {"raw hyperscan": raw_scan(listings), "decoding": columns(listings), "engine": engine(listings, matcher),
            "engine with patterns": engine(listings, with_patterns)}  # fmt: skip
    times: dict[str, list[float]] = {name: [] for name in runs}
    for _ in range(given.rounds):
        for name, run in runs.items():
            began = time.process_time()
            run()
            times[name].append(time.process_time() - began)
    median = {name: statistics.median(values) for name, values in times.items()}
    seen = found(listings, matcher)
    print(json.dumps({
        "rows": rows, "bytes a row": round(listings.size / rows), "terms": len(terms), "pyarrow": pa.__version__,
        "compile, s": round(compiled, 2),
        "thousand rows a second": {name: round(rows / value / 1e3) for name, value in median.items()},
        "best round": {name: round(rows / min(values) / 1e3) for name, values in times.items()},
        "share of raw": round(median["raw hyperscan"] / median["engine"], 3),
        "planted, found exactly": {form: f"{got} of {all_}" for form, (got, all_) in sorted(seen.items())},
    }, indent=1))  # fmt: skip


if __name__ == "__main__":
    main()
