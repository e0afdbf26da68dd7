"""What may stand between the letters of a term, and what has to be seen through there (rules: verify.py)."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from rectify.screening.fold import BITS, Sort, fold_table
from rectify.screening.letters import LEAST_SPACED, WIDEST_GAP, Gap, Sought, Text

_SPLIT = 2  # letters of the longest piece of a word that blanks split


def read_gaps(
    sought: Sought, text: Text, at: Sequence[int], last: Sequence[int]
) -> tuple[int, tuple[tuple[int, int], ...]]:
    """(class that reading the gaps takes, the gaps that take squeezing); -1 where they cannot be read through."""
    if at[-1] - at[0] == len(at) - 1 and not any(gap.text for gap in sought.gaps):
        return 0, ()
    seen = [text.gap(a + 1, b) for a, b in zip(last[:-1], at[1:], strict=True)]
    strange = [
        n for n, (gap, own) in enumerate(zip(seen, sought.gaps, strict=True)) if own.word and not _parts(gap, own)
    ]
    spaced = 0
    sign = ""
    inside = []
    for first, final in words_of(sought):
        held = [n for n in range(first, final) if seen[n]]
        if not held:
            continue
        inside += held
        one = _one_sign(seen[first:final])
        if one and sign in ("", one):
            sign, spaced = one, spaced + final - first + 1
        else:
            strange += held
    if not strange and sign and (spaced < LEAST_SPACED or not _apart(sought, text, at[0], last[-1], sign)):
        strange = inside
    if not strange:
        return (BITS.lines if sign == "\n" else BITS.spaced if sign else 0), ()
    if not all(_joins(seen[n]) for n in strange) or (sought.latin and _ordinary(sought, text, at, seen)):
        return -1, ()
    return BITS.squeezed, tuple((at[n], at[n + 1]) for n in strange)


def words_of(sought: Sought) -> list[tuple[int, int]]:
    """(first letter, last letter) of each word of a term."""
    breaks = [n for n, gap in enumerate(sought.gaps) if gap.word]
    return list(zip([0, *(n + 1 for n in breaks)], [*breaks, len(sought.letters) - 1], strict=True))


_LINES = re.compile(r" *\n *(?:\n *)?")  # the next line, or the one after an empty one


def _one_sign(gaps: Sequence[str]) -> str:
    """The single sign that all gaps are, and that may stand between the letters of a word; a line end for all lines."""
    sign = gaps[0]
    if "\n" in sign:
        return "\n" if all(_LINES.fullmatch(gap) for gap in gaps) else ""
    return sign if len(sign) == 1 and not _sort(sign) & Sort.SENTENCE and all(gap == sign for gap in gaps) else ""


def _apart(sought: Sought, text: Text, first: int, last: int, sign: str) -> bool:
    """Whether spaced letters end where the term does: o p e n is no pen. In lines they stand alone on theirs."""
    if sign == "\n" and not (_alone(text, first, text.before) and _alone(text, last, text.behind)):
        return False

    def goes_on(edge: int, move: Callable[[int], int]) -> bool:
        beside = move(edge)
        if not 0 <= beside < len(text.codes) or (sign != "\n" and chr(text.fold[beside]) != sign):
            return False
        letter = _over(text, edge, move) if sign == "\n" else move(beside)
        return text.is_word(letter) and not text.is_word(move(letter))

    return not (
        (sought.closed_left and goes_on(first, text.before)) or (sought.closed_right and goes_on(last, text.behind))
    )


def _over(text: Text, edge: int, move: Callable[[int], int]) -> int:
    """The next sign that is no blank and no line end, fewer than WIDEST_GAP away; else out of the text."""
    for _ in range(WIDEST_GAP - 1):
        edge = move(edge)
        if not 0 <= edge < len(text.sort) or not text.sort[edge] & (Sort.BLANK | Sort.LINE):
            return edge
    return -1


def _alone(text: Text, edge: int, move: Callable[[int], int]) -> bool:
    """Whether nothing but a few blanks stands between a letter and the end of its line."""
    for _ in range(WIDEST_GAP):
        edge = move(edge)
        if not 0 <= edge < len(text.sort) or text.sort[edge] & Sort.LINE:
            return True
        if not text.sort[edge] & Sort.BLANK:
            return False
    return False


_PARTS = re.compile(r"[ \n]*(?:([^\s])\1*)?[ \n]*")


def _parts(gap: str, own: Gap) -> bool:
    """Whether a gap parts two words of a term without more."""
    if gap == own.text:
        return True
    match = _PARTS.fullmatch(gap)
    if not gap or len(gap) > WIDEST_GAP or match is None or gap.count("\n") > 1:
        return False
    sign = match.group(1)
    if sign is None:
        return True
    return gap == sign if sign in ".,:" else not _sort(sign) & Sort.SENTENCE


def _joins(gap: str) -> bool:
    return len(gap) <= WIDEST_GAP and gap.count("\n") < 2


def _sort(sign: str) -> int:
    return int(fold_table().sort[ord(sign)])


def _ordinary(sought: Sought, text: Text, at: Sequence[int], seen: Sequence[str]) -> bool:
    """Whether what would be joined are ordinary words with blanks between them."""
    inside = [gap for gap, own in zip(seen, sought.gaps, strict=True) if gap and not own.word]
    if not inside or any(gap.strip(" \n") for gap in inside):
        return False
    pieces = [1]
    for gap in seen:
        if gap:
            pieces.append(0)
        pieces[-1] += 1
    if not sought.closed_left:
        pieces[0] += _run(text, at[0], text.before)
    if not sought.closed_right:
        pieces[-1] += _run(text, at[-1], text.behind)
    return max(pieces) > _SPLIT


def _run(text: Text, edge: int, move: Callable[[int], int]) -> int:
    """How many letters of the same word stand beside an open end."""
    count = 0
    while text.is_word(edge := move(edge)):
        count += 1
    return count
