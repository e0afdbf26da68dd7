"""What is sought, compiled to the arrays that the native kernel reads (kernel/kernel.h says what each is)."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from itertools import chain

import numpy as np
import numpy.typing as npt

from rectify.screening.automaton import DROPPED, PICTURE, SEPARATOR, SIGN, SPELLED, STAR, Automaton, ground
from rectify.screening.engines import SPOKEN as VERSION
from rectify.screening.fold import BITS, codes_of, fold_table
from rectify.screening.frequency import LETTERS as LATIN
from rectify.screening.han import han_table
from rectify.screening.hits import CAP
from rectify.screening.holes import Holes
from rectify.screening.letters import ANY_STARS, INNER_STARS, Gap
from rectify.screening.pictures import pictures
from rectify.screening.ranges import flat
from rectify.screening.rarest import (
    FIRST_WIDE,
    OTHER,
    PAIR,
    SINGLE,
    SPREAD,
    SPREAD_64,
    WIDEST,
    Window,
    filters,
    windows,
)
from rectify.screening.sought import SoughtTable

Ints = npt.NDArray[np.int64]
Codes = npt.NDArray[np.uint16]
Signs = npt.NDArray[np.uint32]  # code points
Array = npt.NDArray[np.generic]

_SIGN_S, _SIGN_A, _SPELLED, _STAR, _PICTURE = 32, 33, 34, 35, 36  # signs that may be letters
_NEVER = 0x7FFF
_BEYOND_ASCII = 0x80
SLOT = np.dtype([("key", "u4"), ("first", "u4")])
ENTRY = np.dtype(
    [("skeleton", "u4"), ("from", "u4"), ("before", "u2"), ("size", "u2"), ("letter", "u2"), ("beside", "i1"),
     ("last", "u1")]
)  # fmt: skip
EDGES = np.dtype([("lead", "u4"), ("leads", "u4"), ("tail", "u4"), ("tails", "u4")])
RULES = np.dtype([("words", "u4"), ("term", "i4"), ("allowed", "u4"), ("how", "u4"), ("han", "u2"), ("flags", "u2")])


def compiled(sought: SoughtTable, automaton: Automaton, literals: Sequence[Sequence[str]] = ()) -> tuple[Array, ...]:
    """The arrays of a plan, in the order of kernel.h.

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
    coding = _Coding(letters, length)
    low, page_of, pages = _kinds(coding, automaton.reach, asked)
    codes, at = coding.table[letters], _starts(length)
    found = windows(codes, letters, at, automaton.reach)
    tables_of_filter, wide_shift = filters(found, coding.last, asked)
    beside, slots, entries, slot_shift = _exact(found, codes, at)
    leads = [(number[text], len(sought) + n) for n, one in enumerate(literals) for text in one]
    of = np.concatenate((automaton.of, np.array([skeleton for skeleton, _ in leads], np.int64)))
    whose = np.concatenate((automaton.whose, np.array([form for _, form in leads], np.int64)))
    order = np.argsort(of, kind="stable")
    sizes = sum(1 << int(kind) for kind in np.unique(found.kind) if kind <= WIDEST)
    singles = sum(1 << key for key in set(found.key[found.kind == 1].tolist()))
    shown = np.array([sign for sign in sorted(map(ord, pictures())) if coding.table[sign] != OTHER], np.uint32)
    numbers = [VERSION, len(sought), len(literals), len(length), coding.single_from, wide_shift, slot_shift, sizes,
               bool((found.kind == PAIR).any()), asked, CAP, singles]  # fmt: skip
    return (
        np.array(numbers, np.uint32), low, page_of, pages, *tables_of_filter, beside, slots, entries, codes, at,
        whose[order].astype(np.uint32), _starts(np.bincount(of, minlength=len(length))), *_forms(sought),
        *_holes(automaton, sought, codes, at), shown, coding.table[shown],
    )  # fmt: skip


@cache
def tables() -> tuple[Array, ...]:
    """The tables that all plans share, in the order of kernel.h."""
    fold, han = fold_table(), han_table()
    marks = np.zeros(0x10000, np.uint8)
    marks[[ord(sign) for sign in ANY_STARS]] = 1 | 2
    marks[[ord(sign) for sign in INNER_STARS]] = 1 | 4
    signs = np.array(sorted(map(ord, pictures())), np.uint32)
    return (fold.fold, fold.bits, fold.sort, fold.small, fold.spelled.astype(np.uint32), fold.first, fold.lengths,
            han.everyday.view(np.uint8), han.syllable, han.alike, signs, marks)  # fmt: skip


class _Coding:
    """The codes of letters: ASCII ones first, those that are a term by themselves last."""

    def __init__(self, letters: Signs, length: Ints) -> None:
        alone = np.zeros(0x110000, bool)
        alone[letters[np.cumsum(length)[length == 1] - 1]] = True
        used = np.zeros(0x110000, bool)
        used[letters] = True
        used[:_BEYOND_ASCII] = alone[:_BEYOND_ASCII] = False
        ordered = np.concatenate((np.flatnonzero(used & ~alone), np.flatnonzero(alone)))[: _NEVER - FIRST_WIDE]
        self.single_from = FIRST_WIDE + int((used & ~alone).sum()) if alone.any() else _NEVER
        self.last = FIRST_WIDE + len(ordered)
        self.table = np.full(0x110000, OTHER, np.uint16)
        self.table[[ord(sign) for sign in LATIN]] = np.arange(1, len(LATIN) + 1)
        self.table[ordered] = np.arange(FIRST_WIDE, self.last)


def _starts(lengths: Ints) -> npt.NDArray[np.uint32]:
    return np.concatenate(([0], np.cumsum(lengths))).astype(np.uint32)


@cache
def _base() -> tuple[Codes, Ints, npt.NDArray[np.uint32]]:
    """Code point -> what it is in a stream, without letters beyond ASCII; those, and the sign that each folds to."""
    table, others, folded = ground()
    fold = fold_table().fold
    kind_of = np.zeros(0x10000, np.uint16)
    kind_of[[1 << 8 | ord(sign) for sign in LATIN]] = np.arange(1, len(LATIN) + 1)
    kind_of[[SPELLED, STAR, PICTURE]] = _SPELLED, _STAR, _PICTURE
    kinds: Codes = kind_of[table]
    kinds[table == SIGN] = np.where(fold[table == SIGN] == ord("$"), _SIGN_S, _SIGN_A)
    assert not kinds[(table == SEPARATOR) | (table == DROPPED)].any()
    return kinds, others, folded


def _kinds(coding: _Coding, reach: int | None, asked: int) -> tuple[Codes, Codes, Codes]:
    """What each code point is in a stream of letters: below 0x10000 at once, above by pages of 256."""
    base, others, folded = _base()
    kinds = base.copy()
    kinds[others] = coding.table[folded if reach is None else han_table().sought_as[reach][folded]]
    for bit, kind in ((BITS.starred, _STAR), (BITS.pictures, _PICTURE)):
        if not asked & bit:
            kinds[kinds == kind] = 0
    paged = np.concatenate((kinds, np.zeros(-len(kinds) % 256, np.uint16))).reshape(-1, 256)
    known: dict[bytes, int] = {}
    page_of = np.array([known.setdefault(page.tobytes(), len(known)) for page in paged], np.uint16)
    return kinds[:0x10000].copy(), page_of, np.frombuffer(b"".join(known), np.uint16)


def _exact(found: Window, codes: Codes, at: npt.NDArray[np.uint32]) -> tuple[Array, Array, Array, int]:
    """(bits of windows with a letter beside, slots by the hash of windows, the skeletons of each, how far that hash is
    shifted).
    """
    key = np.where(found.kind == PAIR, found.key, 1 << 31 | found.kind << 20 | found.key).astype(np.uint32)
    order = np.argsort(key, kind="stable")
    keys, first = np.unique(key[order], return_index=True)
    entries = np.zeros(len(key), ENTRY)
    begin, size, before = at[:-1].astype(np.int64)[order], np.diff(at.astype(np.int64))[order], found.before[order]
    width = np.where(found.kind == PAIR, 2, np.where(found.kind == SINGLE, 1, found.kind))[order]
    beside = np.where(before >= width, -width, np.where(before + 1 < size, 1, 0))
    entries["skeleton"], entries["from"], entries["before"], entries["size"] = order, begin, before, size
    entries["letter"], entries["beside"] = codes[begin + before + beside], beside
    entries["last"][np.append(first[1:], len(key))[: len(first)] - 1] = 1
    where = np.where(beside < 0, 0, np.where(beside > 0, 1, 2)).astype(np.uint64)
    letter = np.where(beside == 0, 0, entries["letter"]).astype(np.uint64)
    hashed = key[order].astype(np.uint64) << np.uint64(18) ^ letter << np.uint64(2) ^ where
    near = np.zeros(1 << 20, bool)
    near[hashed * SPREAD_64 >> np.uint64(44)] = True
    bits = max(2, int(len(keys) * 3 // 2).bit_length())
    home = ((keys * SPREAD) >> np.uint32(32 - bits)).astype(np.int64)
    by_home = np.argsort(home, kind="stable")
    rank = np.arange(len(keys))
    place = np.maximum.accumulate(home[by_home] - rank) + rank if len(keys) else rank
    slots = np.zeros(max(1 << bits, int(place.max(initial=0)) + 1) + 1, SLOT)
    slots["key"][place], slots["first"][place] = keys[by_home], first[by_home]
    return np.packbits(near, bitorder="little").view(np.uint32), slots, entries, 32 - bits


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
