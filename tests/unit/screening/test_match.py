"""Terms sought in batches: exact places in what was written, phrases that swallow hits, limits."""

from __future__ import annotations

from threading import Thread

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rectify.rules.pack import Term
from rectify.screening.fold import Sort, codes_of, fold_table, fold_text
from rectify.screening.hits import CAP
from rectify.screening.match import Matcher, ScanHits, WordList, disguises_of
from rectify.screening.text import TextColumns
from rectify.terms.errors import Faulty
from rectify.terms.finding import Disguise


def words(
    *terms: str, not_in: tuple[str, ...] = (), patterns: tuple[str, ...] = (), disguises: object = None
) -> WordList:
    allowed = frozenset(Disguise) if disguises is None else frozenset(disguises)  # type: ignore[call-overload]
    return WordList("pack/words", tuple(Term(term, "") for term in terms), not_in, patterns, allowed)


def scan(
    matcher: Matcher | WordList, *titles: str, texts: list[str] | None = None, variants: list[list[str]] | None = None
) -> ScanHits:
    batch = pa.record_batch(
        {
            "title": pa.array(titles, pa.string()),
            "text": pa.array(texts or [""] * len(titles), pa.string()),
            "variants": pa.array(variants or [[] for _ in titles], pa.list_(pa.string())),
        }
    )
    return (matcher if isinstance(matcher, Matcher) else Matcher.compile([matcher])).scan(TextColumns.of(batch))


def found(matcher: Matcher | WordList, text: str) -> list[tuple[str, str]]:
    """(what was written, the classes seen through) of the hits in one title."""
    hits = scan(matcher, text)
    return [
        (text[start:end], "+".join(disguises_of(mask)))
        for start, end, mask in zip(hits.start.tolist(), hits.end.tolist(), hits.disguise.tolist(), strict=True)
    ]


VPN = Matcher.compile([words("vpn", "翻墙", "科学上网", "mg", not_in=("no vpn needed", "科学上网课", "防翻墙"))])


@pytest.mark.parametrize(
    ("text", "written", "how"),
    [
        ("a vpn b", "vpn", ""), ("a VPN b", "VPN", "case"), ("a ｖｐｎ b", "ｖｐｎ", "width"), ("用翻牆吧", "翻牆", "script"),
        ("a vрn b", "vрn", "mixed"), ("a νрп b", "νрп", "look_alike"), ("a 𝐯𝐩𝐧 b", "𝐯𝐩𝐧", "look_alike"), ("🇻🇵🇳!", "🇻🇵🇳", "emoji"),
        ("a v\u200bp\u00adn b", "v\u200bp\u00adn", "invisible"), ("a v\u0336p\u0336n\u0336 b", "v\u0336p\u0336n\u0336", "combining"),
        ("a v-p-n b", "v-p-n", "spaced"), ("科 学 上 网", "科 学 上 网", "spaced"), ("v@p@n", "v@p@n", "spaced"),
        ("科学/上网", "科学/上网", "squeezed"), ("翻@墙", "翻@墙", "squeezed"), ("翻。墙", "翻。墙", "squeezed"),
        ("Ѵ\u200b.Р.Ν", "Ѵ\u200b.Р.Ν", "look_alike+invisible+spaced"), ("5 ㎎.", "㎎", "width"),
    ],
)  # fmt: skip
def test_each_class_of_disguise_is_found_at_its_exact_place(text: str, written: str, how: str) -> None:
    assert found(VPN, text) == [(written, how)]


def test_fields_rows_and_folded_places_are_told() -> None:
    hits = scan(VPN, "x", "Ｖ\u200bＰＮ vpn", texts=["ａ\u0301 翻墙", ""], variants=[["", "vpn"], []])
    assert list(zip(hits.row, hits.field, hits.start, hits.end, hits.fold_start, hits.fold_end, strict=True)) == [
        (0, 1, 3, 5, 2, 4), (0, 3, 0, 3, 0, 3), (1, 0, 0, 4, 0, 3), (1, 0, 5, 8, 4, 7),
    ]  # fmt: skip
    assert (hits.row.dtype, hits.field.dtype, hits.disguise.dtype) == ("int32", "int16", "uint32")


def test_no_hit_crosses_fields_or_rows() -> None:
    assert len(scan(VPN, "v", "p", "n", "翻", texts=["pn", "n", "", "墙"], variants=[["v", "pn"], [], [], []])) == 0


def test_no_words_and_no_rows_give_no_hits() -> None:
    assert len(scan(Matcher.compile([]), "vpn")) == 0
    assert len(scan(words(), "vpn")) == 0
    assert len(scan(VPN)) == 0


@pytest.mark.parametrize(
    "text",
    [
        "no vpn needed",
        "NO  VPN-needed!",
        "n0 vpn n33ded",
        "no v.p.n needed",
        "防翻墙刺",
        "防翻-墙",
        "科学上网课",
        "科-学-上-网-课",
        "科 學 上 網 課",
    ],
)
def test_a_longer_phrase_swallows_the_hit_inside_it(text: str) -> None:
    assert found(VPN, text) == []


@pytest.mark.parametrize(
    "text", ["no. vpn needed", "科学上网，课", "科学上网 课", "<i hidden>no </i>vpn<i hidden> needed</i>"]
)
def test_signs_between_sentences_and_hidden_words_make_no_phrase(text: str) -> None:
    assert len(found(VPN, text)) == 1


def test_only_the_hit_inside_the_phrase_is_gone() -> None:
    assert found(VPN, "no vpn needed, v-p-n sold") == [("v-p-n", "spaced")]


def test_of_overlapping_hits_of_a_term_the_least_disguised_stay() -> None:
    assert found(words("哈哈"), "哈-哈哈") == [("哈哈", "")]
    assert found(words("哈哈"), "哈哈哈") == [("哈哈", ""), ("哈哈", "")]


@pytest.mark.parametrize(
    ("term", "text", "written"),
    [("ai", "an AI, hair, a.i.", ["AI"]), ("x", "x-ray ax X", ["x", "X"]), ("ai", "a\u200bi", ["a\u200bi"]), ("药", "买药，医药", ["药", "药"]),
     ("💊", "buy 💊💊", ["💊", "💊"]), ("t.me/@x", "see T.me/@x", ["T.me/@x"]), ("a$ap", "by A$AP.", ["A$AP"])],
)  # fmt: skip
def test_short_terms_signs_and_addresses_are_found_as_they_stand(term: str, text: str, written: list[str]) -> None:
    assert [seen for seen, _ in found(words(term), text)] == written


def test_spans_go_back_through_markup() -> None:
    text = "a &amp; v<b>p</b>&#110;<br>翻<i></i>墙</p>"
    hits = scan(VPN, text)
    assert [text[a:b] for a, b in zip(hits.start, hits.end, strict=True)] == ["v<b>p</b>&#110;", "翻<i></i>墙"]
    assert hits.hidden.tolist() == [False, False]


def test_what_a_reader_does_not_see_is_told_and_parts_no_word() -> None:
    text = "<p style='display:none'>翻墙</p>v<i hidden>zz</i>pn"
    hits = scan(VPN, text)
    assert [(text[a:b], bool(h)) for a, b, h in zip(hits.start, hits.end, hits.hidden, strict=True)] == [
        ("翻墙", True),
        ("v<i hidden>zz</i>pn", False),
    ]


def test_many_hits_of_a_term_in_a_field_are_cut_off_and_told() -> None:
    hits = scan(VPN, "vpn " * (CAP + 8) + "翻墙", "vpn " * CAP)
    assert len(hits) == 2 * CAP + 1
    assert hits.capped.tolist() == [True] * CAP + [False] * (CAP + 1)


def test_hits_behind_many_swallowed_ones_are_still_found() -> None:
    assert found(VPN, "no vpn needed " * 200 + "vpn") == [("vpn", "")]


def test_a_long_text_is_read_to_its_end() -> None:
    text = "x" * 300_000 + " vpn " + "字" * 200_000 + "翻墙"
    assert found(VPN, text) == [("vpn", ""), ("翻墙", "")]


def test_marks_without_end_do_not_hide_the_end_of_a_word() -> None:
    assert found(VPN, "x" + "\u200b" * 500 + "vpn") == []
    assert found(VPN, "v" + "\u0301" * 500 + "pn")[0][1] == "combining"


def test_a_pattern_is_found_in_folded_text_and_told_as_written() -> None:
    price = words(patterns=(r"\d+\s*(元|¥)\s*/\s*(月|mo)",), not_in=("0元/月",))
    assert found(price, "只要 １５ 元／月!") == [("１５ 元／月", "width")]
    assert found(price, "1\u200b5元/MO, 0元/月") == [("1\u200b5元/MO", "case+invisible")]
    assert found(words(patterns=("vpn",), disguises=()), "VPN ѵрn") == [("VPN", "case")]


def test_a_pattern_of_several_lists_is_found_for_each_as_each_allows() -> None:
    openly, disguised = words(patterns=("vp+n",), disguises=()), words("xyz", patterns=("vp+n",))
    hits = scan(Matcher.compile([openly, disguised]), "VPPN ѵрn")
    assert list(zip(hits.words.tolist(), hits.term.tolist(), hits.start.tolist(), strict=True)) == [
        (0, 0, 0), (1, 1, 0), (1, 1, 5)
    ]  # fmt: skip


def test_a_pattern_that_cannot_be_read_is_told() -> None:
    with pytest.raises(Faulty, match="the pattern"):
        Matcher.compile([words(patterns=("(?=a)",))])


def test_lists_keep_their_own_terms_and_disguises() -> None:
    matcher = Matcher.compile([words("vpn", disguises=()), words("x", "vpn", disguises=(Disguise.SPACED,))])
    hits = scan(matcher, "v-p-n VPN")
    assert list(zip(hits.words, hits.term, hits.start, strict=True)) == [(1, 1, 0), (0, 0, 6), (1, 1, 6)]


def test_several_threads_may_scan_with_one_matcher() -> None:
    results: list[int] = []
    threads = [Thread(target=lambda: results.append(len(scan(VPN, *["v-p-n 翻墙"] * 200)))) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results == [400] * 3


CYRILLIC = dict(zip("aceopxyk", "асеорхук", strict=True))
TERMS = ("lottery", "passport", "科学上网", "翻墙软件", "okapi yx")
PLANTED = Matcher.compile([words(*TERMS)])
DRESSES = {
    "case": str.upper,
    "width": lambda term: "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in term),
    "look_alike": lambda term: "".join(CYRILLIC.get(c, c) for c in term),
    "invisible": "\u200d".join,
    "combining": lambda term: "".join(c + "\u0336" * (c != " ") for c in term),
    "spaced": lambda term: " ".join("·".join(word) for word in term.split()),
}
CLEAN = st.text(alphabet="bdfgh mnrstvwz的一是了我0123-,。!\n", max_size=20)


@given(CLEAN, st.sampled_from(TERMS), st.lists(st.sampled_from(sorted(DRESSES)), max_size=2, unique=True), CLEAN)
def test_a_planted_term_is_found_where_it_was_planted_and_folds_back(
    before: str, term: str, dresses: list[str], behind: str
) -> None:
    dressed = term
    for dress in sorted(dresses, key=["spaced", "case", "width", "look_alike", "combining", "invisible"].index):
        dressed = DRESSES[dress](dressed)
    text = f"{before} ({dressed}) {behind}"
    hits = scan(PLANTED, text)
    at = len(before) + 2
    assert list(zip(hits.start.tolist(), hits.end.tolist(), strict=True)) == [(at, at + len(dressed))], ascii(text)
    written = text[hits.start[0] : hits.end[0]]
    letters = [c for c in fold_text(written) if fold_table().sort[ord(c)] & Sort.LETTER]
    assert "".join(letters) == term.replace(" ", "")
    folded = fold_text(text)[hits.fold_start[0] : hits.fold_end[0]]
    assert folded == fold_text(written)


@given(
    st.lists(st.text(alphabet="bdfgh mnrstvwz的一是了我0123-,。!\n\u200b\u0301Ⓑ", max_size=40), min_size=1, max_size=5)
)
def test_nothing_is_found_where_no_term_stands(texts: list[str]) -> None:
    assert len(scan(PLANTED, *texts)) == 0


def test_codes_outside_the_table_do_not_exist() -> None:
    assert len(codes_of("\U0010ffff")) == 1
    assert found(VPN, "\U0010ffff vpn \ue000\ufffe") == [("vpn", "")]


@pytest.mark.parametrize("term", ["k 3", "v p", "q-7", "c+", "+c"])
def test_two_letters_apart_are_found_as_they_are_written(term: str) -> None:
    matcher = Matcher.compile([words(term)])
    assert len(scan(matcher, f"the {term} now")) == 1
    assert len(scan(matcher, f"the x{term}x now")) == 0
