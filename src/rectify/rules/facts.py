"""What the truth table of a condition tells, worked out once for all rules of one shape: names make no difference."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from rectify.rules.offers import rests_on_one
from rectify.rules.shapes import renamed
from rectify.rules.tree import Node
from rectify.rules.truth import atoms, table


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
    full, empty = table(names), table(names, without_words=True)
    sure, possible = full.answer(condition)
    rests = line is not None and not empty.answer(line)[1].any() and full.answer(line)[1][possible].all()
    return Facts(
        sure=bool(sure.any()),
        possible=bool(possible.any()),
        bare=bool(empty.answer(condition)[1].any()),
        rests=bool(rests),
        alone=rests_on_one(full, possible),
    )
