"""The tables say what the entries say, and give back the same book."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.journeys.law_world import DAY, XA, XB, markets

from rectify.measures import claims, records
from rectify.measures.bodies import Line, OverReach, claim_body, claim_of, effect_of, fit, line_json, line_of
from rectify.measures.book import Book
from rectify.terms.claim import NAMES, Claim, Effect
from rectify.terms.entry import Entry
from rectify.terms.errors import Broken
from rectify.terms.measure import Measure, Place

territories = st.frozensets(st.sampled_from(["XA", "XB", "CN", "CN-31"]), max_size=3)
names = st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), max_size=8)
moments = st.integers(0, 2**31).map(lambda seconds: datetime.fromtimestamp(seconds, UTC))
few = settings(max_examples=30)


@st.composite
def measures(draw):
    kind = draw(st.sampled_from(sorted(NAMES)))
    effects = st.sampled_from(sorted(NAMES[kind]))
    return Measure(Place(draw(names), draw(names)), kind, draw(effects), draw(effects), draw(names),
                   draw(st.none() | effects), tuple(draw(st.lists(names, max_size=3))))  # fmt: skip


@few
@given(measures(), names, st.lists(st.builds(OverReach, names, names, territories), max_size=2))
def test_a_line_is_read_as_it_was_written(measure, name, over_reach):
    line = Line(measure, name, tuple(over_reach))
    assert line_of(line_json(line)) == line


@few
@given(st.sampled_from(sorted(NAMES)), st.data(), territories, moments, moments | st.none(), st.integers(0, 9))
def test_a_claim_is_read_as_it_was_written(kind, data, reach, since, until, needs):
    effect = data.draw(st.sampled_from(sorted(NAMES[kind])))
    strike = "claim-0" if needs else ""
    claim = Claim("claim-1", "order", "item-1", kind, "account-1", reach, reach, effect, "m", since, until, since,
                  "case-1", strike, needs)  # fmt: skip
    assert claim_of(Entry(0, "order", 0, "", since, "claimed", 1, "p", claim_body(claim))) == claim


@few
@given(st.sampled_from(sorted(NAMES)), st.sampled_from(Effect))
def test_an_effect_is_fitted_to_its_target_and_never_rounded_up(kind, effect):
    assert fit(kind, effect) in NAMES[kind]
    assert fit(kind, effect) <= effect
    assert fit(kind, fit(kind, effect)) is fit(kind, effect)


def test_every_word_of_the_scale_has_one_effect_and_others_are_told():
    assert all(effect_of(word) is effect for words in NAMES.values() for effect, word in words.items())
    with pytest.raises(Broken, match="removd"):
        effect_of("removd")


@pytest.fixture(scope="module")
def story():
    """A world over the real ledger in which every kind of entry was written; not to be written in."""
    with markets() as market:
        yield told(market)


def told(market):
    world = market(shops={"xa": XA, "eu": XA | XB}, paper=False)
    world.term("terms", XA, {2: Effect.RESTRICTED}, 10)
    for order, item in (("recall", "i"), ("licence", "j"), ("recall", "k")):
        world.put("item", item, "xa", Effect.OPEN)
        world.claim(order, item, "b" if item == "k" else "a", "remove_item", territories=XA, until=world.now + 5 * DAY)
    (far,) = [c for c in world.book.claims.values() if c.target == "i"]
    world.approve(made := world.rehearse("recall", over_reach=[OverReach(far.id, "eu", XB)]))
    world.host.faults = [("ok", Effect.OPEN), ("lost", Effect.OPEN)]
    world.carry_out(made.id)
    world.act(claims.narrow, "licence", XA, from_start=True, effect=Effect.RESTRICTED, reasons="too wide")
    world.act(claims.state_own, "recall", Place("i", "xa"), "2", Effect.OPEN, kind="item", task="task-1")
    world.act(claims.grant, "case-2")
    with world.writing() as writing:
        claims.narrow_term(writing, "terms", frozenset(), from_start=False)
    world.act(claims.end, "licence")
    return world


def test_the_tables_give_the_book_that_the_entries_give(story):
    live, again = story.book, Book.of(story.ledger.opened())
    assert again == live
    assert list(again.claims) == list(live.claims)
    parts = (live.claims, live.attempts, live.outcomes, live.beyond, live.stated, live.sets, live.ladders)
    assert all(parts), "the story leaves a part of the book empty"
    assert story.ledger.differences() == []


def test_the_tables_can_be_thrown_away(story):
    before = story.book
    story.ledger.rebuild()
    assert story.book == before


def test_a_book_of_a_few_targets_has_what_concerns_them_their_accounts_and_all_grounds(story):
    with story.ledger.reading() as connection:
        whole, part = records.load_book(connection), records.load_book(connection, {"i"})
    assert {c.target for c in part.claims.values()} == {"i", "j", "a"}
    assert part.on_target("i") == whole.on_target("i")
    assert part.of_account("a") == whole.of_account("a")
    assert part.tried(Place("i", "xa")) == whole.tried(Place("i", "xa"))
    assert (part.grounds, part.beyond, part.head, part.sets) == (whole.grounds, whole.beyond, whole.head, {})


def test_sets_and_their_outcomes_are_found_by_digest_and_by_order(story):
    with story.ledger.reading() as connection:
        (kept,) = records.load_sets(connection, "recall")
        assert records.load_set(connection, kept.id) == kept
        assert records.load_set(connection, "0") is None
        assert records.load_sets(connection, "licence") == []
        outcomes = records.set_outcomes(connection, kept.id)
    assert {key.split("/")[0] for key in outcomes} == {kept.id}
    assert len(outcomes) == len(kept.lines)


def test_an_erased_account_leaves_surrogates_that_stand_for_nobody(market):
    story = told(market)
    with story.writing() as writing:
        writing.erase("account:a", "all", "asked", ["person-1", "person-2"])
    book = story.book
    assert {name for name, who in book.targets.items() if who.host_id is None} == {"i", "j", "a"}
    assert book.targets["k"].host_id == "k"
    assert Book.of(story.ledger.opened()) == book
    assert story.ledger.differences() == []


def test_an_empty_ledger_gives_an_empty_book(market):
    world = market(paper=False)
    with world.ledger.reading() as connection:
        assert records.load_book(connection, ()).claims == {}


def test_what_is_said_twice_stands_as_it_was_said_first(market):
    world = market(paper=False)
    world.order("recall", XB, effect="labelled")
    assert world.book.grounds["recall"].reach == XA | XB
    assert Book.of(world.ledger.opened()) == world.book
