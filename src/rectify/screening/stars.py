"""Whether a word of which signs stand for some letters (v*agra) is still the term's."""

from __future__ import annotations

from collections.abc import Sequence

from rectify.screening.gaps import words_of
from rectify.screening.han import HAN
from rectify.screening.letters import INNER_STARS, LEAST_SPACED, LEAST_STARRED, MOST_OUT, STARS, Sought, Text


def enough_stands(sought: Sought, text: Text, at: Sequence[int]) -> bool:
    """Whether enough of each word stands as written."""
    for first, last in words_of(sought):
        stars = [n for n in range(first, last + 1) if chr(text.fold[at[n]]) in STARS]
        if stars and not _word_starred(sought, text, at, (first, last), stars):
            return False
    return True


def _word_starred(sought: Sought, text: Text, at: Sequence[int], ends: tuple[int, int], stars: Sequence[int]) -> bool:
    """Whether a word stands but for a few letters: its first letter does, and three fifths of all; of Chinese
    characters, and for a sign that often parts words, all but an inner one. A last letter may be a sign in a word of
    six and more that surely ends there; the letter before it stands.
    """
    first, last = ends
    letters, han = last - first + 1, sought.letters[first] >= HAN
    if (
        letters < (LEAST_SPACED if han else LEAST_STARRED)
        or first in stars
        or MOST_OUT[1] * len(stars) > MOST_OUT[0] * letters
    ):
        return False
    if han or any(chr(text.fold[at[n]]) in INNER_STARS for n in stars):
        return len(stars) == 1 and last not in stars and not (han and chr(text.fold[at[stars[0]]]) in INNER_STARS)
    return last not in stars or (
        letters > LEAST_STARRED and last - 1 not in stars and (last + 1 < len(at) or sought.closed_right)
        and not _goes_on_starred(text, at[last])
    )  # fmt: skip


def _goes_on_starred(text: Text, at: int) -> bool:
    """Whether a letter, or another sign that may stand for one, follows."""
    behind = text.behind(at)
    return text.is_word(behind) or (behind < len(text.fold) and chr(text.fold[behind]) in STARS)
