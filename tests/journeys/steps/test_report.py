"""Reports: of accepted orders, final when nothing is open, from the ledger alone, with nobody's name."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace

import pytest

from rectify.letters.records import letters_of
from rectify.steps import report
from rectify.terms.errors import RectifyError, Refused
from rectify.terms.letter import Occasion

from .house import BOOK, House, found
from .test_states import race

SMALL = ("json", "csv")


LEAVE = "The authority was asked whether the other country's shop front is meant."


def made(house: House, folder, state: str = "interim", book: str = BOOK):
    """A report in the formats that need no extra."""
    leave = LEAVE if state == "final" else ""
    return report.report(house.workspace, book, folder, state=state, formats=SMALL, leave=leave, as_="awu")


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


def test_a_report_is_not_final_while_a_catalogue_was_never_searched(done, tmp_path):
    for item in ("I3", "I4"):
        done.decide(item)
    (market,) = done.workspace.settings.catalogues.values()
    done.set(catalogues={"market": market, "outlet": replace(market, name="outlet")})
    with pytest.raises(Refused, match="nothing was searched in outlet"):
        made(done, tmp_path, "final")
    assert made(done, tmp_path).report.state == "interim"


def test_the_ledger_names_the_files_by_their_digests(done, tmp_path):
    told = made(done, tmp_path)
    (entry,) = done.ledger.entries(book=BOOK, kinds=["reported"])
    digests = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in told.files.values()}
    assert dict(entry.body["files"]) == digests


def finished(house: House) -> House:
    """All is decided, and all that is due is done; I3 stands in eu, which reaches further than the order."""
    for item in ("I3", "I4"):
        house.decide(item)
    assert house.carry_out() == {"done": 1}
    return house


def test_an_interim_report_is_sent_to_nobody_and_a_final_one_to_the_known_contact(done, tmp_path):
    finished(done)
    made(done, tmp_path)
    with done.ledger.reading() as connection:
        assert not [x for x in letters_of(done.ledger, connection, book=BOOK) if x.occasion is Occasion.REPORT]
    made(done, tmp_path, "final")
    with done.ledger.reading() as connection:
        (letter,) = [x for x in letters_of(done.ledger, connection, book=BOOK) if x.occasion is Occasion.REPORT]
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


def test_a_final_report_that_could_not_be_written_leaves_its_task_and_no_entry(done, tmp_path):
    decided = finished(done)
    (tmp_path / "file").write_text("no folder")
    before = decided.kinds(BOOK)
    for folder, formats in ((tmp_path / "file", SMALL), (tmp_path / "new", ("json", "docx"))):
        with pytest.raises(RectifyError) as caught:
            report.report(decided.workspace, BOOK, folder, state="final", formats=formats, leave=LEAVE, as_="awu")
        assert caught.value.exit_code == 1
    assert decided.kinds(BOOK) == before
    assert not list(tmp_path.glob("new/*"))
    made(decided, tmp_path / "out", "final")
    assert decided.kinds(BOOK)[-3:] == ["task_done", "reported", "letter_written"]
    assert json.loads((tmp_path / "out" / "report.json").read_text())["tasks"] == []


def test_of_two_final_reports_at_once_one_is_made(done, tmp_path):
    decided = finished(done)
    told = race(lambda: made(decided, tmp_path / "a", "final"), lambda: made(decided, tmp_path / "b", "final"))
    assert sum(one is None for one in told) == 1
    assert all(one is None or isinstance(one, Refused) for one in told)
    assert decided.kinds(BOOK).count("reported") == 1


def test_a_report_in_a_language_that_is_not_there_is_refused_before_anything_is_written(done, tmp_path):
    with pytest.raises(Refused, match='no reports in the language "fr"'):
        report.report(done.workspace, BOOK, tmp_path / "out", locale="fr", formats=SMALL, as_="awu")
    assert not (tmp_path / "out").exists()
