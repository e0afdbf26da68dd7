"""No text makes the kernel slower than its length, whatever it was made for."""

from __future__ import annotations

import time

import pyarrow as pa
import pytest
from bench.worst import KINDS, TERMS, texts

from rectify.rules.pack import Term
from rectify.screening.engines import cpu_paths
from rectify.screening.match import Matcher, WordList
from rectify.screening.text import TextColumns
from rectify.terms.finding import ALL

pytestmark = pytest.mark.kernel
SHORT, TIMES = 12_500, 8  # letters of one text, and how many times as many the other has


@pytest.fixture(scope="module", params=cpu_paths())
def matcher(request):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("RECTIFY_CPU", request.param)
        terms = tuple(Term(one, "") for one in (*TERMS, "tramadol", "coffee", "aabbcc", "银行卡", "avilaes"))
        return Matcher.compile([WordList("a/x", terms, (), (), ALL)])


@pytest.mark.parametrize("kind", KINDS)
def test_time_grows_with_the_text_and_no_faster(kind, matcher):
    def took(letters: int) -> float:
        columns = TextColumns.of(pa.record_batch({"text": texts(kind, 1, letters)}))
        best = []
        for _ in range(3):
            start = time.process_time()
            matcher.scan(columns)
            best.append(time.process_time() - start)
        return min(best)

    assert took(TIMES * SHORT) < 14 * took(SHORT) + 0.02
