"""An acknowledgement goes to the register's contact once, late where the authority came late, and alone has the code."""

from __future__ import annotations

import re
from dataclasses import asdict, replace
from pathlib import Path

import pytest

from rectify.cases.tasks import open_tasks as tasks_of
from rectify.intake.confirmation import code_for
from rectify.intake.records import orders
from rectify.letters.records import letters_of
from rectify.steps import acknowledge, confirm, keep, report, tell
from rectify.steps.orders import order_of, row_of
from rectify.terms.errors import Refused
from rectify.terms.letter import Letter, Occasion
from rectify.terms.order import OrderState

from .house import AUTHORITIES, BOOK, House

NAMED = "{name: Bureau of Good Order, country: XA, report_to: chief@bureau.example}"
BUREAU = (
    AUTHORITIES.replace("id: pso", "id: bgo")
    .replace("name: Product Safety Office", "name: Bureau of Good Order")
    .replace("orders@pso.example", "desk@bgo.example")
    .replace("[pso.example]", "[bureau.example]")
)
CODE = re.compile(r"(?:[A-Z2-7]{4}-){6}[A-Z2-7]{2}")


def added(house: House, folder: Path, text: str) -> None:
    """An entry comes into the register."""
    (folder / "more.yaml").write_text(text)
    keep.add_authorities(house.workspace, folder / "more.yaml", as_="awu")


def acknowledgements(house: House, book: str = BOOK) -> list[Letter]:
    with house.ledger.reading() as connection:
        return [x for x in letters_of(house.ledger, connection, book=book) if x.occasion is Occasion.ACKNOWLEDGEMENT]


def open_tasks(house: House, book: str = BOOK) -> list[str]:
    with house.ledger.reading() as connection:
        return [task.what for task in tasks_of(house.ledger, connection, book=book)]


def left(house: House, folder: Path) -> None:
    """The letters that were due lie in the folder."""
    house.set(letters=replace(house.workspace.settings.letters, folder=str(folder / "letters")))
    tell.send(house.workspace, as_="kim")


@pytest.fixture
def waiting(begun: House) -> House:
    """An order of an office that is not in the register."""
    begun.receive(authority=NAMED)
    assert acknowledgements(begun) == []
    assert open_tasks(begun) == ["authority not in the register"]
    return begun


def test_an_order_is_acknowledged_when_its_authority_comes_into_the_register(waiting, tmp_path):
    waiting.later(days=1)
    added(waiting, tmp_path, BUREAU)
    (letter,) = acknowledgements(waiting)
    assert (letter.to, letter.address) == ("authority:bgo", "desk@bgo.example")
    assert "chief@bureau.example" not in letter.body
    assert "It came in on 20 November 2026, 10:00" in letter.body
    assert "We count your time limit to 24 November 2026, 23:59" in letter.body
    assert open_tasks(waiting) == []
    assert row_of(waiting.workspace, BOOK).state is OrderState.RECEIVED


def test_it_is_acknowledged_once_however_often_the_register_changes(waiting, tmp_path):
    for text in (BUREAU, BUREAU, BUREAU.replace("0117", "0118")):
        added(waiting, tmp_path, text)
    assert len(acknowledgements(waiting)) == 1
    assert waiting.kinds(BOOK).count("acknowledged") == 1


def test_an_order_that_was_acknowledged_at_once_is_not_again(received, tmp_path):
    added(received, tmp_path, AUTHORITIES.replace("0117", "0118"))
    assert len(acknowledgements(received)) == 1


@pytest.mark.parametrize(
    "other", [("name: Bureau of Good Order", "name: Bureau of Better Order"), ("country: XA", "country: XB")]
)
def test_an_entry_of_another_name_or_country_answers_nothing(waiting, tmp_path, other):
    added(waiting, tmp_path, BUREAU.replace(*other))
    assert acknowledgements(waiting) == []
    assert open_tasks(waiting) == ["authority not in the register"]


def test_what_does_not_agree_with_the_entry_is_a_task_and_the_contact_hears_of_it(waiting, tmp_path):
    added(waiting, tmp_path, BUREAU.replace("[gpsr-22, national]", "[national]"))
    assert len(acknowledgements(waiting)) == 1
    assert open_tasks(waiting) == ["does not agree with the register"]


def test_an_order_whose_text_was_erased_stops_nobody_from_keeping_the_register(waiting, tmp_path):
    with waiting.ledger.writing(waiting.workspace.now, "system") as writing:
        writing.erase(f"order:{BOOK}", "order", "a test", ["person-1"])
    added(waiting, tmp_path, BUREAU)
    assert acknowledgements(waiting) == []  # nothing of it is left
    assert waiting.workspace.authorities.by_id("bgo")


def test_an_order_that_was_decided_on_meanwhile_is_not_acknowledged(waiting, tmp_path, monkeypatch):
    monkeypatch.setattr(
        acknowledge, "orders", lambda connection: [replace(r, state=OrderState.REFUSED) for r in orders(connection)]
    )
    added(waiting, tmp_path, BUREAU)
    assert acknowledgements(waiting) == []


class TestCode:
    def test_the_code_of_the_letter_confirms_the_order(self, received, tmp_path):
        (letter,) = acknowledgements(received)
        (code,) = CODE.findall(letter.body)
        left(received, tmp_path)
        assert confirm.confirm(received.workspace, BOOK, code=code, as_="awu") == "code"
        (opened,) = received.ledger.opened(book=BOOK, kinds=["confirmed"])
        assert "went to orders@pso.example alone" in opened.private["note"]
        assert "or a person here" in opened.private["note"]  # it does not show more than that

    def test_a_letter_that_has_not_left_cannot_have_been_answered(self, received):
        (code,) = CODE.findall(acknowledgements(received)[0].body)
        with pytest.raises(Refused, match="has not left yet"):
            confirm.confirm(received.workspace, BOOK, code=code, as_="awu")

    def test_it_stands_in_the_acknowledgement_and_nowhere_else(self, received, tmp_path):
        house = received
        office = house.workspace.authorities.by_id("pso")
        code = code_for(house.keys.id_key, office, order_of(house.workspace, BOOK))
        left(house, tmp_path)
        confirm.confirm(house.workspace, BOOK, code=code, as_="awu")
        house.accept()
        report.report(house.workspace, BOOK, tmp_path / "r", formats=["json", "csv"], as_="awu")
        with house.ledger.reading() as connection:
            every = letters_of(house.ledger, connection)
        assert [x.occasion for x in every if code in x.body + x.subject] == [Occasion.ACKNOWLEDGEMENT]
        assert code not in "".join(str(asdict(entry)) for entry in house.ledger.entries())
        sealed = [o for o in house.ledger.opened() if code in str(dict(o.private))]
        assert [o.entry.kind for o in sealed] == ["letter_written"]
        made = "".join(file.read_text() for file in (tmp_path / "r").iterdir())
        assert made
        assert code not in made

    @pytest.mark.parametrize(
        "changed", [("mail: desk@bgo.example, ", ""), ("valid: {from: 2021-01-01}", "valid: {from: 2021-01-01, until: 2026-01-01}")]
    )  # fmt: skip
    def test_without_an_address_or_out_of_time_no_code_is_given_out(self, waiting, tmp_path, changed):
        added(waiting, tmp_path, BUREAU.replace(*changed))
        (letter,) = acknowledgements(waiting)
        assert not CODE.search(letter.body)
        assert "answer with this code" not in letter.body
