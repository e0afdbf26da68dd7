"""What is known of the texts that a part of a pattern matches: a few forms of letters with gaps between."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import groupby
from typing import NamedTuple

GAP = "\0"  # stands for any text, none as well; folded text holds no such sign
MOST_LITERALS = 32
_MOST_FORMS = 64
_LONGEST = 64  # signs of a form; of a longer one both halves of it are kept
_MOST_COPIES, _FEW_MORE = 4, 2  # of a repetition that are written out
_SHORT = range(2, 5)  # of pieces that many literals may share
_LEAST, _LEAST_BEYOND_ASCII, _LEAST_DIGITS = 3, 2, 5
_SIGNS, _ENOUGH = 8.0, 6  # a letter parts texts about so well; beyond so many letters hits are rare anyway
_GAPS = re.compile(f"{GAP}{GAP}+")


class Part(NamedTuple):
    """Every text that the part matches is one of `forms`, and holds one of `best`, if there are any."""

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
    if most == 0:
        return NOTHING
    if least == 0:
        return Part(part.forms | NOTHING.forms) if most == 1 else ANYTHING
    copies = joined([part] * min(least, _MOST_COPIES))
    if least == most and least <= _MOST_COPIES:
        return copies
    if most and most - least <= _FEW_MORE and most <= _MOST_COPIES:
        ways = [joined([part] * times) for times in range(least, most + 1)]
    elif len(part.forms) <= _FEW_MORE:  # once more at the end, for what follows it
        ways = [copies, joined([copies, ANYTHING, part])]
    else:
        ways = [joined([copies, ANYTHING])]
    whole = either(ways)
    return Part(whole.forms, _better(whole.best, copies.best))


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
    return _better(longest, _shared(runs if longest else [list(_windows(own)) for own in runs]))


def _windows(runs: Iterable[str]) -> Iterator[str]:
    """The short pieces of runs."""
    for run in runs:
        for size in _SHORT:
            yield from filter(_useful, (run[at : at + size] for at in range(len(run) - size + 1)))


def _shared(runs: Sequence[Collection[str]]) -> tuple[str, ...]:
    """Of runs of several forms those that stand in most: one after the other, until each form has one."""
    holders: dict[str, set[int]] = {}
    for one in sorted({run for own in runs for run in own}):
        holders[one] = {number for number, own in enumerate(runs) if any(one in run for run in own)}
    left = set(range(len(runs)))
    taken: list[str] = []
    while left and len(taken) < MOST_LITERALS:
        taken.append(max(holders, key=lambda one: (len(holders[one] & left), _weight(one))))
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
