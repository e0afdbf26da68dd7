"""What is known of the texts that a part of a pattern matches: a few forms of letters with gaps between.

A form is the runs of letters between its gaps. A text has it if it begins with the first, ends with the last, and holds
each of them somewhere; they may lie over one another, so of one or more `x` the form is x, gap, x. A form without a gap
is the text itself.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import groupby
from typing import NamedTuple

GAP = "\0"  # no sign of folded text
MOST_LITERALS = 32
_MOST_FORMS = 32
_MOST_NAMED = 500  # runs or pieces of them that are held against all forms
_LONGEST = 64  # signs of a form; of a longer one both halves of it are kept
_MOST_COPIES, _FEW_MORE = 4, 2  # of a repetition that are written out
_MOST_SIGNS = 24  # the same, of a single sign
_SHORT = range(2, 5)  # of pieces that many literals may share
_LEAST, _LEAST_BEYOND_ASCII, _LEAST_DIGITS = 3, 2, 5
_SIGNS, _ENOUGH = 8.0, 5  # a letter is one of about so many; by so many of them hits are rare enough
_GAPS = re.compile(f"{GAP}{GAP}+")


class Part(NamedTuple):
    """Every text that the part matches has one of `forms`, and holds one of `best`, if there are any."""

    forms: frozenset[str]
    best: tuple[str, ...] = ()


NOTHING, ANYTHING = Part(frozenset([""])), Part(frozenset([GAP]))


def joined(parts: Iterable[Part]) -> Part:
    """One part after the other."""
    forms, best = NOTHING
    for part in _runs(parts):
        if len(forms) * len(part.forms) > _MOST_FORMS:
            forms = frozenset([GAP])
        forms = _plain(one + other for one in forms for other in part.forms)
        best = _better(best, part.best, _literals(part.forms), _literals(forms))
    return Part(forms, best)


def either(parts: Sequence[Part]) -> Part:
    """One of several parts."""
    forms = _plain(form for part in parts for form in part.forms)
    held = {one for part in parts for one in part.best} if all(part.best for part in parts) else ()
    best = _better(_literals(held), _literals(forms))
    return Part(forms if len(forms) <= _MOST_FORMS else ANYTHING.forms, best)


def repeated(part: Part, least: int, most: int | None) -> Part:
    """A part so many times; `most` is None where there is no bound."""
    written = _MOST_SIGNS if len(part.forms) == 1 == len(min(part.forms)) else _MOST_COPIES
    if most is not None and most - least <= _FEW_MORE and most <= written:
        ways = [joined([part] * times) for times in range(least, most + 1)]
    else:
        copies = joined([part] * min(max(least, 1), written))
        ends = copies if len(part.forms) <= _FEW_MORE else NOTHING
        ways = [joined([copies, ANYTHING, ends]), *([NOTHING] if least == 0 else [])]
    whole = either(ways)
    return Part(whole.forms, _better(whole.best, ways[0].best if least else ()))


def _runs(parts: Iterable[Part]) -> Iterator[Part]:
    """The parts, those of a single form that follow one another made one, so that a word is weighed as a whole."""
    for single, run in groupby(parts, key=lambda part: len(part.forms) == 1):
        if single:
            held = list(run)
            forms = _plain(["".join(form for part in held for form in part.forms)])
            yield Part(forms, _better(*(part.best for part in held)))
        else:
            yield from run


def _plain(forms: Iterable[str]) -> frozenset[str]:
    """The forms with one gap for several, and none but a gap where one of them is that."""
    found = frozenset(_short(_GAPS.sub(GAP, form)) for form in forms)
    return ANYTHING.forms if GAP in found else found


def _short(form: str) -> str:
    half = _LONGEST // 2
    return form if len(form) <= _LONGEST else f"{form[:half]}{GAP}{form[-half:]}"


def _literals(forms: Collection[str]) -> tuple[str, ...]:
    """A literal of each form, the same for several where that is better; none at all where a form has none."""
    runs = [list(filter(_useful, form.split(GAP))) for form in forms]
    if not all(runs):
        return ()
    longest = _fewest(max(own, key=_weight) for own in runs)
    if longest and all(len(own) == 1 for own in runs):
        return longest
    return _better(longest, _shared(runs if longest else [_pieces(own) for own in runs]))


def _pieces(runs: Iterable[str]) -> set[str]:
    """The short pieces of runs."""
    places = ((run, at, at + size) for run in runs for size in _SHORT for at in range(len(run) - size + 1))
    return set(filter(_useful, (run[start:end] for run, start, end in places)))


def _shared(runs: Sequence[Collection[str]]) -> tuple[str, ...]:
    """Of runs of several forms those that most others hold: one after the other, until each form has one."""
    named = sorted({run for own in runs for run in own})
    if len(named) > _MOST_NAMED:
        return ()
    holders = {one: {number for number, own in enumerate(runs) if any(one in run for run in own)} for one in named}
    left = set(range(len(runs)))
    taken: list[str] = []
    while left and len(taken) < MOST_LITERALS:
        taken.append(max(named, key=lambda one: (len(holders[one] & left), _weight(one))))
        left -= holders[taken[-1]]
    return () if left else _fewest(taken)


def _useful(run: str) -> bool:
    if run.isdigit():
        return len(run) >= _LEAST_DIGITS
    return len(run) >= (_LEAST if run.isascii() else _LEAST_BEYOND_ASCII)


def _fewest(literals: Iterable[str]) -> tuple[str, ...]:
    """Those that hold none of the others; none at all where they are too many."""
    kept: list[str] = []
    for literal in sorted(set(literals), key=lambda one: (len(one), one)):
        if not any(one in literal for one in kept):
            kept.append(literal)
            if len(kept) > MOST_LITERALS:
                return ()
    return tuple(sorted(kept))


def _better(*options: tuple[str, ...]) -> tuple[str, ...]:
    """The literals that fewest texts hold by chance; of those as good the fewest, then the longest."""
    return min(filter(None, options), key=_cost, default=())


def _cost(literals: tuple[str, ...]) -> tuple[float, int, int, tuple[str, ...]]:
    weights = [_weight(one) for one in literals]
    return sum(_SIGNS ** -min(weight, _ENOUGH) for weight in weights), len(literals), -min(weights), literals


def _weight(literal: str) -> int:
    """Its letters, those beyond ASCII twice: there are more of them to choose from."""
    return sum(1 if sign.isascii() else 2 for sign in literal)
