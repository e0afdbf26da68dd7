"""A vocabulary of adverts chosen by program: n-grams that messages have and a shop's titles and reviews have not."""

from __future__ import annotations

import hashlib
import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow.parquet as pq

SIZES = range(2, 5)  # characters of a word
MOST = 300  # words
LEAST = 6  # messages that a word stands in, at least
_CONTAINED = 0.8  # share of a word's messages in which a longer one stands too, from which on only that one is taken
_PRIOR = 0.01
_RUN = re.compile(r"[\u4e00-\u9fff]+")


@dataclass(frozen=True, slots=True)
class Pair:
    """One message, as it was written and as the source's own normalisation reads it."""

    id: str
    obfuscated: str
    plain: str


def read_pairs(folder: Path) -> tuple[list[Pair], list[Pair]]:
    """The messages in two halves, by a digest of their ids."""
    columns = ["id", "obfuscated", "plain"]
    rows = pq.read_table(folder / "obfuscation_pairs_zh.parquet", columns=columns).to_pylist()
    halves: tuple[list[Pair], list[Pair]] = ([], [])
    for row in rows:
        halves[hashlib.sha256(row["id"].encode()).digest()[0] & 1].append(Pair(**row))
    return halves


def clean_texts(folder: Path) -> dict[str, list[str]]:
    """Titles and texts of the files that are assumed clean, by file."""
    found = {}
    for name in ("catalogue", "comments"):
        table = pq.read_table(folder / f"{name}.parquet", columns=["title", "text"]).to_pylist()
        found[name] = [f"{row['title'] or ''}\n{row['text'] or ''}" for row in table]
    return found


def choose(messages: Sequence[str], background: Iterable[str]) -> list[str]:
    """The words of these messages by log-odds against a background, the most telling first.

    Log-odds of being in a text, with a small prior, divided by their standard error; of words that nearly always
    stand in a longer chosen one only the longer is taken.
    """
    own, other = _counted(messages), _counted(background)
    sizes = len(messages), sum(1 for _ in background)
    frequent = {gram: n for gram, n in own.items() if n >= LEAST}
    score = {gram: _telling(n, other[gram], sizes) for gram, n in frequent.items()}
    longer = _longest(frequent)
    kept = [gram for gram in score if score[gram] > 0 and longer.get(gram, 0) < _CONTAINED * frequent[gram]]
    return sorted(kept, key=lambda gram: (-score[gram], gram))[:MOST]


def _counted(texts: Iterable[str]) -> Counter[str]:
    """In how many texts each n-gram of Chinese characters stands."""
    counted: Counter[str] = Counter()
    for text in texts:
        runs = _RUN.findall(text)
        counted.update({run[at : at + n] for run in runs for n in SIZES for at in range(len(run) - n + 1)})
    return counted


def _telling(here: int, there: int, sizes: tuple[int, int]) -> float:
    (own, other), prior = sizes, _PRIOR * max(here + there, 1)
    odds = math.log((here + prior) / (own - here + prior)) - math.log((there + prior) / (other - there + prior))
    return odds / math.sqrt(1 / (here + prior) + 1 / (there + prior))


def _longest(frequent: Mapping[str, int]) -> dict[str, int]:
    """Of each n-gram the messages of the most frequent one that is a character longer and holds it."""
    found: dict[str, int] = {}
    for gram, n in frequent.items():
        for part in (gram[:-1], gram[1:]):
            found[part] = max(found.get(part, 0), n)
    return found
