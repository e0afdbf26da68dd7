"""Many short texts of codes sought in one: every place where one stands, and no other."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from rectify.screening.windows import Windows

CODES = st.lists(st.integers(0x180, 0x184), min_size=1, max_size=5)


def windows(texts: list[list[int]]) -> Windows:
    return Windows(
        np.array([code for text in texts for code in text], np.uint16), np.array(list(map(len, texts)), np.int64)
    )


def places(texts: list[list[int]], text: list[int]) -> list[tuple[int, int]]:
    number, end = windows(texts).scan(np.array(text, np.uint16))
    return sorted(zip(number.tolist(), end.tolist(), strict=True))


@given(st.lists(CODES, min_size=1, max_size=12), st.lists(st.integers(0x180, 0x184), max_size=60))
def test_it_finds_what_looking_at_every_place_finds(texts: list[list[int]], text: list[int]) -> None:
    expected = sorted((n, at + len(one)) for n, one in enumerate(texts) for at in range(len(text))
                      if text[at : at + len(one)] == one)  # fmt: skip
    assert places(texts, text) == expected


def test_a_text_at_the_very_end_and_one_that_goes_on_beyond_it() -> None:
    assert places([[1, 2, 3], [2, 3, 4], [3], [2, 3]], [1, 2, 3]) == [(0, 3), (2, 3), (3, 3)]


def test_nothing_sought_and_nothing_to_look_in() -> None:
    assert places([], [1, 2, 3]) == []
    assert places([[1], [1, 2]], []) == []
    assert places([[1], [1, 2]], [1]) == [(0, 1)]


def test_all_codes_are_told_apart() -> None:
    every = list(range(1, 1 << 16, 97))
    assert places([[code, code] for code in every], [code for code in every for _ in (0, 1)]) == [
        (n, 2 * n + 2) for n in range(len(every))
    ]
