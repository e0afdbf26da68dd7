"""Whether letters that stand one after another in a text are a term, and what had to be seen through (DESIGN.md §5).

The rules, for letters already aligned one to one; everything between two letters is a gap.
- A letter is the term's if both fold to one; 0 1 3 4 5 7 $ @ may stand for a letter (leet); capital I behind a small
  letter for l, small l in a word of capitals and digits for i.
- A Chinese letter may be another character that looks or sounds like the term's, where the list lets it (han.py).
- Of a letter that stands three times or more in a row any number may stand for one (repeated).
- Each letter of a term may stand twice, none once or three times (doubled), and enough of them side by side; in a long
  word signs may stand for some of its letters (starred; stars.py).
- A gap is empty inside a word. Between two words of a term, and between a Latin and a Chinese part of it, it may be
  blanks, one line end, or a run of one sign that ends no sentence.
- Spaced: in each word the gaps are empty or all the same single sign, the same in all spaced words, three letters or
  more; "." "," ":" count as signs, marks that end a sentence or part a list do not. Of line ends it is `lines`, and
  the first and the last letter stand alone on their lines too.
- Squeezed: any other gaps of at most eight signs and no empty line; but Latin words with nothing but blanks between
  them are words, unless none has more than two letters.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise

import numpy as np

from rectify.screening.fold import BITS, EXACT, NOT_EXACT, Sort, fold_table
from rectify.screening.gaps import read_gaps
from rectify.screening.han import LONG, TWO, Likes, alike, han_table
from rectify.screening.letters import LEAST_DOUBLED, LEAST_REPEATED, STARS, Reading, Sought, Text
from rectify.screening.pictures import pictures
from rectify.screening.stars import enough_stands

_CAPITALS = 2  # letters beside an l that have to be capitals
LEET = {"0": "o", "1": "il", "3": "e", "4": "a", "5": "s", "7": "t", "$": "s", "@": "a"}
LEET_SIGNS = frozenset("$@")
_FOREIGN = BITS.look_alike | BITS.mixed
_APART = BITS.spaced | BITS.squeezed | BITS.lines
_NOT_SHORT = BITS.leet | _APART | BITS.repeated | BITS.doubled | BITS.starred | BITS.like
_EXACT = sum(EXACT)


def read(sought: Sought, text: Text, at: Sequence[int], *, through: int = 0) -> Reading | None:
    """The term read from letters at these positions, or None where the rules do not let it be read.

    `through` says what the positions are: BITS.repeated, where of equal letters in a row only some are among them;
    BITS.doubled, where the first of each two is; BITS.starred, where signs are that stand for letters.
    """
    mask, like = _letters(sought, text, at)
    if mask < 0:
        return None
    last = list(at)
    if through == BITS.repeated:
        last = _lasts(text, at)
    elif through == BITS.doubled:
        last = [position + 1 for position in at]
        if (second := _letters(sought, text, last)[0]) < 0 or len(at) < (LEAST_DOUBLED if sought.latin else TWO):
            return None
        if not _side_by_side(text, at):
            return None
        mask |= second | BITS.doubled
    if not _ends_fit(sought, text, at[0], last[-1]):
        return None
    how, strange = read_gaps(sought, text, at, last)
    if how < 0 or (how & BITS.squeezed and len(at) == TWO and mask & BITS.like & ~BITS.shape):
        return None
    start, end = _extent(sought, text, at[0], last[-1])
    mask |= how | sought.how | _between(text, start, end, pictures() if sought.how == BITS.pictures else frozenset())
    mask |= BITS.repeated if through == BITS.repeated and last != list(at) else 0
    if exact := mask & _EXACT:
        if mask & NOT_EXACT or exact not in EXACT or sought.how & ~exact:
            return None
        if exact == BITS.starred and not enough_stands(sought, text, at):
            return None
    if mask & ~(sought.allowed | BITS.free) or (sought.short and mask & _NOT_SHORT):
        return None
    return Reading(start, end, mask, tuple(sorted((*strange, *like))))


def _side_by_side(text: Text, at: Sequence[int]) -> bool:
    """Whether letters that stand twice stand side by side: three of a script with blanks between words, else two."""
    for number, (one, other) in enumerate(pairwise(at)):
        if other != one + 2:
            continue
        if not text.sort[one] & text.sort[other] & Sort.WORD or (number + 2 < len(at) and at[number + 2] == other + 2):
            return True
    return False


def _letters(sought: Sought, text: Text, at: Sequence[int]) -> tuple[int, list[tuple[int, int]]]:
    """(the classes that reading the letters takes, where one is only like the term's); -1 where one is another."""
    table = fold_table()
    mask, real, native = 0, False, False
    like = []
    for number, (position, folded, written) in enumerate(zip(at, sought.letters, sought.written, strict=True)):
        code, seen, sort = text.codes[position], chr(text.fold[position]), text.sort[position]
        if seen in STARS and not sort & Sort.LETTER:
            mask |= BITS.starred
            continue
        letter = bool(sort & Sort.LETTER) and not sort & Sort.DIGIT
        real = real or letter
        native = native or (letter and seen.isascii() and not sort & (Sort.FOREIGN | Sort.ORNAMENT))
        if seen == folded:
            if code != written:
                cased = text.small[position] == int(table.small[written])
                bits = BITS.case if cased else text.bits[position] | int(table.bits[written])
                mask |= bits ^ _FOREIGN if sort & Sort.FOREIGN and bits & _FOREIGN == BITS.look_alike else bits
        elif folded in LEET.get(seen, ""):
            mask |= BITS.leet
        elif _upright(text, at, number, folded):
            mask |= BITS.look_alike
        elif how := alike(seen, folded, sought.han >= LONG, sought.allowed & BITS.like):
            like.append((number, how))
        else:
            return -1, []
    if like:
        likes = _likes(sought, text, at, like)
        if likes < 0:
            return -1, []
        mask |= likes
    if mask & BITS.mixed and not native:  # a word all of another alphabet
        mask ^= BITS.mixed
        mask |= BITS.look_alike
    return (mask if real or not mask & BITS.leet else -1), [(at[number], at[number]) for number, _ in like]


def _likes(sought: Sought, text: Text, at: Sequence[int], like: Sequence[tuple[int, int]]) -> int:
    """The classes of letters that are other characters, each with its own; -1 where they do not make the term."""
    table, hows = han_table(), [how for _, how in like]
    if len(like) == len(at) == TWO:
        hows = [sought.allowed & BITS.sound if how == BITS.rare else how for how in hows]
    seen = [text.fold[at[number]] for number, _ in like]
    meant = [ord(sought.letters[number]) for number, _ in like]
    everyday = sum(bool(table.everyday[code]) for code in seen)
    turned = sum(table.syllable[a] != table.syllable[b] for a, b in zip(seen, meant, strict=True))
    counts = (np.array([n]) for n in (len(at), sought.han, len(like), everyday, turned))
    if not all(hows) or not Likes(*counts).fit()[0]:
        return -1
    return int(np.bitwise_or.reduce(hows))


def _between(text: Text, start: int, end: int, shown: frozenset[str]) -> int:
    """The classes of what folds to nothing inside a hit; what says that a sign is a picture is part of the picture."""
    mask = 0
    for position in range(start, end):
        sort = text.sort[position]
        if sort & Sort.DROPPED and not (sort & Sort.SELECTOR and _pictured(text, position, shown)):
            mask |= text.bits[position]
    return mask


def _pictured(text: Text, at: int, shown: frozenset[str]) -> bool:
    """Whether a picture stands before, or a keycap behind."""
    if at and (text.sort[at - 1] & Sort.ORNAMENT or chr(text.fold[at - 1]) in shown):
        return True
    return at + 1 < len(text.bits) and text.bits[at + 1] == BITS.emoji and bool(text.sort[at + 1] & Sort.DROPPED)


def _lasts(text: Text, at: Sequence[int]) -> list[int]:
    """The position of the last sign that stands for each letter: its own, or the end of a run of three or more."""
    ends = [*at[1:], len(text.fold)]
    return [_run_end(text, position, end) for position, end in zip(at, ends, strict=True)]


def _run_end(text: Text, at: int, end: int) -> int:
    """Where a run of the letter at a position ends, before `end`; the position itself if the run is short."""
    if at + 1 >= end or text.fold[at + 1] != text.fold[at]:
        return at
    first, last = text.run(at)
    sort = text.sort[at]
    if last - first + 1 < LEAST_REPEATED or not sort & Sort.WORD or sort & Sort.DIGIT:
        return at
    return min(last, end - 1)


def _upright(text: Text, at: Sequence[int], number: int, folded: str) -> bool:
    """Whether an upright stroke may stand for the i or l of the term where it stands."""
    position = at[number]
    seen = chr(text.fold[position])
    if seen not in "il" or folded not in "il":
        return False
    if text.sort[position] & Sort.BAR:
        return True
    if seen == "l":  # VlAGRA
        others = [text.sort[p] for p in at if chr(text.fold[p]) != "l" or text.sort[p] & Sort.CAPITAL]
        capitals = len(others) >= _CAPITALS and all(sort & (Sort.CAPITAL | Sort.DIGIT) for sort in others)
        return capitals and not text.sort[position] & Sort.CAPITAL
    return bool(text.sort[position] & Sort.CAPITAL) and _after_small(text, at, number)  # caII


def _after_small(text: Text, at: Sequence[int], number: int) -> bool:
    """Whether capitals I run from here back to a small letter."""
    while number and text.sort[at[number]] & Sort.CAPITAL and chr(text.fold[at[number]]) == "i":
        number -= 1
    sort = text.sort[at[number]]
    return bool(sort & Sort.LETTER) and not sort & (Sort.CAPITAL | Sort.DIGIT)


def _ends_fit(sought: Sought, text: Text, first: int, last: int) -> bool:
    """Whether a word starts and ends where the term does, or the term's own signs stand there."""
    if sought.lead:
        if not _stand(text, first, sought.lead[::-1], text.before):
            return False
    elif sought.closed_left and _goes_on(text, text.before(first), first):
        return False
    if sought.tail:
        return _stand(text, last, sought.tail, text.behind)
    return not (sought.closed_right and _goes_on(text, text.behind(last), last))


def _stand(text: Text, edge: int, signs: str, move: Callable[[int], int]) -> bool:
    """Whether these signs stand beside a letter, one after another in the direction of the move."""
    for sign in signs:
        edge = move(edge)
        if not 0 <= edge < len(text.codes) or chr(text.fold[edge]) != sign:
            return False
    return True


def _goes_on(text: Text, beside: int, edge: int) -> bool:
    """Whether the word of the letter at `edge` goes on at `beside`. A circled 2 or a flag does not go on a word."""
    if not text.is_word(beside):
        return False
    return not text.sort[beside] & Sort.ORNAMENT or bool(text.sort[edge] & Sort.ORNAMENT)


def _extent(sought: Sought, text: Text, first: int, last: int) -> tuple[int, int]:
    """(start, end) with the term's own signs at its ends, and marks over the last letter."""
    start, end = first, last + 1
    for _ in sought.lead:
        start = text.before(start)
    for _ in sought.tail:
        end = text.behind(end - 1) + 1
    position = end
    while position < len(text.codes) and text.sort[position] & Sort.DROPPED:
        position += 1
        if text.bits[position - 1] & (BITS.combining | BITS.emoji):
            end = position
    return start, end
