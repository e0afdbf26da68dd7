"""The skeletons of many forms at once are those that writing out every way gives."""

from __future__ import annotations

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rectify.rules.pack import Term
from rectify.screening.apart import Listed, take_apart
from rectify.screening.fold import BITS, mask_of
from rectify.screening.han import FAMILIES, SYLLABLES, han_table
from rectify.screening.letters import Sought
from rectify.screening.ranges import parted
from rectify.screening.skeletons import skeleton, skeletons
from rectify.terms.finding import ALL, Disguise

TEXTS = st.text(st.sampled_from("abi10象牙虎骨犀熊网药林末未土士己已鍼羴\U0001f9b7 "), min_size=1, max_size=6)


def written_out(one: Sought, reach: int | None) -> set[str]:
    """Every skeleton of a form."""
    own = skeleton(one.letters)
    if reach is None or not one.han:
        return {own}

    def made(sign: str, reach: int) -> str:
        return chr(han_table().sought_as[reach][ord(sign)]) if sign >= "\u2e80" else sign

    base = [made(sign, reach) for sign in own]
    found = {"".join(base)}
    if reach == FAMILIES and one.allowed & BITS.like:
        other = [made(sign, SYLLABLES) for sign in own]
        places = [n for n, sign in enumerate(base) if sign != other[n]]
        for size in range(len(places) + 1 if one.han <= 3 else 3):
            for taken in combinations(places, size):
                found.add("".join(other[n] if n in taken else base[n] for n in range(len(own))))
    for n, sign in enumerate(own):
        for turned in han_table().turns_of(sign) if one.allowed & (BITS.shape | BITS.twin) else ():
            found.add("".join([*base[:n], made(turned, reach), *base[n + 1 :]]))
    return found


@pytest.mark.parametrize("reach", [None, FAMILIES, SYLLABLES])
@given(st.lists(TEXTS, max_size=6), st.sampled_from((mask_of(frozenset(Disguise)), mask_of(ALL), BITS.twin, BITS.free)))
def test_they_are_what_writing_out_every_way_gives(reach: int | None, texts: list[str], allowed: int) -> None:
    sought, _ = take_apart([Listed(tuple(Term(text, "") for text in texts), (), allowed)])
    made = skeletons(sought, reach)
    told = parted(made.codes, made.length)
    assert made.form[: len(sought)].tolist() == list(range(len(sought)))
    for n, one in enumerate(sought):
        assert {text for form, text in zip(made.form.tolist(), told, strict=True) if form == n} == written_out(
            one, reach
        )
