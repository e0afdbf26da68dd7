"""The engines agree on texts that are nasty to a reader of bytes, alone, side by side and cut anywhere."""

from __future__ import annotations

import random
from collections.abc import Sequence

import numpy as np
import pyarrow as pa
import pytest
from bench.worst import KINDS, texts
from tests.contract.nasty_texts import NASTY
from tests.contract.test_engines_agree import check
from tests.kernel.lists import PLANS

from rectify.screening.engines import cpu_paths
from rectify.screening.match import Matcher

pytestmark = pytest.mark.kernel


def rows_of(cells: Sequence[bytes]) -> pa.RecordBatch:
    """A batch of titles, whatever their bytes."""
    offsets = np.cumsum([0, *map(len, cells)], dtype=np.int32)
    column = pa.StringArray.from_buffers(len(cells), pa.py_buffer(offsets), pa.py_buffer(b"".join(cells)))
    return pa.record_batch({"title": column})


@pytest.fixture(params=cpu_paths())
def path(request, monkeypatch):
    monkeypatch.setenv("RECTIFY_CPU", request.param)


@pytest.mark.parametrize("name", PLANS)
def test_on_each_nasty_text(name, path):
    matcher = Matcher.compile(PLANS[name])
    found = check(matcher, rows_of([one.data for one in NASTY]))
    assert (found > 20) == (name not in {"phrases", "nothing"})


def test_on_two_side_by_side_and_on_parts_of_them(path):
    draw = random.Random(4)
    matcher = Matcher.compile(PLANS["together"])
    short = [one.data for one in NASTY if len(one.data) < 200]

    def cell() -> bytes:
        joined = draw.choice(short) + draw.choice(short)
        begin = draw.randrange(len(joined) + 1)
        return joined[begin : draw.randint(begin, len(joined))]

    assert check(matcher, rows_of([a + b for a in short[::5] for b in short])) > 10_000
    assert check(matcher, rows_of([cell() for _ in range(2_000)])) > 5_000


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
def test_on_texts_made_to_be_slow_or_to_be_taken_for_something_else(kind, path):
    for name in ("together", "dense"):
        check(Matcher.compile(PLANS[name]), rows_of([text.encode() for text in texts(kind, 6, 400)]))
