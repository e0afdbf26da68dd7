"""Receipt and confirmation: one order for the same bytes, a task for what does not fit, a way back that was known."""

from __future__ import annotations

from datetime import timedelta

import pytest

from rectify.intake.confirmation import code_for
from rectify.letters.records import letters_of
from rectify.settings import Operator
from rectify.steps import confirm, receive
from rectify.steps.orders import authority_of, order_of, row_of
from rectify.terms.errors import Faulty, Refused
from rectify.terms.order import OrderState

from .house import BOOK, PHONE, T0, House, order
from .test_acknowledge import left
from .test_states import race


def test_the_same_bytes_are_one_order_whoever_brings_them(begun):
    told = race(
        *(
            lambda who=who: receive.receive(begun.workspace, order(), "o.yaml", as_=who)
            for who in ("kim", "awu", "rob", "mroy")
        )
    )  # type: ignore[misc]
    assert told == [None] * 4
    assert begun.kinds().count("received") == 1
    assert receive.receive(begun.workspace, order(), "o.yaml", as_="kim").again


def test_bytes_that_came_before_leave_no_entry(received):
    before = received.kinds()
    assert receive.receive(received.workspace, order(), "again.yaml", as_="kim").again
    assert received.kinds() == before


def test_other_bytes_under_a_known_reference_are_another_order_and_a_question(received):
    other = receive.receive(received.workspace, order(reasons="Another reason."), "o.yaml", as_="kim")
    assert (other.book, other.again) == (f"{BOOK}:2", False)
    assert any("Ask the authority which of them stands" in task for task in other.tasks)
    assert row_of(received.workspace, other.book).state is OrderState.RECEIVED


def test_an_order_for_two_operators_here_is_received_for_each(begun):
    zone = begun.workspace.settings.operators["market"].zone
    begun.set(
        operators={
            "market": Operator("market", "Example Market Ltd", "XA", zone),
            "apps": Operator("apps", "Example Apps", "XA", zone),
        }
    )
    both = (
        "[{operator: Example Market Ltd, measures: [remove_item]}, {operator: Example Apps, measures: [restrict_item]}]"
    )
    with pytest.raises(Refused, match="for several operators here"):
        receive.receive(begun.workspace, order(addressees=both), "o.yaml", as_="kim")
    books = [
        receive.receive(begun.workspace, order(addressees=both), "o.yaml", operator=name, as_="kim").book
        for name in ("market", "apps")
    ]
    assert books == [f"market/{BOOK}", f"apps/{BOOK}"]


def test_a_claimed_service_that_puts_the_deadline_into_the_past_is_a_fault(begun):
    with pytest.raises(Faulty, match="sk the authority") as caught:
        receive.receive(
            begun.workspace,
            order(deadline="{hours: 1}", served="{at: 2026-11-19T09:00:00+01:00, by: mail}"),
            "o.yaml",
            as_="kim",
        )
    assert all(fault.place and fault.place.line for fault in caught.value.faults)
    assert "received" not in begun.kinds()


def test_the_earlier_of_claimed_service_and_own_receipt_counts(begun):
    begun.later(hours=5)
    got = receive.receive(begun.workspace, order(deadline="{hours: 24}"), "o.yaml", as_="kim")
    assert got.deadline.counted_from == T0 - timedelta(hours=1)  # claimed an hour before the house began


def test_an_authority_outside_the_register_gets_no_letter_and_a_person_a_task(begun):
    unknown = "{name: Bureau of Good Order, country: XA, report_to: chief@bureau.example}"
    got = receive.receive(begun.workspace, order(authority=unknown), "o.yaml", as_="kim")
    assert got.acknowledged == ""
    assert "letter_written" not in begun.kinds()
    assert "not in the register" in got.tasks[0]
    with pytest.raises(Refused, match="not in the register of authorities"):
        confirm.confirm(
            begun.workspace, got.book, call=confirm.Call("chief@bureau.example", "the chief", T0), as_="awu"
        )


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"authority": "{name: Product Safety Office, country: XA, report_to: urgent@pso-xa.example}"}, "outside the domains"),
        ({"authority": "{name: Product Safety Office, country: XA, report_to: a@pso.example.evil.example}"}, "outside the domains"),
        ({"territory": "[XB]"}, "orders for XA, not for XB"),
        ({"legal_basis": "[{text: Good Order Act s. 1}]"}, "no legal basis"),
        ({"instrument": "dsa-9"}, "does not know"),
    ],
)  # fmt: skip
def test_what_does_not_agree_with_the_register_is_a_task_and_is_never_confirmed(begun, changed, said):
    got = receive.receive(begun.workspace, order(**changed), "o.yaml", as_="kim")
    assert said in " ".join(got.tasks)
    assert got.acknowledged  # to the contact of the register: the office hears of an order in its name
    with pytest.raises(Faulty, match=said):
        begun.confirm(got.book)
    assert row_of(begun.workspace, got.book).state is OrderState.RECEIVED


def test_the_acknowledgement_never_goes_where_the_order_says(received):
    with received.ledger.reading() as connection:
        (letter,) = letters_of(received.ledger, connection, book=BOOK)
    assert letter.address == "orders@pso.example"


# confirmation


def call(house: House, contact: str = PHONE, whom: str = "Ms Vale", hours: float = 0) -> confirm.Call:
    return confirm.Call(contact, whom, house.workspace.now + timedelta(hours=hours))


def test_a_mail_alone_never_suffices(received):
    with pytest.raises(Refused, match="a mail alone never does"):
        confirm.confirm(received.workspace, BOOK, as_="awu")


@pytest.mark.parametrize(
    "contact", ["reports@pso.example", "+999 99 9999", "", "orders@pso.example.evil", PHONE.replace(" ", "")]
)
def test_a_call_counts_only_to_a_contact_that_the_register_knew(received, contact):
    with pytest.raises(Refused, match="no contact of Product Safety Office in the register"):
        confirm.confirm(received.workspace, BOOK, call=call(received, contact), as_="awu")


def test_a_call_names_whom_it_reached_and_lies_in_the_past(received):
    with pytest.raises(Faulty, match="with whom the call was"):
        confirm.confirm(received.workspace, BOOK, call=call(received, whom=" "), as_="awu")
    with pytest.raises(Faulty, match="in the future"):
        confirm.confirm(received.workspace, BOOK, call=call(received, hours=1), as_="awu")
    assert confirm.confirm(received.workspace, BOOK, call=call(received, "orders@pso.example"), as_="awu") == "call"


def test_a_code_that_came_back_is_bound_to_the_order_that_it_was_sent_for(received, tmp_path):
    office = authority_of(received.workspace, order_of(received.workspace, BOOK))
    code = code_for(received.keys.id_key, office, order_of(received.workspace, BOOK))
    left(received, tmp_path)
    other = receive.receive(received.workspace, order(order="XA-PS-2"), "o.yaml", as_="kim").book
    for wrong in ("AAAA", code[:-1], code_for(b"x" * 32, office, order_of(received.workspace, BOOK))):
        with pytest.raises(Refused, match="not the one that was sent"):
            confirm.confirm(received.workspace, BOOK, code=wrong, as_="awu")
    with pytest.raises(Refused, match="not the one that was sent"):
        confirm.confirm(received.workspace, other, code=code, as_="awu")
    assert confirm.confirm(received.workspace, BOOK, code=code.lower(), as_="awu") == "code"


def test_an_authority_without_a_key_is_never_confirmed_by_a_token(received):
    with pytest.raises(Refused, match="not the authority's signature"):
        confirm.confirm(received.workspace, BOOK, token="A" * 88, as_="awu")


def test_who_confirmed_and_how_is_sealed_but_for_the_way(confirmed):
    (entry,) = confirmed.ledger.entries(book=BOOK, kinds=["confirmed"])
    assert (entry.body["how"], entry.body["authority"]) == ("call", "pso")
    assert "Vale" not in str(entry)
