"""No markup makes reading slower than its length."""

from __future__ import annotations

import time

import pytest

from rectify.catalogue.html import reader_view


@pytest.mark.parametrize(
    "piece",
    ["<", "<a ", '<a b="', "<!--", "<script>", "</script ", "&#1", "<zz>", "<b><i>", "<li hidden>", '<p style="/* ', "&a", "<!doctype ",
     "<a =", "</b>", "<p hidden= ", "<div>"],
)  # fmt: skip
def test_time_grows_with_the_text_and_no_faster(piece):
    def took(count: int) -> float:
        text = "<script>" + piece * count + 'b=">"'
        best = []
        for _ in range(2):
            start = time.process_time()
            reader_view(text)
            best.append(time.process_time() - start)
        return min(best)

    assert took(12_000) < 14 * took(1_500) + 0.02
