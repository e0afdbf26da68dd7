"""What sellers write is found: terms of the shipped packs, written by functions that know nothing of the engine."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pyarrow as pa
import pytest

from rectify.rules.pack import Term
from rectify.screening.match import Matcher, WordList, disguises_of
from rectify.screening.text import TextColumns
from rectify.terms.finding import ALL, Disguise

from .shipped import NAMES, shipped

_SIGNS = "*_#•"
_PICTURES = {  # by eye, and not the program's own table
    "elephant": "🐘", "tusk": "🦷", "tooth": "🦷", "tiger": "🐯", "bone": "🦴", "rhino": "🦏", "bear": "🐻", "turtle": "🐢",
    "watch": "⌚", "watches": "⌚", "bag": "👜", "bags": "👜", "shoes": "👟", "sneakers": "👟", "pills": "💊", "sunglasses": "🕶",
    "象": "🐘", "牙": "🦷", "虎": "🐯", "骨": "🦴", "熊": "🐻", "豹": "🐆", "鹿": "🦌",
}  # fmt: skip


def _terms() -> list[Term]:
    """Every ninth Latin or Chinese term of the packs, of letters alone; and those that a picture fits."""
    every = {term.text: term for name in NAMES for words in shipped(name).words.values() for term in words.terms}
    closed = [term for text, term in sorted(every.items()) if not (term.open_left or term.open_right)]
    return [*[term for term in closed if term.text.isalpha()][::9], *(t for t in closed if any(_pictured(t.text)))]


def _starred(word: str) -> Iterator[str]:
    if word.isascii() and word.isalpha() and len(word) > 4:
        for n in range(1, len(word) - 1):
            yield word[:n] + _SIGNS[n % 4] + word[n + 1 :]
        for n in range(1, len(word) - 2):
            yield word[:n] + "**" + word[n + 2 :]
        if len(word) > 5:
            yield word[:-1] + "*"
    elif all("\u4e00" <= sign <= "\u9fff" for sign in word) and len(word) > 2:
        yield word[0] + "*" + word[2:]


def _doubled(word: str) -> Iterator[str]:
    if len(word) > 3:
        yield "".join(letter * 2 for letter in word)


def _pictured(word: str) -> Iterator[str]:
    parts = word.split(" ") if word.isascii() else list(word)
    seen = [_PICTURES.get(part.lower(), part) for part in parts]
    beside = sum(len(part) for part in seen if part.isalpha())
    if seen != parts and (
        (len(parts) == len(word) == 2 and not word[0].isascii() and not word[1].isascii())
        or (len(parts) > 1 and word.isascii() and beside > 2)
    ):
        yield (" " if word.isascii() else "").join(seen)


WRITERS: dict[Disguise, Callable[[str], Iterator[str]]] = {
    Disguise.STARRED: _starred,
    Disguise.DOUBLED: _doubled,
    Disguise.PICTURES: _pictured,
}


@pytest.mark.parametrize("disguise", WRITERS)
def test_terms_of_the_packs_are_found_as_sellers_write_them(disguise: Disguise) -> None:
    terms = _terms()
    matcher = Matcher.compile([WordList("packs", tuple(terms), disguises=ALL | {disguise})])
    written = [(n, text) for n, term in enumerate(terms) for text in WRITERS[disguise](term.text)]
    assert len(written) > 300
    hits = matcher.scan(TextColumns.of(pa.record_batch({"title": [f"new {text}, box" for _, text in written]})))
    found = {
        (row, term)
        for row, term, mask in zip(hits.row.tolist(), hits.term.tolist(), hits.disguise.tolist(), strict=True)
        if disguise in disguises_of(mask)
    }
    missed = [text for row, (term, text) in enumerate(written) if (row, term) not in found]
    assert len(missed) <= len(written) // 100, missed  # 头骨 is one word, whose picture is another
