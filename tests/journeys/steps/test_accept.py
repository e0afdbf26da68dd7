"""Acceptance: never wider than the order or the authority's entry, in part only with reasons, tasks for the rest."""

from __future__ import annotations

from datetime import timedelta

import pytest

from rectify.letters.records import letters_of
from rectify.steps import accept
from rectify.steps.orders import row_of
from rectify.terms.errors import Faulty, Refused
from rectify.terms.order import OrderState

from .house import BOOK, House, found

TWO = "[{operator: Example Market Ltd, measures: [remove_item, tell_buyers], tasks: [report, name_accountable_person]}]"
XA, XB = frozenset({"XA"}), frozenset({"XB"})


def standing(house: House, **changed: str) -> House:
    """Another order, confirmed."""
    house.receive("O-2", **changed)
    house.confirm("O-2")
    return house


def test_everything_beyond_the_order_is_told_at_once(begun):
    standing(begun, addressees=TWO, territory="[XA, XB]")
    with pytest.raises(Faulty) as caught:
        accept.accept(begun.workspace, "O-2", territory=XB, measures=["close_account", "remove_itm"], as_="awu")
    said = " ".join(fault.text for fault in caught.value.faults)
    assert "XB lies outside the order and the authority's entry" in said
    assert '"close_account" is none of the measures' in said
    assert '"remove_itm" is none of the measures' in said
    assert "needs reasons" in said
    assert row_of(begun.workspace, "O-2").state is OrderState.CONFIRMED


def test_what_the_register_cuts_off_is_in_part_and_needs_reasons(begun):
    standing(begun, territory="[XA, XB]")
    with pytest.raises(Faulty, match="accepting in part needs reasons"):
        accept.accept(begun.workspace, "O-2", as_="awu")
    made = accept.accept(begun.workspace, "O-2", reasons="The office acts in XA alone.", as_="awu")
    assert (made.whole, made.territory) == (False, XA)
    assert row_of(begun.workspace, "O-2").state is OrderState.IN_PART


def test_a_part_of_a_country_can_be_accepted_of_an_order_for_it(begun):
    standing(begun)
    made = accept.accept(begun.workspace, "O-2", territory=frozenset({"XA-1"}), reasons="Only there.", as_="awu")
    assert made.territory == {"XA-1"}


def test_fewer_measures_are_a_part_and_what_is_left_out_is_no_ground(begun):
    standing(begun, addressees=TWO)
    accept.accept(begun.workspace, "O-2", measures=["tell_buyers"], reasons="It is gone already.", as_="awu")
    begun.gather(found("I1", book="O-2"), book="O-2")
    begun.decide("I1", book="O-2")
    assert {claim.measure for claim in begun.claims()} == {"tell_buyers"}


@pytest.mark.parametrize("act", ["warning", "inquiry", "instruction"])
def test_whatever_is_no_order_makes_tasks_and_no_ground(begun, act):
    national = {"instrument": "national", "act": act, "addressees": TWO}
    standing(begun, **national)
    made = accept.accept(begun.workspace, "O-2", as_="awu")
    assert made.measures == ()
    assert set(made.tasks) == {"report", "name_accountable_person", "remove_item", "tell_buyers"}
    assert begun.kinds("O-2").count("task_opened") == 4
    begun.gather(found("I1", book="O-2"), book="O-2")
    begun.decide("I1", book="O-2")
    assert begun.claims() == []
    assert begun.rehearse("O-2") == ("", 0)


def test_our_own_target_lies_before_the_deadline_and_not_in_the_past(confirmed):
    due, now = row_of(confirmed.workspace, BOOK).due, confirmed.workspace.now
    assert due
    for wrong in (due + timedelta(hours=1), now - timedelta(hours=1)):
        with pytest.raises(Refused, match="the target lies"):
            accept.accept(confirmed.workspace, BOOK, target=wrong, as_="awu")
    assert row_of(confirmed.workspace, BOOK).state is OrderState.CONFIRMED  # whole or not at all
    accept.accept(confirmed.workspace, BOOK, target=due - timedelta(hours=20), as_="awu")
    assert row_of(confirmed.workspace, BOOK).due == due - timedelta(hours=20)


def test_every_answer_to_the_authority_goes_to_its_known_contact(confirmed):
    accept.ask(confirmed.workspace, BOOK, "Which year is meant?", as_="awu")
    accept.answered(confirmed.workspace, BOOK, "All.", as_="awu")
    accept.challenge(confirmed.workspace, BOOK, "It was withdrawn.", as_="awu")
    accept.refuse(confirmed.workspace, BOOK, "It has no basis.", as_="awu")
    with confirmed.ledger.reading() as connection:
        sent = letters_of(confirmed.ledger, connection, book=BOOK)
    assert [str(letter.occasion) for letter in sent] == ["acknowledgement", "asked_back", "challenged", "refused"]
    assert {letter.address for letter in sent} == {"orders@pso.example"}
    assert all("> " in letter.body for letter in sent)  # a checkpoint


def test_an_answer_needs_a_question(confirmed):
    with pytest.raises(Refused, match="cannot be moved by: answer"):
        accept.answered(confirmed.workspace, BOOK, "All.", as_="awu")


def test_a_letter_that_would_name_somebody_here_stops_the_step(confirmed):
    before = confirmed.kinds()
    with pytest.raises(Refused):
        accept.ask(confirmed.workspace, BOOK, "Mroy asks which year is meant.", as_="awu")
    assert [kind for kind in confirmed.kinds() if kind != "checkpointed"] == [
        kind for kind in before if kind != "checkpointed"
    ]
