"""Terms and phrases taken apart, once for a plan, into what the matcher seeks."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from itertools import pairwise

import numpy as np

from rectify.screening.fold import Codes, Sort, codes_of, fold_table, text_of
from rectify.screening.verify import LEET_SIGNS, Gap, Sought

# What stands for more than one letter in leetspeak is one sign of a skeleton, in text and term alike.
SKELETON = str.maketrans("i013457$@", "loleastsa")
_SHORT = 2


def take_apart(
    text: str, *, words: int, term: int, phrase: int, open_left: bool, open_right: bool, allowed: int
) -> list[Sought]:
    """The forms in which a term is sought: as written, and in small letters, capitals and title case where a script's
    capitals look like other letters than its small ones. Empty for a term without a letter.
    """
    forms: dict[str, Sought] = {}
    text = unicodedata.normalize("NFC", text).strip()
    for form in (text, text.lower(), text.upper(), text.title()):
        sought = _apart(form, words, term, phrase, open_left, open_right, allowed)
        if sought is not None:
            forms.setdefault(sought.letters, sought)
    return list(forms.values())


def _apart(
    text: str, words: int, term: int, phrase: int, open_left: bool, open_right: bool, allowed: int
) -> Sought | None:
    table = fold_table()
    codes, _ = table.spell(codes_of(text))
    codes = codes[(table.sort[codes] & Sort.DROPPED) == 0]
    folded = text_of(table.fold[codes])
    sort = table.sort[table.fold[codes]]
    at = np.flatnonzero(sort & Sort.LETTER).tolist()
    if not at:
        return None
    is_word = [bool(sort[n] & Sort.WORD) for n in at]
    gaps = tuple(
        Gap(folded[a + 1 : b], b > a + 1 or is_word[n] != is_word[n + 1]) for n, (a, b) in enumerate(pairwise(at))
    )
    lead, tail = folded[: at[0]].strip(), folded[at[-1] + 1 :].strip()
    return Sought(
        words, term, phrase, "".join(folded[n] for n in at), tuple(int(codes[n]) for n in at), gaps, lead, tail,
        closed_left=is_word[0] and not open_left, closed_right=is_word[-1] and not open_right,
        short=len(at) == 1 or (len(at) == _SHORT and all(is_word)), latin=all(is_word), allowed=allowed,
    )  # fmt: skip


def skeleton(letters: str) -> str:
    """Folded letters with those that leetspeak and upright strokes confuse made one."""
    return letters.translate(SKELETON)


def skeletons(codes: Codes) -> Iterator[tuple[str, list[int]]]:
    """(skeleton, position of each of its signs) of a text after `FoldTable.spell`, for each way to take $ and @.

    Beside a letter or digit they are letters; a text that has one between two letters is also read with all of them
    as signs, so that v@p@n is seen.
    """
    table = fold_table()
    sort, fold = table.sort[codes], table.fold[codes]
    signs = np.isin(fold, [ord(sign) for sign in LEET_SIGNS])
    word = (sort & Sort.WORD) > 0
    before, behind = np.r_[False, word[:-1]], np.r_[word[1:], False]
    ways = [signs & (before | behind)]
    letter = word & ((sort & Sort.DIGIT) == 0)
    if (signs & np.r_[False, letter[:-1]] & np.r_[letter[1:], False]).any():
        ways.append(np.zeros(len(codes), bool))
    for way in ways:
        at = np.flatnonzero(((sort & Sort.LETTER) > 0) | way)
        yield skeleton(text_of(fold[at])), at.tolist()
