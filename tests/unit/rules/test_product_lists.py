"""The lists that products are read with are well-formed, and folded in one go as one by one."""

from __future__ import annotations

from importlib.resources import files

import pytest

from rectify.rules.product_lists import COLUMNS, all_folded, all_spelled, phrases, read_lists

FILES = ["product_goods.csv", "product_heads.csv", "product_parts.csv", "product_talk.csv"]


@pytest.mark.parametrize("file", FILES)
def test_every_row_is_whole(file: str) -> None:
    lines = files("rectify.rules").joinpath("data", file).read_text(encoding="utf-8").splitlines()
    assert next(line for line in lines if not line.startswith("#")) == ",".join(COLUMNS)
    for row in read_lists(file).rows:
        assert row.section, row
        assert row.words, row
        assert all(row.words), row
        assert not row.name or row.language, row


@pytest.mark.parametrize("file", FILES)
def test_no_section_name_and_language_stand_twice(file: str) -> None:
    heads = [row[:3] for row in read_lists(file).rows]
    assert len(heads) == len(set(heads))


def test_a_section_that_is_not_there_is_told() -> None:
    with pytest.raises(KeyError):
        read_lists("product_parts.csv").words("nothing")


def test_texts_folded_together_are_each_folded() -> None:
    assert all_folded(str.upper, ["a", "", "b c"]) == ["A", "", "B C"]
    assert all_folded(lambda text: text.replace("\n", " ").upper(), ["a", "b"]) == ["A", "B"]  # a fold that joins lines


def test_umlauts_are_spelled_beside_what_is_written() -> None:
    assert all_spelled(str.lower, ["Hülle", "case"]) == [{("hülle",), ("huelle",)}, {("case",)}]
    assert phrases(str.lower, ["Hülle", "phone case", "!"]) == {("hülle",), ("huelle",), ("phone", "case")}
