"""Build the tables of the matcher: python tools/build_tables.py --confusables FILE --characters FILE --parts FILE
--readings FILE --english FILE --profiles FOLDER --chinese FILE.

`--confusables` is confusables.json of the PyPI package confusable-homoglyphs (the data of Unicode's confusables.txt);
`--characters` is TSCharacters.txt of OpenCC and `--parts` chaizi-jt.txt of kfcd/chaizi, plain or .gz; `--readings` is
pinyin_dict.json of the PyPI package pypinyin; the last three are the word lists of window_tables.py. Everything else is
Python's own unicodedata. The results, fold.npz, han.npz and windows.npz in src/rectify/screening/tables, are committed
with their licences, so that nothing of it is needed at run time.
"""

from __future__ import annotations

import argparse
import gzip
import json
import re
import sys
import unicodedata as ucd
from functools import cache
from pathlib import Path

import numpy as np

TABLES = Path(__file__).resolve().parent.parent / "src" / "rectify" / "screening" / "tables"
sys.path.insert(0, str(TABLES.parents[2]))

from han_tables import build_han, read_parts, read_readings, read_twins  # noqa: E402 - beside this file
from window_tables import write_windows  # noqa: E402 - beside this file

from rectify.screening.fold import BITS, Sort  # noqa: E402 - the one definition of the bits

SPACE = 0x110000
INVISIBLE = {0x034F, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x3164, 0xFFA0, 0x180F, 0x2065, *range(0x180B, 0x180E),
             *range(0xFE00, 0xFE10), *range(0xFFF0, 0xFFF9), *range(0xE0000, 0xE1000)}  # fmt: skip
LINE_ENDS = {0x0A, 0x0B, 0x0C, 0x85, 0x2028, 0x2029}
SELECTORS = {0xFE0E, 0xFE0F}  # as text, as a picture: part of an emoji
# A Latin letter by its name: small capitals, letters with hooks, strokes and rings, squared and negative ones.
LETTER_NAME = re.compile(
    r"(?:.*\b)?(?:LATIN (?:SMALL|CAPITAL) LETTER|LATIN LETTER SMALL CAPITAL|MODIFIER LETTER (?:SMALL )?(?:CAPITAL )?)"
    r" ?([A-Z])(?: WITH .*)?"
)
DIGIT_NAME = re.compile(r"DINGBAT (?:NEGATIVE )?CIRCLED SANS-SERIF DIGIT ([A-Z]+)")
DIGITS = "ZERO ONE TWO THREE FOUR FIVE SIX SEVEN EIGHT NINE".split()  # noqa: SIM905 - reads better than a list
# Signs in a square that are a word or a number; the rest of the squared words are named as they read.
SQUARED_NAME = re.compile(r"(?:NEGATIVE |RAISED )?(?:SQUARED|CIRCLED) ([A-Z]{2,4})")
SPELLED = {"\u274c": "x", "\u274e": "x", "\u2716": "x", "\u2715": "x",
           "\u2b55": "o", "\u2795": "+", "\u271a": "+"}  # fmt: skip
NOT_SPELLED = {"KEY", "DOT", "PLUS", "DASH", "LAST"}  # names of signs that show no letters
SENTENCE = set("!?;。…、‽؟؛।｡¿¡！？；")
# Signs that NFKC would spell out and that a reader takes for one sign.
KEPT_WHOLE = set("™℠℡℻№℃℉…‥℀℁℅℆⁇⁈⁉‼")
# Scripts written without blanks between words, or with endings that stick to the word: a term stands anywhere.
UNBROKEN = (
    "CJK", "HIRAGANA", "KATAKANA", "HALFWIDTH KATAKANA", "HANGUL", "HALFWIDTH HANGUL", "BOPOMOFO", "THAI", "LAO",
    "KHMER", "MYANMAR", "TIBETAN", "YI ", "TANGUT", "NUSHU", "KANGXI", "IDEOGRAPHIC", "JAVANESE", "BALINESE",
)  # fmt: skip
# Marks that a text can lose and stay readable. Vowel signs of Indic or Thai script are letters and stay.
FREE_MARKS = ("COMBINING ", "ARABIC ", "HEBREW ", "SYRIAC ", "THAANA ", "CYRILLIC ", "VARIATION ")
HOW_WRITTEN = {"<wide>", "<narrow>", "<vertical>", "<small>", "<square>", "<initial>", "<medial>", "<final>",
               "<isolated>", "<noBreak>"}  # fmt: skip


def free_mark(char: str) -> bool:
    """Whether a sign is a mark laid over or under another that the text can lose."""
    return ucd.category(char) in ("Mn", "Me") and ucd.name(char, "").startswith(FREE_MARKS)


def stripped(text: str) -> str:
    """A text without free marks; Hangul and kana stay composed."""
    out = []
    for char in text:
        if 0xAC00 <= ord(char) < 0xD7A4 or 0x3040 <= ord(char) < 0x3100:
            out.append(char)
        else:
            out.extend(c for c in ucd.normalize("NFD", char) if not free_mark(c))
    return "".join(out)


def read_look_alikes(confusables: Path) -> tuple[dict[str, str], set[str]]:
    """(sign -> Latin small letter or Chinese character that it looks like, signs that are upright bars)."""
    table: dict[str, str] = {}
    for sign, others in json.loads(confusables.read_text("utf-8")).items():
        if len(sign) > 1 or sign.isascii() or not (sign.isalpha() or ucd.category(sign) in ("So", "Nl")):
            continue
        targets = [stripped(other["c"]) for other in others]
        latin = [t for t in targets if len(t) == 1 and t.isascii() and t.isalpha()]
        if latin and not 0x2E80 <= ord(sign) < 0xA000:
            # a capital that looks like l is the capital I
            table[sign] = "i" if latin[0] in "lI" and (sign.isupper() or sign.lower() != sign) else latin[0].lower()
        elif 0x3040 <= ord(sign) < 0x3130 or 0x2E80 <= ord(sign) < 0x2FE0:
            table.update((sign, t) for t in targets if len(t) == 1 and 0x4E00 <= ord(t) < 0xA000)
    bars = set()
    for line in (TABLES / "look_alikes.txt").read_text("utf-8").splitlines():
        target, *signs = line.split() if line and not line.startswith("#") else ("",)
        table.update(dict.fromkeys(signs, "l" if target == "|" else target))
        bars |= set(signs) if target == "|" else set()
    return table, bars


def read_simplified(path: Path) -> dict[str, str]:
    """Traditional character -> the first simplified one of OpenCC that is another (覆 is 覆 or 复: both fold to 复)."""
    data = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    table = {"著": "着"}  # OpenCC tells 看著 from 著名 by the word
    for line in data.decode("utf-8").splitlines():
        key, _, values = line.partition("\t")
        others = [value for value in values.split() if len(value) == 1 and value != key]
        if len(key) == 1 and others:
            table[key] = others[0]
    return table


@cache
def named(char: str) -> str:
    """The Latin letter, digit or word that a sign is by its name, else empty."""
    if char in SPELLED:
        return SPELLED[char]
    name = ucd.name(char, "")
    if name.startswith(("COMBINING", "TAG ", "SAMARITAN", "TAGALOG", "TAGBANWA")):
        return ""
    if found := LETTER_NAME.fullmatch(name):
        return found[1].lower()
    if found := DIGIT_NAME.fullmatch(name):
        return str(DIGITS.index(found[1]))
    found = SQUARED_NAME.fullmatch(name) if ucd.category(char) == "So" else None
    return found[1].lower() if found and found[1] not in NOT_SPELLED else ""


def ornament(char: str) -> bool:
    """Whether a sign is a letter or digit in a circle, a square, brackets or with a stop, a flag, or a picture."""
    return ucd.category(char) == "So" or bool(circled(char)) or ucd.name(char, "").startswith(("DIGIT ", "DINGBAT "))


def foreign(char: str, folded: str) -> bool:
    """Whether a letter of another alphabet looks like this Latin one."""
    if ucd.category(char)[0] != "L" or not (folded.isascii() and folded.isalpha()):
        return False
    plain = stripped(ucd.normalize("NFKC", char))
    return not plain.isascii() and "LATIN" not in ucd.name(plain[:1], "") and "LATIN" not in ucd.name(char, "LATIN")


def circled(char: str) -> str:
    """The digit or number in a circle, brackets or before a dot, else empty."""
    if ucd.category(char) != "No" or not (0x2460 <= ord(char) < 0x2500 or 0x2776 <= ord(char) < 0x2794):
        return ""
    value = ucd.numeric(char, -1.0)
    return str(int(value)) if value >= 0 else ""


class Folding:
    """What one code point becomes: its folded letters, the classes seen through, and what sort of sign it is."""

    def __init__(self, look_alikes: dict[str, str], bars: set[str], simplified: dict[str, str]) -> None:
        self.look_alikes, self.bars, self.simplified = look_alikes, bars, simplified

    def dropped(self, char: str) -> int:
        """The class of a sign that folds to nothing, else 0."""
        category = ucd.category(char)
        if ord(char) in INVISIBLE or category == "Cf" or (category == "Cc" and char not in "\t\n\r\x0b\x0c\x85"):
            return BITS.invisible
        if 0x20DD <= ord(char) < 0x20E5:  # circles, squares and keycaps around the sign before
            return BITS.emoji
        return BITS.combining if free_mark(char) else 0

    def compatible(self, char: str) -> tuple[str, int]:
        """NFKC of one sign and its class."""
        tag = ucd.decomposition(char).split(" ")[0]
        if not tag or char in KEPT_WHOLE or tag == "<fraction>":
            return char, 0
        number = circled(char)
        text = number or ucd.normalize("NFKC", char)
        if 0x249C <= ord(char) <= 0x24B5 or 0x1F110 <= ord(char) <= 0x1F12A:  # ⒜ 🄐 🄪
            text = text.strip("()〔〕")
        if 0x1F100 <= ord(char) <= 0x1F10A:  # 🄀 🄁
            text = text[:1]
        if tag in HOW_WRITTEN or 0xFB00 <= ord(char) < 0xFB07:  # ligatures of a typesetter
            return text, BITS.width
        if tag.startswith("<"):
            return text, BITS.look_alike
        if len(text) == 1 and 0xF900 <= ord(char) < 0x30000:  # variants of one ideograph
            return text, BITS.script
        return text, BITS.look_alike if len(text) == 1 and not ucd.category(char).startswith("L") else 0

    def letter(self, char: str) -> tuple[str, int]:
        """One letter after NFKC: marks off, look-alike, case, simplified."""
        bits = 0
        if char in self.look_alikes:  # by shape, before case: Greek capital Nu is an N, small nu a v
            return self.look_alikes[char], BITS.look_alike
        bare = stripped(char)
        if bare != char and bare:
            bits |= BITS.combining
        out = []
        for c in bare or char:
            if c not in self.look_alikes and c.casefold() != c:
                bits |= BITS.case
                c = c.casefold()
            for d in c:
                if d in self.look_alikes:
                    bits |= BITS.look_alike
                    d = self.look_alikes[d]
                if d in self.simplified:
                    bits |= BITS.script
                    d = self.simplified[d]
                out.append(d)
        return "".join(out), bits

    def fold(self, char: str) -> tuple[str, int]:
        """(folded text, classes) of one code point; empty text for a sign that is gone."""
        if drop := self.dropped(char):
            return "", drop
        if ord(char) in LINE_ENDS:
            return "\n", 0
        if char in "\t\r" or ucd.category(char) == "Zs" or char == "\u2800":
            return " ", 0
        if not char.isascii() and ucd.category(char) == "Nd":
            return str(ucd.decimal(char)), BITS.width if ord(char) < 0x10000 else BITS.look_alike
        strange = BITS.emoji if ornament(char) else BITS.look_alike
        text, bits = self.compatible(char)
        bits = bits if bits != BITS.look_alike else strange
        if char in self.look_alikes and not (text.isascii() and text.isalpha()):
            return self.look_alikes[char], strange
        if number := circled(char):
            return number, strange
        if text == char and (spelled := named(char)) and stripped(char).casefold() != spelled and not char.isascii():
            return spelled, strange
        parts = [self.letter(c) for c in text if not self.dropped(c)]
        folded = "".join(part for part, _ in parts)
        for _, more in parts:
            bits |= more
        if len(folded) > 1 and not any(c.isalnum() for c in folded):
            return char, 0
        return folded or char, bits

    def sort(self, char: str, folded: str) -> int:
        """What a folded character is, with what its written form adds."""
        category = ucd.category(char)
        kind = ucd.category(folded)
        if folded == "\n":
            return Sort.LINE
        if folded == " ":
            return Sort.BLANK
        if folded.isalnum() or kind in ("Mc", "Mn", "Lm"):
            word = not ucd.name(folded, "CJK").startswith(UNBROKEN) and not 0x3000 <= ord(folded) < 0x3040
            value = Sort.LETTER | (Sort.WORD if word else 0)
            value |= Sort.ORNAMENT if category[0] not in "LM" and category != "Nd" else 0
            value |= Sort.DIGIT if folded.isdigit() and folded.isascii() else 0
            value |= Sort.FOREIGN if foreign(char, folded) else 0
            value |= Sort.CAPITAL if char.isupper() or char.lower() != char else 0
            return value | (Sort.BAR if char in self.bars else 0)
        return Sort.SENTENCE if char in SENTENCE or folded in SENTENCE else 0


def build(folding: Folding) -> dict[str, np.ndarray]:
    """The arrays of the table; signs that spell out get codes above Unicode, one for each letter."""
    fold = np.arange(SPACE, dtype=np.uint32)
    small = np.arange(SPACE, dtype=np.int32)
    bits, sort = np.zeros(SPACE, np.uint16), np.zeros(SPACE, np.uint16)
    spelled: list[tuple[int, str, int]] = []
    for code in range(SPACE):
        char = chr(code)
        if 0xD800 <= code < 0xE000 or (ucd.category(char) in ("Cn", "Co") and code not in INVISIBLE):
            continue
        if len(lower := char.lower()) == 1:
            small[code] = ord(lower)
        text, classes = folding.fold(char)
        bits[code] = classes
        if not text:
            sort[code] = Sort.DROPPED | (Sort.SELECTOR if code in SELECTORS else 0)
        elif len(text) > 1:
            sort[code] = Sort.SPELLED
            spelled.append((code, text, classes))
        else:
            fold[code], sort[code] = ord(text), folding.sort(char, text)
    extra = [(ord(c), classes, folding.sort(c, c)) for _, text, classes in spelled for c in text]
    fold = np.concatenate((fold, np.array([c for c, _, _ in extra], np.uint32)))
    bits = np.concatenate((bits, np.array([b for _, b, _ in extra], np.uint16)))
    sort = np.concatenate((sort, np.array([s for _, _, s in extra], np.uint16)))
    while (again := np.where(fold < SPACE, fold[fold], fold)).tolist() != fold.tolist():  # a fold of a fold is itself
        fold = again
    return {"fold": (fold.astype(np.int64) - np.arange(len(fold))).astype(np.int32), "bits": bits, "sort": sort,
            "small": np.concatenate((small - np.arange(SPACE), np.zeros(len(extra)))).astype(np.int32),
            "spelled": np.array([c for c, _, _ in spelled], np.uint32),
            "lengths": np.array([len(t) for _, t, _ in spelled], np.uint8)}  # fmt: skip


def main() -> None:
    """Read the sources, write the tables and what they were made of."""
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("confusables", "characters", "parts", "readings", "english", "profiles", "chinese"):
        parser.add_argument(f"--{name}", type=Path, required=True)
    given = parser.parse_args()
    look_alikes, bars = read_look_alikes(given.confusables)
    arrays = build(Folding(look_alikes, bars, read_simplified(given.characters)))
    np.savez_compressed(TABLES / "fold.npz", allow_pickle=False, **arrays)
    folded = int(np.count_nonzero(arrays["fold"][:SPACE]))
    print(f"Unicode {ucd.unidata_version}: {folded} code points fold, {len(arrays['spelled'])} spell out")

    def fold(sign: str) -> str:
        return chr(ord(sign) + int(arrays["fold"][ord(sign)])) if len(sign) == 1 else sign

    readings, parts = read_readings(given.readings, fold), read_parts(given.parts)
    han = build_han(readings, parts, read_twins(TABLES / "han_twins.txt", fold), fold)
    np.savez_compressed(TABLES / "han.npz", allow_pickle=False, **han)
    write_windows(given.english, given.profiles, given.chinese)  # by the fold table just written


if __name__ == "__main__":
    main()
