"""An order is accepted under the very entry that it was confirmed with, as that stands now, and on the ledger's word."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text

from rectify.intake.authorities import digest_of, entry_of, read_authorities
from rectify.letters.records import letters_of
from rectify.steps import accept, confirm
from rectify.steps.orders import known_authority, order_of, row_of
from rectify.terms.entry import HOUSE, Draft, Private
from rectify.terms.errors import Broken, Faulty, Refused
from rectify.terms.order import OrderState

from .house import AUTHORITIES, BOOK, PHONE, House


def noted(house: House, *changes: tuple[str, str], ended: bool = False) -> None:
    """An entry of the register is noted, whoever does it: the office's with these changes of its text."""
    entry = AUTHORITIES
    for old, new in changes:
        assert old in entry
        entry = entry.replace(old, new)
    (made,) = read_authorities(entry.encode(), "authorities.yaml").entries
    with house.ledger.writing(house.workspace.now, "system") as writing:
        body = {"authority": made.id, "digest": digest_of(made), **({"ended": True} if ended else {})}
        writing.append(
            Draft("authority_named", HOUSE, body, {"entry": Private(f"authority:{made.id}", entry_of(made))})
        )


def wider(house: House) -> None:
    """A second entry of the same name with another contact and more territory, noted after the first."""
    noted(house, ("id: pso", "id: pso-2"), ("orders@pso.example", "me@elsewhere.example"), ("[XA]", "[XA, XB]"))


def letters(house: House) -> list[str]:
    with house.ledger.reading() as connection:
        return [letter.address for letter in letters_of(house.ledger, connection, book=BOOK)]


def test_an_entry_that_was_noted_since_neither_widens_the_order_nor_gets_its_letters(begun):
    begun.receive("O-2", territory="[XA, XB]")
    begun.confirm("O-2")
    wider(begun)
    with pytest.raises(Faulty, match="accepting in part needs reasons"):
        begun.accept("O-2")
    begun.accept("O-2", reasons="The office acts in XA alone.")
    assert row_of(begun.workspace, "O-2").territory == {"XA"}
    known = known_authority(begun.workspace, "O-2", order_of(begun.workspace, "O-2"))
    assert known
    assert known.id == "pso"


def test_every_letter_goes_to_the_contact_of_the_entry_that_confirmed(confirmed):
    wider(confirmed)
    accept.ask(confirmed.workspace, BOOK, "Which year is meant?", as_="awu")
    accept.refuse(confirmed.workspace, BOOK, "It has no basis.", as_="awu")
    assert set(letters(confirmed)) == {"orders@pso.example"}


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (("valid: {from: 2021-01-01}", "valid: {from: 2021-01-01, until: 2026-11-19}"), "is not valid on 2026-11-20"),
        (("[gpsr-22, national]", "[national]"), "to act under gpsr-22"),
        (("territory: [XA]", "territory: [XB]"), "orders for XB, not for XA"),
        (("[Product Safety Act]", "[Another Act]"), "no legal basis"),
        (("domains: [pso.example]", "domains: [office.example]"), "outside the domains"),
    ],
)
def test_an_entry_that_expired_or_became_narrower_since_is_told_and_nothing_is_accepted(confirmed, change, told):
    noted(confirmed, change)
    with pytest.raises(Faulty, match=told):
        confirmed.accept()
    assert row_of(confirmed.workspace, BOOK).state is OrderState.CONFIRMED


@pytest.mark.parametrize("change", [None, ("name: Product Safety Office", "name: Another Office")])
def test_an_entry_that_ended_or_is_another_authority_now_accepts_nothing_and_a_person_tells_the_office(
    confirmed, change
):
    noted(confirmed, *([change] if change else ()), ended=change is None)
    before = letters(confirmed)
    with pytest.raises(Refused, match="is there no more") as caught:
        confirmed.accept()
    assert "rectify order refuse" in caught.value.remedy
    accept.refuse(confirmed.workspace, BOOK, "It has no basis.", as_="awu")
    assert letters(confirmed) == before
    tasks = [o.private["text"] for o in confirmed.ledger.opened(book=BOOK, kinds=["task_opened"])]
    assert any("not told of this step" in str(one) for one in tasks)


def test_a_call_before_the_order_came_in_confirms_nothing(begun):
    begun.receive("O-2")
    received = row_of(begun.workspace, "O-2").received
    begun.clock[0] += timedelta(hours=1)
    for at in (datetime(2026, 1, 1, tzinfo=UTC), received - timedelta(seconds=1)):
        with pytest.raises(Faulty, match="the call lies before the order"):
            confirm.confirm(begun.workspace, "O-2", call=confirm.Call(PHONE, "Ms Vale", at), as_="awu")
    assert "confirmed" not in begun.kinds("O-2")
    assert confirm.confirm(begun.workspace, "O-2", call=confirm.Call(PHONE, "Ms Vale", received), as_="awu") == "call"


def test_a_confirmation_that_was_only_written_into_a_table_is_none(begun):
    begun.receive("O-2")
    with begun.store.writing() as connection:
        connection.execute(text("UPDATE orders SET state = 'confirmed', authority = 'pso' WHERE book = 'O-2'"))
    with pytest.raises(Broken, match="says of O-2 what the ledger does not: state"):
        begun.accept("O-2")
    assert "accepted" not in begun.kinds("O-2")


def test_an_order_that_was_refused_is_not_accepted_through_a_table(confirmed):
    accept.refuse(confirmed.workspace, BOOK, "It has no basis.", as_="awu")
    with confirmed.store.writing() as connection:
        connection.execute(text("UPDATE orders SET state = 'confirmed'"))
    with pytest.raises(Broken, match="state"):
        confirmed.accept()
