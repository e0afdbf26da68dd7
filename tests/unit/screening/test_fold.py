"""What each sign folds to, and how the way back is kept."""

from __future__ import annotations

import re
import string
import unicodedata

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rectify.screening.fold import BITS, Sort, codes_of, fold_codes, fold_table, fold_text


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("VPN Ｖｐｎ", "vpn vpn"),
        ("раssроrt кит", "passport kиt"),  # Cyrillic; и is like no Latin letter
        ("ΝΑΙ ѕсаm ҡ ԛ", "nai scam k q"),
        ("ᴠᴘɴ ᎪᏴ ᏙᏢΝ հ ո օ", "vpn ab vpn h n o"),
        ("𝐕𝑷𝒩 𝔳𝕡𝓷 𝖵𝗣𝘕 𝚟𝙥ｎ", "vpn vpn vpn vpn"),
        ("ⓋⓅⓃ ⒱⒫⒩ 🅥🅟🅝 🆅🅿🅽 🇻🇵🇳", "vpn vpn vpn vpn vpn"),
        ("① ⑴ ⒈ ❶ ➀ ⑽ ⑳", "1 1 1 1 1 10 20"),
        ("１٣५", "135"),
        ("㎎ ㎏ ﬁ ß ㈱", "mg kg fi ss (株)"),
        ("é ŏ ñ ḛ̃ ł ø đ", "e o n e l o d"),
        ("v\u200bp\u00ad\u2060n v̶p̶n̶ ❤\ufe0f", "vpn vpn ❤"),
        ("翻牆 網絡 乾著後 ⼀", "翻墙 网络 干着后 一"),
        ("a\u3000b\tc\u00a0d", "a b c d"),
        ("a\r\nb\u2028c", "a \nb\nc"),
        ("！，￥：", "!,¥:"),
        ("TM™ № 5½ 20℃ … ₱ $ € @", "tm™ № 5½ 20℃ … ₱ $ € @"),
        ("🆓 🆗 🆅🅸🆃 ❌ 1\ufe0f\u20e3 🄲 🄀 🆥 ᶄ ꞓ Ꟊ", "free ok vit x 1 c 0 d k c s"),
        ("木 ホ ィ リ", "木 木 亻 刂"),
        ("l I 1 0 O", "l i 1 0 o"),
        ("हिन्दी ไทยนี้", "हिन्दी ไทยนี้"),
        ("がぎ カ゚", "がぎ 力"),
        ("한국어", "한국어"),
    ],
)
def test_signs_fold_to_what_a_reader_takes_them_for(written: str, folded: str) -> None:
    assert fold_text(unicodedata.normalize("NFC", written)) == folded


@pytest.mark.parametrize(
    ("sign", "classes"),
    [
        ("v", 0), ("V", BITS.case), ("ｖ", BITS.width), ("Ｖ", BITS.case | BITS.width), ("牆", BITS.script),
        ("р", BITS.look_alike), ("ⓥ", BITS.emoji), ("é", BITS.combining), ("\u200b", BITS.invisible),
        ("\u0336", BITS.combining), ("１", BITS.width), ("㎎", BITS.width), ("-", 0), ("墙", 0),
    ],
)  # fmt: skip
def test_each_sign_has_the_classes_that_folding_sees_through(sign: str, classes: int) -> None:
    assert fold_table().bits[ord(sign)] == classes


# Names of signs that show one Latin letter or digit, over all blocks of Unicode.
LETTER = re.compile(
    r"(?!COMBINING|TAG |SAMARITAN|TAGALOG|TAGBANWA)(?:.* )?(?:LATIN (?:SMALL|CAPITAL) LETTER|LATIN LETTER SMALL CAPITAL"
    r"|MODIFIER LETTER|MODIFIER LETTER (?:SMALL|CAPITAL)|REGIONAL INDICATOR SYMBOL LETTER"
    r"|MATHEMATICAL (?:\S+ )+(?:SMALL|CAPITAL)) ([A-Z])(?: WITH (?!SMALL|MIDDLE DOT).*)?"
)
DIGIT = re.compile(
    r"(?:(?:FULLWIDTH|SUPERSCRIPT|SUBSCRIPT|MATHEMATICAL \S+(?: \S+)?|SEGMENTED|(?:DINGBAT )?(?:NEGATIVE |DOUBLE )?CIRCLED"
    r"(?: SANS-SERIF)?|PARENTHESIZED) )?DIGIT (\S+)(?: FULL STOP| COMMA)?"
)
NUMBERS = ("ZERO", "ONE", "TWO", "THREE", "FOUR", "FIVE", "SIX", "SEVEN", "EIGHT", "NINE")


def test_every_sign_that_is_named_after_a_latin_letter_or_a_digit_folds_to_it() -> None:
    seen = 0
    for code in range(0x110000):
        name = unicodedata.name(chr(code), "")
        letter, digit = LETTER.fullmatch(name), DIGIT.fullmatch(name)
        if letter and name != "LATIN SMALL LETTER V WITH PALATAL HOOK":  # Unicode's own look-alike is y
            assert fold_text(chr(code)) == letter[1].lower(), name
        elif digit and digit[1] in NUMBERS:
            assert fold_text(chr(code)) == str(NUMBERS.index(digit[1])), name
        seen += bool(letter or digit)
    assert seen > 1_800


def test_ascii_is_left_as_it_is_but_for_case() -> None:
    assert fold_text(string.printable) == string.printable.lower().replace("\t", " ").replace("\r", " ").replace(
        "\x0b", "\n"
    ).replace("\x0c", "\n")


def test_folding_what_is_folded_changes_nothing() -> None:
    fold = fold_table().fold
    inside = fold < 0x110000
    assert (fold[fold[inside]] == fold[inside]).all()
    assert not (fold_table().sort[fold[inside & ((fold_table().sort & Sort.DROPPED) == 0)]] & Sort.DROPPED).any()


@given(st.text(max_size=40))
def test_each_folded_sign_comes_from_the_sign_at_its_place(text: str) -> None:
    folded, at = fold_codes(codes_of(text))
    assert len(folded) == len(at)
    assert (np.diff(at) >= 0).all()
    whole = "".join(fold_text(sign) for sign in text)
    assert fold_text(text) == whole
    places = [n for n, sign in enumerate(text) for _ in fold_text(sign)]
    assert at.tolist() == places
