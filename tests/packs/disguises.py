"""Texts written as those write who do not want to be found: one function a class of disguise, for tests of packs."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable

# By eye, and on purpose not the program's own table: what a test writes must not come from what it tests.
_LOOK_ALIKE = str.maketrans(
    "aceiopsxyvnABCEHIKMNOPSTXYV", "асеіорѕхуνոΑВСЕНΙКМΝОРЅТХΥѴ"
)  # Cyrillic, Greek, one Armenian
_LEET = str.maketrans("oOiIeEaAsStT", "001133445577")
_TRADITIONAL = str.maketrans(
    "课学习网墙围务订阅账号软铁电双团无须费会员视换装护从适对专绝缝赠书专术业应础钉云讯络杀护载个类师级样",
    "課學習網牆圍務訂閱賬號軟鐵電雙團無須費會員視換裝護從適對專絕縫贈書專術業應礎釘雲訊絡殺護載個類師級樣",
)


def _each_word(text: str, write: Callable[[str], str]) -> str:
    return " ".join(write(word) for word in text.split(" "))


def _letters(text: str, after: str) -> str:
    """The text with a sign between all letters that stand beside each other."""
    return "".join(c + after if c.isalnum() and text[n : n + 1].isalnum() else c for n, c in enumerate(text, 1))


def _uneven(text: str) -> str:
    """The text with other signs between letters each time."""
    signs = "-._"
    return "".join(c + signs[n % 3] if c.isalnum() and text[n : n + 1].isalnum() else c for n, c in enumerate(text, 1))


def _marked(text: str) -> str:
    return "".join(c + "\u0301" if c.isalpha() else c for c in text)


def _wide(text: str) -> str:
    return "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else "\u3000" if c == " " else c for c in text)


def _mathematical(text: str) -> str:
    """Latin letters in bold mathematical ones."""

    def bold(char: str) -> str:
        if "a" <= char <= "z":
            return chr(0x1D41A + ord(char) - ord("a"))
        return chr(0x1D400 + ord(char) - ord("A")) if "A" <= char <= "Z" else char

    return "".join(map(bold, text))


# Name -> how it writes. Those of WEAK never make a violation by themselves.
DISGUISES: dict[str, Callable[[str], str]] = {
    "capitals": str.upper,
    "small letters": str.lower,
    "wide": _wide,
    "bold": _mathematical,
    "traditional": lambda text: text.translate(_TRADITIONAL),
    "look-alikes": lambda text: text.translate(_LOOK_ALIKE),
    "invisible signs": lambda text: _letters(text, "\u200b"),
    "soft hyphens": lambda text: _letters(text, "\u00ad"),
    "marks": _marked,
    "spaced with hyphens": lambda text: _each_word(text, lambda word: _letters(word, "-")),
    "spaced with dots": lambda text: _each_word(text, lambda word: _letters(word, ".")),
    "spaced with middle dots": lambda text: _each_word(text, lambda word: _letters(word, "·")),
    "squeezed": _uneven,
    "leet": lambda text: text.translate(_LEET),
}
WEAK = frozenset({"squeezed", "leet"})


def disguised(text: str, how: str) -> str:
    """A text in a disguise, in the form in which it is typed; unchanged where the disguise has nothing to change."""
    return unicodedata.normalize("NFC", DISGUISES[how](text))
