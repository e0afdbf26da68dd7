"""Engines that are compared tell what they found one way, whichever they are; listings hold what is said of them."""

import pytest
from bench import drawings
from bench.hundred import hundred_patterns
from bench.listings import batches_of, cells_of, corpus
from bench.ours import PURE, matcher, rival, scanned, ways
from bench.recall import ANY, planted_terms, recall
from bench.rivals import PEERS
from bench.shares import hit_listings
from bench.shown import Picture
from bench.texts import WIDE, Texts


@pytest.fixture(scope="module")
def listings():
    return corpus(300, 200, share=0.3)


@pytest.fixture(scope="module")
def texts(listings):
    return Texts(cells_of(listings.batches))


@pytest.mark.parametrize(
    "one", [*PEERS, *(rival(way, size) for way in ways() for size in (WIDE, 1024))], ids=lambda one: one.name
)
def test_every_engine_finds_what_is_plain_where_it_stands(one, listings, texts):
    if one.absent():
        pytest.skip(one.absent())
    planted = planted_terms(listings, texts.rows)
    told = recall(one.seen(one.make(listings.terms)(texts), texts), planted)
    found, exact, all_ = told.forms["plain"]
    assert all_ > 3
    assert found == all_
    assert exact == (all_ if told.tells == "place" else 0)
    if one.kind.startswith(("same", "ours")):
        assert told.found == 1
    assert all(term != ANY for _, term, _, _ in one.seen(one.make(listings.terms)(texts), texts)) or told.tells == "row"


def test_a_share_of_listings_is_hit_and_no_other():
    listings = hit_listings(400, 80, 0.05)
    hits = scanned(matcher(listings.terms, PURE), listings.batches)
    rows = {at * 1024 + row for at, found in enumerate(hits) for row in found.row.tolist()}
    assert rows == {row for row, *_ in listings.planted}
    assert len(rows) == 20


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


def test_a_drawing_of_the_same_figures_has_the_same_bytes(tmp_path, monkeypatch):
    monkeypatch.setattr(drawings, "DOCS", tmp_path)
    (tmp_path / "pictures").mkdir()

    def drawn():
        picture = drawings.lines(
            "x", "What it shows", [("words", {"ours": {1: 2.0, 10: 1.0}, "raw": {1: 5.0}})], "MB/s"
        )
        assert picture == Picture("pictures/bench-x.svg", "What it shows")
        return (tmp_path / picture.path).read_text(encoding="utf-8")

    first = drawn()
    assert drawn() == first
    assert all(f">{text}</text>" in first for text in ("words", "ours", "raw", "MB/s"))
