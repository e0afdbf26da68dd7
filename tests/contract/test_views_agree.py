"""What the kernel tells of plain markup is what html.py tells, sign by sign; of all other markup it says that it cannot."""

from __future__ import annotations

import gc
import random
import weakref
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rectify.catalogue.html import reader_view
from rectify.rules.pack import Term
from rectify.screening.match import Matcher, WordList
from rectify.screening.native import Native
from rectify.screening.text import TextColumns
from rectify.terms.finding import ALL

pytestmark = pytest.mark.kernel
TAGS = [
    "<p>", "</p>", "<br>", "<br/>", "<BR >", "<b>", "</b>", "<li>", "<td>", "</TR>", "<tr><td>", "<h1>", "<div class='a'>",
    '<a href="x?a=1&b=2">', "<img src=x alt='>'>", "<p data-x = 'y'>", "<p a=b=c>", "<p a>", "<p\u00a0a>", "<p\x1ca>",
    "<p a=\u00a0'x'>", "<p a=\x1c'x'>", "<p a='x\"y'>", "<p a='<'>", "<p a=\"x'>", "<p>>", "<p", "</", "</>", "<1>", "<", ">",
    "<VPN>", "<vpn>", "</vpn>", "<!-- x -->", "<!--", "-->", "<!doctype html>", "<script>", "</script>", "<template>",
    "<p hidden>", "<p HIDDEN>", "<p style='color:red'>", '<p style="display:none">', "<p style='dis play:none'>",
    "<p style='font-\n size : 0'>", "<p style='dis\u00a0play:none'>", "<p style='opa/**/city:0'>", "<p style='&#100;isplay:none'>",
    "<p aria-hidden=true>", "<p title='hidden'>", "<p style='visibility:collapse'>", "<p " + "a" * 600 + ">", "<" + "a" * 33 + ">",
]  # fmt: skip
ENTITIES = [
    "&", "&amp;", "&lt;", "&LT", "&copy", "&copy2024", "&notit;", "&not", "&nbsp;", "&b.alpha;", "&fjlig;", "&nGt;", "&nLt;",
    "&NewLine;", "&Tab;", "&CounterClockwiseContourIntegral;", "&CounterClockwiseContourIntegralX;", "&thinsp;", "&zwj;", "&ap",
    "&unknown;", "&x", "AT&T", "R&B", "&#39;", "&#x41;", "&#X4a", "&#65", "&#0;", "&#1", "&#8;", "&#9;", "&#10;", "&#12;", "&#13;",
    "&#x1f;", "&#127;", "&#128;", "&#x9f;", "&#160;", "&#55296;", "&#xfdd0;", "&#xfffe;", "&#x1ffff;", "&#x10fffd;", "&#1114112;",
    "&#12345678;", "&#123456789;", "&#99999999999;", "&#xfffffffff;", "&#000000065;", "&#", "&#x", "&#xg", "&#;", "&;",
]  # fmt: skip
WORDS = ["a", "text ", "vpn", "翻墙", "é", "\n", " ", "\t", "\0", '"', "'", "=", "/", "\u00a0", "🐘", "&lt;p&gt;"]
PIECES = st.lists(
    st.one_of(st.sampled_from(TAGS + ENTITIES + WORDS), st.characters(exclude_categories=["Cs"])), max_size=9
)
TERMS = (Term("vpn", "en"), Term("翻墙", "zh"), Term("é墙", "zh"))


@pytest.fixture(scope="module")
def matcher() -> Matcher:
    return Matcher.compile([WordList("a/all", TERMS, ("no vpn",), (r"v.?p\.n", r"\d{3} usd"), ALL)])


@pytest.fixture(scope="module")
def kernel(matcher: Matcher) -> Any:
    assert isinstance(matcher._engine, Native)
    return matcher._engine.kernel._plan


def check(kernel: Any, text: str) -> str:
    """Holds the kernel's view against the one of html.py; what the kernel did."""
    told, view = kernel.view(text.encode()), reader_view(text)
    if told is False:
        return "by Python"
    if told is True:
        assert view is None, text
        return "as written"
    assert view is not None, text
    assert told.decode() == view.text, text
    assert not view.hidden.any(), text
    return "as seen"


@given(PIECES.map("".join))
def test_of_any_text(kernel: Any, text: str) -> None:
    check(kernel, text)


def test_of_many_texts_of_markup() -> None:
    kernel = Matcher.compile([])._engine.kernel._plan  # type: ignore[union-attr]
    draw, seen = random.Random(3), {"by Python": 0, "as written": 0, "as seen": 0}
    for _ in range(40_000):
        seen[check(kernel, "".join(draw.choices(TAGS + ENTITIES * 2 + WORDS * 4, k=draw.randrange(1, 7))))] += 1
    assert min(seen.values()) > 4_000


@pytest.mark.parametrize("cut", range(1, 4))
def test_bytes_that_are_no_character_do_not_become_one_where_markup_between_them_goes(
    matcher: Matcher, cut: int
) -> None:
    """Cut in the middle, a character is two that cannot be read: é and 墙 are not put together again."""
    for sign in ("墙", "é", "🐘"):
        whole = f"vpn é{sign} 翻{sign} ".encode()
        at = whole.rindex(sign.encode()) + min(cut, len(sign.encode()) - 1)
        for markup in (b"<b>", b"&amp;", b"<br>", b"&#65;", b"<!-- -->"):
            text = whole[:at] + markup + whole[at:]
            column = pa.StringArray.from_buffers(
                1, pa.py_buffer(b"\0\0\0\0" + len(text).to_bytes(4, "little")), pa.py_buffer(text)
            )
            rows = pa.record_batch({"title": column})
            native, plain = (engine.scan(TextColumns.of(rows)) for engine in (matcher, matcher.plain))
            assert list(map(list, vars(native).values())) == list(map(list, vars(plain).values()))


def test_what_was_read_goes_when_nobody_asks_for_it_any_more(matcher: Matcher) -> None:
    """Workers collect garbage rarely: what refers to itself would stay, a batch with it."""
    texts = ["<p>nothing</p>", "<p>a v<b>pn</b></p>", "a < b vpn", "<!-- -->vpn", "<i>v.p.n</i>", "vpn"]
    gc.collect()
    gc.disable()
    try:
        for engine in (matcher, matcher.plain):
            columns = TextColumns.of(pa.record_batch({"title": texts}))
            assert len(engine.scan(columns))
            left = weakref.ref(columns.written)
            del columns
            assert left() is None
    finally:
        gc.enable()


def test_a_view_is_read_by_python_only_where_it_is_asked_for(matcher: Matcher) -> None:
    asked: list[str] = []

    def html(text: str) -> Any:
        asked.append(text)
        return reader_view(text)

    texts = ["<p>nothing</p>", "<p>a v<b>pn</b></p>", "a < b", "<!-- -->vpn", "<i>v.p.n</i>"]
    found = matcher.scan(TextColumns.of(pa.record_batch({"title": texts}), html))
    assert sorted(set(found.row.tolist())) == [1, 3, 4]
    assert set(asked) == {texts[1], texts[3], texts[4]}
