"""Compiling takes the time that its words ask for, in however many lists they stand, and less where they are known."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Sequence

from rectify.rules.pack import Term
from rectify.screening.apart import forget
from rectify.screening.match import Matcher, WordList
from rectify.terms.finding import ALL

SIGNS = [bytes((high, low)).decode("gb2312") for high in range(0xB0, 0xD7) for low in range(0xA1, 0xFF)]


def words(count: int) -> tuple[Term, ...]:
    """Made-up words, every other one Chinese."""
    draw = random.Random(count)
    texts = [
        "".join(draw.choices("abdefgiklmnorstuvz" if n % 2 else SIGNS, k=draw.randint(2, 8 if n % 2 else 4)))
        for n in range(count)
    ]
    return tuple(Term(text, "en" if n % 2 else "zh") for n, text in enumerate(texts))


def took(lists: Callable[[], Sequence[WordList]]) -> float:
    """CPU seconds, the better of two."""
    best = []
    for _ in range(2):
        forget()
        made = lists()
        began = time.process_time()
        Matcher.compile(made)
        best.append(time.process_time() - began)
    return min(best)


def one_list(count: int) -> Sequence[WordList]:
    return [WordList("pack/words", words(count), disguises=ALL)]


def test_time_grows_with_the_words_and_no_faster():
    took(lambda: one_list(10))  # reads the tables of signs
    assert took(lambda: one_list(8_000)) < 14 * took(lambda: one_list(1_000)) + 0.02


def test_many_lists_cost_little_more_than_one():
    every = words(4_000)
    lists = [WordList(f"pack/{n}", every[n : n + 4], disguises=ALL) for n in range(0, 4_000, 4)]
    assert took(lambda: lists) < 3 * took(lambda: [WordList("pack/words", every, disguises=ALL)]) + 0.02


def test_what_is_kept_is_compiled_in_half_the_time():
    lists = one_list(4_000)
    first = took(lambda: lists)
    began = time.process_time()
    Matcher.compile(lists)
    assert time.process_time() - began < first / 2 + 0.02
