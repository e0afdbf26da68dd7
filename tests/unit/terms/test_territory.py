from hypothesis import given
from hypothesis import strategies as st

from rectify.terms.territory import covers, meet

codes = st.frozensets(st.sampled_from(["DE", "DE-BY", "DE-BE", "FR", "CN-31", "CN"]))


def test_a_country_covers_its_parts_and_parts_never_their_country():
    assert covers(frozenset({"DE"}), {"DE-BY"})
    assert not covers(frozenset({"DE-BY", "DE-BE"}), {"DE"})
    assert meet(frozenset({"DE"}), frozenset({"DE-BY", "FR"})) == {"DE-BY"}


@given(codes, codes)
def test_what_two_share_lies_in_both(one, other):
    shared = meet(one, other)
    assert shared == meet(other, one)
    assert covers(one, shared)
    assert covers(other, shared)


@given(codes)
def test_a_territory_shares_itself_with_itself(one):
    assert covers(meet(one, one), one)
