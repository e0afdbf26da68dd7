"""Whose hand it was is said by a person of the right role, for the version that they saw, under the host's own id."""

from __future__ import annotations

import pytest

from rectify.measures.connector import HostPlace
from rectify.steps import carry_out, end
from rectify.steps.own import own
from rectify.terms.claim import Effect
from rectify.terms.entry import HOUSE
from rectify.terms.errors import Refused, Unknown

from .house import BOOK, House


@pytest.fixture
def doubted(decided) -> House:
    """A host that cannot tell: the seller of I1 edits its words while our removal stands, then the order is annulled."""
    decided.host.marks, decided.host.coarse = False, True
    assert decided.carry_out()["done"]
    decided.host.act("item", "I1", "edit")
    end.annul(decided.workspace, BOOK, "The court.", as_="awu")
    return decided


def said(house: House, place: str = "I1@xa", state: str = "visible", **more):
    return own(house.workspace, place, state, "Its log of the week.", **{"as_": "mroy", **more})


def left(house: House) -> dict[str, str]:
    (made,) = carry_out.rehearse(house.workspace, BOOK, as_="blin")
    return {str(one["place"][0]): str(one["reason"]) for one in made.left_out}


def test_a_rehearsal_names_the_command_that_ends_a_doubt(doubted):
    target = doubted.case("I1").target
    assert left(doubted)[target].endswith(
        "(rectify measures own ID@xa visible|labelled|restricted|removed --reason WHY)"
    )


def test_what_a_person_states_lets_the_item_be_given_back(doubted):
    stated = said(doubted)
    assert (stated.order, stated.kind, stated.own) == (BOOK, "item", Effect.OPEN)
    assert doubted.case("I1").target not in left(doubted)
    doubted.carry_out()
    assert doubted.shown("I1") is Effect.OPEN


def test_the_reason_is_kept_sealed_with_the_order(doubted):
    said(doubted)
    (opened,) = [o for o in doubted.ledger.opened(book=BOOK, kinds=["task_done"]) if o.body.get("own")]
    assert opened.private["text"] == "Its log of the week."
    assert "I1" not in str(opened.entry.body)
    assert doubted.ledger.differences() == []


def test_the_catalogue_may_stand_before_the_id(doubted):
    assert said(doubted, "market/I1@xa").own is Effect.OPEN


@pytest.mark.parametrize("who", ["kim", "rob", "ada"])
def test_a_person_of_another_role_may_not(doubted, who):
    with pytest.raises(Refused, match="may not do this"):
        said(doubted, as_=who)


@pytest.mark.parametrize(
    ("place", "state", "more", "refusal", "told"),
    [
        ("I9@xa", "visible", {}, Unknown, 'no place is called "I9@xa"'),
        ("I1", "visible", {}, Unknown, 'no place is called "I1"'),
        ("I1@xa", "visble", {}, Unknown, 'no state of this kind is called "visble"'),
        ("I1@xa", "gone", {}, Refused, "chosen nothing stricter"),
        ("I1@xa", "visible", {"version": "1"}, Refused, "has changed since: it is removed in version"),
        ("I2@xa", "visible", {}, Refused, "nobody asks whose hand"),
    ],
)
def test_what_cannot_be_meant_is_refused_in_words_and_changes_nothing(doubted, place, state, more, refusal, told):
    before = doubted.kinds()
    with pytest.raises(refusal, match=told):
        said(doubted, place, state, **more)
    assert doubted.kinds() == before


def test_it_is_stated_with_a_reason(doubted):
    with pytest.raises(Refused, match="a word on how that is known"):
        own(doubted.workspace, "I1@xa", "visible", " ", as_="mroy")


def test_it_is_refused_for_a_version_that_does_not_stand_any_more(doubted):
    (seen,) = doubted.host.read([HostPlace("item", "I1", "xa")])
    doubted.host.act("item", "I1", "edit")
    with pytest.raises(Refused, match="has changed since"):
        said(doubted, version=seen.version)
    assert said(doubted, version="").own is Effect.OPEN
    assert not list(doubted.ledger.entries(book=HOUSE, kinds=["task_done"]))
