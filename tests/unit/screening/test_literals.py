"""Latin texts are found alike before a database is compiled and after it."""

from __future__ import annotations

import threading

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from rectify.screening import literals as module
from rectify.screening.literals import Literals

WORDS = st.lists(st.text("abc", min_size=3, max_size=9), min_size=1, max_size=12, unique=True)


def places(literals: Literals, text: str) -> list[tuple[int, int]]:
    number, end = literals.scan(np.frombuffer(text.encode("latin-1"), np.uint8))
    return sorted(zip(number.tolist(), end.tolist(), strict=True))


@given(WORDS, st.text("abc\xff", max_size=80))
def test_both_ways_find_what_looking_at_every_place_finds(words: list[str], text: str) -> None:
    literals = Literals({7 * n: word for n, word in enumerate(words)})
    expected = sorted((7 * n, at + len(word)) for n, word in enumerate(words) for at in range(len(text))
                      if text.startswith(word, at))  # fmt: skip
    assert places(literals, text) == expected
    literals._left = 0
    assert places(literals, text) == expected


def test_a_database_is_compiled_once_much_was_read() -> None:
    literals = Literals({0: "viagra", 1: "ivory"})
    little, much = "x" * (module.LETTERS_A_TEXT * 2 - 1), "xviagra"
    assert places(literals, little) == []
    assert literals._scanner is None
    assert places(literals, much) == [(0, 7)]
    assert literals._scanner is None
    assert places(literals, much) == [(0, 7)]
    assert literals._scanner is not None


def test_nothing_sought() -> None:
    literals = Literals({})
    for _ in range(2):
        assert places(literals, "abc") == []


def test_many_threads_compile_once(monkeypatch) -> None:  # type: ignore[no-untyped-def]
    made = []
    plain = module.Scanner
    monkeypatch.setattr(module, "Scanner", lambda *given, **named: made.append(1) or plain(*given, **named))
    literals = Literals({0: "abc"})
    literals._left = 0
    threads = [threading.Thread(target=places, args=(literals, "xabcabc")) for _ in range(8)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert len(made) == 1
