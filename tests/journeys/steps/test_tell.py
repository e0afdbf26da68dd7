"""Letters of what took effect, was given back, or stays down for another order: one act, one letter, nobody named."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest

from rectify.letters.records import letters_of
from rectify.steps import end, hear, tell
from rectify.terms.errors import Unknown
from rectify.terms.letter import Letter, Occasion

from .house import BOOK, House, found


def letters(house: House, book: str = BOOK) -> list[Letter]:
    """The letters to parties about an order."""
    with house.ledger.reading() as connection:
        written = letters_of(house.ledger, connection, book=book)
    return [letter for letter in written if not letter.to.startswith("authority:")]


def test_nothing_is_told_before_it_took_effect(decided):
    assert tell.tell(decided.workspace, BOOK, as_="kim") == []
    digest, _ = decided.rehearse()
    assert digest
    assert tell.tell(decided.workspace, BOOK, as_="kim") == []


def test_each_account_is_told_once_in_its_language(done):
    assert [(one.occasion, one.languages, one.address) for one in letters(done)] == [
        (Occasion.REMOVED, ("en",), "anna@mailbox.example"), (Occasion.REMOVED, ("zh",), "quill@mailbox.example"),
    ]  # fmt: skip
    assert tell.tell(done.workspace, BOOK, as_="kim") == []
    assert len(letters(done)) == 2


def test_two_items_of_one_account_are_one_letter(gathered):
    gathered.decide("I1")
    gathered.decide("I4")
    gathered.carry_out()
    tell.tell(gathered.workspace, BOOK, as_="kim")
    (letter,) = letters(gathered)
    assert len(letter.claims) == 2
    assert "Pram I1" in letter.body
    assert "Pram I4" in letter.body


def test_a_letter_names_the_order_the_evidence_and_nobody_here(done):
    body = letters(done)[0].body
    assert BOOK in body
    assert "9521234543213" in body
    said = body[: body.index("PROOF")] + body[body.rindex("> \u2014 ") :].partition("\n")[2]  # base64 may spell a name
    for name in done.workspace.settings.people:
        assert re.search(rf"\b{name}\b", said, re.IGNORECASE) is None


@pytest.mark.parametrize(
    ("how", "occasion"), [(end.annul, Occasion.RETURNED_ANNULLED), (end.end, Occasion.RETURNED_ENDED)]
)
def test_what_is_given_back_is_told_when_it_is_back_and_not_before(done, how, occasion):
    how(done.workspace, BOOK, "The court said so.", as_="awu")
    assert tell.tell(done.workspace, BOOK, as_="kim") == []
    done.carry_out()
    tell.tell(done.workspace, BOOK, as_="kim")
    assert [letter.occasion for letter in letters(done)[2:]] == [occasion, occasion]
    assert tell.tell(done.workspace, BOOK, as_="kim") == []


def test_what_stays_down_for_another_order_is_told_with_that_order(done):
    done.receive("O-2")
    done.confirm("O-2")
    done.accept("O-2")
    done.gather(found("I1", book="O-2"), book="O-2")
    done.decide("I1", book="O-2")
    end.annul(done.workspace, BOOK, "The court said so.", as_="awu")
    done.carry_out()
    tell.tell(done.workspace, BOOK, as_="kim")
    said = {letter.address: letter for letter in letters(done)[2:]}
    assert said["anna@mailbox.example"].occasion is Occasion.STILL_DOWN
    assert "O-2" in said["anna@mailbox.example"].body
    assert said["quill@mailbox.example"].occasion is Occasion.RETURNED_ANNULLED


def test_who_won_an_appeal_is_not_told_again_that_it_is_back(done):
    name = hear.record(done.workspace, done.case("I1").id, "It is a cover.", as_="kim")
    hear.grant(done.workspace, name, "It is.", as_="mroy")
    done.carry_out()
    assert tell.tell(done.workspace, BOOK, as_="kim") == []


def test_secrecy_delays_a_letter_and_never_deletes_it(begun):
    begun.receive("O-2", confidential_until="2026-12-01")
    begun.confirm("O-2")
    begun.accept("O-2")
    begun.gather(found("I1", book="O-2"), book="O-2")
    begun.decide("I1", book="O-2")
    begun.carry_out("O-2")
    tell.tell(begun.workspace, "O-2", as_="kim")
    (letter,) = letters(begun, "O-2")
    assert letter.not_before == datetime(2026, 12, 1, 23, tzinfo=UTC)  # the 2nd of December begins in Berlin


def test_an_account_without_an_address_is_written_to_all_the_same(accepted):
    accepted.gather(found("I1", "V73"))
    accepted.decide("I1")
    accepted.carry_out()
    tell.tell(accepted.workspace, BOOK, as_="kim")
    (letter,) = letters(accepted)
    assert letter.address == ""
    assert "task_opened" in accepted.kinds(BOOK)[-2:]  # a person has to find a way


def test_an_order_that_is_not_there_is_refused_by_name(done):
    with pytest.raises(Unknown, match='no order "XA-PS-2026-0413"') as caught:
        tell.tell(done.workspace, "XA-PS-2026-0413", as_="kim")
    assert BOOK in caught.value.remedy
