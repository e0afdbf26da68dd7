"""Required literals: each match of a pattern that re2 finds in folded text holds one of them."""

from __future__ import annotations

import random
import re

import pytest
import re2
from hypothesis import event, given
from hypothesis import strategies as st

from rectify.screening.alphabet import fold_pattern
from rectify.screening.fold import Sort, fold_table, fold_text
from rectify.screening.forms import MOST_LITERALS
from rectify.screening.required import digit_run, required

OPTIONS = re2.Options()
OPTIONS.case_sensitive, OPTIONS.log_errors = False, False

HELD = [
    ("vpn", "vpn"), ("VPN", "vpn"), (r"\bVPN\b", "vpn"), ("^vpn$", "vpn"), (r"\Avpn\z", "vpn"), (r"ab(\b|c)d", "abcd abd"), ("元月", "元月"),
    ("3元", "3元"), ("впн", "bnh"), ("網站", "网站"), ("Viagra", "viagra"), ("яд", "яд"), ("ﬁne", "fine"),
    # what cannot be a literal
    ("vp", None), ("元", None), ("", None), ("()", None), ("12", None), ("1234", None), ("12345", "12345"), ("a-b", None),
    ("1234a", "1234a"), ("💊💊", None), (r"\+\+\+", None),
    # signs, blanks and what is not known part letters
    ("vpn app", "app"), ("a vpn-client", "client"), (r"vpn\s*kaufen", "kaufen"), (r"\d+vpn", "vpn"), ("go.gle", "gle"),
    (r"vi\w?agra", "agra"), (r"v\pLagra", "agra"), (r"vpn\C站长", "站长"), ("[^a]gle", "gle"), (r"[\dx]gle", "gle"),
    ("[[:alpha:]]gle", "gle"), ("[a-z]gle", "gle"), ("[]]gle", "gle"), ("[]-a]gle", "gle"), ("vp[n!]abc", "abc"), ("[t7]r[a4@]m[a4@]d[o0]l", "d0l dol"),
    # alternatives, groups and flags
    ("vpn|ssr", "ssr vpn"), ("vpn|ss", None), ("vpn|", None), ("(|vpn)", None), ("(vpn|ssr) (?:one|二三)", "one 二三"),
    ("a(b|c)d", "abd acd"), ("(?i)vpn", "vpn"), ("(?i:v)pn", "vpn"), ("(?P<n>v)pn", "vpn"), ("(?<n>v)pn", "vpn"),
    ("(?-i)VPN", "vpn"), ("(?s-i:V)pn", "vpn"), ("vp(?i)n", "vpn"), ("vpn(?i)*", None), ("vpnx(?i)*", "vpn"), ("((vpn))", "vpn"),
    ("vpn|myvpn|vpns", "vpn"), ("(for|buy) tramadol", "tramadol"), ("[ck]iao", "ciao kiao"), ("[a-z]iao", "iao"), ("x[ck]y", "xcy xky"),
    ("[A-C]xy", "axy bxy cxy"), ("[元块]月", "元月 块月"), ("a[bb]c", "abc"), (r"a\x{42}c", "abc"), (r"a\x42c", "abc"),
    # repetitions
    ("vpns?", "vpn"), ("vpna*", "vpn"), ("vpna{0}", "vpn"), ("vpna{0,3}", "vpn"), ("(vpn)?", None), ("(vpn)*", None),
    ("(vpn){0}", None), ("(vpn){0,2}", None), ("(vpn)+", "vpn"), ("(vpn)+?", "vpn"), ("(vpn){1,}", "vpn"),
    ("(vpn){2}", "vpnvpn"), ("(vpn){2,3}", "vpnvpn"), ("(vpn){9}", "vpnvpnvpnvpn"), ("(?:vpn){3,}", "vpnvpnvpn"),
    ("colou?r", "color colour"), ("ab?c", None), ("vpn+abc", "nabc"), ("va+gra", "agra"), ("va{2}gra", "vaagra"),
    ("go{2,3}gle", "google gooogle"), ("go{2,3}", "goo"), ("go{1,3}x", "gooox goox gox"), ("a{3}", "aaa"), ("a{2,3}", None), ("a{2,}", None),
    ("((a{3})?)+", None), ("((vpn|ssr)+x?)+", "ssr vpn"), ("(?:(?:ab)?c)+de", "cde"), ("(ab|cd)+ef", "abef cdef"), ("(a|b|c)+ef", None), ("vpn(a|b|c)+", "vpna vpnb vpnc"), ("(viagra|cialis).*(a|b)", "cialis viagra"),
    ("ab??c", None), ("xs*yz", "syz xyz"), ("ab{1,}cde", "bcde"), ("go{2,}gle", "oogle"), ("vpn([ab]{4}[cd]{4})", "vpn"), ("vp(n){0,9}", None),
    ("vp[ab]+cde", "acde bcde"), ("vp[abc]+de", "vpa vpb vpc"), ("(abc)*def", "def"), ("(vpn|ssr){0,}", None), ("[a-h]{3}xyz", "xyz"), ("vpn??a", "vpa vpna"), ("a{,3}bcd", None), ("a{2bcd", None), ("^*vpn", "vpn"), (r"\Q\E^*vpn", "vpn"),
    # quoted, escaped, and what is not read
    (r"\Qvpn\E", "vpn"), (r"\Qvpn+\E", "vpn"), (r"\Qvpn\E?", None), (r"\Qvpna\E?", "vpn"), (r"\Qvpn", "vpn"), (r"\Qa|b\Ecde", "bcde"), (r"\(vpn\)", "vpn"),
    (r"\141bcd", "abcd"), (r"vpn\0", "vpn"), (r"vpn[\101b]x", "vpnax vpnbx"), (r"vpn\n", "vpn"),
]  # fmt: skip


RUNS = [
    (r"\b1[3-9]\d{9}\b", 11), (r"\d{17}[\dx]", 17), ("[0-9]{6}", 6), (r"[[:digit:]\d]{7,9}", 7), ("1234567", 7), (r"a\d{8}b", 8), (r"(?:1\d{6}|\d{8,})", 7),
    (r"\d{30}", 24), (r"\d{12,40}", 12), (r"1\b2\d\d", 4), (r"\d{3}-?\d{4}", 4), (r"(\d{4} ?){4}", 4), (r"\d+", 1), (r"\d*", 0), ("[^0-9]{6}", 0), ("[0-9a]{6}", 0), (r"\D{6}", 0),
    (r"\pN{6}", 0), (r"\w{6}", 0), ("abc", 0), (r"\d{6}|abc", 0), (r"(\d{6})?", 0), (r"\x{31}\d{5}", 6), ("１２３４５６", 6), (r"(?=\d{6})", 0), ("[1-x]{6}", 0), ("", 0),
]  # fmt: skip


@pytest.mark.parametrize(("pattern", "run"), RUNS)
def test_how_many_digits_stand_in_a_row_in_each_match(pattern: str, run: int) -> None:
    assert digit_run(fold_pattern(pattern)) == run


@pytest.mark.parametrize(("pattern", "literals"), HELD)
def test_the_literals_of_a_pattern(pattern: str, literals: str | None) -> None:
    folded = fold_pattern(pattern) if r"[\101" not in pattern else pattern
    re2.compile(folded, options=OPTIONS)
    assert required(folded) == (tuple(literals.split()) if literals else None)


def test_many_alternatives_share_short_literals() -> None:
    names = [f"{a}{b}{c}" for a in ("替尔", "利拉") for b in "abcdefghij" for c in "klmn"]
    assert required("|".join(names)) == ("利拉", "替尔")


def test_what_stands_beside_very_many_alternatives_is_sought_alone() -> None:
    pairs = "|".join(f"{a}{b}" for a in "abcdefgh" for b in "klmnop")
    assert required(f"(?:{pairs})xyz") == ("xyz",)


def test_a_long_literal_stands_in_the_pattern() -> None:
    pattern = "".join(random.Random(1).choices("abcdefgh", k=90))
    (literal,) = required(pattern) or ("none",)
    assert literal in pattern
    assert len(literal) > 20


def test_a_sign_that_folded_text_does_not_have_is_no_part_of_a_literal() -> None:
    """Of a pattern that is not folded, or in a range."""
    assert required("\u017fabcd\u212a") == ("abcd",)
    assert required("[é-ë]abcd") == required("ßabcd") == ("abcd",)


def test_a_pattern_of_too_many_words_has_none() -> None:
    signs = [sign for sign in map(chr, range(0x4E00, 0x4F00)) if fold_text(sign) == sign]
    words = [one + other for one, other in zip(signs[::2], signs[1::2], strict=False)][: MOST_LITERALS + 1]
    assert required("|".join(words)) is None
    assert required("|".join(words[1:])) == tuple(words[1:])


@pytest.mark.slow
def test_of_signs_that_are_one_letter_to_re2_folded_text_holds_one() -> None:
    """Kelvin and k, long s and s, capitals: the literal is the sign that stands in folded text."""
    table, signs = fold_table(), [chr(code) for code in range(0x110000) if not 0xD800 <= code < 0xE000]
    stays = table.fold[table.sort & (Sort.SPELLED | Sort.DROPPED) == 0].tolist()
    folded = {chr(code) for code in stays if code < 0x110000 and not 0xD800 <= code < 0xE000}
    cased = {sign for sign in signs if len({sign, sign.lower(), sign.upper(), sign.casefold()}) > 1}
    text = "".join(sorted(folded & cased))
    for sign in (folded & cased) | {sign for sign in cased if sign.isascii()}:
        same = {match.group() for match in re2.compile(re2.escape(sign), options=OPTIONS).finditer(text)}
        assert same == {sign.lower() if sign.isascii() else sign}
    others = "".join(sign for sign in signs if sign not in cased)
    assert (
        re2.compile("[" + "".join(f"\\x{{{ord(sign):x}}}" for sign in sorted(cased)) + "]", options=OPTIONS).search(
            others
        )
        is None
    )
    assert not {"\0", "\u212a", "\u017f"} & folded


# Trees of patterns: (kind, parts, ...), written out, and played to make a text that matches.
WORDS = (
    "vpn",
    "ssr",
    "a",
    "b",
    "ab",
    "元",
    "月元",
    "月元",
    "块月",
    "agra",
    "agra",
    "1",
    "é",
    "Bc",
    "-",
    " ",
    "ВП",
    "$",
    "12345",
)
CLASSES = {"[ab]": "ab", "[^b]": "a元 -", "[元x-z]": "元xyz", r"\d": "09", r"\w": "ab1", ".": "ab元-", r"\pL": "a元", r"[\s-]": " -",
           "[A-C]": "abC", "[a-f]": "abf", "[[:alpha:]1]": "a1", "[]a]": "]a", "[0-9]": "37", "[[:digit:]]": "5", r"[\d1-3]": "28", "[0-9b]": "4b", r"\D": "b元"}  # fmt: skip
QUANTIFIERS = {"?": (0, 1), "*": (0, 3), "+": (1, 3), "{2}": (2, 2), "{1,2}": (1, 2), "{2,}": (2, 4), "{0}": (0, 0), "{0,2}": (0, 2),
               "{1,}": (1, 3), "{3,5}": (3, 5), "{2,3}": (2, 3), "{7}": (7, 7), "{9,}": (9, 11)}  # fmt: skip
OPENINGS = ("(", "(?:", "(?i:", "(?P<n>", "(?-i:", "(?s:", "(?U:")
LEAVES = st.one_of(
    st.sampled_from(WORDS).map(lambda word: ("word", word)),
    st.sampled_from(WORDS).map(lambda word: ("quoted", word)),
    st.sampled_from(sorted(CLASSES)).map(lambda text: ("class", text)),
    st.sampled_from([r"\b", "^", "$", r"\B", "(?i)", "(?m)", r"\A", r"\Q\E", "()"]).map(lambda text: ("edge", text)),
)
TIMES = st.tuples(LEAVES, st.sampled_from(sorted(QUANTIFIERS)), st.booleans()).map(lambda three: ("times", *three))
TREES = st.recursive(
    st.one_of(LEAVES, st.tuples(LEAVES, TIMES, LEAVES).map(lambda three: ("all", list(three)))),
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=4).map(lambda parts: ("all", parts)),
        st.lists(inner, min_size=1, max_size=4).map(lambda parts: ("one", parts)),
        st.tuples(inner, st.sampled_from(sorted(QUANTIFIERS)), st.booleans()).map(lambda three: ("times", *three)),
    ),
    max_leaves=12,
)


def written(tree: tuple, rng: random.Random) -> str:
    """The pattern of a tree, its groups opened in one way or another."""
    kind, inner, *more = tree
    if kind == "word":
        return "".join(f"\\x{{{ord(sign):x}}}" if rng.random() < 0.2 else re2.escape(sign) for sign in inner)
    if kind == "quoted":
        return rf"\Q{inner}\E"
    if kind in ("class", "edge"):
        return inner
    if kind == "all":
        return "".join(written(part, rng) for part in inner)
    opening = rng.choice(OPENINGS).replace("n>", f"n{rng.getrandbits(60)}>")
    if kind == "one":
        return opening + "|".join(written(part, rng) for part in inner) + ")"
    return f"{opening}{written(inner, rng)}){more[0]}{'?' if more[1] else ''}"


def played(tree: tuple, rng: random.Random) -> str:
    """A text that the pattern of a tree matches, if its edges let it."""
    kind, inner, *more = tree
    if kind in ("word", "quoted"):
        return inner
    if kind == "class":
        return rng.choice(CLASSES[inner])
    if kind == "edge":
        return ""
    if kind == "all":
        return "".join(played(part, rng) for part in inner)
    if kind == "one":
        return played(rng.choice(inner), rng)
    return "".join(played(inner, rng) for _ in range(rng.randint(*QUANTIFIERS[more[0]])))


def mutated(text: str, rng: random.Random) -> str:
    """The text with a few signs put in, left out or changed, and others around it."""
    signs = list(text)
    for _ in range(rng.choice((0, 0, 0, 1, 2))):
        at = rng.randint(0, len(signs))
        signs[at : at + rng.randint(0, 1)] = rng.choice(("a", "b", "元", " ", "-", "n", ""))
    return rng.choice(("", "a", " ", "元 ")) + "".join(signs) + rng.choice(("", "b", " ", "-vpn"))


def holds(pattern: str, text: str) -> bool:
    """Whether re2 finds something in the folded text. Fails where a match holds none of the literals, or fewer digits in
    a row than are known.
    """
    literals, compiled, run = required(pattern), re2.compile(pattern, options=OPTIONS), digit_run(pattern)
    found = [match.group() for match in compiled.finditer(fold_text(text)) if match.group()]
    short = [match for match in found if max(map(len, re.findall("[0-9]*", match))) < run]
    assert not short, (pattern, text, run, short)
    if literals is not None:
        check_form(literals)
        wrong = [match for match in found if not any(literal in match for literal in literals)]
        assert not wrong, (pattern, text, literals, wrong)
    return bool(found) and literals is not None


def check_form(literals: tuple[str, ...]) -> None:
    assert 1 <= len(literals) <= MOST_LITERALS
    assert list(literals) == sorted(set(literals))
    for one in literals:
        assert all(fold_table().sort[ord(sign)] & Sort.LETTER for sign in one)
        assert fold_text(one) == one
        assert len(one) >= (5 if one.isdigit() else 3 if one.isascii() else 2)
        assert not any(other in one for other in literals if other != one)


@given(TREES, st.randoms(use_true_random=False))
def test_every_match_holds_a_literal(tree: tuple, rng: random.Random) -> None:
    pattern = fold_pattern(written(tree, rng))
    try:
        re2.compile(pattern, options=OPTIONS)
    except re2.error:
        return  # too many repetitions within one another
    for _ in range(4):
        event(f"a match with literals: {holds(pattern, mutated(played(tree, rng), rng))}")


PIECES = (
    "ab", "abc", "abc", "abc", "abcb", "元月", "元月", "A", "1", "(", "(?:", ")", "|", "*", "+", "?", "+?", "{2}", "{0,1}", "{,2}", "{", "}", "[ab]", "[^a]", "[]-a]",
    r"\Q", r"\E", "(?i)", "(?-i)", r"\b", "^", ".", r"\C", r"\141", r"\1", r"\x61", r"\x{62}", "[", "]", "-", "\\", r"\pL", "(?P<n>", r"\pN", "é",
)  # fmt: skip


STANDS_FOR = {
    "[ab]": "b",
    "[^a]": "b",
    "[]-a]": "]",
    ".": "b",
    r"\C": "1",
    r"\141": "a",
    r"\x61": "a",
    r"\x{62}": "b",
    r"\pL": "a",
    r"\pN": "1",
}


@given(st.lists(st.sampled_from(PIECES), min_size=1, max_size=10), st.randoms(use_true_random=False))
def test_whatever_re2_reads_is_read_right(pieces: list[str], rng: random.Random) -> None:
    pattern = "".join(pieces)
    try:
        re2.compile(pattern, options=OPTIONS)
        pattern = fold_pattern(pattern)
        re2.compile(pattern, options=OPTIONS)
    except re2.error:
        required(pattern)  # says something, or nothing, of what is no pattern as well
        return
    held = [STANDS_FOR.get(piece, piece if piece.isalnum() else "") for piece in pieces]
    for _ in range(6):
        text = "".join(one * rng.choice((0, 1, 1, 1, 1, 2)) for one in held)
        event(f"a match with literals: {holds(pattern, mutated(text, rng))}")


@pytest.mark.parametrize(
    "pattern", ["(" * 900 + "vpn" + ")" * 900, "((((vpn{4}){4}){4}){4}){3}", "[abc]{9}" * 20, "(?:ab|cd|ef)+" * 20]
)
def test_deep_and_long_patterns_are_read(pattern: str) -> None:
    literals = required(pattern)
    if literals is not None:
        check_form(literals)


def test_what_is_no_pattern_has_none() -> None:
    for pattern in ("(vpn", "vpn)", "*vpn", "(?=vpn)vpn", "(?P=n)vpn", "vpn(?", "|{2}vpn", "vpn(a", "vpn(a|b"):
        with pytest.raises(re2.error):
            re2.compile(pattern, options=OPTIONS)
        assert required(pattern) is None


def test_matches_with_literals_are_among_the_examples() -> None:
    """The property tests above would say nothing of patterns without literals, and of texts without matches."""
    rng = random.Random(7)
    trees = [("all", [("word", "agra"), ("times", ("class", "."), "*", False), ("word", "vpn")]),
             ("one", [("word", "vpn"), ("all", [("quoted", "月元"), ("word", "b")])])]  # fmt: skip
    assert all(holds(fold_pattern(written(tree, rng)), played(tree, rng)) for tree in trees)
