"""What is needed for a pattern without literals: a text in which re2 finds it is never left out."""

from __future__ import annotations

import random
from functools import cache

import numpy as np
import pyarrow as pa
import pytest
import re2
from hypothesis import event, given
from hypothesis import strategies as st
from tests.unit.screening.test_required import OPTIONS, TREES, mutated, played, written

from rectify.screening.alphabet import Alphabet, fold_pattern
from rectify.screening.engines import cpu_paths
from rectify.screening.fold import fold_text
from rectify.screening.match import Matcher
from rectify.screening.native import _PLAIN, Kernel, _parts
from rectify.screening.needed import _around, needs_of
from rectify.screening.required import digit_run, sign_forms

pytestmark = pytest.mark.kernel
TABLE = Alphabet(()).table
# what a text may be written in so that it folds to the same
WRITTEN = {
    "v": "vVｖ𝐯ѵ",
    "x": "xXｘ",
    "a": "aAàａ",
    "b": "bBｂ",
    "1": "1１",
    "2": "2②",
    "0": "0０",
    "@": "@＠",
    ".": ".．",
    "-": "-－",
}
BETWEEN = ("\u200b", "\u00ad", "\u0301", "\x01", "\0")
KNOWN = [
    ("vx", ["vx"]), (r"t\.me/[a-z]{4}", [".m"]), (r"[a-z]{1,9}@[a-z]{1,9}\.(?:ru|cc)", ["@"]), (r"(?:vx|wx)[0-9]{5}", ["vx", "wx"]), (r"\b0x[0-9a-f]{40}", ["0x"]),
    ("v[xX]", ["vx"]), (r"\+\+", ["++"]), (r"\$ ?kg", ["kg"]), ("[.@]z", [".z", "@z"]),
    (r"\w+", None), ("v.x", None), ("v|x", None), ("e", None), ("the", None), (r"v?x?", None), ("[a-z]{2}", None), (" v ", None),
]  # fmt: skip


@cache
def kernel() -> Kernel:
    return Matcher.compile([])._engine.kernel


def kept(texts: list[str], patterns: list[str], digits: int) -> list[set[int]]:
    """The texts that are put down, by each path."""
    needs = needs_of(patterns, digits)
    told = []
    for vector in range(len(cpu_paths())):
        parts = _parts([pa.array(texts, pa.string())], (), _PLAIN)
        wanted = (None, None, 0, 0) if needs is None else (needs.pairs, needs.hides, needs.first, needs.last)
        _, lines = kernel()._plan.signs(parts, TABLE, digits, vector, *wanted)
        told.append(
            set(np.frombuffer(lines, np.dtype([("end", "i8"), ("cell", "u4"), ("digits", "u4")]))["cell"].tolist())
        )
    return told


def disguised(text: str, rng: random.Random) -> str:
    signs = [rng.choice(WRITTEN.get(sign, sign)) if rng.random() < 0.3 else sign for sign in text]
    return "".join(sign + (rng.choice(BETWEEN) if rng.random() < 0.1 else "") for sign in signs)


@pytest.mark.parametrize(("pattern", "pairs"), KNOWN)
def test_what_is_needed_for_a_pattern(pattern: str, pairs: list[str] | None) -> None:
    needs = needs_of([fold_pattern(pattern)], 0)
    expected = pairs and b"".join(sorted((one.encode() + b"\0")[:2] for one in pairs))
    assert (needs and b"".join(sorted(needs.pairs[n : n + 2] for n in range(0, len(needs.pairs), 2)))) == expected


@given(st.lists(TREES, min_size=1, max_size=3), st.randoms(use_true_random=False))
def test_no_text_with_a_match_is_left_out(trees: list[tuple], rng: random.Random) -> None:
    patterns = [fold_pattern(written(tree, rng)) for tree in trees]
    try:
        compiled = [re2.compile(pattern, options=OPTIONS) for pattern in patterns]
    except re2.error:
        return
    texts = [disguised(mutated(played(tree, rng), rng), rng) for tree in trees for _ in range(3)]
    runs = [digit_run(pattern) for pattern in patterns]
    digits = min((run for run in runs if run >= 6), default=0)
    others = [pattern for pattern, run in zip(patterns, runs, strict=True) if run < 6]
    found = {
        n
        for n, text in enumerate(texts)
        for one in compiled
        if any(match.group() for match in one.finditer(fold_text(text)))
    }
    event(f"known what is needed: {needs_of(others, digits) is not None}, found: {bool(found)}")
    for told in kept(texts, others, digits):
        assert found <= told


def test_clean_texts_are_left_out() -> None:
    patterns = [fold_pattern(one) for one in (r"t\.me/[a-z]{4}", "(?:vx|wx|加v):?[0-9]{5}", "[a-z]{1,9}@[a-z]{1,9}")]
    clean = ["A pram, blue. 1,234 sold (12345)", "婴儿车，蓝色。共1234辆", "Extra large — très bien"]
    held = [
        "see T.ME/abc",
        "加vx",
        "ＶＸ12345",
        "v\u200bx12345",
        "a＠b",
        "tel 1\u200b23456",
        "12345６",
        "1234567",
        "vx",
        "mail@",
    ]
    for told in kept([*clean, *held], patterns, 6):
        assert told == set(range(len(clean), len(clean) + len(held)))


@given(
    st.lists(
        st.sampled_from(
            ["vx", "v", "x", "0", "12", "345", "@", " ", "加", "。", "，", "é", "𝐯", "\n", "\x01", "A", "."]
        ),
        max_size=90,
    ).map("".join)
)
def test_so_it_is_wherever_it_stands_in_a_text(text: str) -> None:
    one, *others = kept([text], ["vx", "@"], 6)
    assert all(other == one for other in others)
    folded = fold_text(text)
    if re2.search(r"vx|@|[0-9]{6}", folded):
        assert one == {0}


def test_signs_that_hide_a_need_are_looked_at_wherever_they_are() -> None:
    assert _around([True] * 16, 5) == (0, 15)
    assert _around([False] * 3 + [True] * 4 + [False] * 9, 5) == (3, 6)
    first, last = _around([True] * 5 + [False] + [True] * 10, 5)
    hides = np.zeros(0x10000, np.uint8)
    hides[ord("加")] = 1
    parts = _parts([pa.array(["加", "减", "a加", "é"], pa.string())], (), _PLAIN)
    for vector in range(len(cpu_paths())):
        _, lines = kernel()._plan.signs(parts, TABLE, 0, vector, b"vx", hides, 0xE0 | first, 0xE0 | last)
        assert np.frombuffer(lines, np.uint32).reshape(-1, 4)[:, 2].tolist() == [0, 2]


def test_patterns_that_need_what_most_texts_hold_are_sought_in_all() -> None:
    assert needs_of(["vx", "th"], 0) is None
    assert needs_of([f"{one}{other}" for one in "qxzj" for other in "qxzjv"], 0) is None  # more than are asked at once
    assert needs_of([], 6) is not None
    assert sign_forms("(?=x)") == frozenset("\0")
