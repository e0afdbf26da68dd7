"""What a careful engineer writes without this project: one `str.translate` that folds and drops.

The table is made from our own fold table, so that it sees through the same signs; separators, marks and what cannot be
seen vanish, letters that leetspeak confuses are one. It knows no words and no gaps, so it takes more for a hit than is.
"""

from __future__ import annotations

from functools import cache
from unicodedata import category

from rectify.screening.fold import Sort, fold_table, fold_text
from rectify.screening.skeletons import SKELETON

_ONE = {chr(sign): chr(letter) for sign, letter in SKELETON.items()}
_EVERYDAY = 0x10000  # below it every sign has an entry: one that has none costs the translation an exception
_UNICODE = 0x110000


@cache
def skeleton_table() -> dict[int, str | None]:
    """For `str.translate`: the letters of each sign, None where it vanishes; rare signs that stay are absent."""
    table = fold_table()
    sort, folded = table.sort[:_UNICODE], table.fold[:_UNICODE].tolist()
    is_letter = ((sort & (Sort.LETTER | Sort.DIGIT)) > 0) & ((sort & Sort.DROPPED) == 0)
    made: dict[int, str | None] = {}
    for code, letter in enumerate(is_letter.tolist()):
        sign = chr(folded[code])
        kept = _ONE.get(sign, sign if letter else None)
        if code < _EVERYDAY or (kept != chr(code) and category(chr(code)) not in ("Cn", "Co")):
            made[code] = kept
    for code in table.spelled.tolist():
        made[code] = "".join(_ONE.get(sign, sign) for sign in fold_text(chr(code)) if sign.isalnum()) or None
    return made


def skeleton(text: str) -> str:
    """The skeleton of a text."""
    return text.translate(skeleton_table())
