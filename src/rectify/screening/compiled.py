"""What is sought, compiled to the arrays that the native kernel reads (kernel/plan.h says what each is)."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from html.entities import html5
from itertools import chain
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from rectify.catalogue.html import PLAIN_TAGS
from rectify.screening.automaton import Automaton
from rectify.screening.coding import Coding, digits
from rectify.screening.engines import SPOKEN as VERSION
from rectify.screening.fold import codes_of, fold_table
from rectify.screening.han import han_table
from rectify.screening.hits import CAP
from rectify.screening.holes import Holes
from rectify.screening.letters import ANY_STARS, INNER_STARS, Gap
from rectify.screening.pictures import pictures
from rectify.screening.ranges import flat
from rectify.screening.rarest import (
    PAIR,
    SINGLE,
    SPREAD,
    SPREAD_64,
    WIDEST,
    Window,
    filters,
    key_of,
    share_of_short,
    windows,
)
from rectify.screening.sought import SoughtTable

Ints = npt.NDArray[np.int64]
Codes = npt.NDArray[np.uint16]
Signs = npt.NDArray[np.uint32]  # code points
Array = npt.NDArray[np.generic]

# The share of letters at which a term of one to three letters may end from which on it is quicker to look where words
# begin and end (kernel/words.c): that takes as long as to look at every thirtieth letter.
_OFTEN = 1 / 30
_THIN = 3  # bytes of the filter for each window in it
_WHERE = 0x2C1B  # the factor of where the letters beside a window stand: exact.c
SLOT = np.dtype([("key", "u4"), ("first", "u4")])
ENTRY = np.dtype(
    [("skeleton", "u4"), ("from", "u4"), ("before", "u2"), ("size", "u2"), ("letter", "u2"), ("beside", "i1"),
     ("last", "u1")]
)  # fmt: skip
EDGES = np.dtype([("lead", "u4"), ("leads", "u4"), ("tail", "u4"), ("tails", "u4")])
RULES = np.dtype([("words", "u4"), ("term", "i4"), ("allowed", "u4"), ("how", "u4"), ("han", "u2"), ("flags", "u2")])


def compiled(sought: SoughtTable, automaton: Automaton, literals: Sequence[Sequence[str]] = ()) -> tuple[Array, ...]:
    """The arrays of a plan, in the order of plan.h.

    `literals` are texts that nominate patterns, by the number of the pattern, with letters that leetspeak confuses made
    one; they stand behind the skeletons of terms.
    """
    asked = int(np.bitwise_or.reduce(sought.allowed, initial=0))
    texts = sorted({text for one in literals for text in one})
    number = {text: len(automaton.length) + n for n, text in enumerate(texts)}
    named = codes_of("".join(texts))
    named = named if automaton.reach is None else han_table().sought_as[automaton.reach][named]
    letters = np.concatenate((automaton.codes, named))
    length = np.concatenate((automaton.length, np.array([len(text) for text in texts], np.int64)))
    coding = Coding(letters, length)
    codes, at = coding.of(letters), _starts(length)
    found = windows(codes, letters, at, automaton.reach)
    exact = _exact(found, codes, at)
    leads = [(number[text], len(sought) + n) for n, one in enumerate(literals) for text in one]
    of = np.concatenate((automaton.of, np.array([skeleton for skeleton, _ in leads], np.int64)))
    whose = np.concatenate((automaton.whose, np.array([form for _, form in leads], np.int64)))
    as_words = share_of_short(found, letters[at[:-1]], automaton.reach) > _OFTEN
    filter_ = filters(found, _are_words(sought, of, whose, len(length)) & as_words)
    order = _ordered(of)
    sizes = sum(1 << kind for kind in range(WIDEST + 1) if (found.kind == kind).any())
    numbers = [VERSION, len(sought), len(literals), len(length), coding.single_from, exact.shift, exact.slot_shift,
               sizes, asked, CAP, filter_.fifth, digits(), filter_.more, as_words]  # fmt: skip
    return (
        np.array(numbers, np.uint32), *coding.kinds(automaton.reach, asked), *filter_.tables, *exact.tables,
        codes, at, whose[order].astype(np.uint32), _starts(np.bincount(of, minlength=len(length))),
        *_forms(sought), *_holes(automaton, sought, codes, at), *coding.pictures(),
    )  # fmt: skip


def _are_words(sought: SoughtTable, of: Ints, whose: Ints, count: int) -> npt.NDArray[np.bool_]:
    """Whether a skeleton stands between signs that are of no word, whichever of its forms is read: each is closed, or
    has signs of its own there. Forms beyond those sought are patterns, and are not.
    """
    ends = (
        (sought.closed_left, [one.lead for one in sought.layouts]),
        (sought.closed_right, [one.tail for one in sought.layouts]),
    )
    left, right = (
        np.append(closed | sought.of_layouts([sign != "" for sign in signs]), False) for closed, signs in ends
    )
    words = np.ones(count, np.bool_)
    forms = np.minimum(whose, len(sought))
    words[of[~(left & right)[forms]]] = False
    return words


@cache
def tables() -> tuple[Array, ...]:
    """The tables that all plans share, in the order of plan.h."""
    fold, han = fold_table(), han_table()
    marks = np.zeros(0x10000, np.uint8)
    marks[[ord(sign) for sign in ANY_STARS]] = 1 | 2
    marks[[ord(sign) for sign in INNER_STARS]] = 1 | 4
    signs = np.array(sorted(map(ord, pictures())), np.uint32)
    entities, elements = sorted(html5), sorted(PLAIN_TAGS)
    return (fold.fold, fold.bits, fold.sort, fold.small, fold.spelled.astype(np.uint32), fold.first, fold.lengths,
            han.everyday.view(np.uint8), han.syllable, han.alike, signs, marks,
            *_joined(entities), *_joined([html5[name] for name in entities]), *_joined(elements),
            np.array([ord(PLAIN_TAGS[name] or "\0") for name in elements], np.uint8))  # fmt: skip


def _joined(texts: Sequence[str]) -> tuple[Array, Array]:
    """Texts one behind another in UTF-8, and where each begins."""
    written = [text.encode() for text in texts]
    return np.frombuffer(b"".join(written), np.uint8), _starts(np.array([len(text) for text in written], np.int64))


def _starts(lengths: Ints) -> npt.NDArray[np.uint32]:
    return np.concatenate(([0], np.cumsum(lengths))).astype(np.uint32)


class _Exact(NamedTuple):
    """By the hash of windows, their skeletons."""

    tables: tuple[Array, Array, Array, Array]  # windows, beside, slots, entries: plan.h
    shift: int  # of the hash of a key in the first of them
    slot_shift: int


def _exact(found: Window, codes: Codes, at: npt.NDArray[np.uint32]) -> _Exact:
    key = key_of(found)
    order = _ordered(key)
    ordered = key[order]
    first = np.flatnonzero(np.append(True, ordered[1:] != ordered[:-1])[: len(key)])
    keys = ordered[first]
    entries = np.zeros(len(key), ENTRY)
    begin: Ints = at[:-1].astype(np.int64)[order]
    size: Ints = at[1:].astype(np.int64)[order] - begin
    before = found.before[order]
    width = np.where(found.kind == PAIR, 2, np.where(found.kind == SINGLE, 1, found.kind))[order]
    beside = np.where(before >= width, -width, np.where(before + 1 < size, 1, 0))
    entries["skeleton"], entries["from"], entries["before"], entries["size"] = order, begin, before, size
    entries["letter"], entries["beside"] = codes[begin + before + beside], beside
    entries["last"][np.append(first[1:], len(key))[: len(first)] - 1] = 1
    shift = 32 - min(max(7, int(len(keys) * _THIN).bit_length()), 22)
    near = _beside(key[order], shift, codes, begin + before - width + 1, begin + before, begin, begin + size - 1)
    bits = max(2, int(len(keys) * 3 // 2).bit_length())
    home = ((keys * SPREAD) >> np.uint32(32 - bits)).astype(np.int64)
    by_home = _ordered(home)
    rank = np.arange(len(keys))
    place = np.maximum.accumulate(home[by_home] - rank) + rank if len(keys) else rank
    slots = np.zeros(max(1 << bits, int(place.max(initial=0)) + 1) + 1, SLOT)
    slots["key"][place], slots["first"][place] = keys[by_home], first[by_home]
    return _Exact((*near, slots, entries), shift, 32 - bits)


def _beside(
    key: Signs, shift: int, codes: Codes, left: Ints, right: Ints, first: Ints, last: Ints
) -> tuple[Array, Array]:
    """(by the hash of windows, where the letters beside them stand that are known, each a bit; bits of windows with
    these letters, as many as a skeleton has, two at most): the window from `left` to `right`, the skeleton from `first`
    to `last`. The bits of a window lie in one line of the cache.
    """
    before, behind = np.minimum(left - first, 2), np.minimum(last - right, 2)

    def letter(at: Ints, there: npt.NDArray[np.bool_]) -> npt.NDArray[np.uint64]:
        return np.where(there, codes[np.where(there, at, 0)], 0).astype(np.uint64)

    ways = [(before > 1), (behind > 1), (before == 1) & (behind == 1), before == 1, behind == 1]
    where = np.select(ways, [3, 4, 5, 0, 1], 2).astype(np.uint64)
    one = np.where(np.isin(where, (0, 3, 5)), letter(left - 1, before > 0), letter(right + 1, np.isin(where, (1, 4))))
    other = np.select(
        [where == 3, where == 4, where == 5],
        [letter(left - 2, before > 1), letter(right + 2, behind > 1), letter(right + 1, behind > 0)], np.uint64(0),
    )  # fmt: skip
    kinds, spread = np.zeros(1 << 32 - shift, np.uint8), key * SPREAD
    np.bitwise_or.at(kinds, spread >> np.uint32(shift), (1 << where.astype(np.int64)).astype(np.uint8))
    told = key.astype(np.uint64) << np.uint64(32) | other << np.uint64(16) | one
    line = (spread >> np.uint32(21)).astype(np.uint64)
    bits = np.zeros(1 << 20, bool)
    hashed = told * SPREAD_64 >> np.uint64(46) ^ where * np.uint64(_WHERE)
    for bit in (hashed >> np.uint64(9), hashed & np.uint64(511)):  # both, so that few are there by chance
        bits[line << np.uint64(9) | bit] = True
    return kinds, np.packbits(bits, bitorder="little").view(np.uint32)


def _ordered(values: npt.NDArray[np.integer]) -> Ints:
    """The places of numbers of 32 bits, ascending, those of equal ones in their order: plain sorting is quicker."""
    placed = np.sort(values.astype(np.uint64) << np.uint64(32) | np.arange(len(values), dtype=np.uint64))
    return (placed & np.uint64(0xFFFFFFFF)).astype(np.int64)


def _forms(sought: SoughtTable) -> tuple[Array, ...]:
    """The terms letter by letter, what stands between their letters and at their ends, and how they are read."""
    gaps: dict[Gap, int] = {Gap("", False): 0}
    rows, ends = [], []  # of each layout: the gaps behind its letters, and the texts at its ends
    for layout in sought.layouts:
        rows.append([*(gaps.setdefault(gap, len(gaps)) for gap in layout.gaps), 0])
        ends.append((layout.lead, layout.tail))
    texts = [gap.text for gap in gaps]
    gap_at = _starts(np.array([len(text) for text in texts], np.int64))
    edges, behind = np.zeros(len(ends), EDGES), int(gap_at[-1])
    for n, (lead, tail) in enumerate(ends):
        edges[n] = behind, len(lead), behind + len(lead), len(tail)
        behind += len(lead) + len(tail)
    size = np.array([len(row) for row in rows], np.int64)
    begin, flat_rows = np.cumsum(size) - size, np.array([n for row in rows for n in row], np.uint32)
    gap = flat_rows[flat(begin[sought.layout], sought.length)] if len(rows) else flat_rows
    rules = np.zeros(len(sought), RULES)
    for name in ("words", "term", "allowed", "how", "han"):
        rules[name] = getattr(sought, name)
    flags = (sought.closed_left, sought.closed_right, sought.short, sought.latin)
    rules["flags"] = sum(flag.astype(np.uint16) << n for n, flag in enumerate(flags))
    text = "".join([*texts, *chain.from_iterable(ends)])
    return (_starts(sought.length), sought.letters.astype(np.uint32), sought.written.astype(np.uint32), gap,
            codes_of(text), gap_at, np.array([one.word for one in gaps], np.uint8), edges[sought.layout],
            rules)  # fmt: skip


def _holes(automaton: Automaton, sought: SoughtTable, codes: Codes, at: npt.NDArray[np.uint32]) -> tuple[Array, ...]:
    """What nominates texts of which signs stand for some letters."""
    numbers = automaton.starred()
    begin, length = at[:-1].astype(np.int64)[numbers], automaton.length[numbers]
    return Holes(codes[flat(begin, length)], length, numbers).entries()
