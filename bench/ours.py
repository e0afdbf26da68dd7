"""Our own engines in one process: the native kernel on the machine's best path, the portable one, and pure Python."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import pyarrow as pa

from bench.recall import Seen
from bench.rivals import Rival
from bench.texts import Texts
from rectify.rules.pack import Term
from rectify.screening import engines
from rectify.screening.match import Matcher, ScanHits, WordList
from rectify.screening.text import TextColumns

PURE, PORTABLE = engines.PURE, "portable"


def ways() -> tuple[str, ...]:
    """The paths of the native kernel that this machine can run, the fastest first, then the pure engine."""
    return (*reversed(engines.cpu_paths()), PURE)


def name_of(way: str) -> str:
    """What an engine of ours is called in tables."""
    return "ours, pure Python" if way == PURE else f"ours, native {way}"


def asked_by(way: str) -> dict[str, str]:
    """The settings that ask for it."""
    if way == PURE:
        return {"RECTIFY_ENGINE": engines.PURE}
    return {"RECTIFY_ENGINE": engines.NATIVE, "RECTIFY_CPU": way}


@contextmanager
def by(way: str) -> Iterator[None]:
    """Matchers and plans that are made meanwhile work so."""
    before = {name: os.environ.pop(name, None) for name in ("RECTIFY_ENGINE", "RECTIFY_CPU")}
    os.environ.update(asked_by(way))
    try:
        yield
    finally:
        for name, value in before.items():
            os.environ.pop(name, None)
            if value is not None:
                os.environ[name] = value


def matcher(terms: Sequence[str], way: str, patterns: Sequence[str] = ()) -> Matcher:
    """The terms compiled as one list, every class of `disguises: all` seen through."""
    with by(way):
        return Matcher.compile([WordList("bench/terms", tuple(Term(t, "") for t in terms), patterns=tuple(patterns))])


def scanned(ready: Matcher, batches: Iterable[pa.RecordBatch]) -> list[ScanHits]:
    """The whole way from Arrow to hits."""
    return [ready.scan(TextColumns.of(batch)) for batch in batches]


def rival(way: str, size: int, patterns: Callable[[Sequence[str]], Sequence[str]] | None = None) -> Rival:
    """An engine of ours over batches of so many rows."""

    def make(terms: list[str]) -> Callable[[Texts], list[ScanHits]]:
        ready = matcher(terms, way, patterns(terms) if patterns else ())
        return lambda texts: scanned(ready, texts.batches(size))

    def seen(raw: Any, texts: Texts) -> Iterable[Seen]:
        for at, hits in enumerate(raw):
            places = zip(hits.row.tolist(), hits.field.tolist(), hits.term.tolist(), hits.start.tolist(),
                         hits.end.tolist(), strict=True)  # fmt: skip
            for row, field, term, start, end in places:
                before = len(texts.cells[at * size + row][0]) + 1 if field else 0
                yield Seen(at * size + row, term, before + start, before + end)

    name = f"{name_of(way)}, {size:,} rows a batch" + (", 100 patterns beside" if patterns else "")
    return Rival(name, "beside" if patterns else f"ours {way}", make, seen)
