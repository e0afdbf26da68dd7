"""Terms taken apart: the short way gives what the long one gives."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rectify.screening.spelled import at_once, sign_by_sign

SIGNS = st.characters(exclude_categories=["Cs"]) | st.sampled_from(
    "aZ09 -_.\u00df\u1e9e\ufb01\u0131vpn象牙餘体カか한ﾊ\u200b\u0301\U0001f600"
)


@given(st.text(SIGNS, min_size=1, max_size=12))
def test_what_is_known_at_once_is_what_sign_by_sign_says(text: str) -> None:
    assert at_once(text) in (None, sign_by_sign(text))


@pytest.mark.parametrize(
    "text",
    [
        "viagra",
        "Viagra 100",
        "no prescription needed",
        "象牙",
        "餘額",
        "カメラ",
        "v-pn",
        " vpn ",
        "a  b",
        "象牙 vpn",
        "ivoryé",
        "d'ivoire",
        "1:1",
    ],
)
def test_what_nearly_all_terms_are_is_known_at_once(text: str) -> None:
    assert at_once(text) == sign_by_sign(text) is not None


@pytest.mark.parametrize("text", ["象\u200b牙", "㎎", "", "!?", "e\u0301"])
def test_what_spells_out_or_is_dropped_is_left_to_the_long_way(text: str) -> None:
    assert at_once(text) is None


def test_pictures_are_letters_where_they_are_shown() -> None:
    shown = frozenset("\U0001f418")
    assert at_once("\U0001f418 tusk", shown) == sign_by_sign("\U0001f418 tusk", shown)
    assert at_once("\U0001f418") is None
