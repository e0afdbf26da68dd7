"""Proof that every item was seen, and once: sums over a hash of the item ids, and the ids that stand twice.

The hash guards against faults of programs and files, not against people: it has no secret. Against people stand the
digests of the files.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from rectify.terms.item import ItemKey

Words = npt.NDArray[np.uint64]
_LONG = 256  # bytes; a longer id is hashed one by one
_SEEDS = tuple(
    int.from_bytes(hashlib.blake2b(b"rectify completeness 1 %d" % n, digest_size=8).digest(), "little") | 1
    for n in range(6)
)
_MIX_1, _MIX_2 = (
    np.uint64(0xFF51AFD7ED558CCD),
    np.uint64(0xC4CEB9FE1A85EC53),
)  # the finaliser of MurmurHash3 (public domain)
_BITS = (1 << 64) - 1


@dataclass(frozen=True, slots=True)
class Completeness:
    """How many items were seen, and four sums (modulo 2^64) of hashes of (source, kind, id).

    Sums add up, whatever the order and however the items were parted: two sweeps of the same items are equal, and one
    that lost an item, saw one twice or saw another differs in all sums but for a chance of 2^-128 or so.
    """

    count: int = 0
    sums: tuple[int, int, int, int] = (0, 0, 0, 0)

    def __add__(self, other: Completeness) -> Completeness:
        a, b = self.sums, other.sums
        sums = ((a[0] + b[0]) & _BITS, (a[1] + b[1]) & _BITS, (a[2] + b[2]) & _BITS, (a[3] + b[3]) & _BITS)
        return Completeness(self.count + other.count, sums)

    @staticmethod
    def of(items: pa.RecordBatch, source: str) -> Completeness:
        """The sums of a batch of `ITEM_SCHEMA`."""
        return seen(items, source)[0]


def hash_ids(items: pa.RecordBatch, source: str) -> Words:
    """A 64-bit hash of (source, kind, id) for each row of a batch of `ITEM_SCHEMA`; the same in every process."""
    return seen(items, source)[1]


def seen(items: pa.RecordBatch, source: str) -> tuple[Completeness, Words]:
    """The sums of a batch of `ITEM_SCHEMA`, and the `hash_ids` of its rows."""
    one, other = _hashes(items, source)
    mixed = [int(_mix(one + other * np.uint64(seed)).sum(dtype=np.uint64)) for seed in _SEEDS[2:]]
    return Completeness(len(one), (mixed[0], mixed[1], mixed[2], mixed[3])), _mix(one ^ other)


class Duplicate(NamedTuple):
    """An id that stands in more than one row."""

    key: ItemKey
    rows: int


class DuplicateIds:
    """Finds ids that stand twice, in 8 bytes an item: only rows whose hashes meet are compared by their ids."""

    def __init__(self, source: str) -> None:
        self._source = source
        self._parts: list[Words] = []

    def add(self, hashes: Words) -> None:
        """Takes the `hash_ids` of some rows, in any order."""
        self._parts.append(np.asarray(hashes, np.uint64))

    def suspects(self) -> Words:
        """The hashes that were seen more than once, sorted. None of them: no id stands twice."""
        if not self._parts:
            return np.zeros(0, np.uint64)
        whole = np.concatenate(self._parts)
        self._parts = [whole]
        whole.sort()
        return np.unique(whole[1:][whole[1:] == whole[:-1]])

    def confirm(self, batches: Iterable[pa.RecordBatch]) -> Iterator[Duplicate]:
        """The ids that do stand twice, from a second look at the batches (all, or those that hold suspects)."""
        suspects = self.suspects()
        seen: dict[ItemKey, int] = {}
        for items in batches if len(suspects) else ():
            rows = np.flatnonzero(np.isin(hash_ids(items, self._source), suspects))
            kinds, ids = items.column("kind"), items.column("id")
            for n in rows.tolist():
                key = ItemKey(self._source, kinds[n].as_py(), ids[n].as_py())
                seen[key] = seen.get(key, 0) + 1
        yield from (Duplicate(key, rows) for key, rows in seen.items() if rows > 1)


def _hashes(items: pa.RecordBatch, source: str) -> tuple[Words, Words]:
    kinds = items.column("kind").dictionary_encode()
    ids = items.column("id").cast(pa.large_binary())
    starts = [_start(source, kind) for kind in kinds.dictionary.to_pylist()]
    which = np.asarray(kinds.indices)
    first = np.array([a for a, _ in starts], np.uint64)[which]
    second = np.array([b for _, b in starts], np.uint64)[which]
    return _text_hashes(ids, first, second)


def _start(source: str, kind: str) -> tuple[int, int]:
    text = f"{source}\0{kind}".encode()
    digest = hashlib.blake2b(text, digest_size=16).digest()
    return int.from_bytes(digest[:8], "little"), int.from_bytes(digest[8:], "little")


def _text_hashes(texts: pa.Array, one: Words, other: Words) -> tuple[Words, Words]:
    """Eight bytes of all texts at a time; what is shorter has ended before."""
    offsets = np.frombuffer(texts.buffers()[1], np.int64)[texts.offset : texts.offset + len(texts) + 1]
    begin, size = offsets[:-1] - offsets[0], np.diff(offsets)
    buffer = texts.buffers()[2]
    data = bytes(8) if buffer is None else buffer[int(offsets[0]) : int(offsets[-1])].to_pybytes() + bytes(8)
    words = np.ndarray((len(data) - 7,), "<u8", data, strides=(1,))
    one, other = _step(one, size.astype(np.uint64), 0), _step(other, size.astype(np.uint64), 1)
    short = size <= _LONG
    for at in range(0, int(size[short].max(initial=0)), 8):
        rows = np.flatnonzero(short & (size > at))
        left = np.minimum(size[rows] - at, 8)
        mask = np.uint64(_BITS) >> ((8 - left) * 8).astype(np.uint64)
        word = words[begin[rows] + at] & mask
        one[rows], other[rows] = _step(one[rows], word, 0), _step(other[rows], word, 1)
    for row in np.flatnonzero(~short).tolist():
        digest = hashlib.blake2b(texts[row].as_py(), digest_size=16).digest()
        for lane, value in ((one, digest[:8]), (other, digest[8:])):
            lane[row] ^= np.uint64(int.from_bytes(value, "little"))
    return one, other


def _step(state: Words, word: Words, lane: int) -> Words:
    return _mix(state * np.uint64(_SEEDS[lane]) ^ word)


def _mix(state: Words) -> Words:
    state = (state ^ (state >> np.uint64(33))) * _MIX_1
    state = (state ^ (state >> np.uint64(33))) * _MIX_2
    return state ^ (state >> np.uint64(33))
