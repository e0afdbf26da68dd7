"""Texts taken apart at once are what each is sign by sign."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rectify.screening.fold import Sort, codes_of, fold_table, text_of
from rectify.screening.letters import Gap
from rectify.screening.pictures import pictures
from rectify.screening.spelled import AS_IT_IS, IN_PICTURES, IN_PINYIN, Spelled, one_to_one, spell

SIGNS = st.characters(exclude_categories=["Cs"]) | st.sampled_from(
    "aZ09 -_.\u00df\u1e9e\ufb01\u0131vpn象牙餘體カか한ﾊ\u200b\u0301\U0001f600\U0001f418\U0001f9b7㎎"
)
Told = tuple[str, tuple[int, ...], tuple[Gap, ...], str, str, tuple[bool, bool, bool], int]


def sign_by_sign(text: str, taken: int) -> Told | None:
    """A text taken apart by looking at each sign; None for one without a letter."""
    table = fold_table()
    codes = [c for c in table.spell(codes_of(text))[0].tolist() if not table.sort[c] & Sort.DROPPED]
    signs = [chr(table.fold[code]) for code in codes]
    shown = [taken == IN_PICTURES and sign in pictures() for sign in signs]
    at = [n for n, sign in enumerate(signs) if table.sort[ord(sign)] & Sort.LETTER or shown[n]]
    if not at:
        return None
    words = [bool(table.sort[ord(signs[n])] & Sort.WORD) and not shown[n] for n in at]
    gaps = []
    for n, (a, b) in enumerate(pairwise(at)):
        between = "".join(signs[a + 1 : b])
        parted = bool(between) or words[n] != words[n + 1]
        loose = (taken == IN_PINYIN and parted) or ((shown[a] or shown[b]) and not between.strip())
        gaps.append(Gap("", True) if loose else Gap(between, parted))
    return (
        "".join(signs[n] for n in at), tuple(codes[n] for n in at), tuple(gaps), "".join(signs[: at[0]]).strip(),
        "".join(signs[at[-1] + 1 :]).strip(), (all(words), words[0], words[-1]),
        sum(signs[n] >= "\u2e80" and not shown[n] for n in at),
    )  # fmt: skip


def rows(spelled: Spelled) -> list[Told | None]:
    """The columns as one row a text."""
    told: list[Told | None] = []
    ends = np.cumsum(spelled.length).tolist()
    for n, (start, end) in enumerate(pairwise([0, *ends])):
        letters, written = text_of(spelled.letters[start:end]), tuple(spelled.written[start:end].tolist())
        layout = spelled.layouts[spelled.layout[n]]
        told.append((letters, written, *layout, int(spelled.han[n])) if letters else None)
    return told


@given(st.lists(st.tuples(st.text(SIGNS, max_size=12), st.sampled_from((AS_IT_IS, IN_PINYIN, IN_PICTURES)))))
def test_many_texts_at_once_are_what_sign_by_sign_says(texts: list[tuple[str, int]]) -> None:
    spelled = spell([text for text, _ in texts], np.array([taken for _, taken in texts], np.uint8))
    assert rows(spelled) == [sign_by_sign(*one) for one in texts]


@given(st.lists(st.text(SIGNS, max_size=8)))
def test_a_text_folds_one_to_one_where_no_sign_of_it_spells_out_or_is_dropped(texts: list[str]) -> None:
    table = fold_table()
    odd = [any(table.sort[ord(sign)] & (Sort.SPELLED | Sort.DROPPED) for sign in text) for text in texts]
    plain = ["".join(chr(table.fold[ord(sign)]) for sign in text) for text in texts]
    assert one_to_one(texts) == ["" if is_odd else text for text, is_odd in zip(plain, odd, strict=True)]


@pytest.mark.parametrize(
    ("text", "letters", "gaps", "lead", "tail"),
    [
        ("viagra", "viagra", [], "", ""), ("Viagra 100", "viagra100", [" "], "", ""), ("-vpn!", "vpn", [], "-", "!"),
        ("d'ivoire", "divoire", ["'"], "", ""), ("象牙 vpn", "象牙vpn", [" "], "", ""), ("5 ㎎", "5mg", [" "], "", ""),
        ("象\u200b牙", "象牙", [], "", ""), ("餘體", "余体", [], "", ""),
    ],
)  # fmt: skip
def test_what_stands_between_before_and_behind(text: str, letters: str, gaps: list[str], lead: str, tail: str) -> None:
    told = rows(spell([text], np.zeros(1, np.uint8)))[0]
    assert told is not None
    assert (told[0], [gap.text for gap in told[2] if gap.word], told[3], told[4]) == (letters, gaps, lead, tail)


@pytest.mark.parametrize("text", ["", "!?", "\u200b", "\U0001f418", "\u0301"])
def test_a_text_without_a_letter_has_none(text: str) -> None:
    assert rows(spell([text, "a"], np.zeros(2, np.uint8)))[0] is None
