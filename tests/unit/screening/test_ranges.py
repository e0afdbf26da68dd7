"""Many texts in one array: parted again, and told apart as comparing them would."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rectify.screening import ranges
from rectify.screening.fold import codes_of
from rectify.screening.ranges import flat, numbered, parted, unique

TEXTS = st.lists(st.text("ab\0象\U0001f418", max_size=5))


def joined(texts: list[str]) -> tuple[np.ndarray, np.ndarray]:
    return codes_of("".join(texts)), np.array(list(map(len, texts)), np.int64)


@given(TEXTS)
def test_texts_are_parted_where_they_were_joined(texts: list[str]) -> None:
    assert parted(*joined(texts)) == texts


@pytest.mark.parametrize("base", [int(ranges._BASE), 0, 1])  # with 0 and 1 texts share a hash
@given(TEXTS)
def test_equal_texts_and_no_others_have_one_number(base: int, texts: list[str]) -> None:
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(ranges, "_BASE", np.uint64(base))
        number, first = numbered(*joined(texts))
    assert [texts[first[n]] for n in number.tolist()] == texts
    assert [texts.index(texts[n]) for n in first.tolist()] == first.tolist()
    assert len(first) == len(set(texts))


@given(st.lists(st.tuples(st.integers(0, 50), st.integers(0, 5))))
def test_runs_are_written_out(runs: list[tuple[int, int]]) -> None:
    start, length = (np.array([run[n] for run in runs], np.int64) for n in (0, 1))
    assert flat(start, length).tolist() == [number for low, many in runs for number in range(low, low + many)]


@given(st.lists(st.integers(0, 9)))
def test_different_values_ascending(values: list[int]) -> None:
    assert unique(np.array(values, np.int64)).tolist() == sorted(set(values))
