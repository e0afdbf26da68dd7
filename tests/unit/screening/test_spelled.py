"""Terms taken apart: the short way gives what the long one gives."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from rectify.screening.spelled import at_once, sign_by_sign

SIGNS = st.characters(exclude_categories=["Cs"]) | st.sampled_from(
    "aZ09 -_.\u00df\u1e9e\ufb01\u0131vpn象牙餘体カか한ﾊ\u200b\u0301\U0001f600"
)


@given(st.text(SIGNS, min_size=1, max_size=12))
def test_what_is_known_at_once_is_what_sign_by_sign_says(text: str) -> None:
    assert at_once(text) in (None, sign_by_sign(text))


def test_what_nearly_all_terms_are_is_known_at_once() -> None:
    for text in ("viagra", "Viagra 100", "no prescription needed", "象牙", "餘額", "カメラ"):
        assert at_once(text) == sign_by_sign(text) is not None


def test_other_texts_are_left_to_the_long_way() -> None:
    for text in ("v-pn", " vpn", "vpn ", "a  b", "象牙 vpn", "ivoryé", "象\u200b牙", ""):
        assert at_once(text) is None
