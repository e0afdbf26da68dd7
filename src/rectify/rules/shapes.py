"""The shape of a condition: the same condition whatever its words are called. Rules of one shape are judged together.

Also what a condition needs: sets of names of which one at least is hit in every row where it can hold.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import product

from rectify.rules.tree import (
    And,
    Count,
    Has,
    Near,
    Node,
    Not,
    Offer,
    Or,
    Plain,
    ProductNamed,
    ProviderNamed,
    canonical,
)

MAX_SETS, MAX_PRODUCT = 8, 256
Needed = tuple[frozenset[str], ...]


@dataclass(frozen=True, slots=True)
class Shape:
    """A condition and its offer line (None for none) over words called "0", "1" ... in the order of the text."""

    condition: Node
    line: Node | None


def shape_of(condition: Node, line: Node | None) -> tuple[Shape, tuple[str, ...]]:
    """The shape of a condition under an offer line, and the names of the words in their order."""
    names: dict[str, str] = {}

    def called(name: str) -> str:
        return names.setdefault(name, str(len(names)))

    shape = Shape(renamed(condition, called), None if line is None else renamed(line, called))
    return shape, tuple(names)


def renamed(node: Node, called: Callable[[str], str]) -> Node:
    """The same condition over words that are called otherwise."""
    match node:
        case Has(words, fields):
            return Has(called(words), fields)
        case Near(one, other, limit):
            return Near(called(one), called(other), limit)
        case Count(words, least):
            return Count(called(words), least)
        case Plain(words):
            return Plain(called(words))
        case Not(part):
            return Not(renamed(part, called))
        case And(parts):
            return And(tuple(renamed(part, called) for part in parts))
        case Or(parts):
            return Or(tuple(renamed(part, called) for part in parts))
    return node


def needed(node: Node, line: Node | None) -> Needed:
    """Sets of names (of words, "product(gtin)", "product(model)", "provider"): in every row where the condition can
    hold, one at least of each set is hit. Empty where nothing has to be; an empty set where it never holds.

    `line` is the offer line of the kind. Not all sets are told where there are many, only the smallest.
    """
    match node:
        case Has(words) | Count(words) | Plain(words):
            return (frozenset([words]),)
        case Near(one, other):
            return _smallest([frozenset([one]), frozenset([other])])
        case ProductNamed() | ProviderNamed():
            return (frozenset([canonical(node)]),)
        case Offer():
            return (frozenset(),) if line is None else needed(line, None)
        case And(parts):
            return _smallest(names for part in parts for names in needed(part, line))
        case Or(parts):
            return _either([needed(part, line) for part in parts])
    return ()


def _either(sides: list[Needed]) -> Needed:
    """One of several holds: of each a set, all together."""
    if not all(sides):
        return ()
    sides = [side for side in sides if frozenset() not in side]  # what never holds asks for nothing
    if not sides:
        return (frozenset(),)
    most = max(1, int(MAX_PRODUCT ** (1 / len(sides))))
    return _smallest(frozenset().union(*chosen) for chosen in product(*(side[:most] for side in sides)))


def _smallest(sets: Iterable[frozenset[str]]) -> Needed:
    """The sets that hold no other, smallest first, always in the same order."""
    kept: list[frozenset[str]] = []
    for names in sorted(set(sets), key=lambda names: (len(names), sorted(names))):
        if not any(other <= names for other in kept):
            kept.append(names)
    return tuple(kept[:MAX_SETS])
