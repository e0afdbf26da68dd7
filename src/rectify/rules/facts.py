"""What the truth table of a condition tells, worked out once for all rules of one shape: names make no difference."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from rectify.rules.offers import rests_on_one
from rectify.rules.shapes import renamed
from rectify.rules.tree import Node
from rectify.rules.truth import answer, atoms, states


class Facts(NamedTuple):
    """Of a condition, its offer line already in it: can it hold for certain, can it hold at all, can it hold where
    nothing that is sought was found; and of its line: does it hold wherever the condition can, asking for words; can
    both hold where one thing alone was found.
    """

    sure: bool
    possible: bool
    bare: bool = False
    rests: bool = True
    alone: bool = False


def facts_of(condition: Node, line: Node | None) -> Facts:
    """The facts of a condition; `line` is the offer line that it has to rest on, None for none."""
    names: dict[str, str] = {}

    def called(name: str) -> str:
        return names.setdefault(name, str(len(names)))

    return _facts(renamed(condition, called), None if line is None else renamed(line, called))


@lru_cache(maxsize=4096)
def _facts(condition: Node, line: Node | None) -> Facts:
    names = atoms(condition, *([] if line is None else [line]))
    answers = [(answer(condition, state), state) for state in states(names)]
    return Facts(
        sure=any(pair[0] for pair, _ in answers),
        possible=any(pair[1] for pair, _ in answers),
        bare=any(answer(condition, state)[1] for state in states(names, without_words=True)),
        rests=line is not None
        and not any(answer(line, state)[1] for state in states(names, without_words=True))
        and all(answer(line, state)[1] for pair, state in answers if pair[1]),
        alone=rests_on_one(answers),
    )
