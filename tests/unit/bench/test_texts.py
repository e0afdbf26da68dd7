"""The texts of the benchmarks are the same each time, and hold what it is said that they hold."""

import pytest
from bench.beside import Beside
from bench.listings import batches_of, cells_of, corpus
from bench.worst import KINDS, TERMS, texts


@pytest.mark.parametrize("kind", KINDS)
def test_texts_made_to_be_slow_are_the_same_each_time(kind):
    made = texts(kind, 4, 60)
    assert made == texts(kind, 4, 60)
    assert len(made) == 4
    assert all(len(text.encode()) >= 60 for text in made)


def test_texts_of_a_term_hold_the_term_that_is_asked_for():
    assert texts("one term and blanks", 1, 12, terms=("abc", "网络")) == ["abc abc abc "]


def test_no_two_kinds_are_the_same():
    made = {kind: tuple(texts(kind, 2, 300)) for kind in KINDS}
    assert len(set(made.values())) == len(KINDS)


def test_batches_hold_the_same_rows_whatever_their_size():
    listings = corpus(50, 20)
    cells = cells_of(listings.batches)
    again = batches_of(cells, 7)
    assert [batch.num_rows for batch in again] == [7] * 7 + [1]
    assert cells_of(again) == cells


def test_figures_beside_raw_hyperscan():
    one = Beside(rows=10, size=6000, seconds={"raw hyperscan": 2e-6, "pure": 1e-6}, hits=3)
    assert (one.rows_a_second("pure"), one.megabytes("pure"), one.times_raw("pure")) == (1e6, 600, 2)


def test_the_terms_that_repeat_are_latin_and_chinese():
    assert [term.isascii() for term in TERMS] == [True, False]
