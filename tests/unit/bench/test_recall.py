"""What an engine found is counted against what was planted, by form and by place."""

import pytest
from bench.listings import cells_of, corpus, disguised, disguises
from bench.recall import Planted, Seen, planted_terms, recall
from bench.rivals import arrow_seen
from bench.skeleton import skeleton
from bench.texts import Texts

PLANTED = [Planted(3, 7, 10, 14, "plain"), Planted(3, 8, 20, 25, "leet"), Planted(5, 7, 0, 4, "leet")]


def test_found_in_its_place():
    told = recall([Seen(3, 7, 10, 14), Seen(5, 7, 0, 4)], PLANTED)
    assert told.forms == {"leet": (1, 1, 2), "plain": (1, 1, 1)}
    assert (told.found, told.exact, told.extra, told.tells) == (2 / 3, 2 / 3, 0, "place")


def test_found_beside_its_place_is_found_and_not_exact():
    told = recall([Seen(3, 7, 11, 14)], PLANTED)
    assert (told.forms["plain"], told.exact) == ((1, 0, 1), 0)


def test_another_term_of_the_row_is_not_the_planted_one():
    assert recall([Seen(5, 8, 0, 4)], PLANTED).found == 0


def test_an_engine_that_tells_no_place_has_no_exact_share():
    told = recall([Seen(3, 7), Seen(3, 8, 20, 25)], PLANTED)
    assert (told.found, told.exact, told.tells) == (2 / 3, None, "term")


def test_an_engine_that_tells_rows_finds_every_term_of_a_row():
    told = recall([Seen(3)], PLANTED)
    assert (told.found, told.exact, told.tells) == (2 / 3, None, "row")


def test_rows_are_extra_once_whatever_they_hold():
    assert recall([Seen(4, 7, 0, 4), Seen(4, 8, 9, 12), Seen(9), Seen(3, 7, 10, 14)], PLANTED).extra == 2


@pytest.fixture(scope="module")
def listings():
    return corpus(300, 200, share=0.3)


@pytest.fixture(scope="module")
def texts(listings):
    return Texts(cells_of(listings.batches))


def test_planted_terms_stand_where_it_is_said(listings, texts):
    planted = planted_terms(listings, texts.rows)
    assert len(planted) > 50
    for row, term, start, end, form in planted:
        seen = texts.rows[row][start:end]
        assert skeleton(seen) == skeleton(listings.terms[term])
        assert (seen == listings.terms[term]) == (form == "plain")


def test_every_form_but_plain_changes_a_term():
    import random

    draw = random.Random(1)
    forms = disguises(draw)
    for _ in range(500):
        form, term, seen = disguised(draw, forms, ["网站", "科学上网", "abc", "viagra"])
        assert (seen == term) == (form == "plain")


def test_hits_in_one_buffer_are_told_by_row_and_letter():
    texts = Texts([["é网", "x"], ["b", "网y"]])
    at = texts.joined.index("网y".encode())
    assert list(texts.placed([(4, at, at + 4)])) == [Seen(1, 4, 2, 4)]


def test_hits_across_rows_are_none():
    texts = Texts([["a", "b"], ["c", "d"]])
    end = texts.joined.index(b"\0") + 2
    assert list(texts.placed([(4, end - 3, end)])) == []


def test_hits_in_arrow_buffers_are_told_by_row_and_letter():
    texts = Texts([["é网", "xy"], ["b", "网z"]])
    titles, bodies = 0, 1
    assert list(arrow_seen([(titles, 1, 2, 5), (bodies, 4, 2, 6), (titles, 9, 2, 6)], texts)) == [
        Seen(0, 1, 1, 2),
        Seen(1, 4, 2, 4),
    ]


def test_the_skeleton_folds_and_drops():
    assert skeleton("V.1 Ａ\u200bgr@ 網-路 é🔥") == skeleton("viagra网路e")
