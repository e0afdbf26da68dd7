"""Words that tell two heaps of texts apart: n-grams of folded text, scored by their log-odds with a Dirichlet prior.

The score is that of Monroe, Colaresi and Quinn (2008), "Fightin' Words", with an informative prior: how much likelier
an n-gram is in what was confirmed than in what is clean, held back by how rare it is in both, in standard deviations.
An n-gram counts once a text, so that a text that repeats itself says no more than another.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files

MOST_WORDS, MOST_SIGNS = 3, 6  # of an n-gram in letters, and in Chinese characters
SHORTEST = 3  # letters of a single word
_HAN = "㐀-䶿一-鿿豈-﫿\U00020000-\U0003ffff"
# What says who somebody is rather than what is offered: addresses, handles, numbers, and what follows the name of a
# messenger. In their place stands a sign over which no n-gram reaches.
_PERSONAL = re.compile(
    r"(?:https?://|www\.)[^\s" + _HAN + r"]+"
    r"|[\w.+-]+@[\w.-]+"
    r"|(?<!\w)@\w+"
    r"|\b(?:[a-z0-9-]+\.)+[a-z]{2,}(?:/[^\s" + _HAN + r"]*)?"
    r"|(?:(?:微信|威信|薇信|电报|wechat|weixin|whatsapp|telegram|signal|skype|vx|wx|tg|qq|line)(?:号|id)?\s*[:=]\s*[a-z0-9_-]+)"
    r"|[a-z0-9_+-]*\d[a-z0-9_+-]*",
    re.IGNORECASE | re.ASCII,
)
_RUN = re.compile(rf"[{_HAN}]+|[^\W\d_{_HAN}]+(?:['’-][^\W\d_{_HAN}]+)*|[^\w\s]|_|\n")
_IS_HAN = re.compile(rf"[{_HAN}]")


def ngrams(text: str) -> set[str]:
    """The n-grams of a folded text: one to three words of letters, two to six Chinese characters.

    None reaches over punctuation, a new line, or what says who somebody is; none holds a digit.
    """
    found: set[str] = set()
    words: list[str] = []
    for run in _runs(_PERSONAL.sub(" | ", text)):
        if run and (run[0].isalpha() and not _IS_HAN.match(run)):
            words.append(run)
            for n in range(1, min(MOST_WORDS, len(words)) + 1):
                gram = words[-n:]
                if n > 1 or len(run) >= SHORTEST:
                    found.add(" ".join(gram))
            continue
        words = []
        if run and _IS_HAN.match(run):
            for n in range(2, MOST_SIGNS + 1):
                found.update(run[at : at + n] for at in range(len(run) - n + 1))
    return found


def _runs(text: str) -> Iterator[str]:
    return (match[0] for match in _RUN.finditer(text))


def is_chinese(gram: str) -> bool:
    """Whether an n-gram is one of Chinese characters."""
    return bool(_IS_HAN.match(gram))


def holds(gram: str, part: str) -> bool:
    """Whether an n-gram has a shorter one in it: whole words of letters, or Chinese characters in a row."""
    if is_chinese(gram):
        return part in gram
    return f" {part} " in f" {gram} "


def says_nothing(gram: str) -> bool:
    """Whether an n-gram is made of function words alone, or begins or ends with one where it is several words."""
    words = [gram] if is_chinese(gram) else gram.split(" ")
    return words[0] in _function_words() or words[-1] in _function_words()


@cache
def _function_words() -> frozenset[str]:
    text = files("rectify.screening").joinpath("tables/function_words.txt").read_text(encoding="utf-8")
    return frozenset(word for line in text.splitlines() if not line.startswith("#") for word in line.split())


@dataclass(slots=True)
class Heap:
    """Texts of one side: how many, how many n-grams they have in all, and which texts have which of those asked for.

    `wanted` None = all of them; else only these are kept, so that a large side takes little memory.
    """

    wanted: Collection[str] | None = None
    texts: int = 0
    total: int = 0
    counts: Counter[str] = field(default_factory=Counter)

    def add(self, grams: Collection[str]) -> None:
        """Takes in the n-grams of a text."""
        self.texts += 1
        self.total += len(grams)
        self.counts.update(grams if self.wanted is None else (gram for gram in grams if gram in self.wanted))


@dataclass(frozen=True, slots=True)
class Scored:
    """An n-gram, how many texts of either side have it, and its z: from 1.96 on it is hardly by chance."""

    gram: str
    z: float
    confirmed: int
    clean: int


def score(confirmed: Heap, clean: Heap, grams: Iterable[str]) -> list[Scored]:
    """The n-grams by falling z, ties by text. The prior is what both sides hold together, as often as they hold it."""
    total = confirmed.total + clean.total
    scored = []
    for gram in grams:
        here, there = confirmed.counts[gram], clean.counts[gram]
        prior = here + there
        if prior and total > prior:
            odds = [math.log((n + prior) / (of + total - n - prior))
                    for n, of in ((here, confirmed.total), (there, clean.total))]  # fmt: skip
            spread = math.sqrt(1 / (here + prior) + 1 / (there + prior))
            scored.append(Scored(gram, (odds[0] - odds[1]) / spread, here, there))
    return sorted(scored, key=lambda one: (-one.z, one.gram))


def apart(scored: Iterable[Scored], where: dict[str, frozenset[int]], share: float = 0.8) -> Iterator[Scored]:
    """The n-grams without those that only say again what a better one says: one holds the other, in the same texts.

    `where` is which confirmed texts have them; `share` of the rarer one's texts that both must have.
    """
    taken: list[Scored] = []
    for one in scored:
        again = any(
            (holds(one.gram, other.gram) or holds(other.gram, one.gram))
            and len(where[one.gram] & where[other.gram]) >= share * min(len(where[one.gram]), len(where[other.gram]))
            for other in taken
        )
        if not again:
            taken.append(one)
            yield one
