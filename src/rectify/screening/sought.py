"""Terms and phrases taken apart, once for a plan, into what the matcher seeks."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import combinations, pairwise, product
from typing import NamedTuple

from rectify.screening.fold import BITS, Sort, codes_of, fold_table
from rectify.screening.han import ANY_OF, FAMILIES, HAN, MOST_OUT_OF_USE, SYLLABLES, han_table
from rectify.screening.letters import PHRASE, Gap, Sought

# What stands for more than one letter in leetspeak is one sign of a skeleton, in text and term alike.
SKELETON = str.maketrans("i013457$@", "loleastsa")
_SHORT = 2
# Forms that a term has beside its own, at most, of each class. What they leave out is told in docs/reference/rules.md.
MOST_SPLIT, MOST_PINYIN = 10, 24
_ALL_WAYS = 4  # characters up to which any of them may be in pinyin, each for itself
_LEAST_PINYIN = 5  # letters of a term that is all in pinyin
_LEAST_REVERSED, _LEAST_REVERSED_HAN = 5, 4  # letters, or characters, of a term that is sought from its end


def take_apart(text: str, *, words: int, term: int, open_left: bool, open_right: bool, allowed: int) -> list[Sought]:
    """The forms in which a term is sought: as written, and in small letters, capitals and title case where a script's
    capitals look like other letters than its small ones; with characters taken apart, in pinyin and from its end where
    the classes allow it. Empty for a term without a letter.
    """
    forms = _forms(unicodedata.normalize("NFC", text).strip(), term == PHRASE, open_left, open_right, allowed)
    return [one._replace(words=words, term=term) for one in forms]


@lru_cache(1 << 16)  # packs are compiled more than once: for their trials, and beside others
def _forms(text: str, phrase: bool, open_left: bool, open_right: bool, allowed: int) -> tuple[Sought, ...]:
    """The forms of a term of no list."""
    forms: dict[str, Sought] = {}

    def seek(form: str, how: int = 0) -> None:
        ends = (open_right, open_left) if how == BITS.reversed else (open_left, open_right)
        sought = _apart(form, *ends, allowed if how != BITS.split else allowed & ~BITS.like, how)
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
    return tuple(forms.values())


_JOINED = Gap("", False)


def _apart(text: str, open_left: bool, open_right: bool, allowed: int, how: int = 0) -> Sought | None:
    signs = [known for sign in text for known in _known(sign)]
    at = [n for n, sign in enumerate(signs) if sign.sort & Sort.LETTER]
    if not at:
        return None
    is_word = [signs[n].sort & Sort.WORD > 0 for n in at]
    if len(at) == len(signs) and all(is_word) == any(is_word):
        gaps, lead, tail = (_JOINED,) * (len(at) - 1), "", ""
    else:
        gaps, lead, tail = _gaps("".join(sign.folded for sign in signs), at, is_word)
    if how == BITS.sound:
        gaps = tuple(Gap("", True) if gap.word else gap for gap in gaps)
    letters = "".join(signs[n].folded for n in at)
    return Sought(
        0, 0, letters, tuple(signs[n].code for n in at), gaps, lead, tail,
        closed_left=is_word[0] and not open_left, closed_right=is_word[-1] and not open_right,
        short=len(at) == 1 or (len(at) == _SHORT and all(is_word)), latin=all(is_word),
        allowed=allowed if len(at) > 1 else allowed & ~BITS.like, how=how,
        han=0 if letters.isascii() else sum(sign >= HAN for sign in letters),
    )  # fmt: skip


def _gaps(folded: str, at: Sequence[int], is_word: Sequence[bool]) -> tuple[tuple[Gap, ...], str, str]:
    """What stands between the letters of a term, before the first and behind the last."""
    gaps = tuple(
        Gap(folded[a + 1 : b], b > a + 1 or is_word[n] != is_word[n + 1]) for n, (a, b) in enumerate(pairwise(at))
    )
    return gaps, folded[: at[0]].strip(), folded[at[-1] + 1 :].strip()


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


def _split(letters: str, text: str) -> Iterator[str]:
    """A term of two characters or more with characters taken apart."""
    folded = _one_to_one(text)
    ways = [(sign, *(_ways_of(sign) if sign >= "\u3400" else ())) for sign in folded]
    return _chosen(ways, MOST_SPLIT, any_of=1) if len(letters) > 1 and folded else iter(())


def _in_pinyin(letters: str, text: str) -> Iterator[str]:
    """A term with characters in pinyin: all of them, or some beside others as they are."""
    folded = _one_to_one(text)
    ways = [(sign, *(f" {name} " for name in han_table().readings_of(sign)[:2])) for sign in folded]
    for form in _chosen(ways, MOST_PINYIN, _ALL_WAYS) if len(letters) > 1 else ():
        if not form.isascii() or sum(c.isalpha() for c in form) >= _LEAST_PINYIN:
            yield " ".join(form.split())


def _reversed(letters: str, text: str) -> Iterator[str]:
    """A term from its end, where it is long enough to be no other word."""
    least = _LEAST_REVERSED if letters.isascii() else _LEAST_REVERSED_HAN
    if len(letters) >= least and letters != letters[::-1]:
        yield text[::-1]


def _one_to_one(text: str) -> str:
    """The folded text, empty where a sign spells out or is dropped."""
    signs = [_known(sign) for sign in text]
    return "".join(one[0].folded for one in signs) if all(len(one) == 1 for one in signs) else ""


class _Sign(NamedTuple):
    folded: str
    sort: int
    code: int


@lru_cache(1 << 14)
def _known(sign: str) -> tuple[_Sign, ...]:
    """What one sign folds to, sign by sign; none for what is dropped."""
    table = fold_table()
    codes = table.spell(codes_of(sign))[0].tolist()
    folded = [(int(table.fold[code]), code) for code in codes if not table.sort[code] & Sort.DROPPED]
    return tuple(_Sign(chr(fold), int(table.sort[fold]), code) for fold, code in folded)


@lru_cache(1 << 14)
def _ways_of(sign: str) -> tuple[str, ...]:
    return han_table().ways_of(sign)


@lru_cache(1 << 14)
def _turns_of(sign: str) -> tuple[str, ...]:
    return han_table().turns_of(sign) if sign >= HAN else ()


@lru_cache(1 << 14)
def _sought_as(sign: str, reach: int) -> str:
    return chr(han_table().sought_as[reach][ord(sign)]) if sign >= HAN else sign


def skeleton(letters: str) -> str:
    """Folded letters with those that leetspeak and upright strokes confuse made one."""
    return letters.translate(SKELETON)


def skeletons(sought: Sought, reach: int | None) -> list[str]:
    """The skeletons under which a term is sought; `reach` as in han.py, None where no character is taken for another.

    Of Chinese characters each may stand for those that look like it, for those of its syllable that are out of use, and
    one for another that looks nearly the same.
    """
    own = skeleton(sought.letters)
    if reach is None or not sought.han:
        return [own]
    base = [_sought_as(sign, reach) for sign in own]
    if not sought.allowed & BITS.like:
        return ["".join(base)]
    found = dict.fromkeys(_out_of_use(base, own, sought.han) if reach == FAMILIES else ["".join(base)])
    for n, sign in enumerate(own):
        for other in _turns_of(sign) if sought.allowed & (BITS.shape | BITS.twin) else ():
            found["".join([*base[:n], _sought_as(other, reach), *base[n + 1 :]])] = None
    return list(found)


def _out_of_use(base: list[str], own: str, han: int) -> Iterator[str]:
    """The skeletons of characters in use, and those of which some are written with others of their syllable."""
    ways = [(one, _sought_as(sign, SYLLABLES)) for one, sign in zip(base, own, strict=True)]
    places = [n for n, (one, other) in enumerate(ways) if one != other]
    for size in range(len(places) + 1 if han <= ANY_OF else MOST_OUT_OF_USE + 1):
        for taken in combinations(places, size):
            yield "".join(way[n in taken] for n, way in enumerate(ways))
