"""Choices that follow from a seed and a name alone: the same everywhere, and untouched by what is drawn beside them."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import blake2b
from typing import TypeVar

T = TypeVar("T")


class Draw:
    """Draws in the name of something ("listing", 17). Not for secrets: whoever knows the name knows the draws."""

    __slots__ = ("_bytes", "_count", "_name")

    def __init__(self, *name: object) -> None:
        self._name = "/".join(map(str, name)).encode()
        self._count = 0
        self._bytes = b""

    def below(self, bound: int) -> int:
        """A whole number from 0 to bound - 1."""
        if len(self._bytes) < 8:
            self._bytes = blake2b(self._name + b"#%d" % self._count).digest()
            self._count += 1
        drawn, self._bytes = self._bytes[:8], self._bytes[8:]
        return int.from_bytes(drawn, "big") % bound

    def one(self, choices: Sequence[T]) -> T:
        """One of the choices."""
        return choices[self.below(len(choices))]

    def some(self, choices: Sequence[T], count: int) -> list[T]:
        """So many of the choices, none twice, in their own order."""
        left = list(range(len(choices)))
        chosen = [left.pop(self.below(len(left))) for _ in range(min(count, len(choices)))]
        return [choices[place] for place in sorted(chosen)]

    def weighted(self, choices: Sequence[tuple[T, int]]) -> T:
        """One of the choices, each as often as its weight says."""
        at = self.below(sum(weight for _, weight in choices))
        for choice, weight in choices:
            at -= weight
            if at < 0:
                return choice
        raise AssertionError("weights are whole numbers above 0")

    def happens(self, percent: int) -> bool:
        """True in so many cases of a hundred."""
        return self.below(100) < percent
