"""Remarks on rules of a pack that stand in one another's way: faults are told elsewhere, these are worth a look."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from itertools import permutations

from rectify.rules.pack import Pack, Rule, offer_for
from rectify.rules.shapes import needed, renamed
from rectify.rules.tree import And, Node, Offer, reads
from rectify.rules.truth import answer, atoms, states, with_offer
from rectify.terms.errors import Fault as Remark
from rectify.terms.finding import Verdict

MOST_NAMES = 10  # of two conditions together; with more of them they are not compared
_STRICT = {Verdict.NONE: 0, Verdict.REVIEW: 1, Verdict.VIOLATION: 2}


def overlapping(pack: Pack) -> list[Remark]:
    """A remark for each rule that holds only where another one of the pack holds as strictly."""
    covers = {(one.id, other.id) for one, other in permutations(pack.rules, 2) if _covered(pack, one, other)}
    place = {rule.id: n for n, rule in enumerate(pack.rules)}
    return list(_remarks(pack, covers, place))


def _remarks(pack: Pack, covers: set[tuple[str, str]], place: dict[str, int]) -> Iterator[Remark]:
    for rule in pack.rules:
        by = [other for one, other in sorted(covers, key=lambda pair: place[pair[1]]) if one == rule.id]
        same = [other for other in by if (other, rule.id) in covers]
        if same and place[same[0]] > place[rule.id]:
            continue  # the later one of two that say the same is told of
        if same:
            yield Remark(f'"{rule.id}" holds in the same items as "{same[0]}", with the same verdict', rule.place,
                         "take one of them out, or say in the condition what tells them apart")  # fmt: skip
        elif by:
            yield Remark(f'"{rule.id}" holds only where "{by[0]}" holds too, and is no stricter', rule.place,
                         "take it out, or narrow the other one")  # fmt: skip


def _covered(pack: Pack, one: Rule, other: Rule) -> bool:
    """Whether the one says nothing that the other does not say as strictly, in every kind of the one."""
    if not set(one.kinds) <= set(other.kinds) or not set(one.acts) <= set(other.acts):
        return False
    if _STRICT[one.verdict] > _STRICT[other.verdict]:
        return False
    asks_offer = reads(And((one.condition, other.condition)), Offer)
    lines = dict.fromkeys(offer_for(pack.offer, kind) if asks_offer else None for kind in one.kinds)
    return all(
        _as_strict(with_offer(one.condition, line), one.verdict, with_offer(other.condition, line), other.verdict)
        for line in lines
    )


def _as_strict(one: Node, verdict: Verdict, other: Node, others: Verdict) -> bool:
    ours = needed(one, None)
    if not all(any(names <= theirs for names in ours) for theirs in needed(other, None)):
        return False  # it can hold without what the other one needs
    called: dict[str, str] = {}

    def name(words: str) -> str:
        return called.setdefault(words, str(len(called)))

    return _in_every_state(renamed(one, name), verdict, renamed(other, name), others)


@lru_cache(maxsize=1024)
def _in_every_state(one: Node, verdict: Verdict, other: Node, others: Verdict) -> bool:
    names = atoms(one, other)
    if len(names) > MOST_NAMES:
        return False
    return all(
        _STRICT[_said(answer(one, state), verdict)] <= _STRICT[_said(answer(other, state), others)]
        for state in states(names)
    )


def _said(pair: tuple[bool, bool], verdict: Verdict) -> Verdict:
    sure, possible = pair
    return verdict if sure else Verdict.REVIEW if possible else Verdict.NONE
