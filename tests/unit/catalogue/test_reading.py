"""Rows of a file put together to batches."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pyarrow as pa
import pytest

from rectify.catalogue.reading import Raw, cut, joined
from rectify.catalogue.source import BATCH_BYTES, BATCH_ROWS, SetAside
from rectify.terms.errors import Fault, Faulty


def piece(first: int, count: int, text: str = "x") -> Raw:
    return Raw({"t": pa.array([text] * count)}, np.arange(first, first + count), [SetAside("f", first, "why", "")])


def test_pieces_are_joined_up_to_the_rows_of_a_batch_and_in_their_order():
    pieces = [piece(n, 1000) for n in range(0, 20_000, 1000)]
    made = list(joined(pieces))
    assert [len(one.rows) for one in made] == [8000, 8000, 4000]
    assert np.concatenate([one.rows for one in made]).tolist() == list(range(20_000))
    assert [aside.row for one in made for aside in one.set_aside] == list(range(0, 20_000, 1000))


def test_pieces_are_joined_up_to_the_bytes_of_a_batch():
    made = list(joined(piece(n, 10, "y" * 100_000) for n in range(0, 100, 10)))
    assert [len(one.rows) for one in made] == [40, 40, 20]
    assert max(one.columns["t"].nbytes for one in made) <= BATCH_BYTES


def test_what_was_read_before_a_fault_is_given_first():
    def torn() -> Iterator[Raw]:
        yield piece(0, 10)
        yield piece(10, 10)
        raise Faulty([Fault("breaks off")])

    made = joined(torn())
    assert len(next(made).rows) == 20
    with pytest.raises(Faulty, match="breaks off"):
        next(made)


def test_slices_hold_no_more_than_a_batch_and_leave_no_tail_of_a_few_rows():
    assert list(cut(np.ones(BATCH_ROWS + 9, np.int64))) == [slice(0, BATCH_ROWS + 9)]
    assert list(cut(np.full(3, BATCH_BYTES + 1, np.int64))) == [slice(0, 1), slice(1, 2), slice(2, 3)]
    assert [part.stop for part in cut(np.full(100, BATCH_BYTES // 10, np.int64))] == list(range(10, 101, 10))
    assert [part.stop for part in cut(np.ones(3000, np.int64), 1024)] == [1024, 2048, 3000]
