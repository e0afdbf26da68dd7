"""The rules by which letters that follow one another are a term: disguises, gaps, ends of words."""

from __future__ import annotations

import pytest

from rectify.rules.pack import Term
from rectify.screening.apart import Listed, take_apart
from rectify.screening.fold import BIT, Sort, codes_of, fold_table, mask_of
from rectify.screening.letters import Text
from rectify.screening.match import disguises_of
from rectify.screening.skeletons import skeleton
from rectify.screening.verify import read
from rectify.terms.finding import PLAIN, Disguise

ALL = mask_of(frozenset(Disguise))
# Not seen by reading alone: through forms of the term, other characters, runs of letters, signs and markup (test_disguises.py).
BY_FORM = {
    Disguise.SPLIT, Disguise.SHAPE, Disguise.RARE, Disguise.TWIN, Disguise.SOUND, Disguise.REVERSED, Disguise.REPEATED,
    Disguise.MARKUP, Disguise.STARRED, Disguise.DOUBLED, Disguise.PICTURES,
    Disguise.OMITTED,
}  # fmt: skip


def reads(term: str, text: str, *, allowed: int = ALL, left: bool = False, right: bool = False) -> str | None:
    """How the first alignment of a term in a text is read: its classes joined by +, "" for as written, None for not."""
    forms, _ = take_apart([Listed((Term(term, "", left, right),), (), allowed)])
    codes = fold_table().spell(codes_of(text))[0]
    fold, sort = fold_table().fold[codes].tolist(), fold_table().sort[codes].tolist()
    at = [n for n in range(len(codes)) if sort[n] & Sort.LETTER or chr(fold[n]) in "$@"]
    letters = skeleton("".join(chr(fold[n]) for n in at))
    sought = next((form for form in forms if skeleton(form.letters) in letters), forms[0])
    start = letters.index(skeleton(sought.letters))
    reading = read(sought, Text(codes), at[start : start + len(sought.letters)])
    return None if reading is None else "+".join(disguises_of(reading.mask))


@pytest.mark.parametrize(
    ("term", "text", "how"),
    [
        ("vpn", "vpn", ""),
        ("VPN", "vpn", "case"),
        ("VPN", "VPN", ""),
        ("né", "né", ""),
        ("né", "NÉ", "case"),
        ("né", "ne", "combining"),
        ("впн", "впн", ""),
        ("впн", "ВПН", "case"),
        ("ναι", "ΝΑΙ", ""),
        ("翻墙", "翻牆", "script"),
        ("翻牆", "翻墙", "script"),
    ],
)
def test_a_term_as_its_own_list_writes_it_is_no_disguise(term: str, text: str, how: str) -> None:
    assert reads(term, text) == how


@pytest.mark.parametrize(
    ("text", "how"),
    [
        ("v-p-n", "spaced"), ("v.p.n", "spaced"), ("v p n", "spaced"), ("v·p·n", "spaced"), ("v,p,n", "spaced"),
        ("v!p!n", "squeezed"), ("v;p;n", "squeezed"), ("v。p。n", "squeezed"), ("v\np\nn", "lines"),
        ("v--p--n", "squeezed"), ("v-p.n", "squeezed"), ("v-pn", "squeezed"), ("v -p- n", "squeezed"),
        ("vp n", "squeezed"), ("v" + "-" * 8 + "pn", "squeezed"), ("v" + "-" * 9 + "pn", None), ("v\n\npn", None),
        ("a v p n", "squeezed"), ("v p n x", "squeezed"), ("buy v p n now", "spaced"), ("v-\u200bp-n", "invisible+spaced"),
    ],
)  # fmt: skip
def test_gaps_inside_a_word_are_even_or_squeezed_or_too_much(text: str, how: str | None) -> None:
    assert reads("vpn", text) == how


@pytest.mark.parametrize(
    ("term", "text", "how"),
    [
        ("ether", "if eth er", None),
        ("feth", "if eth", None),
        ("feth", "if/ eth", None),
        ("ifeth", "if/ eth", "squeezed"),
        ("ifeth", "if eth", None),
        ("ifet", "if et", "squeezed"),
        ("pill", "p ill", None),
        ("pill", "p-ill", "squeezed"),
    ],
)
def test_ordinary_words_with_blanks_between_them_are_no_split_word(term: str, text: str, how: str | None) -> None:
    assert reads(term, text) == how


@pytest.mark.parametrize(
    ("term", "text", "how"),
    [
        ("virtual private network", "virtual  private\nnetwork", ""),
        ("virtual private network", "virtual-private - network", ""),
        ("virtual private network", "virtual.private.network", ""),
        ("virtual private network", "virtual. private network", "squeezed"),
        ("virtual private network", "virtual! private network", "squeezed"),
        ("virtual private network", "virtual\n\nprivate network", None),
        ("virtual private network", "virtualprivatenetwork", "squeezed"),
        ("no vpn", "no v-p-n", "spaced"),
        ("no vpn", "n-o v.p.n", "squeezed"),
        ("ak-47", "AK 47", "case"),
        ("ak-47", "ak47", "squeezed"),
        ("vpn翻墙", "vpn 翻墙", ""),
        ("vpn翻墙", "vpn翻墙", ""),
        ("c++", "c++", ""),
        ("c++", "c+", None),
        (".onion", "x.onion", ""),
        (".onion", "onion", None),
    ],
)
def test_words_of_a_term_are_parted_by_what_parts_words(term: str, text: str, how: str | None) -> None:
    assert reads(term, text) == how


@pytest.mark.parametrize(
    ("text", "left", "right", "how"),
    [
        ("xvpn", False, False, None), ("xvpn", True, False, ""), ("vpnx", True, False, None), ("vpnx", False, True, ""),
        ("vpn2", False, False, None), ("用vpn翻", False, False, ""), ("vpn_x", False, False, ""),
        ("x\u200bvpn", False, False, None), ("vpnй", False, False, None), ("vpn①", False, False, ""),
        ("ⓧⓥⓟⓝ", False, False, None), ("VPN™", False, False, "case"), ("vpn을", False, False, ""),
    ],
)  # fmt: skip
def test_a_latin_term_ends_where_a_word_ends_unless_open(text: str, left: bool, right: bool, how: str | None) -> None:
    assert reads("vpn", text, left=left, right=right) == how


@pytest.mark.parametrize(
    ("term", "text", "how"),
    [
        ("land", "iand", None), ("land", "Iand", None), ("list", "1ist", "leet"), ("pill", "piII", "look_alike"),
        ("pill", "piIl", "look_alike"), ("viagra", "VlAGRA", "case+look_alike"), ("viagra", "vlagra", None), ("ai", "Al", None), ("aid", "Ald", None),
        ("pill", "pi11", "leet"), ("pill", "9i11", None), ("solo", "5010", None), ("solo", "50l0", "leet"),
        ("a1", "al", None), ("il", "11", None), ("cash", "ca$h", "leet"), ("pill", "piӏӏ", "mixed"),
    ],
)  # fmt: skip
def test_strokes_and_digits_stand_for_letters_only_by_rule(term: str, text: str, how: str | None) -> None:
    try:
        assert reads(term, text) == how
    except ValueError:
        assert how is None


SEEN = [d for d in Disguise if d not in PLAIN and d not in BY_FORM]


@pytest.mark.parametrize("disguise", SEEN)
def test_a_class_that_is_not_allowed_is_not_seen_through(disguise: Disguise) -> None:
    text = {
        Disguise.LOOK_ALIKE: "νрп", Disguise.MIXED: "vрn", Disguise.EMOJI: "vⓟn", Disguise.LINES: "v\np\nn", Disguise.INVISIBLE: "v\u200bpn", Disguise.COMBINING: "v\u0336pn",
        Disguise.SPACED: "v-p-n", Disguise.SQUEEZED: "v-pn", Disguise.LEET: "vip5",
    }[disguise]  # fmt: skip
    term = "vips" if disguise is Disguise.LEET else "vpn"
    assert reads(term, text, allowed=BIT[disguise]) == disguise
    assert reads(term, text, allowed=ALL & ~BIT[disguise]) is None


@pytest.mark.parametrize("text", ["a i", "a-i", "4i"])
def test_two_latin_letters_are_neither_split_nor_leet(text: str) -> None:
    assert reads("ai", text) is None
    assert reads("ai", text.replace("4", "a").replace("-", "").replace(" ", "")) == ""


def test_two_chinese_characters_with_a_sign_between_are_only_squeezed() -> None:
    assert reads("翻墙", "翻-墙") == "squeezed"
    assert reads("翻墙", "翻 墙") == "squeezed"
    assert reads("翻墙吧", "翻-墙-吧") == "spaced"
