"""Terms and phrases taken apart, once for a plan, into what the matcher seeks."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import combinations, pairwise, product

from rectify.screening.fold import BITS, NOT_EXACT
from rectify.screening.han import HAN, han_table
from rectify.screening.letters import PHRASE, Gap, Sought
from rectify.screening.misspelled import misspelled
from rectify.screening.pictures import pictures, ways_in_pictures
from rectify.screening.spelled import at_once, one_to_one, sign_by_sign

_SHORT = 2
_ANY = Gap("", True)
# Forms that a term has beside its own, at most, of each class. What they leave out is told in docs/reference/rules.md.
MOST_SPLIT, MOST_PINYIN, MOST_PICTURES = 10, 24, 8
_ALL_WAYS = 4  # characters up to which any of them may be in pinyin, each for itself
_ALL_PICTURES = 3  # words up to which any of them may be pictures
_LEAST_BESIDE = 3  # Latin letters beside a single picture
# what a form is not seen through besides: characters that are like others; for one that is misspelled nearly anything
_BESIDE = {BITS.split: BITS.like, BITS.pictures: BITS.like, BITS.omitted: NOT_EXACT}
_LEAST_PINYIN = 5  # letters of a term that is all in pinyin
_LEAST_REVERSED, _LEAST_REVERSED_HAN = 5, 4  # letters, or characters, of a term that is sought from its end


def take_apart(
    text: str, *, words: int, term: int, open_left: bool, open_right: bool, allowed: int, language: str = ""
) -> list[Sought]:
    """The forms in which a term is sought: as written, and in small letters, capitals and title case where a script's
    capitals look like other letters than its small ones; with characters taken apart, in pinyin, from its end,
    misspelled and in pictures (for words of its `language`; of any, where it is empty) where the classes allow it.
    Empty for a term without a letter.
    """
    spoken = language if allowed & BITS.pictures else ""
    forms = _forms(unicodedata.normalize("NFC", text).strip(), term == PHRASE, open_left, open_right, allowed, spoken)
    return [Sought(words, term, *one[2:]) for one in forms]


@lru_cache(1 << 16)  # packs are compiled more than once: for their trials, and beside others
def _forms(
    text: str, phrase: bool, open_left: bool, open_right: bool, allowed: int, language: str
) -> tuple[Sought, ...]:
    """The forms of a term of no list."""
    forms: dict[str, Sought] = {}

    def seek(form: str, how: int = 0) -> None:
        ends = (open_right, open_left) if how == BITS.reversed else (open_left, open_right)
        sought = _apart(form, *ends, allowed & ~_BESIDE.get(how, 0), how)
        if sought is not None:
            forms.setdefault(sought.letters, sought)

    for form in (text,) if text.isascii() else dict.fromkeys((text, text.lower(), text.upper(), text.title())):
        seek(form)
    if phrase or not forms:
        return tuple(forms.values())
    own = next(iter(forms.values()))
    for how, others in ((BITS.split, _split), (BITS.sound, _in_pinyin), (BITS.reversed, _reversed)):
        for form in others(own.letters, text) if allowed & how else ():
            seek(form, how)
    for form in misspelled(text) if allowed & BITS.omitted else ():
        seek(form, BITS.omitted)
    for form in _in_pictures(text, own.letters, language) if allowed & BITS.pictures else ():
        seek(form, BITS.pictures)
    return tuple(forms.values())


def _apart(text: str, open_left: bool, open_right: bool, allowed: int, how: int = 0) -> Sought | None:
    shown = pictures() if how == BITS.pictures else frozenset()
    spelled = at_once(text, shown) or sign_by_sign(text, shown)
    if spelled is None:
        return None
    letters, written, gaps, lead, tail, (latin, first, last) = spelled
    if how == BITS.sound:
        gaps = tuple(_ANY if gap.word else gap for gap in gaps)
    if shown:
        gaps = _loose(gaps, tuple(sign in shown for sign in letters))
    return Sought(
        0, 0, letters, written, gaps, lead, tail, first and not open_left, last and not open_right,
        len(written) == 1 or (len(written) == _SHORT and latin), latin,
        allowed if len(written) > 1 else allowed & ~BITS.like, how,
        0 if letters.isascii() else len(letters) if not shown and min(letters) >= HAN
        else sum(sign >= HAN and sign not in shown for sign in letters),
    )  # fmt: skip


@lru_cache(1 << 12)
def _loose(gaps: tuple[Gap, ...], shown: tuple[bool, ...]) -> tuple[Gap, ...]:
    """Gaps with blanks, or nothing, beside pictures."""
    beside = (a or b for a, b in pairwise(shown))
    return tuple(_ANY if by and not gap.text.strip() else gap for gap, by in zip(gaps, beside, strict=True))


def _chosen(ways: list[tuple[str, ...]], most: int, any_of: int) -> Iterator[str]:
    """Texts of which at least one character is written in another way: any of a few, one or all of many."""
    places = [n for n, way in enumerate(ways) if len(way) > 1]
    sizes = range(1, len(places) + 1) if len(places) <= any_of else (1, len(places))
    count = 0
    for size in sizes:
        for taken in combinations(places, size):
            for other in product(*(ways[n][1:] if n in taken else ways[n][:1] for n in range(len(ways)))):
                yield "".join(other)
                count += 1
                if count == most:
                    return


def _in_pictures(text: str, letters: str, language: str) -> Iterator[str]:
    """A term with pictures for some of its words, or for all of two and more."""
    ways = ways_in_pictures(text, language) if " " in text or not letters.isascii() else []
    for form in _chosen(ways, MOST_PICTURES, _ALL_PICTURES) if ways else ():
        shown = sum(sign in pictures() for sign in form)
        beside = [sign for sign in form if sign.isalpha()]
        if shown > 1 or len(beside) >= _LEAST_BESIDE or any(sign >= HAN for sign in beside):
            yield form


def _split(letters: str, text: str) -> Iterable[str]:
    """A term of two characters or more with characters taken apart."""
    folded = "" if letters.isascii() or len(letters) == 1 else one_to_one(text)
    others = list(map(_ways_of, folded))
    return (
        _chosen([(sign, *ways) for sign, ways in zip(folded, others, strict=True)], MOST_SPLIT, any_of=1)
        if any(others)
        else ()
    )


def _in_pinyin(letters: str, text: str) -> Iterator[str]:
    """A term with characters in pinyin: all of them, or some beside others as they are."""
    folded = "" if letters.isascii() or len(letters) == 1 else one_to_one(text)
    ways = [(sign, *(f" {name} " for name in _names_of(sign))) for sign in folded]
    for form in _chosen(ways, MOST_PINYIN, _ALL_WAYS):
        if not form.isascii() or sum(c.isalpha() for c in form) >= _LEAST_PINYIN:
            yield " ".join(form.split())


def _reversed(letters: str, text: str) -> Iterator[str]:
    """A term from its end, where it is long enough to be no other word."""
    least = _LEAST_REVERSED if letters.isascii() else _LEAST_REVERSED_HAN
    if len(letters) >= least and letters != letters[::-1]:
        yield text[::-1]


@lru_cache(1 << 14)
def _ways_of(sign: str) -> tuple[str, ...]:
    return han_table().ways_of(sign) if sign >= "\u3400" else ()


@lru_cache(1 << 14)
def _names_of(sign: str) -> tuple[str, ...]:
    """The syllables of a character that are sought."""
    return han_table().readings_of(sign)[:2]
