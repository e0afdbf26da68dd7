"""The scan beside its peers: the same listings, the same terms, one process, one core, round by round.

    python -m bench.peers [--rows 100000] [--terms 3000] [--rounds 5] [--only ours]      prints one JSON object

A round times every engine once, each time beginning with another one. On a shared machine only ratios within a round
are to be trusted: they are taken round by round, and their median is told with the lowest and the highest.
"""

from __future__ import annotations

import argparse
import gc
import json
import statistics
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from importlib.metadata import version
from typing import Any

from bench.hundred import hundred_patterns
from bench.listings import cells_of, corpus
from bench.ours import PURE, matcher, rival, ways
from bench.recall import Recall, planted_terms, recall
from bench.rivals import PEERS, Rival, one_thread
from bench.texts import WIDE, Texts


@dataclass(frozen=True)
class Timed:
    """An engine's figures. `microseconds`: CPU time a listing, round by round; `extra`: rows of 10,000 that it called
    hit though nothing was planted there.
    """

    name: str
    kind: str
    needs: str
    rows: int
    setup: float
    microseconds: list[float]
    found: float
    exact: float | None
    tells: str
    forms: dict[str, tuple[int, int, int]]
    extra: float


def engines() -> list[Rival]:
    """Ours in each of its ways, then the peers."""
    ours = [rival(way, size) for way in ways() for size in (WIDE, 1024)]
    return [*ours, rival(ways()[0], WIDE, hundred_patterns), *PEERS]


def counted(scan: Callable[[Texts], Any], one: Rival, cells: list[list[str]], planted: list[Any]) -> Recall:
    """Recall over these rows; `planted` tells their numbers here."""
    texts = Texts(cells)
    return recall(one.seen(scan(texts), texts), planted)


def measure(rows: int, terms: int, rounds: int, wanted: Callable[[Rival], bool]) -> dict[str, Any]:
    """The engines that are wanted over so many listings, and why one is missing."""
    listings = corpus(rows, terms)
    cells = cells_of(listings.batches)
    whole, few = Texts(cells), {one.rows: Texts(cells[: one.rows]) for one in PEERS if one.rows}
    planted = planted_terms(listings, whole.rows)
    matcher(listings.terms[:1], PURE)  # tables of signs are read once a process
    missing, ready = {}, []
    for one in engines():
        if not wanted(one):
            continue
        if why := one.absent():
            missing[one.name] = why
            continue
        began = time.process_time()
        try:
            scan = one.make(listings.terms)
            setup = time.process_time() - began
            first = Texts(cells[:100])
            list(one.seen(scan(first), first))  # what is imported and laid out on first use is not timed
        except Exception as error:
            missing[one.name] = f"{type(error).__name__}: {error}"
        else:
            ready.append((one, scan, setup))
    times = timed_rounds([(one.name, scan, few.get(one.rows, whole)) for one, scan, _ in ready], rounds)
    made = [figures(one, scan, setup, times[one.name], whole, planted) for one, scan, setup in ready]
    return {"rows": rows, "terms": len(listings.terms), "bytes a row": listings.size / rows, "rounds": rounds,
            "missing": missing, "engines": [asdict(one) for one in made]}  # fmt: skip


def timed_rounds(runs: list[tuple[str, Callable[[Texts], Any], Texts]], rounds: int) -> dict[str, list[float]]:
    """CPU seconds a row of each, round by round; the forms of the texts are made before."""
    for _, scan, texts in runs:
        scan(texts)
    times: dict[str, list[float]] = {name: [] for name, _, _ in runs}
    gc.collect()
    gc.freeze()  # a million strings of ours are no work of theirs
    for round_ in range(rounds):
        turn = round_ * len(runs) // rounds
        for name, scan, texts in runs[turn:] + runs[:turn]:
            began = time.process_time()
            scan(texts)
            times[name].append((time.process_time() - began) / len(texts.cells))
    return times


def figures(one: Rival, scan: Callable[[Texts], Any], setup: float, times: list[float], texts: Texts,
            planted: list[Any]) -> Timed:  # fmt: skip
    """What an engine found, once more and untimed; a slow one looks at the planted rows, and its share for the rest."""
    rows, read = sorted({p.row for p in planted}), one.rows or len(texts.cells)
    if read < len(texts.cells):
        place = {row: n for n, row in enumerate(rows)}
        told = counted(scan, one, [texts.cells[row] for row in rows], [p._replace(row=place[p.row]) for p in planted])
        begin = [p for p in planted if p.row < read]
        extra = counted(scan, one, texts.cells[:read], begin).extra / read
    else:
        told = recall(one.seen(scan(texts), texts), planted)
        extra = told.extra / len(texts.cells)
    needs = ", ".join(f"{name} {version(name)}" for name in one.needs)
    return Timed(one.name, one.kind, needs, min(read, len(texts.cells)), setup, [t * 1e6 for t in times], told.found,
                 told.exact, told.tells, told.forms, extra * 1e4)  # fmt: skip


def ratios(mine: list[float], other: list[float]) -> tuple[float, float, float]:
    """(median, lowest, highest) of how many times faster the first is, round by round, from times a listing."""
    each = [b / a for a, b in zip(mine, other, strict=True)]
    return statistics.median(each), min(each), max(each)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--terms", type=int, default=3000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--only", default="", metavar="TEXT", help="engines in whose names this stands: ours")
    parser.add_argument("--aims", action="store_true", help="engines that an aim is told against, and ours")
    given = parser.parse_args()
    one_thread()

    def wanted(one: Rival) -> bool:
        return one.kind == "raw" or (given.only in one.name and not (given.aims and one.kind == "other"))

    print(json.dumps(measure(given.rows, given.terms, given.rounds, wanted)))


if __name__ == "__main__":
    main()
