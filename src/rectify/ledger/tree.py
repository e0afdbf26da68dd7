"""The Merkle tree of RFC 6962 2.1: root, inclusion proof, consistency proof, and what verifies them.

Hashes are 32 bytes. Leaves are given as hashes (`entry.leaf_hash`); the inner node is SHA-256(0x01, left, right).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence

EMPTY = hashlib.sha256(b"").digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of an inner node."""
    return hashlib.sha256(b"\x01" + left + right).digest()


class Frontier:
    """The left edge of a growing tree: whole subtrees, largest first. Gives the root of the leaves so far."""

    def __init__(self, size: int = 0, hashes: Sequence[bytes] = ()) -> None:
        if len(hashes) != size.bit_count():
            raise ValueError(f"a tree of {size} leaves has {size.bit_count()} whole subtrees, not {len(hashes)}")
        self.size, self.hashes = size, list(hashes)

    def add(self, leaf: bytes) -> None:
        """One more leaf."""
        size, hashes = self.size, self.hashes
        while size & 1:  # a whole subtree as large as the new one stands to its left
            leaf = hashlib.sha256(b"\x01" + hashes.pop() + leaf).digest()
            size >>= 1
        hashes.append(leaf)
        self.size += 1

    def extend(self, leaves: Iterable[bytes]) -> None:
        """More leaves, in order."""
        for leaf in leaves:
            self.add(leaf)

    def root(self) -> bytes:
        """The root of all leaves so far."""
        if not self.hashes:
            return EMPTY
        root = self.hashes[-1]
        for left in reversed(self.hashes[:-1]):
            root = node_hash(left, root)
        return root


class Tree:
    """All whole subtrees over the leaves, so that a proof costs a few hashes. Twice 32 bytes a leaf in memory."""

    def __init__(self, leaves: Sequence[bytes]) -> None:
        self._levels: list[Sequence[bytes]] = [leaves]
        sha = hashlib.sha256
        while len(below := self._levels[-1]) > 1:
            whole = len(below) // 2 * 2
            pairs = zip(below[0:whole:2], below[1:whole:2], strict=True)
            self._levels.append([sha(b"\x01" + left + right).digest() for left, right in pairs])

    def __len__(self) -> int:
        return len(self._levels[0])

    def root(self, size: int | None = None) -> bytes:
        """The root of the first `size` leaves; of all by default."""
        size = len(self) if size is None else size
        self._within(0, size)
        return self._range(0, size) if size else EMPTY

    def inclusion(self, index: int, size: int) -> list[bytes]:
        """The path that proves leaf `index` in the tree of the first `size` leaves, lowest first (RFC 6962 2.1.1)."""
        self._within(index + 1, size)
        return self._path(index, 0, size)

    def consistency(self, old: int, size: int) -> list[bytes]:
        """The proof that the first `size` leaves begin with the first `old` (RFC 6962 2.1.2). Empty for 0, `size`."""
        self._within(old, size)
        return self._subproof(old, 0, size, known=True) if 0 < old < size else []

    def _within(self, low: int, high: int) -> None:
        if not 0 <= low <= high <= len(self):
            raise ValueError(f"{low} to {high} does not lie in a tree of {len(self)} leaves")

    def _range(self, low: int, high: int) -> bytes:
        width = high - low
        level = width.bit_length() - 1
        if width == 1 << level and low % width == 0:
            return self._levels[level][low >> level]
        middle = low + _split(width)
        return node_hash(self._range(low, middle), self._range(middle, high))

    def _path(self, index: int, low: int, high: int) -> list[bytes]:
        if high - low == 1:
            return []
        middle = low + _split(high - low)
        if index < middle:
            return [*self._path(index, low, middle), self._range(middle, high)]
        return [*self._path(index, middle, high), self._range(low, middle)]

    def _subproof(self, old: int, low: int, high: int, known: bool) -> list[bytes]:
        if old == high:
            return [] if known else [self._range(low, high)]
        middle = low + _split(high - low)
        if old <= middle:
            return [*self._subproof(old, low, middle, known), self._range(middle, high)]
        return [*self._subproof(old, middle, high, False), self._range(low, middle)]


def _split(width: int) -> int:
    """The largest power of two below `width` (at least 2)."""
    return 1 << ((width - 1).bit_length() - 1)


def includes(root: bytes, size: int, index: int, leaf: bytes, path: Sequence[bytes]) -> bool:
    """Whether the path proves that `leaf` is number `index` of the tree (RFC 9162 2.1.3.2)."""
    if not 0 <= index < size:
        return False
    position, last, found = index, size - 1, leaf
    for step in path:
        if last == 0:
            return False
        if position & 1 or position == last:
            found = node_hash(step, found)
            while not position & 1 and position:
                position, last = position >> 1, last >> 1
        else:
            found = node_hash(found, step)
        position, last = position >> 1, last >> 1
    return last == 0 and found == root


def extends(old_root: bytes, old: int, root: bytes, size: int, proof: Sequence[bytes]) -> bool:
    """Whether the proof shows that the tree of `size` leaves begins with that of `old` (RFC 9162 2.1.4.2)."""
    if not 0 <= old <= size:
        return False
    if old == size:
        return not proof and old_root == root
    if old == 0:
        return not proof and old_root == EMPTY
    steps = list(proof) if old & (old - 1) else [old_root, *proof]
    if not steps:
        return False
    position, last = old - 1, size - 1
    while position & 1:
        position, last = position >> 1, last >> 1
    first = second = steps[0]
    for step in steps[1:]:
        if last == 0:
            return False
        if position & 1 or position == last:
            first, second = node_hash(step, first), node_hash(step, second)
            while not position & 1 and position:
                position, last = position >> 1, last >> 1
        else:
            second = node_hash(second, step)
        position, last = position >> 1, last >> 1
    return last == 0 and first == old_root and second == root
