"""Runs of numbers, and many texts that stand one after another in one array of codes."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import numpy.typing as npt

from rectify.screening.fold import Codes, text_of

Ints = npt.NDArray[np.int64]


def flat(start: Ints, length: Ints) -> Ints:
    """The numbers start, start + 1 ... of each run, one run after another."""
    before = np.cumsum(length) - length
    numbers: Ints = np.arange(int(length.sum())) + np.repeat(start - before, length)
    return numbers


def parted(codes: Codes, length: Ints) -> list[str]:
    """Texts whose code points stand one after another, each of the length given."""
    if not codes.all():  # one holds NUL
        ends = np.cumsum(length).tolist()
        joined = text_of(codes)
        return [joined[start:end] for start, end in pairwise([0, *ends])]
    spaced = np.zeros(len(codes) + len(length), np.uint32)
    spaced[np.arange(len(codes)) + np.repeat(np.arange(len(length)), length)] = codes
    return text_of(spaced).split("\0")[:-1]


def numbered(codes: Codes, length: Ints) -> tuple[Ints, Ints]:
    """(the number of each text, the first text of each number); texts that are equal have one number.

    Texts stand one after another, each of the length given. They are told apart by a hash, and those of one hash are
    compared.
    """
    if not len(length):
        return np.zeros(0, np.int64), np.zeros(0, np.int64)
    hashes = _hashes(codes, length)
    order = np.argsort(hashes)
    ordered = hashes[order]
    begins = np.flatnonzero(np.append(True, ordered[1:] != ordered[:-1]))
    number = np.empty(len(length), np.int64)
    number[order] = np.repeat(np.arange(len(begins)), np.diff(begins, append=len(order)))
    first = np.minimum.reduceat(order, begins)
    begin = np.cumsum(length) - length
    twin = first[number]
    if (length == length[twin]).all() and (codes == codes[flat(begin[twin], length)]).all():
        return number, first
    known: dict[str, int] = {}  # two texts of one hash
    number = np.array([known.setdefault(text, len(known)) for text in parted(codes, length)], np.int64)
    return number, np.unique(number, return_index=True)[1]


_BASE = np.uint64(0x9E3779B97F4A7C15)  # odd; Knuth, TAOCP 3, 6.4


def _hashes(codes: Codes, length: Ints) -> npt.NDArray[np.uint64]:
    """A number of 64 bits for each text: a polynomial of its codes and its length."""
    powers = np.multiply.accumulate(np.full(int(length.max()) + 1, _BASE))
    end = np.cumsum(length)
    place = np.arange(len(codes)) - np.repeat(end - length, length)
    sums = np.append(np.uint64(0), np.cumsum(codes * powers[place], dtype=np.uint64))
    hashes: npt.NDArray[np.uint64] = sums[end] - sums[end - length] + length.astype(np.uint64)
    return hashes


def unique(values: Ints) -> Ints:
    """The different values, ascending."""
    ordered = np.sort(values)
    return ordered[np.append(True, ordered[1:] != ordered[:-1])] if len(ordered) else ordered
