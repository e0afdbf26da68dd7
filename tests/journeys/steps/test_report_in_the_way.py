"""A final report while something waits is refused in one sentence that lists all of it; what is left is no obstacle."""

from __future__ import annotations

import csv
import json
from dataclasses import replace

import pytest

from rectify.measures.connector import HostPlace
from rectify.reports import waiting
from rectify.steps import carry_out, end, report
from rectify.terms.case import Judgement
from rectify.terms.claim import Effect
from rectify.terms.errors import Refused
from rectify.terms.measure import Outcome, OutcomeKind

from .house import BOOK, House, found

WHY = "The other country's shop front is asked about at the authority."


def made(house: House, folder, state: str = "final", leave: str = ""):
    return report.report(house.workspace, BOOK, folder, state=state, formats=["json", "csv"], leave=leave, as_="awu")


def refused(house: House, folder) -> Refused:
    """What a final report is refused with; nothing was kept of it."""
    before = house.kinds(BOOK)
    with pytest.raises(Refused) as caught:
        made(house, folder)
    assert house.kinds(BOOK) == before
    assert not list(folder.iterdir())
    return caught.value


def left(house: House, folder, state: str = "final", leave: str = "") -> dict[str, int]:
    told = json.loads(made(house, folder, state, leave).files["json"].read_text())
    return {line["reason"]: line["n"] for line in told["left"]}


def all_decided(house: House) -> None:
    for item in ("I3", "I4"):
        house.decide(item, Judgement.OUTSIDE)


def test_all_that_waits_is_told_at_once_with_the_next_command(decided, tmp_path):
    (market,) = decided.workspace.settings.catalogues.values()
    decided.set(catalogues={"market": market, "outlet": replace(market, name="outlet")})
    decided.decide("I4")
    told = refused(decided, tmp_path)
    assert told.text == (
        f"the report of {BOOK} would not be final: nothing was searched in outlet; 1 case is open; "
        "3 measures are due and not rehearsed"
    )
    assert told.remedy == f"next:  rectify sweep {BOOK}"


def test_a_set_that_waits_for_approval_is_in_the_way(decided, tmp_path):
    all_decided(decided)
    digest, _ = decided.rehearse()
    told = refused(decided, tmp_path)
    assert told.text.endswith(f"would not be final: the set {digest[:12]} waits for approval")
    assert f"rectify measures approve {digest[:12]} --count 2" in told.remedy


def test_a_set_that_was_approved_and_not_carried_out_is_in_the_way(decided, tmp_path):
    all_decided(decided)
    digest, measures = decided.rehearse()
    carry_out.approve(decided.workspace, digest, measures, despite=True, as_="mroy")
    told = refused(decided, tmp_path)
    assert told.text.endswith(f"the set {digest[:12]} waits to be carried out")
    assert told.remedy == f"next:  rectify measures carry-out {digest[:12]}"
    carry_out.carry_out(decided.workspace, digest, as_="mroy")
    made(decided, tmp_path)


def test_measures_that_are_due_anew_are_in_the_way(done, tmp_path):
    all_decided(done)
    end.annul(done.workspace, BOOK, "By the court.", as_="awu")
    told = refused(done, tmp_path)
    assert told.text.endswith("2 measures are due and not rehearsed")
    assert told.remedy == f"next:  rectify measures rehearse {BOOK}"
    assert done.carry_out() == {"done": 2}
    made(done, tmp_path)


def test_a_set_that_was_sent_back_or_that_a_later_one_did_is_not_in_the_way(decided, tmp_path):
    all_decided(decided)
    first, _ = decided.rehearse()
    decided.rehearse()  # stays behind: nothing of it is due any more once the third is carried out
    carry_out.send_back(decided.workspace, first, "One too many.", as_="mroy")
    decided.carry_out()
    made(decided, tmp_path)


def test_an_outcome_that_nobody_knows_is_in_the_way(decided, tmp_path, monkeypatch):
    all_decided(decided)
    digest, measures = decided.rehearse()
    carry_out.approve(decided.workspace, digest, measures, despite=True, as_="mroy")
    monkeypatch.setattr(decided.host, "write", lambda changes: (_ for _ in ()).throw(TimeoutError("no answer")))
    carry_out.carry_out(decided.workspace, digest, as_="mroy")
    monkeypatch.undo()
    told = refused(decided, tmp_path)
    assert told.text.endswith("would not be final: 2 outcomes are unknown")
    assert told.remedy == f"next:  rectify measures carry-out {digest[:12]}"
    assert carry_out.carry_out(decided.workspace, digest, as_="mroy").counts["done"] == 2
    made(decided, tmp_path)


def test_what_the_host_refused_is_left_and_not_in_the_way(decided, tmp_path):
    all_decided(decided)
    digest, measures = decided.rehearse()
    carry_out.approve(decided.workspace, digest, measures, despite=True, as_="mroy")
    refusing = _Refusing(decided.host)
    object.__setattr__(decided.workspace, "host", refusing)
    carry_out.carry_out(decided.workspace, digest, as_="mroy")
    assert left(decided, tmp_path)["measures that the host refused"] == 2


def test_what_the_host_refused_is_due_again_once_the_place_has_moved_on(decided, tmp_path):
    all_decided(decided)
    digest, measures = decided.rehearse()
    carry_out.approve(decided.workspace, digest, measures, despite=True, as_="mroy")
    host = decided.host
    object.__setattr__(decided.workspace, "host", _Refusing(host))
    carry_out.carry_out(decided.workspace, digest, as_="mroy")
    object.__setattr__(decided.workspace, "host", host)
    for state in (Effect.LABELLED, Effect.OPEN):  # by the host's own hand: its version moves
        host.put(HostPlace("item", "I1", "xa"), state)
    assert refused(decided, tmp_path).text.endswith("would not be final: 1 measure is due and not rehearsed")
    assert decided.carry_out() == {"done": 2}
    made(decided, tmp_path)


def test_what_stays_on_sale_though_somebody_could_act_is_left_with_a_reason_only(decided, tmp_path):
    decided.gather(found("I5", shops=None))
    for item in ("I3", "I5"):
        decided.decide(item)
    decided.decide("I4", Judgement.OUTSIDE)
    decided.carry_out()
    told = refused(decided, tmp_path)
    assert "items in storefronts that reach further than the order: 1" in told.text
    assert "--leave REASON" in told.remedy
    with pytest.raises(Refused, match="names"):
        made(decided, tmp_path, leave="mroy said so")
    told = left(decided, tmp_path, leave=WHY)
    assert (told[waiting.UNKNOWN], told[waiting.BEYOND]) == (1, 1)
    assert waiting.NEW not in told


def test_the_reason_stands_in_the_report_and_in_later_ones_and_is_sealed(decided, tmp_path):
    decided.decide("I3")
    decided.decide("I4", Judgement.OUTSIDE)
    decided.carry_out()
    made(decided, tmp_path, leave=WHY)
    files = made(decided, tmp_path / "2", "corrected").files
    (line,) = [one for one in json.loads(files["json"].read_text())["left"] if one["reason"] == waiting.BEYOND]
    assert line == {"reason": waiting.BEYOND, "n": 1, "on_purpose": WHY}
    with files["csv"].open(newline="") as file:
        rows = {row["item"]: row["left"] for row in csv.DictReader(file)}
    assert rows["I3"] == waiting.BEYOND
    assert rows["I1"] == rows["I4"] == ""
    entries = list(decided.workspace.ledger.entries(book=BOOK))
    assert WHY not in json.dumps([entry.body for entry in entries])


def test_a_reason_that_nothing_needs_is_refused(done, tmp_path):
    all_decided(done)
    with pytest.raises(Refused, match="nothing is left that waits for such a reason"):
        made(done, tmp_path, leave=WHY)


def test_what_the_host_cannot_do_is_left_with_that_reason(decided, tmp_path):
    all_decided(decided)
    able = replace(decided.host.capabilities(), measures=frozenset({"label_item"}))
    object.__setattr__(decided.workspace, "host", _Able(decided.host, able))
    assert left(decided, tmp_path)[waiting.CANNOT] == 2


def test_of_an_order_that_is_over_open_cases_are_left_and_not_in_the_way(done, tmp_path):
    end.end(done.workspace, BOOK, "Its term is over.", as_="awu")
    done.carry_out()
    told = json.loads((files := made(done, tmp_path).files)["json"].read_text())
    assert {line["reason"]: line["n"] for line in told["left"]}[waiting.TOO_LATE] == 2
    assert (told["cases"]["open"], told["cases"]["all"]) == (2, 4)
    with files["csv"].open(newline="") as file:
        assert [row["left"] for row in csv.DictReader(file) if row["decision"] == "open"] == [waiting.TOO_LATE] * 2


def test_nothing_is_corrected_before_there_is_a_final_report(done, tmp_path):
    with pytest.raises(Refused, match=r"there is no final report of .* that could be corrected"):
        made(done, tmp_path, "corrected")
    all_decided(done)
    made(done, tmp_path)
    made(done, tmp_path / "2", "corrected")


def test_a_place_that_the_host_shows_again_is_due_again(done, tmp_path):
    all_decided(done)
    done.host.put(HostPlace("item", "I1", "xa"), Effect.OPEN)
    told = refused(done, tmp_path)
    assert "is due and not rehearsed" in told.text


class _Able:
    """A host of which only some measures can be written."""

    def __init__(self, host, able):
        self._host, self._able = host, able

    def capabilities(self):
        return self._able

    def __getattr__(self, name):
        return getattr(self._host, name)


class _Refusing:
    """A host that refuses every change."""

    def __init__(self, host):
        self._host = host

    def write(self, changes):
        return [Outcome(change.key, OutcomeKind.REFUSED, "", "closed for the day") for change in changes]

    def __getattr__(self, name):
        return getattr(self._host, name)
