"""Reports: of accepted orders, final when nothing is open, from the ledger alone, with nobody's name."""

from __future__ import annotations

import hashlib
import json

import pytest

from rectify.letters.records import letters_of
from rectify.steps import report
from rectify.terms.errors import Refused
from rectify.terms.letter import Occasion

from .house import BOOK, House, found

SMALL = ("json", "csv")


def made(house: House, folder, state: str = "interim", book: str = BOOK):
    """A report in the formats that need no extra."""
    return report.report(house.workspace, book, folder, state=state, formats=SMALL, as_="awu")


@pytest.mark.parametrize("stage", ["received", "confirmed"])
def test_no_report_is_made_of_an_order_that_nobody_accepted(stage, request, tmp_path):
    house: House = request.getfixturevalue(stage)
    before = house.kinds()
    for state in ("interim", "final"):
        with pytest.raises(Refused, match=f"is {stage}: no report"):
            made(house, tmp_path, state)
    assert house.kinds() == before
    assert list(tmp_path.iterdir()) == []


def test_a_report_is_not_final_while_a_case_is_open_or_before_anything_was_searched(accepted, tmp_path):
    with pytest.raises(Refused, match="nothing was searched"):
        made(accepted, tmp_path, "final")
    accepted.gather(found("I1"))
    with pytest.raises(Refused, match="open"):
        made(accepted, tmp_path, "final")
    assert "reported" not in accepted.kinds()


def test_the_ledger_names_the_files_by_their_digests(done, tmp_path):
    told = made(done, tmp_path)
    (entry,) = done.ledger.entries(book=BOOK, kinds=["reported"])
    digests = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in told.files.values()}
    assert dict(entry.body["files"]) == digests


def test_an_interim_report_is_sent_to_nobody_and_a_final_one_to_the_known_contact(decided, tmp_path):
    for item in ("I3", "I4"):
        decided.decide(item)
    made(decided, tmp_path)
    with decided.ledger.reading() as connection:
        assert not [x for x in letters_of(decided.ledger, connection, book=BOOK) if x.occasion is Occasion.REPORT]
    made(decided, tmp_path, "final")
    with decided.ledger.reading() as connection:
        (letter,) = [x for x in letters_of(decided.ledger, connection, book=BOOK) if x.occasion is Occasion.REPORT]
    assert letter.address == "orders@pso.example"


def test_the_same_ledger_and_clock_give_the_same_bytes(done, tmp_path):
    from rectify.reports.compile import Made, compile_report

    entries = list(done.ledger.opened(book=BOOK))
    facts = Made(done.workspace.now, "0.1.0", "en", "")
    for name in ("a", "b"):
        report.write(compile_report(entries, facts, "interim"), entries, tmp_path / name, SMALL)
    assert [p.read_bytes() for p in sorted((tmp_path / "a").iterdir())] == [
        p.read_bytes() for p in sorted((tmp_path / "b").iterdir())
    ]


def test_no_account_nobody_here_and_no_address_stands_in_a_report(done, tmp_path):
    told = made(done, tmp_path)
    for path in told.files.values():
        text = path.read_text(encoding="utf-8")
        for name in ("V71", "V72", "Anna", "Vesper", "mailbox.example", "quill", "blin", "mroy", "awu", "kim"):
            assert name not in text, (path.name, name)


def test_what_is_left_is_said_with_its_reason(done, tmp_path):
    told = made(done, tmp_path)
    left = {line["reason"]: line["n"] for line in json.loads(told.files["json"].read_text())["left"]}
    assert left["cases that nobody has decided"] == 2
    done.decide("I3")  # in eu, which reaches further than the order
    done.rehearse()
    left = {
        line["reason"]: line["n"] for line in json.loads(made(done, tmp_path / "2").files["json"].read_text())["left"]
    }
    assert left["cases that nobody has decided"] == 1
    assert (
        left["violations for which no measure was rehearsed yet"] == 1
        or left["items in storefronts that reach further than the order"] == 1
    )
