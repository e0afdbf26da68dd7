"""Lists taken apart: together or alone, new or kept, they are sought in the same forms."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rectify.rules.pack import Term
from rectify.screening import apart
from rectify.screening.apart import Listed, take_apart
from rectify.screening.fold import BITS, mask_of
from rectify.screening.letters import PHRASE, Sought
from rectify.screening.sought import SoughtTable
from rectify.terms.finding import ALL, Disguise

EVERY = mask_of(frozenset(Disguise)) | BITS.free
TEXTS = st.text(st.sampled_from("abclo1 -é!象牙虎骨餘林①㎎ß\u200b\U0001f9b7"), max_size=8)
TERMS = st.builds(Term, TEXTS, st.sampled_from(("", "zh", "en")), st.booleans(), st.booleans())
LISTS = st.lists(
    st.builds(
        Listed,
        st.lists(TERMS, max_size=5).map(tuple),
        st.lists(TEXTS, max_size=3).map(tuple),
        st.sampled_from((EVERY, mask_of(ALL) | BITS.free, BITS.free)),
    ),
    max_size=4,
)


@pytest.fixture(autouse=True)
def nothing_kept() -> None:
    apart.forget()


@given(LISTS)
def test_lists_are_taken_apart_together_as_each_alone(lists: list[Listed]) -> None:
    apart.forget()
    sought, unlettered = take_apart(lists)
    for _ in ("alone, kept", "alone, new"):
        alone = [take_apart([one]) for one in lists]
        assert list(sought) == [one._replace(words=number) for number, (table, _) in enumerate(alone) for one in table]
        assert unlettered == [bare[0] for _, bare in alone]
        apart.forget()


@given(LISTS)
def test_what_is_sought_of_a_term(lists: list[Listed]) -> None:
    """Each form once, the term's own first, phrases as they are; and what has no letter is told."""
    sought, unlettered = take_apart(lists)
    for number, listed in enumerate(lists):
        forms = [one for one in sought if one.words == number]
        for place in range(len(listed.terms)):
            own = [one for one in forms if one.term == place]
            assert len({one.letters for one in own}) == len(own)
            assert (place in unlettered[number]) == (not own)
            assert not own or not own[0].how
        bare = [n for n in unlettered[number] if n >= len(listed.terms)]
        assert not any(one.how for one in forms if one.term == PHRASE)
        assert sum(one.term == PHRASE for one in forms) >= len(listed.phrases) - len(bare)
        for one in forms:
            assert len(one.letters) == len(one.written) == len(one.gaps) + 1
            assert one.allowed & ~listed.allowed == 0


def test_a_table_reads_as_a_sequence_of_records() -> None:
    sought, _ = take_apart([Listed((Term("ivory tusk", "en"), Term("象牙", "zh")), ("soap ivory",), mask_of(ALL))])
    records = list(sought)
    assert records[0] == Sought(
        0, 0, "ivorytusk", tuple(map(ord, "ivorytusk")), sought.layouts[sought.layout[0]].gaps, "", "", True, True,
        False, True, mask_of(ALL), 0, 0,
    )  # fmt: skip
    assert (sought[-1], sought[np.int64(1)], sought[1:3]) == (records[-1], records[1], records[1:3])
    assert sought[0] is sought[0]
    assert [one.letters for one in records] == sought.texts
    with pytest.raises(IndexError):
        sought[len(sought)]


def test_tables_joined_and_chosen_hold_the_same_records() -> None:
    one, _ = take_apart([Listed((Term("Elfenbein!", "de"),), (), BITS.free)])
    two, _ = take_apart([Listed((Term("象 牙", "zh"),), ("vpn",), mask_of(ALL))])
    joined = SoughtTable.joined([one, two, one])
    assert list(joined) == [
        record._replace(words=number) for number, table in enumerate((one, two, one)) for record in table
    ]
    rows = np.arange(len(joined))[::-1]
    assert list(joined.chosen(rows)) == list(joined)[::-1]
    assert list(SoughtTable.joined([])) == []


def test_what_is_kept_is_bounded_and_the_oldest_goes_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(apart, "MOST_KEPT", 3)
    first, second, third = (Listed((Term(text, ""), Term(text * 2, "")), (), BITS.free) for text in ("a", "b", "c"))
    made: list[int] = []
    plain = apart._apart
    monkeypatch.setattr(apart, "_apart", lambda lists: made.append(len(lists)) or plain(lists))
    for lists in ([first], [first], [second], [first], [first, third, first]):
        take_apart(lists)
    assert made == [1, 0, 1, 1, 1]
