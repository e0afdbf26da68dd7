"""Terms and phrases taken apart, once for a plan, into what the matcher seeks."""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from rectify.screening.fold import Sort, codes_of, fold_table
from rectify.screening.verify import Gap, Sought

# What stands for more than one letter in leetspeak is one sign of a skeleton, in text and term alike.
SKELETON = str.maketrans("i013457$@", "loleastsa")
_SHORT = 2


def take_apart(text: str, *, words: int, term: int, open_left: bool, open_right: bool, allowed: int) -> list[Sought]:
    """The forms in which a term is sought: as written, and in small letters, capitals and title case where a script's
    capitals look like other letters than its small ones. Empty for a term without a letter.
    """
    forms: dict[str, Sought] = {}
    text = unicodedata.normalize("NFC", text).strip()
    for form in (text,) if text.isascii() else dict.fromkeys((text, text.lower(), text.upper(), text.title())):
        sought = _apart(form, words, term, open_left, open_right, allowed)
        if sought is not None:
            forms.setdefault(sought.letters, sought)
    return list(forms.values())


def _apart(text: str, words: int, term: int, open_left: bool, open_right: bool, allowed: int) -> Sought | None:
    signs = [known for sign in text for known in _known(sign)]
    folded = "".join(sign.folded for sign in signs)
    at = [n for n, sign in enumerate(signs) if sign.sort & Sort.LETTER]
    if not at:
        return None
    is_word = [bool(signs[n].sort & Sort.WORD) for n in at]
    gaps = tuple(
        Gap(folded[a + 1 : b], b > a + 1 or is_word[n] != is_word[n + 1]) for n, (a, b) in enumerate(pairwise(at))
    )
    lead, tail = folded[: at[0]].strip(), folded[at[-1] + 1 :].strip()
    return Sought(
        words, term, "".join(folded[n] for n in at), tuple(signs[n].code for n in at), gaps, lead, tail,
        closed_left=is_word[0] and not open_left, closed_right=is_word[-1] and not open_right,
        short=len(at) == 1 or (len(at) == _SHORT and all(is_word)), latin=all(is_word), allowed=allowed,
    )  # fmt: skip


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


def skeleton(letters: str) -> str:
    """Folded letters with those that leetspeak and upright strokes confuse made one."""
    return letters.translate(SKELETON)
