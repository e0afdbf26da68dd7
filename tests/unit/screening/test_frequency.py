"""Windows of letters that clean text holds often are told more frequent than those it hardly holds."""

from __future__ import annotations

import importlib.util
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from rectify.screening.fold import fold_text
from rectify.screening.frequency import LETTERS, RARE, latin, pairs, windows_table
from rectify.screening.han import FAMILIES, SYLLABLE, SYLLABLES, han_table
from rectify.screening.skeletons import skeleton

spec = importlib.util.spec_from_file_location("window_tables", Path(__file__).parents[3] / "tools" / "window_tables.py")
assert spec is not None
assert spec.loader is not None
tool = importlib.util.module_from_spec(spec)
spec.loader.exec_module(tool)


def key(window: str) -> int:
    return sum(LETTERS.index(letter) + 1 << 5 * n for n, letter in enumerate(skeleton(window)))


def of_latin(*windows: str) -> list[int]:
    return latin(np.array([key(window) for window in windows]), len(windows[0])).tolist()


def of_pairs(*windows: str, reach: int | None = None) -> list[int]:
    """As a text has them: folded, and made skeletons."""
    codes = np.array([list(map(ord, skeleton(fold_text(window)))) for window in windows], np.uint32)
    if reach is not None:
        codes = np.where(codes < 0x80, codes, han_table().sought_as[reach][codes])
    return pairs(codes[:, 0], codes[:, 1], reach).tolist()


@pytest.mark.parametrize("often", ["tion", "ther", "ofth", "andt", "lich", "ment", "ados", "2026", "100m"])
def test_a_window_of_a_word_across_words_or_of_a_number_is_more_frequent_than_one_of_none(often: str) -> None:
    many, few = of_latin(often, "xqzv")
    assert many > few + 3


def test_the_last_letter_of_a_window_is_in_the_highest_bits_of_its_key() -> None:
    shown, turned = of_latin("tion", "noit")
    assert shown > turned + 3


@pytest.mark.parametrize("often", ["in", "ing", "ation", "there", "ofthe", "ndthe"])
def test_so_it_is_of_windows_of_fewer_letters_and_of_one_more(often: str) -> None:
    many, few = of_latin(often, "xqzvk"[: len(often)])
    assert many > few + 3


def test_a_longer_window_is_no_more_frequent_than_what_it_ends_with() -> None:
    keys = np.random.default_rng(1).integers(0, 1 << 25, 10_000)
    assert (latin(keys, 5) <= latin(keys >> 5, 4) + 1).all()  # rounding


def test_shares_of_all_windows_are_about_one() -> None:
    table = windows_table().latin
    assert len(table) == 1 << 20
    assert 0.8 < np.exp2(table[table > 0].astype(np.float64) - RARE).sum() < 1.2


@pytest.mark.parametrize("reach", [None, FAMILIES, SYLLABLES])
@pytest.mark.parametrize("often", ["中国", "我的", "他的", "一個", "手机", "不是", "ли", "한국", "した"])
def test_a_pair_of_everyday_text_is_more_frequent_than_one_of_rare_signs(often: str, reach: int | None) -> None:
    many, few = of_pairs(often, "掐岑", reach=reach)
    assert many > few + 3


def test_a_letter_that_the_table_lacks_is_rare_and_no_fault() -> None:
    assert of_pairs("\U0001f9b7\U0001f418", "龘\ue000", "\ue000龘") == [0, 0, 0]
    assert pairs(np.zeros(0, np.uint32), np.zeros(0, np.uint32), None).tolist() == []


def test_a_latin_letter_before_a_chinese_one_is_less_frequent_than_chinese_ones() -> None:
    chinese, after_latin, rare = of_pairs("中国", "e国", "e龘")
    assert chinese > after_latin > rare


@pytest.mark.parametrize("reach", [FAMILIES, SYLLABLES])
def test_a_skeleton_letter_is_as_frequent_as_all_that_it_stands_for(reach: int) -> None:
    table, sought_as = windows_table(), han_table().sought_as[reach]
    signs = sought_as[table.signs]
    first, last, within = (
        np.where(powers > 0, np.exp2(powers.astype(float) - RARE), 0)
        for powers in (table.first, table.last, table.pairs)
    )
    one, other = np.divmod(table.pair, len(table.signs))
    for window in ("中国", "象牙", "网络", "虎骨", "药品"):
        before, letter = (sought_as[ord(sign)] for sign in window)
        both = (signs[one] == before) & (signs[other] == letter)
        share = within[both].sum() + last[signs == before].sum() * first[signs == letter].sum()
        told = int(pairs(np.array([before]), np.array([letter]), reach)[0])
        assert abs(told - max(0, np.log2(share) + RARE)) <= 0.51


def test_everyday_letters_of_one_sound_are_one_code_of_private_use() -> None:
    before, letter = (han_table().sought_as[SYLLABLES][ord(sign)] for sign in "中国")
    assert min(before, letter) > SYLLABLE
    told = pairs(np.array([before]), np.array([letter]), SYLLABLES)
    assert told >= of_pairs("中国")


def test_what_is_told_of_a_window_does_not_hang_on_the_others_asked_for() -> None:
    table = windows_table()
    one, other = (table.signs[part] for part in np.divmod(table.pair, len(table.signs)))
    together = pairs(one, other, None)
    for at in range(0, len(one), 3001):
        assert pairs(one[at : at + 1], other[at : at + 1], None)[0] == together[at] >= table.pairs[at]


def test_the_letters_are_all_that_skeletons_of_ascii_have() -> None:
    assert sorted(LETTERS) == sorted(set(skeleton("abcdefghijklmnopqrstuvwxyz0123456789")))


def test_windows_of_words_are_those_of_texts_written_with_them() -> None:
    words = {"a": 5.0, "to": 3.0, "tea": 2.0, "east": 4.0, "toast": 6.0}
    draw = np.random.default_rng(3)
    share = np.array(list(words.values())) / sum(words.values())
    text = "".join(draw.choice(list(words), 60_000, p=share).tolist())
    counts: dict[str, int] = {}
    for start in range(len(text) - 3):
        window = text[start : start + 4]
        counts[window] = counts.get(window, 0) + 1
    found = tool.counted(words.items()).windows()
    assert found.sum() == pytest.approx(1)
    assert np.count_nonzero(found) == len(counts)
    for window, count in counts.items():
        assert found[tuple(map(LETTERS.index, window))] == pytest.approx(count / len(text), abs=0.003)


def test_numbers_among_words_take_their_share() -> None:
    mixed = tool.counted({"east": 1.0}.items()).mixed(tool.counted({"2689": 1.0}.items()), 0.25)
    found = mixed.windows()
    assert found.sum() == pytest.approx(1)
    assert found[tuple(map(LETTERS.index, "2689"))] == pytest.approx(0.25 / 4)
    assert found[tuple(map(LETTERS.index, "st26"))] == pytest.approx(0.75 * 0.25 / 4)


def test_a_chain_keeps_the_share_of_each_two_letters() -> None:
    two = np.random.default_rng(5).random((len(LETTERS), len(LETTERS)))
    chain = tool.chained(two / two.sum())
    assert np.allclose(chain.sum(axis=(2, 3)), two / two.sum())


def test_a_sign_folds_to_one_letter_or_none() -> None:
    assert [tool.fold_shipped(sign) for sign in ("É", "國", "ß", " ", "-", "\u0301")] == ["e", "国", "", "", "", ""]


def test_pairs_within_words_of_a_language_are_counted_once() -> None:
    assert all(one < other for one, other in pairwise(windows_table().pair.tolist()))
