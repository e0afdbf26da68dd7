"""The native engine finds what the plain one finds, to the last class and cut, in any text and in any bytes."""

from __future__ import annotations

import os
import random
from copy import copy
from importlib import import_module

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rectify.rules.pack import Term
from rectify.screening.compiled import compiled
from rectify.screening.engines import cpu_paths
from rectify.screening.match import Matcher, ScanHits, WordList
from rectify.screening.native import Native
from rectify.screening.text import TextColumns
from rectify.terms.finding import ALL, Disguise

pytestmark = pytest.mark.kernel

D = Disguise
TERMS = (
    Term("vpn", "en"), Term("v-p-n", "en"), Term("novel", "en", open_left=True), Term("elephant tusk", "en"),
    Term("vanilla pill", "en"), Term("mg", "en"), Term("x", "en"), Term("kaïn's", "fr"), Term("翻墙", "zh"),
    Term("科学上网", "zh"), Term("象牙", "zh"), Term("墙", "zh"), Term("c卡", "zh"), Term("卡c", "zh"), Term("vpn卡", "zh"),
    Term("银行卡", "zh"), Term("впн", "ru"), Term("ビザ", "ja"), Term("illicit", "en"), Term("-ivory", "en", open_left=True),
    Term("𠮷野家", "ja"), Term("c++", "en"), Term("100mg", "en"), Term("k 3", "en"), Term("q-7", "en"),
)  # fmt: skip
PATTERNS = (r"v.?p.?n\d", r"翻.墙", r"novel+a", r"\d+\s*(元|usd)", r"pill.{0,3}pill", r"科学|象牙")
LISTS = [
    WordList("a/all", TERMS, ("no vpn no", "防翻墙", "vpn-il", "科学网课"), PATTERNS, ALL),
    WordList("a/each", TERMS, ("no vpn no", "防翻墙", "科学网课"), (), frozenset(Disguise)),
    WordList("b/none", TERMS, ("no vpn no",), PATTERNS[:2], frozenset()),
    WordList("b/like", TERMS, (), (), frozenset({D.SHAPE, D.TWIN, D.SPLIT, D.LINES, D.REPEATED, D.MIXED, D.EMOJI})),
    WordList("b/apart", TERMS, (), (), frozenset({D.SPACED, D.SQUEEZED, D.STARRED, D.DOUBLED, D.PICTURES})),
]
MATCHER = Matcher.compile(LISTS)
SIGNS = [
    *"vpnilocxmgVPNIL1045379$@*_•#!.-,:;  \n/&<>()'\0翻墙科学上网防象牙银行卡墻牆蔷强ｖｐ𝐧рѵΝνéÉ\u200b\u0301\u00adㄱ가ビザび㎎ﬁßſKₓ①🇻🇵🇳🐘🦷🌐💊\u20e3\ufe0f£●！？впнВПН𠮷",
    "vpn", "VPN", "v p n", "v-p-n", "no vpn no", "防翻墙", "科学网课", "v*n", "n*vel", "nov.l", "ill*cit", "vvppnn", "科科学学上上网网", "vvvpn", "nnn", "iii", "卡卡",
    "elephant", "tusk", "vanilla", "pill", "kain's", "novella", "fan qiang", "木象牙", "番羽土啬", "nivpo", "网上学科", "v\np\nn", "科\n学\n上\n网", "<b>", "</b>", "&#112;", "&shy;", "&amp;",
    "<i style='display:none'>", "</i>", "<!-- -->", "100 元", "8usd", "ivory", "c++", "100mg", "  ", "\n\n", "k 3", "k3", "K\n3", "q-7", "q 7",
]  # fmt: skip
TEXTS = st.lists(st.one_of(st.sampled_from(SIGNS), st.characters(exclude_categories=["Cs"])), max_size=14).map("".join)


def batch(titles: list[str], texts: list[str | None], variants: list[list[str]]) -> pa.RecordBatch:
    columns = {"title": pa.array(titles, pa.string()), "text": pa.array(texts, pa.large_string())}
    return pa.record_batch(columns | {"variants": pa.array(variants, pa.list_(pa.string()))})


def found(hits: ScanHits) -> list[tuple[int, ...]]:
    return sorted(zip(*(column.tolist() for column in vars(hits).values()), strict=True))


def portable(matcher: Matcher) -> Matcher:
    """The same plan, read by the path that every processor has."""
    kernel = copy(matcher._engine.kernel)
    kernel._vector = False
    return Matcher(matcher._lists, Native(kernel, matcher._lists))


def check(matcher: Matcher, rows: pa.RecordBatch) -> int:
    """Holds the engines against each other, the native one by each path; how much was found."""
    native, plain = matcher.scan(TextColumns.of(rows)), matcher.plain.scan(TextColumns.of(rows))
    assert found(native) == found(plain)
    if "RECTIFY_CPU" not in os.environ and len(cpu_paths()) > 1:
        assert found(portable(matcher).scan(TextColumns.of(rows))) == found(plain)
    return len(native)


def made(draw: random.Random, count: int) -> pa.RecordBatch:
    def text() -> str:
        return "".join(draw.choices(SIGNS, k=draw.randrange(16)))

    return batch(
        [text() for _ in range(count)],
        [text() if draw.random() < 0.9 else None for _ in range(count)],
        [[text() for _ in range(draw.randrange(3))] for _ in range(count)],
    )


@given(st.lists(st.tuples(TEXTS, TEXTS, st.lists(TEXTS, max_size=2)), min_size=1, max_size=4))
def test_in_any_text(rows: list[tuple[str, str, list[str]]]) -> None:
    check(MATCHER, batch(*map(list, zip(*rows, strict=True))))


def test_in_many_texts_of_signs_that_matter() -> None:
    assert sum(check(MATCHER, made(random.Random(seed), 400)) for seed in range(5)) > 10_000


def test_in_texts_of_which_a_reader_does_not_see_all() -> None:
    draw = random.Random(12)
    tags = [
        "<i style='display:none'>",
        "</i>",
        "<b>",
        "<span style='font-size:0'>",
        "</span>",
        "<!--",
        "-->",
        "<div hidden>",
        "</div>",
    ]

    def text() -> str:
        return "".join(draw.choices([*SIGNS, *tags * 8], k=draw.randrange(24)))

    rows = batch([text() for _ in range(400)], [text() for _ in range(400)], [[text()] for _ in range(400)])
    assert len(TextColumns.of(rows).written.hidden()) > 300
    assert check(MATCHER, rows) > 2_000


@pytest.mark.parametrize("density", [0.02, 0.1, 0.4])
def test_in_long_texts_with_few_places_and_with_many(density: float) -> None:
    """Of a long text only what stands around a place is taken apart, if that is less than the text."""
    draw = random.Random(density)
    between = ["plain words between ", "平常的字在中间", "\u200b", "\u200b" * 30, ". . . ", "12 000 pieces; ", "mail@ex.org ", "$5, ",
               " a", " a b", "\n", "\n      ", "       "]  # fmt: skip
    apart = [
        " v p n",
        "v p n ",
        "v\np\nn",
        "v \n p\n n",
        "科\n学\n上\n网",
        "no-vpn-no",
        "no v.p-n no",
        "防.翻-墙",
        "翻 -墙",
        "v.pn",
    ]

    def text() -> str:
        signs = draw.choice((SIGNS, apart))
        return "".join(draw.choice(signs if draw.random() < density else between) for _ in range(draw.randrange(120)))

    rows = batch([text() for _ in range(300)], [text() for _ in range(300)], [[text()] for _ in range(300)])
    assert check(MATCHER, rows) > 50


def test_in_long_texts_with_words_of_which_each_letter_stands_twice() -> None:
    """Read around the letters that do: as far as the longest word, and to where runs of one letter begin and end."""
    draw = random.Random(7)
    filler = ["plain words between ", "平常的字在中间", "more of them, ", "0 0 1 2; ", "letter, coffee, ", "高高兴兴"]

    def doubled(word: str) -> str:
        twice = "".join(sign * draw.choice((2, 2, 2, 2, 2, 2, 4)) if sign != " " else sign for sign in word)
        edge = draw.choice(("", "", twice[0], twice[0] * 2, twice[:2], "x"))
        return edge + twice + draw.choice(("", "", twice[-1], twice[-1] * 2, twice[-2:], "x", " "))

    def text() -> str:
        parts = [draw.choice(filler) for _ in range(40)]
        for _ in range(draw.randrange(1, 4)):
            words = [doubled(draw.choice(TERMS).text) for _ in range(draw.randrange(1, 3))]
            parts[draw.randrange(40)] = draw.choice(("", " ")).join(words)
        return "".join(parts)

    rows = batch([text() for _ in range(400)], [text() for _ in range(400)], [[text()] for _ in range(400)])
    assert check(MATCHER, rows) > 500


LONGER = Matcher.compile([WordList("a/runs", tuple(Term(one, "") for one in (
    "cbsp", "avilaes", "tramadol", "aabb", "aaa", "co op pen", "银行卡", "科学上网", "卡卡", "il1egal", "boook", "noon")), (), (), ALL)])  # fmt: skip


def test_in_texts_with_runs_of_one_letter() -> None:
    """Read around the runs, however long these are, with signs between letters and with runs of other letters beside."""
    draw = random.Random(17)
    terms = [term.text for term in LONGER.lists[0].terms]
    signs = ["\u200b", " ", ".", "-", "*", "\n", "  ", "é", "$"]

    def run(word: str) -> str:
        return "".join(
            sign * draw.choice((1, 1, 2, 3, 4, 9, 40)) + (draw.choice(signs) if draw.random() < 0.2 else "")
            for sign in word
        )

    def filler() -> str:
        return " ".join(
            draw.choices(["plain", "words", "平常的字", "coffee", "12 000", "www.of"], k=draw.choice((0, 2, 9, 90)))
        )

    def text() -> str:
        parts = [filler()]
        for _ in range(draw.choice((1, 1, 2, 3, 9))):
            word = run(draw.choice(terms)) if draw.random() < 0.8 else draw.choice(terms)[: draw.randrange(1, 4)]
            parts += [draw.choice((" ", " ", "")), word, draw.choice((" ", " ", "")), filler()]
        return "".join(parts)

    rows = batch([text() for _ in range(400)], [text() for _ in range(400)], [[text()] for _ in range(400)])
    assert check(LONGER, rows) > 1_000


@pytest.mark.parametrize("count", [40, 1000, 1500])
def test_with_few_and_with_many_words_of_four_letters(count: int) -> None:
    """Of many the filter does not ask for the letter before them."""
    draw = random.Random(count)
    words = ["".join(draw.choices("abcdefghjk", k=4)) for _ in range(count)]
    longer = ["".join(draw.choices("abcdefghjk", k=6)) for _ in range(20)]
    matcher = Matcher.compile([WordList("a/x", tuple(Term(word, "en") for word in {*words, *longer}), (), (), ALL)])

    def text() -> str:
        parts = draw.choices([*words[:9], *longer, "墙", "é", "x", " "], k=draw.randrange(9))
        return "".join(f"{part}{draw.choice(('', ' ', '-'))}" for part in parts)

    rows = batch([text() for _ in range(500)], [text() for _ in range(500)], [[] for _ in range(500)])
    assert check(matcher, rows) > 500


@pytest.mark.parametrize("shorter", [(), ("vp",), ("a", "+v", "n:", "墙"), ("l", "vp", "墙", "药", "🐘", "𠮷")])
@pytest.mark.parametrize("count", [1, 30, 200])
def test_with_few_and_with_many_words_of_three_letters(count: int, shorter: tuple[str, ...]) -> None:
    """Few are asked for with any two signs before them, of whatever script; many, and shorter ones, by themselves; where
    they would stand everywhere, as words.
    """
    draw = random.Random(count)
    words = {"".join(draw.choices("abcdefghjkvpn", k=3)) for _ in range(count)} | {"vpn"}
    terms = [Term(word, "en", open_left=word in ("abc", "ab")) for word in sorted({*words, *shorter})]
    matcher = Matcher.compile([WordList("a/x", tuple(terms), (), ("v.?p\\d", "墙+"), ALL)])
    seen = [*sorted(words)[:9], "vp", "墙", "牆", "药", "𠮷", "货", "é", "ъ", "x", " ", "🐘", "ab", "a", "+v", "n:", "I", "vvv", "nnn",
            "$", "@", "e\u0301", "４", "㏂", "\n"]  # fmt: skip

    def text() -> str:
        return "".join(f"{part}{draw.choice(('', ' ', '-'))}" for part in draw.choices(seen, k=draw.randrange(9)))

    rows = batch([text() for _ in range(500)], [text() for _ in range(500)], [[] for _ in range(500)])
    assert check(matcher, rows) > 200


def test_with_so_many_words_that_the_first_table_is_divided() -> None:
    draw = random.Random(5)
    words = {"".join(draw.choices("买卖车船象牙银行卡药枪墙网学科书翻上防野", k=4)) for _ in range(500)}
    words |= {"".join(draw.choices("abcdefghijklmnopqrstuvwxyz", k=7)) for _ in range(40_000)}
    matcher = Matcher.compile([WordList("a/x", tuple(Term(word, "zh") for word in sorted(words)), (), (), ALL)])
    numbers = compiled(matcher._lists.sought, matcher._lists.automaton)[0]
    assert numbers[12] > 0, "the plan has to have more than one part"
    known = draw.sample(sorted(words), 30)

    def text() -> str:
        return "".join(
            f"{part}{draw.choice(('', ' ', '.'))}"
            for part in draw.choices([*known, "木", "v", " "], k=draw.randrange(9))
        )

    rows = batch([text() for _ in range(300)], [text() for _ in range(300)], [[] for _ in range(300)])
    assert check(matcher, rows) > 500


def test_in_a_slice_of_a_batch() -> None:
    rows = made(random.Random(11), 300)
    assert check(MATCHER, rows.slice(7, 200)) > 500
    assert check(MATCHER, rows.slice(300)) == 0


@given(st.lists(st.binary(max_size=24), min_size=1, max_size=4))
def test_in_any_bytes(texts: list[bytes]) -> None:
    known = [b"vpn" + text + "翻墙".encode()[: len(text) % 7] for text in texts]
    offsets = np.cumsum([0, *map(len, known)], dtype=np.int32)
    column = pa.StringArray.from_buffers(len(known), pa.py_buffer(offsets), pa.py_buffer(b"".join(known)))
    check(MATCHER, pa.record_batch({"title": column}))


@pytest.mark.parametrize(
    "text",
    [
        "vpn " * 5_000, "v*n" * 3_000, "n*v*l*" * 2_000, "翻" * 9_000 + "墙", "v" * 20_000, "v" + " " * 9_000 + "pn", "v\u200b" * 4_000 + "pn", "$@" * 4_000, "㎎" * 3_000,
        "🐘🦷" * 1_500, "科\n" * 2_000, "vvppnn" * 1_000, "no vpn no " * 1_500, "\u0301" * 9_000 + "vpn" + "\u0301" * 9_000, "a" * 70_000 + " vpn " + "b" * 70_000, "&#118;" * 800,
    ],
    ids=lambda text: f"{text[:6]!r}*{len(text)}",
)  # fmt: skip
def test_in_long_texts_and_in_texts_made_to_be_slow(text: str) -> None:
    check(MATCHER, pa.record_batch({"title": [text, "x"], "text": ["vpn", text[:-1]]}))


def test_with_nothing_sought_and_nothing_to_read() -> None:
    assert check(Matcher.compile([]), made(random.Random(1), 20)) == 0
    assert check(MATCHER, batch([], [], [])) == 0


def test_with_only_patterns_and_with_only_phrases() -> None:
    assert check(Matcher.compile([WordList("a/p", (), (), PATTERNS)]), made(random.Random(2), 300)) > 10
    assert check(Matcher.compile([WordList("a/n", (), ("vpn",), ())]), made(random.Random(3), 100)) == 0


BEHIND_LETTERS = Matcher.compile([
    WordList("a/closed", (Term("viagra", ""), Term("tramadol", ""), Term("novel pill", ""), Term("象牙雕刻", "")), (), (), ALL),
    WordList("a/open", (Term("avilaes", "", open_left=True), Term("kratom", "", open_right=True)), (), (), ALL),
])  # fmt: skip


def test_with_signs_for_letters_of_words_that_others_stand_beside() -> None:
    """A place is refused by the letters around a sign before it is read: those of other words, other signs, ends."""
    draw = random.Random(77)
    words = ["viagra", "tramadol", "novel pill", "avilaes", "kratom", "象牙雕刻"]

    def starred(word: str) -> str:
        signs = draw.choice(("-", ".", "*", "_", "#", "~", "•", "£", "$", "@", "**", "-.", "* "))
        at = draw.sample(range(len(word)), draw.choice((1, 1, 1, 2, 3)))
        return "".join(signs if n in at else letter for n, letter in enumerate(word))

    def text() -> str:
        beside = ["", "", "x", "xy", "word-", "a-b", "é", "墙", "7", "e\u0301", "🐘", "$", "k*", " ", ". "]
        parts = (
            f"{draw.choice(beside)}{starred(draw.choice(words))}{draw.choice(beside)}" for _ in range(draw.randrange(4))
        )
        return draw.choice(("", " ", "plain words, or two. ")).join(parts)

    rows = batch([text() for _ in range(1500)], [text() for _ in range(1500)], [[text()] for _ in range(1500)])
    assert check(BEHIND_LETTERS, rows) > 500


STARRED = Matcher.compile([WordList("a/starred", (Term("avilaes", ""), Term("tramadol", "")), (), (), ALL)])


@pytest.mark.parametrize("before", ["", " ", "x ", "一", "ab "])
@pytest.mark.parametrize(
    "text",
    [
        "avil-és",
        "avi.lés",
        "avil-es",
        "tramad-ĺ",
        "tram-đol",
        "tr-ámadol",
        "tramad·ол",
        "tramad-０l",
        "tram_ďol",
        "tram#ďol",
    ],
)
def test_signs_for_letters_beside_letters_beyond_ascii(before: str, text: str) -> None:
    check(STARRED, pa.record_batch({"title": [before + text], "text": [f"{before}{text} {before}{text}"]}))


def test_some_of_them_are_found() -> None:
    assert check(STARRED, pa.record_batch({"title": ["avil-és tramad-ĺ", " avil-és  tramad-ĺ"]})) == 4


@pytest.mark.parametrize("text", ["m㏂ssissippi", "x m㏂ssissippi m㏂ssissippi", "㏂ m㏂ssissippi-㏂", "mi㏂ssippi"])
def test_signs_for_letters_that_a_sign_spells_out(text: str) -> None:
    matcher = Matcher.compile([WordList("a/starred", (Term("mississippi", ""), Term("miamissippi", "")), (), (), ALL)])
    check(matcher, pa.record_batch({"title": [text], "text": [f"{text} {text}"]}))


def test_one_of_them_is_found() -> None:
    matcher = Matcher.compile([WordList("a/starred", (Term("mississippi", ""),), (), (), ALL)])
    assert check(matcher, pa.record_batch({"title": [" m㏂ssissippi x"]})) == 1


DIGITS = (r"\b1\d{7}\b", r"\d{9}x", r"tel:? ?\d{6,}", r"bc1[a-z0-9]{3}", r"v[xX]\d", r"\d{2}@")


@pytest.mark.parametrize("patterns", [DIGITS, DIGITS[:2], DIGITS[2:4], DIGITS[3:]])
def test_patterns_of_digits_and_of_few_letters(patterns: tuple[str, ...]) -> None:
    """Some have no literal and are sought in signs, those of many digits only where such stand in a row."""
    matcher, draw = Matcher.compile([WordList("a/d", (Term("vpn", ""),), (), patterns)]), random.Random(5)
    signs = [
        "1",
        "2",
        "00",
        "123456",
        "9876543",
        "７",
        "１２３",
        "\u200b",
        "x",
        " ",
        "-",
        "tel",
        "bc1",
        "BC",
        "vX",
        "元",
        "㎎",
        "<b>",
        "@",
        "\t",
        "\0",
        "ü",
        "😀",
    ]

    def text() -> str:
        return "".join(draw.choices(signs, k=draw.randrange(30)))

    found = [
        check(
            matcher,
            batch([text() for _ in range(300)], [text() * 4 for _ in range(300)], [[text()] for _ in range(300)]),
        )
        for _ in range(3)
    ]
    assert sum(found) > 100


def test_offsets_that_lead_out_of_their_bytes_are_refused() -> None:
    marked = import_module("rectify.screening._kernel").marked
    for offsets in ([0, 9], [3, 1], [-1, 2]):
        with pytest.raises(ValueError, match="out of their bytes"):
            marked((b"vpn", np.array(offsets, np.int32), False, 0, 1, 0, None))
    with pytest.raises(ValueError, match="out of their bytes"):
        marked((b"vpn", np.array([0, 3], np.int32), False, 1, 1, 0, None))
