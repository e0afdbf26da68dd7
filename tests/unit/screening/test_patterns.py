"""Patterns: the quick scan nominates every text where re2 finds something, whatever the pattern names."""

from __future__ import annotations

import pyarrow as pa
import pytest
import re2
from hypothesis import given
from hypothesis import strategies as st

from rectify.screening.alphabet import Alphabet, fold_pattern
from rectify.screening.fold import fold_text
from rectify.screening.match import Matcher, WordList
from rectify.screening.text import TextColumns

PATTERNS = (
    r"\d+\s*(元|¥|\$)\s*/\s*(月|mo)", r"[一-龥]{2}", r"[^月]日", r"[^a-z元]x", r"\p{Han}+x", r"\bno\b", r"[\d元\-]{2}",
    r"網.{0,3}月", r"(?P<name>é)+n", r"(?s)a.b", r"\Aab\z", r"[]a]b", r"[^]a]b", r"\x{6708}元", r"\Q1+1\E", r"[[:alpha:]é]{3}",
    r"[\p{L}1]{4}", r"^\s*ab$", r"Ｖｐn", r"ВП", r"[à-ü]b", r"\\", r"[\\a]1", r"\PL1", r"(?i)AB", r"a{2,3}?b", r"[元-]b", r"\W日",
)  # fmt: skip
MATCHER = Matcher.compile([WordList(f"pack/{n}", (), patterns=(pattern,)) for n, pattern in enumerate(PATTERNS)])
OPTIONS = re2.Options()
OPTIONS.case_sensitive = False
EXACT = [re2.compile(fold_pattern(pattern), options=OPTIONS) for pattern in PATTERNS]


@given(
    st.lists(
        st.text(alphabet="abnox1+/-]\\^ \n元月日網¥$éàｖＶｐвВП\u200b\u0301龥", max_size=12), min_size=1, max_size=6
    )
)
def test_every_match_of_re2_on_folded_text_is_a_hit(texts: list[str]) -> None:
    batch = pa.record_batch({"title": texts})
    hits = MATCHER.scan(TextColumns.of(batch, html=lambda text: None))
    seen = {
        tuple(h)
        for h in zip(
            hits.row.tolist(), hits.words.tolist(), hits.fold_start.tolist(), hits.fold_end.tolist(), strict=True
        )
    }
    expected = {
        (row, number, match.start(), match.end())
        for row, text in enumerate(texts)
        for number, pattern in enumerate(EXACT)
        for match in pattern.finditer(fold_text(text))
        if match.end() > match.start()
    }
    assert seen == expected


@pytest.mark.parametrize(
    ("pattern", "folded"),
    [
        (r"網站\d", r"网站\d"),
        ("É+", "e+"),
        ("впн", "bnh"),
        (r"[網é]", "[网e]"),
        (r"[à-ü]", r"[à-ü]"),
        ("ﬁ", "(?:fi)"),
        (r"\x{7db2}", "网"),
        (r"[\101-\103]x", "[A-C]x"),
        (r"\141\b", r"a\b"),
        ("[]-a]x", r"[\x{5d}-a]x"),
        ("[^]x]y", r"[^\x{5d}x]y"),
    ],
)
def test_a_pattern_is_folded_as_the_text_is(pattern: str, folded: str) -> None:
    assert fold_pattern(pattern) == folded


@pytest.mark.parametrize(
    ("pattern", "bytes_"),
    [
        ("a月b", rb"a\x80b"),
        ("[^月]", rb"[\x00-\xff]"),
        (r"\p{Han}", rb"[\x80-\xff]"),
        ("[a-龥]", rb"[\x61-\x7f\x80-\xff]"),
    ],
)
def test_the_quick_scan_sees_one_byte_a_character_and_is_never_narrower(pattern: str, bytes_: bytes) -> None:
    assert Alphabet([pattern]).rewritten(pattern) == bytes_
