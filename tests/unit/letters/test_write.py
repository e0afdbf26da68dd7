"""A letter is written with the work of delivering it; secrecy delays it; a missing address is a task."""

from __future__ import annotations

from datetime import timedelta

import pytest

from rectify.letters.records import counts, letters_of, untold
from rectify.letters.write import NO_ADDRESS, record_delivery, usable_address
from rectify.terms.errors import Broken, Refused, Unknown
from rectify.terms.letter import DeliveryState, Occasion

from .desk import BOOK, SELLER, Desk, fresh_desk
from .samples import T0


@pytest.fixture
def desk() -> Desk:
    return fresh_desk()


@pytest.mark.parametrize("occasion", list(Occasion))
def test_every_outcome_sends_its_letter(desk: Desk, occasion: Occasion) -> None:
    """By name from the list of what went wrong elsewhere: an appeal granted and one denied both have their letter."""
    one = desk.write(occasion)
    assert desk.letter(one).occasion is occasion
    assert (desk.work(one).state, desk.work(one).due) == ("waiting", T0)


def test_a_letter_is_kept_as_it_was_composed(desk: Desk) -> None:
    letter = desk.letter(desk.write())
    assert (letter.address, letter.to, letter.claims, letter.state) == (
        SELLER, "account-1", ("claim-1",), DeliveryState.WRITTEN,
    )  # fmt: skip
    assert letter.body.startswith("We stopped showing your listing in Country XA.")
    assert letter.subject.startswith("We stopped showing")
    assert (letter.order, letter.written, letter.languages) == (BOOK, T0, ("en", "zh"))


def test_secrecy_delays_a_letter_and_deletes_none(desk: Desk) -> None:
    until = T0 + timedelta(days=30)
    one = desk.write(not_before=until)
    assert desk.work(one).due == until
    assert desk.letter(one).not_before == until
    past = desk.write(not_before=T0 - timedelta(days=1))
    assert desk.work(past).due == T0


@pytest.mark.parametrize("address", ["", "no address", "a@b.example\r\nBcc: all@x.example"])
def test_without_an_address_the_letter_is_written_and_a_person_gets_a_task(desk: Desk, address: str) -> None:
    one = desk.write(address=address)
    assert desk.letter(one).address == ""
    assert desk.letter(one).body
    (task,) = desk.tasks()
    assert (task.body["what"], task.body["about"]) == (NO_ADDRESS, one)
    assert "Find a way" in task.private["text"]


@pytest.mark.parametrize(
    ("address", "usable"),
    [
        ("seller@shop.example", True), ("a.b+c@x.example", True), ("李@例子.example", True),
        ("a@b@c", False), ("@x.example", False), ("a@", False), ("a", False), ("a b@x.example", False),
        ("A <a@x.example>", False), ("a@x.example, b@x.example", False), ("a@x.example\n", False),
        ("a\x00@x.example", False), (" a@x.example", False), ('"a\r\nb"@x.example', False), ("a" * 250 + "@x.example", False),
    ],
)  # fmt: skip
def test_an_address_is_one_plain_address(address: str, usable: bool) -> None:
    assert usable_address(address) is usable


def test_texts_and_addresses_stay_out_of_entries_and_go_with_the_account(desk: Desk) -> None:
    one = desk.write()
    assert SELLER not in str([e.body for e in desk.ledger.entries()])
    with desk.ledger.writing(T0, "system") as writing:
        writing.erase("account:account-1", "all", "request", ["a", "b"])
    erased = desk.letter(one)
    assert (erased.address, erased.subject, erased.body) == ("", "", "")
    assert erased.occasion is Occasion.REMOVED


def test_a_letter_to_an_authority_is_sealed_under_its_name(desk: Desk) -> None:
    desk.write(Occasion.ACKNOWLEDGEMENT, to="authority:XA-PS", address="reports@pso.example", claims=())
    (entry,) = desk.entries("letter_written")
    assert {part["subject"] for part in entry.parts.values()} == {"authority:XA-PS"}


def test_letters_are_found_by_order_addressee_state_and_claim(desk: Desk) -> None:
    one, two = desk.write(), desk.write(to="account-2", claims=("claim-2", "claim-3"))
    with desk.ledger.reading() as connection:
        assert [x.id for x in letters_of(desk.ledger, connection, book=BOOK)] == [one, two]
        assert [x.id for x in letters_of(desk.ledger, connection, to="account-2")] == [two]
        assert [x.id for x in letters_of(desk.ledger, connection, claim="claim-3")] == [two]
        assert letters_of(desk.ledger, connection, state="delivered") == []
        assert untold(connection, ["claim-1", "claim-9", "claim-2"]) == ["claim-9"]
        assert counts(connection, BOOK) == {"written": 2, "handed_over": 0, "delivered": 0, "failed": 0}


def test_proof_of_delivery_is_recorded_with_its_level(desk: Desk) -> None:
    one = desk.write()
    with desk.ledger.writing(T0, "system") as writing:
        record_delivery(writing, one, "registered post")
    assert desk.letter(one).state is DeliveryState.DELIVERED
    assert [d.note for d in desk.deliveries(one)] == ["registered post"]
    with pytest.raises(Refused), desk.ledger.writing(T0, "system") as writing:
        record_delivery(writing, one, "carrier pigeon")
    with pytest.raises(Unknown), desk.ledger.writing(T0, "system") as writing:
        record_delivery(writing, "letter-x", "read")


def test_what_is_not_known_is_refused(desk: Desk) -> None:
    desk.write()
    with pytest.raises(Unknown):
        desk.letter("letter-x")
    with pytest.raises(Broken):
        desk.write(to="")
