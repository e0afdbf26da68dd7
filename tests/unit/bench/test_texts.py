"""The texts of the benchmarks are the same each time, and hold what it is said that they hold."""

import pytest
from bench.beside import Beside
from bench.hundred import hundred_patterns
from bench.listings import batches_of, cells_of, corpus
from bench.ours import PURE, matcher, scanned
from bench.shares import hit_listings
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


@pytest.mark.slow
def test_a_share_of_listings_is_hit_and_no_other():
    listings = hit_listings(400, 80, 0.05)
    hits = scanned(matcher(listings.terms, PURE), listings.batches)
    rows = {at * 1024 + row for at, found in enumerate(hits) for row in found.row.tolist()}
    assert rows == {row for row, *_ in listings.planted}
    assert len(rows) == 20


def test_batches_hold_the_same_rows_whatever_their_size():
    listings = corpus(50, 20)
    cells = cells_of(listings.batches)
    again = batches_of(cells, 7)
    assert [batch.num_rows for batch in again] == [7] * 7 + [1]
    assert cells_of(again) == cells


@pytest.mark.slow
def test_a_hundred_patterns_can_all_be_sought():
    terms = corpus(1, 400).terms
    made = hundred_patterns(terms)
    assert len(set(made)) == 100
    ready = matcher(terms, PURE, made)
    batch = batches_of([["", "mail me: abc@xyz.onion"], ["", "nothing"]])
    hits = scanned(ready, batch)[0]
    assert [(row, term) for row, term in zip(hits.row.tolist(), hits.term.tolist(), strict=True)] == [
        (0, len(terms) + 2)
    ]


def test_figures_beside_raw_hyperscan():
    one = Beside(rows=10, size=6000, seconds={"raw hyperscan": 2e-6, "pure": 1e-6}, hits=3)
    assert (one.rows_a_second("pure"), one.megabytes("pure"), one.times_raw("pure")) == (1e6, 600, 2)


def test_the_terms_that_repeat_are_latin_and_chinese():
    assert [term.isascii() for term in TERMS] == [True, False]
