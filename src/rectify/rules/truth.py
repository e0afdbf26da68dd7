"""The truth table of a condition: all states its names can be in together, and the three-valued answer in each.

Used to tell, when a pack is read, a condition that can never hold, one that holds without words, and one that does
not rest on an offer. Sound for the evaluation of `evaluate.py`: a row is always in one of these states.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise, product

import numpy as np
import numpy.typing as npt

from rectify.rules.evaluate import compare
from rectify.rules.tree import (
    OUTSIDE,
    Always,
    Among,
    And,
    Compare,
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
    Value,
    conjunction,
    disjunction,
    walk,
)

MAX_NAMES = 12
Pair = tuple[bool, bool]  # sure, possible
State = Mapping[Node, Pair]
_NO, _YES, _PERHAPS = (False, False), (True, True), (False, True)
_WORDS = (Has, Near, Count, Plain)
_SOUGHT = (*_WORDS, ProductNamed, ProviderNamed)  # what the screening seeks; rows without any of it are not looked at
NOTHING: Node = Or(())  # the offer of a kind that has none


def with_offer(node: Node, line: Node | None) -> Node:
    """The condition with the offer line of a kind in the place of `offer`."""
    match node:
        case Offer():
            return NOTHING if line is None else line
        case Not(part):
            return Not(with_offer(part, line))
        case And(parts):
            return conjunction(tuple(with_offer(part, line) for part in parts))
        case Or(parts):
            return disjunction(tuple(with_offer(part, line) for part in parts)) if parts else node
    return node


def atoms(*nodes: Node) -> list[Node]:
    """The names of conditions, each once."""
    found = (part for node in nodes for part in walk(node) if not isinstance(part, (Not, And, Or, Always)))
    return list(dict.fromkeys(found))


def answer(node: Node, state: State) -> Pair:
    """The three-valued answer in a state, by the rules of `evaluate.py`."""
    match node:
        case And(parts):
            pairs = [answer(part, state) for part in parts]
            return all(sure for sure, _ in pairs), all(possible for _, possible in pairs)
        case Or(parts):
            pairs = [answer(part, state) for part in parts]
            return any(sure for sure, _ in pairs), any(possible for _, possible in pairs)
        case Not(part):
            sure, possible = answer(part, state)
            return not possible, not sure or not _acquits(part)
        case Always():
            return _YES
    return state[node]


Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Table:
    """All states at once: for each name a column of sure and one of possible, a row a state. `rows` are counted."""

    rows: int
    sure: Mapping[Node, Flags]
    possible: Mapping[Node, Flags]

    def answer(self, node: Node) -> tuple[Flags, Flags]:
        """(sure, possible) of a condition in every state; as `answer` says it of one."""
        match node:
            case And(parts):
                return self._all(parts, np.logical_and, True)
            case Or(parts):
                return self._all(parts, np.logical_or, False)
            case Not(part):
                sure, possible = self.answer(part)
                return ~possible, ~sure if _acquits(part) else np.ones(self.rows, np.bool_)
            case Always():
                return np.ones(self.rows, np.bool_), np.ones(self.rows, np.bool_)
        return self.sure[node], self.possible[node]

    def _all(self, parts: Sequence[Node], join: np.ufunc, start: bool) -> tuple[Flags, Flags]:
        pairs = [self.answer(part) for part in parts]
        none = np.full(self.rows, start)
        return (join.reduce([none, *(sure for sure, _ in pairs)]),
                join.reduce([none, *(possible for _, possible in pairs)]))  # fmt: skip


def table(nodes: Sequence[Node], *, without_words: bool = False) -> Table:
    """The states that these names can be in together. `without_words`: nothing that is sought was found."""
    choices, bound = _open(nodes, without_words)
    sizes = [len(choice) for choice in choices]
    places = np.unravel_index(np.arange(int(np.prod(sizes))), sizes) if sizes else ()
    sure: dict[Node, Flags] = {}
    possible: dict[Node, Flags] = {}
    for choice, place in zip(choices, places, strict=True):
        for node in choice[0]:
            sure[node], possible[node] = (np.array([one[node][n] for one in choice])[place] for n in (0, 1))
    kept = np.ones(len(places[0]) if sizes else 1, np.bool_)
    for more, less in bound:
        kept &= possible[less] | ~possible[more]
    return Table(
        int(kept.sum()), {n: one[kept] for n, one in sure.items()}, {n: one[kept] for n, one in possible.items()}
    )


def states(nodes: Sequence[Node], *, without_words: bool = False) -> Iterator[State]:
    """The same, state by state."""
    choices, bound = _open(nodes, without_words)
    for parts in product(*choices):
        state = {node: pair for part in parts for node, pair in part.items()}
        if all(state[less][1] or not state[more][1] for more, less in bound):
            yield state


def _open(nodes: Sequence[Node], without_words: bool) -> tuple[list[list[dict[Node, Pair]]], list[tuple[Node, Node]]]:
    """What each name, or all names over one field, may be; and which of them never holds without which other."""
    compared = [n for n in nodes if isinstance(n, (Compare, Among))]
    named: list[Node] = [n for n in nodes if not isinstance(n, (Compare, Among))]
    bound = [(more, less) for more in named for less in named if more != less and _implies(more, less)]
    choices: list[list[dict[Node, Pair]]] = [[{n: pair} for pair in _choices(n, without_words)] for n in named]
    fields = sorted({n.field for n in compared})
    choices += [_field_states([n for n in compared if n.field == name]) for name in fields]
    return choices, bound


def _acquits(part: Node) -> bool:
    return all(isinstance(atom, (*OUTSIDE, Not, And, Or)) for atom in walk(part))


def _choices(node: Node, without_words: bool) -> tuple[Pair, ...]:
    if without_words and isinstance(node, _SOUGHT):
        return (_NO,)
    return (_NO, _PERHAPS, _YES) if isinstance(node, OUTSIDE) else (_NO, _YES)


def _field_states(nodes: Sequence[Node]) -> list[dict[Node, Pair]]:
    """What all comparisons with one field say together, for each kind of value that tells them apart."""
    literals: list[Value] = []
    for node in nodes:
        literals += [node.value] if isinstance(node, Compare) else node.values if isinstance(node, Among) else []
    numbers = sorted({value for value in literals if isinstance(value, Decimal)})
    between = [(one + other) / 2 for one, other in pairwise(numbers)]
    ends = [numbers[0] - 1, numbers[-1] + 1] if numbers else []
    texts = [value for value in literals if isinstance(value, str)]
    samples: list[Value | None] = [None, "\x00another", *texts, *numbers, *between, *ends]
    found: dict[tuple[bool, ...], None] = {}
    for sample in samples:
        found[tuple(_says(node, sample) for node in nodes)] = None
    return [{node: (held, held) for node, held in zip(nodes, row, strict=True)} for row in found]


def _says(node: Node, sample: Value | None) -> bool:
    if sample is None:
        return False
    if isinstance(node, Among):
        return any(compare(sample, "==", value) for value in node.values)
    return isinstance(node, Compare) and compare(sample, node.operator, node.value)


def _implies(more: Node, less: Node) -> bool:
    """Whether the one never holds where the other does not."""
    match more, less:
        case Has(one, ours), Has(other, theirs):
            return one == other and (not theirs or (bool(ours) and set(ours) <= set(theirs)))
        case ((Count(one) | Plain(one)), Has(other, ())):
            return one == other
        case Count(one, many), Count(other, few):
            return one == other and many >= few
        case Near(one, other), Has(third, ()):
            return third in (one, other)
        case Near(one, other, near), Near(third, fourth, far):
            return {one, other} == {third, fourth} and near <= far
        case Near(one, other), Count(third, few):
            return one == other == third and few <= 2
        case Has(one), Count(other, 1):
            return one == other
    return False
