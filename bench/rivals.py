"""The engines that are compared: peers from PyPI as their pages show them, and ours in each of its ways.

Each is given the same listings in the form that suits it (strings, one joined buffer, Arrow batches), made beforehand
and not counted; each gives what it found in a form of its own, which is made `Seen` afterwards and not counted either.
"""

from __future__ import annotations

import os
import re
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from typing import Any

import numpy as np
import pyarrow as pa

from bench.recall import ANY, Seen
from bench.skeleton import skeleton, skeleton_table
from bench.texts import WIDE, Texts

Scan = Callable[[Texts], Any]
RAW = "hyperscan, one joined buffer"


def as_told(raw: Any, texts: Texts) -> Iterable[Seen]:
    """Of engines that give tuples in the order of `Seen`."""
    return (Seen(*one) for one in raw)


@dataclass(frozen=True)
class Rival:
    """An engine: `make` compiles the terms and gives the scan that is timed, `seen` reads what that gave.

    `kind` is what it is to the aims: raw, plain (row by row, no disguise), same (it folds all), "ours …", or other.
    With `rows` it scans so many only. `needs` are the packages whose versions are told.
    """

    name: str
    kind: str
    make: Callable[[list[str]], Scan]
    seen: Callable[[Any, Texts], Iterable[Seen]] = as_told
    needs: tuple[str, ...] = ()
    rows: int = 0

    def absent(self) -> str:
        """Which of its packages is not installed; empty if none."""
        for name in self.needs:
            try:
                version(name)
            except PackageNotFoundError:
                return f"{name} is not installed"
        return ""


def _hyperscan(terms: list[str]) -> Any:
    import hyperscan

    database = hyperscan.Database(mode=hyperscan.HS_MODE_BLOCK)
    flags = [hyperscan.HS_FLAG_CASELESS] * len(terms)
    database.compile(expressions=[term.encode() for term in terms], ids=list(range(len(terms))), elements=len(terms),
                     flags=flags, literal=True)  # fmt: skip
    return database


def joined_hyperscan(terms: list[str]) -> Scan:
    """One call over all rows; a callback in Python keeps (term, end)."""
    database = _hyperscan(terms)
    sizes = [len(term.encode()) for term in terms]

    def scan(texts: Texts) -> list[tuple[int, int, int]]:
        ends: list[tuple[int, int]] = []
        database.scan(texts.joined, match_event_handler=lambda number, start, end, *_: ends.append((number, end)))
        return [(number, end - sizes[number], end) for number, end in ends]

    return scan


def arrow_hyperscan(terms: list[str]) -> Scan:
    """One call for each buffer of a column of 8,192 rows, as Arrow holds it: nothing is joined."""
    database = _hyperscan(terms)
    sizes = [len(term.encode()) for term in terms]

    def scan(texts: Texts) -> list[tuple[int, int, int, int]]:
        found: list[tuple[int, int, int, int]] = []
        for at, batch in enumerate(texts.batches(WIDE)):
            for field, column in enumerate(batch.columns):
                database.scan(column.buffers()[2], match_event_handler=lambda number, start, end, flags, where: (
                    found.append((*where, number, end))), context=(at, field))  # fmt: skip
        return [(2 * at + field, number, end - sizes[number], end) for at, field, number, end in found]

    return scan


def arrow_seen(raw: Any, texts: Texts) -> Iterable[Seen]:
    """(column of a batch, term, first byte, end) as rows and code points; what crosses into another row is no hit."""
    for place, term, start, end in raw:
        at, field = divmod(place, 2)
        column = texts.batches(WIDE)[at].columns[field]
        ends = np.frombuffer(column.buffers()[1], np.int32)
        row = int(np.searchsorted(ends, start, side="right")) - 1
        if end > ends[row + 1]:
            continue
        data = column.buffers()[2]
        first, size = int(ends[row]), len(texts.cells[at * WIDE + row][0]) + 1 if field else 0
        head = len(bytes(data[first:start]).decode())
        inner = len(bytes(data[start:end]).decode())
        yield Seen(at * WIDE + row, term, size + head, size + head + inner)


def rowwise_hyperscan(terms: list[str]) -> Scan:
    """One call a row."""
    database = _hyperscan(terms)

    def scan(texts: Texts) -> list[tuple[int, int]]:
        found: list[tuple[int, int]] = []
        for row, text in enumerate(texts.rows):
            database.scan(text.encode(), context=row, match_event_handler=lambda number, start, end, flags, at: (
                found.append((at, number))))  # fmt: skip
        return found

    return scan


def rust_automaton(terms: list[str], dfa: bool) -> Scan:
    """ahocorasick_rs over small letters, all hits."""
    import ahocorasick_rs

    kind = ahocorasick_rs.Implementation.DFA if dfa else None
    automaton = ahocorasick_rs.AhoCorasick(terms, implementation=kind)
    return lambda texts: [
        (row, *hit)
        for row, text in enumerate(texts.rows)
        for hit in automaton.find_matches_as_indexes(text.lower(), overlapping=True)
    ]


def rust_bytes(terms: list[str]) -> Scan:
    """ahocorasick_rs over the joined bytes with small letters of ASCII, all hits."""
    import ahocorasick_rs

    dfa = ahocorasick_rs.Implementation.DFA
    automaton = ahocorasick_rs.BytesAhoCorasick([term.encode() for term in terms], implementation=dfa)
    return lambda texts: automaton.find_matches_as_indexes(texts.joined.lower(), overlapping=True)


def c_automaton(terms: list[str]) -> Scan:
    """pyahocorasick over small letters."""
    import ahocorasick

    automaton = ahocorasick.Automaton()
    for number, term in enumerate(terms):
        automaton.add_word(term, (number, len(term)))
    automaton.make_automaton()
    return lambda texts: [
        (row, number, last + 1 - size, last + 1)
        for row, text in enumerate(texts.rows)
        for last, (number, size) in automaton.iter(text.lower())
    ]


def double_array(terms: list[str]) -> Scan:
    """daachorse, character by character over small letters, all hits."""
    import daachorse

    automaton = daachorse.CharwiseDoubleArrayAhoCorasick(terms)
    return lambda texts: [
        (row, number, start, end)
        for row, text in enumerate(texts.rows)
        for start, end, number in automaton.find_overlapping(text.lower())
    ]


def polars_flags(terms: list[str]) -> Scan:
    """`str.contains_any`: rows only."""
    return lambda texts: texts.series.str.contains_any(terms, ascii_case_insensitive=True).arg_true().to_list()


def rows_seen(raw: Any, texts: Texts) -> Iterable[Seen]:
    """Of an engine that tells rows only."""
    return (Seen(row) for row in raw)


def keyword_trie(terms: list[str]) -> Scan:
    """flashtext2 with spans; words end where Unicode's do."""
    import flashtext2

    words = flashtext2.KeywordProcessor(case_sensitive=False)
    words.add_keywords_from_iter(terms)
    number = {term: n for n, term in enumerate(terms)}
    return lambda texts: [
        (row, number[word], start, end)
        for row, text in enumerate(texts.rows)
        for word, start, end in words.extract_keywords_with_span(text)
    ]


def _folding(terms: list[str], fold: Callable[[str], str]) -> Scan:
    """ahocorasick_rs (DFA) over folded text; a place in that is none in what was written."""
    import ahocorasick_rs

    automaton = ahocorasick_rs.AhoCorasick(list(map(fold, terms)), implementation=ahocorasick_rs.Implementation.DFA)
    return lambda texts: [
        (row, hit[0])
        for row, text in enumerate(texts.rows)
        for hit in automaton.find_matches_as_indexes(fold(text), overlapping=True)
    ]


def usual_advice(terms: list[str]) -> Scan:
    """NFKC and casefold, then the automaton."""
    return _folding(terms, lambda text: unicodedata.normalize("NFKC", text).casefold())


def same_recall(terms: list[str]) -> Scan:
    """The skeleton of the text (bench/skeleton.py), then the automaton."""
    skeleton_table()
    return _folding(terms, skeleton)


def alternation(terms: list[str]) -> Scan:
    """Python's `re`, longest first, any case."""
    number = {term: n for n, term in enumerate(terms)}
    one = re.compile("|".join(map(re.escape, sorted(terms, key=len, reverse=True))), re.IGNORECASE)
    return lambda texts: [
        (row, number.get(hit.group().lower(), ANY), *hit.span())
        for row, text in enumerate(texts.rows)
        for hit in one.finditer(text)
    ]


def joined_seen(raw: Any, texts: Texts) -> Iterable[Seen]:
    """Of one buffer."""
    return texts.placed(raw)


PEERS = (
    Rival(RAW, "raw", joined_hyperscan, joined_seen, ("hyperscan",)),
    Rival("hyperscan, Arrow buffers as they are", "other", arrow_hyperscan, arrow_seen, ("hyperscan",)),
    Rival("hyperscan, row by row", "other", rowwise_hyperscan, needs=("hyperscan",)),
    Rival("ahocorasick_rs DFA, `.lower()`", "plain", lambda terms: rust_automaton(terms, True),
          needs=("ahocorasick_rs",)),
    Rival("ahocorasick_rs by default, `.lower()`", "plain", lambda terms: rust_automaton(terms, False),
          needs=("ahocorasick_rs",)),
    Rival("ahocorasick_rs DFA, one joined buffer, `.lower()`", "other", rust_bytes, joined_seen, ("ahocorasick_rs",)),
    Rival("daachorse, `.lower()`", "plain", double_array, needs=("daachorse",)),
    Rival("pyahocorasick, `.lower()`", "plain", c_automaton, needs=("pyahocorasick",), rows=20_000),
    Rival("polars `str.contains_any`", "other", polars_flags, rows_seen, ("polars",)),
    Rival("flashtext2", "other", keyword_trie, needs=("flashtext2",)),
    Rival("NFKC, casefold, ahocorasick_rs DFA", "other", usual_advice, needs=("ahocorasick_rs",)),
    Rival("skeleton by `str.translate`, ahocorasick_rs DFA", "same", same_recall, needs=("ahocorasick_rs",)),
    Rival("Python `re`, one alternation", "other", alternation, rows=300),
)  # fmt: skip


def one_thread() -> None:
    """Called before polars and Arrow are used: one process, one core."""
    os.environ["POLARS_MAX_THREADS"] = "1"
    pa.set_cpu_count(1)
    pa.set_io_thread_count(1)
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
