"""HTML as a reader sees it, with a map back that never lies."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rectify.catalogue import html
from rectify.catalogue.html import reader_view

TOKENS = st.sampled_from(
    ["<b>", "</b>", "<p>", "</p>", "<br>", "<br/>", "<div hidden>", "</div>", "<li>", "<td>", "<z>", "</z>", "<x ", "<!--", "-->",
     "<script>", "</script>", "<style>", "</style >", '<a title="x > y">', "<a b='", '"', "'", "=", ">", "<", "&amp;", "&#86;", "&#x50", "&notit;",
     "&copy", "&", ";", '<p style="display:none">', "<!doctype html>", "<template>", "VPN", " ", "\n", "汉", "\U0001f600", "/", "<B CLASS=x>", "<b-x>"]
)  # fmt: skip
MARKUP = st.lists(TOKENS, max_size=14).map("".join)


@pytest.mark.parametrize(
    ("written", "seen"),
    [
        ("V<b>P</b>N", "VPN"), ("V<z>P</z>N", "VPN"), ("V<!-- x -->PN", "VPN"), ("V&#80;N", "VPN"), ("V&#x50N", "VPN"),
        ("V<wbr>PN", "VPN"), ("<p>Hello<p>World<br>x", "Hello\nWorld\nx"), ("<td>a</td><td>b</td>", "a b "),
        ("R&amp;D", "R&D"), ("&notit; &copy2020", "¬it; ©2020"), ("&lt;b&gt;", "<b>"), ("a&nbsp;b", "a\u00a0b"),
        ("<script>x</script>y", "y"), ("<style>x</STYLE >y", "y"), ('<a title="x > y">z</a>', "z"), ("&#0;&#xD800;", "\ufffd\ufffd"),
        ("<!doctype html><title>T</title>x", "T\nx"), ("&#99999999999999999999;x", "\ufffdx"), ("<img alt=x>y", "y"),
        ("&CounterClockwiseContourIntegral;", "∳"),
    ],
)  # fmt: skip
def test_markup_is_read_as_a_reader_sees_it(written, seen):
    view = reader_view(written)
    assert view is not None
    assert view.text == seen


@pytest.mark.parametrize(
    "text",
    ["", "plain", "a < b", "a <b", "AT&T", "R & D", "<VPN> 15/month", "5 <6> 7", "x &unknown; y", "<!-- never ends", "<a", "&#", "<>",
     "</>", "<正品>", "<me@shop.example>", "1 <2 & 3> 2", "<foo bar> only opened"],
)  # fmt: skip
def test_text_without_markup_has_no_view(text):
    assert reader_view(text) is None


@pytest.mark.parametrize(
    ("written", "hidden"),
    [
        ('<div style="display: none">h</div>v', "h\n"), ("<div hidden>h<p>h</div>v", "h\nh\n"),
        ('<span style="font-size:0px">h</span>v', "h"), ('<span style="font-size:0.5em">v</span>', ""),
        ('<span style="opacity: 0;color:red">h</span>v', "h"), ('<span style="VISIBILITY:hidden !important">h</span>v', "h"),
        ("<b aria-hidden='true'>h</b>v", "h"), ("<b aria-hidden=false>v</b>", ""), ("<template>h</template>v", "h"),
        ("<ul><li>v<li hidden>h<li>v</ul>", "h"), ("v<script>h to the end", "h to the end"),
        ('<p style="display:/* x */none">h', "h"), ('<p style="display&#58;none">h', "h"),
        ("<div hidden><div>h</div>h</div>v", "h\nh\n"), ("<div hidden>h", "h"), ("<b title='hidden'>v</b>", ""),
    ],
)  # fmt: skip
def test_hidden_text_is_kept_and_flagged(written, hidden):
    view = reader_view(written)
    assert view is not None
    assert "".join(c for c, flag in zip(view.text, view.hidden, strict=True) if flag) == hidden
    assert "v" not in hidden


@given(MARKUP)
def test_the_map_back_is_exact(text):
    view = reader_view(text)
    if view is None:
        return
    offsets, ends = view.offsets.tolist(), view.ends.tolist()
    assert len(offsets) == len(view.text) + 1 == len(ends) + 1 == len(view.hidden) + 1
    assert offsets == sorted(offsets)
    assert offsets[-1] == len(text)
    for n, sign in enumerate(view.text):
        assert 0 <= offsets[n] < ends[n] <= len(text)
        written = text[offsets[n] : ends[n]]
        assert written == sign or written[0] in "&<"
        assert view.span(n, n + 1) == (offsets[n], ends[n])


@given(MARKUP)
def test_the_quick_way_reads_what_the_long_one_does(text):
    quick = html._quick(text)
    if quick is not None and quick.begins:
        long = html._Reading(text).read()
        assert (quick.begins, quick.ends, quick.signs) == (long.begins, long.ends, long.signs)
        assert not any(flag for pair in long.hidden for flag in pair)


@given(st.text())
def test_any_text_has_a_view_or_none(text):
    view = reader_view(text)
    if "<" not in text and "&" not in text:
        assert view is None


@given(st.text(st.characters(exclude_characters="<&", codec="utf-8"), max_size=20), st.data())
def test_tags_around_every_sign_change_nothing_that_is_read(text, data):
    tags = st.sampled_from(["<b>", "</i>", "<span class='x'>", "<!-- c -->", "<wbr>"])
    written = "".join(data.draw(tags) + c for c in text)
    view = reader_view(written)
    assert (view.text if view else "") == text
    if view:
        assert [written[at] for at in view.offsets[:-1]] == list(text)
