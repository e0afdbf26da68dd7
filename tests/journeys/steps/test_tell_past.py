"""What was done and given back before anybody wrote is told: two acts, two letters, each with its own days."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

import pytest

from rectify.letters.records import letters_of
from rectify.measures import claims
from rectify.measures.connector import HostPlace
from rectify.steps import end, hear, tell
from rectify.steps.decide import decide
from rectify.terms.case import Judgement
from rectify.terms.claim import Effect
from rectify.terms.entry import Draft
from rectify.terms.letter import Letter, Occasion
from rectify.terms.measure import Outcome, OutcomeKind

from .house import BOOK, House, found

UNKNOWN = partial(Outcome, what=OutcomeKind.UNKNOWN)
REASON = "The court said so."
WARN = "[{operator: Example Market Ltd, measures: [warn_account], tasks: [report]}]"


def told(house: House, book: str = BOOK) -> list[Letter]:
    """The letters about an order that a round writes."""
    ids = tell.tell(house.workspace, book, as_="kim")
    with house.ledger.reading() as connection:
        written = letters_of(house.ledger, connection, book=book)
    assert tell.tell(house.workspace, book, as_="kim") == []  # never twice
    return [letter for letter in written if letter.id in ids]


def occasions(letters: list[Letter], address: str) -> list[Occasion]:
    return [letter.occasion for letter in letters if letter.address == address]


ANNA, QUILL = "anna@mailbox.example", "quill@mailbox.example"


@pytest.mark.parametrize(
    ("how", "occasion"), [(end.annul, Occasion.RETURNED_ANNULLED), (end.end, Occasion.RETURNED_ENDED)]
)
def test_what_stood_for_three_days_and_was_never_told_is_told_in_two_letters(decided, how, occasion):
    decided.carry_out()
    decided.later(days=3)
    how(decided.workspace, BOOK, REASON, as_="awu")
    decided.carry_out()
    decided.later(days=9)  # when it is written is not when it happened
    letters = told(decided)
    assert occasions(letters, ANNA) == [Occasion.REMOVED, occasion]
    assert occasions(letters, QUILL) == [Occasion.REMOVED, occasion]
    first, second = (letter.body for letter in letters if letter.address == ANNA)
    assert "From 20 November 2026 until 23 November 2026." in first
    assert "This letter tells of the past." in first
    assert "Nobody there can find it" not in first
    assert BOOK in first
    assert "> The harness can open." in first
    assert "9521234543213" in first
    assert "SINCE WHEN\n23 November 2026." in second
    assert "自2026年11月20日起，至2026年11月23日止。" in next(x.body for x in letters if x.address == QUILL)


def test_what_is_due_to_be_undone_is_told_at_once_and_its_return_when_it_is_back(decided):
    decided.carry_out()
    end.annul(decided.workspace, BOOK, REASON, as_="awu")
    letters = told(decided)
    assert occasions(letters, ANNA) == [Occasion.REMOVED]
    body = next(letter.body for letter in letters if letter.address == ANNA)
    assert "Since 20 November 2026. It is due to be undone." in body
    assert "Nobody there can find it" in body
    assert "until the order ends" not in body
    decided.later(days=1)
    decided.carry_out()
    assert occasions(told(decided), ANNA) == [Occasion.RETURNED_ANNULLED]


def test_a_granted_appeal_is_the_second_letter(decided):
    decided.carry_out()
    name = hear.record(decided.workspace, decided.case("I1").id, "It is a cover.", as_="kim")
    hear.grant(decided.workspace, name, "It is.", as_="mroy")
    decided.carry_out()
    assert occasions(told(decided), ANNA) == [Occasion.REMOVED]


def test_what_another_order_holds_is_told_of_both_orders(decided):
    decided.carry_out()
    decided.later(days=2)
    decided.receive("O-2")
    decided.confirm("O-2")
    decided.accept("O-2")
    decided.gather(found("I1", book="O-2"), book="O-2")
    decided.decide("I1", book="O-2")
    decided.later(days=2)
    end.annul(decided.workspace, BOOK, REASON, as_="awu")
    decided.carry_out()
    letters = told(decided)
    assert occasions(letters, ANNA) == [Occasion.REMOVED, Occasion.STILL_DOWN]
    assert "From 20 November 2026 until 24 November 2026." in letters[0].body
    assert occasions(told(decided, "O-2"), ANNA) == [Occasion.REMOVED]


def test_a_milder_order_does_not_hold_what_a_stricter_one_did(done):
    done.receive("O-2", addressees="[{operator: Example Market Ltd, measures: [label_item], tasks: [report]}]")
    done.confirm("O-2")
    done.accept("O-2")
    done.gather(found("I1", book="O-2"), book="O-2")
    done.decide("I1", book="O-2")
    end.annul(done.workspace, BOOK, REASON, as_="awu")
    assert told(done) == []  # its undoing is not carried out yet
    done.carry_out()
    assert occasions(told(done), ANNA) == [Occasion.RETURNED_ANNULLED]
    assert occasions(told(done, "O-2"), ANNA) == [Occasion.LABELLED]


def again(house: House) -> None:
    """Decided otherwise, given back, decided once more, and down again."""
    for number, judgement in enumerate((Judgement.NO_VIOLATION, Judgement.VIOLATION), 2):
        house.later(days=2)
        house.gather(found("I1", seen=str(number), title=f"Pram I1, text {number}"))  # its seller edited it
        decide(house.workspace, house.case("I1").id, judgement, "I looked again.", as_="mroy")
        house.carry_out()


def test_an_item_that_went_twice_is_told_of_each_act(decided):
    decided.carry_out()
    again(decided)
    letters = [letter for letter in told(decided) if letter.address == ANNA]
    assert [letter.occasion for letter in letters] == [Occasion.REMOVED, Occasion.RETURNED_DECIDED, Occasion.REMOVED]
    assert "From 20 November 2026 until 22 November 2026." in letters[0].body
    assert "This letter tells of the past." in letters[1].body
    assert "SINCE WHEN\n22 November 2026." in letters[1].body
    assert "From 24 November 2026 until the order ends." in letters[2].body
    assert "This letter" not in letters[2].body


def test_an_item_that_went_twice_and_was_told_once_is_told_of_the_rest(done):
    again(done)
    assert occasions(told(done), ANNA) == [Occasion.RETURNED_DECIDED, Occasion.REMOVED]


def test_an_item_that_was_decided_anew_before_it_came_back_is_not_told_of_its_own_order_twice(done):
    for number, judgement in enumerate((Judgement.NO_VIOLATION, Judgement.VIOLATION), 2):
        done.gather(found("I1", seen=str(number), title=f"Pram I1, text {number}"))
        decide(done.workspace, done.case("I1").id, judgement, "I looked again.", as_="mroy")
    assert occasions(told(done), ANNA) == [Occasion.REMOVED]  # of the new decision


def test_several_items_of_one_account_that_came_and_went_together_are_one_letter_each(gathered):
    gathered.decide("I1")
    gathered.decide("I4")
    gathered.carry_out()
    gathered.later(days=1)
    end.end(gathered.workspace, BOOK, REASON, as_="awu")
    gathered.carry_out()
    letters = told(gathered)
    assert [letter.occasion for letter in letters] == [Occasion.REMOVED, Occasion.RETURNED_ENDED]
    assert all("2 of your listings" in letter.subject and len(letter.claims) == 2 for letter in letters)


def test_a_lost_change_that_arrived_after_its_order_had_fallen_is_told(decided, monkeypatch):
    lost = []
    monkeypatch.setattr(
        type(decided.host), "write", lambda self, changes: [lost.append(c) or UNKNOWN(c.key) for c in changes]
    )
    assert decided.carry_out() == {"unknown": 2}
    monkeypatch.undo()
    end.annul(decided.workspace, BOOK, REASON, as_="awu")
    assert told(decided) == []
    decided.later(days=1)
    with decided.ledger.writing(decided.workspace.now, "system") as writing:
        for change in lost:
            made = decided.host.land(change)
            body = {"key": change.key, "what": str(made.what), "version": made.version}
            writing.append(Draft("outcome", BOOK, body))
    assert occasions(told(decided), ANNA) == [Occasion.REMOVED]
    decided.carry_out()
    assert occasions(told(decided), ANNA) == [Occasion.RETURNED_ANNULLED]


def test_what_never_landed_is_never_told(decided):
    end.annul(decided.workspace, BOOK, REASON, as_="awu")
    assert told(decided) == []


class TestWarning:
    def warned(self, house: House) -> None:
        house.receive("W-1", addressees=WARN)
        house.confirm("W-1")
        house.accept("W-1")
        house.gather(found("I1", book="W-1"), book="W-1")
        house.decide("I1", book="W-1")

    def test_that_was_never_sent_and_fell_from_the_start_warns_nobody(self, begun):
        self.warned(begun)
        end.annul(begun.workspace, "W-1", REASON, as_="awu")
        assert told(begun, "W-1") == []

    def test_that_was_never_sent_and_still_counts_is_sent(self, begun):
        self.warned(begun)
        begun.later(days=2)
        end.end(begun.workspace, "W-1", REASON, as_="awu")
        (letter,) = told(begun, "W-1")
        assert letter.occasion is Occasion.WARNED
        assert "From 20 November 2026 until 22 November 2026." in letter.body
        assert "This warning still counts." in letter.body

    def test_that_was_sent_is_taken_back_when_it_falls_from_the_start(self, begun):
        self.warned(begun)
        assert [letter.occasion for letter in told(begun, "W-1")] == [Occasion.WARNED]
        end.annul(begun.workspace, "W-1", REASON, as_="awu")
        (letter,) = told(begun, "W-1")
        assert letter.occasion is Occasion.RETURNED_ANNULLED
        assert "We take back our warning" in letter.body

    def test_that_was_sent_and_counts_on_needs_no_second_letter(self, begun):
        self.warned(begun)
        told(begun, "W-1")
        end.end(begun.workspace, "W-1", REASON, as_="awu")
        assert told(begun, "W-1") == []


def test_a_step_of_the_ladder_is_told_to_its_account(gathered):
    with gathered.ledger.writing(gathered.workspace.now, "system") as writing:
        term = {"window": timedelta(days=90), "ladder": [(2, Effect.RESTRICTED)]}
        claims.publish_term(writing, "T-1", frozenset({"XA"}), Effect.RESTRICTED, digest="d", **term)
    for item in ("I1", "I4"):
        gathered.decide(item)
    gathered.host.put(HostPlace("account", "V71", "XA"), Effect.OPEN)
    gathered.carry_out()
    letters = told(gathered)
    assert set(occasions(letters, ANNA)) == {Occasion.REMOVED, Occasion.SUSPENDED}
    gathered.later(days=1)
    end.annul(gathered.workspace, BOOK, REASON, as_="awu")
    gathered.carry_out()
    assert occasions(told(gathered), ANNA) == [Occasion.RETURNED_ANNULLED, Occasion.RETURNED_ANNULLED]
